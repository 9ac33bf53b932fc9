"""The words of dates and times in a line, Chinese and English: one token a word or a fixed group.

Tokens say what stands there, not what it means together; grammar.py puts them together. The line is a
plain one (core/text/characters.py). Which forms there are, what each begins with and what it says, stands in
forms.py; where a form may begin is made from that here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.core.dates.phrases.forms import FORMS, NUMERALS
from service.core.dates.phrases.tokens import Token

# What may begin a form: the forms that begin with it, by their place in the table.
_ROWS: dict[str, tuple[int, ...]] = {}
for _row, _form in enumerate(FORMS):
    for _start in dict.fromkeys(_form[1].split()):
        _ROWS[_start] = (*_ROWS.get(_start, ()), _row)
for _start in [_start for _start in _ROWS if len(_start) == 2 and not _start.isascii()]:
    if (
        _start[1] not in "-a" and _start != "0中"
    ):  # with those that begin with its first character alone
        _ROWS[_start] = tuple(sorted({*_ROWS[_start], *_ROWS.get(_start[0], ())}))
_SIGNS = re.escape(
    "".join({start[0] for start in _ROWS if not start.isalnum() or not start.isascii()} - {"0"})
)
# The next place where a form may begin. Digits, numerals and words are taken whole, so that each is tried
# once; of a text in small letters.
_NEXT = re.compile(
    rf"[0-9]+(?:(?= ?[-./~:])()|(?= ?[\u4e00-\u9fff])()|())|[{NUMERALS}]+()|[a-z]+|[{_SIGNS}]"
)
_STARTS = {1: "0-", 2: "0中", 3: "0a", 4: "一"}


def candidates(small: str, found: re.Match[str]) -> tuple[int, ...]:
    """The forms that may begin at a place that _NEXT found."""
    if found.lastindex:
        return _ROWS[_STARTS[found.lastindex]]
    begin = found.start()
    two = "" if found[0].isascii() else small[begin : begin + 2]
    return _ROWS.get(two) or _ROWS.get(found[0], ())


_NAMED = re.compile(r"\(\?P<(\w+)>")
_AGAIN = re.compile(r"\(\?P=(\w+)\)")
_LETTER = re.compile(r"\(\?P[<=]\w+[>)]|\\.|[A-Z]+")


@lru_cache(maxsize=len(FORMS))
def _pattern(row: int) -> re.Pattern[str]:
    return re.compile(FORMS[row][2], re.IGNORECASE)


@lru_cache(maxsize=len(_ROWS))
def _any_of(rows: tuple[int, ...]) -> tuple[re.Pattern[str], dict[int, int]]:
    """One pattern of several forms, since most places have none, and to try each takes long; and which form
    each of its groups is. Made when it is first needed."""
    united = re.compile("|".join(f"({_unnamed(row)})" for row in rows))
    groups, number = {}, 1
    for row in rows:
        groups[number] = row
        number += 1 + len(set(_AGAIN.findall(FORMS[row][2])))
    return united, groups


def _unnamed(row: int) -> str:
    """The form for a text in small letters, which is quicker than to ignore their size, and without names of
    its groups, but for those that have to stand there again."""
    form = FORMS[row][2].replace("(?-i:", "(?:")
    form = _LETTER.sub(lambda m: m[0].lower() if m[0].isalpha() else m[0], form)
    again = set(_AGAIN.findall(form))
    form = _NAMED.sub(lambda m: f"(?P<{m[1]}{row}>" if m[1] in again else "(?:", form)
    return _AGAIN.sub(rf"(?P=\g<1>{row})", form)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a plain text, in order, none overlapping. In linear time."""
    small = text.lower()
    place = 0
    while found := _NEXT.search(small, place):
        begin, place = found.span()
        rows = candidates(small, found)
        if rows and (token := _at(text, small, begin, rows)):
            yield token
            place = token.end


def _at(text: str, small: str, begin: int, rows: tuple[int, ...]) -> Token | None:
    """The token that the first of the forms makes at a place of the text."""
    united, groups = _any_of(rows)
    first = united.match(small, begin)
    if first is None:
        return None
    for row in rows[rows.index(groups[first.lastindex or 0]) :]:
        match = _pattern(row).match(text, begin)
        made = FORMS[row][3](match) if match else None
        if match and made:
            return Token(made.kind, begin, match.end(), made, match[0])
    return None
