"""The review of an import: its source, its proposals beside the words that they came from, and what was seen
and not taken. One form holds all of a page, so that whatever is pressed first keeps what was corrected and
ticked, also over the pages of a long table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.responses import Response

from service.core.dates import when as when_
from service.core.events import wording
from service.core.events.event import Origin
from service.core.imports.proposals import Action
from service.errors import Conflict, InvalidInput, NotFound, Problem
from service.operations import catalogue, decisions, reviews
from service.operations.events import By
from service.operations.keys import Scope
from service.store import Reading, StoredImport, Writing
from service.web.layout import templates
from service.web.pages import rows
from service.web.pages.event import by as signed_in
from service.web.pages.site import Site, Visit, address
from service.web.words import told_problems

MOST_SEEN_SHOWN = 200
PER_PAGE = 50
MOST_BYTES = 2_000_000
_DISPUTED = "disputed"
_GROUPS = (
    Action.CREATE.value,
    Action.REFINE.value,
    Action.MOVE.value,
    Action.CANCEL.value,
    _DISPUTED,
    Action.UNCHANGED.value,
)
_SOURCE = ("title", "publisher", "date", "url")


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/import/{id}", _review, scope=Scope.WRITE)
    site.get("/import/{id}/apply", _back, scope=Scope.WRITE)
    site.post("/import/{id}/apply", _sent, scope=Scope.WRITE, most=MOST_BYTES)
    site.post("/import/{id}/check", _check, scope=Scope.WRITE)
    site.post("/import/{id}/undo", _undo, scope=Scope.WRITE)


def by(visit: Visit) -> By:
    """Whoever is signed in, as one who imports."""
    known = catalogue.current(visit.settings.events_file)
    return replace(signed_in(visit), origin=Origin.IMPORT, known=known)


# -- showing it


@dataclass
class Faults:
    """What was sent and cannot be used: by row what was written there and what is wrong with it, and of
    the source."""

    values: dict[str, Mapping[str, str]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    source: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    lost: int = 0  # corrections of what somebody else has taken by then
    sent_dates: Mapping[str, str] = field(default_factory=dict)
    sent_source: Mapping[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.rows or self.source or self.seen)


def _review(visit: Visit) -> Response:
    return _page(visit, _number(visit, "page") or 1, Faults(), _message(visit))


def _back(visit: Visit) -> Response:
    """To the review, for who reloads the page that told what cannot be used, or reads it in another
    language: what could be used of it is kept."""
    return visit.redirect(address(f"/import/{visit.path('id')}", {}, lang=visit.lang))


def _page(visit: Visit, number: int, faults: Faults, message: str) -> Response:
    with visit.store.reading() as reading:
        stored = reviews.kept(reading, visit.path("id"))
        now = _in_groups(reviews.current(stored))
        pages = max(1, -(-len(now) // PER_PAGE))
        number = min(max(1, number), pages)
        wrong = [at // PER_PAGE + 1 for at, p in enumerate(now) if p["id"] in faults.rows]
        if wrong and number not in wrong:
            number = wrong[0]  # a correction may have moved its row to another group
        here = now[(number - 1) * PER_PAGE : number * PER_PAGE]
        events = reading.events(
            id_ for p in here for id_ in (p["matches"], *p["similar"]) if id_ is not None
        )
        outdated = set(reviews.outdated(reading, stored))
        undoable = bool(decisions.undoable(reading, stored))
    t = visit.t
    open_ = [p for p in now if reviews.is_open(stored, p)]
    applied = [each for each in stored.applied.values() if each["change"] is not None]
    opened = (visit.query.get("open") or [""])[0]
    drawn = {
        p["id"]: rows.row(
            visit,
            stored,
            p,
            events,
            outdated=p["id"] in outdated,
            values=faults.values.get(p["id"]),
            problems=faults.rows.get(p["id"], ()),
            opened=p["id"] == opened,
        )
        for p in here
    }
    return visit.page(
        "review.html",
        current="import",
        id=stored.id,
        read_as_of=_read_as_of(visit, stored),
        source=_source(visit, stored, faults),
        groups=_groups(visit, now, here, drawn),
        any_open=bool(open_),
        ticked=sum(1 for p in open_ if reviews.ticked(stored, p)),
        open_count=len(open_),
        page=number,
        pages=pages,
        seen=_seen(visit, stored, faults),
        seen_more=max(0, len(stored.content.get("seen", [])) - MOST_SEEN_SHOWN),
        seen_problems=faults.seen,
        skipped=[{"what": each[0], "reason": each[1]} for each in stored.content["skipped"]],
        applied=t.applied.format(len(applied)) if applied else "",
        applied_none=bool(stored.applied) and not applied,
        undoable=undoable,
        model=_model(visit, stored),
        outdated=t.outdated_notice.format(len(outdated)) if outdated else "",
        message=t.not_saved if faults and not message else message,
    )


def _model(visit: Visit, stored: StoredImport) -> str:
    """How a language model was asked about the document, in words; "" where none was."""
    heard = reviews.heard(stored, visit.lang)
    if heard is None:
        return ""
    t, named = visit.t, (heard["name"], heard["host"])
    if heard["state"] == "waiting":
        return t.model_waiting.format(*named)
    if heard["state"] == "failed":
        return f"{t.model_failed.format(*named)} {heard['note']}"
    counts = (heard[key] for key in ("added", "both", "tokens_in", "tokens_out"))
    return " ".join(filter(None, (t.model_done.format(*named, *counts), heard["note"])))


def _in_groups(proposals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The proposals in the order in which the groups stand."""
    return sorted(proposals, key=lambda p: _GROUPS.index(_group(p)))


