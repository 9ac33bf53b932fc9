"""Adding and changing events one by one or in a batch, whoever asks: the API, a command, a page.

Each function works inside a writing transaction that the caller opens, so that several of them, and
the answer kept for a repeated request, are stored together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service.core.events import event as event_
from service.core.events import fields, wording
from service.core.events.catalogue import Catalogue
from service.core.events.event import Change, ChangeKind, Details, Event, Origin, Status
from service.core.events.filters import Filter
from service.core.events.likeness import look_alikes
from service.errors import Conflict, InvalidInput, NotFound, Outdated, Problem
from service.operations.catalogue import shipped
from service.sentences import Sentence

if TYPE_CHECKING:
    from service.store import Reading, Tombstone, Writing

MOST_IN_BATCH = 1000
MOST_IN_LINE = 1000
NO_DATE = Sentence("no_event_in_line")
NEAR = timedelta(days=60)
# What Horizon sets itself. It comes back when a client sends what it has read, and is passed over.
KEPT_BY_HORIZON = frozenset(
    {
        "uid",
        "start",
        "end",
        "precision",
        "when_text",
        "sequence",
        "origin",
        "status_set",
        "created_at",
        "updated_at",
        "similar",
    }
)
# What stands in a source, and where: of another date it says nothing.
_WORDS_OF_A_SOURCE = frozenset({"excerpt", "page", "line", "sha256"})
# Of an event that is there, a line says these. The rest of what is read from one is inferred.
_SAID_BY_A_LINE = frozenset({"title", "when", "location", "recurrence", "status"})


@dataclass(frozen=True)
class By:
    """Who asks: the name of a key, a person or a file, through which door, and when; which
    organisations are known; from which day words such as "next Tuesday" are read, if not now; and the
    service's language, in which what Horizon itself adds is written."""

    who: str
    origin: Origin
    now: datetime
    timezone: str
    known: Catalogue = field(default_factory=shipped)
    day: date | None = None
    lang: str = "zh"

    def today(self, timezone: str | None = None) -> date:
        """The day from which words are read."""
        return self.day or self.now.astimezone(ZoneInfo(timezone or self.timezone)).date()


@dataclass(frozen=True)
class SavedEvent:
    """An event as it now is; `created` where it was not there before."""

    event: Event
    created: bool = False


def create(
    writing: Writing, data: Mapping[str, Any], by: By, taken: Collection[str] = ()
) -> SavedEvent:
    """A new event under the id that it brings, else under one made from its title (none of `taken`).

    Raises InvalidInput, or Conflict where the id is taken.
    """
    id_, details = _read_new(data, by)
    if id_ is None:
        id_ = _free_id(writing, details.title, taken)
    elif (held := writing.event(id_)) is not None:
        if held.withdrawn:
            raise Conflict(f"the event {id_!r} was withdrawn; PUT brings it back")
        raise Conflict(f"there is an event {id_!r} already; PUT replaces it, PATCH changes it")
    return _add(writing, id_, details, by)


def put(
    writing: Writing,
    id_: str,
    data: Mapping[str, Any],
    by: By,
    check: Callable[[Event | None], None] = lambda _: None,
) -> SavedEvent:
    """The event under that id with just these details, made if it is not there, back if it was
    withdrawn. `check` may raise Outdated for the event as it was."""
    problems = []
    if data.get("id", id_) != id_:
        problems.append(Problem("/id", f"is not the id of the address, {id_!r}"))
    try:
        fields.read_id(id_)
        details = _read(data, by)
    except InvalidInput as refusal:
        raise InvalidInput([*problems, *refusal.problems]) from None
    if problems:
        raise InvalidInput(problems)
    before = writing.event(id_)
    check(before if before and not before.withdrawn else None)
    if before is None:
        return _add(writing, id_, details, by)
    return _set(writing, before, details, by)


