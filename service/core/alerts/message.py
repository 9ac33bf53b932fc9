"""A message as what it says, before any channel's form: parts of rows, each of a few spans.

A channel renders it. Where that has less room than the message needs, it asks for the message in a
tighter *shape*: shorter titles, no links, fewer items of each list, what is left out counted. All
that came from others has been made safe (one line, nothing that reaches beyond itself) by `safe`.

Lengths are in UTF-16 units, as JavaScript counts: never fewer than characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

# No channel takes more items of one list; what is beyond is counted from the beginning.
MAX_ITEMS = 450

_SPACE = re.compile(r"\s+")
# Controls; embeddings, overrides and isolates, which would turn the words of others around; surrogates
# and non-characters, which JSON or a channel refuses.
_REMOVED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _ISOLATE_END = "\u2068", "\u2069"
_REPEAT = {"zh": "（可能重复发送）", "en": " (this may be a repeat)"}


@dataclass(frozen=True)
class Span:
    """A few words of one look. With `at`, a channel that can shows that instant in the reader's zone
    by `format`, and `text` where it cannot; `plain` is what a channel says that has no such thing,
    None the same. `name`: an event's title, which may be cut and may lose its link."""

    text: str
    bold: bool = False
    url: str = ""
    at: datetime | None = None
    format: str = ""
    plain: str | None = None
    name: bool = False

    @property
    def words(self) -> str:
        return self.text if self.plain is None else self.plain


@dataclass(frozen=True)
class TextRow:
    """A line; one that is not `aloud` (links to go on with) is left out of a plain text."""

    spans: tuple[Span, ...]
    aloud: bool = True

    @property
    def words(self) -> str:
        return "".join(span.words for span in self.spans)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: rows, then a list of items, and how many more there would have been."""

    rows: tuple[TextRow, ...] = ()
    items: tuple[TextRow, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class Message:
    """What an alert says. The first row is its heading; `url` is where all of it can be seen;
    `undated`: the id of the event whose date whoever reads it may set, where the channel has a
    button for that; `data`: the same for programs, for a channel that sends it to them."""

    lang: str
    url: str
    parts: tuple[Paragraph, ...]
    undated: str | None = None
    data: Mapping[str, Any] | None = None

    @property
    def heading(self) -> TextRow:
        return self.parts[0].rows[0]

    @property
    def body(self) -> tuple[Paragraph, ...]:
        """Without the heading, for a channel that shows that apart."""
        first = replace(self.parts[0], rows=self.parts[0].rows[1:])
        kept = (first, *self.parts[1:])
        return tuple(part for part in kept if part.rows or part.items or part.hidden)

    def more(self, number: int) -> str:
        """That so many items are not shown."""
        return f"另有 {number} 项" if self.lang == "zh" else f"and {number} more"


@dataclass(frozen=True)
class Shape:
    """How tight a message is: titles of so many units, with links or without, `most` items of each
    list (None: all)."""

    title: int = 300
    links: bool = True
    most: int | None = None


# From roomy to tight; the last one of any message is a few hundred characters.
SHAPES = (
    Shape(),
    Shape(120),
    Shape(120, links=False),
    Shape(60, links=False),
    Shape(30, links=False),
    Shape(15, links=False),
    *(Shape(120, most=most) for most in (50, 40, 30, 25, 20, 15, 10, 8, 5)),
    Shape(60, links=False, most=3),
    Shape(40, links=False, most=1),
)


def shaped(message: Message, shape: Shape) -> Message:
    """The message in that shape; nothing of it depends on another shape that was tried before."""

    def row(given: TextRow) -> TextRow:
        return replace(given, spans=tuple(span(each) for each in given.spans))

    def span(given: Span) -> Span:
        if not given.name:
            return given
        url = given.url if shape.links else ""
        return replace(given, text=_shortened(given.text, shape.title), url=url)

    def part(given: Paragraph) -> Paragraph:
        kept = given.items if shape.most is None else given.items[: shape.most]
        return Paragraph(
            tuple(map(row, given.rows)),
            tuple(map(row, kept)),
            given.hidden + len(given.items) - len(kept),
        )

    return replace(message, parts=tuple(map(part, message.parts)))


def fitted(message: Message, fits: Callable[[Message], bool]) -> Message:
    """The message in the roomiest shape that fits. One that fits in none loses lines from its end, and
    at last its heading's: of those no channel takes too few."""
    for shape in SHAPES:
        if fits(tried := shaped(message, shape)):
            return tried
    hidden = sum(len(part.items) + part.hidden for part in message.parts)
    rows = message.parts[0].rows
    for kept in range(len(rows), 0, -1):
        tried = replace(message, parts=(Paragraph(rows[:kept], (), hidden),))
        if fits(tried):
            return tried
    for most in (200, 100, 50, 20):
        heading = TextRow((Span(cut(message.heading.words, most), bold=True),))
        tried = replace(message, parts=(Paragraph((heading,), (), hidden),))
        if fits(tried):
            return tried
    raise AssertionError("twenty characters always fit")


