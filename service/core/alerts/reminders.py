"""A reminder that is due and a change that is to be told: what a message about one event says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from service.core.alerts.digest import net
from service.core.dates.duration import Duration
from service.core.dates.when import When
from service.core.events.event import ChangeKind, Event, Source


@dataclass(frozen=True)
class Reminder:
    """One occurrence, told `lead` ahead.

    `open` marks the last word on an undated event, on the last day of its window. `now` is when the
    message is composed; a reminder that is not `late` is composed for the time at which it is due.
    """

    event: Event
    occurrence: When
    lead: Duration | None
    due_at: datetime
    late: bool = False
    open: bool = False
    now: datetime | None = None

    @property
    def told_at(self) -> datetime:
        return self.now if self.late and self.now is not None else self.due_at

    def days_left(self, zone: tzinfo) -> int:
        """Days until it begins, or of the last word until its window ends; negative once it began.

        Counted from the day on which it is told, since a working day may lie further ahead of the
        event than its lead says.
        """
        first, last = self.occurrence.in_zone(zone)
        return ((last if self.open else first) - self.day(zone)).days

    def time_left(self) -> timedelta | None:
        """Until a timed event begins, where its lead is in hours; else days are told."""
        if self.occurrence.start is None or self.lead is None or self.lead.seconds is None:
            return None
        return self.occurrence.start - self.told_at

    def day(self, zone: tzinfo) -> date:
        return self.told_at.astimezone(zone).date()


@dataclass(frozen=True)
class Changed:
    """An event before and after; `kinds` are the steps between the two, in order.

    `days` goes with a single step that is later or earlier. `source` is where the change was read.
    """

    event_before: Event
    event_after: Event
    kinds: tuple[ChangeKind, ...]
    days: int | None = None
    source: Source | None = None

    def net(self) -> tuple[ChangeKind, int | None]:
        """The one change that the steps come to, and its days."""
        if len(self.kinds) == 1:
            return self.kinds[0], self.days
        if self.event_before.cancelled != self.event_after.cancelled:
            off = self.event_after.cancelled
            return (ChangeKind.CANCELLED if off else ChangeKind.REINSTATED), None
        after = self.event_after
        step = net(self.event_before.when, after.when, after.details.zone)
        return step or (ChangeKind.EDITED, None)
