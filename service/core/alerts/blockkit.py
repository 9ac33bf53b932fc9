"""Rows of words -> Slack's blocks and the plain `text` beside them, safe and within Slack's limits.

Blocks are `rich_text` throughout. Its elements are data, not markup: Slack parses no mention, link,
emoji code or `*` out of a text element, so nothing a title holds can become one, and nothing needs an
escape that would show as `&amp;`. mrkdwn has no way at all to write a literal `*`, `_` or `:fire:`.

`text` (notifications, screen readers) is mrkdwn to Slack, so there & < > are escaped, and what could
still be read as markup is written with a look-alike or broken by a word joiner, which nobody sees.

Lengths are counted in UTF-16 units, as JavaScript does and Slack is likely to: never fewer than
characters.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """What chat.postMessage gets beside the channel and the metadata."""

    blocks: tuple[Block, ...]
    text: str


MOST_BLOCKS = 50
MOST_IN_BLOCK = 3_000
MOST_IN_BLOCKS = 10_000
MOST_IN_TEXT = 3_000
# Slack's limit on a whole message is not documented. Measured by others (slackapi/bolt-js#2867):
# 9,597 characters in 15,561 of JSON were taken, 11,341 in 17,694 were refused.
MOST_JSON = 15_000
# Left free in all of the above, for the remark that a message may be a repeat.
SPARE = 60

_JOINER = "\u2060"
_SPACE = re.compile(r"\s+")
# Controls; embeddings, overrides and isolates, which would turn the words of others around; surrogates
# and non-characters, which JSON or Slack refuse.
_REMOVED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LOOK_ALIKE = str.maketrans({"*": "＊", "_": "＿", "~": "～", "`": "｀"})
# Names of emoji are letters of any script and digits; a time range (01:00—03:00) is none.
_EMOJI_CODE = re.compile(r":(?=[\w+'-]{1,100}:)")


@dataclass(frozen=True)
class Span:
    """A few words of one look. With `at`, Slack shows that instant in the reader's zone by `format`,
    and `text` where it cannot; `plain` is what `text` says instead, None the same."""

    text: str
    bold: bool = False
    url: str = ""
    at: datetime | None = None
    format: str = ""
    plain: str | None = None


@dataclass(frozen=True)
class Row:
    """A line; one that is not `aloud` (links to go on with) is left out of the plain text."""

    spans: tuple[Span, ...]
    aloud: bool = True


@dataclass(frozen=True)
class Part:
    """A paragraph: rows, then a list of items, and how many more there would have been."""

    rows: tuple[Row, ...] = ()
    items: tuple[Row, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class More:
    """How to say that n more exist, and where they are."""

    words: Callable[[int], str]
    url: str


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def safe(text: str, most: int) -> str:
    """Text of others as one line of at most `most` units, without what would reach beyond itself.

    The empty string where nothing visible is left.
    """
    line = _clean(text)
    if _RIGHT_TO_LEFT.search(line):
        # An isolate keeps Hebrew or Arabic words from reordering the words behind them.
        return f"\u2068{cut(line, most - 2)}\u2069"
    return cut(line, most)


@lru_cache(maxsize=1024)
def _clean(text: str) -> str:
    # Kept, since the same titles are tried at several lengths.
    line = _REMOVED.sub("", _SPACE.sub(" ", text)).strip()
    return line if any(unicodedata.category(char)[0] in "LNPS" for char in line) else ""


def cut(text: str, most: int) -> str:
    """The text, or its beginning and "…", in at most `most` units."""
    if length(text) <= most:
        return text
    kept = text[: most - 1]
    while length(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip(" \u200d\ufe0f") + "…"


def blocks(parts: Sequence[Part], more: More, bare: bool = False) -> list[Block]:
    """Each part as a rich_text block, or as several where its list is too long for one.

    `bare`: items as mere lines of text, which take the least room.
    """
    made: list[Block] = []
    for part in parts:
        elements: list[Block] = []
        if part.rows:
            lines: list[Block] = []
            for number, row in enumerate(part.rows):
                if number:
                    lines.append({"type": "text", "text": "\n"})
                lines += _elements(row)
            elements.append({"type": "rich_text_section", "elements": lines})
        items = [Row((Span(_words(item)),)) for item in part.items] if bare else list(part.items)
        if part.hidden:
            items.append(Row((Span(more.words(part.hidden), url=more.url),)))
        room = MOST_IN_BLOCK - SPARE - weight(elements)
        chunk: list[Row] = []
        for item in items:
            needed = weight(_elements(item)) + len("• \n")
            if needed > room:
                made.append(_rich(elements, chunk, bare))
                elements, chunk, room = [], [], MOST_IN_BLOCK - SPARE
            chunk.append(item)
            room -= needed
        made.append(_rich(elements, chunk, bare))
    return made


def fits(made: Sequence[Block]) -> bool:
    """Whether Slack takes these blocks in one message."""
    whole = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return (
        len(made) <= MOST_BLOCKS
        and weight(made) <= MOST_IN_BLOCKS - SPARE
        and length(whole) <= MOST_JSON - 2 * SPARE
        and all(weight(block) <= MOST_IN_BLOCK - SPARE for block in made)
    )


def weight(value: Any) -> int:
    """The units of all text in a block or in several, fallbacks and links' labels included."""
    if isinstance(value, dict):
        return sum(
            length(held) if key in ("text", "fallback") and isinstance(held, str) else weight(held)
            for key, held in value.items()
        )
    return sum(weight(held) for held in value) if isinstance(value, list | tuple) else 0


