"""A language model that reads a document a second time, behind the rules and after them.

wanted     whether it is to be asked about a document
hear       what it says of one: its parts are asked one by one, within a time for all of them
queued     an import that is to wait for it, while the rules' result stands
ask_next   the background job: one waiting import, whose proposals it adds to
with_model the same at once, for a command

What it costs and how it ended is kept with the import, and so are its answers, by the SHA-256 of what was
asked (core.model.prompt.key): as long as the import is there, in backups too, and gone with it. While an
import waits, the lines of its document are kept as well. What waits stands in the database: a service that
was stopped goes on, and of two instances one asks.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from service.core.events.representation import instant
from service.core.imports import proposals, sources
from service.core.imports.match_events import candidates as made_candidates
from service.core.reading.document import Line
from service.errors import InvalidInput, ModelFailed, Problem
from service.operations import catalogue
from service.operations.events import By
from service.operations.imports import Given, propose

if TYPE_CHECKING:
    from service.core.events.catalogue import Catalogue
    from service.core.model.prompt import Question
    from service.core.reading.announcement import Announcement
    from service.model import ModelReply
    from service.store import Store, StoredImport, Writing

log = logging.getLogger(__name__)

ASK, ALL, PUBLIC = "ask", "all", "public"
MOST_CHARACTERS = 1_000_000
WAITING, DONE, FAILED = "waiting", "done", "failed"
_MARK = "model "
_SPARE = timedelta(seconds=60)  # for what is not waiting for the model


class Asked(Protocol):
    """service.model's Model, or what stands in for it."""

    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...

    def ask(
        self, instructions: str, question: str, schema: Mapping[str, Any], seconds: float
    ) -> ModelReply: ...


@dataclass
class SecondReader:
    """The model, which documents it is asked about (ASK, ALL, PUBLIC), how long it may take for one; and what
    this process has asked it: requests by how they ended, and tokens."""

    model: Asked
    documents: str
    seconds: float
    clock: Callable[[], float] = time.monotonic
    requests: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    _counting: Lock = field(default_factory=Lock)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def host(self) -> str:
        return self.model.host

    def count(self, outcome: str, tokens_in: int = 0, tokens_out: int = 0) -> None:
        with self._counting:
            self.requests[outcome] += 1
            self.tokens["in"] += tokens_in
            self.tokens["out"] += tokens_out


@dataclass(frozen=True)
class Heard:
    """How the model was asked about a document. `note` is one sentence in Chinese and English about what went
    wrong, if anything did; `refused` are the events of its answers that did not hold, `added` those that only
    it read, `both` those that the rules read too. Tokens as its server counts them."""

    name: str
    host: str
    state: str
    note: tuple[str, str] | None = None
    parts: int = 0
    answered: int = 0
    refused: int = 0
    added: int = 0
    both: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def shown(self, lang: str) -> dict[str, Any]:
        """As the API returns it."""
        return shown(asdict(self), lang)


