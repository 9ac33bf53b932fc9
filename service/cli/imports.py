"""What comes in: import, and the imports that were made."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.common import (
    MOST_BYTES,
    Json,
    by,
    opened,
    print_json,
    print_table,
    progress,
    read_bytes,
    read_day,
    read_stdin,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.app import Horizon
    from service.core.files.exports import Rules
    from service.core.imports.proposals import Proposal
    from service.operations.events import By
    from service.operations.imports import File, Given

MOST_CHARACTERS = 20_000_000
_ALL_SKIPPED = 3
_LISTED = 500


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("import", epilog="Example: horizon import holidays.ics")(import_)
    imports = typer.Typer(
        help="What was imported in the last 30 days.",
        no_args_is_help=True,
        epilog="Example: horizon imports list --waiting",
    )
    imports.command("list", epilog="Example: horizon imports list --waiting")(list_)
    imports.command(epilog="Example: horizon imports show 6d414f41e4e22bda")(show)
    imports.command(epilog="Example: horizon imports undo 6d414f41e4e22bda")(undo)
    app.add_typer(imports, name="imports")


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
    title: Annotated[str | None, typer.Option(help="What the document is called.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    published: Annotated[
        str | None,
        typer.Option("--date", help="When it was published; its dates are read as from then."),
    ] = None,
    official: Annotated[
        bool, typer.Option("--official", help="It is the organiser's or authority's own.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Apply what is sure, without asking.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Apply what is not sure too, without asking.")
    ] = False,
    model: Annotated[
        bool | None,
        typer.Option(
            "--model/--no-model",
            help="Have the language model of the settings read it too; it is sent to HORIZON_LLM_URL.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare a document, table, calendar or export with what is stored, and apply what is agreed to.

    At a terminal it asks about one proposal at a time: y (yes), n (no), e (correct it), a (yes to all that
    are sure), q (quit: what was agreed to is applied, the rest waits).
    --yes applies what is sure: stated at 90% or more, and nothing speaks against its date. A proposal that
    would let a lesser source overrule an official one is applied by neither --yes nor --all, nor is what a
    model alone read.
    Exit 3: every entry was skipped; stderr counts the reasons.
    """
    from service.core.events.event import Origin

    day = read_day("ref_date", ref_date)
    said = {"title": title, "publisher": publisher, "date": published, "official": official or None}
    with opened() as horizon:
        # Before anything is fetched or read for it.
        asks = _asks_model(horizon, model, fetched="://" in file)
        came = _came(file)
        who = replace(by(horizon), origin=Origin.IMPORT)
        given = _read(came, who, horizon.settings.language, day, said)
        if asks:
            given = _with_model(horizon, given, who)
        _offered(horizon, given, who, yes=yes or every, every=every, as_json=as_json)


def _offered(
    horizon: Horizon, given: Given, who: By, *, yes: bool, every: bool, as_json: bool
) -> None:
    """Show what it amounts to, and apply what is agreed to: by an option, or at the terminal."""
    from service.core.files.exports import Rules
    from service.operations import imports

    with horizon.store.reading() as reading:
        settled = imports.settle(reading, given)
        found = imports.propose(reading, settled, who.known)
        new = imports.missing(reading, given)
    asks = _at_terminal() and not (yes or as_json)
    if as_json:
        print_json(imports.compared(settled, found, horizon.settings.language))
    else:
        _show(found, settled, new, briefly=asks)
    if settled.skipped and not found and new == Rules():
        typer.echo(_nothing_taken(settled), err=True)
        raise typer.Exit(_ALL_SKIPPED)
    open_ = [p for p in found if p.action != "unchanged"]
    safe = imports.safe(found)
    if not (open_ if asks or given.heard else safe) and new == Rules():
        if any(proposal.calendar_version for proposal in found):
            with horizon.store.writing(horizon.now()) as writing:
                imports.note(writing, found)
    elif asks:
        _asked(horizon, given, who, new)
    elif not yes:
        typer.echo("nothing was applied; --yes applies what is sure, --all the rest too", err=True)
    else:
        wanted = safe if every else imports.sure(found)
        made = _taken(horizon, given, who, wanted, len(open_))
        typer.echo(f"applied {made} of {len(found)}", err=as_json)
        if left := len(safe) - len(wanted):
            typer.echo(f"{left} not sure: --all applies them too", err=True)
        if alone := sum(1 for p in open_ if p.by_model_alone):
            wait = "1 waits" if alone == 1 else f"{alone} wait"
            typer.echo(
                f"{wait} for a person, read by the model alone: horizon imports list", err=True
            )


