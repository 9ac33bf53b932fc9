"""Files in and out: export, import, backup, restore."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.common import (
    Json,
    by,
    opened,
    print_json,
    progress,
    read_bytes,
    read_day,
    read_stdin,
    short,
    today,
    write_bytes,
)
from service.errors import Conflict

if TYPE_CHECKING:
    from datetime import date

    from service.app import Horizon
    from service.core.files.exports import Rules
    from service.core.imports.proposals import Proposal
    from service.operations.events import By
    from service.operations.imports import File, Given

MOST_BYTES = 64 * 1024 * 1024
MOST_CHARACTERS = 20_000_000
_ALL_SKIPPED = 3


class Format(StrEnum):
    """yaml and json hold events, feeds and rules; ics the events; csv a table."""

    YAML = "yaml"
    JSON = "json"
    ICS = "ics"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon export --format yaml --output events.yaml")(export)
    app.command("import", epilog="Example: horizon import holidays.ics")(import_)
    app.command(epilog="Example: horizon backup horizon-backup.db")(backup)
    app.command(epilog="Example: horizon restore horizon-backup.db")(restore)


def export(
    format_: Annotated[Format, typer.Option("--format")] = Format.YAML,
    output: Annotated[Path | None, typer.Option(help="Default: stdout.")] = None,
) -> None:
    """Write all events, and with yaml and json the feeds and rules, so that sync and import take
    them back."""
    with opened() as horizon:
        data = _exported(horizon, format_)
    write_bytes(output, data)
    if output is not None:
        typer.echo(f"wrote {output}", err=True)


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help="A document (text, Markdown, HTML, PDF, DOCX), a table (CSV, XLSX), an .ics file, what export "
            "wrote, or an address; - for stdin.",
        ),
    ],
    ref_date: Annotated[
        str | None, typer.Option(help="The day from which a document speaks; else its own date.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply what is sure, without asking.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Apply what is not sure too, without asking.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare a document, calendar or export with what is stored, show what it would change, apply
    it on yes.

    --yes applies what is sure: stated at 90% or more, and nothing speaks against its date. A proposal that
    would let a lesser source overrule an official one is applied by neither --yes nor --all.
    Exit 3: every entry was skipped; stderr counts the reasons.
    """
    from service.core.events.event import Origin
    from service.core.files.exports import Rules
    from service.operations import imports

    day = read_day("ref_date", ref_date)
    came = _came(file)
    with opened() as horizon:
        settings = horizon.settings
        who = replace(by(horizon), origin=Origin.IMPORT)
        given = _read(came, who, settings.language, day)
        with horizon.store.reading() as reading:
            settled = imports.settle(reading, given)
            found = imports.propose(reading, settled, who.known)
            new = imports.missing(reading, given)
        if as_json:
            print_json(imports.compared(settled, found, settings.language))
        else:
            _show(found, settled, new)
        if settled.skipped and not found and new == Rules():
            typer.echo(_nothing_taken(settled), err=True)
            raise typer.Exit(_ALL_SKIPPED)
        safe = imports.safe(found)
        if not safe and new == Rules():
            if any(proposal.calendar_version for proposal in found):
                with horizon.store.writing(horizon.now()) as writing:
                    imports.note(writing, found)
            return
        wanted = _wanted(found, every, yes or every, as_json)
        if wanted is None:
            return
        with horizon.store.writing(horizon.now()) as writing:
            made = imports.apply(writing, given, who, {each.id for each in wanted})
            imports.apply_missing(writing, given, horizon.now())
    typer.echo(f"applied {len(made)} of {len(found)}", err=as_json)
    if left := len(safe) - len(wanted):
        typer.echo(f"{left} not sure: --all applies them too", err=True)


