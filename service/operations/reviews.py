"""Imports that are kept until somebody has decided about each of their proposals.

keep       judge what was read, and keep it
shown      one of them as the API returns it; listed: all, in few words
correct    what reviewers have put right so far, with the boxes that they ticked
compare_anew   against what is stored now
What is then decided about them is in operations.decisions.

`content` of what is kept are the candidates, how each was judged (`proposals`, `judged`), what was seen and
skipped, and the source. `review` is what was decided since:
edits      by proposal: `set` what a person corrected, and the `proposal` and `judged` that it makes
ticks      by proposal, where a box is not as it would be by itself
declined   by proposal, with who and when
undone     by proposal the event that was taken back, so that it can come back
picked     by the number of what was seen the proposal that was made of it
model      how a language model was asked about it, if it was (operations.second_reader); its answers are in
           `content`
summary    what the list shows, so that it need not read the content
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from service import sentences
from service.core.dates import when as when_
from service.core.events import fields, wording
from service.core.events.event import Event, Source
from service.core.events.filters import Filter
from service.core.events.likeness import look_alikes
from service.core.events.representation import instant
from service.core.imports import corrections, picked, proposals, sources
from service.core.imports.corrections import Corrected
from service.core.imports.match_events import MAX_SIMILAR
from service.core.imports.proposals import BOTH, RULES, Action, Candidate, Proposal
from service.core.reading import seen as seen_
from service.errors import InvalidInput, NotFound, Problem
from service.operations.events import NEAR, By
from service.operations.imports import Given, note, propose, settle
from service.sentences import Sentence

if TYPE_CHECKING:
    from service.store import Reading, StoredImport, Writing

MOST_COMPARED = 200


# -- keeping


def keep(writing: Writing, given: Given, by: By) -> StoredImport:
    """Judge the file's events now, and keep them until somebody has looked at the proposals."""
    return keep_and_propose(writing, given, by)[0]


def keep_and_propose(writing: Writing, given: Given, by: By) -> tuple[StoredImport, list[Proposal]]:
    """keep(), and the proposals as they are before they are written down."""
    from service.store import StoredImport

    given = settle(writing, given)
    found = propose(writing, given, by.known)
    note(writing, found)
    content = {
        "source": sources.write(given.source),
        "candidates": [proposals.write_candidate(c) for c in given.candidates],
        "proposals": [written(p) for p in found],
        "judged": {p.id: judged_as(writing, p) for p in found},
        "skipped": [[s.what, s.reason, s.line] for s in given.skipped],
        "reference": None
        if given.reference is None
        else [given.reference.day.isoformat(), given.reference.how.value],
        "seen": [seen_.write(each) for each in given.seen],
    }
    # The same again at the same moment is the same import.
    review: dict[str, Any] = {}
    if given.heard is not None:
        content["model"] = {"answers": dict(given.answers)}
        review["model"] = asdict(given.heard)
    told = json.dumps([by.who, by.now.isoformat(), content["candidates"]])
    id_ = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    stored = summed(StoredImport(id_, by.now, by.who, content, applied={}, review=review))
    writing.put_import(stored)
    return stored, found


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
        **({"model": asked} if (asked := heard(stored, lang)) else {}),
    }


def heard(stored: StoredImport, lang: str) -> dict[str, Any] | None:
    """How a model was asked about it, as the API returns it; None where none was."""
    from service.operations import second_reader

    held = stored.review.get("model")
    return second_reader.shown(held, lang) if held else None


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
        found.append({"sure": False, "doubts": [], "similar": [], "read_by": RULES, **each})
    return found


