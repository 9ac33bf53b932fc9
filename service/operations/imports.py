"""What a file brings against what is stored: read it, propose, apply what was accepted.

read, fetch   a document, an .ics file or an export to candidates
propose       candidates against what is stored now
apply         those that were accepted, at once (the command line)
keep, kept, apply_kept   the same in two steps, for whoever reviews in between (API, pages)
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from service.core.calendars import ics_reading
from service.core.calendars.ics_reading import Cancellation, Skipped
from service.core.dates import when as when_
from service.core.events import event as event_
from service.core.events import fields, wording
from service.core.events.catalogue import Catalogue
from service.core.events.event import Change, Event, Source
from service.core.events.filters import Filter
from service.core.files import calendar_file, exports
from service.core.files.exports import Rules
from service.core.imports import fit, proposals
from service.core.imports.proposals import Action, Candidate, Proposal
from service.core.reading import seen as seen_
from service.core.reading.document import Document
from service.core.reading.reader import tell
from service.core.reading.reference import How, Reference, given, publisher, reference_day
from service.core.reading.seen import Seen
from service.core.text.lines import UnfitText, one_line
from service.errors import Conflict, FetchFailed, InvalidInput, NotFound, Problem
from service.operations import feeds, file_sync
from service.operations.catalogue import shipped
from service.operations.events import By, continued

if TYPE_CHECKING:
    from service.store import Reading, StoredImport, Writing

NO_RULES = Rules()
CALENDAR = "text/calendar"
# A book. Reading more would keep the service busy for too long; a command may read more.
MOST_CHARACTERS = 3_000_000
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Given:
    """What a file says: its events, the entries that could not be taken, with the reason, what a
    calendar calls off, and of a document the day from which it speaks and the dates that were seen in it
    and not announced."""

    candidates: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    rules: Rules = NO_RULES
    reference: Reference | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class File:
    """Bytes as they came, and what is known of them: a name or an address, and a Content-Type."""

    data: bytes
    name: str = ""
    media_type: str | None = None
    url: str = ""


def read(
    file: File,
    by: By,
    lang: str,
    ref_date: date | None = None,
    progress: Progress | None = None,
    characters: int = MOST_CHARACTERS,
) -> Given:
    """The events of an .ics file, of what `horizon export` wrote, or of a document.

    `ref_date` is the day from which a document speaks, where it does not say so itself or somebody
    knows better. Raises InvalidInput and its kin.
    """
    name = file.name.lower()
    # A calendar may be UTF-16, with or without a mark.
    start = file.data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    declared = (file.media_type or "").partition(";")[0].strip().lower()
    if start[:15].upper() == b"BEGIN:VCALENDAR" or name.endswith(".ics") or declared == CALENDAR:
        calendar = ics_reading.read_ics(file.data, timezone=by.timezone, lang=lang)
        entries = tuple(map(proposals.from_ics, calendar.entries))
        return Given(entries, calendar.skipped, calendar.cancellations)
    if name.endswith(".json") or (name and not file.url and start[:1] == b"{"):
        wanted = exports.read_json(file.data, timezone=by.timezone, lang=lang)
    elif name.endswith((".yaml", ".yml")):
        wanted = calendar_file.read(file.data, file.name, timezone=by.timezone, lang=lang)
    elif (table := _own_table(file)) is not None:
        wanted = exports.read_csv(table, timezone=by.timezone)
    else:
        return read_document(file, by, ref_date, progress, characters)
    rules = Rules(wanted.feeds, wanted.digests, wanted.reminders, wanted.changes)
    return Given(tuple(map(proposals.from_entry, wanted.entries)), rules=rules)


def _own_table(file: File) -> str | None:
    """The text of a table that `horizon export` wrote; None for everything else."""
    from service.documents.charset import decode

    if not exports.is_csv(decode(file.data[:4096])):
        return None
    return decode(file.data)


def read_document(
    file: File,
    by: By,
    ref_date: date | None = None,
    progress: Progress | None = None,
    characters: int = MOST_CHARACTERS,
) -> Given:
    """What a text, Markdown, HTML, PDF, DOCX, CSV or XLSX file announces. Raises DocumentError, also for
    one with more characters than that."""
    from service import documents  # knows readers that few commands need

    document = documents.read(
        file.data,
        media_type=file.media_type,
        name=file.name or None,
        limits=documents.Limits(characters=characters),
        progress=progress,
    )
    reference = given(ref_date) if ref_date else reference_day(document, by.today())
    source = Source(
        title=_title(document, file),
        publisher=publisher(document),
        date=None if reference.how is How.TODAY else reference.day,
        url=file.url if len(file.url) <= 2000 else "",
        sha256=document.sha256,
    )
    told = tell((*document.lines, *document.edges), reference.day, by.timezone)
    for fault in told.faults:
        log.warning("line %d of a document was not read", fault.block.line, exc_info=fault.error)
    made = fit.candidates(told.announcements, source, reference.day, by.timezone, by.known)
    return Given(made, reference=reference, seen=told.seen)


def fetch(url: str) -> File:
    """What is at an address of the internet. Raises InvalidInput for one that may not be asked, or
    from which nothing came."""
    from service.fetching import fetch as fetch_address

    try:
        fetched = fetch_address(url)
    except FetchFailed as failure:
        raise InvalidInput([Problem("/url", str(failure))]) from None
    return File(fetched.data, fetched.name, fetched.media_type, fetched.url)


def settle(reading: Reading, given: Given) -> Given:
    """The same with what is called off among the candidates, where it is stored, else among what is
    skipped."""
    candidates, skipped = list(given.candidates), list(given.skipped)
    for each in given.cancellations:
        singles, rest = _told_alone(reading, each)
        candidates += singles
        if singles and not rest.occurrences:
            continue
        candidate, refused = proposals.from_cancellation(rest, reading.by_uid(rest.uid))
        candidates += [candidate] if candidate else []
        skipped += refused
    return replace(given, candidates=tuple(candidates), skipped=tuple(skipped), cancellations=())


def _told_alone(
    reading: Reading, cancellation: Cancellation
) -> tuple[list[Candidate], Cancellation]:
    """Of the occurrences that are called off those that are stored as events of their own, and the
    others, which their series has to do without."""
    found, left = [], []
    for begin in () if cancellation.changed else cancellation.occurrences:
        uid = ics_reading.occurrence_uid(cancellation.uid, begin)
        single = replace(cancellation, uid=uid, occurrences=())
        candidate, _ = proposals.from_cancellation(single, reading.by_uid(uid))
        if candidate:
            found.append(candidate)
        else:
            left.append(begin)
    return found, replace(cancellation, occurrences=tuple(left)) if found else cancellation


def propose(reading: Reading, given: Given, known: Catalogue | None = None) -> list[Proposal]:
    """What each of the events amounts to, against what is stored now."""
    given = settle(reading, given)
    ids = {candidate.id for candidate in given.candidates}
    stored = dict(reading.events(ids))
    if any(candidate.extracted for candidate in given.candidates):
        stored |= {event.id: event for event in reading.select(Filter())}
        return fit.fit(given.candidates, stored.values(), known or shipped())
    for candidate in given.candidates:
        event = reading.by_uid(candidate.uid or event_.own_uid(candidate.id))
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
    found = propose(writing, given, by.known)
    note(writing, found)
    for proposal in found:
        wanted = not proposal.disputed if accepted is None else proposal.id in accepted
        if not wanted or proposal.action is Action.UNCHANGED:
            continue
        change = _carry_out(writing, proposal, by)
        if change is not None:
            made.append((proposal, change))
    return made


def note(writing: Writing, found: Sequence[Proposal]) -> None:
    """Keep what a calendar says last of the events that it leaves as they are: that is no change, and
    nobody has to agree to it."""
    for proposal in found:
        if proposal.action is Action.UNCHANGED and proposal.calendar_version:
            writing.set_calendar_version(proposal.event_id, proposal.calendar_version)


def sure(found: Sequence[Proposal]) -> list[Proposal]:
    """Those of `safe` that are sure."""
    return [p for p in safe(found) if p.sure]


def safe(found: Sequence[Proposal]) -> list[Proposal]:
    """Those that would change something and are not disputed."""
    return [p for p in found if p.action is not Action.UNCHANGED and not p.disputed]


# -- kept for review


def keep(writing: Writing, given: Given, by: By) -> StoredImport:
    """Judge the file's events now, and keep them until somebody has looked at the proposals."""
    from service.store import StoredImport

    given = settle(writing, given)
    found = propose(writing, given, by.known)
    note(writing, found)
    content = {
        "candidates": [proposals.write_candidate(c) for c in given.candidates],
        "proposals": [_written(p) for p in found],
        "judged": {p.id: _judged(writing, p) for p in found},
        "skipped": [[s.what, s.reason, s.line] for s in given.skipped],
        "reference": _reference(given.reference),
        "seen": [seen_.write(each) for each in given.seen],
    }
    # The same again at the same moment is the same import.
    told = json.dumps([by.who, by.now.isoformat(), content["candidates"]])
    id_ = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    stored = StoredImport(id_, by.now, by.who, content, applied={})
    writing.put_import(stored)
    return stored


