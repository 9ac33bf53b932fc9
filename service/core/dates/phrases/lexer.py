"""The words of dates and times in a line, Chinese and English: one token a word or a fixed group.

Tokens say what stands there, not what it means together; grammar.py puts them together. The line is a
plain one (core/text/characters.py). Which forms there are, and what each begins with, stands in
forms.py, what they say in meanings.py; where a form may begin is made from that here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.dates.phrases.forms import FORMS, NUMERALS
from service.core.dates.phrases.meanings import Build
from service.core.dates.phrases.tokens import Token

_ROWS: dict[str, list[tuple[re.Pattern[str], Build]]] = {}
for _, _begins, _form, _build in FORMS:
    for _start in dict.fromkeys(_begins.split()):
        _ROWS.setdefault(_start, []).append((re.compile(_form, re.IGNORECASE), _build))
_WORDS = sorted(start for start in _ROWS if start.isalpha() and start.isascii())
_SIGNS = re.escape("".join(start for start in _ROWS if not start.isalnum() or not start.isascii()))
# The next place where a form may begin. Digits, numerals and words are taken whole, so that each is tried
# once; of a text in small letters.
_NEXT = re.compile(
    rf"(?P<digits>[0-9]+)|(?P<numerals>[{NUMERALS}]+)|(?<![a-z])(?P<word>{'|'.join(_WORDS)})(?![a-z])"
    rf"|(?P<sign>[{_SIGNS}])"
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a plain text, in order, none overlapping. In linear time."""
    small = text.lower()
    place = 0
    while found := _NEXT.search(small, place):
        begin, place = found.span()
        match found.lastgroup:
            case "digits":
                start = "0"
            case "numerals":
                start = "一"
            case _:
                start = found[0]
        for pattern, build in _ROWS[start]:
            match = pattern.match(text, begin)
            made = build(match) if match else None
            if match and made:
                yield Token(made.kind, match.start(), match.end(), made, match[0])
                place = match.end()
                break
