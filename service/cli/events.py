"""Events one by one: list, show, add, set, cancel, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from service.cli.common import (
    Json,
    by,
    opened,
    print_json,
    print_table,
    read_day,
    short,
    today,
    write_bytes,
)
from service.errors import InvalidInput, NotFound, Problem

if TYPE_CHECKING:
    from service.core.alerts.deliveries import Delivery
    from service.core.events.event import Event, Source
    from service.operations.events import By
    from service.store import JournalRow

Id = Annotated[str, typer.Argument(help="The event's id.")]
Texts = list[str] | None


class ListFormat(StrEnum):
    """How a list is printed; `note` is the lines that a weekly report prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NOTE = "note"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("list", epilog="Example: horizon list --kind regulation --from 2026-04-27")(list_)
    app.command(epilog="Example: horizon show google-io-2026")(show)
    app.command(epilog="Example: horizon add '7月15日：《办法》正式施行'")(add)
    app.command("set", epilog="Example: horizon set google-io-2026 when=2026-05-19/2026-05-20")(
        set_
    )
    app.command(epilog="Example: horizon cancel google-io-2026")(cancel)
    app.command(epilog="Example: horizon withdraw google-io-2026")(withdraw)


def list_(
    kind: Annotated[Texts, typer.Option(help="conference, regulation, …")] = None,
    tag: Annotated[Texts, typer.Option()] = None,
    ticker: Annotated[Texts, typer.Option()] = None,
    organization: Annotated[Texts, typer.Option()] = None,
    importance: Annotated[Texts, typer.Option(help="high, normal, low")] = None,
    status: Annotated[Texts, typer.Option(help="tentative, confirmed, cancelled")] = None,
    precision: Annotated[Texts, typer.Option(help="day, month, …")] = None,
    q: Annotated[str | None, typer.Option("-q", "--q", help="Text to look for.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="First day; default today.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    format_: Annotated[
        ListFormat, typer.Option("--format", help="How to print it.")
    ] = ListFormat.TABLE,
    as_json: Json = False,
) -> None:
    """What is ahead, or what a filter finds; undated events after the dated ones of their window."""
    from service.core.events import filters

    given: dict[str, Any] = {
        "kind": kind,
        "tag": tag,
        "ticker": ticker,
        "organization": organization,
        "importance": importance,
        "status": status,
        "precision": precision,
        "q": q,
        "from": from_,
        "to": to,
    }
    wanted = filters.read({key: value for key, value in given.items() if value})
    with opened() as horizon:
        day = today(horizon)
        ahead = wanted if wanted.from_ or wanted.to else replace(wanted, from_=day)
        with horizon.store.reading() as reading:
            events = reading.select(ahead)
            earlier = reading.select(replace(ahead, from_=None, to=None)) if not events else []
            total = reading.count().total
    chosen = ListFormat.JSON if as_json else format_
    if chosen is ListFormat.TABLE and not events:
        typer.echo(_nothing_found(earlier, total))
        return
    _print_events(events, chosen, horizon.settings.language, day)


def show(id: Id, as_json: Json = False) -> None:
    """One event with its history: when each date was learned and from where, and who was told in
    Slack."""
    from service.core.alerts import ledger
    from service.core.events import representation

    with opened() as horizon, horizon.store.reading() as reading:
        event = reading.event(id)
        if event is None:
            raise NotFound("event", id)
        history = reading.history(id)
        alerts = reading.told(id)
    lang = horizon.settings.language
    if as_json:
        shown = representation.represent(event, lang)
        told = representation.histories(history)
        sent = [ledger.delivery(row) for row in alerts]
        more = {"withdrawn": event.withdrawn, "history": told, "deliveries": sent}
        print_json({**shown, **more})
        return
    zone = ZoneInfo(horizon.settings.timezone)
    for line in (*_event_lines(event, history, lang, zone), *_alert_lines(alerts, zone)):
        typer.echo(line)


def add(
    text: Annotated[
        str | None,
        typer.Argument(help="A line with title and date, such as 7月15日：《办法》正式施行"),
    ] = None,
    ref_date: Annotated[
        str | None, typer.Option(help="The day from which its words are read; default today.")
    ] = None,
    title: Annotated[str | None, typer.Option()] = None,
    when: Annotated[str | None, typer.Option(help="2026-05-13, 2026-05, 2026-Q2, …")] = None,
    id: Annotated[str | None, typer.Option(help="Default: made from the title.")] = None,
    kind: Annotated[str | None, typer.Option(help="Default: what the title speaks of.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA, for times.")] = None,
    organization: Annotated[Texts, typer.Option()] = None,
    ticker: Annotated[Texts, typer.Option()] = None,
    tag: Annotated[Texts, typer.Option()] = None,
    importance: Annotated[str | None, typer.Option(help="high, normal, low")] = None,
    location: Annotated[str | None, typer.Option()] = None,
    url: Annotated[str | None, typer.Option()] = None,
    description: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option(help="Title of what it was read in.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Whose that is.")] = None,
    source_date: Annotated[str | None, typer.Option(help="When that was published.")] = None,
    source_url: Annotated[str | None, typer.Option()] = None,
    excerpt: Annotated[str | None, typer.Option(help="Its words.")] = None,
    as_json: Json = False,
) -> None:
    """Add an event from a line of text, or from its parts. Says what was understood."""
    from service.operations import events

    if text is not None and (title is not None or when is not None or not text.strip()):
        raise InvalidInput([Problem("/text", "give a line, or --title and --when")])
    day = read_day("ref_date", ref_date)
    read_in = {
        "title": source,
        "publisher": publisher,
        "date": source_date,
        "url": source_url,
        "excerpt": excerpt,
    }
    given = {
        "id": id,
        "title": title,
        "when": when,
        "kind": kind,
        "timezone": timezone,
        "organizations": organization,
        "tickers": ticker,
        "tags": tag,
        "importance": importance,
        "location": location,
        "url": url,
        "description": description,
        "source": {k: v for k, v in read_in.items() if v is not None} or None,
    }
    data = {key: value for key, value in given.items() if value not in (None, [])}
    with opened() as horizon:
        who = by(horizon, day)
        wanted = [data] if text is None else _of_line(text, data, who)
        done = []
        with horizon.store.writing(horizon.now()) as writing:
            for each in wanted:
                stored = events.create(writing, each, who)
                done.append((stored.event, events.similar(writing, stored.event, who.known)))
    lang = horizon.settings.language
    if as_json and len(done) > 1:
        print_json([_stored_json(event, lang, similar) for event, similar in done])
        return
    for event, similar in done:
        _print_stored(event, "added", lang, as_json, similar)


def set_(
    id: Id,
    values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="when=2026-06-02")],
    as_json: Json = False,
) -> None:
    """Change an event: KEY=VALUE, lists by comma (tags=AI,EU), parts by dot (source.date=2026-05-08).

    An empty value takes the key back to its default.
    """
    from service.operations import events

    patch = _patch(values)
    kept = [key for key in patch if key in events.KEPT_BY_HORIZON or key == "id"]
    if kept:
        raise InvalidInput(
            [Problem(f"/{key}", "is kept by Horizon and cannot be set") for key in kept]
        )
    with opened() as horizon, horizon.store.writing(horizon.now()) as writing:
        stored = events.patch(writing, id, patch, by(horizon))
    _print_stored(stored.event, "set", horizon.settings.language, as_json)


