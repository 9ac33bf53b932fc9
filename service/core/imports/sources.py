"""What an import comes from: read in the document itself, put right by whoever knows better.

The title is, of these, the first that there is: what the file says of itself, unless a program wrote that
(`Microsoft Word - x.docx`); the line on top that is a title; the file's name. A line that announces an event,
or is a sentence, is no title; nor is what names the source of a figure (`资料来源：…`), or stands below that.
Of text that was pasted nothing is taken: its first line is any line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.core.events import fields
from service.core.events.event import Source
from service.core.imports.proposals import Candidate
from service.core.reading import frames
from service.core.reading.document import Document, Line
from service.core.text.lines import UnfitText, one_line
from service.errors import InvalidInput, Problem

KEYS = ("title", "publisher", "date", "url", "official")
_TOP = 3
_LONGEST = 120
_LONGEST_LINE = 60
_BY_A_PROGRAM = re.compile(
    r"microsoft (?:word|powerpoint|excel)|untitled|无标题|document ?[0-9]*$|文档 ?[0-9]*$|\(?anonymous\)?$"
    r"|.*\.(?:docx?|pdf|xlsx?|pptx?|wps|indd|html?)$",
    re.IGNORECASE,
)
_OF_A_FIGURE = re.compile(r"(?:(?:资料|数据|图表)来源|sources?) ?[:：]", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？；;!?]|[,.，：:]$|\. ")


def title(document: Document, name: str, announced: Collection[tuple[int | None, int]]) -> str:
    """What the document is called, "" where nothing says it. `announced` are page and line of the
    lines that announce something."""
    held = _fit(document.title or "")
    if held and not _BY_A_PROGRAM.match(held):
        return held
    return _title_line(document.lines, announced) or _fit(name)


def _title_line(lines: Sequence[Line], announced: Collection[tuple[int | None, int]]) -> str:
    for place, line in enumerate(lines[:_TOP]):
        text = _fit(line.text)
        if line.cells or len(lines) <= place + 1 or _OF_A_FIGURE.match(text):
            return ""
        if frames.kind(line.text) is not None:
            continue  # a stamp or letterhead may stand above it
        usable = 4 <= len(text) <= _LONGEST_LINE and not _SENTENCE.search(text)
        return text if usable and (line.page, line.line) not in announced else ""
    return ""


def _fit(text: str) -> str:
    try:
        line = one_line(text)
    except UnfitText:
        return ""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def read(given: Mapping[str, Any]) -> Source:
    """What somebody says of a source: any of KEYS. Raises InvalidInput."""
    problems = [
        Problem(f"/{str(key)[:100]}", f"unknown key; known are {', '.join(KEYS)}")
        for key in given
        if key not in KEYS
    ]
    known = {key: value for key, value in given.items() if key in KEYS}
    try:
        source = fields.read_source(known) or Source()
    except InvalidInput as refusal:
        raise InvalidInput([*problems, *refusal.problems]) from None
    if problems:
        raise InvalidInput(problems)
    return source


def corrected(source: Source, given: Mapping[str, Any]) -> Source:
    """The source with what somebody says of it in the place of what was read; null takes a key back to
    nothing. Raises InvalidInput."""
    said = read(given)
    return replace(source, **{key: getattr(said, key) for key in given})


def write(source: Source) -> dict[str, Any]:
    """The keys of a document's source as JSON."""
    written = fields.write_source(source) or {}
    return {key: written[key] for key in KEYS}


def sourced(candidate: Candidate, source: Source, keys: Collection[str]) -> Candidate:
    """The candidate with those keys of its source as the whole import's source has them."""
    held = candidate.details.source or Source()
    made = replace(held, **{key: getattr(source, key) for key in keys})
    details = replace(candidate.details, source=made)
    day = source.date if candidate.extracted and "date" in keys and source.date else candidate.day
    return replace(candidate, details=details, keys=candidate.keys | {"source"}, day=day)