def kept(reading: Reading, id_: str) -> StoredImport:
    """What was kept under that id. Raises NotFound."""
    stored = reading.import_(id_)
    if stored is None:
        raise NotFound("import", id_)
    return stored


def shown(stored: StoredImport, lang: str) -> dict[str, Any]:
    """The import as the API returns it: the proposals as they were judged when it was made."""
    return {
        "id": stored.id,
        **_named_reference(stored.content["reference"]),
        "proposals": [_worded(p, lang) for p in stored.content["proposals"]],
        # Those that were kept before there were any have none.
        "seen": [seen_.worded(each, lang) for each in stored.content.get("seen", [])],
        "skipped": [_skipped(*each) for each in stored.content["skipped"]],
    }


def extracted(reading: Reading, given: Given, by: By, lang: str) -> dict[str, Any]:
    """The same of a document that is not kept."""
    return _told(given, propose(reading, given, by.known), lang)


def compared(given: Given, found: Sequence[Proposal], lang: str) -> dict[str, Any]:
    """The same of any file that was read, settled and compared, with the entries that were skipped."""
    skipped = [_skipped(s.what, s.reason, s.line) for s in given.skipped]
    return {**_told(given, found, lang), "skipped": skipped}


def _told(given: Given, found: Sequence[Proposal], lang: str) -> dict[str, Any]:
    return {
        **_named_reference(_reference(given.reference)),
        "proposals": [proposals.as_json(p, lang) for p in found],
        "seen": [seen_.worded(seen_.write(each), lang) for each in given.seen],
    }


