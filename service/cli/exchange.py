"""Files out and whole copies: export, backup, restore."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.common import (
    opened,
    today,
    write_bytes,
)
from service.errors import Conflict

if TYPE_CHECKING:
    from service.app import Horizon


class ExportFormat(StrEnum):
    """yaml and json hold events, feeds and rules; ics the events; csv a table."""

    YAML = "yaml"
    JSON = "json"
    ICS = "ics"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon export --format yaml --output events.yaml")(export)
    app.command(epilog="Example: horizon backup horizon-backup.db")(backup)
    app.command(epilog="Example: horizon restore horizon-backup.db")(restore)


def export(
    format_: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.YAML,
    output: Annotated[Path | None, typer.Option(help="Default: stdout.")] = None,
) -> None:
    """Write all events, and with yaml and json the feeds and rules, so that sync and import take
    them back."""
    with opened() as horizon:
        data = _exported(horizon, format_)
    write_bytes(output, data)
    if output is not None:
        typer.echo(f"wrote {output}", err=True)


def backup(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """A consistent copy of everything, also while the service runs."""
    from service.store.backup import backup as write_backup

    with opened(existing=True) as horizon:
        report = write_backup(horizon.store, file, horizon.now())
    typer.echo(
        f"{file}: {report.events} events, {report.versions} versions, {report.keys} keys, "
        f"{report.bytes:,} bytes"
    )


def restore(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also over events and deliveries, or under a service.")
    ] = False,
) -> None:
    """Put everything back as a backup has it; what was stored since is gone.

    Without --force only into a database that has neither events nor deliveries, and that no other
    process has open: a service that runs keeps it open. Keys that were revoked and addresses that
    were replaced since the backup are valid again.
    """
    from service.core.events.representation import instant
    from service.store.backup import restore as read_backup
    from service.store.backup import target

    with opened() as horizon:
        found = target(horizon.store)
        if found.against and not force:
            raise Conflict(
                f"{found.name} {found.against}; nothing was changed. Stop what runs on it, make a "
                "backup of it, then say --force to replace what it holds"
            )
        typer.echo(f"into {found.name}")
        if found.against:
            typer.echo(f"warning: it {found.against}; going on (--force)", err=True)
        report = read_backup(horizon.store, file, horizon.now())
    typer.echo(
        f"restored {report.events} events, {report.versions} versions, {report.keys} keys, "
        f"as of {instant(report.taken_at)}"
    )
    typer.echo("Next: `horizon sync` applies events.yaml to it; look at `horizon keys list`")


def _exported(horizon: Horizon, format_: ExportFormat) -> bytes:
    from service.core.calendars.feed import Heading
    from service.core.events.filters import Filter
    from service.core.files import exports
    from service.operations.file_sync import rules_to_export

    settings = horizon.settings
    with horizon.store.reading() as reading:
        events = reading.select(Filter())
        rules = rules_to_export(reading)
    if format_ is ExportFormat.YAML:
        return exports.to_yaml(events, rules, settings.timezone).encode()
    if format_ is ExportFormat.JSON:
        return exports.to_json(events, rules).encode()
    if format_ is ExportFormat.CSV:
        return exports.to_csv(events, settings.language)
    heading = Heading(
        "Horizon", f"{settings.base_url}/calendar.ics", settings.base_url, settings.timezone
    )
    rendered = exports.to_ics(events, heading, settings.language, today(horizon))
    for left in rendered.left_out:
        typer.echo(f"left out: {left.id}: {left.reason}", err=True)
    return rendered.data