def worded(written: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A proposal that was kept, as the API returns it, with its date in words."""
    event = fields.completed(written["event"])
    words = wording.full(when_.parse(event["when"]), lang, event["timezone"])
    told = {key: value for key, value in written.items() if key != "why"}
    return {**told, "event": {**event, "when_text": words}}


def why(written: Mapping[str, Any]) -> str:
    """The reason of a proposal that was kept; one that an earlier version kept has the text alone."""
    try:
        return sentences.read(written.get("why", written["reason"]))
    except LookupError:  # a newer version kept it
        return str(written["reason"])


def by_model_alone(written: Mapping[str, Any]) -> bool:
    """Whether nothing but a model read the proposal, and no person has corrected it since."""
    return written["read_by"] not in (RULES, BOTH) and "corrected" not in written


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


def waits_already(reading: Reading, given: Given, by: By, open_: int) -> bool:
    """Whether the same, with as much to decide, waits already: a job that reads it each hour does not
    fill the queue with it."""
    source = sources.write(given.source)
    return any(
        (each["who"], each["source"], each["open"]) == (by.who, source, open_)
        for each in listed(reading, MOST_COMPARED, waiting=True)
    )


def _entry(reading: Reading, stored: StoredImport) -> dict[str, Any]:
    summary = stored.review.get("summary")
    if summary is None:
        summary = summed(kept(reading, stored.id)).review["summary"]
    declined = stored.review.get("declined", {})
    undone = sum(1 for each in declined.values() if each.get("undone"))
    return {
        "id": stored.id,
        "created_at": instant(stored.created_at),
        "who": stored.who,
        **summary,
        "applied": sum(1 for each in stored.applied.values() if each["change"]),
        "declined": len(declined) - undone,
        "undone": undone,
    }


def summed(stored: StoredImport) -> StoredImport:
    """The same with the summary that the list shows."""
    now = current(stored)
    if not now and "summary" in stored.review:
        return stored  # of one that was shortened nothing can be counted any more
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
    return compare_kept_anew(writing, kept(writing, id_), by)


def compare_kept_anew(writing: Writing, stored: StoredImport, by: By) -> list[str]:
    """compare_anew() of an import as it is to be stored."""
    candidates = candidates_of(stored)
    if not candidates:
        writing.save_import(summed(stored))
        return []
    content = {**stored.content, "judged": {**stored.content["judged"]}}
    held = {p["id"]: p for p in content["proposals"]}
    changed = []
    for proposal in fresh(writing, stored, candidates, by).values():
        if proposal.id in stored.applied:
            continue
        judged = judged_as(writing, proposal)
        if judged != content["judged"].get(proposal.id):
            changed.append(proposal.id)
        held[proposal.id], content["judged"][proposal.id] = written(proposal), judged
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
    writing.save_import(summed(stored), content=True)
    return changed


def _usable(event: Event | None) -> bool:
    return event is not None and not event.withdrawn


def fresh(
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


def candidates_of(stored: StoredImport) -> list[Candidate]:
    """What was read, in the order of the proposals: p1, p2, …"""
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
    """Tick "all" that are not disputed nor read by a model alone, the "sure" ones with those that somebody
    corrected, or "none"."""
    ticks = {
        p["id"]: (which == "all" and not p.get("disputed") and not by_model_alone(p))
        or (which == "sure" and (p["sure"] or "corrected" in p))
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
    candidates = [sources.sourced(c, after, keys) for c in candidates_of(stored)]
    content = {
        **stored.content,
        "source": sources.write(after),
        "candidates": [proposals.write_candidate(c) for c in candidates],
    }
    compare_kept_anew(writing, replace(stored, content=content), by)
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
    source = replace(sources.read(source_of(stored)), sha256=sha256_of(stored))
    day = _day(stored, by)
    new = picked.picked(seen[number], said, source, day, by.timezone, by.known)
    candidates = [*candidates_of(stored), new]
    pid = f"p{len(candidates)}"
    (*_, proposal) = propose(writing, Given(tuple(candidates)), by.known)
    content = {
        **stored.content,
        "candidates": [*stored.content["candidates"], proposals.write_candidate(new)],
        "proposals": [*stored.content["proposals"], written(proposal)],
        "judged": {**stored.content["judged"], pid: judged_as(writing, proposal)},
    }
    review = {
        **stored.review,
        "picked": {**made, str(number): pid},
        # Whoever asks for it wants it.
        "ticks": {**stored.review.get("ticks", {}), pid: True},
    }
    stored = summed(replace(stored, content=content, review=review))
    writing.save_import(stored, content=True)
    return stored, pid


def _day(stored: StoredImport, by: By) -> date:
    reference = stored.content["reference"]
    return date.fromisoformat(reference[0]) if reference else by.today()


def sha256_of(stored: StoredImport) -> str:
    """That of the document, "" where nothing was read in it."""
    held = (c["details"]["source"] or {} for c in stored.content["candidates"])
    return next((each["sha256"] for each in held if each.get("sha256")), "")


def _saved(writing: Writing, stored: StoredImport) -> StoredImport:
    stored = summed(stored)
    writing.save_import(stored)
    return stored


def _edited(
    reading: Reading, stored: StoredImport, pid: str, said: Mapping[str, Any], by: By
) -> dict[str, Any]:
    """The corrections of a proposal as they are kept. Raises InvalidInput."""
    made = correction(reading, stored, pid, said, by, set())
    return {
        "set": dict(said),
        "proposal": written(_with_look_alikes(reading, made.proposal, by)),
        "judged": judged_as(reading, made.proposal),
    }


@dataclass(frozen=True)
class Correction:
    """A proposal as a person wants it, and by key what was read and what they made of it."""

    proposal: Proposal
    told: Mapping[str, tuple[str, str]]


def correction(
    reading: Reading,
    stored: StoredImport,
    pid: str,
    said: Mapping[str, Any],
    by: By,
    taken: Collection[str],
) -> Correction:
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
        proposal = corrections.alone(pid, made, _TakenIds(reading, taken), pointed=pointed)
    else:
        proposal = corrections.about(pid, made, event, pointed=pointed)
    return Correction(proposal, corrections.made_of(candidate, made, base["matches"], proposal))


def _pointed_at(
    reading: Reading, wanted: Any, pointed: bool
) -> tuple[Event | None, Problem | None]:
    if wanted is None:
        return None, None
    event = reading.event(wanted) if isinstance(wanted, str) else None
    if event is None:
        return None, Problem("/matches", Sentence("no_event", id=str(wanted)[:100]))
    if event.withdrawn and pointed:
        return None, Problem("/matches", Sentence("event_withdrawn", id=event.id))
    return event, None


@dataclass(frozen=True)
class _TakenIds:
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
    return replace(proposal, similar=tuple(ids[:MAX_SIMILAR]))


def _by_document(stored: StoredImport, pid: str) -> bool:
    return stored.content["candidates"][int(pid.removeprefix("p")) - 1]["day"] is not None


def judged_as(reading: Reading, proposal: Proposal) -> list[Any]:
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


def written(proposal: Proposal) -> dict[str, Any]:
    """A proposal as it is kept, without the words of a language; `why` is its reason by its code."""
    written = proposals.as_json(proposal, "en")
    del written["event"]["when_text"]
    return {**written, "why": sentences.write(proposal.reason)}
