"""What events.yaml says beside its events: feeds, channels, digests, reminder rules, change rules.

Each is read from a mapping whose values are texts, lists and mappings, and written as JSON that reads
back to the same value. Only `name` and, for alerts, `channel` are required; the defaults are

    title    the name
    filter   {}, which is every event
    private  false
    at       08:30 for a digest, 09:00 for a reminder
    days     daily
    ahead    P14D
    before   [P7D, P1D, P0D]
    when_empty  skip
    timezone, lang   the file's time zone, the service's language

All faults are reported at once, each with a JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, TypeVar

from service.core.dates import duration as duration_
from service.core.dates.duration import Duration, InvalidDuration
from service.core.events import fields, filters
from service.core.events.filters import Filter
from service.core.text.json_pointer import pointer
from service.core.text.lines import UnfitText, nearest, not_one_of, one_line, unknown_key
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

# A private feed's address carries its name, and may have 116 characters in all.
_LONGEST_NAME = 40
_MOST_LEADS = 20
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{8,20}")

E = TypeVar("E", bound=StrEnum)


class Days(StrEnum):
    """On which days a rule is at work."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WORKDAYS = "workdays"  # mainland China's holidays and make-up days


class Weekday(StrEnum):
    """In the order of date.weekday()."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class WhenEmpty(StrEnum):
    SKIP = "skip"
    POST = "post"


@dataclass(frozen=True)
class ChannelSpec:
    """A way for alerts beside Slack, under the name by which rules mean it. `spec` is what the file
    says of it, as texts, lists and mappings: where a secret stands, and never the secret."""

    name: str
    spec: dict[str, Any]


@dataclass(frozen=True)
class FeedSpec:
    """A named filter, published as a calendar."""

    name: str
    title: str
    filter: Filter
    private: bool


@dataclass(frozen=True)
class DigestRule:
    name: str
    title: str
    channels: tuple[str, ...]
    at: time
    days: Days | tuple[Weekday, ...]
    ahead: Duration
    when_empty: WhenEmpty
    filter: Filter
    timezone: str
    lang: str


@dataclass(frozen=True)
class ReminderRule:
    """Each lead of `before` is in days alone (`P7D`) or in hours and minutes alone (`PT2H`)."""

    name: str
    channels: tuple[str, ...]
    at: time
    before: tuple[Duration, ...]
    days: Days | tuple[Weekday, ...]
    filter: Filter
    timezone: str
    lang: str


@dataclass(frozen=True)
class ChangeRule:
    name: str
    channels: tuple[str, ...]
    filter: Filter
    timezone: str
    lang: str


def read_channel_name(given: Any) -> str:
    """Raises InvalidInput."""
    name = _name(given)
    if is_slack(name):
        raise _unfit(f"{name!r} is a channel of Slack's")
    return name


def unknown_channels(
    rules: Sequence[DigestRule | ReminderRule | ChangeRule], known: Collection[str]
) -> list[tuple[str, str]]:
    """The names of rules and of channels that they mean and nothing describes, with what is wrong."""
    return [
        (
            rule.name,
            f"{channel!r} is not under `channels:`{nearest(channel, tuple(known))}; Slack's begin "
            "with #, in quotes",
        )
        for rule in rules
        for channel in rule.channels
        if not is_slack(channel) and channel not in known
    ]


def read_feed(data: Mapping[str, Any]) -> FeedSpec:
    """Raises InvalidInput with every fault."""
    values = _read(data, ("name",), {"title": None, "filter": Filter(), "private": False})
    return FeedSpec(**_titled(values))


def read_digest(data: Mapping[str, Any], *, timezone: str, lang: str) -> DigestRule:
    """`timezone` and `lang` are the defaults. Raises InvalidInput with every fault."""
    defaults = {
        "title": None,
        "at": time(8, 30),
        "days": Days.DAILY,
        "ahead": Duration(days=14),
        "when_empty": WhenEmpty.SKIP,
        "filter": Filter(),
        "timezone": timezone,
        "lang": lang,
    }
    return DigestRule(**_titled(_rule(data, defaults)))


def read_reminder(data: Mapping[str, Any], *, timezone: str, lang: str) -> ReminderRule:
    """`timezone` and `lang` are the defaults. Raises InvalidInput with every fault."""
    defaults = {
        "at": time(9, 0),
        "before": (Duration(days=7), Duration(days=1), Duration()),
        "days": Days.DAILY,
        "filter": Filter(),
        "timezone": timezone,
        "lang": lang,
    }
    return ReminderRule(**_rule(data, defaults))


def read_change(data: Mapping[str, Any], *, timezone: str, lang: str) -> ChangeRule:
    """`timezone` and `lang` are the defaults. Raises InvalidInput with every fault."""
    defaults = {"filter": Filter(), "timezone": timezone, "lang": lang}
    return ChangeRule(**_rule(data, defaults))


def write_feed(feed: FeedSpec) -> dict[str, Any]:
    return {
        "name": feed.name,
        "title": feed.title,
        "filter": filters.write(feed.filter),
        "private": feed.private,
    }


def write_digest(rule: DigestRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": rule.title,
        "channel": _write_channels(rule.channels),
        "at": f"{rule.at:%H:%M}",
        "days": _write_days(rule.days),
        "ahead": rule.ahead.text,
        "when_empty": rule.when_empty.value,
        "filter": filters.write(rule.filter),
        "timezone": rule.timezone,
        "lang": rule.lang,
    }


def write_reminder(rule: ReminderRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "channel": _write_channels(rule.channels),
        "at": f"{rule.at:%H:%M}",
        "before": [lead.text for lead in rule.before],
        "days": _write_days(rule.days),
        "filter": filters.write(rule.filter),
        "timezone": rule.timezone,
        "lang": rule.lang,
    }


def write_change(rule: ChangeRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "channel": _write_channels(rule.channels),
        "filter": filters.write(rule.filter),
        "timezone": rule.timezone,
        "lang": rule.lang,
    }


def _read(
    data: Mapping[str, Any], required: tuple[str, ...], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    known = (*required, *defaults)
    problems = [Problem(pointer(key), unknown_key(key, known)) for key in data if key not in known]
    values = dict(defaults)
    for key in known:
        given = data.get(key)
        if given is None:
            if key in required:
                problems.append(Problem(f"/{key}", Sentence("required")))
            continue
        try:
            values[key] = _READERS[key](given)
        except InvalidInput as fault:
            problems += [problem.under(f"/{key}") for problem in fault.problems]
    if problems:
        raise InvalidInput(problems)
    return values


def _rule(data: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    values = _read(data, ("name", "channel"), defaults)
    return {"channels": values.pop("channel"), **values}


def _titled(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "title": values["title"] or values["name"]}


def _unfit(detail: str) -> InvalidInput:
    return InvalidInput([Problem("", detail)])


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise _unfit("must be text")
    if len(given) > 500:
        raise _unfit(Sentence("too_long", count=len(given), most=500))
    try:
        return one_line(given)
    except UnfitText as fault:
        raise _unfit(str(fault)) from None


def _name(given: Any) -> str:
    name = _text(given)
    if not fields.ID.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise _unfit(
            f"{name[:100]!r}: a name has lower-case letters, digits and hyphens, at most "
            f"{_LONGEST_NAME}, such as ai-events"
        )
    return name


def _channels(given: Any) -> tuple[str, ...]:
    """One channel or a list of several, of which one at most is Slack's."""
    if not isinstance(given, list | tuple):
        return (_channel(given),)
    found = _each(given, _channel)
    if sum(map(is_slack, found)) > 1:
        # Its deliveries' keys have no channel in them: two would be one.
        raise _unfit("names two of Slack's; write a rule of its own for each")
    return found


