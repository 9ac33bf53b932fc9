"""What people ask for in Slack: `/horizon next`, `add`, `search`, `help`, and the two buttons.

Each function takes what was written and gives the message to answer with; how the request came and
how the answer goes back is the affair of service.web.slack_requests. What changes something does so
once: a request that Slack repeats gets the answer kept for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service import sentences
from service.core.alerts import blockkit, digest, messages
from service.core.alerts.blockkit import SET_DATE as SET_DATE
from service.core.alerts.blockkit import Block, More, SlackMessage, blocks, fits, plain
from service.core.alerts.message import Paragraph, Span, TextRow, safe
from service.core.alerts.rules import Days, DigestRule, WhenEmpty
from service.core.dates import duration as duration_
from service.core.dates import when as when_
from service.core.dates.duration import Duration, InvalidDuration
from service.core.dates.typed_dates import read_spoken
from service.core.dates.when import InvalidWhen
from service.core.events import filters, wording
from service.core.events.catalogue import Catalogue
from service.core.events.event import Event, Origin
from service.core.events.filters import Filter
from service.core.events.items import Item
from service.core.events.kinds import KIND_WORDS
from service.errors import HorizonError, InvalidInput, NotFound, Problem
from service.operations import events
from service.operations.catalogue import shipped
from service.operations.events import By
from service.operations.idempotency import Reply, once
from service.sentences import Sentence

if TYPE_CHECKING:
    from service.store import Store, Writing

UNDO = "undo_add"
DIALOG, FIELD = "set_date_dialog", "when"
USUAL = Duration(days=7)
MOST_FOUND = 20
MOST_ADDED = 10
_TITLE = 120
_EXAMPLES = (
    "/horizon add 7月15日：《办法》正式施行",
    "/horizon add 《办法》正式施行 | 2026-07-15",
    "/horizon next 30d kind=regulation",
)
_PIECE = re.compile(r'(?:[^\s"“”=]+=)?["“”][^"“”]*["“”]|\S+')
_FORMS = {
    "zh": {"next": "next [7d] [筛选]", "add": "add 7月15日：标题", "search": "search 词 [筛选]"},
    "en": {
        "next": "next [7d] [filter]",
        "add": "add May 19-20: TITLE",
        "search": "search WORDS [filter]",
    },
}
# A date holds no bar, a title may.
_BAR = re.compile(r"(.*)[|｜](.*)", re.DOTALL)
_LENGTH = re.compile(r"[0-9]+[a-zA-Z]|[pP][0-9tT][0-9a-zA-Z]*")

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "usage": "可以这样用",
        "next": "接下来 7 天（或写明的时间）里有什么",
        "add": "添加一行话里说的事件；也可以写“标题 | 日期”",
        "search": "查找已有的事件",
        "filter": "筛选：kind=regulation tag=AI importance=high，其余的词在标题和说明里查找",
        "unknown": "没有“{}”这个命令。",
        "added": "已添加：",
        "alike": "与已有的相似：",
        "undo": "撤销",
        "undone": "已撤回：",
        "was undone": "已经撤回了。",
        "changed since": "添加之后又有改动，没有撤回：",
        "found": "找到 {} 项",
        "nothing": "没有符合的事件。",
        "dated": "日期已更新：",
        "refused": "没有照办：",
        "failed": "Horizon 出错了，原因在它的日志里。",
        "cancelled": "（已取消）",
        "set date": "设定日期",
        "date": "日期",
        "hint": "如 5月20日-21日、2026-05-20、2026-05-20T10:00（{}）；只知道月份时写 2026-05",
        "save": "保存",
        "close": "取消",
        "no token": "要打开对话框，请设置 HORIZON_SLACK_BOT_TOKEN。",
    },
    "en": {
        "usage": "What you can write",
        "next": "what is coming in 7 days, or in the time given",
        "add": "adds what the line announces; or write TITLE | WHEN",
        "search": "finds events",
        "filter": "filter: kind=regulation tag=AI importance=high; other words are looked for in titles "
        "and descriptions",
        "unknown": "There is no command {!r}.",
        "added": "Added: ",
        "alike": "Looks like: ",
        "undo": "Undo",
        "undone": "Taken out again: ",
        "was undone": "It was taken out already.",
        "changed since": "It has changed since it was added, and was not taken out: ",
        "found": "{} found",
        "nothing": "No event fits.",
        "dated": "Date set: ",
        "refused": "Not done: ",
        "failed": "Horizon failed; the reason is in its log.",
        "cancelled": " (cancelled)",
        "set date": "Set date",
        "date": "Date",
        "hint": "Such as May 20-21, 2026-05-20 or 2026-05-20T10:00 ({}); 2026-05 where only "
        "the month is known",
        "save": "Save",
        "close": "Cancel",
        "no token": "The dialog needs HORIZON_SLACK_BOT_TOKEN.",
    },
}


@dataclass(frozen=True)
class Dialog:
    """What the dialog for a date remembers while somebody fills it in."""

    event_id: str
    version: int
    timezone: str
    response_url: str

    @property
    def text(self) -> str:
        return json.dumps([self.event_id, self.version, self.timezone, self.response_url])

    @classmethod
    def read(cls, text: str) -> Dialog:
        """Raises ValueError for what text() did not write."""
        match json.loads(text):
            case [str(id_), int(version), str(timezone), str(url)]:
                return cls(id_, version, timezone, url)
        raise ValueError("no dialog of ours")


@dataclass(frozen=True)
class SlackCommands:
    """The commands over one store, answered in one language."""

    store: Store
    now: Callable[[], datetime]
    timezone: str
    lang: str
    base_url: str
    known: Callable[[], Catalogue] = shipped

    # -- commands

    def command(self, text: str, who: str, key: str) -> SlackMessage:
        """The answer to `/horizon TEXT`. `key` names the request, the same one for its repeats."""
        word, _, rest = text.strip().partition(" ")
        try:
            match word.lower():
                case "next":
                    return self._next(rest)
                case "add":
                    return self._add(rest, who, key)
                case "search":
                    return self._search(rest)
                case "help" | "":
                    return self.usage()
        except HorizonError as fault:
            return self.refusal(fault)
        return self.usage(self._word("unknown", safe(word, 40)))

    def usage(self, remark: str = "") -> SlackMessage:
        rows = [
            TextRow((Span(f"/horizon {form}", bold=True), Span(f" · {self._word(name)}")))
            for name, form in _FORMS[self._lang].items()
        ]
        head = [TextRow((Span(remark),))] if remark else []
        head.append(TextRow((Span(self._word("usage"), bold=True),)))
        foot = [TextRow((Span(self._word("filter")),)), *(TextRow((Span(e),)) for e in _EXAMPLES)]
        return self._message([Paragraph(tuple(head), tuple(rows)), Paragraph(tuple(foot))])

    def refusal(self, fault: HorizonError) -> SlackMessage:
        """What is wrong, in the language of the workspace as far as it has words in it."""
        if isinstance(fault, InvalidInput):
            told = [
                f"{problem.pointer[1:]}: {sentences.said(problem.detail, self.lang)}".removeprefix(
                    ": "
                )
                for problem in fault.problems
            ]
        else:
            told = [sentences.said(str(fault), self.lang)]
        rows = [TextRow((Span(self._word("refused"), bold=True), Span(safe(told[0], 500))))]
        rows += [TextRow((Span(safe(text, 500)),)) for text in told[1:5]]
        return self._message([Paragraph(tuple(rows))])

    def note(self, name: str) -> SlackMessage:
        """One of the fixed sentences: `failed`, `no token`."""
        return self._message([Paragraph((TextRow((Span(self._word(name)),)),))])

    def _next(self, text: str) -> SlackMessage:
        pieces = list(_pieces(text))
        length = USUAL
        if pieces and _LENGTH.fullmatch(pieces[0]):
            try:
                length = duration_.parse(pieces.pop(0))
            except InvalidDuration as fault:
                raise InvalidInput([Problem("", str(fault))]) from None
        wanted = _filter(pieces)
        if wanted.from_ or wanted.to:
            raise InvalidInput([Problem("", Sentence("next_takes_length"))])
        now = self.now()
        day = self._today(now)
        rule = DigestRule(
            name="",
            title=" ".join(pieces),
            channels=(),
            at=time(),
            days=Days.DAILY,
            ahead=length,
            when_empty=WhenEmpty.POST,
            filter=replace(wanted, from_=day),
            timezone=self.timezone,
            lang=self.lang,
        )
        with self.store.reading() as reading:
            found = reading.select(rule.filter)
        composed = digest.compose(rule, found, (), now, now)
        # A digest tells of the open dates of this month and the next; who asks gets those asked for.
        open_ = tuple(
            Item(event, event.when, event.when.first, event.when.last)
            for event in found
            if not (event.when.dated or event.cancelled)
            and event.when.overlaps(day, length.after(day))
        )
        asked = replace(composed, undated=open_, overdue=())
        said = messages.digest_message(asked, self.lang, self.base_url)
        return blockkit.render(said)[0]

    def _search(self, text: str) -> SlackMessage:
        pieces = list(_pieces(text))
        if not pieces:
            return self.usage()
        wanted, now = _filter(pieces), self.now()
        with self.store.reading() as reading:
            found = reading.select(wanted)
        if not found:
            return self.note("nothing")
        zone = ZoneInfo(self.timezone)
        over = [e for e in found if e.when.over(now, zone) and e.details.recurrence is None]
        gone = {event.id for event in over}
        ordered = [*(event for event in found if event.id not in gone), *reversed(over)]
        head = TextRow((Span(self._word("found", len(found)), bold=True),))
        day = self._today(now)
        rows = [self._found_row(event, day) for event in ordered[:MOST_FOUND]]
        return self._message([Paragraph((head,), tuple(rows), len(found) - len(rows))])

    def _add(self, text: str, who: str, key: str) -> SlackMessage:
        if not text.strip():
            return self.usage()
        parts = _BAR.fullmatch(text)
        halves = [{"title": parts[1].strip(), "when": parts[2]}] if parts else []

        def act(writing: Writing, by: By) -> SlackMessage:
            found = [] if self._is_when(parts) else events.from_text(text, by.timezone, by)
            wanted = found[:MOST_ADDED] or halves
            if not wanted:
                raise InvalidInput([Problem("", events.NO_DATE)])
            added = []
            for data in wanted:
                event = events.create(writing, data, by).event
                alike = writing.events(events.similar(writing, event, by.known)[:3])
                added.append((event, list(alike.values())))
            return self._added(added)

        return self._once(key, who, act)

    def _is_when(self, parts: re.Match[str] | None) -> bool:
        """Whether what stands behind the bar is a date."""
        return parts is not None and self.date_fault(parts[2], self.timezone) is None

    def _added(self, added: Sequence[tuple[Event, Sequence[Event]]]) -> SlackMessage:
        rows = []
        for event, alike in added:
            rows.append(TextRow((Span(self._word("added"), bold=True), self._link(event))))
            rows.append(TextRow((Span(self._understood(event)),)))
            for other in alike:
                words = wording.full(other.when, self.lang, other.details.timezone)
                rows.append(
                    TextRow((Span(self._word("alike")), self._link(other), Span(f" · {words}")))
                )
        value = ",".join(f"{event.id}:{event.version}" for event, _ in added)
        return self._message([Paragraph(tuple(rows))], (UNDO, value, "undo"))

    def _understood(self, event: Event) -> str:
        details = event.details
        words = wording.full(event.when, self.lang, details.timezone)
        return f"{words} · {KIND_WORDS[self._lang][details.kind]} · {wording.written(event.when)}"

    # -- buttons

    def undo(self, value: str, who: str, key: str) -> SlackMessage:
        """What `add` added is taken out again, as far as nobody has changed it since."""

        def act(writing: Writing, by: By) -> SlackMessage:
            rows = []
            for each in value.split(","):
                id_, _, version = each.partition(":")
                held = writing.event(id_)
                if held is None or held.withdrawn:
                    continue
                if not version.isdecimal() or held.version != int(version):
                    words = self._word("changed since")
                    rows.append(TextRow((Span(words, bold=True), self._link(held))))
                    continue
                events.withdraw(writing, id_, by)
                title = safe(held.title_in(self.lang), _TITLE) or id_
                rows.append(TextRow((Span(f"{self._word('undone')}{title}"),)))
            if not rows:
                raise NotFound("event", value[:100])
            return self._message([Paragraph(tuple(rows))])

        try:
            return self._once(key, who, act)
        except NotFound:
            return self.note("was undone")
        except HorizonError as fault:
            return self.refusal(fault)

    def dialog(self, event_id: str, response_url: str) -> dict[str, Any]:
        """The view that asks for the event's date. Raises NotFound."""
        with self.store.reading() as reading:
            event = events.current(reading, event_id)
        zone = event.details.timezone
        kept = Dialog(event_id, event.version, zone, response_url)
        words = wording.full(event.when, self.lang, zone)
        rows = [TextRow((Span(self._title(event), bold=True),)), TextRow((Span(words),))]
        return {
            "type": "modal",
            "callback_id": DIALOG,
            "private_metadata": kept.text,
            "title": self._plain("set date"),
            "submit": self._plain("save"),
            "close": self._plain("close"),
            "blocks": [
                *blocks([Paragraph(tuple(rows))], self._more),
                {
                    "type": "input",
                    "block_id": FIELD,
                    "label": self._plain("date"),
                    "hint": self._plain("hint", zone),
                    "element": {
                        "type": "plain_text_input",
                        "action_id": FIELD,
                        "initial_value": wording.written(event.when),
                        "max_length": 100,
                    },
                },
            ],
        }

    def set_date(self, dialog: Dialog, text: str, who: str, key: str) -> SlackMessage:
        """The event with the date that the dialog was given."""

        def act(writing: Writing, by: By) -> SlackMessage:
            check = events.must_be(dialog.version)
            event = events.patch(writing, dialog.event_id, {"when": text}, by, check).event
            head = TextRow((Span(self._word("dated"), bold=True), self._link(event)))
            return self._message([Paragraph((head, TextRow((Span(self._understood(event)),))))])

        try:
            return self._once(key, who, act)
        except HorizonError as fault:
            return self.refusal(fault)

    def date_fault(self, text: str, timezone: str) -> str | None:
        """What is wrong with a date as somebody wrote it; None for a good one."""
        try:
            when_.parse(text, ZoneInfo(timezone))
        except InvalidWhen as fault:
            day = self.now().astimezone(ZoneInfo(timezone)).date()
            return (
                None if read_spoken(text, timezone, day) else sentences.said(str(fault), self.lang)
            )
        return None

    # -- inside

    def _once(self, key: str, who: str, act: Callable[[Writing, By], SlackMessage]) -> SlackMessage:
        """Do it in one transaction, or give the answer that the same request got before."""
        by = By(who, Origin.SLACK, self.now(), self.timezone, self.known(), lang=self.lang)

        def reply(writing: Writing) -> Reply:
            message = act(writing, by)
            body = json.dumps([message.blocks, message.text], ensure_ascii=False)
            return Reply(HTTPStatus.OK, body)

        with self.store.writing(by.now) as writing:
            made, text = json.loads(once(writing, key, "", lambda: reply(writing)).body)
        return SlackMessage(tuple(made), text)

    def _message(
        self, parts: Sequence[Paragraph], button: tuple[str, str, str] | None = None
    ) -> SlackMessage:
        """The parts as far as they fit, and a button: its action, its value, its word."""
        made = blocks(parts, self._more)
        while not fits(made):
            kept = [part.items[: len(part.items) // 2] for part in parts]
            parts = [
                replace(part, items=items, hidden=part.hidden + len(part.items) - len(items))
                for part, items in zip(parts, kept, strict=True)
            ]
            made = blocks(parts, self._more)
        if button is not None:
            action, value, word = button
            element: Block = {
                "type": "button",
                "action_id": action,
                "value": value,
                "text": self._plain(word),
            }
            made.append({"type": "actions", "elements": [element]})
        return SlackMessage(tuple(made), plain(parts, self._more))

    def _found_row(self, event: Event, day: date) -> TextRow:
        words = wording.near(event.when, self.lang, event.details.timezone, day)
        off = self._word("cancelled") if event.cancelled else ""
        return TextRow((Span(f"{words} · "), self._link(event), *([Span(off)] if off else [])))

    def _link(self, event: Event) -> Span:
        return Span(self._title(event), url=f"{self.base_url}/events/{event.id}")

    def _title(self, event: Event) -> str:
        return safe(event.title_in(self.lang), _TITLE) or event.id

    def _today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def _plain(self, name: str, *given: object) -> Block:
        return {"type": "plain_text", "text": self._word(name, *given)}

    def _word(self, name: str, *given: object) -> str:
        return _WORDS[self._lang][name].format(*given)

    @property
    def _lang(self) -> str:
        return "zh" if self.lang == "zh" else "en"

    @property
    def _more(self) -> More:
        zh = self._lang == "zh"
        return More(
            lambda number: f"另有 {number} 项" if zh else f"and {number} more", f"{self.base_url}/"
        )


def _pieces(text: str) -> Iterator[str]:
    """Words, and what stands in quotes as one: `tag=AI organization="Google DeepMind" 大会`."""
    for match in _PIECE.finditer(text):
        yield re.sub(r'["“”]', "", match[0])


def _filter(pieces: Sequence[str]) -> Filter:
    """`key=value` pairs, and words to look for. Raises InvalidInput."""
    given: dict[str, list[str]] = {}
    words = []
    for piece in pieces:
        key, equals, value = piece.partition("=")
        if equals and key:
            given.setdefault(key.lower(), []).append(value)
        else:
            words.append(piece)
    asked: Mapping[str, Any] = given
    if words:
        asked = {**given, "q": " ".join([*given.get("q", []), *words])}
    return filters.read(asked)