def patch(
    writing: Writing,
    id_: str,
    patch_: Mapping[str, Any],
    by: By,
    check: Callable[[Event], None] = lambda _: None,
) -> SavedEvent:
    """The event with a JSON merge patch (RFC 7396) applied; another date brings its own source, see
    _patched(). Raises NotFound, InvalidInput, Outdated."""
    before = current(writing, id_)
    check(before)
    if patch_.get("text") is not None:
        raise InvalidInput([Problem("/text", "makes an event; to change one, set title and when")])
    if patch_.get("id", id_) != id_:
        raise InvalidInput([Problem("/id", "an id cannot change; calendars know the event by it")])
    return _set(writing, before, _patched(before, patch_, by), by)


def cancel(writing: Writing, id_: str, by: By) -> SavedEvent:
    """The event called off; calendars show it as cancelled."""
    return patch(writing, id_, {"status": Status.CANCELLED.value}, by)


def withdraw(
    writing: Writing, id_: str, by: By, check: Callable[[Event], None] = lambda _: None
) -> Event:
    """The event taken out of feeds and lists, its history kept. Raises NotFound."""
    before = current(writing, id_)
    check(before)
    return _record(writing, event_.withdraw(before, by.now), by) or before


def purge(
    writing: Writing, id_: str, by: By, check: Callable[[Event], None] = lambda _: None
) -> Event:
    """Erase an event with its history; a withdrawn one too. Gives what it was. Raises NotFound.

    Its UID and sequence are kept for the case that the id returns.
    """
    before = writing.event(id_)
    if before is None:
        raise NotFound("event", id_)
    check(before)
    writing.purge(before, who=by.who, origin=by.origin)
    return before


def batch(writing: Writing, items: Sequence[Any], by: By) -> list[SavedEvent]:
    """Creates, or with an id that exists changes of the keys that are given, all or nothing. A
    withdrawn event comes back.

    Raises InvalidInput that names every bad one by its place.
    """
    if len(items) > MOST_IN_BATCH:
        raise InvalidInput(
            [Problem("/events", f"has {len(items)} events; at most {MOST_IN_BATCH}")]
        )
    problems: list[Problem] = []
    rows: list[tuple[str | None, Details]] = []
    seen: dict[str, int] = {}
    given = [item["id"] for item in items if isinstance(item, Mapping) and item.get("id")]
    held = writing.events(id_ for id_ in given if isinstance(id_, str))
    for number, item in enumerate(items):
        prefix = f"/events/{number}"
        if not isinstance(item, Mapping):
            problems.append(Problem(prefix, "must be an object"))
            continue
        try:
            id_, details = _read_row(item, held, by)
        except InvalidInput as refusal:
            problems += [problem.under(prefix) for problem in refusal.problems]
            continue
        rows.append((id_, details))
        if id_ is not None:
            if id_ in seen:
                problems.append(
                    Problem(f"{prefix}/id", f"{id_!r} stands at /events/{seen[id_]} already")
                )
            seen.setdefault(id_, number)
    if problems:
        raise InvalidInput(problems)
    named = _named(writing, rows, seen.keys())
    done: list[SavedEvent] = []
    for new, some in groupby(named, lambda row: row[0] not in held):
        if new:
            done += _add_all(writing, list(some), by)
        else:
            done += [_set(writing, held[id_], details, by) for id_, details in some]
    return done


def similar(writing: Writing, event: Event, known: Catalogue | None = None) -> list[str]:
    """Ids of stored events that look like this one, best first."""
    when = event.when
    near = Filter(from_=when.first - NEAR, to=when.last + NEAR)
    others = [other for other in writing.select(near) if other.id != event.id]
    return [other.id for other in look_alikes(event.title, when, others, known or shipped())]


def current(reading: Reading, id_: str) -> Event:
    """The event, unless it was withdrawn. Raises NotFound."""
    event = reading.event(id_)
    if event is None or event.withdrawn:
        raise NotFound("event", id_)
    return event


def merge(target: Any, patch_: Any) -> Any:
    """A JSON merge patch applied (RFC 7396): null takes a key away, objects go into each other."""
    if not isinstance(patch_, Mapping):
        return patch_
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch_.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def must_be(expected: int) -> Callable[[Event | None], None]:
    """A check that the event is still at that version."""

    def check(event: Event | None) -> None:
        if event is None or event.version != expected:
            raise Outdated(Sentence("changed_since_read"))

    return check


