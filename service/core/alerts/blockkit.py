"""A message -> Slack's blocks and the plain `text` beside them, safe and within Slack's limits.

Blocks are `rich_text` throughout. Its elements are data, not markup: Slack parses no mention, link,
emoji code or `*` out of a text element, so nothing a title holds can become one, and nothing needs an
escape that would show as `&amp;`. mrkdwn has no way at all to write a literal `*`, `_` or `:fire:`.

`text` (notifications, screen readers) is mrkdwn to Slack, so there & < > are escaped, and what could
still be read as markup is written with a look-alike or broken by a word joiner, which nobody sees.

Lengths are counted in UTF-16 units, as JavaScript does and Slack is likely to: never fewer than
characters.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.core.alerts.message import (
    SHAPES,
    Message,
    Paragraph,
    Shape,
    Span,
    TextRow,
    length,
    lines,
    repeat_words,
    shaped,
)

Block = dict[str, Any]


@dataclass(frozen=True)
class SlackMessage:
    """What chat.postMessage gets beside the channel and the metadata."""

    blocks: tuple[Block, ...]
    text: str


SET_DATE = "set_date"
_BUTTON = {"zh": "设定日期", "en": "Set date"}
MAX_BLOCKS = 50
MAX_IN_BLOCK = 3_000
MAX_IN_BLOCKS = 10_000
MAX_IN_TEXT = 3_000
# Slack's limit on a whole message is not documented. Measured by others (slackapi/bolt-js#2867):
# 9,597 characters in 15,561 of JSON were taken, 11,341 in 17,694 were refused.
MAX_JSON = 15_000
# Left free in all of the above, for the remark that a message may be a repeat.
SPARE = 60

_JOINER = "\u2060"
_LOOK_ALIKE = str.maketrans({"*": "＊", "_": "＿", "~": "～", "`": "｀"})
# Names of emoji are letters of any script and digits; a time range (01:00—03:00) is none.
_EMOJI_CODE = re.compile(r":(?=[\w+'-]{1,100}:)")


@dataclass(frozen=True)
class More:
    """How to say that n more exist, and where they are."""

    words: Callable[[int], str]
    url: str


def render(message: Message, interactive: bool = True) -> tuple[SlackMessage, Message]:
    """All of it where it fits; else shorter titles, then fewer items of each list. And the message
    as it was rendered, without what was left out.

    `interactive` gives an undated event its button; without an app nobody hears it pressed.
    """
    for shape in SHAPES:
        tried = shaped(message, shape)
        more = More(message.more, message.url)
        made = blocks(tried.parts, more, bare=not shape.links)
        if fits(made):
            if interactive and message.undated is not None:
                made.append(_button(message.undated, message.lang))
            # Kept with its links also where Slack's form had no room for them: by those it is known
            # which events it tells.
            return SlackMessage(tuple(made), plain(tried.parts, more)), shaped(
                message, Shape(most=shape.most)
            )
    raise AssertionError("one short item of each list always fits")


def write(message: SlackMessage) -> dict[str, Any]:
    """As JSON, which `read` takes back."""
    return {"blocks": list(message.blocks), "text": message.text}


def read(written: Mapping[str, Any]) -> SlackMessage:
    return SlackMessage(tuple(written["blocks"]), written["text"])


def marked_as_repeat(message: SlackMessage, lang: str) -> SlackMessage:
    """The same message, which says in its first line that it may have been sent before."""
    remark = repeat_words(lang)
    first = copy.deepcopy(message.blocks[0])
    elements = first["elements"][0]["elements"]
    end = next(
        (n for n, element in enumerate(elements) if element.get("text") == "\n"), len(elements)
    )
    elements.insert(end, {"type": "text", "text": remark})
    head, newline, rest = message.text.partition("\n")
    return SlackMessage((first, *message.blocks[1:]), f"{head}{remark}{newline}{rest}")


def _button(event_id: str, lang: str) -> Block:
    words = _BUTTON["zh" if lang == "zh" else "en"]
    button = {
        "type": "button",
        "action_id": SET_DATE,
        "value": event_id,
        "text": {"type": "plain_text", "text": words},
    }
    return {"type": "actions", "elements": [button]}


def blocks(parts: Sequence[Paragraph], more: More, bare: bool = False) -> list[Block]:
    """Each part as a rich_text block, or as several where its list is too long for one.

    `bare`: items as mere lines of text, which take the least room.
    """
    made: list[Block] = []
    for part in parts:
        elements: list[Block] = []
        if part.rows:
            heading: list[Block] = []
            for number, row in enumerate(part.rows):
                if number:
                    heading.append({"type": "text", "text": "\n"})
                heading += _elements(row)
            elements.append({"type": "rich_text_section", "elements": heading})
        items = [TextRow((Span(item.words),)) for item in part.items] if bare else list(part.items)
        if part.hidden:
            items.append(TextRow((Span(more.words(part.hidden), url=more.url),)))
        room = MAX_IN_BLOCK - SPARE - weight(elements)
        chunk: list[TextRow] = []
        for item in items:
            needed = weight(_elements(item)) + len("• \n")
            if needed > room:
                made.append(_rich(elements, chunk, bare))
                elements, chunk, room = [], [], MAX_IN_BLOCK - SPARE
            chunk.append(item)
            room -= needed
        made.append(_rich(elements, chunk, bare))
    return made


def fits(made: Sequence[Block]) -> bool:
    """Whether Slack takes these blocks in one message."""
    whole = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return (
        len(made) <= MAX_BLOCKS
        and weight(made) <= MAX_IN_BLOCKS - SPARE
        and length(whole) <= MAX_JSON - 2 * SPARE
        and all(weight(block) <= MAX_IN_BLOCK - SPARE for block in made)
    )


def weight(value: Any) -> int:
    """The units of all text in a block or in several, fallbacks and links' labels included."""
    if isinstance(value, dict):
        return sum(
            length(held) if key in ("text", "fallback") and isinstance(held, str) else weight(held)
            for key, held in value.items()
        )
    return sum(weight(held) for held in value) if isinstance(value, list | tuple) else 0