def cancel(id: Id, as_json: Json = False) -> None:
    """Call an event off: calendars show it as cancelled."""
    from service.operations import events

    with opened() as horizon, horizon.store.writing(horizon.now()) as writing:
        stored = events.cancel(writing, id, by(horizon))
    _print_stored(stored.event, "called off", horizon.settings.language, as_json)


def withdraw(id: Id, as_json: Json = False) -> None:
    """Take an event out that was entered by mistake; its history is kept."""
    from service.operations import events

    with opened() as horizon, horizon.store.writing(horizon.now()) as writing:
        event = events.withdraw(writing, id, by(horizon))
    _print_stored(event, "withdrawn", horizon.settings.language, as_json)


def _of_line(text: str, data: dict[str, Any], who: By) -> list[dict[str, Any]]:
    """What a line announces, each event with what the options say of it. Raises InvalidInput."""
    from service.operations import events

    found = events.of_line(text, data, data.get("timezone") or who.timezone, who)
    if len(found) > 1 and "id" in data:
        raise InvalidInput(
            [Problem("/id", f"the line announces {len(found)} events; leave it out")]
        )
    return found


_LISTS = ("organizations", "tickers", "tags", "exceptions")
_OBJECTS = ("source", "titles")


def _patch(values: list[str]) -> dict[str, Any]:
    """KEY=VALUE pairs as a JSON merge patch. Raises InvalidInput."""
    patch: dict[str, Any] = {}
    problems = []
    for pair in values:
        key, equals, text = pair.partition("=")
        outer, dot, inner = key.partition(".")
        if equals and dot and outer in _OBJECTS and inner:
            patch[outer] = {**(patch.get(outer) or {}), inner: text or None}
        elif equals and key in _LISTS:
            patch[key] = [item.strip() for item in text.split(",") if item.strip()]
        elif equals and key and not dot and not (key in _OBJECTS and text):
            patch[key] = text or None
        else:
            hint = f"{short(pair)}: write key=value, or source.date=… and titles.en=…"
            problems.append(Problem(f"/{key}", hint))
    if problems:
        raise InvalidInput(problems)
    return patch


def _print_stored(
    event: Event, done: str, lang: str, as_json: bool, similar: list[str] | None = None
) -> None:
    from service.core.events import wording

    if as_json:
        print_json(_stored_json(event, lang, similar))
        return
    words = wording.full(event.when, lang, event.details.timezone)
    typer.echo(f"{done}: {event.title_in(lang)} · {words}")
    typer.echo(f"id {event.id} · sequence {event.sequence}")
    if similar:
        typer.echo(f"looks like: {', '.join(similar[:5])} (horizon show ID)")


def _stored_json(event: Event, lang: str, similar: list[str] | None) -> dict[str, Any]:
    from service.core.events import representation

    more = {} if similar is None else {"similar": similar}
    return {**representation.represent(event, lang), **more}