def _taken(horizon: Horizon, given: Given, who: By, wanted: list[Proposal], open_: int) -> int:
    """Apply those, and keep the import; gives how many events changed. `open_`: of so many somebody may
    decide."""
    from service.operations import decisions, imports, reviews

    with horizon.store.writing(horizon.now()) as writing:
        done: list[dict[str, Any]] = []
        if wanted or (open_ and not reviews.waits_already(writing, given, who, open_)):
            _, done = decisions.take(writing, given, who, [p.id for p in wanted])
        imports.apply_missing(writing, given, horizon.now())
    return sum(1 for each in done if each["change"])


def _asked(horizon: Horizon, given: Given, who: By, new: Rules) -> None:
    """Keep the import, ask about its proposals, and apply what is agreed to."""
    from service.cli.asking import ask
    from service.core.files.exports import Rules
    from service.operations import decisions, imports, reviews

    with horizon.store.writing(horizon.now()) as writing:
        stored = reviews.keep(writing, given, who)
    named = _named(reviews.source_of(stored))
    typer.echo(
        f"source: {named} (--title, --publisher, --date, --official say otherwise)", err=True
    )
    accepted, declined = ask(horizon, stored, who)
    done = decisions.decide(horizon.store, stored.id, accepted, who, declined=declined)["applied"]
    if new != Rules() and typer.confirm("Add the new feeds and rules?"):
        with horizon.store.writing(horizon.now()) as writing:
            imports.apply_missing(writing, given, horizon.now())
    typer.echo(
        f"applied {sum(1 for each in done if each['change'])} of {len(stored.content['proposals'])}"
    )
    with horizon.store.reading() as reading:
        kept = reviews.kept(reading, stored.id)
        left = sum(1 for p in reviews.current(kept) if reviews.awaits(kept, p))
    if left:
        typer.echo(f"{left} wait for a decision: horizon imports show {stored.id}", err=True)


