"""Running the service and its file: init, serve, sync, feeds, doctor."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.common import Failure, Json, built, opened, print_json, short, stopping
from service.errors import HorizonError, SettingsError

if TYPE_CHECKING:
    from service.operations.file_sync import SyncReport


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon init calendar")(init)
    app.command(epilog="Example: horizon serve --port 9000")(serve)
    app.command(epilog="Example: horizon sync --check")(sync)
    app.command(epilog="Example: horizon publish public --watch")(publish)
    app.command(epilog="Example: horizon doctor")(doctor)
    feeds = typer.Typer(
        help="The feeds and their addresses.",
        no_args_is_help=True,
        epilog="Example: horizon feeds list",
    )
    feeds.command("list", epilog="Example: horizon feeds list")(feeds_list)
    feeds.command("rotate", epilog="Example: horizon feeds rotate portfolio")(feeds_rotate)
    app.add_typer(feeds, name="feeds")


def init(
    directory: Annotated[Path, typer.Argument(help="Where to; made if missing.")] = Path(),
) -> None:
    """Write a commented events.yaml and .env to start from."""
    from importlib.resources import files

    from service.operations.keys import write_private

    starter = files("service.starter")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        written = []
        for name, source in (("events.yaml", "events.yaml"), (".env", "env.txt")):
            target = directory / name
            if target.exists():
                typer.echo(f"{target} is there already and was left alone")
                continue
            text = starter.joinpath(source).read_text("utf-8")
            if name == ".env":  # tokens and passwords go there
                write_private(target, text)
            else:
                target.write_text(text, encoding="utf-8")
            written.append(str(target))
    except OSError as fault:
        raise Failure(f"{directory}: cannot be written: {fault.strerror or fault}") from fault
    if written:
        typer.echo(f"wrote {' and '.join(written)}")
    where = "" if directory == Path() else f"cd {directory} && "
    typer.echo(f"Next: {where}horizon serve")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    no_alerts: Annotated[bool, typer.Option("--no-alerts", help="Send nothing to Slack.")] = False,
) -> None:
    """Run the service: pages, API, feeds and alerts, following events.yaml."""
    from service import logs, serving
    from service.settings import read_settings

    settings = read_settings()
    try:
        with serving.bound(host, port) as socket:
            logs.set_up(settings)
            if not settings.base_url_given:
                settings = replace(settings, base_url=f"http://127.0.0.1:{socket.getsockname()[1]}")
            with built(settings) as horizon:
                serving.serve(horizon, socket, sys.stdout, alerts=not no_alerts)
    except HorizonError as fault:
        if settings.log_format != "json":
            raise
        # Else the one line that says why it ended would be the one that is no JSON.
        logs.set_up(settings)
        logging.getLogger(__name__).error("%s", fault)
        raise typer.Exit(2 if isinstance(fault, SettingsError) else 1) from fault


def sync(
    file: Annotated[Path | None, typer.Argument(help="Default: HORIZON_EVENTS_FILE.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only show what would change.")] = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Even if most events would be withdrawn.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply events.yaml to the store, all or nothing."""
    with opened(file) as horizon:
        report = horizon.sync(allow_removals=allow_removals, check=check)
    for warning in report.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        print_json(
            {
                "events": report.events,
                "changes": [{"id": id_, "change": kind} for kind, id_ in report.changed_ids],
                "feeds_or_rules_changed": report.subscriptions_changed,
                "set_elsewhere": [
                    {"id": d.id, "key": d.key, "file": d.file_value, "stored": d.stored_value}
                    for d in report.differences
                ],
                "read_otherwise": [
                    {"id": r.id, "words": r.words, "kept": r.kept, "now": r.now}
                    for r in report.read_otherwise
                ],
            }
        )
        return
    typer.echo("\n".join(_sync_lines(report, check)))


def feeds_list(as_json: Json = False) -> None:
    """The feeds' addresses, their size, and what clients will do with it."""
    from service.operations.feeds import measure

    with opened() as horizon:
        feeds = measure(
            horizon.store,
            horizon.now(),
            base_url=horizon.settings.base_url,
            timezone=horizon.settings.timezone,
            lang=horizon.settings.language,
            excerpts=horizon.settings.public_excerpts,
        )
    if as_json:
        print_json([feed.as_json() for feed in feeds])
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
    if feeds:
        typer.echo(_REFRESH)


