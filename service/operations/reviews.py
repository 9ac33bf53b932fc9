"""Imports that are kept until somebody has decided about each of their proposals.

keep       judge what was read, and keep it; take does that and applies at once (the command line)
shown      one of them as the API returns it; listed: all, in few words
correct    what reviewers have put right so far, with the boxes that they ticked
apply_kept carry out what is accepted, all or nothing; decide does it and compares anew what was too old
undo       set back what it changed

`content` of what is kept are the candidates, how each was judged (`proposals`, `judged`), what was seen and
skipped, and the source. `review` is what was decided since:
edits      by proposal: `set` what a person corrected, and the `proposal` and `judged` that it makes
ticks      by proposal, where a box is not as it would be by itself
declined   by proposal, with who and when
undone     by proposal the event that was taken back, so that it can come back
picked     by the number of what was seen the proposal that was made of it
summary    what the list shows, so that it need not read the content
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from service.core.dates import when as when_
from service.core.events import fields, wording
from service.core.events.event import Change, ChangeKind, Event, Origin, Source
from service.core.events.filters import Filter
from service.core.events.likeness import look_alikes
from service.core.events.representation import instant
from service.core.imports import corrections, picked, proposals, sources
from service.core.imports.corrections import Corrected
from service.core.imports.fit import MOST_SIMILAR
from service.core.imports.proposals import Action, Candidate, Proposal
from service.core.reading import seen as seen_
from service.errors import Conflict, InvalidInput, NotFound, Problem
from service.operations.events import NEAR, By
from service.operations.imports import Given, carry_out, note, propose, settle
from service.operations.undo import undo as undo_change

if TYPE_CHECKING:
    from service.store import Reading, Store, StoredImport, Writing


# -- keeping


def keep(writing: Writing, given: Given, by: By) -> StoredImport:
    """Judge the file's events now, and keep them until somebody has looked at the proposals."""
    return _keep(writing, given, by)[0]


def _keep(writing: Writing, given: Given, by: By) -> tuple[StoredImport, list[Proposal]]:
    from service.store import StoredImport

    given = settle(writing, given)
    found = propose(writing, given, by.known)
    note(writing, found)
    content = {
        "source": sources.write(given.source),
        "candidates": [proposals.write_candidate(c) for c in given.candidates],
        "proposals": [_written(p) for p in found],
        "judged": {p.id: _judged(writing, p) for p in found},
        "skipped": [[s.what, s.reason, s.line] for s in given.skipped],
        "reference": None
        if given.reference is None
        else [given.reference.day.isoformat(), given.reference.how.value],
        "seen": [seen_.write(each) for each in given.seen],
    }
    # The same again at the same moment is the same import.
    told = json.dumps([by.who, by.now.isoformat(), content["candidates"]])
    id_ = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    stored = _summed(StoredImport(id_, by.now, by.who, content, applied={}))
    writing.put_import(stored)
    return stored, found


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
    stored, found = _keep(writing, given, by)
    again = {p.id: p for p in found}
    done = _apply(writing, stored, list(accept), by, edits, list(decline), lambda: again)
    return stored.id, done


def kept(reading: Reading, id_: str) -> StoredImport:
    """What was kept under that id. Raises NotFound."""
    stored = reading.import_(id_)
    if stored is None:
        raise NotFound("import", id_)
    return stored


# -- showing


def shown(stored: StoredImport, lang: str, outdated: Sequence[str] = ()) -> dict[str, Any]:
    """The import as the API returns it: the proposals as they were judged, with what was corrected."""
    content = stored.content
    day, how = content["reference"] or (None, None)
    return {
        "id": stored.id,
        "created_at": instant(stored.created_at),
        "who": stored.who,
        "source": source_of(stored),
        "ref_date": day,
        "ref_date_from": how,
        "proposals": [worded(p, lang) for p in current(stored)],
        "applied": [_told(each, stored) for each in stored.applied.values()],
        "declined": list(stored.review.get("declined", {})),
        "outdated": list(outdated),
        # Those that were kept before there were any have none.
        "seen": [seen_.worded(each, lang) for each in content.get("seen", [])],
        # One that an earlier version kept has no line.
        "skipped": [
            dict(zip(("what", "reason", "line"), (*each, None)[:3], strict=True))
            for each in content["skipped"]
        ],
    }


