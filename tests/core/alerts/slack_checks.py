"""What every Slack message must hold to, and how one reads: for all tests that compose messages.

The limits are Slack's documented ones (docs.slack.dev, Block Kit reference) and those of the
contract. The validator knows only the blocks that Horizon sends and refuses everything else.
"""

from __future__ import annotations

import json
import re
from typing import Any

from service.core.alerts.blockkit import SlackMessage

BASE = "https://calendar.example.com"
_STYLES = {"bold"}
_TOKENS = re.compile(r"\{(?:date_short_pretty|time)\}| ")
# What Slack reads as markup in `text`, where it is escaped: an entity is the only use of &.
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check(message: SlackMessage, base: str = BASE) -> None:
    """Fails unless Slack takes the message and nothing in it is live but links to the service."""
    blocks = list(message.blocks)
    assert 1 <= len(blocks) <= 50
    sent = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
    sent.encode()  # no lone surrogate
    assert units(sent) <= 15_000
    totals = [_block(block, base) for block in blocks]
    assert sum(totals) <= 10_000
    assert all(total <= 3_000 for total in totals)
    _plain(message.text, base)


def read(message: SlackMessage) -> str:
    """The blocks as lines, as the examples of the product show them; ** is bold."""
    return "\n\n".join(filter(None, (_read_block(block) for block in message.blocks))) + "\n"


def _block(block: dict[str, Any], base: str) -> int:
    if block["type"] == "actions":
        assert set(block) == {"type", "elements"}
        return sum(_button(button) for button in block["elements"])
    assert set(block) == {"type", "elements"}
    assert block["type"] == "rich_text"
    assert block["elements"]
    total = 0
    for element in block["elements"]:
        if element["type"] == "rich_text_list":
            assert set(element) == {"type", "style", "elements"}
            assert element["style"] == "bullet"
            assert element["elements"]
            total += sum(_section(section, base, in_list=True) for section in element["elements"])
        else:
            total += _section(element, base)
    return total


def _section(section: dict[str, Any], base: str, in_list: bool = False) -> int:
    assert set(section) == {"type", "elements"}
    assert section["type"] == "rich_text_section"
    assert section["elements"]
    total = 0
    for element in section["elements"]:
        assert set(element.get("style", {"bold": True})) <= _STYLES
        keys = set(element) - {"type", "style"}
        match element["type"]:
            case "text":
                assert keys == {"text"}
                total += _words(element["text"], newline=not in_list)
            case "link":
                assert keys == {"url", "text"}
                assert _ours(element["url"], base), element["url"]
                total += _words(element["text"])
            case "date":
                assert keys == {"timestamp", "format", "fallback"}
                assert type(element["timestamp"]) is int
                assert 0 < element["timestamp"] < 2**31
                assert not _TOKENS.sub("", element["format"])
                assert "{" in element["format"]
                total += _words(element["fallback"])
            case other:
                raise AssertionError(f"{other} is not sent: it could mention someone")
    return total


def _button(button: dict[str, Any]) -> int:
    assert set(button) == {"type", "action_id", "value", "text"}
    assert button["type"] == "button"
    assert button["action_id"] == "set_date"
    assert 1 <= len(button["value"]) <= 2_000
    assert set(button["text"]) == {"type", "text"}
    assert button["text"]["type"] == "plain_text"
    assert 1 <= units(button["text"]["text"]) <= 75
    return units(button["text"]["text"])


def _ours(url: str, base: str) -> bool:
    path = url.removeprefix(base)
    return units(url) <= 3_000 and bool(
        re.fullmatch(
            r"/|/#subscribe|/events/[a-z0-9-]+|/api/v1/events/[a-z0-9-]+\.ics",
            path,
        )
    )


# Controls, surrogates and what turns the words of others around; U+2068 and U+2069 come in pairs.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066\u2067]")
_ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")


def _words(text: str, newline: bool = False) -> int:
    """The length of a text that reaches beyond itself in no way."""
    assert text
    assert not _FORBIDDEN.search(text.replace("\n", "") if newline else text)
    assert not re.search("[\u2068\u2069]", _ISOLATED.sub("", text))
    return units(text)


def _plain(text: str, base: str) -> None:
    assert text.strip()
    assert units(text) <= 3_000
    text.encode()
    assert "<" not in text
    assert ">" not in text
    assert "&" not in _ENTITY.sub("", text)
    for line in text.replace(f"{base}/", "").split("\n"):
        assert not line or _words(line)
        assert not line.startswith("&gt;")
        assert not re.search(r"@(?!\u2060)", line)
        assert "://" not in line
        assert not re.search(r"[*_~`]", line)
        assert not re.search(r":[\w+'-]{1,100}:", line)


def _read_block(block: dict[str, Any]) -> str:
    if block["type"] == "actions":
        return ""
    lines = []
    for element in block["elements"]:
        if element["type"] == "rich_text_list":
            lines += [f"• {_read_section(section)}" for section in element["elements"]]
        else:
            lines.append(_read_section(element))
    return "\n".join(lines)


def _read_section(section: dict[str, Any]) -> str:
    text = ""
    for element in section["elements"]:
        words = element.get("fallback") or element["text"]
        if element.get("style"):
            text = text.removesuffix("**") if text.endswith("**") else text + "**"
            text += words + "**"
        else:
            text += words
    return text