def list_(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what somebody has still to decide about.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What was imported, the newest first: when, by whom, from where, and how much of it is open."""
    from service.operations import reviews

    with opened(existing=True) as horizon, horizon.store.reading() as reading:
        found = reviews.listed(reading, _LISTED, waiting=waiting)
    if as_json:
        print_json(found)
        return
    rows: list[list[object]] = [
        [each["id"], each["created_at"], each["who"], _named(each["source"]), *_counted(each)]
        for each in found
    ]
    print_table(["id", "when", "by", "source", "read", "open", "applied"], rows)


def show(
    import_id: Annotated[str, typer.Argument(metavar="ID", help="As `imports list` shows it.")],
    as_json: Json = False,
) -> None:
    """One import: where it comes from, its proposals, and what was decided about each."""
    from service.operations import reviews

    with opened(existing=True) as horizon:
        with horizon.store.reading() as reading:
            kept = reviews.kept(reading, import_id)
            told = reviews.shown(kept, horizon.settings.language, reviews.outdated(reading, kept))
        address = f"{horizon.settings.base_url}/import/{kept.id}"
    if as_json:
        print_json(told)
        return
    typer.echo(f"{told['created_at']} by {told['who']}: {_named(told['source'])}")
    applied = {each["id"]: each for each in told["applied"]}
    for each in told["proposals"]:
        state = _state(each, applied.get(each["id"]), told)
        typer.echo(
            f"{each['id']} {each['action']}: {each['event']['title']} · {each['event']['when']}{state}"
            f"{_read_by(each['read_by'])}"
        )
    if heard := told.get("model"):
        typer.echo(f"{heard['name']} at {heard['host']}: {heard['state']} {heard['note']}".rstrip())
    for each in told["seen"]:
        typer.echo(f"seen, not taken: {each['text']} (line {each['line']}): {each['reason']}")
    if any(reviews.awaits(kept, p) for p in reviews.current(kept)):
        typer.echo(f"to decide: {address}", err=True)


def undo(
    import_id: Annotated[str, typer.Argument(metavar="ID", help="As `imports list` shows it.")],
) -> None:
    """Set back what an import changed, each event where nobody has changed it since."""
    from service.core.events.event import Origin
    from service.operations import decisions

    with opened(existing=True) as horizon:
        who = replace(by(horizon), origin=Origin.IMPORT)
        with horizon.store.writing(horizon.now()) as writing:
            done = decisions.undo(writing, import_id, who)
    typer.echo(f"{len(done['undone'])} set back")
    for event_id in done["left"]:
        typer.echo(f"{event_id}: has changed since, and stays as it is", err=True)


def _named(source: Mapping[str, Any]) -> str:
    """Where something comes from, in a few words."""
    named = source["title"] or source["url"] or "-"
    return short(f"{source['publisher']}: {named}" if source["publisher"] else named)


def _counted(entry: Mapping[str, Any]) -> list[object]:
    read = ", ".join(f"{number} {action}" for action, number in entry["counts"].items())
    return [read or "-", str(entry["open"]), str(entry["applied"])]


def _state(
    proposal: Mapping[str, Any], applied: Mapping[str, Any] | None, told: Mapping[str, Any]
) -> str:
    """What was decided about a proposal, or how sure it is."""
    if applied:
        return f" · applied by {applied['who']} at {applied['at']}"
    if proposal["id"] in told["declined"]:
        return " · declined"
    if proposal["id"] in told["outdated"]:
        return " · its event has changed since"
    if proposal["action"] == "unchanged":
        return ""
    return f" · {proposal['confidence']:.0%}{', sure' if proposal['sure'] else ''}"


def _read(
    came: File, who: By, language: str, day: date | None, options: Mapping[str, Any]
) -> Given:
    """What is in it; says from which day a document speaks. Raises InvalidInput."""
    from service.operations import imports

    said = {key: value for key, value in options.items() if value is not None}
    with progress() as told:
        given = imports.read(came, who, language, day, told, MOST_CHARACTERS, said)
    if given.reference is not None:
        typer.echo(str(given.reference), err=True)
    return given


def _asks_model(horizon: Horizon, asked: bool | None, *, fetched: bool) -> bool:
    """Whether the language model is asked about it. Raises InvalidInput."""
    from service.operations import second_reader

    return second_reader.wanted(horizon.second_reader, asked, fetched=fetched)


def _with_model(horizon: Horizon, given: Given, who: By) -> Given:
    """What is in it, read by the language model too; says how that went."""
    from service.operations import second_reader

    reader = horizon.second_reader
    if reader is None or not given.lines:
        return given
    typer.echo(f"{reader.name} reads it too, at {reader.host}", err=True)
    given = second_reader.with_model(reader, given, who)
    heard = given.heard
    if heard is not None:
        cost = f"{heard.tokens_in} + {heard.tokens_out} tokens"
        told = f"{heard.added} read by it alone, {heard.both} as the rules read; {cost}"
        typer.echo(heard.note[1] if heard.note else f"{reader.name}: {told}", err=True)
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


def _show(found: list[Proposal], given: Given, new: Rules, *, briefly: bool = False) -> None:
    """What it amounts to; `briefly` without the proposals, which are asked about one by one."""
    from service.core.events import wording

    for proposal in () if briefly else found:
        if proposal.action != "unchanged" or proposal.older:
            mark = "disputed " if proposal.disputed else ""
            sure = f" · {proposal.confidence:.0%} sure" if proposal.confidence < 1 else ""
            typer.echo(
                f"{mark}{proposal.action}: {proposal.details.title} · "
                f"{wording.written(proposal.details.when)}{sure}{_read_by(proposal.read_by)}"
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


def _read_by(by: str) -> str:
    """Who read a proposal, where a model did."""
    return "" if by == "rules" else f" · read by {by.removeprefix('model ')}"


def _nothing_taken(given: Given) -> str:
    """How many entries were skipped for which reason."""
    reasons = Counter(skipped.reason for skipped in given.skipped).most_common()
    counted = "; ".join(f"{number} × {reason}" for reason, number in reasons)
    return f"nothing was taken, {len(given.skipped)} skipped: {counted}"


def _at_terminal() -> bool:
    """Whether a person sits there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
