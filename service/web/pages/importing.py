"""Importing: a document is read, its proposals stand beside the words they came from, and what is
ticked is applied, all or nothing; what was applied can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen
from service.core.events import wording
from service.core.events.event import ChangeKind, Event, Origin
from service.core.events.kinds import KIND_WORDS, Kind
from service.core.imports.proposals import Action
from service.errors import Busy, Conflict, HorizonError, InvalidInput, Problem
from service.operations import catalogue, imports
from service.operations.events import By
from service.operations.imports import File
from service.operations.keys import Scope
from service.operations.undo import undo
from service.store import Reading, StoredImport, Writing
from service.web.pages.site import MOST_UPLOADED, Site, Visit
from service.web.reasons import reason
from service.web.words import Words, told_problems

MOST_TEXT = 200_000
MOST_SEEN_SHOWN = 200
_DISPUTED = "disputed"
_GROUPS = (
    Action.CREATE.value,
    Action.REFINE.value,
    Action.MOVE.value,
    Action.CANCEL.value,
    _DISPUTED,
    Action.UNCHANGED.value,
)


def add(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/import", _form, scope=Scope.WRITE)
    site.post("/import", _read, scope=Scope.WRITE, most=MOST_UPLOADED, document=True)
    site.get("/import/{id}", _review, scope=Scope.WRITE)
    site.post("/import/{id}/apply", _apply, scope=Scope.WRITE)
    site.post("/import/{id}/undo", _undo, scope=Scope.WRITE)


def _by(visit: Visit) -> By:
    assert visit.caller is not None
    settings = visit.settings
    known = catalogue.current(settings.events_file)
    return By(
        visit.caller.name,
        Origin.IMPORT,
        visit.now,
        settings.timezone,
        known,
        lang=settings.language,
    )


# -- what is sent


def _form(visit: Visit) -> Response:
    return _form_page(visit, [])


def _form_page(visit: Visit, problems: Sequence[str]) -> Response:
    return visit.page(
        "import.html",
        current="import",
        problems=list(problems),
        text=visit.form.one("text"),
        url=visit.form.one("url"),
        ref_date=visit.form.one("ref_date"),
    )


def _read(visit: Visit) -> Response:
    """Read what was sent, keep it for review, and go on to the proposals."""
    by = _by(visit)
    try:
        ref_date = _day(visit.form.one("ref_date"))
        sent = _sent(visit)
        with visit.site.documents.turn():
            given = imports.read(sent, by, visit.lang, ref_date)
    except Busy:
        raise
    except InvalidInput as refusal:
        return _form_page(visit, told_problems(refusal.problems, visit.lang))
    except HorizonError as fault:
        return _form_page(visit, [str(fault)])
    with visit.store.writing(visit.now) as writing:
        stored = imports.keep(writing, given, by)
    return visit.to(f"/import/{stored.id}")


def _sent(visit: Visit) -> File:
    """The chosen file, else what is at the address, else the pasted text."""
    upload = visit.form.file("file")
    if upload is not None:
        return File(upload.data, upload.name)
    if url := visit.form.one("url").strip():
        with visit.site.fetches.turn():
            return imports.fetch(url)
    text = visit.form.one("text").strip()
    if not text:
        raise InvalidInput([Problem("/file", visit.t.file_or_text)])
    if len(text) > MOST_TEXT:
        raise InvalidInput([Problem("/text", visit.t.text_too_long)])
    return File(text.encode("utf-8", "replace"), "", "text/plain; charset=utf-8")


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return when_.parse(text).first
    except InvalidWhen as fault:
        raise InvalidInput([Problem("/ref_date", str(fault))]) from None


# -- the review


def _review(visit: Visit) -> Response:
    with visit.store.reading() as reading:
        stored = imports.kept(reading, visit.path("id"))
        told = imports.shown(stored, visit.lang)
        matched = reading.events(
            p["matches"] for p in told["proposals"] if p["matches"] is not None
        )
        undoable = _undoable(reading, stored)
    groups: dict[str, list[dict[str, Any]]] = {}
    for proposal in told["proposals"]:
        name = _DISPUTED if proposal.get("disputed") else proposal["action"]
        applied = stored.applied.get(proposal["id"])
        groups.setdefault(name, []).append(_row(proposal, matched, applied, visit))
    t = visit.t
    open_rows = [row for rows in groups.values() for row in rows if row["open"]]
    applied = [each for each in stored.applied.values() if each["change"] is not None]
    return visit.page(
        "review.html",
        current="import",
        id=stored.id,
        read_as_of=t.read_as_of.format(
            wording.day(date.fromisoformat(told["ref_date"]), visit.lang)
        )
        if told["ref_date"]
        else "",
        groups=[
            {
                "name": name,
                "title": t[f"group_{name}"],
                "hint": t.disputed_hint if name == _DISPUTED else "",
                "count": len(groups[name]),
                "rows": groups[name],
            }
            for name in _GROUPS
            if name in groups
        ],
        any_open=bool(open_rows),
        seen=[{**each, "place": _place(each, t)} for each in told["seen"][:MOST_SEEN_SHOWN]],
        skipped=told["skipped"],
        applied=t.applied.format(len(applied)) if applied else "",
        applied_none=bool(stored.applied) and not applied,
        undoable=undoable,
        message=_message(visit),
    )


def _place(told: Mapping[str, Any], t: Words) -> str:
    """Where in the document it stands, in words."""
    if not told["line"]:
        return ""
    page = told["page"]
    return t.page_line.format(page, told["line"]) if page else t.line.format(told["line"])


def _row(
    proposal: Mapping[str, Any],
    matched: Mapping[str, Event],
    applied: Mapping[str, Any] | None,
    visit: Visit,
) -> dict[str, Any]:
    t = visit.t
    given = proposal["event"]
    before = matched.get(proposal["matches"] or "")
    when = when_.parse(given["when"])
    zone = given["timezone"]
    action = proposal["action"]
    was = ""
    if before is not None and before.when.text != when.text and action != Action.UNCHANGED:
        was = wording.near(before.when, visit.lang, before.details.timezone, visit.today)
    place = _place(proposal, t)
    why, why_lang = reason(proposal["reason"], visit.lang)
    disputed = bool(proposal.get("disputed"))
    open_ = applied is None and action != Action.UNCHANGED
    event_id = applied["event_id"] if applied else proposal["matches"]
    return {
        "id": proposal["id"],
        "title": given["title"],
        "kind": given["kind"],
        "kind_word": KIND_WORDS[visit.lang][Kind(given["kind"])],
        "when": wording.near(when, visit.lang, zone, visit.today),
        "dated": when.dated,
        "was": was,
        "excerpt": proposal["excerpt"],
        "place": place,
        "reason": why,
        "reason_lang": why_lang,
        "sure": t.confidence.format(round(100 * proposal["confidence"])),
        "open": open_,
        "ticked": open_ and not disputed and bool(proposal.get("sure")),
        "doubts": [
            {"words": doubt["text"][visit.lang], "veto": doubt["veto"]}
            for doubt in proposal.get("doubts", [])
        ],
        "applied": t.taken if applied else "",
        "href": visit.address(f"/events/{event_id}") if event_id else "",
        "accept": t.accept.format(given["title"]),
        "cancelled": action == Action.CANCEL,
    }


def _apply(visit: Visit) -> Response:
    id_ = visit.path("id")
    accepted = visit.form.every("accept")
    if not accepted:
        return visit.to(f"/import/{id_}?none=1")
    try:
        with visit.store.writing(visit.now) as writing:
            imports.apply_kept(writing, id_, accepted, _by(visit))
    except Conflict:
        return visit.to(f"/import/{id_}?changed=1")
    return visit.to(f"/import/{id_}")


def _message(visit: Visit) -> str:
    t = visit.t
    if "changed" in visit.query:
        return t.changed_meanwhile
    if "none" in visit.query:
        return t.nothing_ticked
    undone = (visit.query.get("undone") or [""])[0]
    if not undone.isascii() or not undone.isdigit():
        return ""
    left = (visit.query.get("left") or ["0"])[0]
    kept = t.undo_kept.format(int(left)) if left.isascii() and left.isdigit() and int(left) else ""
    return f"{t.undone.format(int(undone))} {kept}".strip()


# -- undoing


def _undoable(reading: Reading, stored: StoredImport) -> list[str]:
    """The events that this import changed and nobody since, each with its version."""
    found = []
    for each in stored.applied.values():
        if each["change"] is None:
            continue
        rows = reading.history(each["event_id"])
        last = rows[-1] if rows else None
        if (
            last is not None
            and last.origin is Origin.IMPORT
            and last.at >= stored.created_at
            and last.change is ChangeKind(each["change"])
        ):
            found.append(f"{last.event_id}:{last.version}")
    return found


def _undo(visit: Visit) -> Response:
    """Set the events of the import back, each where nothing has changed it since."""
    id_ = visit.path("id")
    with visit.store.writing(visit.now) as writing:
        stored = imports.kept(writing, id_)
        wanted = _undoable(writing, stored)
        done = [entry for entry in wanted if _undone(writing, entry, visit)]
        changed = [each for each in stored.applied.values() if each["change"] is not None]
        ids = {entry.partition(":")[0] for entry in done}
        left = {k: each for k, each in stored.applied.items() if each["event_id"] not in ids}
        writing.set_import_applied(id_, left)
    return visit.to(f"/import/{id_}?undone={len(done)}&left={len(changed) - len(done)}")


def _undone(writing: Writing, entry: str, visit: Visit) -> bool:
    event_id, _, version = entry.partition(":")
    return undo(writing, event_id, int(version), _by(visit))