def feeds_rotate(name: Annotated[str, typer.Argument(help="A private feed.")]) -> None:
    """A new secret address for a private feed; the old one stops working."""
    from service.operations import feeds

    with opened() as horizon:
        feed = feeds.rotate(horizon.store, name, horizon.now())
    typer.echo(f"{name} is now at the address below; the old one is gone for good.")
    typer.echo(f"{horizon.settings.base_url}/feeds/{feed.name}/{feed.secret}.ics")


def publish(
    directory: Annotated[Path, typer.Argument(help="Where to; made if missing.")],
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: after each change, until Ctrl-C.")
    ] = False,
) -> None:
    """Write every public feed in its forms as static files, for nginx, a CDN or object storage.

    Only what has changed is written, each file in one step, and compressed beside it. Private feeds
    are never written, and none with HORIZON_PUBLIC_READ=false, which removes what was written before.
    Exit 1 where a feed could not be made; its last files stay.
    """
    from service.operations.publish import Published

    def told(report: Published | HorizonError) -> None:
        if isinstance(report, HorizonError):
            typer.echo(f"horizon: {report}; tried again", err=True)
            return
        for text in horizon.notices.texts():
            typer.echo(f"warning: {text}", err=True)
        for name in report.failed:
            typer.echo(f"horizon: the feed {name} could not be made; its last files stay", err=True)
        typer.echo(
            f"{len(report.written)} written, {len(report.removed)} removed, {report.unchanged} unchanged"
        )
        sys.stdout.flush()

    with opened() as horizon:
        publisher = horizon.publisher(directory)
        if not publisher.public:
            typer.echo("HORIZON_PUBLIC_READ is false, so no feed is published", err=True)
        if watch:
            publisher.watch(told, stopping().wait)
            return
        report = publisher.publish()
    told(report)
    if report.failed:
        raise typer.Exit(1)


def doctor(as_json: Json = False) -> None:
    """Check settings, database, time zones, the file and the feeds; say what to do about each.

    Exit 1 where something is wrong.
    """
    from service.doctor import Finding, examine
    from service.settings import read_settings

    # What is wrong with the database is a finding like any other, not a reason to stop.
    try:
        with built(read_settings(), migrated=False) as horizon:
            findings = examine(horizon)
    except HorizonError as fault:  # a setting, or a folder that cannot be made
        findings = [Finding(False, str(fault), "put this right first; the rest was not looked at")]
    if as_json:
        print_json([{"ok": f.ok, "what": f.what, "do": f.do} for f in findings])
    else:
        for finding in findings:
            mark = {True: "ok", None: "note", False: "wrong"}[finding.ok]
            typer.echo(f"{mark:<6}{finding.what}")
            if finding.do:
                typer.echo(f"      {finding.do}")
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(1)


_REFRESH = (
    "A change shows in Apple as often as its user has set, in Thunderbird within 30 minutes, in "
    "Outlook on the web after some three hours, in Google after up to a day."
)


def _sync_lines(report: SyncReport, check: bool) -> list[str]:
    from service.core.events.wording import written

    def value(key: str, held: object) -> str:
        return short(written(held) if key == "when" and isinstance(held, str) else held)

    verb = "would be " if check else ""
    lines = [f"{verb}{kind}: {id_}" for kind, id_ in report.changed_ids]
    if report.subscriptions_changed:
        lines.append("feeds and rules " + ("would be" if check else "are") + " as in the file")
    lines += [
        f"set elsewhere and left alone: {d.id} {d.key}: {value(d.key, d.stored_value)} "
        f"(the file says {value(d.key, d.file_value)})"
        for d in report.differences
    ]
    lines += [
        f"{r.id} keeps {written(r.kept)}: its words {short(r.words)} would now be read as "
        f"{written(r.now)}; write the date you mean"
        for r in report.read_otherwise
    ]
    if report.unchanged:
        lines.append(f"nothing {'would change' if check else 'changed'}: {report.events} events")
    return lines
