"""A document, the question about it, and an answer, in few words."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from service.core.model import answer, prompt
from service.core.model.answer import CheckedAnswer
from service.core.model.prompt import Question
from service.core.reading.announcement import Announcement
from service.documents.markdown import read_text

TODAY = date(2026, 12, 1)
ZONE = "Asia/Shanghai"


def asked(text: str, today: date = TODAY) -> list[Question]:
    return prompt.parts(read_text(text)[0], today, ZONE)


def part(text: str, today: date = TODAY) -> Question:
    (only,) = asked(text, today)
    return only


def number(one: Question, phrase: str, letter: str = "") -> str:
    """Under which a phrase of the text was sent."""
    for choice in one.choices:
        if one.lines[choice.line].text[choice.offer.start : choice.offer.end] == phrase:
            return f"{choice.number}{letter}"
    raise AssertionError(f"{phrase} was not offered: {one.text}")


def event(phrases: Any, title: Any, kind: str = "other", note: str = "", **more: Any) -> Any:
    return {"phrases": phrases, "title": title, "kind": kind, "note": note, **more}


def said(one: Question, *events: Any) -> CheckedAnswer:
    return answer.read(one, json.dumps({"events": list(events)}, ensure_ascii=False), TODAY)


def only(one: Question, *events: Any) -> Announcement:
    """The one announcement that comes of it."""
    read = said(one, *events)
    assert not read.refused
    (found,) = read.announcements
    return found


def outline(read: CheckedAnswer) -> list[tuple[str, str]]:
    return [(each.title, each.when.text) for each in read.announcements]
