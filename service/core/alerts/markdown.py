"""A message in the Markdown that chats of several makers understand: bold, links, lines.

Whatever stands in it as text is text: what any of them could read as markup is written with a
look-alike, so that no title can mention anyone or forge a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from service.core.alerts.message import Message, Paragraph, Span, TextRow

_JOINER = "\u2060"
_LOOK_ALIKE = str.maketrans(
    {
        "*": "＊", "_": "＿", "~": "～", "`": "｀", "[": "［", "]": "］", "<": "＜", ">": "＞",
        "&": "＆", "#": "＃", "\\": "＼", "|": "｜",
    }
)  # fmt: skip


def escape(text: str) -> str:
    """Text of others, in which no chat finds markup, a mention or an address to make a link of."""
    return (
        text.translate(_LOOK_ALIKE)
        .replace("://", f":{_JOINER}//")
        .replace("@", f"@{_JOINER}")
        .replace("![", f"!{_JOINER}[")
    )


def markdown(message: Message, parts: Sequence[Paragraph], bullet: str = "- ") -> str:
    """Those parts of the message, a blank line between two."""
    return "\n\n".join(_part(message, part, bullet) for part in parts)


def _part(message: Message, part: Paragraph, bullet: str) -> str:
    lines = [_row(row) for row in part.rows]
    lines += [bullet + _row(item) for item in part.items]
    if part.hidden:
        lines.append(bullet + _row(TextRow((Span(message.more(part.hidden), url=message.url),))))
    return "\n".join(lines)


def _row(row: TextRow) -> str:
    # Words in bold that stand side by side are one run: the signs between two would be seen.
    runs = groupby(row.spans, key=lambda span: span.bold)
    return "".join(_run(list(spans), bold) for bold, spans in runs)


def _run(spans: Sequence[Span], bold: bool) -> str:
    words = "".join(
        f"[{escape(span.words)}]({_address(span.url)})" if span.url else escape(span.words)
        for span in spans
    )
    if not bold or not words.strip():
        return words
    # A sign beside a blank would be seen.
    start = words[: len(words) - len(words.lstrip())]
    end = words[len(words.rstrip()) :]
    return f"{start}**{words.strip()}**{end}"


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
