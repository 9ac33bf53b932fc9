"""What is decided about the proposals of a kept import: taken, refused, undone.

apply_kept carry out what is accepted, all or nothing; decide does it and compares anew what was too old
take       keep what was read and apply some of it at once (the command line)
undo       set back what an import changed, each event where nobody has changed it since
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service.core.events.event import Change, ChangeKind, Origin
from service.core.events.representation import instant
from service.core.imports.proposals import Action, Proposal
from service.errors import Conflict, InvalidInput, Problem
from service.operations import reviews
from service.operations.events import By
from service.operations.imports import Given, carry_out
from service.operations.reviews import Correction
from service.operations.undo import stands
from service.operations.undo import undo as undo_change
from service.sentences import Sentence

if TYPE_CHECKING:
    from service.store import JournalRow, Reading, Store, StoredImport, Writing

# Above that many nobody reviews what a command has applied.
MOST_REVIEWED = 20_000


def take(
    writing: Writing,
    given: Given,
    by: By,
    accept: Collection[str],
    edits: Mapping[str, Any] | None = None,
    decline: Collection[str] = (),
) -> tuple[str, list[dict[str, Any]]]:
    """Keep what was read and apply those proposals at once. Gives the import's id, and what was applied;
    an answer whose `change` is None changed nothing. Raises as apply_kept()."""
    stored, found = reviews.keep_and_propose(writing, given, by)
    again = {p.id: p for p in found}
    done = _apply(writing, stored, list(accept), by, edits, list(decline), lambda: again)
    if len(stored.content["candidates"]) > MOST_REVIEWED:
        _shorten(writing, reviews.kept(writing, stored.id))
    return stored.id, done


def _shorten(writing: Writing, stored: StoredImport) -> None:
    """Keep of a whole database that came in what was done, not hundreds of megabytes of proposals that
    nobody looks at one by one."""
    nothing: dict[str, Any] = {"candidates": [], "proposals": [], "judged": {}}
    summary = {**stored.review["summary"], "open": 0}
    stored = replace(stored, content={**stored.content, **nothing})
    writing.save_import(replace(stored, review={"summary": summary}), content=True)


# -- applying


def decide(
    store: Store,
    id_: str,
    accept: Any,
    by: By,
    edits: Any = None,
    declined: Any = None,
) -> dict[str, Any]:
    """apply_kept() in a transaction of its own. Where an event has changed since it was compared nothing is
    applied, the import is compared anew for whoever looks next, and Conflict is raised."""
    try:
        with store.writing(by.now) as writing:
            return apply_kept(writing, id_, accept, by, edits, declined)
    except Conflict:
        with store.writing(by.now) as writing:
            reviews.compare_anew(writing, id_, by)
        raise


def apply_kept(
    writing: Writing, id_: str, accept: Any, by: By, edits: Any = None, declined: Any = None
) -> dict[str, Any]:
    """Carry out the accepted proposals of a kept import, all or nothing; "all" are those that change
    something and that nobody has to decide about (as about what a model alone read), "sure" those of them
    that are sure. `edits` are corrections of accepted ones, over those that are kept; `declined` ids that
    nobody wants, or "rest".

    What was applied before is not applied again, and answered as it was then. Raises NotFound,
    InvalidInput for what cannot be used, Conflict where an event has changed since, so that a
    proposal would do something else than was read.
    """
    stored = reviews.kept(writing, id_)

    def fresh() -> dict[str, Proposal]:
        return reviews.fresh(writing, stored, reviews.candidates_of(stored), by)

    return {"id": id_, "applied": _apply(writing, stored, accept, by, edits, declined, fresh)}


def _apply(
    writing: Writing,
    stored: StoredImport,
    accept: Any,
    by: By,
    edits: Any,
    declined: Any,
    fresh: Callable[[], dict[str, Proposal]],
) -> list[dict[str, Any]]:
    accepted, said = _asked(accept, edits, stored)
    rest = _declined(declined, accepted, stored)
    due = [pid for pid in accepted if pid not in stored.applied]
    found = fresh() if due else {}
    carried: dict[str, Correction] = {}
    problems: list[Problem] = []
    taken = {p.event_id for p in found.values()}
    for pid in due:
        if not said.get(pid):
            carried[pid] = Correction(found[pid], {})
            continue
        try:
            others = taken - {found[pid].event_id}
            carried[pid] = reviews.correction(writing, stored, pid, said[pid], by, others)
            taken.add(carried[pid].proposal.event_id)
        except InvalidInput as refusal:
            problems += [problem.under(f"/edits/{pid}") for problem in refusal.problems]
    problems += _twice(carried, said)
    if problems:
        raise InvalidInput(problems)
    _must_be_as_judged(writing, stored, carried, said, edits or {})
    applied = dict(stored.applied)
    for pid, each in carried.items():
        change = carry_out(writing, each.proposal, by, each.told)
        applied[pid] = _applied(each.proposal, change, said.get(pid), by)
    review = dict(stored.review)
    review["declined"] = {k: v for k, v in review.get("declined", {}).items() if k not in applied}
    stored = replace(stored, applied=applied, review=review)
    reviews.decline(writing, stored, rest, by)
    return [{k: applied[pid][k] for k in ("id", "event_id", "change")} for pid in accepted]


def _applied(
    proposal: Proposal, change: Change | None, edit: Mapping[str, Any] | None, by: By
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": proposal.id,
        "event_id": change.after.id if change else proposal.event_id,
        "change": change.kind.value if change else None,
        "version": change.after.version if change else None,
        "who": by.who,
        "at": instant(by.now),
    }
    return {**told, "edit": dict(edit)} if edit else told


def _asked(
    accept: Any, edits: Any, stored: StoredImport
) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """The accepted ids, and the corrections of each. Raises InvalidInput."""
    problems: list[Problem] = []
    accepted = _accepted(accept, stored, problems)
    given = {} if edits is None else edits
    if not isinstance(given, Mapping):
        raise InvalidInput(
            [*problems, Problem("/edits", "is an object of corrections by the ids of proposals")]
        )
    known = {p["id"] for p in stored.content["proposals"]}
    held = {pid: dict(edit["set"]) for pid, edit in stored.review.get("edits", {}).items()}
    for pid, said in given.items():
        at = f"/edits/{str(pid)[:100]}"
        if pid not in known:
            problems.append(Problem(at, f"{str(pid)[:40]!r} is no proposal of this import"))
        elif not isinstance(said, Mapping):
            problems.append(Problem(at, "must be an object with what to correct"))
        elif pid in stored.applied:
            before = stored.applied[pid]
            if any(before.get("edit", {}).get(key) != value for key, value in said.items()):
                who = before.get("who", stored.who)
                problems.append(Problem(at, Sentence("applied_without", who=who)))
        elif accept not in ("all", "sure") and pid not in accepted:
            problems.append(Problem(at, "corrects a proposal that is not accepted"))
        else:
            held[pid] = {**held.get(pid, {}), **said}
            accepted += [] if pid in accepted else [pid]
    if problems:
        raise InvalidInput(problems)
    return accepted, held


def _accepted(accept: Any, stored: StoredImport, problems: list[Problem]) -> list[str]:
    found = {p["id"]: p for p in reviews.current(stored)}
    if accept in ("all", "sure"):
        declined_ = stored.review.get("declined", {})
        return [
            id_
            for id_, p in found.items()
            if p["action"] != Action.UNCHANGED
            and not p.get("disputed")
            and not reviews.by_model_alone(p)
            and id_ not in declined_
            and (accept == "all" or p["sure"])
        ]
    if not isinstance(accept, list):
        problems.append(Problem("/accept", 'is a list of proposal ids, "sure" or "all"'))
        return []
    problems += [
        Problem(f"/accept/{number}", f"{str(each)[:40]!r} is no proposal of this import")
        for number, each in enumerate(accept)
        if not isinstance(each, str) or each not in found
    ]
    return list(dict.fromkeys(each for each in accept if isinstance(each, str)))


def _declined(declined: Any, accepted: Collection[str], stored: StoredImport) -> list[str]:
    found = {p["id"]: p for p in reviews.current(stored)}
    if declined == "rest":
        return [
            id_ for id_, p in found.items() if reviews.awaits(stored, p) and id_ not in accepted
        ]
    if declined is None:
        return []
    if not isinstance(declined, list):
        raise InvalidInput([Problem("/decline", 'is a list of proposal ids, or "rest"')])
    problems = []
    for number, each in enumerate(declined):
        if not isinstance(each, str) or each not in found:
            detail = f"{str(each)[:40]!r} is no proposal of this import"
            problems.append(Problem(f"/decline/{number}", detail))
        elif each in accepted or each in stored.applied:
            problems.append(Problem(f"/decline/{number}", f"{each!r} is accepted"))
    if problems:
        raise InvalidInput(problems)
    return [each for each in declined if reviews.awaits(stored, found[each])]


def _twice(
    carried: Mapping[str, Correction], said: Mapping[str, Mapping[str, Any]]
) -> list[Problem]:
    """Where a person points at an event that another accepted proposal is about, or a model does."""
    problems = []
    by_event: dict[str, list[str]] = {}
    for pid, each in carried.items():
        if each.proposal.matches and each.proposal.action is not Action.UNCHANGED:
            by_event.setdefault(each.proposal.matches, []).append(pid)
    for event_id, pids in by_event.items():
        pointed = [
            pid
            for pid in pids
            if said.get(pid, {}).get("matches") == event_id or carried[pid].proposal.by_model_alone
        ]
        if len(pids) > 1 and pointed:
            others = ", ".join(pid for pid in pids if pid != pointed[-1])
            detail = Sentence("event_taken", others=others, id=event_id)
            problems.append(Problem(f"/edits/{pointed[-1]}/matches", detail))
    return problems


def _must_be_as_judged(
    reading: Reading,
    stored: StoredImport,
    carried: Mapping[str, Correction],
    said: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Any],
) -> None:
    """Raises Conflict where an event has changed since a proposal was last compared with it."""
    edits = stored.review.get("edits", {})
    changed = []
    for pid, each in carried.items():
        if each.proposal.action is Action.UNCHANGED:
            continue
        judged, held = reviews.judged_as(reading, each.proposal), stored.content["judged"][pid]
        if pid in given:
            # A correction of just now was compared with nothing yet: its event must be as it was shown.
            same = judged[1] != held[1] or judged[3] == held[3]
        else:
            same = judged == (edits[pid]["judged"] if said.get(pid) else held)
        if not same:
            changed.append(each.proposal)
    if changed:
        named = ", ".join(f"{p.id} ({p.event_id})" for p in changed[:5])
        raise Conflict(
            f"{named}: changed since it was proposed, so nothing was applied; it was compared anew: read "
            "the import again to see what it amounts to now"
        )


# -- undoing


def undoable(reading: Reading, stored: StoredImport) -> dict[str, tuple[str, int]]:
    """By proposal the event that this import changed and that is as the import left it, with the
    version that it made."""
    found = {}
    for pid, each in stored.applied.items():
        if each["change"] is None:
            continue
        rows = reading.history(each["event_id"])
        # What an earlier version applied has no version: its change was the last one.
        made = (
            next((row for row in rows if row.version == each["version"]), None)
            if "version" in each
            else _last_of(rows, stored, each["change"])
        )
        if made is None or made.origin is not Origin.IMPORT:
            continue
        if stands(rows[-1].event, made.event):
            found[pid] = (made.event_id, made.version)
    return found


def _last_of(rows: Sequence[JournalRow], stored: StoredImport, change: str) -> JournalRow | None:
    last = rows[-1] if rows else None
    if last is None or last.at < stored.created_at or last.change is not ChangeKind(change):
        return None
    return last


def undo(writing: Writing, id_: str, by: By) -> dict[str, Any]:
    """Set the events of the import back, each where no change since still stands. Gives their ids, and
    those of the events that stay as they are. What was taken back waits for nobody, and can be taken
    again. Raises NotFound."""
    stored = reviews.kept(writing, id_)
    wanted = undoable(writing, stored)
    done = {
        pid: event_id
        for pid, (event_id, version) in wanted.items()
        if undo_change(writing, event_id, version, by)
    }
    left = [
        each["event_id"]
        for pid, each in stored.applied.items()
        if each["change"] is not None and pid not in done
    ]
    if done:
        told = {"who": by.who, "at": instant(by.now), "undone": True}
        review = {
            **stored.review,
            "undone": {**stored.review.get("undone", {}), **done},
            "declined": {**stored.review.get("declined", {}), **dict.fromkeys(done, told)},
            "ticks": {k: v for k, v in stored.review.get("ticks", {}).items() if k not in done},
        }
        applied = {pid: each for pid, each in stored.applied.items() if pid not in done}
        reviews.compare_kept_anew(writing, replace(stored, applied=applied, review=review), by)
    return {"id": id_, "undone": list(done.values()), "left": left}