def _skipped(what: str, reason: str, line: int | None = None) -> dict[str, Any]:
    # One that an earlier version kept has no line.
    return {"what": what, "reason": reason, "line": line}


def apply_kept(writing: Writing, id_: str, accept: Any, by: By) -> dict[str, Any]:
    """Carry out the accepted proposals of a kept import, all or nothing; "all" are those that change
    something and that nobody has to decide about, "sure" those of them that are sure.

    What was applied before is not applied again, and answered as it was then. Raises NotFound,
    InvalidInput for ids that it has not, Conflict where an event has changed since, so that a
    proposal would do something else than was read.
    """
    stored = kept(writing, id_)
    accepted = _accepted(accept, stored)
    candidates = tuple(map(proposals.read_candidate, stored.content["candidates"]))
    fresh = {p.id: p for p in propose(writing, Given(candidates), by.known)}
    applied = dict(stored.applied)
    due = [fresh[each] for each in accepted if each not in applied]
    changed = [
        proposal
        for proposal in due
        if proposal.action is not Action.UNCHANGED
        and _judged(writing, proposal) != stored.content["judged"][proposal.id]
    ]
    if changed:
        named = ", ".join(f"{p.id} ({p.event_id})" for p in changed[:5])
        raise Conflict(
            f"{named}: changed since it was proposed, so nothing was applied; send the document "
            "again to see what it amounts to now"
        )
    for proposal in due:
        change = None
        if proposal.action is not Action.UNCHANGED:
            change = _carry_out(writing, proposal, by)
        event_id = change.after.id if change else proposal.event_id
        kind = change.kind.value if change else None
        applied[proposal.id] = {"id": proposal.id, "event_id": event_id, "change": kind}
    writing.set_import_applied(id_, applied)
    return {"id": id_, "applied": [applied[each] for each in accepted]}


