"""events.yaml: what it says (read), and what has to change so that the store follows it (plan).

read() takes YAML 1.2 as it is written: a plain scalar is the text that stands there, never a number,
a date or a truth value, so that 000858, 08:30 and `when: 2026` need no quotes. It gives every fault
of the file at once, each with line and column: of a key's value the place of the key, of a list's
entry the place of the entry.

plan() holds the rule of who owns what. For each event the store remembers what the file last said,
key by key (`Stored.values`), and only what changed since *in the file* is applied:

1. An id that the store does not know is a new event.
2. One that it knows, and that the file does not have so far, is taken over: every key that the file
   gives is applied, the others stay. If it was withdrawn (it left the file earlier, or was taken out
   under another owner), it is restored. The UID stays.
3. Of one that the file has already, the keys whose value in the file changed are applied; a key that
   left the file goes back to its default. All others stay, whoever set them since. Withdrawn
   elsewhere, it stays withdrawn.
4. One that left the file is withdrawn, and nothing is remembered of it.
5. `kind`, where the file gives none and it was inferred from the title, is inferred from the new one.
6. A date that was entered by hand has a source that says so, which nobody set: where the file changes
   the date, its source takes that one's place too.
7. A date in words that stands there unchanged stays what it was read as, also where the grammar would
   now read it otherwise; the plan lists it.

Planning again after a plan was carried out gives no steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from service.core.alerts import rules
from service.core.alerts.rules import ChangeRule, ChannelSpec, DigestRule, FeedSpec, ReminderRule
from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen
from service.core.events import event as event_
from service.core.events import fields, wording
from service.core.events.event import DETAIL_KEYS, Change, Details, Event, Origin
from service.core.events.kinds import infer_kind
from service.core.text.json_pointer import parts
from service.core.text.lines import UnfitText, nearest, one_line
from service.errors import FileProblem, InvalidFile, InvalidInput

TOP_KEYS = ("timezone", "source", "events", "feeds", "channels", "alerts")
ALERT_KEYS = ("digests", "reminders", "changes")
ReadChannel = Callable[[dict[str, Any]], dict[str, Any]]
# What an export adds, so that an event that is created from it continues where it was.
EXPORT_KEYS = ("uid", "sequence", "created_at", "updated_at")
EVENT_KEYS = ("id", *DETAIL_KEYS, *EXPORT_KEYS)
_WRITTEN = "when written"  # its place among what is kept of an event of the file


@dataclass(frozen=True)
class Entry:
    """One event of the file. `values` has the keys that the file gives it, as fields.write() has
    them, `source` and `timezone` also where they come from the top of the file; `written` is its date as
    it stands there."""

    id: str
    details: Details
    values: dict[str, Any]
    line: int
    column: int = 1
    uid: str | None = None
    sequence: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    origin: Origin | None = None
    written: str | None = None

    @property
    def remembered(self) -> dict[str, Any]:
        """What is kept of the file until it is read again."""
        return self.values if self.written is None else {**self.values, _WRITTEN: self.written}


@dataclass(frozen=True)
class WantedCalendar:
    """All that a file says. `name` is the file's."""

    entries: tuple[Entry, ...] = ()
    feeds: tuple[FeedSpec, ...] = ()
    digests: tuple[DigestRule, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    changes: tuple[ChangeRule, ...] = ()
    channels: tuple[ChannelSpec, ...] = ()
    warnings: tuple[FileProblem, ...] = ()
    name: str = "events.yaml"


@dataclass(frozen=True)
class SyncedEvent:
    """An event of the store, and what the file last said of it; None: it was not in the file."""

    event: Event
    values: dict[str, Any] | None


@dataclass(frozen=True)
class Step:
    """What to do with one event: the change to record, if any, and what to remember of the file."""

    id: str
    change: Change | None
    values: dict[str, Any] | None


@dataclass(frozen=True)
class Difference:
    """A key that was set elsewhere since and is left alone. `file_value` is None where the file is
    silent. The key `withdrawn` tells of an event that the file has and somebody took out.
    """

    id: str
    key: str
    file_value: Any
    stored_value: Any


@dataclass(frozen=True)
class ReadOtherwise:
    """A date in words that the file has had all along and that would now be read otherwise; `kept` stays."""

    id: str
    words: str
    kept: str
    now: str


@dataclass(frozen=True)
class Plan:
    """`removed` are the events that would be withdrawn, of `owned` that the file had so far."""

    steps: tuple[Step, ...]
    removed: tuple[str, ...]
    owned: int
    differences: tuple[Difference, ...]
    read_otherwise: tuple[ReadOtherwise, ...] = ()

    @property
    def refused(self) -> bool:
        """The file looks emptied or half written."""
        return len(self.removed) > 3 and 2 * len(self.removed) > self.owned


def read(
    data: bytes,
    name: str,
    *,
    timezone: str,
    lang: str,
    channel: ReadChannel = dict,
) -> WantedCalendar:
    """What the file says; `timezone` and `lang` are the service's defaults, `channel` reads what is
    said of one channel, of whose kinds nothing is known here.

    Raises InvalidFile with every fault.
    """
    findings = _Findings(name)
    root = _Composer(_decode(data, findings), findings).document()
    if root is None or (isinstance(root, _Scalar) and root.null):
        findings.fail(_Place(1, 1), _NO_EVENTS)
    if isinstance(root, _List):
        findings.fail(root.at, "the file is a list; put its events under a key `events:`")
    if isinstance(root, _Scalar):
        findings.fail(root.at, "the file is one text; it begins with keys such as `events:`")
    top = root.pairs
    findings.unknown_keys(root, TOP_KEYS)
    given_zone = _timezone(root, findings)
    zone = given_zone or timezone
    if "events" not in top or _null(top["events"].node):
        findings.fault(top["events"].at if "events" in top else root.at, "", _NO_EVENTS)
    default_source = top.get("source")
    entries = []
    for node in _mappings(root, "events", findings):
        entry = _entry(node, default_source, zone, given_zone is not None, findings)
        if entry:
            entries.append(entry)
    alerts = _Map(root.at, {})
    if "alerts" in top and not _null(top["alerts"].node):
        if isinstance(top["alerts"].node, _Map):
            alerts = top["alerts"].node
        else:
            findings.fault(top["alerts"].at, "alerts", "must have digests, reminders or changes")
    findings.unknown_keys(alerts, ALERT_KEYS)
    defaults = {"timezone": zone, "lang": lang}
    wanted = WantedCalendar(
        entries=tuple(entries),
        feeds=_named(root, "feeds", rules.read_feed, findings),
        digests=_named(alerts, "digests", lambda d: rules.read_digest(d, **defaults), findings),
        reminders=_named(
            alerts, "reminders", lambda d: rules.read_reminder(d, **defaults), findings
        ),
        changes=_named(alerts, "changes", lambda d: rules.read_change(d, **defaults), findings),
        channels=_channels(root, channel, findings),
        warnings=tuple(findings.warnings),
        name=name,
    )
    _known_channels(wanted, alerts, root, findings)
    findings.raise_if_any()
    return wanted


def plan(wanted: WantedCalendar, stored: Mapping[str, SyncedEvent], now: datetime) -> Plan:
    """The steps after which the store follows the file; `stored` has, by id, every event that the file
    had so far or that it has now (with all others, a UID that one of those holds is noticed too).

    Raises InvalidFile where a change of the file does not go together with what was set elsewhere.
    """
    steps: list[Step] = []
    differences: list[Difference] = []
    read_otherwise: list[ReadOtherwise] = []
    problems: list[FileProblem] = []
    uids = {known.event.uid: id_ for id_, known in stored.items()}
    for entry in wanted.entries:
        known = stored.get(entry.id)
        try:
            if known is None:
                steps.append(_create(entry, uids, now))
                continue
            entry, otherwise = _as_it_was_read(entry, known)
            if otherwise:
                read_otherwise.append(otherwise)
            step, after = _follow(entry, known, now)
        except _Clash as clash:
            problems.append(
                FileProblem(wanted.name, entry.line, entry.column, clash.key, str(clash))
            )
            continue
        if step:
            steps.append(step)
        differences += _differences(entry, after)
    if problems:
        raise InvalidFile(problems)
    kept = {entry.id for entry in wanted.entries}
    owned = {id_: known.event for id_, known in stored.items() if known.values is not None}
    gone = sorted(owned.keys() - kept)
    steps += [Step(id_, event_.withdraw(owned[id_], now), None) for id_ in gone]
    return Plan(
        steps=tuple(steps),
        removed=tuple(id_ for id_ in gone if not owned[id_].withdrawn),
        owned=sum(not event.withdrawn for event in owned.values()),
        differences=tuple(differences),
        read_otherwise=tuple(read_otherwise),
    )


# --- the plan of one event


def _as_it_was_read(entry: Entry, known: SyncedEvent) -> tuple[Entry, ReadOtherwise | None]:
    """The entry with the date that its unchanged words were read as before: a grammar that has learned
    moves no event. Of an older version's values, which lack the words, they count as unchanged."""
    said, says = known.values or {}, entry.values
    words = entry.written
    if (
        words is None
        or said.get("when") in (None, says["when"])
        or said.get("timezone") != says.get("timezone")
        or said.get(_WRITTEN, words) != words
        or _is_edtf(words, entry.details)
    ):
        return entry, None
    otherwise = ReadOtherwise(entry.id, words, said["when"], says["when"])
    details = replace(entry.details, when=when_.parse(said["when"]))
    return replace(entry, details=details, values={**says, "when": said["when"]}), otherwise


def _is_edtf(text: str, details: Details) -> bool:
    try:
        when_.parse(text, details.zone)
    except InvalidWhen:
        return False
    return True


class _Clash(Exception):
    def __init__(self, key: str, detail: str) -> None:
        self.key = key
        super().__init__(detail)


def _create(entry: Entry, uids: Mapping[str, str], now: datetime) -> Step:
    change = event_.new(
        entry.id,
        entry.details,
        now,
        Origin.FILE,
        uid=entry.uid,
        sequence=entry.sequence or 0,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )
    holder = uids.get(change.after.uid)
    if holder is not None:
        raise _Clash(
            "uid" if entry.uid else "id",
            f"the UID {change.after.uid} belongs to the event {holder}; keep that id, or give this "
            "event a uid of its own",
        )
    return Step(entry.id, change, entry.remembered)


def _follow(entry: Entry, known: SyncedEvent, now: datetime) -> tuple[Step | None, Event]:
    """The step for an event that the store knows, if any, and the event as it then is."""
    event = known.event
    details = _merge(entry, known)
    if known.values is not None:
        change = event_.revise(event, details, now)
    elif event.withdrawn:
        change = event_.restore(event, details, now, Origin.FILE)
    else:
        change = event_.revise(event, details, now, Origin.FILE)
    if change is None and known.values == entry.remembered:
        return None, event
    return Step(entry.id, change, entry.remembered), change.after if change else event


def _merge(entry: Entry, known: SyncedEvent) -> Details:
    """The stored details with what changed in the file. Raises _Clash if they do not go together."""
    held, said, says = known.event.details, known.values or {}, entry.values
    changed = {
        key
        for key in said.keys() | says.keys()
        if (key in said) != (key in says) or said.get(key) != says.get(key)
    } & set(DETAIL_KEYS)
    if "title" in changed and "kind" not in says and held.kind is infer_kind(held.title):
        changed.add("kind")
    if "when" in changed and held.source and wording.entered_by_hand(held.source):
        changed.add("source")
    if not changed:
        return held
    merged = replace(held, **{key: getattr(entry.details, key) for key in changed})
    try:
        return fields.read(fields.write(merged), merged.timezone)
    except InvalidInput as fault:
        problem = fault.problems[0]
        others = [
            f"{key} {value!r}"
            for key, value in fields.write(merged).items()
            if key not in changed and value != fields.write(entry.details)[key]
        ]
        raise _Clash(
            problem.pointer.split("/")[1],
            f"what changed in the file ({', '.join(sorted(changed))}) does not go together with what "
            f"was set elsewhere ({', '.join(others)}): {problem.detail}; change one of the two",
        ) from None


def _differences(entry: Entry, after: Event) -> list[Difference]:
    found = [Difference(entry.id, "withdrawn", False, True)] if after.withdrawn else []
    if entry.details == after.details:
        return found
    stored = fields.write(after.details)
    for key, alone in fields.write(entry.details).items():
        if stored[key] != alone:
            found.append(Difference(entry.id, key, entry.values.get(key), stored[key]))
    return found


# --- reading the parts of the file


_NO_EVENTS = "the file has no events; write `events: []` if that is meant"

R = TypeVar("R", FeedSpec, DigestRule, ReminderRule, ChangeRule)


class _Place(NamedTuple):
    line: int
    column: int


class _Findings:
    """The faults and warnings of a file, as they are found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[FileProblem] = []
        self.warnings: list[FileProblem] = []
        self._lines: dict[tuple[str, str], int] = {}

    def fault(self, at: _Place, key: str, detail: str) -> None:
        self.problems.append(FileProblem(self.name, at.line, at.column, key[:100], detail))

    def warn(self, at: _Place, key: str, detail: str) -> None:
        self.warnings.append(FileProblem(self.name, at.line, at.column, key, detail))

    def fail(self, at: _Place, detail: str) -> NoReturn:
        """A fault behind which nothing can be read."""
        self.fault(at, "", detail)
        raise InvalidFile(list(dict.fromkeys(self.problems)))

    def raise_if_any(self) -> None:
        if self.problems:
            # A fault in a mapping that several events share by an alias is told once.
            raise InvalidFile(list(dict.fromkeys(self.problems)))

    def once(self, what: str, value: str, at: _Place, key: str) -> bool:
        """Whether this is the first of its kind; a second is a fault that names both lines."""
        if (what, value) not in self._lines:
            self._lines[what, value] = at.line
            return True
        first = self._lines[what, value]
        detail = f"{value[:100]} stands twice, in lines {first} and {at.line}; each has its own"
        self.fault(at, key, detail)
        return False

    def unknown_keys(self, node: _Map, known: tuple[str, ...]) -> None:
        for key, pair in node.pairs.items():
            if key not in known:
                self.fault(pair.at, key, f"unknown key{nearest(key, known)}")

    def faults_in(self, node: _Map, found: InvalidInput) -> None:
        for problem in found.problems:
            at, key = _locate(node, problem.pointer)
            self.fault(at, key, problem.detail)


def _locate(node: _Node, pointer: str) -> tuple[_Place, str]:
    """Where a JSON pointer leads, as far as it leads, and its keys with dots between them."""
    at, keys = node.at, []
    for part in parts(pointer):
        if isinstance(node, _List) and part.isdecimal() and int(part) < len(node.items):
            node = node.items[int(part)]
            at = node.at
            continue
        keys.append(part)
        if not isinstance(node, _Map) or part not in node.pairs:
            break
        at, node = node.pairs[part]
    return at, ".".join(keys)


def _timezone(root: _Map, findings: _Findings) -> str | None:
    pair = root.pairs.get("timezone")
    given = _plain(pair.node) if pair else None
    if given is None:
        return None
    try:
        return fields.read_timezone(given)
    except InvalidInput as fault:
        findings.faults_in(root, fault)
        return None


def _mappings(parent: _Map, key: str, findings: _Findings) -> Iterator[_Map]:
    """The mappings of the list under that key."""
    pair = parent.pairs.get(key)
    if pair is None or _null(pair.node):
        return
    if not isinstance(pair.node, _List):
        findings.fault(pair.at, key, "must be a list; each of its entries begins with `- `")
        return
    for node in pair.node.items:
        if isinstance(node, _Map):
            yield node
        else:
            detail = "each entry begins with `- ` and has keys such as `title: …`"
            findings.fault(node.at, key, detail)


def _entry(
    node: _Map,
    default_source: _PlacedValue | None,
    timezone: str,
    timezone_given: bool,
    findings: _Findings,
) -> Entry | None:
    findings.unknown_keys(node, EVENT_KEYS)
    pairs = {key: pair for key, pair in node.pairs.items() if not _null(pair.node)}
    if default_source and not _null(default_source.node):
        pairs.setdefault("source", default_source)
    data = {key: _plain(pair.node) for key, pair in pairs.items()}
    if "when" in pairs and isinstance(pairs["when"].node, _List) and pairs["when"].node.flow_text:
        data["when"] = pairs["when"].node.flow_text  # [2026-05-21..2026-05-31], without quotes
    given = [key for key in DETAIL_KEYS if key in data]
    faults = len(findings.problems)
    details = None
    try:
        details = fields.read({key: data[key] for key in given}, timezone)
    except InvalidInput as fault:
        findings.faults_in(_Map(node.at, pairs), fault)
    exported: dict[str, Any] = {}
    for key, reader in _EXPORT_READERS.items():
        if key in data:
            try:
                exported[key] = reader(data[key])
            except ValueError as error:
                findings.fault(pairs[key].at, key, str(error))
    id_ = None
    if "id" in data:
        try:
            id_ = fields.read_id(data["id"])
        except InvalidInput as fault:
            findings.faults_in(node, fault)
    elif details:
        id_ = event_.slug(details.title)
        findings.warn(
            node.at, "id", f"is missing; {id_} is used. Write it down, so that a new title keeps it"
        )
    if id_ and findings.once("id", id_, pairs["id"].at if "id" in pairs else node.at, "id"):
        uid = exported.get("uid", f"{id_}@horizon")
        findings.once("uid", uid, pairs["uid"].at if "uid" in pairs else node.at, "uid")
    if details is None or id_ is None or len(findings.problems) > faults:
        return None
    written = fields.write(details)
    if "timezone" not in given:
        given.append("timezone")
    values = {key: written[key] for key in given}
    place = node.at.line, node.at.column
    return Entry(id_, details, values, *place, written=data["when"], **exported)


def _named(
    parent: _Map, key: str, read_one: Callable[[dict[str, Any]], R], findings: _Findings
) -> tuple[R, ...]:
    found: list[R] = []
    for node in _mappings(parent, key, findings):
        data = _plain(node)
        if "channel" in data and data["channel"] is None:
            data["channel"] = ""  # `channel: #x` without quotes: say more than "is required"
        if isinstance(data.get("name"), str):
            findings.once(key, data["name"], node.pairs["name"].at, "name")
        try:
            found.append(read_one(data))
        except InvalidInput as fault:
            findings.faults_in(node, fault)
    return tuple(found)


def _channels(root: _Map, read_one: ReadChannel, findings: _Findings) -> tuple[ChannelSpec, ...]:
    pair = root.pairs.get("channels")
    if pair is None or _null(pair.node):
        return ()
    if not isinstance(pair.node, _Map):
        detail = "has a name for each channel, such as `mail: {email: [desk@example.org]}`"
        findings.fault(pair.at, "channels", detail)
        return ()
    found = []
    for name, given in pair.node.pairs.items():
        if not isinstance(given.node, _Map):
            findings.fault(given.at, name, "must say of which kind it is, such as {email: […]}")
            continue
        try:
            rules.read_channel_name(name)
        except InvalidInput as fault:
            findings.fault(given.at, name, fault.problems[0].detail)
            continue
        try:
            found.append(ChannelSpec(name, read_one(_plain(given.node))))
        except InvalidInput as fault:
            findings.faults_in(_Map(given.at, given.node.pairs), fault)
    return tuple(found)


def _known_channels(wanted: WantedCalendar, alerts: _Map, root: _Map, findings: _Findings) -> None:
    """Whether each channel that a rule names is one of Slack's or under `channels`."""
    pair = root.pairs.get("channels")
    # One that is described wrongly is described.
    known = tuple(pair.node.pairs) if pair is not None and isinstance(pair.node, _Map) else ()
    for key, held in (
        ("digests", wanted.digests),
        ("reminders", wanted.reminders),
        ("changes", wanted.changes),
    ):
        unknown = dict(rules.unknown_channels(held, known))
        for node in _mappings(alerts, key, findings) if unknown else ():
            name = node.pairs.get("name")
            text = name.node.text if name and isinstance(name.node, _Scalar) else ""
            if text in unknown:
                findings.fault(node.pairs["channel"].at, "channel", unknown.pop(text))


def read_uid(given: Any) -> str:
    """An iCalendar UID as a file or an export carries it. Raises ValueError."""
    if not isinstance(given, str):
        raise ValueError("must be text")
    try:
        text = one_line(given)
    except UnfitText as fault:
        raise ValueError(str(fault)) from None
    if not text or len(text) > 255:
        raise ValueError("has 1 to 255 characters; leave it out for a new one")
    return text


def _sequence(given: Any) -> int:
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{1,9}", given):
        raise ValueError("must be a number from 0")
    return int(given)


def read_moment(given: Any) -> datetime:
    """An RFC 3339 time as a file or an export carries it, in UTC. Raises ValueError."""
    if isinstance(given, str) and re.fullmatch(_RFC3339, given, re.ASCII):
        try:
            moment = datetime.fromisoformat(given.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        else:
            if 1970 <= moment.year <= 2199:
                return moment
    raise ValueError(f"{str(given)[:40]!r} is no time such as 2026-04-27T00:30:00Z")


_RFC3339 = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)"
_EXPORT_READERS: dict[str, Callable[[Any], Any]] = {
    "uid": read_uid,
    "sequence": _sequence,
    "created_at": read_moment,
    "updated_at": read_moment,
}


# --- YAML: bytes -> text -> nodes with places


@dataclass(frozen=True, slots=True)
class _Scalar:
    at: _Place
    text: str
    null: bool  # nothing, or a null that is not in quotes


@dataclass(frozen=True, slots=True)
class _List:
    at: _Place
    items: list[_Node]
    flow_text: str = ""  # of [a, b], as it is written but for spaces


@dataclass(frozen=True, slots=True)
class _Map:
    at: _Place
    pairs: dict[str, _PlacedValue] = field(default_factory=dict)


_Node = _Scalar | _List | _Map


class _PlacedValue(NamedTuple):
    """A key's place and its value."""

    at: _Place
    node: _Node


# A file nests 7 deep. Aliases may repeat ten times what is written; "billion laughs" repeat more.
_DEEPEST = 20
_REPEATED_FREELY, _REPEATED_TIMES = 100_000, 10
_NULLS = ("", "~", "null", "Null", "NULL")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES = (
    "a text that holds `: ` or ` #`, or begins with one of [ ] { } , & * ! | > % @ `, needs quotes"
)


def _null(node: _Node) -> bool:
    return isinstance(node, _Scalar) and node.null


def _plain(node: _Node) -> Any:
    """The node as texts, lists and dicts. A null is None in a mapping and "" in a list, where it
    cannot mean "not given"."""
    if isinstance(node, _Scalar):
        return None if node.null else node.text
    if isinstance(node, _List):
        return ["" if _null(item) else _plain(item) for item in node.items]
    return {key: _plain(pair.node) for key, pair in node.pairs.items()}


def _decode(data: bytes, findings: _Findings) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.fail(_Place(1, 1), "the file is UTF-16; save it as UTF-8")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        wrong = error.object[error.start]
        before = error.object[: error.start].decode()
        findings.fail(
            _end(before),
            f"the byte 0x{wrong:02X} is no UTF-8 (byte {len(data) - len(error.object) + error.start + 1} "
            "of the file); save the file as UTF-8",
        )
    found = _UNPRINTABLE.search(text)
    if found:
        hint = "; is the file UTF-16? Save it as UTF-8" if found[0] == "\0" else "; remove it"
        findings.fail(
            _end(text[: found.start()]), f"there is a control character U+{ord(found[0]):04X}{hint}"
        )
    return text


def _end(text: str) -> _Place:
    """The place right behind the text."""
    lines = _lines(text)
    return _Place(len(lines), len(lines[-1]) + 1)


def _lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text)


