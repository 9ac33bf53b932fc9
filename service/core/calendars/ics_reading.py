"""An .ics file (RFC 5545) as events, and which of its entries could not be taken, and why.

One bad entry is skipped with its reason; only what is no iCalendar file is refused.

Of Horizon's own files (an entry has X-HORIZON-WHEN) come back: id, UID, sequence, title, when, time
zone of timed events, whether it is called off or tentative against its date, recurrence, exceptions,
location, kind, tags, description and address. What iCalendar as Horizon writes it does not carry:

- titles in other languages, organisations, tickers, importance and the source (the reader of a
  calendar sees it as text); `keys` leaves them out, so that importing does not wipe them;
- the time zone of an event without a time, or of one that is UTC by another name;
- a status that says the same as the date, or confirms an undated event;
- a description that itself ends in a line such as 来源：… or 网址：https://…: it is taken for ours.

Other files: an all-day entry has days, a timed one is kept in its zone (ics_zones), without one, or
with a nameless one of the file's own, in the default zone. Days that a series cannot hold
(ics_series), and occurrences that were changed, are events of their own, under UIDs made of that of
the series and the day. Rules that recurrence does not take are skipped rather than bent.

Of the entries with one UID the newest counts (_Tellings). What a calendar says is named by its
METHOD (RFC 5546 1.4): none, PUBLISH and REQUEST hold events; CANCEL calls them off, or with a
RECURRENCE-ID an occurrence; the others (REPLY, COUNTER, REFRESH, …) are talk about events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.core.calendars import feed as feed_
from service.core.calendars.feed import Options
from service.core.calendars.ics_content import Component, Properties, Property, Unfit, content
from service.core.calendars.ics_series import days
from service.core.calendars.ics_zones import Time, Zones
from service.core.dates import duration as duration_
from service.core.dates import when as when_
from service.core.dates.duration import Duration, InvalidDuration
from service.core.dates.when import InvalidWhen, When
from service.core.events import event as event_
from service.core.events import fields, recurrence, wording
from service.core.events.event import CalendarVersion, Details, Event, Origin, Status
from service.core.events.kinds import KIND_WORDS
from service.core.events.recurrence import InvalidRecurrence
from service.core.text.lines import UnfitText, fold, one_line
from service.errors import InvalidInput
from service.sentences import Sentence

_OWN_UID = re.compile(f"({fields.ID.pattern})@horizon")
_UNTITLED = {"zh": "（无标题）", "en": "(untitled)"}
_KINDS = {fold(word): kind for words in KIND_WORDS.values() for kind, word in words.items()}


@dataclass(frozen=True)
class IcsEvent:
    """One entry. `keys` are the details that the file says; `id_given`: the id is our own UID's, else
    it is made from the title. `uid` is None where the file has none; `ours`: Horizon wrote it.

    `version` is None where it says nothing: without a UID, and under our own UID without a SEQUENCE,
    which Horizon always writes. `note` is what whoever takes it should know.
    """

    id: str
    id_given: bool
    uid: str | None
    sequence: int
    version: CalendarVersion | None
    details: Details
    keys: frozenset[str]
    ours: bool
    note: str = ""


@dataclass(frozen=True)
class Cancellation:
    """What a calendar of METHOD:CANCEL calls off: the event with that UID, or of a series only the
    occurrences that begin then, each a day or an instant in UTC. It need not say more of them.
    `version` as that of an IcsEvent; `changed`: the occurrences are not off, but events of their own."""

    uid: str
    title: str
    version: CalendarVersion | None
    occurrences: tuple[date | datetime, ...] = ()
    changed: bool = False


@dataclass(frozen=True)
class Skipped:
    """An entry that was not taken; `uid` and `title` as far as it has them, `line` where it begins in
    the file; or the rest of a file that breaks off."""

    uid: str
    title: str
    reason: str
    line: int | None = None

    @property
    def what(self) -> str:
        """What it is to be called."""
        return self.title or self.uid or f"line {self.line}"


@dataclass(frozen=True)
class IcsFile:
    """`cancellations` are of events that the file does not hold itself."""

    entries: tuple[IcsEvent, ...]
    skipped: tuple[Skipped, ...]
    cancellations: tuple[Cancellation, ...] = ()


def read_ics(data: bytes, *, timezone: str, lang: str = "zh") -> IcsFile:
    """The events of the file; `timezone` is that of times without one, `lang` the language in which
    an entry without a title is called so.

    Of a damaged file the whole entries before the damage are taken. Raises InvalidInput where it is no
    iCalendar file, or nothing of it is whole.
    """
    found, damage = content(data)
    zones = Zones([each.props for each in found if each.name == "VTIMEZONE"], timezone)
    tellings = _Tellings(found, zones)
    entries: list[IcsEvent] = []
    cancelled: list[Cancellation] = []
    skipped: list[Skipped] = []
    for component in found:
        props = component.props
        if component.name == "VTIMEZONE":
            continue
        try:
            tellings.check(component)
            if component.method == "CANCEL":
                cancelled.append(_cancellation(props, zones))
                continue
            made = _entries(component, zones, lang, tellings)
            entries += made.entries
            cancelled += made.cancellations
            skipped += [_skipped(component, reason) for reason in made.refused]
        except (Unfit, InvalidInput) as fault:
            skipped.append(_skipped(component, str(fault)))
        except Exception as fault:  # one bad entry must not take the file with it
            skipped.append(
                _skipped(component, f"it cannot be read ({type(fault).__name__}: {fault})")
            )
    entries, cancelled, refused = _called_off(entries, _joined(cancelled))
    if damage:
        reason = f"{damage.detail}; {damage.made}"
        refused.append(Skipped("", "", reason, damage.line))
    return IcsFile(tuple(_distinct(entries)), (*skipped, *refused), tuple(cancelled))


def _skipped(component: Component, reason: str) -> Skipped:
    uid, title = component.props.uid[:255], component.props.text("SUMMARY").strip()[:500]
    return Skipped(uid, title, reason[:500], component.line)


def free_id(id_: str, seed: str, taken: Container[str]) -> str:
    """The id, or where it is taken, one with as many hex digits of the seed's SHA-256 as it needs."""
    digits = hashlib.sha256(seed.encode()).hexdigest()
    length, free = 4, id_
    while free in taken:
        length += 2
        free = f"{id_[: 99 - length].rstrip('-')}-{digits[:length]}"
    return free