def _patched(event: Event, patch_: Mapping[str, Any], by: By) -> Details:
    """The event's details with those keys changed.

    The source says where the date was read, so another date does not keep it: it has the source that
    is given with it, and nothing of the old one's words, or was entered by hand.
    """
    said = _settable(patch_)
    merged = merge(fields.write(event.details), said)
    details = _read(merged, by)
    if details.when == event.when:
        return details
    if "source" in said:
        held = fields.write_source(event.details.source) or {}
        named = {key: value for key, value in held.items() if key not in _WORDS_OF_A_SOURCE}
        return _read({**merged, "source": merge(named, said["source"])}, by)
    day = by.now.astimezone(ZoneInfo(by.timezone)).date()
    return replace(details, source=wording.by_hand(day, by.lang))


def _settable(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without what Horizon sets itself. A status that follows the date goes on doing so."""
    passed_over = {*KEPT_BY_HORIZON, "id"} | ({"text"} if data.get("text") is None else set())
    settable = {k: v for k, v in data.items() if k not in passed_over}
    if data.get("status_set") is False:
        settable["status"] = None
    return settable


def _read(data: Mapping[str, Any], by: By) -> Details:
    zone = data.get("timezone")
    timezone = zone if isinstance(zone, str) and fields.known_timezone(zone) else by.timezone
    if data.get("text") is not None:
        data = _from_text(data, timezone, by)
    return fields.read(_settable(data), by.timezone, by.today(timezone))


def _from_text(data: Mapping[str, Any], timezone: str, by: By) -> dict[str, Any]:
    """The keys that a line of text gives, in place of `text`; other keys that are given win."""
    text = data["text"]
    if not isinstance(text, str):
        raise InvalidInput([Problem("/text", "must be text, one line")])
    both = [key for key in ("title", "when") if data.get(key) is not None]
    if both:
        raise InvalidInput([Problem("/text", f"stands in place of {' and '.join(both)}; give one")])
    if len(text) > MOST_IN_LINE:
        detail = f"has {len(text)} characters; a line has at most {MOST_IN_LINE}"
        raise InvalidInput([Problem("/text", detail)])
    said = {key: value for key, value in data.items() if key != "text"}
    found = of_line(text, said, timezone, by)
    if len(found) != 1:
        detail = f"announces {len(found)} events; send each on its own"
        raise InvalidInput([Problem("/text", detail)])
    return found[0]


def of_line(text: str, said: Mapping[str, Any], timezone: str, by: By) -> list[dict[str, Any]]:
    """What a line announces, each event as the keys that create() takes; those in `said` win. A
    source that is given without its words has the line as such. Raises InvalidInput for none."""
    found = from_text(text, timezone, by)
    if not found:
        raise InvalidInput([Problem("/text", NO_DATE)])
    more = {key: value for key, value in said.items() if value is not None}
    source = more.get("source")
    if isinstance(source, Mapping) and not source.get("excerpt"):
        more["source"] = {**source, "excerpt": text.strip()}
    return [{**each, **more} for each in found]


def from_text(text: str, timezone: str, by: By) -> list[dict[str, Any]]:
    """What lines of text announce, each event as the keys that create() takes."""
    from service.core.dates.typed_dates import parted
    from service.core.imports import match_events  # the grammar takes a while to load
    from service.core.reading.document import text_lines
    from service.core.reading.reader import announcements

    found = announcements(text_lines(text), by.today(timezone), timezone)
    if found:
        return [match_events.details_given(one, timezone, by.known) for one in found]
    # A person who writes a date as it is kept, or of something past, means it.
    simple = parted(text, timezone, by.today(timezone))
    if simple is None:
        return []
    title, when = simple
    organizations, tickers = by.known.organizations_in(title)
    given = {"organizations": list(organizations), "tickers": list(tickers)}
    return [{"title": title, "when": when.text, **{k: v for k, v in given.items() if v}}]


def _read_new(data: Mapping[str, Any], by: By) -> tuple[str | None, Details]:
    problems: list[Problem] = []
    id_ = None
    if data.get("id") is not None:
        try:
            id_ = fields.read_id(data["id"])
        except InvalidInput as refusal:
            problems += refusal.problems
    try:
        details = _read(data, by)
    except InvalidInput as refusal:
        raise InvalidInput([*problems, *refusal.problems]) from None
    if problems:
        raise InvalidInput(problems)
    return id_, details


def _read_row(
    row: Mapping[str, Any], held: Mapping[str, Event], by: By
) -> tuple[str | None, Details]:
    """The id that a row of a batch names, if any, and the details that its event shall have."""
    id_ = row.get("id")
    before = held.get(id_) if isinstance(id_, str) else None
    if before is None:
        return _read_new(row, by)
    row = {k: v for k, v in row.items() if v != "" or k not in fields.EMPTY_IS_NOT_GIVEN}
    if row.get("text") is not None:
        timezone = before.details.timezone
        found = _from_text(row, timezone, by)
        row = {key: found[key] for key in found if key in row or key in _SAID_BY_A_LINE}
    return before.id, _patched(before, row, by)


def _named(
    writing: Writing, rows: Sequence[tuple[str | None, Details]], given: Collection[str]
) -> list[tuple[str, Details]]:
    """The rows with an id each; those that have none get one that neither the store nor any of the
    rows has."""
    wanted = [id_ or event_.slug(details.title) for id_, details in rows]
    taken = {*given, *writing.taken(wanted)}
    named = []
    for name, (id_, details) in zip(wanted, rows, strict=True):
        free = id_ is not None or name not in taken
        named.append((name if free else _free_id(writing, details.title, taken), details))
        taken.add(named[-1][0])
    return named


def _free_id(writing: Writing, title: str, taken: Collection[str]) -> str:
    slug = event_.slug(title)
    id_, number = slug, 1
    while id_ in taken or writing.event(id_) is not None:
        number += 1
        id_ = f"{slug}-{number}"
    return id_


def _set(writing: Writing, before: Event, details: Details, by: By) -> SavedEvent:
    """The event with these details, back if it was withdrawn."""
    if before.withdrawn:
        change = event_.restore(before, details, by.now)
    else:
        change = event_.revise(before, details, by.now)
    return SavedEvent(_record(writing, change, by) or before, created=before.withdrawn)


def _add(writing: Writing, id_: str, details: Details, by: By) -> SavedEvent:
    change = continued(writing, event_.new(id_, details, by.now, by.origin))
    return SavedEvent(_record(writing, change, by) or change.after, created=True)


def _add_all(writing: Writing, rows: Sequence[tuple[str, Details]], by: By) -> list[SavedEvent]:
    """As _add(), for many."""
    made = [event_.new(id_, details, by.now, by.origin) for id_, details in rows]
    purged = writing.tombstones({change.after.id: change.after.uid for change in made})
    changes = [_after(change, purged.get(change.after.id)) for change in made]
    created = [(change, change.after.details.source) for change in changes]
    writing.record_new(created, who=by.who, origin=by.origin)
    return [SavedEvent(change.after, created=True) for change in changes]


def continued(reading: Reading, change: Change) -> Change:
    """A creation whose id or UID was purged before goes on with that UID and a higher SEQUENCE: to
    every calendar that still has it, it is the same event."""
    if change.before is not None:
        return change
    return _after(change, reading.tombstone(change.after.id, change.after.uid))


def _after(change: Change, earlier: Tombstone | None) -> Change:
    if earlier is None:
        return change
    event = change.after
    sequence = max(event.sequence, earlier.sequence + 1)
    return replace(change, after=replace(event, uid=earlier.uid, sequence=sequence))


def _record(writing: Writing, change: Change | None, by: By) -> Event | None:
    if change is None:
        return None
    source = None if change.kind is ChangeKind.WITHDRAWN else change.after.details.source
    writing.record(change, who=by.who, origin=by.origin, source=source)
    return change.after