def plain(parts: Sequence[Part], more: More) -> str:
    """The message's `text`: the same lines; what does not fit is counted."""
    hidden = sum(part.hidden for part in parts)
    items = sum(len(part.items) for part in parts)
    lines: list[str] = []
    room = MOST_IN_TEXT - SPARE
    reserve = length(_rest(more, hidden + items)) + 1
    for line, is_item in _lines(parts):
        # The first line is told in any case; its parts are short by construction.
        if lines and length(line) + 1 > room - reserve:
            break
        lines.append(line)
        items -= is_item
        room -= length(line) + 1
    if hidden + items:
        lines.append(_rest(more, hidden + items))
    return "\n".join(lines)


def escape(text: str) -> str:
    """A line of `text` in which Slack finds no markup: no mention, link, emoji code or formatting."""
    line = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = line.translate(_LOOK_ALIKE).replace("://", f":{_JOINER}//").replace("@", f"@{_JOINER}")
    line = _EMOJI_CODE.sub(f":{_JOINER}", line)
    # A line that begins with > is a quotation, escaped or not.
    return _JOINER + line if line.startswith("&gt;") else line


def _lines(parts: Sequence[Part]) -> Iterator[tuple[str, bool]]:
    for part in parts:
        for row in part.rows:
            if row.aloud:
                yield escape(_words(row)), False
        for item in part.items:
            yield f"• {escape(_words(item))}", True


def _words(row: Row) -> str:
    return "".join(span.text if span.plain is None else span.plain for span in row.spans)


def _rest(more: More, number: int) -> str:
    return f"{more.words(number)} {more.url}"


def _rich(elements: list[Block], items: list[Row], bare: bool) -> Block:
    if items and bare:
        spans: list[Span] = []
        for item in items:
            spans += [Span("\n• " if spans else "• "), *item.spans]
        elements = [*elements, _section(Row(tuple(spans)))]
    elif items:
        entries = [_section(item) for item in items]
        elements = [*elements, {"type": "rich_text_list", "style": "bullet", "elements": entries}]
    return {"type": "rich_text", "elements": elements}


def _section(row: Row) -> Block:
    return {"type": "rich_text_section", "elements": _elements(row)}


def _elements(row: Row) -> list[Block]:
    made: list[Block] = []
    for span in row.spans:
        element: Block
        if span.at is not None and 0 < span.at.timestamp() < 2**31:
            element = {
                "type": "date",
                "timestamp": int(span.at.timestamp()),
                "format": span.format,
                "fallback": span.text,
            }
        elif span.url:
            element = {"type": "link", "url": span.url, "text": span.text}
        else:
            element = {"type": "text", "text": span.text}
        if span.bold:
            element["style"] = {"bold": True}
        last = made[-1] if made else {}
        if element["type"] == last.get("type") == "text" and element.get("style") == last.get(
            "style"
        ):
            last["text"] += element["text"]
        else:
            made.append(element)
    return made