class _Tellings:
    """Which entries of a file count where several have one UID, or are of one occurrence.

    Of those that tell of the same event the newest counts (CalendarVersion); of two that are as new
    the one that calls off, else the first. Entries of one SEQUENCE that are of another day, and have
    another title or are no newer, share their UID by mistake: they are events each.
    """

    def __init__(self, found: Sequence[Component], zones: Zones) -> None:
        self._zones = zones
        self._heads: dict[tuple[str, date | datetime | None], list[Component]] = {}
        self._replaced: dict[str, list[Time]] = {}
        for each in found:
            self._add(each)

    def _add(self, one: Component) -> None:
        uid = one.props.uid
        if one.name != "VEVENT" or not one.tells_of_events or not uid:
            return
        which = one.props.get("RECURRENCE-ID")
        if which and (one.method == "CANCEL" or "RANGE" in which.params):
            return
        key = None
        if which:
            try:
                time = self._zones.read(which)
            except Unfit:
                return  # it will be told with the entry
            self._replaced.setdefault(uid, []).append(time)
            key = time.key
        heads = self._heads.setdefault((uid, key), [])
        for number, known in enumerate(heads):
            if which or not _another(one, known):
                if _newer(one, known):
                    heads[number] = one
                return
        heads.append(one)

    def replaced(self, uid: str) -> list[Time]:
        """The occurrences that are called off or told by entries of their own."""
        return self._replaced.get(uid, [])

    def series(self, uid: str) -> Component | None:
        """The entry of which that with a RECURRENCE-ID is an occurrence."""
        heads = self._heads.get((uid, None), [])
        return heads[0] if heads else None

    def uid(self, one: Component) -> tuple[str, str]:
        """The UID of an entry, and what there is to say of it: one that it shares by mistake is made
        its own by its title, and by its date where that is the same."""
        uid = one.props.uid
        heads = self._heads.get((uid, None), [one])
        if len(heads) == 1 or one.props.get("RECURRENCE-ID"):
            return uid, ""
        note = Sentence("uid_shared", count=len(heads))
        if heads[0] is one:
            return uid, note
        title = one.props.text("SUMMARY").strip()
        same = [each for each in heads if each.props.text("SUMMARY").strip() == title]
        seed = title if len(same) == 1 else f"{title} {_begin(one)}"
        return _part_uid(uid, hashlib.sha256(seed.encode()).hexdigest()[:8]), note

    def check(self, one: Component) -> None:
        """Raises Unfit for what is no event, or is overruled by another entry of the file."""
        props, method = one.props, one.method
        if one.name != "VEVENT":
            raise Unfit(f"a {one.name} is no event")
        if not one.tells_of_events:
            raise Unfit(f"METHOD:{method[:40]} is no event; PUBLISH and REQUEST hold them")
        heads = self._heads.get((props.uid, None), [])
        which = props.get("RECURRENCE-ID")
        if which:
            if any(each.method == "CANCEL" for each in heads):
                raise Unfit("another entry calls off the whole series")
            if method == "CANCEL" or "RANGE" in which.params:
                return
            heads = self._heads.get((props.uid, self._zones.read(which).key), [])
        if not heads or any(each is one for each in heads):
            return
        if any(each.props.version == props.version for each in heads):
            raise Unfit("its UID stands twice; another entry with the same SEQUENCE is taken")
        raise Unfit(
            "its UID stands twice; another entry has it with a higher SEQUENCE or a later DTSTAMP"
        )


