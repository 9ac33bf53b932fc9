"""What a file brings against what is stored: read it, propose, apply what was accepted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.core import calendar_file, exports, ics_reading, proposals
from service.core import event as event_
from service.core.event import Change
from service.core.exports import Rules
from service.core.ics_reading import Skipped
from service.core.proposals import Action, Candidate, Proposal
from service.errors import InvalidInput, Problem
from service.operations import feeds, file_sync
from service.operations.events import By, continued

if TYPE_CHECKING:
    from service.store import Reading, Writing


NO_RULES = Rules()


@dataclass(frozen=True)
class Given:
    """What a file says: its events, and the entries that could not be taken, with the reason."""

    candidates: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...] = ()
    rules: Rules = NO_RULES


def read(data: bytes, name: str, *, timezone: str, lang: str) -> Given:
    """The events of an .ics file or of what `horizon export` wrote as yaml or json.

    Raises InvalidInput and InvalidFile.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:15].upper() == b"BEGIN:VCALENDAR" or name.lower().endswith(".ics"):
        file = ics_reading.read_ics(data, timezone=timezone)
        return Given(tuple(map(proposals.from_ics, file.entries)), file.skipped)
    if start[:1] == b"{" or name.lower().endswith(".json"):
        wanted = exports.read_json(data, timezone=timezone, lang=lang)
    elif name.lower().endswith((".yaml", ".yml")):
        wanted = calendar_file.read(data, name, timezone=timezone, lang=lang)
    else:
        raise InvalidInput(
            [Problem("", f"{name}: documents are not read yet; give an .ics file or an export")]
        )
    rules = Rules(wanted.feeds, wanted.digests, wanted.reminders, wanted.changes)
    return Given(tuple(map(proposals.from_entry, wanted.entries)), rules=rules)


def propose(reading: Reading, given: Given) -> list[Proposal]:
    """What each of the events amounts to, against what is stored now."""
    stored = dict(reading.events(candidate.id for candidate in given.candidates))
    for candidate in given.candidates:
        event = reading.by_uid(candidate.uid or f"{candidate.id}@horizon")
        if event is not None:
            stored[event.id] = event
    return proposals.compare(given.candidates, stored.values())


def missing(reading: Reading, given: Given) -> Rules:
    """The file's feeds and rules of names that nothing stored has. Those that are stored stay as
    they are: they belong to whoever made them."""
    feeds = {feed.name for feed in reading.feeds()}
    held = {(rule.type, rule.name) for rule in reading.rules()}
    rules = given.rules
    return Rules(
        tuple(feed for feed in rules.feeds if feed.name not in feeds),
        tuple(rule for rule in rules.digests if ("digest", rule.name) not in held),
        tuple(rule for rule in rules.reminders if ("reminder", rule.name) not in held),
        tuple(rule for rule in rules.changes if ("change", rule.name) not in held),
    )


def apply_missing(writing: Writing, given: Given, now: datetime) -> Rules:
    """Store the feeds and rules that are missing, and give them."""
    found = missing(writing, given)
    for spec in found.feeds:
        feeds.create(writing, spec, now)
    new = file_sync.as_stored(found, now)
    if new:
        writing.put_rules([*writing.rules(), *new])
    return found


def apply(
    writing: Writing, given: Given, by: By, accepted: Collection[str] | None = None
) -> list[tuple[Proposal, Change]]:
    """Carry out the proposals with the accepted ids, or all that nobody has to decide about.

    They are made anew against what the transaction sees, so that nothing stored since is
    overwritten unseen. Gives the changes that were made.
    """
    made = []
    for proposal in propose(writing, given):
        wanted = not proposal.disputed if accepted is None else proposal.id in accepted
        if not wanted or proposal.action is Action.UNCHANGED:
            continue
        change = _change(writing, proposal, by)
        if change is not None:
            change = continued(writing, change)
            writing.record(change, who=by.who, origin=by.origin, source=proposal.details.source)
            made.append((proposal, change))
    return made


def safe(found: Sequence[Proposal]) -> list[Proposal]:
    """Those that would change something and are not disputed."""
    return [p for p in found if p.action is not Action.UNCHANGED and not p.disputed]


def _change(writing: Writing, proposal: Proposal, by: By) -> Change | None:
    event = writing.event(proposal.event_id)
    if event is None:
        return event_.new(
            proposal.event_id,
            proposal.details,
            by.now,
            proposal.origin or by.origin,
            uid=proposal.uid,
            sequence=proposal.sequence or 0,
            created_at=proposal.created_at,
            updated_at=proposal.updated_at,
        )
    if event.withdrawn:
        return event_.restore(event, proposal.details, by.now)
    return event_.revise(event, proposal.details, by.now)
