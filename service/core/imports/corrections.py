"""What a person makes of what was read: a correction of a candidate, and what it then amounts to.

A correction is a JSON object with the keys of an event, and two more: `end`, the last day or the time at
which it ends, and `matches`, the stored event that it is about, null for none. What a person corrects holds:
the date that was written in stays, though the document's own would not have replaced the stored one. A
corrected proposal is never matched anew by its title; whoever means another event says so.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.core.calendars.ics_reading import free_id
from service.core.dates import when as when_
from service.core.dates.when import Precision, When
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import DETAIL_KEYS, Details, Event
from service.core.imports import match_events
from service.core.imports.proposals import Action, Candidate, Proposal, propose
from service.core.reading.announcement import Doubt
from service.core.text.lines import unknown_key
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

CHOSEN = Sentence("as_chosen")
NEW_AS_CHOSEN = Sentence("new_as_chosen")
# The source is that of the whole document, and is corrected there.
EDITABLE = (*(key for key in DETAIL_KEYS if key != "source"), "end", "matches")
# What speaks against a date or a title that somebody has written since does so no longer.
_OF_THE_DATE = frozenset(
    {
        Doubt.LEFTOVER,
        Doubt.TWO_READINGS,
        Doubt.WEEKDAY,
        Doubt.ORDER,
        Doubt.YEAR_ASSUMED,
        Doubt.WINDOW_WIDE,
        Doubt.DISPUTED,
    }
)
_OF_THE_TITLE = frozenset({Doubt.TITLE_FROM_ELSEWHERE})
_TOLD = ("title", "when", "timezone", "kind", "location", "importance", "status", "recurrence")


@dataclass(frozen=True)
class Corrected:
    """A candidate as a person wants it, and the keys that they set."""

    candidate: Candidate
    keys: frozenset[str]


def corrected(
    candidate: Candidate, edit: Any, timezone: str, today: date, shown: When | None = None
) -> Corrected:
    """The candidate with what a person says in its place.

    `shown` is the date that they saw, to which a new end alone belongs; not given, the one that was read.
    Raises InvalidInput for every key that cannot be used; whether `matches` names an event is for those to
    say who know the events.
    """
    if not isinstance(edit, Mapping):
        raise InvalidInput([Problem("", "must be an object with what to correct")])
    problems = [
        Problem(f"/{str(key)[:100]}", unknown_key(key, EDITABLE))
        for key in edit
        if key not in EDITABLE
    ]
    said = {key: value for key, value in edit.items() if key in DETAIL_KEYS and key != "source"}
    end = edit.get("end")
    held = fields.write(candidate.details)
    if end not in (None, "") and "when" not in said:
        # Its first day or time: with the end it is one date again.
        said["when"] = (shown or candidate.details.when).text
    try:
        details = fields.read({**held, **said}, timezone, today)
        if end not in (None, ""):
            details = replace(details, when=_until(details, end, today))
    except InvalidInput as refusal:
        raise InvalidInput([*problems, *refusal.problems]) from None
    if problems:
        raise InvalidInput(problems)
    details = replace(details, source=candidate.details.source)
    keys = frozenset(said)
    gone = (_OF_THE_DATE if "when" in keys else frozenset()) | (
        _OF_THE_TITLE if "title" in keys else frozenset()
    )
    doubts = tuple(doubt for doubt in candidate.doubts if doubt not in gone)
    made = replace(candidate, details=details, keys=candidate.keys | keys, doubts=doubts)
    return Corrected(made, keys)


def _until(details: Details, end: Any, today: date) -> When:
    """The date with another end. Raises InvalidInput at /end."""
    start = details.when
    if not start.dated:
        raise InvalidInput([Problem("/end", Sentence("end_of_undated"))])
    read = {"title": "-", "when": end, "timezone": details.timezone}
    try:
        # "14日" and "5pm" are those after the start.
        until = fields.read(read, details.timezone, start.first).when
    except InvalidInput as refusal:
        raise InvalidInput([replace(p, pointer="/end") for p in refusal.problems]) from None
    if until.precision is not start.precision or until.qualifier:
        code = "must_be_time" if start.timed else "must_be_day"
        raise InvalidInput([Problem("/end", Sentence(code))])
    if start.precision is Precision.DAY:
        if until.last < start.first:
            raise InvalidInput([Problem("/end", Sentence("before_start"))])
        made = when_.day(start.first, until.last)
        return when_.parse(made.text + start.qualifier) if start.qualifier else made
    last = until.end or until.start
    if start.start is None or last is None or last < start.start:
        raise InvalidInput([Problem("/end", Sentence("before_start"))])
    return when_.parse(f"{start.text.partition('/')[0]}/{until.text.rpartition('/')[2]}")


def about(id_: str, made: Corrected, event: Event, *, pointed: bool) -> Proposal:
    """What a corrected candidate changes of that event; `pointed`: a person chose the event."""
    candidate = made.candidate
    if pointed:
        # Its calendar counts the versions of another event.
        candidate = replace(candidate, version=None)
    if candidate.extracted and not event.withdrawn:
        return replace(
            match_events.chosen(id_, candidate, event, made.keys, CHOSEN),
            doubts=candidate.doubts,
            read_by=candidate.read_by,
        )
    proposal = propose(id_, candidate, event, CHOSEN, confidence=candidate.confidence)
    evidence = candidate.details.source if candidate.extracted else None
    return replace(proposal, evidence=evidence, doubts=candidate.doubts, read_by=candidate.read_by)


def alone(id_: str, made: Corrected, taken: Container[str], *, pointed: bool) -> Proposal:
    """The new event that a corrected candidate is; `pointed`: a person said that it is none of those
    that are stored. `taken` are the ids that others have."""
    candidate = made.candidate
    if pointed:
        candidate = replace(candidate, uid=None, id_given=False, version=None, sequence=None)
    if not candidate.id_given:
        slug = event_.slug(candidate.details.title)
        seed = candidate.uid or candidate.details.when.text
        candidate = replace(candidate, id=free_id(slug, seed, taken))
    proposal = propose(id_, candidate, None, confidence=candidate.confidence)
    evidence = candidate.details.source if candidate.extracted else None
    reason = NEW_AS_CHOSEN if pointed else proposal.reason
    return replace(
        proposal,
        reason=reason,
        evidence=evidence,
        doubts=candidate.doubts,
        read_by=candidate.read_by,
    )


def made_of(
    read: Candidate, made: Corrected, matched: str | None, proposal: Proposal
) -> dict[str, tuple[str, str]]:
    """By key what was read, and what a person made of it; also of which event it was about.

    `matched` is the event that was found for it.
    """
    before, after = fields.write(read.details), fields.write(made.candidate.details)
    told = {
        key: (str(before[key] or ""), str(after[key] or ""))
        for key in _TOLD
        if key in made.keys and before[key] != after[key]
    }
    is_about = None if proposal.action is Action.CREATE else proposal.matches
    if is_about != matched:
        told["matches"] = (matched or "", is_about or "")
    return told
