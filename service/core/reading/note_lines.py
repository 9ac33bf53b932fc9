"""Lines in the form that note.py writes, read back as they stand: a date, a full-width colon, a title.

`5 月 13 日-14 日：百度 Create 2026 AI 开发者大会`, `6 月 10 日（每年，已取消）：…`; a title in 〖…〗 is
taken as it stands wherever its line is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, find, read
from service.core.events.kinds import infer_kind
from service.core.reading import titles
from service.core.reading.announcement import Announcement
from service.core.reading.document import Line
from service.core.text.characters import plain

CONFIDENCE = 0.97

_NOTE = re.compile(
    r"(?P<date>(?:约 )?(?:[0-9]{4} 年(?:[一二三四]季度|[上下]半年)?"
    r"|(?:[0-9]{4} 年 )?[0-9]{1,2} 月(?:[上中下]旬| [0-9]{1,2} 日[^：]{0,80}?)?"
    r"|[一二三四]季度|[上下]半年)(?:（[^：]{0,60}）)?)：(?P<title>\S.*)"
)
_VERBATIM = re.compile(r"(?P<date>.*?)[:：]\s*〖(?P<title>.*)〗\s*$")
_REMARK = re.compile(r"(?:[(,] ?(?:待确认|定期|已取消|每年|每月|每周|每日))+\)")
_EVERY = {
    "每年": "FREQ=YEARLY",
    "每月": "FREQ=MONTHLY",
    "每周": "FREQ=WEEKLY",
    "每日": "FREQ=DAILY",
}


def is_note(text: str) -> bool:
    """Whether a line has the whole form, and a title that any reader would take."""
    found = _NOTE.fullmatch(text.strip())
    if found is None:
        return False
    return len(found["title"]) <= titles.LONGEST or _VERBATIM.fullmatch(text.strip()) is not None


def read_line(line: Line, today: date, zone: str) -> Announcement | None:
    """What such a line says, past or not; None where its date cannot be read."""
    text = line.text.strip()
    found = _VERBATIM.fullmatch(text) or _NOTE.fullmatch(text)
    if found is None:
        return None
    phrases = find(found["date"])
    if not phrases:
        return None
    phrase, written = phrases[0], plain(found["date"])
    remark = _REMARK.match(written, phrase.end)
    said = remark[0] if remark else ""
    if "待确认" in said:
        phrase = replace(phrase, about="?")
    made = read(phrase, Anchor(today, zone))
    if made is None:
        return None
    when = made.when
    if phrase.about and not when.approximate:
        when = when_.parse(when.text + phrase.about)
    title = found["title"].strip()
    return Announcement(
        title, when, infer_kind(title), text[:1000], line.page, line.line, CONFIDENCE, made.zone,
        recurrence=next((rule for word, rule in _EVERY.items() if word in said), None),
        cancelled="已取消" in said,
    )  # fmt: skip


def verbatim(line: Line, today: date, zone: str) -> Announcement | None:
    """What a line says whose title stands in 〖…〗."""
    if not line.text.rstrip().endswith("〗") or "〖" not in line.text:
        return None
    return read_line(line, today, zone)
