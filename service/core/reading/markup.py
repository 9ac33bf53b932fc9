"""Markdown and HTML that stand in plain text, as pasted or fed by a program: read as what they mean.

Files that say that they are Markdown or HTML are read by documents/; this is for text that does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from service.core.reading.document import Line

_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>\S.*?)\s*#*\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<!--[^\n]{0,200}?-->|\{\{[^{}\n]{1,60}\}\}")
_H = re.compile(r"^\s*<h(?P<level>[1-6])\b", re.IGNORECASE)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]\n]{1,200})\]\((?:[^()\s]|\([^()\s]*\)){0,500}(?:\s+\"[^\"\n]*\")?\)"
)
_REFERENCE = re.compile(r"\[(?P<text>[^\[\]\n]{2,200})\]\[[^\[\]\n]{0,60}\]")
_EMPHASIS = re.compile(r"(?P<mark>\*\*\*|\*\*|__|`{1,2})(?=\S)(?P<text>[^\n]*?\S)(?P=mark)")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])(?P<text>[^*\n]{1,200}[^\s*])\*(?![\w*])")
_SPACES = re.compile(r" {2,}")
_ENTITIES = {"&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}


def read(lines: Iterable[Line]) -> list[Line]:
    """The lines without marks; `## …` is a heading. Lines that their file knows (cells, levels) are kept."""
    return [each for line in lines if (each := _read(line)).text]


def _read(line: Line) -> Line:
    text, level = line.text, line.level
    if not level and text.startswith("#") and (heading := _HEADING.match(text)):
        text, level = heading["text"], len(heading["marks"])
    if "<" in text or "{{" in text:
        if not level and (heading := _H.match(text)):
            level = int(heading["level"])
        bare = _TAG.sub(" ", text)
        text = _SPACES.sub(" ", bare).strip() if bare != text else text
    if "&" in text:
        for entity, sign in _ENTITIES.items():
            text = text.replace(entity, sign)
    if "](" in text or "][" in text:
        text = _REFERENCE.sub(r"\g<text>", _LINK.sub(r"\g<text>", text))
    if "*" in text or "__" in text or "`" in text:
        text = _STAR.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", text)))
    return (
        line if text == line.text and level == line.level else replace(line, text=text, level=level)
    )