def shown(written: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What is kept of a Heard, as the API returns it."""
    note = written["note"]
    told = {key: written[key] for key in _SHOWN}
    return {**told, "note": note[0 if lang == "zh" else 1] if note else ""}


_SHOWN = ("name", "host", "state", "added", "both", "tokens_in", "tokens_out")


def wanted(reader: SecondReader | None, asked: bool | None, *, fetched: bool) -> bool:
    """Whether a document is sent to the model: as the settings have it, and where they leave it to who
    imports (`asked`, None: said nothing). `fetched`: it came from a public address. Raises InvalidInput where
    it was asked for and cannot be."""
    if asked is False or (asked is None and (reader is None or reader.documents == ASK)):
        return False
    if reader is None:
        detail = "no language model is set (HORIZON_LLM_URL); leave it out"
        raise InvalidInput([Problem("/model", detail)])
    if reader.documents == PUBLIC and not fetched:
        if asked is None:
            return False
        detail = "only what is fetched from a public address is sent to the model; give its address"
        raise InvalidInput([Problem("/model", detail)])
    return True


# -- asking


def hear(
    reader: SecondReader,
    lines: Sequence[Line],
    day: date,
    zone: str,
    answers: dict[str, str],
) -> tuple[Heard, list[Announcement]]:
    """What the model announces. `answers` are those that it gave before, which are not asked for again; new
    ones are put there. Raises nothing for what is wrong with the model or its answers."""
    from service.core.model import answer, prompt

    heard = Heard(reader.name, reader.host, DONE)
    if sum(len(line.text) for line in lines) > MOST_CHARACTERS:
        return replace(heard, state=FAILED, note=_TOO_LONG), []
    try:
        parts = prompt.parts(lines, day, zone)
    except Exception:
        log.exception("a document could not be made ready for the model")
        return replace(heard, state=FAILED, note=_UNREADY), []
    heard = replace(heard, parts=len(parts))
    if len(parts) > prompt.MOST_PARTS:
        return replace(heard, state=FAILED, note=_TOO_LONG), []
    ends = reader.clock() + reader.seconds
    found: list[Announcement] = []
    fault: ModelFailed | None = None
    for part in parts:
        try:
            text, reply = _text(reader, part, ends, answers, fault)
            told = answer.read(part, text, day)
        except answer.NoAnswer as nonsense:
            reader.count("nonsense")
            fault = _nonsense(reader, str(nonsense))
            continue
        except ModelFailed as failure:
            if failure is not fault:
                reader.count("failed")
            fault = failure
            continue
        found += told.announcements
        heard = replace(
            heard,
            answered=heard.answered + 1,
            refused=heard.refused + sum(told.refused.values()),
            tokens_in=heard.tokens_in + (reply.tokens_in if reply else 0),
            tokens_out=heard.tokens_out + (reply.tokens_out if reply else 0),
        )
    return _ended(heard, fault), answer.once(found)


def _text(
    reader: SecondReader,
    part: Question,
    ends: float,
    answers: dict[str, str],
    fault: ModelFailed | None,
) -> tuple[str, ModelReply | None]:
    """The answer about a part, and what it cost if it was asked for now. Raises ModelFailed."""
    from service.core.model import answer, prompt

    key = prompt.key(reader.name, part)
    if key in answers:
        return answers[key], None
    if fault is not None and fault.final:
        raise fault
    left = ends - reader.clock()
    if left <= 0:
        raise _out_of_time(reader)
    reply = reader.model.ask(prompt.INSTRUCTIONS, part.text, prompt.schema(), left)
    reader.count("answered", reply.tokens_in, reply.tokens_out)
    if reply.cut:
        try:
            answer.read(part, reply.text, date.min)
        except answer.NoAnswer:
            raise _nonsense(reader, "it is cut off") from None
    answers[key] = reply.text[: answer.LONGEST_ANSWER + 1]
    return reply.text, reply


_TOO_LONG = (
    "文件太长，未请模型阅读；结果来自规则。",
    "The document is too long for the model; the result is the rules' own.",
)
_UNREADY = (
    "文件无法整理给模型阅读（见日志）；结果来自规则。",
    "The document could not be made ready for the model (see the log); the result is the rules' own.",
)


def _out_of_time(reader: SecondReader) -> ModelFailed:
    seconds = f"{reader.seconds:.3g}"
    return ModelFailed(
        f"{reader.host} needs more than the {seconds} seconds of a document",
        f"{reader.host} 超过了每份文件的 {seconds} 秒",
        final=True,
    )


def _nonsense(reader: SecondReader, why: str) -> ModelFailed:
    return ModelFailed(
        f"{reader.name} gave no answer that can be read ({why})", f"{reader.name} 的回答无法读取"
    )


def _ended(heard: Heard, fault: ModelFailed | None) -> Heard:
    """With its state and one sentence where a part was not answered."""
    left = heard.parts - heard.answered
    if fault is None or not left:
        return heard
    if not heard.answered:
        zh = f"模型未能阅读：{fault.zh}。结果来自规则。"
        en = f"The model did not read it: {fault}. The result is the rules' own."
        return replace(heard, state=FAILED, note=(zh, en))
    zh = f"{heard.parts} 部分中有 {left} 部分模型未读：{fault.zh}。"
    en = f"The model did not read {left} of {heard.parts} parts: {fault}."
    return replace(heard, note=(zh, en))


# -- at once


def with_model(reader: SecondReader, given: Given, by: By) -> Given:
    """What a document says, read by the model too; it is asked here and now."""
    from service.core.model.agreement import together

    if given.reference is None or not given.lines:
        return given  # a calendar, an export or a table
    answers: dict[str, str] = {}
    heard, found = hear(reader, given.lines, given.reference.day, by.timezone, answers)
    day = given.reference.day
    made = made_candidates(found, given.source, day, by.timezone, by.known)
    both = together(given.candidates, made, reader.name)
    heard = replace(heard, added=len(both.added), both=_by_both(both.held))
    return replace(
        given, candidates=(*both.held, *both.added), heard=heard, answers=tuple(answers.items())
    )


def _by_both(held: Sequence[proposals.Candidate]) -> int:
    return sum(1 for each in held if each.read_by == proposals.BOTH)


# -- behind an import


def queued(
    writing: Writing, stored: StoredImport, given: Given, reader: SecondReader, zone: str
) -> StoredImport:
    """The import as it then is: it waits for the model, which ask_next() asks."""
    if given.reference is None or not given.lines:
        return stored  # a calendar, an export or a table
    waits = {"zone": zone, "lines": [_line_written(line) for line in given.lines]}
    if sum(len(line.text) for line in given.lines) > MOST_CHARACTERS:
        heard = Heard(reader.name, reader.host, FAILED, _TOO_LONG)
        stored = replace(stored, review={**stored.review, "model": asdict(heard)})
        writing.save_import(stored)
        return stored
    heard = Heard(reader.name, reader.host, WAITING)
    stored = replace(
        stored,
        content={**stored.content, "model": {"answers": {}, "waits": waits}},
        review={**stored.review, "model": asdict(heard)},
    )
    writing.save_import(stored, content=True)
    writing.put_mark(f"{_MARK}{stored.id}", "")
    return stored


def ask_next(
    store: Store,
    reader: SecondReader,
    now: Callable[[], datetime],
    known: Callable[[], Catalogue] = catalogue.shipped,
) -> bool:
    """Ask about one import that waits, and add what comes of it; whether there was one."""
    stored = _claimed(store, reader, now())
    if stored is None:
        return False
    waits = stored.content["model"]["waits"]
    answers = dict(stored.content["model"]["answers"])
    lines = [_line_read(each) for each in waits["lines"]]
    day = date.fromisoformat(stored.content["reference"][0])
    heard, found = hear(reader, lines, day, waits["zone"], answers)
    with store.writing(now()) as writing:
        again = writing.import_(stored.id)
        if again is not None and _waits(again):
            _add(writing, again, heard, found, answers, known())
        writing.drop_mark(f"{_MARK}{stored.id}")
    if heard.note:
        log.warning("import %s: %s", stored.id, heard.note[1])
    return True


def _claimed(store: Store, reader: SecondReader, now: datetime) -> StoredImport | None:
    """An import that waits and that no other instance is asking about; for so long it is ours."""
    with store.reading() as reading:
        names = list(reading.marks(_MARK))
    for name in names:
        with store.writing(now) as writing:
            until = writing.mark(name)
            if until is None or (until and until > instant(now)):
                continue
            stored = writing.import_(name.removeprefix(_MARK))
            if stored is None or not _waits(stored):
                writing.drop_mark(name)  # it was purged, or its time is over
                continue
            ours = now + timedelta(seconds=reader.seconds) + _SPARE
            writing.put_mark(name, instant(ours))
            return stored
    return None


def _waits(stored: StoredImport) -> bool:
    held = stored.review.get("model") or {}
    return held.get("state") == WAITING and "waits" in stored.content.get("model", {})


def _add(
    writing: Writing,
    stored: StoredImport,
    heard: Heard,
    found: Sequence[Announcement],
    answers: Mapping[str, str],
    known: Catalogue,
) -> None:
    """Keep the answers, and what they add to the proposals. What somebody has applied or corrected stays as
    it is, and so does everything of which the model says nothing."""
    from service.core.model.agreement import together
    from service.operations import reviews

    zone = stored.content["model"]["waits"]["zone"]
    day = date.fromisoformat(stored.content["reference"][0])
    source = replace(sources.read(reviews.source_of(stored)), sha256=reviews.sha256_of(stored))
    held = reviews.candidates_of(stored)
    both = together(held, made_candidates(found, source, day, zone, known), heard.name)
    candidates = [*both.held, *both.added]
    judged = dict(stored.content["judged"])
    shown_ = {each["id"]: each for each in stored.content["proposals"]}
    for number, proposal in enumerate(propose(writing, Given(tuple(candidates)), known)):
        if number < len(held):
            decided = proposal.id in stored.applied or proposal.id in stored.review.get(
                "undone", {}
            )
            if decided or candidates[number] == held[number]:
                continue
        shown_[proposal.id] = reviews.written(proposal)
        judged[proposal.id] = reviews.judged_as(writing, proposal)
    content = {
        **stored.content,
        "candidates": [proposals.write_candidate(each) for each in candidates],
        "proposals": list(shown_.values()),
        "judged": judged,
        "model": {"answers": dict(answers)},
    }
    heard = replace(heard, added=len(both.added), both=_by_both(both.held))
    stored = replace(stored, content=content, review={**stored.review, "model": asdict(heard)})
    writing.save_import(reviews.summed(stored), content=True)


def _line_written(line: Line) -> dict[str, Any]:
    """A line as JSON, without what it does not say."""
    said = {**asdict(line), "cells": list(line.cells), "struck": list(line.struck)}
    return {key: value for key, value in said.items() if value or key in ("text", "page", "line")}


def _line_read(written: Mapping[str, Any]) -> Line:
    lists = {key: tuple(written[key]) for key in ("cells", "struck") if key in written}
    return Line(**{**written, **lists})