def plain(parts: Sequence[Paragraph], more: More) -> str:
    """The message's `text`: the same lines; what does not fit is counted."""
    hidden = sum(part.hidden for part in parts)
    items = sum(len(part.items) for part in parts)
    told: list[str] = []
    room = MAX_IN_TEXT - SPARE
    reserve = length(_rest(more, hidden + items)) + 1
    for words, is_item in lines(parts):
        line = f"• {escape(words)}" if is_item else escape(words)
        # The first line is told in any case; its parts are short by construction.
        if told and length(line) + 1 > room - reserve:
            break
        told.append(line)
        items -= is_item
        room -= length(line) + 1
    if hidden + items:
        told.append(_rest(more, hidden + items))
    return "\n".join(told)


def escape(text: str) -> str:
    """A line of `text` in which Slack finds no markup: no mention, link, emoji code or formatting."""
    line = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = line.translate(_LOOK_ALIKE).replace("://", f":{_JOINER}//").replace("@", f"@{_JOINER}")
    line = _EMOJI_CODE.sub(f":{_JOINER}", line)
    # A line that begins with > is a quotation, escaped or not.
    return _JOINER + line if line.startswith("&gt;") else line


def _rest(more: More, number: int) -> str:
    return f"{more.words(number)} {more.url}"


def _rich(elements: list[Block], items: list[TextRow], bare: bool) -> Block:
    if items and bare:
        spans: list[Span] = []
        for item in items:
            spans += [Span("\n• " if spans else "• "), *item.spans]
        elements = [*elements, _section(TextRow(tuple(spans)))]
    elif items:
        entries = [_section(item) for item in items]
        elements = [*elements, {"type": "rich_text_list", "style": "bullet", "elements": entries}]
    return {"type": "rich_text", "elements": elements}


def _section(row: TextRow) -> Block:
    return {"type": "rich_text_section", "elements": _elements(row)}


def _elements(row: TextRow) -> list[Block]:
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