def _group(written: Mapping[str, Any]) -> str:
    return _DISPUTED if written.get("disputed") else str(written["action"])


def _groups(
    visit: Visit,
    now: Sequence[Mapping[str, Any]],
    here: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    t = visit.t
    found = []
    for name in _GROUPS:
        inside = [drawn[p["id"]] for p in here if _group(p) == name]
        if inside:
            found.append(
                {
                    "name": name,
                    "title": t[f"group_{name}"],
                    "hint": t.disputed_hint if name == _DISPUTED else "",
                    "count": sum(1 for p in now if _group(p) == name),
                    "rows": inside,
                }
            )
    return found


def _read_as_of(visit: Visit, stored: StoredImport) -> str:
    reference = stored.content["reference"]
    if not reference:
        return ""
    day = wording.day(date.fromisoformat(reference[0]), visit.lang)
    return visit.t.read_as_of.format(day)


def _source(visit: Visit, stored: StoredImport, faults: Faults) -> dict[str, Any]:
    held = _source_values(reviews.source_of(stored))
    t = visit.t
    values = faults.sent_source or held
    return {
        "fields": [
            {
                "name": key,
                "label": t[f"field_source_{key}"],
                "value": values[key],
                "type": "date" if key == "date" else "text",
            }
            for key in _SOURCE
        ],
        "official": values["official"] == "true",
        "print": _print(held),
        "problems": faults.source,
        "open": bool(faults.source) or not (stored.applied or stored.review.get("declined")),
        "line": " · ".join(filter(None, (held["publisher"], held["title"], held["date"]))),
    }


def _source_values(source: Mapping[str, Any]) -> dict[str, str]:
    values = {key: str(source[key] or "") for key in _SOURCE}
    return {**values, "official": "true" if source["official"] else ""}


def _print(values: Mapping[str, str]) -> str:
    told = "\n".join(values[key] for key in (*_SOURCE, "official"))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _seen(visit: Visit, stored: StoredImport, faults: Faults) -> list[dict[str, Any]]:
    t = visit.t
    picked = stored.review.get("picked", {})
    told = reviews.shown_seen(stored, visit.lang, MOST_SEEN_SHOWN)
    return [
        {
            **each,
            "number": number,
            "place": rows.place(each, t),
            "value": faults.sent_dates.get(str(number), ""),
            "picked": picked.get(str(number), ""),
            "make": t.make_proposal_of.format(each["text"]),
            "label": t.seen_date.format(each["text"]),
        }
        for number, each in enumerate(told)
    ]


def _message(visit: Visit) -> str:
    t = visit.t
    told = []
    if "changed" in visit.query:
        told.append(t.changed_meanwhile)
    if "none" in visit.query:
        told.append(t.nothing_ticked)
    if "anew" in visit.query:
        number = _number(visit, "anew")
        told.append(t.compared_changed.format(number) if number else t.compared_anew)
    if number := _number(visit, "already"):
        told.append(t.taken_meanwhile.format(number))
    if number := _number(visit, "lost"):
        told.append(t.not_corrected.format(number))
    if "saved" in visit.query:
        told.append(t.saved)
    if "undone" in visit.query:
        told.append(t.undone.format(_number(visit, "undone")))
        if left := _number(visit, "left"):
            told.append(t.undo_kept.format(left))
    return " ".join(told)


def _number(visit: Visit, key: str) -> int:
    return _whole((visit.query.get(key) or [""])[0], 0)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


# -- what is sent


def _sent(visit: Visit) -> Response:
    """Keep what was corrected and ticked, then do what was pressed."""
    id_ = visit.path("id")
    do, _, what = (visit.form.one("do") or "apply").partition("-")
    page = _whole(visit.form.one("page"), 1)
    if not visit.form.every("row") and do == "apply":
        return _apply(visit, visit.form.every("accept"), page, rest=False)
    with visit.store.writing(visit.now) as writing:
        stored, faults, already = _kept(visit, writing, reviews.kept(writing, id_))
        if not faults and do in _ACTS:
            return _ACTS[do](visit, writing, stored, what, page)
    if faults:
        return _page(visit, page, faults, "")
    if do == "apply":
        wanted = _wanted(visit, stored)
        rest = what == "rest"
        return _apply(visit, wanted, page, rest=rest, already=already, lost=faults.lost)
    return visit.redirect(_at(id_, page, saved=1, lost=faults.lost or None))


def _wanted(visit: Visit, stored: StoredImport) -> list[str]:
    """What is ticked: on the page that was sent as its reader saw it, whoever unticked it meanwhile, on
    all others as it was left."""
    here, accepted = set(visit.form.every("row")), set(visit.form.every("accept"))
    found = []
    for each in reviews.current(stored):
        pid = each["id"]
        sent = rows.sent(visit.form, pid, pid in accepted) if pid in here else None
        wanted = reviews.ticked(stored, each)
        # A correction ticks its row by itself.
        if sent is not None and (sent.values is None or sent.toggled):
            wanted = sent.ticked
        if wanted and reviews.is_open(stored, each):
            found.append(pid)
    return found


def _at(id_: str, page: int, **more: object) -> str:
    return address(f"/import/{id_}", {}, page=page if page > 1 else None, **more)


def _kept(visit: Visit, writing: Writing, stored: StoredImport) -> tuple[StoredImport, Faults, int]:
    """What the form says, kept; what of it cannot be used; and how many of the ticked proposals somebody
    else has taken."""
    faults = Faults()
    who = by(visit)
    stored = _keep_source(visit, writing, stored, faults, who)
    accepted = set(visit.form.every("accept"))
    known = {p["id"]: p for p in reviews.current(stored)}
    edits: dict[str, Mapping[str, Any] | None] = {}
    ticks: dict[str, bool] = {}
    already = 0
    for pid in visit.form.every("row"):
        if pid not in known:
            continue
        sent = rows.sent(visit.form, pid, pid in accepted)
        if pid in stored.applied:
            already += sent.ticked
            faults.lost += sent.values is not None
            continue
        if sent.toggled:
            ticks[pid] = sent.ticked
        if sent.values is not None:
            edits[pid] = rows.edit(known[pid], sent.values, who.timezone, who.today())
            faults.values[pid] = sent.values
            if not sent.toggled:
                ticks[pid] = True  # whoever puts it right wants it
    stored, wrong = reviews.correct(writing, stored, edits, ticks, who)
    for pid, problems in wrong.items():
        faults.rows[pid] = told_problems(problems, visit.lang)
    faults.values = {pid: faults.values[pid] for pid in faults.rows}
    return stored, faults, already


def _keep_source(
    visit: Visit, writing: Writing, stored: StoredImport, faults: Faults, who: By
) -> StoredImport:
    values = {key: visit.form.one(f"source.{key}").strip() for key in (*_SOURCE, "official")}
    if visit.form.one("source.as") in ("", _print(values)):
        return stored
    given = {**values, "date": values["date"] or None, "official": bool(values["official"])}
    try:
        return reviews.set_source(writing, stored, given, who)
    except InvalidInput as refusal:
        faults.source = told_problems(refusal.problems, visit.lang)
        faults.sent_source = values
        return stored


def _apply(
    visit: Visit, wanted: Sequence[str], page: int, *, rest: bool, already: int = 0, lost: int = 0
) -> Response:
    id_ = visit.path("id")
    if not wanted and not rest:
        # Whoever ticked what is taken by now hears that, and not that they ticked nothing.
        told = {"already": already} if already else {"none": 1}
        return visit.redirect(_at(id_, page, **told, lost=lost or None))
    with visit.store.reading() as reading:
        before = reviews.kept(reading, id_).applied
    already += sum(1 for pid in wanted if pid in before)
    try:
        declined = "rest" if rest else None
        decisions.decide(visit.store, id_, list(wanted), by(visit), declined=declined)
    except Conflict:
        return visit.redirect(_at(id_, page, changed=1))
    except InvalidInput as refusal:
        return _page(visit, page, _of_rows(refusal.problems, visit), "")
    return visit.redirect(_at(id_, page, already=already or None, lost=lost or None))


def _of_rows(problems: Sequence[Problem], visit: Visit) -> Faults:
    """Faults of edits, each with its row."""
    faults = Faults()
    for problem in problems:
        parts = problem.pointer.split("/", 3)
        if len(parts) < 3 or parts[1] != "edits":
            raise InvalidInput(problems)
        inner = Problem("/" + "/".join(parts[3:]), problem.detail)
        faults.rows.setdefault(parts[2], []).extend(told_problems([inner], visit.lang))
    return faults


_Act = Callable[[Visit, Writing, StoredImport, str, int], Response]


def _tick(visit: Visit, writing: Writing, stored: StoredImport, which: str, page: int) -> Response:
    reviews.tick(writing, stored, which)
    return visit.redirect(_at(stored.id, page, saved=1))


def _turn(visit: Visit, _: Writing, stored: StoredImport, number: str, page: int) -> Response:
    return visit.redirect(_at(stored.id, _whole(number, page)))


def _check_row(visit: Visit, _: Writing, stored: StoredImport, pid: str, page: int) -> Response:
    return visit.redirect(_at(stored.id, page, open=pid) + f"#{pid}")


def _reset(visit: Visit, writing: Writing, stored: StoredImport, pid: str, page: int) -> Response:
    reviews.correct(writing, stored, {pid: None}, {}, by(visit))
    return visit.redirect(_at(stored.id, page, open=pid) + f"#{pid}")


def _anew(visit: Visit, writing: Writing, stored: StoredImport, _: str, page: int) -> Response:
    changed = reviews.compare_anew(writing, stored.id, by(visit))
    return visit.redirect(_at(stored.id, page, anew=len(changed)))


def _pick(visit: Visit, writing: Writing, stored: StoredImport, number: str, page: int) -> Response:
    said = {"when": visit.form.one(f"seen.{number}.when").strip()}
    try:
        stored, pid = reviews.pick(writing, stored, _whole(number, -1), said, by(visit))
    except InvalidInput as refusal:
        told = told_problems(refusal.problems, visit.lang)
        return _page(visit, page, Faults(seen=told, sent_dates={number: said["when"]}), "")
    order = [p["id"] for p in _in_groups(reviews.current(stored))]
    return visit.redirect(_at(stored.id, order.index(pid) // PER_PAGE + 1, open=pid) + f"#{pid}")


_ACTS: dict[str, _Act] = {
    "tick": _tick,
    "page": _turn,
    "check": _check_row,
    "reset": _reset,
    "anew": _anew,
    "seen": _pick,
}


def _check(visit: Visit) -> Response:
    """What the fields of one row come to, for the script of the page."""
    pid = visit.form.one("row")
    t = visit.t
    with visit.store.reading() as reading:
        stored = reviews.kept(reading, visit.path("id"))
        known = {p["id"]: p for p in reviews.current(stored)}
        if pid not in known or pid in stored.applied:
            raise NotFound("proposal", pid)
        told: dict[str, Any] = {"problems": [], "means": "", "alike": [], "t": t}
        told["base"] = visit.settings.base_path
        sent = rows.sent(visit.form, pid, ticked=True)
        try:
            made = _tried(reading, stored, known[pid], sent, by(visit))
        except InvalidInput as refusal:
            told["problems"] = told_problems(refusal.problems, visit.lang)
        else:
            when = when_.parse(made["event"]["when"])
            words = wording.full(when, visit.lang, made["event"]["timezone"])
            told["means"] = t.means.format(words)
            events = reading.events(made["similar"])
            told["alike"] = rows.named(visit, made["similar"], events)
            if made["action"] != Action.CREATE:
                told["alike"] = []
    return Response(templates().get_template("meant.html").render(told), media_type="text/html")


def _tried(
    reading: Reading,
    stored: StoredImport,
    written: Mapping[str, Any],
    sent: rows.SubmittedRow,
    who: By,
) -> Mapping[str, Any]:
    if sent.values is None:
        return written
    said = rows.edit(written, sent.values, who.timezone, who.today())
    return reviews.tried(reading, stored, str(written["id"]), said, who)


def _undo(visit: Visit) -> Response:
    """Set the events of the import back, each where nothing has changed it since."""
    id_ = visit.path("id")
    with visit.store.writing(visit.now) as writing:
        done = decisions.undo(writing, id_, by(visit))
    return visit.redirect(f"/import/{id_}?undone={len(done['undone'])}&left={len(done['left'])}")
