"""Taking back the newest change of an event, as long as nothing came after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.core.events import event as event_
from service.operations.events import By

if TYPE_CHECKING:
    from service.store import Writing


def undo(writing: Writing, id_: str, version: int, by: By) -> bool:
    """Make the event what it was before that version, which is a new change of its own. False where
    that version is not the newest: whoever changed it since then is not overruled.

    An event that was new then is withdrawn.
    """
    event = writing.event(id_)
    if event is None or event.version != version:
        return False
    earlier = [row.event for row in writing.history(id_) if row.version < version and row.event]
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