def _another(one: Component, known: Component) -> bool:
    """Whether the two have one UID by mistake."""
    mine, other = one.props, known.props
    if "CANCEL" in (one.method, known.method) or _begin(one) == _begin(known):
        return False
    if mine.version.sequence != other.version.sequence:
        return False
    titles = {mine.text("SUMMARY").strip(), other.text("SUMMARY").strip()}
    return len(titles) == 2 or mine.version.dtstamp == other.version.dtstamp


def _begin(one: Component) -> str:
    given = one.props.get("DTSTART")
    return f"{given.params.get('TZID', '')} {given.raw}" if given else ""


def _newer(one: Component, known: Component) -> bool:
    calls_off = one.method == "CANCEL" and known.method != "CANCEL"
    as_new = not one.props.version.older_than(known.props.version)
    return known.props.version.older_than(one.props.version) or (calls_off and as_new)


def occurrence_uid(uid: str, begin: date | datetime) -> str:
    """The UID of the event that an occurrence of a series is: of its series, and the day or the
    instant (aware) on which the series has it."""
    if isinstance(begin, datetime):
        return _part_uid(uid, f"{begin.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return _part_uid(uid, f"{begin:%Y%m%d}")


def _part_uid(uid: str, part: str) -> str:
    whole = f"{uid}#{part}"
    return whole if len(whole) <= 255 else f"{hashlib.sha256(uid.encode()).hexdigest()}#{part}"


def _cancellation(props: Properties, zones: Zones) -> Cancellation:
    uid = _uid(props.uid)
    if uid is None:
        raise Unfit("it calls off an event, and has no UID to say which")
    which = props.get("RECURRENCE-ID")
    occurrences: tuple[date | datetime, ...] = ()
    if which:
        if "RANGE" in which.params:
            raise Unfit("it calls off an occurrence with all that follow; end the series instead")
        occurrences = (zones.read(which).key,)
    return Cancellation(uid, props.text("SUMMARY").strip()[:500], _counted(props), occurrences)


def _counted(props: Properties) -> CalendarVersion | None:
    if not props.uid or (_OWN_UID.fullmatch(props.uid) and "SEQUENCE" not in props):
        return None
    return props.version


def _older(one: CalendarVersion | None, other: CalendarVersion | None) -> bool:
    return one is not None and other is not None and one.older_than(other)


def _joined(cancelled: Sequence[Cancellation]) -> list[Cancellation]:
    """One for each UID, with all the occurrences that are called off, and one with those that were
    changed."""
    joined: dict[tuple[str, bool], Cancellation] = {}
    for each in cancelled:
        known = joined.setdefault((each.uid, each.changed), each)
        newer = each if _older(known.version, each.version) else known
        both = tuple(dict.fromkeys((*known.occurrences, *each.occurrences)))
        joined[each.uid, each.changed] = replace(newer, occurrences=both)
    return list(joined.values())


def _called_off(
    entries: Sequence[IcsEvent], cancelled: Sequence[Cancellation]
) -> tuple[list[IcsEvent], list[Cancellation], list[Skipped]]:
    """The entries without the occurrences that the same file calls off, the cancellations that are of
    other events, and what could not be called off."""
    by_uid = {each.uid: each for each in cancelled if not each.changed}
    off = {
        occurrence_uid(each.uid, begin): each
        for each in by_uid.values()
        for begin in each.occurrences
    }
    told: list[IcsEvent] = []
    skipped: list[Skipped] = []
    for entry in entries:
        single = off.get(entry.uid or "")
        if single is not None and not _older(single.version, entry.version):
            continue
        found = by_uid.pop(entry.uid or "", None)
        if found is not None and _older(found.version, entry.version):
            reason = "one occurrence is called off in an older entry than that of the series"
            skipped.append(Skipped(found.uid, found.title, reason))
        elif found is not None:
            details, refused = without(entry.details, found.occurrences)
            skipped += [Skipped(found.uid, found.title, reason) for reason in refused]
            if details is None:
                skipped.append(Skipped(found.uid, found.title, _NOTHING_LEFT))
                continue
            entry = replace(entry, details=details)
        told.append(entry)
    left = [each for each in cancelled if each.changed or each.uid in by_uid]
    return told, left, skipped


_NOTHING_LEFT = "every one of its days is called off"


def without(
    details: Details, occurrences: Sequence[date | datetime]
) -> tuple[Details | None, Sequence[str]]:
    """The series without those occurrences, None where none is left, and why some of them stay."""
    days = [_day_of(details, each) for each in occurrences]
    said = "one occurrence cannot be called off"
    try:
        kept, refused = recurrence.leave_out(details, days)
    except InvalidRecurrence as fault:
        return details, [f"{said}: {fault}"] * len(occurrences)
    return kept, [f"{said}: {why}" for why in refused.values()]


def _day_of(details: Details, begin: date | datetime) -> date:
    """The day of an occurrence, on the clock of its series."""
    return begin.astimezone(details.zone).date() if isinstance(begin, datetime) else begin


def _distinct(entries: Sequence[IcsEvent]) -> Iterator[IcsEvent]:
    """The entries, each with an id of its own."""
    taken = {entry.id for entry in entries if entry.id_given}
    for entry in entries:
        if not entry.id_given:
            id_ = free_id(entry.id, entry.uid or entry.details.when.text, taken)
            entry = replace(entry, id=id_)
            taken.add(id_)
        yield entry


# --- one entry


@dataclass(frozen=True)
class _Made:
    """What one entry comes down to."""

    entries: Sequence[IcsEvent] = ()
    cancellations: Sequence[Cancellation] = ()
    refused: Sequence[str] = ()


def _entries(component: Component, zones: Zones, lang: str, tellings: _Tellings) -> _Made:
    props = component.props
    which = props.get("RECURRENCE-ID")
    if which is None or not props.uid:
        uid, note = tellings.uid(component)
        return _planned(props, uid, note, zones, lang, tellings.replaced(props.uid))
    if "RANGE" in which.params:
        raise Unfit("it changes an occurrence with all that follow; the series is read as planned")
    begin = zones.read(which).key
    series = tellings.series(props.uid)
    if series and _outdated(props, begin, series, zones):
        raise Unfit("it is older than its series, which has no such day any more")
    called_off = props.text("STATUS").strip().upper() == "CANCELLED"
    cancellations = []
    if series is None:
        # The series may be stored: it is to do without that day.
        title = props.text("SUMMARY").strip()[:500]
        cancellations = [
            Cancellation(props.uid, title, _counted(props), (begin,), changed=not called_off)
        ]
    if called_off:
        return _Made(cancellations=cancellations)
    made = _planned(props, occurrence_uid(props.uid, begin), "", zones, lang, None)
    return replace(made, cancellations=cancellations)


def _outdated(props: Properties, begin: date | datetime, series: Component, zones: Zones) -> bool:
    """Whether a changed occurrence has a lower SEQUENCE than its series, and that lacks the day."""
    if props.version.sequence >= series.props.version.sequence:
        return False
    try:
        events = _planned(series.props, props.uid, "", zones, "en", ()).entries
    except Unfit:
        return False  # that will be told of the series
    for details in (event.details for event in events):
        day = _day_of(details, begin)
        if any(each.first == day for each in recurrence.occurrences(details, day, day)):
            return False
    return True


def _planned(
    props: Properties,
    uid: str,
    note: str,
    zones: Zones,
    lang: str,
    replaced: Sequence[Time] | None,
) -> _Made:
    """The events of an entry. `replaced` are the occurrences that have entries of their own; None:
    it is one itself, and recurs no more."""
    start_property = props.get("DTSTART")
    if start_property is None:
        raise Unfit("it has no DTSTART")
    start, end = _bounds(start_property, props, zones)
    ours = _our_when(props)
    recurs = replaced is not None and (ours is None or ours.dated)
    rule = _rule(props) if recurs else None
    if rule and start.timed and not start.zone:
        start = start._replace(zone=_zone_like(start, rule, zones))
    timezone = _timezone(start, bool(ours or rule), zones)
    when = _when(start, end, props, timezone)
    if ours and _holds(ours, when):
        when = ours
    added, refused = _added(props, when, zones, timezone) if recurs else ([], [])
    # An EXDATE of what happens once is passed over, as calendars do.
    series = bool(rule or added or (recurs and props.text("RRULE")))
    excluded, unread = _excluded(props, zones) if series else ([], [])
    planned = days(when, timezone, rule, added, excluded, replaced or ())
    data = _told(props, when, ours, timezone, lang)
    if start.timed and not (ours and start.zone == "UTC"):
        data["timezone"] = timezone
    entries = []
    if planned.when:
        own_days = {
            "when": planned.when.text,
            "recurrence": planned.rule,
            "exceptions": [day.isoformat() for day in planned.exceptions],
        }
        entries.append(_event(props, uid, data | own_days, timezone, note))
    for each in planned.others:
        own: dict[str, Any] = {"when": each.text, "recurrence": None, "exceptions": []}
        own_uid = occurrence_uid(uid, each.start or each.first) if uid else ""
        entries.append(_event(props, own_uid, data | own, timezone, note))
    if not entries and not replaced:
        raise Unfit(_NOTHING_LEFT)
    return _Made(entries, refused=[*refused, *unread])


def _told(
    props: Properties, when: When, ours: When | None, timezone: str, lang: str
) -> dict[str, Any]:
    """The texts of an entry and its status."""
    data = _texts(props, ours, timezone, lang)
    called_off = data.pop("called off")
    given = props.text("STATUS").strip().upper()
    if called_off or given == "CANCELLED":
        data["status"] = "cancelled"
    elif given in ("TENTATIVE", "CONFIRMED") and when.dated:
        # What the date says by itself is not set.
        by_date = "TENTATIVE" if when.tentative else "CONFIRMED"
        data["status"] = None if given == by_date else given.lower()
    return data


def _event(
    props: Properties, uid: str, data: Mapping[str, Any], timezone: str, note: str
) -> IcsEvent:
    details = fields.read(data, timezone)
    own_id = _OWN_UID.fullmatch(uid)
    said = frozenset(data) if props.text("SUMMARY").strip() else frozenset(data) - {"title"}
    return IcsEvent(
        own_id[1] if own_id else event_.slug(details.title),
        bool(own_id),
        _uid(uid),
        props.version.sequence,
        _counted(props),
        details,
        said,
        ours="X-HORIZON-WHEN" in props,
        note=note,
    )


def _uid(text: str) -> str | None:
    try:
        uid = one_line(text)
    except UnfitText as fault:
        raise Unfit(f"UID: {fault}") from None
    if len(uid) > 255:
        raise Unfit("its UID has more than 255 characters")
    return uid or None


def _our_when(props: Properties) -> When | None:
    try:
        return when_.parse(props.text("X-HORIZON-WHEN"))
    except InvalidWhen:
        return None


def _holds(ours: When, entry: When) -> bool:
    """Whether the entry lies where X-HORIZON-WHEN puts it; a calendar program may have moved it."""
    if not ours.dated:
        return ours.first <= entry.first <= ours.last
    if ours.timed:
        return (ours.start, ours.end) == (entry.start, entry.end)
    return not entry.timed and (ours.first, ours.last) == (entry.first, entry.last)


def _rule(props: Properties) -> str | None:
    rules = props.all("RRULE")
    if len(rules) > 1 or props.get("EXRULE"):
        raise Unfit("it recurs by more than one rule (EXRULE or a second RRULE)")
    # COUNT=1 is no recurrence, nor is a rule of nothing.
    if (
        not rules
        or not rules[0].raw.strip("; ")
        or re.search(r"(?:^|;)COUNT=0*1(?:;|$)", rules[0].raw.strip().upper())
    ):
        return None
    return rules[0].raw


def _timezone(start: Time, as_written: bool, zones: Zones) -> str:
    """The event's time zone. UTC in other people's files is only a way to write an instant, unless it
    is what a series counts in."""
    if not start.timed or not start.zone or (start.zone == "UTC" and not as_written):
        return zones.default
    return start.zone


def _zone_like(start: Time, rule: str, zones: Zones) -> str:
    """The name of a zone in which a series of a zone of the file's own has the same times."""
    name = zones.series(start.tzid, start.day, _last_day(start, rule))
    if name is None:
        raise Unfit(f"it recurs in {start.tzid[:60]!r}, and no time zone has the same offsets")
    return name


def _last_day(start: Time, rule: str) -> date:
    """The last day of a series, by the clock on its wall."""
    if start.wall is None:
        return start.day
    when = when_.timed(start.wall.replace(tzinfo=UTC))
    try:
        text = recurrence.read(rule, when, "UTC")
    except InvalidRecurrence:
        return recurrence.FOREVER
    return recurrence.last_day(Details("", when, "UTC", recurrence=text))


def _bounds(begin: Property, props: Properties, zones: Zones) -> tuple[Time, Time | None]:
    """DTSTART and DTEND. Outlook may write an event of whole days from midnight to midnight."""
    given = props.get("DTEND")
    start, end = zones.read(begin), zones.read(given) if given else None
    if end and end.timed is not start.timed:
        raise Unfit("of DTSTART and DTEND only one has a time")
    whole = props.text("X-MICROSOFT-CDO-ALLDAYEVENT").strip().upper() == "TRUE"
    if whole and start.at_midnight and (end is None or end.at_midnight):
        return start.as_day, end.as_day if end else None
    return start, end


def _when(start: Time, end: Time | None, props: Properties, timezone: str) -> When:
    duration = props.get("DURATION")
    length = _length(duration.raw) if duration and not end else None
    if start.instant is None:
        last = start.day
        if end or length:
            behind = end.day if end else length.after(start.day) if length else start.day
            if behind < start.day:
                raise Unfit("it ends before it starts")
            # DTEND is exclusive; many write the day itself for an event of one day.
            last = max(start.day, behind - timedelta(days=1))
        text = start.day.isoformat() if last == start.day else f"{start.day}/{last}"
    else:
        zone = ZoneInfo(timezone)
        local = start.instant.astimezone(zone)
        finish = end.instant if end else None
        if length:
            finish = _later(local, length)
        if finish and finish < start.instant:
            raise Unfit("it ends before it starts")
        text = local.isoformat(timespec="minutes")
        if finish and finish > start.instant:
            text += "/" + finish.astimezone(zone).isoformat(timespec="minutes")
    try:
        return when_.parse(text)
    except InvalidWhen as fault:
        raise Unfit(str(fault)) from None


def _excluded(props: Properties, zones: Zones) -> tuple[list[Time], list[str]]:
    """The times of the EXDATEs, and why some cannot be taken."""
    found, refused = [], []
    for given, value in _values(props, "EXDATE"):
        try:
            found.append(zones.read(replace(given, raw=value)))
        except Unfit as fault:
            refused.append(f"nothing is excluded by what cannot be read, {fault}")
    return found, refused


def _values(props: Properties, name: str) -> Iterator[tuple[Property, str]]:
    """The values of a property that may stand several times and have several, or none."""
    for given in props.all(name):
        for value in filter(str.strip, given.raw.split(",")):
            yield given, value


def _added(
    props: Properties, when: When, zones: Zones, timezone: str
) -> tuple[list[When], list[str]]:
    """The dates that RDATE adds, each as long as the entry itself or as it says (a PERIOD), and why
    some cannot be taken."""
    found, refused = [], []
    for given, value in _values(props, "RDATE"):
        try:
            found.append(_added_date(replace(given, raw=value), when, zones, timezone))
        except (Unfit, InvalidWhen) as fault:
            refused.append(f"RDATE: {fault}")
    return found, refused


def _added_date(given: Property, when: When, zones: Zones, timezone: str) -> When:
    begin_text, _, end_text = given.raw.partition("/")
    begin = zones.read(replace(given, raw=begin_text))
    if begin.timed is not when.timed:
        raise Unfit(f"{given.raw[:40]}: of DTSTART and RDATE only one has a time")
    if begin.instant is None or when.start is None or when.end is None:
        return when_.day(begin.day, begin.day + timedelta(days=when.days - 1))
    zone = ZoneInfo(timezone)
    if end_text[:1] in ("P", "+"):
        end = _later(begin.instant.astimezone(zone), _length(end_text))
    elif end_text:
        end = zones.read(replace(given, raw=end_text)).instant or begin.instant
    else:
        end = begin.instant + (when.end - when.start)
    return when_.timed(begin.instant.astimezone(zone), max(begin.instant, end).astimezone(zone))


def _later(begin: datetime, length: Duration) -> datetime:
    """So long after a local time, in UTC: days by the clock on the wall, the rest by the watch (RFC 5545
    3.3.6)."""
    later = (begin + timedelta(days=length.days)).astimezone(UTC)
    return later + timedelta(seconds=length.seconds or 0)


def _length(text: str) -> Duration:
    try:
        return duration_.parse(text.strip().removeprefix("+"))
    except InvalidDuration:
        raise Unfit(f"DURATION:{text[:40]} is no duration") from None


def _texts(props: Properties, ours: When | None, timezone: str, lang: str) -> dict[str, Any]:
    """The details that are texts, as far as they are there, and under "called off" what the title
    says of that."""
    title = props.text("SUMMARY").strip() or _UNTITLED[lang]
    description, called_off = props.text("DESCRIPTION"), False
    address = props.text("URL").strip()
    url = address if _is_address(address) else None
    if ours:
        title, called_off = _bare_title(title, ours, timezone)
        # Not our page's address, which stands in URL.
        description, url = _bare_description(description, ours, timezone)
    data: dict[str, Any] = {"title": _cut(title, 500), "called off": called_off}
    if props.get("DESCRIPTION"):
        data["description"] = _cut(description, 20_000)
    if props.get("LOCATION"):
        data["location"] = _cut(props.text("LOCATION"), 500)
    if url is not None:
        data["url"] = url
    if props.get("CATEGORIES"):
        categories = [c for c in (c.strip() for c in props.categories()) if c]
        kind = next((c for c in categories if fold(c) in _KINDS), None)
        if kind:
            categories.remove(kind)
            data["kind"] = _KINDS[fold(kind)].value
        data["tags"] = [_cut(category, 100) for category in categories[:100]]
    return data


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _is_address(text: str) -> bool:
    return (
        bool(re.fullmatch(r"https?://[^\s<>\"\\^`{|}/]+[^\s<>\"\\^`{|}]*", text))
        and len(text) <= 2000
    )


def _bare_title(title: str, when: When, timezone: str) -> tuple[str, bool]:
    """The title without what a feed puts in front of it, and whether that says it is called off."""
    found = ("", False)
    for lang in fields.LANGUAGES:
        for status in (Status.CANCELLED, None):
            nameless = Event(
                id="",
                uid="",
                details=Details("", when, timezone, status=status),
                sequence=0,
                version=1,
                origin=Origin.IMPORT,
                created_at=_NO_TIME,
                updated_at=_NO_TIME,
            )
            lead = feed_.summary(nameless, Options(lang=lang))
            if len(lead) > len(found[0]) and title.startswith(lead) and title != lead:
                found = (lead, status is Status.CANCELLED)
    return title.removeprefix(found[0]), found[1]


def _bare_description(text: str, when: When, timezone: str) -> tuple[str, str | None]:
    """What remains of a feed's description without the lines that it adds, and the address in them;
    None where these are not ours any more."""
    lines = text.split("\n")
    # A zone that is UTC by another name is shown by its offset.
    zones = (timezone, "Atlantic/Reykjavik") if timezone == "UTC" else (timezone,)
    if lines[0] not in [wording.full(when, lang, z) for lang in fields.LANGUAGES for z in zones]:
        return text, None  # somebody wrote it anew
    lines = _without_source(lines[1:])
    url = ""
    for word in ("网址：", "Website: "):
        if lines and lines[-1].startswith(word) and _is_address(lines[-1].removeprefix(word)):
            url = lines.pop().removeprefix(word)
    return "\n".join(lines), url


def _without_source(lines: list[str]) -> list[str]:
    """The lines up to the source, which is one sentence, with an excerpt that may have several lines,
    and perhaps an address behind it."""
    for start in range(len(lines) - 1, -1, -1):
        # A line that somebody typed has its words alone.
        if lines[start].startswith(("来源：", "Source: ", "原文：“", "As written: “")):
            rest = lines[start:]
            if len(rest) > 1 and _is_address(rest[-1]):
                rest.pop()
            quotes = re.search("原文：“|: “", rest[0]) and rest[-1].endswith("”")
            return lines[:start] if len(rest) == 1 or quotes else lines
    return lines


_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
