"""What is given from outside against what is stored: create, refine, move, cancel or unchanged.

A candidate says some details of one event (`keys`); those that it does not say stay as they are
stored. One that carries an identity, as in an export or an .ics file, is matched by its UID, else by
its id (compare). Where a match is found in another way, by likeness, propose() takes it from there:
it decides what the pair amounts to, and knows nothing of how the two met.

Of a pair: newly called off is `cancel`; a date that lies within the stored one and says more is
`refine`; any other date is `move`; other details alone are `refine`, with their names as the reason;
else `unchanged`. An entry of a calendar that is older than what was told before changes nothing (RFC 5546
2.1.5), and says so. A source that is not official does not overrule one that is: a `move` or `cancel`
that would do so is disputed, and so is taking the official source away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from service.core.calendars.ics_reading import Cancellation, IcsEvent, Skipped, free_id, without
from service.core.dates import when as when_
from service.core.dates.when import DateChange, When
from service.core.events import event as event_
from service.core.events import fields, recurrence, wording
from service.core.events.event import (
    DETAIL_KEYS,
    CalendarVersion,
    Details,
    Event,
    Origin,
    Source,
    Status,
)
from service.core.events.representation import instant
from service.core.files.calendar_file import Entry
from service.core.reading.announcement import SURE, Doubt
from service.sentences import Sentence, joined

RULES, BOTH = "rules", "both"


def by_model(name: str) -> str:
    """What read what only the model of that name read."""
    return f"model {name}"


class Action(StrEnum):
    CREATE = "create"
    REFINE = "refine"
    MOVE = "move"
    CANCEL = "cancel"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Candidate:
    """What is said of one event: the `keys` of `details`.

    `id_given`: the id was written down, and so names the event; else it is made from the title and
    only proposed. The next three are used when the event is created (an export has them). The last are
    those of a line of a document: how sure it was read, the date that it says no longer holds, and the
    day from which the document speaks.

    `version` is that of a calendar's entry, to be held against what is stored; `ours`: Horizon wrote
    the entry; `occurrence`: it speaks of occurrences of a series, which have versions of their own.
    `note` is what whoever takes it should know; `read_by` RULES, BOTH, or by_model() of the model that alone
    read it.
    """

    id: str
    details: Details
    keys: frozenset[str]
    uid: str | None = None
    id_given: bool = True
    sequence: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    origin: Origin | None = None
    confidence: float = 1.0
    previous: When | None = None
    day: date | None = None
    version: CalendarVersion | None = None
    ours: bool = False
    occurrence: bool = False
    doubts: tuple[Doubt, ...] = ()
    note: str = ""
    read_by: str = RULES

    @property
    def by_model_alone(self) -> bool:
        return self.read_by not in (RULES, BOTH)

    @property
    def extracted(self) -> bool:
        """Read in a document, which names events by their titles alone."""
        return self.day is not None


@dataclass(frozen=True)
class Proposal:
    """What to do about one event, until somebody accepts it.

    `details` are all of its details as they would then be. `event_id` is the event to change or the
    id to create under; `matches` is None where there is no such event yet. A create that matches is
    of an event that was withdrawn, and would be brought back. `evidence` is where a document says it,
    also where nothing is to be changed, and `calendar_version` what the event was then told, if that
    is something new. `older`: nothing is changed since the entry is older than what is stored. `similar`
    are the ids of other events that look like it; `read_by` is as in Candidate.
    """

    id: str
    action: Action
    details: Details
    event_id: str
    uid: str | None
    matches: str | None
    confidence: float
    reason: str
    disputed: bool = False
    sequence: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    origin: Origin | None = None
    evidence: Source | None = None
    calendar_version: CalendarVersion | None = None
    older: bool = False
    doubts: tuple[Doubt, ...] = ()
    similar: tuple[str, ...] = ()
    read_by: str = RULES

    @property
    def by_model_alone(self) -> bool:
        """Whether nothing but a model read it: a person has to say so before it is applied."""
        return self.read_by not in (RULES, BOTH)

    @property
    def sure(self) -> bool:
        """Stated at 0.9 or more, and nothing that is a veto speaks against it; what a model alone read never
        is."""
        if self.by_model_alone:
            return False
        vetoed = self.disputed or any(doubt.veto for doubt in self.doubts)
        return self.confidence >= SURE and not vetoed


def from_entry(entry: Entry) -> Candidate:
    """An event of an export, or of an events.yaml."""
    return Candidate(
        entry.id,
        entry.details,
        frozenset(entry.values),
        uid=entry.uid,
        sequence=entry.sequence,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        origin=entry.origin,
    )


def from_ics(event: IcsEvent) -> Candidate:
    """An event of an .ics file."""
    return Candidate(
        event.id,
        event.details,
        event.keys,
        uid=event.uid,
        id_given=event.id_given,
        sequence=event.sequence,
        version=event.version,
        ours=event.ours,
        note=event.note,
    )


def from_cancellation(
    cancellation: Cancellation, event: Event | None
) -> tuple[Candidate | None, list[Skipped]]:
    """What a METHOD:CANCEL says of the stored event with its UID, and what of it cannot be said."""
    uid = cancellation.uid
    if event is None or event.withdrawn:
        if cancellation.changed:
            return (
                None,
                [],
            )  # the day has an event of its own, and there is no series to take it from
        reason = "it calls off an event that is not stored"
        return None, [Skipped(uid, cancellation.title, reason)]
    details, keys, skipped = event.details, {"status"}, []
    if cancellation.occurrences:
        title = cancellation.title or event.title
        rest, refused = without(details, cancellation.occurrences)
        skipped = [Skipped(uid, title, reason) for reason in refused]
        if len(refused) == len(cancellation.occurrences):
            return None, skipped
        keys = {"when", "recurrence", "exceptions"} if rest else keys
        details = rest or replace(details, status=Status.CANCELLED)
    else:
        details = replace(details, status=Status.CANCELLED)
    candidate = Candidate(
        event.id,
        details,
        frozenset(keys),
        uid=uid,
        version=cancellation.version,
        occurrence=bool(cancellation.occurrences),
    )
    return candidate, skipped


def compare(wanted: Sequence[Candidate], stored: Iterable[Event]) -> list[Proposal]:
    """A proposal for each candidate, p1, p2, … in their order.

    `stored` has the events with their UIDs and ids at least, the withdrawn too.
    """
    by_uid, by_id = {}, {}
    for event in stored:
        by_uid[event.uid] = by_id[event.id] = event
    taken = by_id.keys() | {candidate.id for candidate in wanted if candidate.id_given}
    proposals = []
    for number, candidate in enumerate(wanted, 1):
        match = by_uid.get(candidate.uid or event_.own_uid(candidate.id))
        how = "same_uid"
        # Without a UID its id is all that a candidate has; made of the title, it is no proof.
        if match is None and (candidate.id_given or candidate.uid is None):
            match, how = by_id.get(candidate.id), "same_id"
        if match is None and not candidate.id_given:
            seed = candidate.uid or candidate.details.when.text
            candidate = replace(candidate, id=free_id(candidate.id, seed, taken))
            taken.add(candidate.id)
        proposal = propose(f"p{number}", candidate, match, Sentence(how))
        if candidate.note:
            proposal = replace(proposal, reason=joined(proposal.reason, candidate.note))
        proposals.append(proposal)
    return proposals


def propose(
    id_: str, candidate: Candidate, match: Event | None, *met: Sentence, confidence: float = 1.0
) -> Proposal:
    """What a candidate amounts to, given the event that it is about, if there is one.

    `met` says how the two met, `confidence` from 0 to 1 how sure that is.
    """
    if match is None:
        return Proposal(
            id_,
            Action.CREATE,
            candidate.details,
            candidate.id,
            candidate.uid,
            None,
            confidence,
            Sentence("no_event_like_it"),
            sequence=candidate.sequence,
            created_at=candidate.created_at,
            updated_at=candidate.updated_at,
            origin=candidate.origin,
            calendar_version=_told(candidate, None),
        )
    held = _held_version(candidate, match)
    if candidate.version and held and candidate.version.older_than(held):
        return Proposal(
            id_,
            Action.UNCHANGED,
            match.details,
            match.id,
            match.uid,
            match.id,
            confidence,
            because(match, met, _older(candidate.version, held)),
            older=True,
        )
    told = _told(candidate, match)
    details = _merge(candidate, match, held)
    action, reason, disputed = _judge(details, match)
    return Proposal(
        id_,
        action,
        details,
        match.id,
        match.uid,
        match.id,
        confidence,
        because(match, met, reason),
        disputed,
        calendar_version=None if action is Action.UNCHANGED and told == held else told,
    )


def _held_version(candidate: Candidate, event: Event) -> CalendarVersion | None:
    """What the candidate must not be older than; None where nothing is known that it counts from.

    Under our own UID, and in what Horizon wrote, the numbers go on from those that it publishes. Any
    other calendar counts by itself.
    """
    if event.own_uid:
        return event.calendar_version or event.published
    return event.published if candidate.ours else event.calendar_version


def _told(candidate: Candidate, event: Event | None) -> CalendarVersion | None:
    """What is to be kept of the candidate's version with the event that it is about."""
    version = candidate.version
    own_uid = event.own_uid if event else candidate.uid == event_.own_uid(candidate.id)
    if version is None or (candidate.ours and not own_uid):
        return None  # it counts as Horizon does, not as the calendar that the event comes from
    if not candidate.occurrence:
        return version
    held = _held_version(candidate, event) if event else None
    if held is None or version.dtstamp is None:
        return held
    # An occurrence has a SEQUENCE of its own. That it was called off is later than what was told of
    # the series before, which is not to bring it back when it comes once more.
    return replace(held, dtstamp=max(held.dtstamp or version.dtstamp, version.dtstamp))