def _accepted(accept: Any, stored: StoredImport) -> list[str]:
    found = {proposal["id"]: proposal for proposal in stored.content["proposals"]}
    if accept in ("all", "sure"):
        return [
            id_
            for id_, p in found.items()
            if p["action"] != Action.UNCHANGED
            and not p.get("disputed")
            # One that an older version kept does not say, and counts as not sure.
            and (accept == "all" or p.get("sure", False))
        ]
    if not isinstance(accept, list):
        raise InvalidInput([Problem("/accept", 'is a list of proposal ids, "sure" or "all"')])
    faults = [
        Problem(f"/accept/{number}", f"{str(each)[:40]!r} is no proposal of this import")
        for number, each in enumerate(accept)
        if not isinstance(each, str) or each not in found
    ]
    if faults:
        raise InvalidInput(faults)
    return list(dict.fromkeys(accept))


def _carry_out(writing: Writing, proposal: Proposal, by: By) -> Change | None:
    """Make the change, and record it with where it was read."""
    change = _change(writing, proposal, by)
    if change is None:
        return None
    change = continued(writing, change)
    source = proposal.evidence or proposal.details.source
    writing.record(change, who=by.who, origin=by.origin, source=source)
    return change


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
            calendar_version=proposal.calendar_version,
        )
    told = proposal.calendar_version
    if event.withdrawn:
        return event_.restore(event, proposal.details, by.now, calendar_version=told)
    return event_.revise(event, proposal.details, by.now, calendar_version=told)


def _judged(reading: Reading, proposal: Proposal) -> list[Any]:
    """What a proposal would do to what. A line of a document sets date, status and place: as long as
    the event has the same ones, it is the same proposal. A calendar sets everything."""
    event = reading.event(proposal.matches) if proposal.matches else None
    after = proposal.details
    return [
        proposal.action.value,
        proposal.matches,
        proposal.disputed,
        None if event is None else _touched(event, proposal.evidence is not None),
        [after.when.text, after.status.value if after.status else None],
    ]


def _touched(event: Event, by_document: bool) -> list[Any]:
    if not by_document:
        return [event.version]
    return [event.when.text, event.status.value, event.details.location, event.withdrawn]


def _written(proposal: Proposal) -> dict[str, Any]:
    """A proposal as it is kept, without the words of a language."""
    written = proposals.as_json(proposal, "en")
    del written["event"]["when_text"]
    return written


def _worded(written: dict[str, Any], lang: str) -> dict[str, Any]:
    event = fields.completed(written["event"])
    words = wording.full(when_.parse(event["when"]), lang, event["timezone"])
    return {**written, "event": {**event, "when_text": words}}


def _reference(reference: Reference | None) -> list[str] | None:
    return None if reference is None else [reference.day.isoformat(), reference.how.value]


def _named_reference(reference: Sequence[str] | None) -> dict[str, Any]:
    day, how = reference or (None, None)
    return {"ref_date": day, "ref_date_from": how}


def _title(document: Document, file: File) -> str:
    """What the document is called: as it says itself, else its file's name, else its first line."""
    for text in (document.title or "", file.name, document.lines[0].text):
        try:
            title = one_line(text)
        except UnfitText:
            continue
        if title:
            return title if len(title) <= 120 else f"{title[:119]}…"
    return ""