def shown_seen(stored: StoredImport, lang: str, most: int) -> list[dict[str, Any]]:
    """What was seen and not taken, the first of it, with the reason in words."""
    return [seen_.worded(each, lang) for each in stored.content.get("seen", [])[:most]]


def source_of(stored: StoredImport) -> dict[str, Any]:
    """What the import comes from; of one that an earlier version kept, as its proposals have it."""
    content = stored.content
    if content.get("source"):
        return dict(content["source"])
    held: dict[str, Any] = next(
        (c["details"]["source"] for c in content["candidates"] if c["details"]["source"]), {}
    )
    return {**sources.write(Source()), **{k: v for k, v in held.items() if k in sources.KEYS}}


def current(stored: StoredImport) -> list[dict[str, Any]]:
    """The proposals as they stand, each with what was `corrected` of it, without words of a language."""
    edits = stored.review.get("edits", {})
    found = []
    for each in stored.content["proposals"]:
        edit = edits.get(each["id"])
        if edit:
            each = {**edit["proposal"], "corrected": edit["set"]}
        # One that an older version kept does not say, and counts as not sure.
        found.append({"sure": False, "doubts": [], "similar": [], **each})
    return found


def worded(written: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A proposal that was kept, with its date in words."""
    event = fields.completed(written["event"])
    words = wording.full(when_.parse(event["when"]), lang, event["timezone"])
    return {**written, "event": {**event, "when_text": words}}


def is_open(stored: StoredImport, written: Mapping[str, Any]) -> bool:
    """Whether somebody may still decide about the proposal."""
    return written["id"] not in stored.applied and written["action"] != Action.UNCHANGED


def awaits(stored: StoredImport, written: Mapping[str, Any]) -> bool:
    """Whether nobody has decided about the proposal yet."""
    return is_open(stored, written) and written["id"] not in stored.review.get("declined", {})


def ticked(stored: StoredImport, written: Mapping[str, Any]) -> bool:
    """Whether the proposal's box is ticked: as a reviewer left it, else where it is sure."""
    by_itself = bool(written["sure"]) and awaits(stored, written)
    return is_open(stored, written) and bool(
        stored.review.get("ticks", {}).get(written["id"], by_itself)
    )


def listed(reading: Reading, limit: int, before: str | None = None,
           *, waiting: bool = False) -> list[dict[str, Any]]:  # fmt: skip
    """What was imported, the newest first: when, by whom, from where, and how much of it is open.
    `waiting`: only what somebody has still to decide about."""
    found: list[dict[str, Any]] = []
    while len(found) < limit:
        some = reading.imports(limit, before)
        for stored in some:
            told = _entry(reading, stored)
            if told["open"] or not waiting:
                found.append(told)
        if len(some) < limit:
            break
        before = some[-1].id
    return found[:limit]


def _entry(reading: Reading, stored: StoredImport) -> dict[str, Any]:
    summary = stored.review.get("summary")
    if summary is None:
        summary = _summed(kept(reading, stored.id)).review["summary"]
    return {
        "id": stored.id,
        "created_at": instant(stored.created_at),
        "who": stored.who,
        **summary,
        "applied": sum(1 for each in stored.applied.values() if each["change"]),
        "declined": len(stored.review.get("declined", {})),
    }


def _summed(stored: StoredImport) -> StoredImport:
    now = current(stored)
    counts = {
        action.value: number
        for action in Action
        if (number := sum(1 for p in now if p["action"] == action))
    }
    summary = {
        "source": source_of(stored),
        "counts": counts,
        "skipped": len(stored.content["skipped"]),
        "open": sum(1 for p in now if awaits(stored, p)),
    }
    return replace(stored, review={**stored.review, "summary": summary})


def _told(applied: Mapping[str, Any], stored: StoredImport) -> dict[str, Any]:
    # What an earlier version applied does not say by whom.
    return {
        **{key: applied[key] for key in ("id", "event_id", "change")},
        "who": applied.get("who", stored.who),
        "at": applied.get("at", instant(stored.created_at)),
    }


# -- comparing anew


def outdated(reading: Reading, stored: StoredImport) -> list[str]:
    """The open proposals whose event has changed since it was compared, so that they would do something
    else than they say."""
    now = [p for p in current(stored) if is_open(stored, p) and p["matches"]]
    events = reading.events(p["matches"] for p in now)
    edits = stored.review.get("edits", {})
    found = []
    for each in now:
        edit = edits.get(each["id"])
        judged = edit["judged"] if edit else stored.content["judged"][each["id"]]
        event = events.get(each["matches"])
        by_document = _by_document(stored, each["id"])
        if event is None or _touched(event, by_document) != judged[3]:
            found.append(each["id"])
    return found


def compare_anew(writing: Writing, id_: str, by: By) -> list[str]:
    """Judge what nobody has applied against what is stored now. Gives the ids of the proposals that
    would now do something else."""
    return _compare_anew(writing, kept(writing, id_), by)


def _compare_anew(writing: Writing, stored: StoredImport, by: By) -> list[str]:
    candidates = _candidates(stored)
    content = {**stored.content, "judged": {**stored.content["judged"]}}
    held = {p["id"]: p for p in content["proposals"]}
    changed = []
    for proposal in _fresh(writing, stored, candidates, by).values():
        if proposal.id in stored.applied:
            continue
        judged = _judged(writing, proposal)
        if judged != content["judged"].get(proposal.id):
            changed.append(proposal.id)
        held[proposal.id], content["judged"][proposal.id] = _written(proposal), judged
    content["proposals"] = list(held.values())
    stored = replace(stored, content=content)
    edits: dict[str, Any] = {}
    for pid, edit in stored.review.get("edits", {}).items():
        if pid in stored.applied:
            edits[pid] = edit
            continue
        said = dict(edit["set"])
        if said.get("matches") and not _usable(writing.event(said["matches"])):
            del said["matches"]  # it is gone: whoever looks next decides again
            changed += [] if pid in changed else [pid]
        if said:
            edits[pid] = _edited(writing, stored, pid, said, by)
            if edits[pid]["judged"] != edit["judged"] and pid not in changed:
                changed.append(pid)
    stored = replace(stored, review={**stored.review, "edits": edits})
    writing.save_import(_summed(stored), content=True)
    return changed


def _usable(event: Event | None) -> bool:
    return event is not None and not event.withdrawn


def _fresh(
    reading: Reading, stored: StoredImport, candidates: Sequence[Candidate], by: By
) -> dict[str, Proposal]:
    """What the candidates amount to now, without what was corrected."""
    found = {p.id: p for p in propose(reading, Given(tuple(candidates)), by.known)}
    for pid, event_id in stored.review.get("undone", {}).items():
        event = reading.event(event_id)
        if event is not None and event.withdrawn and pid not in stored.applied:
            # It was taken back here: to take it once more brings that very event back.
            made = Corrected(_candidate(candidates, pid), frozenset())
            found[pid] = corrections.about(pid, made, event, pointed=False)
    return found


def _candidates(stored: StoredImport) -> list[Candidate]:
    return [proposals.read_candidate(each) for each in stored.content["candidates"]]


def _candidate(candidates: Sequence[Candidate], pid: str) -> Candidate:
    return candidates[int(pid.removeprefix("p")) - 1]


# -- correcting


def correct(
    writing: Writing,
    stored: StoredImport,
    edits: Mapping[str, Mapping[str, Any] | None],
    ticks: Mapping[str, bool],
    by: By,
) -> tuple[StoredImport, dict[str, list[Problem]]]:
    """Keep what a reviewer put right and ticked so far; an edit of None takes the corrections of a
    proposal back. Gives the import as it then is, and by proposal what cannot be used, which is not kept."""
    held = dict(stored.review.get("edits", {}))
    faults: dict[str, list[Problem]] = {}
    for pid, said in edits.items():
        if pid in stored.applied:
            continue
        if not said:
            held.pop(pid, None)
            continue
        try:
            held[pid] = _edited(writing, stored, pid, said, by)
        except InvalidInput as refusal:
            faults[pid] = list(refusal.problems)
    review = {**stored.review, "edits": held}
    review["ticks"] = {**stored.review.get("ticks", {}), **ticks}
    return _saved(writing, replace(stored, review=review)), faults


def tried(
    reading: Reading, stored: StoredImport, pid: str, said: Mapping[str, Any], by: By
) -> Mapping[str, Any]:
    """The proposal as those corrections would make it; nothing is kept. Raises InvalidInput."""
    proposal: Mapping[str, Any] = _edited(reading, stored, pid, said, by)["proposal"]
    return proposal


def tick(writing: Writing, stored: StoredImport, which: str) -> StoredImport:
    """Tick "all" that are not disputed, the "sure" ones, or "none"."""
    ticks = {
        p["id"]: (which == "all" and not p.get("disputed")) or (which == "sure" and p["sure"])
        for p in current(stored)
        if is_open(stored, p)
    }
    return _saved(writing, replace(stored, review={**stored.review, "ticks": ticks}))


def decline(writing: Writing, stored: StoredImport, pids: Collection[str], by: By) -> StoredImport:
    """Note that nobody wants those; they may be taken all the same later."""
    held = dict(stored.review.get("declined", {}))
    ticks = dict(stored.review.get("ticks", {}))
    for pid in pids:
        held.setdefault(pid, {"who": by.who, "at": instant(by.now)})
        ticks.pop(pid, None)
    return _saved(
        writing, replace(stored, review={**stored.review, "declined": held, "ticks": ticks})
    )


def set_source(writing: Writing, stored: StoredImport, given: Any, by: By) -> StoredImport:
    """Put right where the import comes from, and compare it anew: an official source may do what another
    may not. Raises InvalidInput."""
    if not isinstance(given, Mapping):
        raise InvalidInput(
            [Problem("", "must be an object with title, publisher, date, url, official")]
        )
    before, _ = source_given(source_of(stored))
    after = sources.corrected(before, given)
    keys = [key for key in given if getattr(after, key) != getattr(before, key)]
    if not keys:
        return stored
    candidates = [sources.sourced(c, after, keys) for c in _candidates(stored)]
    content = {
        **stored.content,
        "source": sources.write(after),
        "candidates": [proposals.write_candidate(c) for c in candidates],
    }
    _compare_anew(writing, replace(stored, content=content), by)
    return kept(writing, stored.id)


def source_given(written: Mapping[str, Any]) -> tuple[Source, tuple[str, ...]]:
    """What somebody says of a source, and which keys they name. Raises InvalidInput."""
    return sources.read(written), tuple(written)


def pick(
    writing: Writing, stored: StoredImport, number: int, said: Mapping[str, Any], by: By
) -> tuple[StoredImport, str]:
    """Make a proposal of the date that was seen under that number, with the `title` and `when` that a
    person may say; again gives the same one. Gives the import and the proposal's id. Raises InvalidInput,
    NotFound."""
    seen = stored.content.get("seen", [])
    if not 0 <= number < len(seen):
        raise NotFound("date", str(number))
    made = stored.review.get("picked", {})
    if str(number) in made:
        return stored, made[str(number)]
    source = replace(sources.read(source_of(stored)), sha256=_sha256(stored))
    day = _day(stored, by)
    new = picked.picked(seen[number], said, source, day, by.timezone, by.known)
    candidates = [*_candidates(stored), new]
    pid = f"p{len(candidates)}"
    (*_, proposal) = propose(writing, Given(tuple(candidates)), by.known)
    content = {
        **stored.content,
        "candidates": [*stored.content["candidates"], proposals.write_candidate(new)],
        "proposals": [*stored.content["proposals"], _written(proposal)],
        "judged": {**stored.content["judged"], pid: _judged(writing, proposal)},
    }
    review = {
        **stored.review,
        "picked": {**made, str(number): pid},
        # Whoever asks for it wants it.
        "ticks": {**stored.review.get("ticks", {}), pid: True},
    }
    stored = _summed(replace(stored, content=content, review=review))
    writing.save_import(stored, content=True)
    return stored, pid


def _day(stored: StoredImport, by: By) -> date:
    reference = stored.content["reference"]
    return date.fromisoformat(reference[0]) if reference else by.today()


def _sha256(stored: StoredImport) -> str:
    held = (c["details"]["source"] or {} for c in stored.content["candidates"])
    return next((each["sha256"] for each in held if each.get("sha256")), "")


def _saved(writing: Writing, stored: StoredImport) -> StoredImport:
    stored = _summed(stored)
    writing.save_import(stored)
    return stored


def _edited(
    reading: Reading, stored: StoredImport, pid: str, said: Mapping[str, Any], by: By
) -> dict[str, Any]:
    """The corrections of a proposal as they are kept. Raises InvalidInput."""
    made = _correction(reading, stored, pid, said, by, set())
    return {
        "set": dict(said),
        "proposal": _written(_with_look_alikes(reading, made.proposal, by)),
        "judged": _judged(reading, made.proposal),
    }


@dataclass(frozen=True)
class _Correction:
    """A proposal as a person wants it, and by key what was read and what they made of it."""

    proposal: Proposal
    told: Mapping[str, tuple[str, str]]


def _correction(
    reading: Reading,
    stored: StoredImport,
    pid: str,
    said: Mapping[str, Any],
    by: By,
    taken: Collection[str],
) -> _Correction:
    """What a proposal comes to with these corrections; `taken` are ids that others will have. Raises
    InvalidInput."""
    if not isinstance(said, Mapping):
        raise InvalidInput([Problem("", "must be an object with what to correct")])
    base = next(p for p in stored.content["proposals"] if p["id"] == pid)
    index = int(pid.removeprefix("p")) - 1
    candidate = proposals.read_candidate(stored.content["candidates"][index])
    problems: list[Problem] = []
    made = None
    try:
        saw = when_.parse(base["event"]["when"])
        made = corrections.corrected(candidate, said, by.timezone, candidate.day or by.today(), saw)
    except InvalidInput as refusal:
        problems += refusal.problems
    wanted = (said["matches"] or None) if "matches" in said else base["matches"]
    event, fault = _pointed_at(reading, wanted, wanted != base["matches"])
    if fault:
        problems.append(fault)
    if made is None or problems:
        raise InvalidInput(problems)
    pointed = wanted != base["matches"]
    if event is None:
        proposal = corrections.alone(pid, made, _Taken(reading, taken), pointed=pointed)
    else:
        proposal = corrections.about(pid, made, event, pointed=pointed)
    return _Correction(proposal, corrections.made_of(candidate, made, base["matches"], proposal))


def _pointed_at(
    reading: Reading, wanted: Any, pointed: bool
) -> tuple[Event | None, Problem | None]:
    if wanted is None:
        return None, None
    event = reading.event(wanted) if isinstance(wanted, str) else None
    if event is None:
        return None, Problem("/matches", f"there is no event {str(wanted)[:100]!r}")
    if event.withdrawn and pointed:
        return None, Problem("/matches", f"the event {event.id!r} was withdrawn")
    return event, None


@dataclass(frozen=True)
class _Taken:
    """The ids that a new event cannot have."""

    reading: Reading
    ids: Collection[str]

    def __contains__(self, id_: object) -> bool:
        return id_ in self.ids or self.reading.event(str(id_)) is not None


def _with_look_alikes(reading: Reading, proposal: Proposal, by: By) -> Proposal:
    when = proposal.details.when
    near = reading.select(Filter(from_=when.first - NEAR, to=when.last + NEAR))
    alike = look_alikes(proposal.details.title, when, near, by.known)
    ids = [event.id for event in alike if event.id != proposal.matches]
    return replace(proposal, similar=tuple(ids[:MOST_SIMILAR]))


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
            compare_anew(writing, id_, by)
        raise


def apply_kept(
    writing: Writing, id_: str, accept: Any, by: By, edits: Any = None, declined: Any = None
) -> dict[str, Any]:
    """Carry out the accepted proposals of a kept import, all or nothing; "all" are those that change
    something and that nobody has to decide about, "sure" those of them that are sure. `edits` are
    corrections of accepted ones, over those that are kept; `declined` ids that nobody wants, or "rest".

    What was applied before is not applied again, and answered as it was then. Raises NotFound,
    InvalidInput for what cannot be used, Conflict where an event has changed since, so that a
    proposal would do something else than was read.
    """
    stored = kept(writing, id_)

    def fresh() -> dict[str, Proposal]:
        return _fresh(writing, stored, _candidates(stored), by)

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
    carried: dict[str, _Correction] = {}
    problems: list[Problem] = []
    taken = {p.event_id for p in found.values()}
    for pid in due:
        if not said.get(pid):
            carried[pid] = _Correction(found[pid], {})
            continue
        try:
            others = taken - {found[pid].event_id}
            carried[pid] = _correction(writing, stored, pid, said[pid], by, others)
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
    decline(writing, stored, rest, by)
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
                detail = f"was applied by {who} without this correction; change the event itself"
                problems.append(Problem(at, detail))
        elif accept not in ("all", "sure") and pid not in accepted:
            problems.append(Problem(at, "corrects a proposal that is not accepted"))
        else:
            held[pid] = {**held.get(pid, {}), **said}
            accepted += [] if pid in accepted else [pid]
    if problems:
        raise InvalidInput(problems)
    return accepted, held


def _accepted(accept: Any, stored: StoredImport, problems: list[Problem]) -> list[str]:
    found = {p["id"]: p for p in current(stored)}
    if accept in ("all", "sure"):
        declined_ = stored.review.get("declined", {})
        return [
            id_
            for id_, p in found.items()
            if p["action"] != Action.UNCHANGED
            and not p.get("disputed")
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
    found = {p["id"]: p for p in current(stored)}
    if declined == "rest":
        return [id_ for id_, p in found.items() if awaits(stored, p) and id_ not in accepted]
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
    return [each for each in declined if awaits(stored, found[each])]


def _twice(
    carried: Mapping[str, _Correction], said: Mapping[str, Mapping[str, Any]]
) -> list[Problem]:
    """Where a person points at an event that another accepted proposal is about."""
    problems = []
    by_event: dict[str, list[str]] = {}
    for pid, each in carried.items():
        if each.proposal.matches and each.proposal.action is not Action.UNCHANGED:
            by_event.setdefault(each.proposal.matches, []).append(pid)
    for event_id, pids in by_event.items():
        pointed = [pid for pid in pids if said.get(pid, {}).get("matches") == event_id]
        if len(pids) > 1 and pointed:
            others = ", ".join(pid for pid in pids if pid != pointed[-1])
            detail = f"{others} is about {event_id!r} too; accept one of them"
            problems.append(Problem(f"/edits/{pointed[-1]}/matches", detail))
    return problems


def _must_be_as_judged(
    reading: Reading,
    stored: StoredImport,
    carried: Mapping[str, _Correction],
    said: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Any],
) -> None:
    """Raises Conflict where an event has changed since a proposal was last compared with it."""
    edits = stored.review.get("edits", {})
    changed = []
    for pid, each in carried.items():
        if each.proposal.action is Action.UNCHANGED:
            continue
        judged, held = _judged(reading, each.proposal), stored.content["judged"][pid]
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


def _by_document(stored: StoredImport, pid: str) -> bool:
    return stored.content["candidates"][int(pid.removeprefix("p")) - 1]["day"] is not None


def _judged(reading: Reading, proposal: Proposal) -> list[Any]:
    """What a proposal would do to what. A line of a document sets date, status and place: as long as
    the event has the same ones, it is the same proposal. A calendar sets everything."""
    event = reading.event(proposal.matches) if proposal.matches else None
    after = proposal.details
    return [
        proposal.action.value,
        proposal.matches,
        proposal.disputed,
        None if event is None else _touched(event, proposal.evidence is not None),
        [after.when.text, after.status.value if after.status else None],
    ]


def _touched(event: Event, by_document: bool) -> list[Any]:
    if not by_document:
        return [event.version]
    return [event.when.text, event.status.value, event.details.location, event.withdrawn]


def _written(proposal: Proposal) -> dict[str, Any]:
    """A proposal as it is kept, without the words of a language."""
    written = proposals.as_json(proposal, "en")
    del written["event"]["when_text"]
    return written


# -- undoing


def undoable(reading: Reading, stored: StoredImport) -> dict[str, tuple[str, int]]:
    """By proposal the event that this import changed and nobody since, with its version."""
    found = {}
    for pid, each in stored.applied.items():
        if each["change"] is None:
            continue
        rows = reading.history(each["event_id"])
        last = rows[-1] if rows else None
        if last is None or last.origin is not Origin.IMPORT:
            continue
        # What an earlier version applied has no version: its change was the last one.
        same = last.version == each["version"] if "version" in each else (
            last.at >= stored.created_at and last.change is ChangeKind(each["change"])
        )  # fmt: skip
        if same:
            found[pid] = (last.event_id, last.version)
    return found


def undo(writing: Writing, id_: str, by: By) -> dict[str, Any]:
    """Set the events of the import back, each where nothing has changed it since. Gives their ids, and
    those of the events that stay as they are. What was taken back waits for nobody, and can be taken
    again. Raises NotFound."""
    stored = kept(writing, id_)
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
        _compare_anew(writing, replace(stored, applied=applied, review=review), by)
    return {"id": id_, "undone": list(done.values()), "left": left}
