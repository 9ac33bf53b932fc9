"""What a change is called, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.dates.when import When
from service.core.events.event import ChangeKind


@dataclass(frozen=True)
class ChangeWords:
    """`told`: to whoever follows what changes, by an alert or a feed; `listed`: among the other changes of
    an event, in its history."""

    told: tuple[str, str]
    listed: tuple[str, str]


WORDS = {
    ChangeKind.CREATED: ChangeWords(("新增", "New"), ("新增", "Added")),
    ChangeKind.FIRMED: ChangeWords(("日期已确定", "Date set"), ("日期更确切", "Firmed")),
    ChangeKind.LATER: ChangeWords(("推迟", "Later"), ("推迟", "Later")),
    ChangeKind.EARLIER: ChangeWords(("提前", "Earlier"), ("提前", "Earlier")),
    ChangeKind.LOOSENED: ChangeWords(("日期待定", "Date open again"), ("日期待定", "Open again")),
    ChangeKind.CANCELLED: ChangeWords(("已取消", "Cancelled"), ("取消", "Called off")),
    ChangeKind.REINSTATED: ChangeWords(("恢复举行", "On again"), ("恢复举行", "On again")),
    ChangeKind.WITHDRAWN: ChangeWords(("已撤回", "Taken out"), ("撤回", "Taken out")),
    ChangeKind.RESTORED: ChangeWords(("新增", "New"), ("恢复", "Brought back")),
    ChangeKind.EDITED: ChangeWords(("有更新", "Updated"), ("有更新", "Edited")),
    ChangeKind.PURGED: ChangeWords(("已撤回", "Taken out"), ("清除", "Erased")),
}
_MOVED = ("改期", "Moved")
_MOVES = (ChangeKind.LATER, ChangeKind.EARLIER)
_DATE_KNOWN_BETTER_OR_LESS = (ChangeKind.FIRMED, ChangeKind.LOOSENED)


def headline(kind: ChangeKind, before: When | None, after: When) -> tuple[str, str]:
    """What heads an alert of the change, as far as the dates bear it out: a date that is narrower is not set
    yet, and one that has grown by a day is not open. How far it moved stands behind the dates."""
    words = _MOVED if kind in _MOVES else WORDS[kind].told
    if before is None or kind not in _DATE_KNOWN_BETTER_OR_LESS:
        return words
    firmed = kind is ChangeKind.FIRMED
    if firmed and not after.dated:
        return ("时间窗缩小", "Window narrowed")
    if firmed and before.dated and after.timed:
        return ("时间已确定", "Time set")
    if not firmed and not before.dated:
        return ("时间窗放宽", "Window widened")
    if not firmed and before.timed and after.dated:
        return ("时间待定", "Time open again")
    return _MOVED if longer_by(kind, before, after) else words


def longer_by(kind: ChangeKind, before: When | None, after: When) -> int:
    """By how many days an event of known days became longer (shorter: less than 0), where that is what its
    date's firming or loosening comes to."""
    if before is None or kind not in _DATE_KNOWN_BETTER_OR_LESS:
        return 0
    if not (before.dated and after.dated) or before.timed or after.timed:
        return 0
    return after.days - before.days
