"""Taking back a change of an event, as long as nothing that came after it still stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.core.events import event as event_
from service.core.events.event import Event
from service.operations.events import By

if TYPE_CHECKING:
    from service.store import Writing


def stands(now: Event | None, then: Event | None) -> bool:
    """Whether the event is as that change left it: what came after it was taken back too."""
    if now is None or then is None:
        return False
    return (now.details, now.withdrawn) == (then.details, then.withdrawn)


def undo(writing: Writing, id_: str, version: int, by: By) -> bool:
    """Make the event what it was before that version, which is a new change of its own. False where
    the event is not as that version left it: whoever changed it since then is not overruled.

    An event that was new then is withdrawn.
    """
    event, rows = writing.event(id_), writing.history(id_)
    then = next((row.event for row in rows if row.version == version), None)
    if event is None or not stands(event, then):
        return False
    earlier = [row.event for row in rows if row.version < version and row.event]
    before = earlier[-1] if earlier else None
    if before is None or before.withdrawn:
        change = event_.withdraw(event, by.now)
    elif event.withdrawn:
        change = event_.restore(event, before.details, by.now)
    else:
        change = event_.revise(event, before.details, by.now)
    if change is None:
        return False
    # What a calendar said then is unsaid too: the same again, or what was right before it, is no older.
    told = before.calendar_version if before else None
    change = replace(change, after=replace(change.after, calendar_version=told))
    source = None if change.after.withdrawn else change.after.details.source
    writing.record(change, who=by.who, origin=by.origin, source=source)
    return True