def _wanted(
    found: list[Proposal], every: bool, agreed: bool, as_json: bool
) -> list[Proposal] | None:
    """What is to be applied; None where nobody has agreed to it."""
    from service.operations import imports

    safe = imports.safe(found)
    wanted = safe if every else imports.sure(found)
    if agreed or (not as_json and _agreed(len(wanted), len(safe))):
        return wanted
    typer.echo("nothing was applied; --yes applies what is sure, --all the rest too", err=True)
    return None


def _read(came: File, who: By, language: str, day: date | None) -> Given:
    """What is in it; says from which day a document speaks."""
    from service.operations import imports

    with progress() as told:
        given = imports.read(came, who, language, day, told, MOST_CHARACTERS)
    if given.reference is not None:
        typer.echo(str(given.reference), err=True)
    return given


def _came(name: str) -> File:
    """What is in the file, at the address, or comes through the pipe."""
    from service.operations import imports

    if "://" in name:
        return imports.fetch(name)
    if name == "-":
        return imports.File(read_stdin(MOST_BYTES))
    path = Path(name)
    return imports.File(read_bytes(path, MOST_BYTES), path.name)


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


def _exported(horizon: Horizon, format_: Format) -> bytes:
    from service.core.calendars.feed import Heading
    from service.core.events.filters import Filter
    from service.core.files import exports
    from service.operations.file_sync import stored_rules

    settings = horizon.settings
    with horizon.store.reading() as reading:
        events = reading.select(Filter())
        rules = stored_rules(reading)
    if format_ is Format.YAML:
        return exports.to_yaml(events, rules, settings.timezone).encode()
    if format_ is Format.JSON:
        return exports.to_json(events, rules).encode()
    if format_ is Format.CSV:
        return exports.to_csv(events, settings.language)
    heading = Heading(
        "Horizon", f"{settings.base_url}/calendar.ics", settings.base_url, settings.timezone
    )
    rendered = exports.to_ics(events, heading, settings.language, today(horizon))
    for left in rendered.left_out:
        typer.echo(f"left out: {left.id}: {left.reason}", err=True)
    return rendered.data


def _show(found: list[Proposal], given: Given, new: Rules) -> None:
    from service.core.events import wording

    for proposal in found:
        if proposal.action != "unchanged" or proposal.older:
            mark = "disputed " if proposal.disputed else ""
            sure = f" · {proposal.confidence:.0%} sure" if proposal.confidence < 1 else ""
            typer.echo(
                f"{mark}{proposal.action}: {proposal.details.title} · "
                f"{wording.written(proposal.details.when)}{sure}"
            )
            typer.echo(f"  {proposal.reason}")
            read_in = proposal.evidence
            if read_in is not None and read_in.line:
                page = f"page {read_in.page}, " if read_in.page else ""
                typer.echo(f"  {page}line {read_in.line}: {short(read_in.excerpt, 160)}")
    for skipped in given.skipped:
        typer.echo(f"skipped: {skipped.what}: {skipped.reason}", err=True)
    for feed in new.feeds:
        typer.echo(f"new feed: {feed.name}")
    names = [rule.name for rule in new.digests] + [rule.name for rule in new.reminders]
    for name in names + [rule.name for rule in new.changes]:
        typer.echo(f"new rule: {name}")
    counts = Counter(str(p.action) for p in found)
    if given.skipped:
        counts["skipped"] = len(given.skipped)
    typer.echo(", ".join(f"{n} {action}" for action, n in counts.items()) or "no events in it")


def _nothing_taken(given: Given) -> str:
    """How many entries were skipped for which reason."""
    reasons = Counter(skipped.reason for skipped in given.skipped).most_common()
    counted = "; ".join(f"{number} × {reason}" for reason, number in reasons)
    return f"nothing was taken, {len(given.skipped)} skipped: {counted}"


def _agreed(sure: int, open_: int) -> bool:
    if not sys.stdin.isatty():
        return False
    return typer.confirm(
        "Apply these?" if sure == open_ else f"Apply the {sure} sure ones of {open_}?"
    )
