"""`horizon`: each command parses, calls one operation, prints.

Errors go to stderr, a line each that says what is wrong and what to do: exit 2 for wrong input, 1
for everything else. `--json` prints JSON alone. Imports are made where they are needed, since a
shell waits for them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from typer.exceptions import TyperException

from service import clock
from service.errors import (
    HorizonError,
    InvalidFile,
    InvalidInput,
    NotFound,
    SettingsError,
)

if TYPE_CHECKING:
    from service.app import Horizon
    from service.core.event import Event
    from service.operations.file_sync import SyncReport
    from service.settings import Settings
    from service.store import JournalRow

app = typer.Typer(
    name="horizon",
    help="A calendar and alert service for what is about to happen in an industry.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
feeds_app = typer.Typer(help="The feeds and their addresses.", no_args_is_help=True)
app.add_typer(feeds_app, name="feeds")

Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line: 0, 2 for wrong input, 1 for other failures."""
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except TyperException as fault:
        hint = " (see horizon --help)" if fault.exit_code == 2 else ""
        return _fail(fault.exit_code, [f"{fault.format_message()}{hint}"])
    except (typer.Abort, KeyboardInterrupt):
        return _fail(1, ["stopped"])
    except InvalidFile as fault:
        return _fail(2, [str(problem) for problem in fault.file_problems])
    except InvalidInput as fault:
        return _fail(2, [f"{p.pointer.lstrip('/') or 'input'}: {p.detail}" for p in fault.problems])
    except (NotFound, SettingsError) as fault:
        return _fail(2, [str(fault)])
    except HorizonError as fault:
        return _fail(1, [str(fault)])
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nothing is left to say
        return 1


@app.command(epilog="Example: horizon init calendar")
def init(
    directory: Annotated[Path, typer.Argument(help="Where to; made if missing.")] = Path(),
) -> None:
    """Write a commented events.yaml and .env to start from."""
    from importlib.resources import files

    starter = files("service.starter")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        written = []
        for name, source in (("events.yaml", "events.yaml"), (".env", "env.txt")):
            target = directory / name
            if target.exists():
                typer.echo(f"{target} is there already and was left alone")
                continue
            target.write_text(starter.joinpath(source).read_text("utf-8"), encoding="utf-8")
            written.append(str(target))
    except OSError as fault:
        raise _Failure(f"{directory}: cannot be written: {fault.strerror or fault}") from fault
    if written:
        typer.echo(f"wrote {' and '.join(written)}")
    where = "" if directory == Path() else f"cd {directory} && "
    typer.echo(f"Next: {where}horizon serve")


@app.command(epilog="Example: horizon serve --port 9000")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Run the service: pages and feeds, following events.yaml."""
    from service import serving
    from service.settings import read_settings

    settings = read_settings()
    with serving.bound(host, port) as socket:
        serving.set_up_logging(settings.log_format)
        if not settings.base_url_given:
            settings = replace(settings, base_url=f"http://127.0.0.1:{socket.getsockname()[1]}")
        with _built(settings) as horizon:
            serving.serve(horizon, socket, sys.stdout)


@app.command(epilog="Example: horizon sync --check")
def sync(
    file: Annotated[Path | None, typer.Argument(help="Default: HORIZON_EVENTS_FILE.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only show what would change.")] = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Even if most events would be withdrawn.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply events.yaml to the store, all or nothing."""
    with _horizon(file) as horizon:
        report = horizon.sync(allow_removals=allow_removals, check=check)
    for warning in report.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        _print_json(
            {
                "events": report.events,
                "changes": [{"id": id_, "change": kind} for kind, id_ in report.changed_ids],
                "feeds_or_rules_changed": report.subscriptions_changed,
                "set_elsewhere": [
                    {"id": d.id, "key": d.key, "file": d.file_value, "stored": d.stored_value}
                    for d in report.differences
                ],
            }
        )
        return
    typer.echo("\n".join(_sync_lines(report, check)))


