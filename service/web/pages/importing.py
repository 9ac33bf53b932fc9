"""Importing: a document is read and kept for review (reviewing.py); and all that was imported."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from starlette.responses import Response

from service import sentences
from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen
from service.core.imports import sources, tables
from service.core.imports.tables import Rows
from service.errors import Busy, HorizonError, InvalidInput, Problem
from service.operations import imports, reviews, second_reader
from service.operations.imports import File
from service.operations.keys import Scope
from service.web.pages import reviewing
from service.web.pages.site import MOST_UPLOADED, Site, Visit
from service.web.words import told_problems

MOST_TEXT = 200_000
MOST_LISTED = 200
_ROWS_SHOWN = 8
_SOURCE = ("title", "publisher", "date", "url")


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/import", _form, scope=Scope.WRITE)
    site.post("/import", _read, scope=Scope.WRITE, most=MOST_UPLOADED, document=True)
    site.get("/imports", _imports, scope=Scope.WRITE)


# -- what is sent


def _form(visit: Visit) -> Response:
    return _form_page(visit, [])


def _form_page(visit: Visit, problems: Sequence[str]) -> Response:
    with visit.store.reading() as reading:
        waiting = len(reviews.listed(reading, MOST_LISTED, waiting=True))
    t = visit.t
    return visit.page(
        "import.html",
        current="import",
        problems=list(problems),
        text=visit.form.one("text"),
        url=visit.form.one("url"),
        ref_date=visit.form.one("ref_date"),
        waiting=t.imports_count.format(waiting) if waiting else "",
        source=[
            {
                "name": f"source_{key}",
                "label": t[f"field_source_{key}"],
                "value": visit.form.one(f"source_{key}"),
                "type": "date" if key == "date" else "text",
            }
            for key in _SOURCE
        ],
        official=visit.form.one("source_official") == "true",
        model=_model(visit),
    )


def _model(visit: Visit) -> dict[str, Any]:
    """What the page says of the language model: a box where each import asks for it, or a sentence."""
    reader, t = visit.site.reader, visit.t
    if reader is None:
        return {"box": False, "words": ""}
    words = {"ask": t.model_box, "all": t.model_all, "public": t.model_public}[reader.documents]
    return {
        "box": reader.documents == second_reader.ASK,
        "ticked": visit.form.one("model") == "true",
        "words": words.format(reader.name, reader.host),
    }


def _read(visit: Visit) -> Response:
    """Read what was sent, keep it for review, and go on to the proposals."""
    by = reviewing.by(visit)
    try:
        ref_date, said = _day(visit.form.one("ref_date")), _said(visit)
        sent = _sent(visit)
        asked = True if visit.form.one("model") == "true" else None
        asks = second_reader.wanted(visit.site.reader, asked, fetched=bool(sent.url))
        with visit.site.documents.slot():
            given = imports.read(sent, by, visit.lang, ref_date, said=said)
    except Busy:
        raise
    except InvalidInput as refusal:
        if (text := visit.form.one("table")) and visit.form.one("do") == "columns":
            rows = tuple(map(tuple, csv.reader(StringIO(text))))
            told = told_problems(refusal.problems, visit.lang)
            return _columns_page(
                visit, File(b"", visit.form.one("name")), rows, _columns(visit), told
            )
        return _form_page(visit, told_problems(refusal.problems, visit.lang))
    except HorizonError as fault:
        return _form_page(visit, [sentences.said(str(fault), visit.lang)])
    if given.unrecognised and not visit.form.one("do"):
        return _columns_page(visit, sent, given.unrecognised, tables.seems(given.unrecognised))
    with visit.store.writing(visit.now) as writing:
        stored = reviews.keep(writing, given, by)
        if asks and visit.site.reader is not None:
            stored = second_reader.queued(writing, stored, given, visit.site.reader, by.timezone)
    return visit.redirect(f"/import/{stored.id}")


def _sent(visit: Visit) -> File:
    """The chosen file, else what is at the address, else the pasted text."""
    if table := visit.form.one("table"):
        if visit.form.one("do") == "columns":
            said = dict(enumerate(_columns(visit)))
            table = tables.assigned(table, said, bool(visit.form.one("headed")))
        return File(table.encode("utf-8", "replace"), visit.form.one("name"), "text/csv")
    upload = visit.form.file("file")
    if upload is not None:
        return File(upload.data, upload.name)
    if url := visit.form.one("url").strip():
        with visit.site.fetches.slot():
            return imports.fetch(url)
    text = visit.form.one("text").strip()
    if not text:
        raise InvalidInput([Problem("/file", visit.t.file_or_text)])
    if len(text) > MOST_TEXT:
        raise InvalidInput([Problem("/text", visit.t.text_too_long)])
    data = text.encode("utf-8", "replace")
    return File(data, "", "text/plain; charset=utf-8", pasted=True)


def _said(visit: Visit) -> dict[str, Any]:
    """What was filled in of the source. Raises InvalidInput."""
    said: dict[str, Any] = {
        key: value for key in _SOURCE if (value := visit.form.one(f"source_{key}").strip())
    }
    if visit.form.one("source_official"):
        said["official"] = True
    sources.read(said)
    return said


def _columns(visit: Visit) -> list[str]:
    return visit.form.every("column")


def _columns_page(
    visit: Visit, sent: File, rows: Rows, chosen: Sequence[str], problems: Sequence[str] = ()
) -> Response:
    """Ask what the columns of a table are. The page itself holds the table until it is read."""
    t = visit.t
    width = max(map(len, rows))
    choices = [{"value": "", "label": t.column_none}]
    words = {name: t[f"field_{name}"] for name in tables.ROLES} | {"title": t.column_title}
    choices += [{"value": name, "label": label} for name, label in words.items()]
    name = f"{sent.name.rpartition('.')[0] or sent.name}.csv" if sent.name else ""
    kept = [("table", tables.write(rows)), ("name", name), ("ref_date", visit.form.one("ref_date"))]
    kept += [(f"source_{key}", visit.form.one(f"source_{key}")) for key in (*_SOURCE, "official")]
    return visit.page(
        "columns.html",
        current="import",
        problems=list(problems),
        kept=[(key, value) for key, value in kept if value],
        headed=bool(visit.form.one("headed")),
        rows=[[row[n] if n < len(row) else "" for n in range(width)] for row in rows[:_ROWS_SHOWN]],
        columns=[
            {
                "label": t.column_nth.format(number + 1),
                "value": chosen[number] if number < len(chosen) else "",
                "choices": choices,
            }
            for number in range(width)
        ],
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return when_.parse(text).first
    except InvalidWhen as fault:
        raise InvalidInput([Problem("/ref_date", str(fault))]) from None


# -- past imports


def _imports(visit: Visit) -> Response:
    """What waits for a decision, whoever brought it, and what was decided."""
    with visit.store.reading() as reading:
        found = reviews.listed(reading, MOST_LISTED)
    told = [_entry(visit, each) for each in found]
    return visit.page(
        "imports.html",
        current="import",
        waiting=[each for each in told if each["open"]],
        done=[each for each in told if not each["open"]],
    )


def _entry(visit: Visit, entry: Mapping[str, Any]) -> dict[str, Any]:
    t, source = visit.t, entry["source"]
    at = datetime.fromisoformat(entry["created_at"])
    title = source["title"] or source["url"] or "—"
    counts = [f"{t[f'group_{action}']} {number}" for action, number in entry["counts"].items()]
    counts += [t.import_skipped.format(entry["skipped"])] if entry["skipped"] else []
    states = ("open", "applied", "declined", "undone")
    state = [t[f"import_{name}"].format(entry[name]) for name in states if entry[name]]
    day = at.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M")
    return {
        "href": visit.address(f"/import/{entry['id']}"),
        "id": entry["id"],
        "at": day,
        "iso": entry["created_at"],
        "who": entry["who"],
        "title": title,
        "publisher": source["publisher"],
        "counts": " · ".join(counts),
        "state": " · ".join(state),
        "open": entry["open"],
        "applied": entry["applied"],
        "undo": t.undo_of.format(title, day),
    }
