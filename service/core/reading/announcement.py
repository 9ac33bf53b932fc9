"""One thing that a document says will happen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.core.dates.when import When
from service.core.events.event import Importance
from service.core.events.kinds import Kind

SURE = 0.9


class Doubt(StrEnum):
    """What speaks against it. A veto keeps it from being sure, a note only says something."""

    LEFTOVER = "leftover"
    TWO_READINGS = "two-readings"
    WEEKDAY = "weekday"
    DISPUTED = "disputed"
    ORDER = "order"
    YEAR_ASSUMED = "year-assumed"
    TITLE_FROM_ELSEWHERE = "title-from-elsewhere"
    WINDOW_WIDE = "window-wide"
    SOURCE_OLDER = "source-older"
    TABLE_GUESSED = "table-guessed"

    @property
    def veto(self) -> bool:
        return self in (
            Doubt.LEFTOVER, Doubt.TWO_READINGS, Doubt.WEEKDAY, Doubt.DISPUTED, Doubt.ORDER,
        )  # fmt: skip

    @property
    def text(self) -> tuple[str, str]:
        """In Chinese and in English."""
        return _TEXTS[self]

    def written(self) -> dict[str, object]:
        """As JSON: its code, whether it is a veto, and its words in both languages."""
        zh, en = self.text
        return {"code": self.value, "veto": self.veto, "text": {"zh": zh, "en": en}}


_TEXTS: dict[Doubt, tuple[str, str]] = {
    Doubt.LEFTOVER: ("旁边还有未读出的时间词", "words of time beside the date were not read"),
    Doubt.TWO_READINGS: ("日期有两种读法", "the date can be read in two ways"),
    Doubt.WEEKDAY: ("星期与日期不符", "the weekday does not fit the date"),
    Doubt.DISPUTED: ("与权威来源或另一读者不一致",
        "an official source or the other reader says otherwise"),
    Doubt.ORDER: ("月和日的先后不明", "the order of day and month is open"),
    Doubt.YEAR_ASSUMED: ("年份未写明", "the text leaves out the year"),
    Doubt.TITLE_FROM_ELSEWHERE: ("标题取自别处（标题行、标签等）",
        "the title stands elsewhere (a heading, a label)"),
    Doubt.WINDOW_WIDE: ("时间窗较宽", "the window is wide"),
    Doubt.SOURCE_OLDER: ("来源早于现有记录", "the source is older than what is stored"),
    Doubt.TABLE_GUESSED: ("表格没有表头，列义为推测", "the table has no header; its columns were guessed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Announcement:
    """`timezone` is the IANA zone that the text names, `recurrence` an RRULE, `previous` the date that no
    longer holds, `location` where the text says so beside the date, `importance` where a table has a column
    for it. `confidence` from 0 to 1: the chance that date and title are right; `doubts` what speaks against
    it. `excerpt` is the line, which begins at `line` of `page` (None where there are no pages)."""

    title: str
    when: When
    kind: Kind
    excerpt: str
    page: int | None
    line: int
    confidence: float
    timezone: str | None = None
    location: str = ""
    recurrence: str | None = None
    cancelled: bool = False
    previous: When | None = None
    importance: Importance | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def sure(self) -> bool:
        """Stated at 0.9 or more, and no veto."""
        return self.confidence >= SURE and not any(doubt.veto for doubt in self.doubts)