@app.command("list", epilog="Example: horizon list --kind regulation --from 2026-04-27")
def list_(
    kind: Annotated[list[str] | None, typer.Option(help="conference, regulation, …")] = None,
    tag: Annotated[list[str] | None, typer.Option()] = None,
    ticker: Annotated[list[str] | None, typer.Option()] = None,
    organization: Annotated[list[str] | None, typer.Option()] = None,
    importance: Annotated[list[str] | None, typer.Option(help="high, normal, low")] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="tentative, confirmed, cancelled")
    ] = None,
    precision: Annotated[list[str] | None, typer.Option(help="day, month, …")] = None,
    q: Annotated[str | None, typer.Option("-q", "--q", help="Text to look for.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="First day; default today.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    as_json: Json = False,
) -> None:
    """What is ahead, or what a filter finds; undated events after the dated ones of their window."""
    from service.core import exports, filters

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
    with _horizon() as horizon:
        today = _today(horizon)
        ahead = wanted if wanted.from_ or wanted.to else replace(wanted, from_=today)
        with horizon.store.reading() as reading:
            events = reading.select(ahead)
            earlier = reading.select(replace(ahead, from_=None, to=None)) if not events else []
            total = reading.count().total
    lang = horizon.settings.language
    if as_json:
        _print_json([exports.represent(event, lang) for event in events])
    elif events:
        _print_table(sorted(events, key=_table_order), lang)
    else:
        typer.echo(_nothing_found(earlier, total))


@app.command(epilog="Example: horizon show google-io-2026")
def show(id: Annotated[str, typer.Argument(help="The event's id.")], as_json: Json = False) -> None:
    """One event with its history."""
    from service.core import exports

    with _horizon() as horizon, horizon.store.reading() as reading:
        event = reading.event(id)
        if event is None:
            raise NotFound("event", id)
        history = reading.history(id)
    lang = horizon.settings.language
    if as_json:
        shown = exports.represent(event, lang)
        _print_json(
            {
                **shown,
                "withdrawn": event.withdrawn,
                "history": [exports.history(r) for r in history],
            }
        )
        return
    for line in _event_lines(event, history, lang):
        typer.echo(line)


@feeds_app.command("list", epilog="Example: horizon feeds list")
def feeds_list(as_json: Json = False) -> None:
    """The feeds' addresses, their size, and what clients will do with it."""
    from service.operations.feeds import measure

    with _horizon() as horizon:
        feeds = measure(
            horizon.store,
            horizon.now(),
            base_url=horizon.settings.base_url,
            timezone=horizon.settings.timezone,
            lang=horizon.settings.language,
            excerpts=horizon.settings.public_excerpts,
        )
    if as_json:
        _print_json([feed.as_json() for feed in feeds])
        return
    if not feeds:
        typer.echo("no feeds: write some into events.yaml, such as - {name: all, title: Events}")
    for feed in feeds:
        private = ", private" if feed.private else ""
        typer.echo(
            f"{feed.name}  {feed.title}  ({feed.events} events, {feed.bytes:,} bytes{private})"
        )
        typer.echo(f"  {feed.address}")
        for remark in feed.remarks:
            typer.echo(f"  {remark}")


@feeds_app.command("rotate", epilog="Example: horizon feeds rotate portfolio")
def feeds_rotate(name: Annotated[str, typer.Argument(help="A private feed.")]) -> None:
    """A new secret address for a private feed; the old one stops working."""
    from service.operations import feeds, file_sync

    with _horizon() as horizon:
        secret = file_sync.new_secret(private=True)
        assert secret is not None
        feed = feeds.rotate(horizon.store, name, horizon.now(), secret)
    typer.echo(f"{name} is now at the address below; the old one is gone for good.")
    typer.echo(f"{horizon.settings.base_url}/feeds/{feed.name}/{feed.secret}.ics")


class _Failure(HorizonError):
    """Something of the surroundings failed: exit 1."""


@contextmanager
def _horizon(events_file: Path | None = None) -> Iterator[Horizon]:
    from service.settings import read_settings

    settings = read_settings()
    if events_file is not None:
        settings = replace(settings, events_file=events_file)
    with _built(settings) as horizon:
        yield horizon


@contextmanager
def _built(settings: Settings) -> Iterator[Horizon]:
    from service.app import build

    horizon = build(settings, clock.now)
    try:
        yield horizon
    finally:
        horizon.close()


def _today(horizon: Horizon) -> date:
    return horizon.now().astimezone(ZoneInfo(horizon.settings.timezone)).date()


def _fail(code: int, lines: list[str]) -> int:
    for line in lines:
        print(f"horizon: {line}", file=sys.stderr)
    return code


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def _table_order(event: Event) -> tuple[date, bool, str, str]:
    when = event.when
    return (when.first if when.dated else when.last, not when.dated, when.sort_key, event.id)


def _print_table(events: list[Event], lang: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from service.core import wording
    from service.core.kinds import KIND_WORDS

    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for heading in ("date", "event", "kind", "id"):
        table.add_column(heading, overflow="fold")
    for event in events:
        when = event.when
        title = Text(event.title_in(lang), style="strike" if event.cancelled else "")
        table.add_row(
            Text(
                wording.full(when, lang, event.details.timezone),
                style="" if when.dated else "italic",
            ),
            title + Text(" 已取消" if lang == "zh" else " cancelled") if event.cancelled else title,
            KIND_WORDS[lang][event.details.kind],
            Text(event.id, style="dim"),
        )
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False).print(table)


def _nothing_found(earlier: list[Event], total: int) -> str:
    if earlier:
        first = earlier[0].when.first.isoformat()
        every = "event" if len(earlier) == 1 else "events"
        return f"{len(earlier)} {every}, all past; `horizon list --from {first}` shows them"
    if total:
        return f"none of the {total} stored events fits this filter"
    return "no events yet; write some into events.yaml (`horizon init` makes one to start from)"


def _sync_lines(report: SyncReport, check: bool) -> list[str]:
    verb = "would be " if check else ""
    lines = [f"{verb}{kind}: {id_}" for kind, id_ in report.changed_ids]
    if report.subscriptions_changed:
        lines.append("feeds and rules " + ("would be" if check else "are") + " as in the file")
    lines += [
        f"set elsewhere and left alone: {d.id} {d.key}: {_short(d.stored_value)} "
        f"(the file says {_short(d.file_value)})"
        for d in report.differences
    ]
    if report.unchanged:
        lines.append(f"nothing {'would change' if check else 'changed'}: {report.events} events")
    return lines


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _event_lines(event: Event, history: list[JournalRow], lang: str) -> Iterator[str]:
    from service.core import wording
    from service.core.kinds import KIND_WORDS

    details = event.details
    yield event.title_in(lang)
    yield f"{wording.full(event.when, lang, details.timezone)}  ({event.when})"
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
        step = row.to_when or ""
        if row.from_when and row.to_when and row.from_when != row.to_when:
            step = f"{row.from_when} → {row.to_when}"
        days = f" by {row.days} days" if row.days else ""
        keys = f" ({', '.join(row.keys)})" if row.change == "edited" else ""
        yield f"{row.seq:>6}  {row.at:%Y-%m-%d %H:%M}Z  {row.change}{days}  {step}{keys}  by {row.who}"
