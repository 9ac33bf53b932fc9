"""Reviewing at a terminal: one proposal at a time, with the words of the document beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from service.app import Horizon
    from service.errors import Problem
    from service.operations.events import By
    from service.store import StoredImport

QUESTION = "[y]es [n]o [e]dit [a]ll sure [q]uit? "
NEW = "new"
# What `e` asks for, and what it is called there.
_FIELDS = (
    ("title", "title"),
    ("when", "date (words or EDTF)"),
    ("kind", "kind"),
    ("location", "place"),
    ("importance", "importance"),
    ("matches", f"event it is about (an id, or {NEW})"),
)
_STYLES = {"date": "bold underline", "title": "bold", "": ""}


def ask(horizon: Horizon, stored: StoredImport, who: By) -> tuple[list[str], list[str]]:
    """The ids of the proposals that are agreed to, and of those that are not wanted; corrections are kept
    with the import. Who quits, or whose input ends, has decided nothing about the rest."""
    from service.operations import reviews

    console = Console(highlight=False)
    waiting = [p["id"] for p in reviews.current(stored) if reviews.awaits(stored, p)]
    accepted: list[str] = []
    declined: list[str] = []
    at = 0
    while at < len(waiting):
        pid = waiting[at]
        if pid in accepted:
            at += 1
            continue
        _tell(console, _of(stored, pid), f"{at + 1}/{len(waiting)}", stored)
        answer = _said(console, QUESTION)
        match answer[:1].lower() if answer is not None else "q":
            case "y":
                accepted.append(pid)
                at += 1
            case "n":
                declined.append(pid)
                at += 1
            case "e":
                stored = _corrected(console, horizon, stored, pid, who)
            case "a":
                accepted += [
                    p for p in waiting[at:] if _of(stored, p)["sure"] and p not in accepted
                ]
            case "q":
                break
            case _:
                console.print("y, n, e, a or q")
    return accepted, declined


def _of(stored: StoredImport, pid: str) -> dict[str, Any]:
    from service.operations import reviews

    return next(p for p in reviews.current(stored) if p["id"] == pid)


def _said(console: Console, question: str) -> str | None:
    """What is answered; None where nobody answers any more."""
    try:
        return console.input(Text(question)).strip()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None


def _tell(console: Console, proposal: Mapping[str, Any], place: str, stored: StoredImport) -> None:
    """One proposal: what it would do, where it stands in the document, and what speaks against it."""
    event = proposal["event"]
    sure = "sure" if proposal["sure"] else f"{proposal['confidence']:.0%}"
    head = Text(f"\n{place} {proposal['action']}: ")
    head.append(event["title"], "bold")
    head.append(f" · {event['when']}", "bold")
    head.append(f" · {event['kind']}")
    if event["location"]:
        head.append(f" · {event['location']}")
    if proposal["read_by"] != "rules":
        head.append(f" · read by {proposal['read_by'].removeprefix('model ')}")
    console.print(head.append(f" · {sure}"))
    if proposal["matches"]:
        console.print(Text(f"  about {proposal['matches']}: {proposal['reason']}"))
    else:
        console.print(Text(f"  {proposal['reason']}"))
    if proposal["excerpt"]:
        console.print(_quoted(proposal, stored))
    for doubt in proposal["doubts"]:
        console.print(Text(f"  {'! ' if doubt['veto'] else ''}{doubt['text']['en']}", "yellow"))


def _quoted(proposal: Mapping[str, Any], stored: StoredImport) -> Text:
    """The words of the document, the date and the title in them marked."""
    from service.core.dates import when as when_
    from service.core.imports.marks import marked

    reference = stored.content["reference"]
    day = date.fromisoformat(reference[0]) if reference else stored.created_at.date()
    event = proposal["event"]
    when = when_.parse(event["when"])
    page = f"page {proposal['page']}, " if proposal["page"] else ""
    quoted = Text(f"  {page}line {proposal['line']}: " if proposal["line"] else "  ")
    for piece in marked(proposal["excerpt"], event["title"], when, day, event["timezone"]):
        quoted.append(piece.text, _STYLES[piece.mark])
    return quoted


def _corrected(
    console: Console, horizon: Horizon, stored: StoredImport, pid: str, who: By
) -> StoredImport:
    """Ask for what to correct until it can be used; an empty answer leaves a part as it is, also what
    was said of it just now beside something that cannot be used."""
    from service.operations import reviews

    held = stored.review.get("edits", {}).get(pid, {}).get("set", {})
    proposal = _of(stored, pid)
    told = {**proposal["event"], "matches": proposal["matches"] or NEW}
    said, shown = dict(held), dict(told)
    while True:
        for key, label in _FIELDS:
            now = shown[key]
            answer = _said(console, f"  {label} [{now}]: ")
            if answer is None:
                return stored
            if answer and answer != now:
                said[key] = None if key == "matches" and answer == NEW else answer
                shown[key] = answer
        with horizon.store.writing(horizon.now()) as writing:
            changed, faults = reviews.correct(writing, stored, {pid: said}, {}, who)
        if not faults:
            return changed
        _tell_faults(console, faults[pid])
        wrong = {problem.pointer.removeprefix("/") for problem in faults[pid]}
        said = {key: value for key, value in said.items() if key not in wrong}
        said |= {key: held[key] for key in wrong if key in held}
        shown |= {key: told[key] for key in wrong if key in told}


def _tell_faults(console: Console, problems: Sequence[Problem]) -> None:
    for problem in problems:
        console.print(Text(f"  {problem.pointer.removeprefix('/')}: {problem.detail}", "red"))