def listed(rows: Sequence[TextRow], items: Sequence[TextRow]) -> Paragraph:
    """A part with a list, which is not longer than any channel takes."""
    return Paragraph(tuple(rows), tuple(items[:MAX_ITEMS]), max(0, len(items) - MAX_ITEMS))


def marked_as_repeat(message: Message) -> Message:
    """The same, which says in its heading that it may have been sent before."""
    first, *parts = message.parts
    heading = replace(first.rows[0], spans=(*first.rows[0].spans, Span(repeat_words(message.lang))))
    return replace(message, parts=(replace(first, rows=(heading, *first.rows[1:])), *parts))


def repeat_words(lang: str) -> str:
    return _REPEAT["zh" if lang == "zh" else "en"]


def as_text(message: Message) -> str:
    """The whole message as lines of text, paragraphs apart, with its links to go on with."""
    told = []
    for part in message.parts:
        rows = [row.words if row.aloud else _with_addresses(row) for row in part.rows]
        rows += [f"• {item.words}" for item in part.items]
        rows += [f"• {message.more(part.hidden)} {message.url}"] if part.hidden else []
        told.append("\n".join(rows))
    return "\n\n".join(told)


def _with_addresses(row: TextRow) -> str:
    return "".join(f"{span.words} {span.url}" if span.url else span.words for span in row.spans)


def lines(parts: Sequence[Paragraph]) -> Iterator[tuple[str, bool]]:
    """What is read aloud, line by line, and whether it is an item of a list."""
    for part in parts:
        for row in part.rows:
            if row.aloud:
                yield row.words, False
        for item in part.items:
            yield item.words, True


def write(message: Message) -> dict[str, Any]:
    """As JSON, which `read` takes back; `data` is not part of it, since the rendered form has it."""
    written: dict[str, Any] = {
        "lang": message.lang,
        "url": message.url,
        "parts": [
            {
                "rows": [_write_row(row) for row in part.rows],
                "items": [_write_row(row) for row in part.items],
                "hidden": part.hidden,
            }
            for part in message.parts
        ],
    }
    return written if message.undated is None else {**written, "undated": message.undated}


def read(written: Mapping[str, Any]) -> Message:
    return Message(
        written["lang"],
        written["url"],
        tuple(
            Paragraph(
                tuple(map(_read_row, part["rows"])),
                tuple(map(_read_row, part["items"])),
                part["hidden"],
            )
            for part in written["parts"]
        ),
        written.get("undated"),
    )


def _write_row(row: TextRow) -> dict[str, Any]:
    spans = [_write_span(span) for span in row.spans]
    return {"spans": spans} if row.aloud else {"spans": spans, "aloud": False}


def _write_span(span: Span) -> dict[str, Any]:
    written: dict[str, Any] = {"text": span.text}
    if span.at is not None:
        written["at"] = span.at.astimezone(UTC).isoformat()
    for key in ("bold", "url", "format", "name"):
        if value := getattr(span, key):
            written[key] = value
    if span.plain is not None:
        written["plain"] = span.plain
    return written


def _read_row(written: Mapping[str, Any]) -> TextRow:
    return TextRow(tuple(map(_read_span, written["spans"])), written.get("aloud", True))


def _read_span(written: Mapping[str, Any]) -> Span:
    at = datetime.fromisoformat(written["at"]) if "at" in written else None
    return Span(**{**written, "at": at})


# Words


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
        return f"{_ISOLATE}{cut(line, most - 2)}{_ISOLATE_END}"
    return cut(line, most)


@lru_cache(maxsize=1024)
def _clean(text: str) -> str:
    # Kept, since the same titles are told in several messages.
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


def _shortened(text: str, most: int) -> str:
    if text.startswith(_ISOLATE) and text.endswith(_ISOLATE_END):
        return f"{_ISOLATE}{cut(text[1:-1], most - 2)}{_ISOLATE_END}"
    return cut(text, most)