def because(event: Event, met: tuple[Sentence, ...], reason: str) -> Sentence:
    """Which event it is about, how it was found, and what changes of it or stays."""
    return Sentence("reason", event=event.id, met=met, because=reason)


def _older(version: CalendarVersion, held: CalendarVersion) -> Sentence:
    what, ours, theirs = "SEQUENCE", str(version.sequence), str(held.sequence)
    if ours == theirs:
        what = "DTSTAMP"
        ours, theirs = (instant(each.dtstamp) for each in (version, held) if each.dtstamp)
    return Sentence("older_version", what=what, ours=ours, theirs=theirs)


def write_candidate(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON, to be judged again later."""
    written = {
        "id": candidate.id,
        "details": fields.write(candidate.details),
        "keys": sorted(candidate.keys),
        "uid": candidate.uid,
        "id_given": candidate.id_given,
        "sequence": candidate.sequence,
        "confidence": candidate.confidence,
        "doubts": [doubt.value for doubt in candidate.doubts],
        "previous": candidate.previous.text if candidate.previous else None,
        "day": candidate.day.isoformat() if candidate.day else None,
    }
    # What an export has, and a calendar; a document has none of these.
    known = {
        "created_at": candidate.created_at and candidate.created_at.isoformat(),
        "updated_at": candidate.updated_at and candidate.updated_at.isoformat(),
        "origin": candidate.origin and candidate.origin.value,
        "version": fields.write_calendar_version(candidate.version),
        "ours": candidate.ours,
        "occurrence": candidate.occurrence,
        "note": candidate.note,
        "read_by": candidate.read_by if candidate.read_by != RULES else "",
    }
    return {**written, **{key: value for key, value in known.items() if value}}


def read_candidate(written: Mapping[str, Any]) -> Candidate:
    """What write_candidate() wrote."""
    details = fields.read(written["details"], written["details"]["timezone"])
    return Candidate(
        written["id"],
        details,
        frozenset(written["keys"]),
        uid=written["uid"],
        id_given=written["id_given"],
        sequence=written["sequence"],
        confidence=written["confidence"],
        doubts=tuple(map(Doubt, written.get("doubts", []))),
        previous=when_.parse(written["previous"]) if written["previous"] else None,
        day=date.fromisoformat(written["day"]) if written["day"] else None,
        # What an earlier version of Horizon kept has none of these either.
        created_at=_moment(written.get("created_at")),
        updated_at=_moment(written.get("updated_at")),
        origin=Origin(written["origin"]) if written.get("origin") else None,
        version=fields.read_calendar_version(written.get("version")),
        ours=written.get("ours", False),
        occurrence=written.get("occurrence", False),
        note=written.get("note", ""),
        read_by=written.get("read_by", RULES),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def as_json(proposal: Proposal, lang: str) -> dict[str, Any]:
    """The proposal as the API returns it; `lang` is that of the date in words."""
    details = proposal.details
    source = proposal.evidence or details.source
    written = {
        "id": proposal.id,
        "action": proposal.action.value,
        "event": {
            "id": proposal.event_id,
            **fields.write(details),
            "start": details.when.start_text,
            "end": details.when.end_text,
            "precision": details.when.precision.value,
            "when_text": wording.full(details.when, lang, details.timezone),
        },
        "matches": proposal.matches,
        "confidence": proposal.confidence,
        "sure": proposal.sure,
        "doubts": [doubt.written() for doubt in _all_doubts(proposal)],
        "excerpt": source.excerpt if source else "",
        "page": source.page if source else None,
        "line": source.line if source else None,
        "reason": proposal.reason,
        "similar": list(proposal.similar),
        "read_by": proposal.read_by,
    }
    return {**written, "disputed": True} if proposal.disputed else written


def _all_doubts(proposal: Proposal) -> tuple[Doubt, ...]:
    if not proposal.disputed or Doubt.DISPUTED in proposal.doubts:
        return proposal.doubts
    return (*proposal.doubts, Doubt.DISPUTED)


def _merge(candidate: Candidate, event: Event, told_before: CalendarVersion | None) -> Details:
    held = event.details
    said = {key: getattr(candidate.details, key) for key in candidate.keys}
    told = candidate.version
    anew = told and told_before and told.sequence > told_before.sequence
    if anew and event.cancelled and not candidate.occurrence:
        said.setdefault("status", None)  # it is on again: nobody says now that it is called off
    if said.get("title") in dict(held.titles).values():
        del said["title"]  # it was exported in another language
    if "when" in said and _same_time(said["when"], held.when):
        del said["when"]
    details = replace(held, **said)
    kept = replace(details, status=held.status)
    if "status" in said and _status(kept, event) is _status(details, event):
        details = kept  # what the date says anyhow, or what was set already
    if details.recurrence and "recurrence" not in said:
        try:
            recurrence.read(details.recurrence, details.when, details.timezone)
        except recurrence.InvalidRecurrence:  # it cannot go with the new date
            details = replace(details, recurrence=None, exceptions=())
    return details


def _same_time(new: When, held: When) -> bool:
    """The same instants, written with another offset."""
    return new.timed and (new.start, new.end, new.qualifier) == (
        held.start,
        held.end,
        held.qualifier,
    )


def _status(details: Details, event: Event) -> str:
    return replace(event, details=details).status


def _judge(details: Details, event: Event) -> tuple[Action, str, bool]:
    """The action, its reason in words, and whether it is disputed."""
    if event.withdrawn:
        return Action.CREATE, Sentence("brought_back"), False
    held = event.details
    keys = [key for key in DETAIL_KEYS if getattr(held, key) != getattr(details, key)]
    if not keys:
        return Action.UNCHANGED, Sentence("nothing_differs"), False
    after = replace(event, details=details)
    said: list[Sentence] = []
    action = Action.REFINE
    if "when" in keys:
        keys.remove("when")
        action, words = _date_change(held.when, details)
        said.append(words)
    if after.cancelled and not event.cancelled:
        keys.remove("status")
        action = Action.CANCEL
        said.insert(0, Sentence("called_off"))
    if keys:
        said.append(Sentence("keys_differ", keys=tuple(keys)))
    official = held.source is not None and held.source.official
    lesser = details.source is None or not details.source.official or "source" not in keys
    overruled = action in (Action.MOVE, Action.CANCEL) or "source" in keys
    disputed = official and lesser and overruled
    if disputed:
        said.append(Sentence("official_stored"))
    return action, joined(*said), disputed


def one_of(day: When, days: When) -> bool:
    """Whether the one is a single day of the several that the other lasts."""
    return (
        day.dated
        and days.dated
        and day.days == 1 < days.days
        and days.first <= day.first <= days.last
    )


def _date_change(held: When, details: Details) -> tuple[Action, Sentence]:
    new = details.when
    change, days = when_.compare(held, new, details.zone)
    dates = {"old": wording.written(held), "new": wording.written(new)}
    if change is DateChange.FIRMED:
        return Action.REFINE, Sentence("more_exact", **dates)
    if change is DateChange.LOOSENED:
        return Action.MOVE, Sentence("all_its_days" if one_of(held, new) else "less_exact", **dates)
    if change is None or not days:
        return Action.MOVE, Sentence("another_date", **dates)
    return Action.MOVE, Sentence(f"days_{change.value}", days=days, **dates)