def _print_events(events: list[Event], format_: ListFormat, lang: str, day: date) -> None:
    if format_ is ListFormat.JSON:
        from service.core.events import representation

        print_json([representation.represent(event, lang) for event in events])
        return
    ordered = sorted(events, key=_table_order)
    if format_ is ListFormat.CSV:
        from service.core.files import exports

        write_bytes(None, exports.to_csv(ordered, lang))
    elif format_ is ListFormat.NOTE:
        from service.core.reading.note import note_line

        for event in ordered:
            print(note_line(event, day))
    else:
        _print_table(ordered, lang)


def _table_order(event: Event) -> tuple[date, bool, str, str]:
    when = event.when
    return (when.first if when.dated else when.last, not when.dated, when.sort_key, event.id)


def _print_table(events: list[Event], lang: str) -> None:
    from rich.text import Text

    from service.core.events import wording
    from service.core.events.kinds import KIND_WORDS

    off = " 已取消" if lang == "zh" else " cancelled"
    rows: list[list[object]] = []
    for event in events:
        when = event.when
        title = Text(event.title_in(lang), style="strike" if event.cancelled else "")
        words = wording.full(when, lang, event.details.timezone)
        rows.append(
            [
                Text(words, style="" if when.dated else "italic"),
                title + Text(off, style="not strike") if event.cancelled else title,
                Text(KIND_WORDS[lang][event.details.kind]),
                Text(event.id, style="dim"),
            ]
        )
    print_table(["date", "event", "kind", "id"], rows)


def _nothing_found(earlier: list[Event], total: int) -> str:
    if earlier:
        first = earlier[0].when.first.isoformat()
        every = "event" if len(earlier) == 1 else "events"
        return f"{len(earlier)} {every}, all past; `horizon list --from {first}` shows them"
    if total:
        return f"none of the {total} stored events fits this filter"
    return "no events yet; write some into events.yaml (`horizon init` makes one to start from)"


def _event_lines(
    event: Event, history: list[JournalRow], lang: str, zone: ZoneInfo
) -> Iterator[str]:
    from service.core.events import wording
    from service.core.events.kinds import KIND_WORDS

    details = event.details
    yield event.title_in(lang)
    yield f"{wording.full(event.when, lang, details.timezone)}  ({wording.written(event.when)})"
    facts = [KIND_WORDS[lang][details.kind], event.status.value, details.importance.value]
    if event.withdrawn:
        facts.append("withdrawn")
    yield " · ".join([*facts, *details.organizations, *details.tickers])
    for text in (details.location, details.url, details.description):
        if text:
            yield text
    if details.source:
        yield wording.source_line(details.source, lang)
    yield f"id {event.id} · uid {event.uid} · sequence {event.sequence} · {event.origin}"
    yield ""
    for row in history:
        step = wording.written(row.to_when or "")
        if row.from_when and row.to_when and row.from_when != row.to_when:
            step = f"{wording.written(row.from_when)} → {step}"
        days = f" by {row.days} days" if row.days else ""
        keys = f" ({', '.join(row.keys)})" if row.change == "edited" else ""
        read_in = _read_in(row.source, row.at.astimezone(zone).date())
        at = f"{row.seq:>6}  {row.at.astimezone(zone).isoformat(' ', 'minutes')}"
        yield f"{at}  {row.change}{days}  {step}{keys}  by {row.who}{read_in}"
        for key, (read, made) in row.corrected.items():
            yield f"{'':>8}{key}: read “{read}”, corrected to “{made}”"


def _read_in(source: Source | None, entered: date) -> str:
    """Where a step of the history was read, so that it can be looked up, and how long after its
    publication it was entered."""
    from service.core.events import wording

    if source is None or not source.title:
        return ""
    if wording.entered_by_hand(source):
        return f", {wording.source_line(source, 'en', False).removeprefix('Source: ')}"
    page = f", page {source.page}" if source.page else ""
    line = f", line {source.line}" if source.line else ""
    file = f" (SHA-256 {source.sha256})" if source.sha256 else ""
    published = ""
    if source.date is not None:
        days = (entered - source.date).days
        later = f", {days} day{'' if days == 1 else 's'} before" if days >= 0 else ""
        published = f", published {source.date}{later}"
    publisher = f" by {source.publisher}" if source.publisher else ""
    return f", read in {source.title}{publisher}{page}{line}{file}{published}"


def _alert_lines(alerts: list[Delivery], zone: ZoneInfo) -> Iterator[str]:
    """Which channels were told, and when; of digests those whose message links to the event."""
    yield ""
    if not alerts:
        yield "told: nobody"
    for row in alerts:
        sent = f" {row.sent_at.astimezone(zone).isoformat(' ', 'seconds')}" if row.sent_at else ""
        why = f" ({row.error})" if row.error else ""
        joined = f", in one message with {row.joined_to}" if row.joined_to else ""
        told = f"{row.kind} {row.rule} to {row.channel}: {row.state}{sent}{why}{joined}"
        yield f"due {row.due_at.astimezone(zone).isoformat(' ', 'minutes')}  {told}"
