"""What a file brings against what is stored: read it, propose, carry out.

read, fetch   a document, an .ics file or an export to candidates
propose       candidates against what is stored now
carry_out     one of them, which somebody has accepted (operations.reviews)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from service.channels import kinds
from service.core.calendars import ics_reading
from service.core.calendars.ics_reading import Cancellation, Skipped
from service.core.events import event as event_
from service.core.events import wording
from service.core.events.catalogue import Catalogue
from service.core.events.event import Change, Source
from service.core.events.filters import Filter
from service.core.files import calendar_file, exports
from service.core.files.exports import Rules
from service.core.imports import match_events, proposals, sources, tables
from service.core.imports.proposals import Action, Candidate, Proposal
from service.core.imports.tables import Rows
from service.core.reading import seen as seen_
from service.core.reading.reference import How, Reference, given, publisher, reference_day
from service.core.reading.seen import Seen
from service.errors import FetchFailed, InvalidInput, Problem
from service.operations import feeds, file_sync
from service.operations.catalogue import shipped
from service.operations.events import By, continued

if TYPE_CHECKING:
    from service.core.reading.document import Line
    from service.operations.second_reader import Heard
    from service.store import Reading, Writing

NO_RULES = Rules()
NO_SOURCE = Source()
CALENDAR = "text/calendar"
# A book. Reading more would keep the service busy for too long; a command may read more.
MOST_CHARACTERS = 3_000_000
NOTHING_SAID: Mapping[str, Any] = {}
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Given:
    """What a file says: its events, the entries that could not be taken, with the reason, what a
    calendar calls off, where it comes from, and of a document the day from which it speaks and the dates
    that were seen in it and not announced. `unrecognised` are the rows of a table whose columns nothing
    names."""

    candidates: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    rules: Rules = NO_RULES
    source: Source = NO_SOURCE
    reference: Reference | None = None
    seen: tuple[Seen, ...] = ()
    unrecognised: Rows = ()
    lines: tuple[Line, ...] = ()
    heard: Heard | None = None
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class File:
    """Bytes as they came, and what is known of them: a name or an address, a Content-Type, and that
    somebody pasted them as text."""

    data: bytes
    name: str = ""
    media_type: str | None = None
    url: str = ""
    pasted: bool = False


def read(
    file: File,
    by: By,
    lang: str,
    ref_date: date | None = None,
    progress: Progress | None = None,
    characters: int = MOST_CHARACTERS,
    said: Mapping[str, Any] = NOTHING_SAID,
) -> Given:
    """The events of an .ics file, of what `horizon export` wrote, or of a document.

    `ref_date` is the day from which a document speaks, where it does not say so itself or somebody
    knows better; `said` is what they know of its source (sources.KEYS), whose date is such a day too.
    Raises InvalidInput and its kin.
    """
    sources.read(said)
    name = file.name.lower()
    # A calendar may be UTF-16, with or without a mark.
    start = file.data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    declared = (file.media_type or "").partition(";")[0].strip().lower()
    if start[:15].upper() == b"BEGIN:VCALENDAR" or name.endswith(".ics") or declared == CALENDAR:
        calendar = ics_reading.read_ics(file.data, timezone=by.timezone, lang=lang)
        entries = tuple(map(proposals.from_ics, calendar.entries))
        return _named(Given(entries, calendar.skipped, calendar.cancellations), file, by, said)
    if name.endswith(".json") or (name and not file.url and start[:1] == b"{"):
        wanted = exports.read_json(file.data, timezone=by.timezone, lang=lang, channel=kinds.read)
    elif name.endswith((".yaml", ".yml")):
        wanted = calendar_file.read(
            file.data, file.name, timezone=by.timezone, lang=lang, channel=kinds.read
        )
    elif (table := _own_table(file)) is not None:
        wanted = exports.read_csv(table, timezone=by.timezone)
    else:
        return read_document(file, by, ref_date, progress, characters, said)
    # No channels: they name where secrets stand, and whoever may import could have those sent to
    # himself. They come by the events file alone.
    rules = Rules(wanted.feeds, wanted.digests, wanted.reminders, wanted.changes)
    entries = tuple(map(proposals.from_entry, wanted.entries))
    return _named(Given(entries, rules=rules), file, by, said)


def _named(given: Given, file: File, by: By, said: Mapping[str, Any]) -> Given:
    """The same with where it comes from: the file, and of each event what somebody says of the source."""
    named = Source(title=file.name or _unnamed(file, by), url=_address(file))
    source = sources.corrected(named, said)
    if not said:
        return replace(given, source=source)
    made = tuple(
        # One that names no source of its own has the whole of the import's.
        sources.sourced(each, source, said.keys() if each.details.source else sources.KEYS)
        for each in given.candidates
    )
    return replace(given, source=source, candidates=made)


def _unnamed(file: File, by: By) -> str:
    return (wording.pasted if file.pasted else wording.received)(by.today(), by.lang)


def _address(file: File) -> str:
    return file.url if len(file.url) <= 2000 else ""


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
    said: Mapping[str, Any] = NOTHING_SAID,
) -> Given:
    """What a text, Markdown, HTML, PDF, DOCX, CSV or XLSX file announces. Raises DocumentError, also for
    one with more characters than that."""
    from service import documents  # knows readers that few commands need
    from service.core.reading.reader import tell  # takes a fifth of the service's start

    document = documents.read(
        file.data,
        media_type=file.media_type,
        name=file.name or None,
        limits=documents.DocumentLimits(characters=characters),
        progress=progress,
    )
    day = ref_date or sources.read(said).date
    reference = given(day) if day else reference_day(document, by.today())
    told = tell((*document.lines, *document.edges), reference.day, by.timezone)
    for fault in told.faults:
        log.warning("line %d of a document was not read", fault.block.line, exc_info=fault.error)
    announced = {(one.page, one.line) for one in told.announcements}
    title = "" if file.pasted else sources.title(document, file.name, announced)
    read_in = Source(
        title=title or _unnamed(file, by),
        publisher=publisher(document),
        date=None if reference.how is How.TODAY else reference.day,
        url=_address(file),
        sha256=document.sha256,
    )
    source = sources.corrected(read_in, said)
    made = match_events.candidates(told.announcements, source, reference.day, by.timezone, by.known)
    if _is_table(document.media_type):
        rows = tables.unrecognised(document, len(made))
        return Given(made, source=source, reference=reference, seen=told.seen, unrecognised=rows)
    return Given(made, source=source, reference=reference, seen=told.seen, lines=document.lines)


def _is_table(media_type: str) -> bool:
    return media_type == "text/csv" or media_type.endswith(".sheet")


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
        return match_events.fit(given.candidates, stored.values(), known or shipped())
    uids = (candidate.uid or event_.own_uid(candidate.id) for candidate in given.candidates)
    stored |= reading.events(reading.uids(uids).values())
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
    """Those that would change something, are not disputed, and were not read by a model alone."""
    return [
        p
        for p in found
        if p.action is not Action.UNCHANGED and not p.disputed and not p.by_model_alone
    ]


def extracted(reading: Reading, given: Given, by: By, lang: str) -> dict[str, Any]:
    """The same of a document that is not kept."""
    return _told(given, propose(reading, given, by.known), lang)


def compared(given: Given, found: Sequence[Proposal], lang: str) -> dict[str, Any]:
    """The same of any file that was read, settled and compared, with the entries that were skipped."""
    skipped = [{"what": s.what, "reason": s.reason, "line": s.line} for s in given.skipped]
    heard = {"model": given.heard.shown(lang)} if given.heard else {}
    told = {"source": sources.write(given.source), **_told(given, found, lang)}
    return {**told, "skipped": skipped, **heard}


def _told(given: Given, found: Sequence[Proposal], lang: str) -> dict[str, Any]:
    return {
        **_named_reference(_reference(given.reference)),
        "proposals": [proposals.as_json(p, lang) for p in found],
        "seen": [seen_.worded(seen_.write(each), lang) for each in given.seen],
    }


def carry_out(
    writing: Writing,
    proposal: Proposal,
    by: By,
    corrected: Mapping[str, tuple[str, str]] | None = None,
) -> Change | None:
    """Make the change, and record it with where it was read and what a person made of that; None where
    nothing changes."""
    if proposal.action is Action.UNCHANGED:
        return None
    change = _change(writing, proposal, by)
    if change is None:
        return None
    change = continued(writing, change)
    source = proposal.evidence or proposal.details.source
    writing.record(change, who=by.who, origin=by.origin, source=source, corrected=corrected)
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


def _reference(reference: Reference | None) -> list[str] | None:
    return None if reference is None else [reference.day.isoformat(), reference.how.value]


def _named_reference(reference: Sequence[str] | None) -> dict[str, Any]:
    day, how = reference or (None, None)
    return {"ref_date": day, "ref_date_from": how}