def _channel(given: Any) -> str:
    text = _text(given)
    if not text or text == "#":
        raise _unfit(Sentence("empty_channel"))
    if _CHANNEL_ID.fullmatch(text):
        return text
    if fields.ID.fullmatch(text) and len(text) <= _LONGEST_NAME:
        return text
    name = text.removeprefix("#")
    if text[0] != "#" or not re.fullmatch(r"[\w-]{1,80}", name) or name != name.lower():
        raise _unfit(
            f'{text[:100]!r} is no channel; write its name, "#ai-events" in quotes and lower case, '
            "or its id such as C0123456789, or a name that `channels:` has"
        )
    return text


def is_slack(channel: str) -> bool:
    """Whether it is one of Slack's, by name or id, and none that `channels:` names."""
    return channel.startswith("#") or _CHANNEL_ID.fullmatch(channel) is not None


def key_part(channel: str) -> str:
    """By what a delivery's key tells the channel: Slack's keys have none."""
    return "" if is_slack(channel) else channel


def key_parts(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the channels that a stored rule names."""
    given = spec["channel"]
    return tuple(map(key_part, [given] if isinstance(given, str) else given))


def _write_channels(channels: tuple[str, ...]) -> str | list[str]:
    return channels[0] if len(channels) == 1 else list(channels)


def _at(given: Any) -> time:
    text = _text(given)
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise _unfit(f"{text[:40]!r} is no time of day; write one from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def _days(given: Any) -> Days | tuple[Weekday, ...]:
    if isinstance(given, str):
        if given.strip().lower() in list(Weekday):
            raise _unfit(f"must be a list: [{given.strip().lower()}]")
        return _one_of(Days, given, " or a list such as [mon, thu]")
    if not isinstance(given, list | tuple):
        raise _unfit("must be daily, weekdays, workdays or a list such as [mon, thu]")
    days = _each(given, lambda entry: _one_of(Weekday, entry))
    return tuple(day for day in Weekday if day in days)


def _write_days(days: Days | tuple[Weekday, ...]) -> str | list[str]:
    return days.value if isinstance(days, Days) else [day.value for day in days]


def _ahead(given: Any) -> Duration:
    ahead = _duration(given)
    if ahead.seconds is not None:
        raise _unfit(f"{ahead} has hours; a digest looks whole days ahead, such as P14D")
    return ahead


def _before(given: Any) -> tuple[Duration, ...]:
    if not isinstance(given, list | tuple):
        raise _unfit("must be a list, such as [P7D, P1D, P0D]")
    if len(given) > _MOST_LEADS:
        raise _unfit(f"has {len(given)} entries; at most {_MOST_LEADS} are used")
    return _each(given, _lead)


def _lead(given: Any) -> Duration:
    lead = _duration(given)
    # The key of a delivery holds the lead in days or hours.
    if lead.years or lead.months:
        raise _unfit(f"{lead}: a lead has no months or years, which differ in length; write P30D")
    if lead.seconds is not None and (lead.days or lead.seconds % 60):
        raise _unfit(f"{lead}: a lead is in days (P7D) or in hours and minutes (PT36H, PT30M)")
    return lead


def _duration(given: Any) -> Duration:
    try:
        return duration_.parse(_text(given))
    except InvalidDuration as fault:
        raise _unfit(str(fault)) from None


T = TypeVar("T")


def _each(given: list[Any] | tuple[Any, ...], read: Callable[[Any], T]) -> tuple[T, ...]:
    if not given:
        raise _unfit(Sentence("empty_list"))
    found: dict[T, None] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(given):
        try:
            found[read(entry)] = None
        except InvalidInput as fault:
            problems += [problem.under(f"/{number}") for problem in fault.problems]
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _one_of(choices: type[E], given: Any, more: str = "") -> E:
    word = _text(given)
    try:
        return choices(word)
    except ValueError:
        raise _unfit(not_one_of(word, list(choices), more)) from None


def _filter(given: Any) -> Filter:
    if not isinstance(given, Mapping):
        raise _unfit("must be a filter such as {kind: [regulation, consultation]}")
    return filters.read(given)


def _private(given: Any) -> bool:
    # YAML values come as they are written, hence the two words.
    if given is True or given == "true":
        return True
    if given is False or given == "false":
        return False
    raise _unfit("must be true or false")


def _timezone(given: Any) -> str:
    try:
        return fields.read_timezone(given)
    except InvalidInput as fault:
        raise _unfit(fault.problems[0].detail) from None


def _lang(given: Any) -> str:
    text = _text(given)
    if text not in fields.LANGUAGES:
        raise _unfit(
            Sentence("not_one_of", word=text[:40], known=", ".join(fields.LANGUAGES), near="")
        )
    return text


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "title": _text,
    "channel": _channels,
    "at": _at,
    "before": _before,
    "days": _days,
    "ahead": _ahead,
    "when_empty": lambda given: _one_of(WhenEmpty, given),
    "filter": _filter,
    "private": _private,
    "timezone": _timezone,
    "lang": _lang,
}