def _place(mark: Any) -> _Place:
    return _Place(mark.line + 1, mark.column + 1)


class _Composer:
    """Puts the events of ruamel.yaml's parser together to nodes. Its own composer would resolve
    scalars, and does not notice a key that stands twice."""

    def __init__(self, text: str, findings: _Findings) -> None:
        self._text = text
        self._findings = findings
        self._events = YAML(typ="safe", pure=True).parse(text)
        self._at = _Place(1, 1)
        self._anchors: dict[str, tuple[_Node, int] | None] = {}  # None: not complete yet
        self._written = self._meant = 0  # nodes, without and with what aliases repeat

    def document(self) -> _Node | None:
        """The one document of the file, or None if it has none."""
        self._next()
        event = self._next()
        if isinstance(event, StreamEndEvent):
            return None
        root = self._node(self._next(), 1)
        self._next()
        event = self._next()
        if isinstance(event, DocumentStartEvent):
            self._findings.fail(
                _place(event.start_mark), "a second document begins; take out the `---`"
            )
        return root

    def _next(self) -> Any:
        try:
            event = next(self._events)
        except MarkedYAMLError as error:
            self._fail_syntax(error)
        except (YAMLError, ValueError, OverflowError):
            # What ruamel.yaml lets through for "\\UFFFFFFFF", without a place.
            self._findings.fail(
                self._at, "not valid YAML: an escape behind this place names no character"
            )
        self._at = _place(event.end_mark)
        return event

    def _node(self, event: Any, depth: int) -> _Node:
        at = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            return self._repeated(event.anchor, at)
        if depth > _DEEPEST:
            self._findings.fail(at, f"lists and mappings are nested more than {_DEEPEST} deep")
        self._written += 1
        self._meant += 1
        size_before = self._meant - 1
        if event.anchor:
            self._anchors[event.anchor] = None
        if event.tag is not None:
            detail = (
                f"the tag {str(event.tag)[:60]} is not used; a text that begins with ! needs quotes"
            )
            self._findings.fault(at, "", detail)
        node: _Node
        if isinstance(event, ScalarEvent):
            node = _Scalar(at, event.value, event.style is None and event.value in _NULLS)
        elif isinstance(event, SequenceStartEvent):
            node = self._list(event, at, depth)
        else:
            assert isinstance(event, MappingStartEvent)
            node = _Map(at, self._pairs(depth))
        if event.anchor:
            self._anchors[event.anchor] = (node, self._meant - size_before)
        return node

    def _repeated(self, anchor: str, at: _Place) -> _Node:
        if anchor not in self._anchors:
            self._findings.fail(
                at,
                f"there is no anchor &{anchor[:60]} before this; a text that begins with * needs quotes",
            )
        known = self._anchors[anchor]
        if known is None:
            self._findings.fail(at, f"*{anchor[:60]} stands inside of &{anchor[:60]} itself")
        node, size = known
        self._meant += size
        if self._meant > _REPEATED_FREELY + _REPEATED_TIMES * self._written:
            self._findings.fail(
                at, f"aliases such as *{anchor[:60]} repeat too much; write it out, or less of it"
            )
        return node

    def _list(self, start: Any, at: _Place, depth: int) -> _List:
        items = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        if not start.flow_style:
            return _List(at, items)
        written = self._text[start.start_mark.index : event.end_mark.index]
        # In front of the bracket may stand an anchor.
        return _List(at, items, "".join(written[written.find("[") :].split()))

    def _pairs(self, depth: int) -> dict[str, _PlacedValue]:
        pairs: dict[str, _PlacedValue] = {}
        merged: dict[str, _PlacedValue] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, _Scalar):
                self._findings.fault(
                    key.at, "", "a key is a word such as title; a text in [ ] or { } needs quotes"
                )
            elif key.text in pairs:
                first = pairs[key.text].at.line
                detail = f"stands twice, in lines {first} and {key.at.line}; leave one out"
                self._findings.fault(key.at, key.text, detail)
            else:
                pairs[key.text] = _PlacedValue(key.at, value)
        if "<<" in pairs:
            merged = self._merged(pairs.pop("<<"))
        return {**merged, **pairs}

    def _merged(self, pair: _PlacedValue) -> dict[str, _PlacedValue]:
        """The pairs of `<<: *anchor` or `<<: [*a, *b]`, of which the first wins."""
        sources = pair.node.items if isinstance(pair.node, _List) else [pair.node]
        merged: dict[str, _PlacedValue] = {}
        for source in sources:
            if not isinstance(source, _Map):
                self._findings.fault(
                    pair.at, "<<", "takes the keys of a mapping, such as *name of one with &name"
                )
                continue
            merged = {**source.pairs, **merged}
        return merged

    def _fail_syntax(self, error: MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        at = _place(mark) if mark else self._at
        line = _lines(self._text)[at.line - 1]
        problem = str(error.problem)
        context = str(error.context or "")
        begun = error.context_mark.line + 1 if error.context_mark else at.line
        comment = re.search(r"\{[^}#\n]*channel: *#", self._text[: mark.index]) if mark else None
        if comment:
            at = _end(self._text[: comment.end() - 1])
            problem, hint = (
                "# begins a comment",
                'write the channel in quotes, such as "#ai-events"',
            )
        elif "\\t" in problem or re.match(" *\t", line):
            hint = "use spaces, not tabs"
        elif re.search(r"\.\.[0-9-]+\][~?]", line):
            hint = 'an uncertain window needs quotes: "[2026-05-21..2026-05-31]~"'
        elif "escape character" in problem:
            hint = "write \\\\ for a backslash between double quotes, or use single quotes"
        elif "quoted scalar" in context:
            hint = f"the quote that opens in line {begun} is not closed"
        elif "flow sequence" in context or "flow mapping" in context:
            hint = (
                f"close the bracket that opens in line {begun}; a text that holds `: ` needs quotes"
            )
        elif "<block end>" in problem and "<scalar>" not in problem:
            hint = "keys that belong together begin in the same column"
        else:
            hint = _QUOTES
        self._findings.fail(at, f"not valid YAML: {problem}; {hint}")
