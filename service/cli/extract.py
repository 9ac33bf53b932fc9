"""What documents announce, without a database: extract."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from service import clock
from service.cli.common import (
    MOST_BYTES,
    Failure,
    Json,
    print_json,
    progress,
    read_bytes,
    read_day,
    read_stdin,
    short,
)
from service.errors import InvalidInput, NotFound, Problem

if TYPE_CHECKING:
    from service.core.reading.announcement import Announcement
    from service.core.reading.reader import Reading


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon extract weekly.pdf")(extract)


def extract(
    file: Annotated[
        str | None,
        typer.Argument(help="Text, Markdown, HTML, PDF, DOCX, CSV or XLSX; - for stdin."),
    ] = None,
    ref_date: Annotated[
        str | None, typer.Option(help="The day from which it speaks; else its own date.")
    ] = None,
    as_json: Json = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also each date that was seen, what it was taken for, and why."
        ),
    ] = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", help='Many at once: lines {"id", "text", "ref_date", "timezone"}.'),
    ] = None,
) -> None:
    """What a document announces: each event with its date and the line that says so. Stores nothing.

    Says on stderr from which day the dates are read, and why.
    """
    from service.settings import read_settings

    settings = read_settings()
    day = read_day("ref_date", ref_date)
    now = clock.now().astimezone(ZoneInfo(settings.timezone)).date()
    if (file is None) == (jsonl is None):
        raise InvalidInput([Problem("", "name a file, - for stdin, or --jsonl FILE")])
    if jsonl is not None:
        _many(jsonl, day, now, settings.timezone)
        return
    assert file is not None
    from service import documents
    from service.core.reading.reader import tell
    from service.core.reading.reference import given, reference_day

    data = read_stdin(MOST_BYTES) if file == "-" else read_bytes(Path(file), MOST_BYTES)
    with progress() as shown:
        document = documents.read(
            data, name=Path(file).name if file != "-" else None, progress=shown
        )
    reference = given(day) if day else reference_day(document, now)
    told = tell((*document.lines, *document.edges), reference.day, settings.timezone)
    _warn(told)
    typer.echo(str(reference), err=True)
    if as_json:
        print_json({"ref_date": reference.day.isoformat(), **_told(told)})
        return
    _show(told.announcements, settings.language, settings.timezone)
    if explain:
        _explain(told)
    typer.echo(_count(len(told.announcements)), err=True)


def _show(found: Sequence[Announcement], language: str, timezone: str) -> None:
    from service.core.events import wording

    for one in found:
        words = wording.full(one.when, language, one.timezone or timezone)
        place = f"page {one.page}, line {one.line}" if one.page else f"line {one.line}"
        off = " (cancelled)" if one.cancelled else ""
        typer.echo(f"{words}  {one.title}{off}")
        typer.echo(f"  {place}, {one.kind}, {one.confidence:.0%} sure: {_sentence(one.excerpt)}")
        for doubt in one.doubts:
            if doubt.veto:
                typer.echo(f"  but {doubt.text[1]}")


def _explain(told: Reading) -> None:
    """Each date in the order of the document: what it was taken for, or why it was not, and the weights that
    decided (core/reading/scoring.py)."""
    from service.core.events.wording import written
    from service.core.reading.seen import REASONS

    said = [
        (one.page or 0, one.line, f"announced: {written(one.when)}  {one.title}", one.excerpt)
        for one in told.announcements
    ]
    for each in told.seen:
        reason = f"{each.text}: {REASONS[each.why][1]}"
        when = f" ({written(each.when)})" if each.when else ""
        said.append((each.page or 0, each.line, f"seen: {reason}{when}", each.excerpt))
    for weighed in told.weighed:
        block, phrase = weighed.mention.block, weighed.mention.phrase
        text = weighed.mention.text
        date_ = text[phrase.start : phrase.end].strip() if phrase else "the date above"
        weights = ", ".join(f"{name} {weight:+.1f}" for name, weight in weighed.evidence)
        what = f"weighed: {date_} as {weighed.subject.title!r}: {weighed.chance:.0%}"
        said.append((block.page or 0, block.line, f"{what} ({weights})", ""))
    if said:
        typer.echo()
    for page, line, what, excerpt in sorted(said, key=lambda each: each[:2]):
        typer.echo(f"{f'page {page}, ' if page else ''}line {line}: {what}")
        if excerpt:
            typer.echo(f"  {_sentence(excerpt)}")


def _told(told: Reading) -> dict[str, Any]:
    from service.core.reading.seen import worded, write

    seen = [worded(write(each), "en") for each in told.seen]
    return {"events": [*map(_as_json, told.announcements)], "seen": seen}


def _warn(told: Reading, where: str = "") -> None:
    """Say which lines the reader failed at; they are among what was seen, too."""
    for fault in told.faults:
        kind = type(fault.error).__name__
        typer.echo(
            f"warning: {where}line {fault.block.line} was not read ({kind}); please report it",
            err=True,
        )


def _many(path: str, day: date | None, today: date, timezone: str) -> None:
    """Lines of JSON in, lines of JSON out."""
    from service.core.events.fields import known_timezone
    from service.core.reading.document import Document
    from service.core.reading.reader import tell
    from service.core.reading.reference import reference_day
    from service.documents.markdown import read_text

    for number, line in enumerate(_lines(path), 1):
        line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as fault:
            raise _bad(number, f"is no JSON: {str(fault)[:80]}") from None
        except RecursionError:
            raise _bad(number, "is nested too deeply") from None
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            raise _bad(number, 'must be an object with "id" and "text"')
        zone = item.get("timezone") or timezone
        if not isinstance(zone, str) or not known_timezone(zone):
            raise _bad(number, f"{short(zone)} is no IANA time zone such as Asia/Shanghai")
        lines, _, _ = read_text(item["text"])
        try:
            said = date.fromisoformat(item["ref_date"]) if item.get("ref_date") else day
        except (TypeError, ValueError):
            told = f"ref_date: {short(item['ref_date'])} is no day such as 2026-04-27"
            raise _bad(number, told) from None
        said = said or reference_day(Document(lines, "", "text/plain"), today).day
        told_of = tell(lines, said, zone)
        _warn(told_of, f"{short(item.get('id'))}, ")
        answer = {"id": item.get("id"), **_told(told_of)}
        print(json.dumps(answer, ensure_ascii=False))


def _lines(path: str) -> Iterator[str]:
    if path == "-":
        yield from sys.stdin
        return
    try:
        with open(path, encoding="utf-8") as file:
            yield from file
    except FileNotFoundError:
        raise NotFound("file", path) from None
    except UnicodeDecodeError:
        raise InvalidInput([Problem("", f"{path} is not UTF-8")]) from None
    except OSError as fault:
        raise Failure(f"{path}: cannot be read: {fault.strerror or fault}") from fault


def _bad(number: int, detail: str) -> InvalidInput:
    return InvalidInput([Problem(f"/line {number}", detail)])


def _as_json(one: Announcement) -> dict[str, Any]:
    when = one.when
    return {
        "title": one.title,
        "when": when.text,
        "start": when.start_text,
        "end": when.end_text,
        "precision": when.precision.value,
        "tentative": when.tentative,
        "kind": one.kind.value,
        "location": one.location,
        "excerpt": one.excerpt,
        "page": one.page,
        "line": one.line,
        "confidence": round(one.confidence, 2),
        "sure": one.sure,
        "doubts": [doubt.written() for doubt in one.doubts],
    }


def _sentence(excerpt: str) -> str:
    return excerpt if len(excerpt) <= 200 else excerpt[:199] + "…"


def _count(number: int) -> str:
    return "1 event" if number == 1 else f"{number or 'no'} events"
