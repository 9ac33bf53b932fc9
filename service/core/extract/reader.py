"""Lines to announcements, one after the other, with what the lines above said of year, month and day.

Of a line, in this order:
1. A line that announces nothing by its kind (a caption, a source, a telephone number) is left out.
2. A row of a table is read by its columns (tables.py).
3. A line that is only a date is a heading: lines below that have only a time of day hang on it.
4. Else each item, each sentence, each date is judged (`_judge`): does it say when something will happen,
   or when something happened, was published, was meant to happen, or what a figure is about?
5. What is left of the clause is the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.core import when as when_
from service.core.extract import sentences, signs, titles
from service.core.kinds import Kind, infer_kind
from service.core.phrases import Anchor, Phrase, Read, find, others, read
from service.core.phrases.lexer import plain
from service.core.when import Precision, When

_LIST_MARK = re.compile(r" ?[::|\t] ?| {1,2}-{1,3} | ?-{2,3} ?|-{1,2}>")
_LEAD_IN = re.compile(
    r"(?:[\s\"“(\[【]|预计|预期|计划|拟|暂定|初步|最迟|最快|最早|将|定|于|在|自|从|约|或|另|而|北京时间|时间[::]|日期[::]|会期[::]|截至|截止|不晚于|国内|其中|此外|另外|接下来|随后|其后|最后|首先|到了?|据悉,?|同日,?"
    r"|\b(?:expected|coming|due|on|in|by|from|for|at|between|during|before|until|starting|beginning|the|around|about|sometime|mark your calendars?|save the date|date|dates|when|then|and|later|also|next|as early as|no later than|on or before|effective|tentatively|scheduled|planned|set|early|mid|late)\b[ ,::-]*)*",
    re.IGNORECASE,
)
_ATTRIBUTE_BEFORE = re.compile(r"(?:为|对|与|和|向|把|给|的|较|比|相比|根据|按照|依据|参照|自(?=去)|持续至|延续至)\s*$")
_SINCE_AFTER = re.compile(r"^\s*(?:起?至今|以来|起施行以来|版|发布的|公布的|通过的|施行的|实施的|印发的|出台的|款|届|级|财年|型号|年鉴|报告期)")
_THROUGH_EN = re.compile(r"^(?:'s|-(?:based|style|era|born|year|old))", re.IGNORECASE)
_LABEL_ONLY = re.compile(
    r"^(?:(?:活动|会议|举办|召开|大会|展会|比赛|开会|展览|会展|发布|直播|考试|培训|讲座|具体|正式)?(?:时间|日期|会期|展期|档期)|(?:event |conference )?dates?|when|time|date & time|date and time|held|conference)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:论文|摘要|全文|稿件|投稿|作品|材料|报名|注册|早鸟|申报|申请|提交|缴费|意见|反馈|录用|结果|通知|初赛|复赛|决赛|预赛|半决赛|颁奖|开幕|闭幕|答辩|公示|网上|现场|线上|资格|终稿|会议|主会议|大会|评审|初审|复审|路演|笔试|面试|考试|成绩|布展|撤展|签到|报到|注册费|征文|截稿|征稿|预报名|正式|第[一二三四五]轮|阶段|上线|发布|内测|公测|首批)"
    r"[^《》“”]{0,12}|(?:the )?(?:full |final |extended |regular |late |early[- ]bird |camera[- ]ready |online |workshop |tutorial |poster |demo |paper |abstract |abstracts |papers |proposal |author |main |general |registration |submission |submissions |notification |application |applications |doors|conference|rebuttal|review|reviews|call |deadline|nominations?|entries|voting|results|winners|comments?|comment period|feedback|bids?|rsvp|hotel|tickets?|phase [0-9]|round [0-9]|beta|finals?|semifinals?)[\w '&/-]{0,50})$",
    re.IGNORECASE,
)
_HEAD_END = re.compile(r"[。.!?！？;；]\s*$")
_YEAR_NOTE = re.compile(r"(?:均为|都是|均在|年份为|指) ?(20[0-9]{2}) ?年|\ball (?:dates|times|events)(?: \w+){0,4} (20[0-9]{2})\b|\bdates (?:are )?(?:in|for) (20[0-9]{2})\b|^\(?(20[0-9]{2}) ?年?\)?$", re.IGNORECASE)
_REMARKS = {"每年": "FREQ=YEARLY", "每月": "FREQ=MONTHLY", "每周": "FREQ=WEEKLY", "每日": "FREQ=DAILY"}
_REMARK = re.compile(r"(?:[(,] ?(?:待确认|定期|已取消|每年|每月|每周|每日))+\)")
_VERBATIM = re.compile(r"[:：]\s*〖(?P<title>.*)〗\s*$")


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing that a document says will happen.

    `timezone` is the IANA zone that the text names, `recurrence` an RRULE, `previous` the date that no
    longer holds, `location` where the text says so beside the date. `confidence` from 0 to 1.
    """

    title: str
    when: When
    kind: Kind
    excerpt: str
    page: int | None
    line: int
    confidence: float
    timezone: str | None = None
    location: str = ""
    recurrence: str | None = None
    cancelled: bool = False
    previous: When | None = None


@dataclass(slots=True)
class Context:
    """What the lines so far have said for those that follow."""

    anchor: Anchor
    subject: str = ""
    heading: str = ""
    past: bool = False
    year: int | None = None
    month: tuple[int, int] | None = None
    day: date | None = None
    published: date | None = None
    last_title: str = ""

    def now(self) -> Anchor:
        return replace(self.anchor, year=self.year, month=self.month, day=self.day)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A phrase that tells when something happens."""

    phrase: Phrase
    read: Read
    deadline: bool = False
    listed: bool = False
    previous: When | None = None
    cancelled: bool = False


LEAST = 0.4


class Reader:
    """Reads the lines of one document in order; `found` holds the announcements so far."""

    def __init__(self, today: date, zone: str) -> None:
        self.context = Context(Anchor(today, zone))
        self.today = today
        self.found: list[Announcement] = []

    # --- lines -------------------------------------------------------------------------------

    def line(self, text: str, page: int | None, number: int) -> None:
        """Read one line. `page` and `number` say where it begins in the document."""
        self._place = (page, number)
        self._excerpt = text.strip()
        if not self._excerpt:
            return
        line = plain(self._excerpt)
        if verbatim := _VERBATIM.search(self._excerpt):
            self._note(self._excerpt, verbatim)
            return
        phrases = find(self._excerpt)
        if not phrases:
            self._heading(self._excerpt)
            return
        if signs.NOISE.search(line):
            self._document_date(line, phrases)
            return
        if self._is_heading(self._excerpt, line, phrases):
            return
        for start, end in sentences.items(self._excerpt):
            self._item(self._excerpt[start:end])

    def _note(self, text: str, verbatim: re.Match[str]) -> None:
        """A line whose title was marked to be taken as it stands, past or not (core/note.py)."""
        phrases = find(text[: verbatim.start()])
        if not phrases:
            return
        phrase, recurrence, cancelled = self._remarks(text, phrases[0])
        made = read(phrase, self.context.anchor)
        if made is not None:
            self._add(verbatim["title"], _Dated(phrase, made, listed=True, cancelled=cancelled), "", verbatim["title"],
                      recurrence=recurrence)  # fmt: skip

    def _document_date(self, line: str, phrases: Sequence[Phrase]) -> None:
        for phrase in phrases:
            made = read(phrase, self.context.anchor)
            if made and phrase.exact and signs.PUBLISHED.search(line):
                self.context.published = made.when.first

    def _is_heading(self, text: str, line: str, phrases: list[Phrase]) -> bool:
        """A line that only names a day, month or year, alone or in the title of what follows."""
        first = phrases[0]
        rest = (line[: first.start] + line[phrases[-1].end :]).strip(" \t:#*-—=()[]【】|·•,。.、◆■●")
        rest = re.sub(r"^(?:第?[0-9一二三四五六七八九十]+[天日]|day [0-9]+|[0-9]+[.、)]|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))\s*[:.]?\s*|重点|事件|日程|安排|预告|重要|大事|关注|events?|calendar|schedule|agenda", "", rest, flags=re.IGNORECASE).strip(" :-—|()")
        only = len(phrases) == 1 and first.first is not None and first.clock is None
        if only and not rest and not first.weak or (only and first.weak and not rest and first.first and first.first.year):
            self._date_heading(first)
            return True
        if not only or _HEAD_END.search(line) or len(line) > 60:
            return False
        written = first.first
        assert written is not None
        if written.exact or written.year is None and written.years is None:
            return False
        if first.start == 0 and _LIST_MARK.match(line, first.end):
            return False
        made = read(first, self.context.anchor)
        heading = signs.FUTURE_HEADING.search(line) or signs.PAST_HEADING.search(line) or not self.context.subject
        happens = re.search(r"将|举行|召开|发布$|上线|will\b", line)
        if made is None or not heading or happens or (signs.HAPPENS.search(line) and not signs.FUTURE_HEADING.search(line)):
            return False
        if made.when.precision is Precision.YEAR or made.when.precision is Precision.MONTH:
            if "-" in line[max(0, first.start - 1) : first.start] or re.search(r"[0-9]$", line[: first.start]):
                return False
            self._date_heading(first)
            self._heading(text)
            return True
        return False

    def _date_heading(self, phrase: Phrase) -> None:
        made = read(phrase, self.context.now() if phrase.first and phrase.first.month is None else self.context.anchor)
        if made is None:
            return
        context = self.context
        context.day = context.month = None
        if phrase.exact and made.when.first == made.when.last:
            day = made.when.first
            if made.rolled and made.behind <= 200:
                day = self._this_year(phrase) or day
            context.day = day
        elif made.when.precision is Precision.MONTH:
            context.month = (made.when.first.year, made.when.first.month)
            if made.rolled and made.behind <= 120:
                context.month = (self.today.year, made.when.first.month)
            if made.year_said:
                context.year = made.when.first.year
        elif made.when.precision is Precision.YEAR:
            context.year = made.when.first.year

    def _this_year(self, phrase: Phrase) -> date | None:
        made = read(phrase, replace(self.context.anchor, year=self.today.year))
        return made.when.first if made else None

    def _heading(self, text: str) -> None:
        """A line without a date: it may open a section, or name what the lines below are about."""
        line = plain(text)
        if note := _YEAR_NOTE.search(line):
            self.context.year = int(next(group for group in note.groups() if group))
        if len(line) > 60 or _HEAD_END.search(line):
            return
        future, past = signs.FUTURE_HEADING.search(line), signs.PAST_HEADING.search(line)
        label = re.split(r"[:：]", text)[0].strip()
        if future or past:
            self.context.past = bool(past) and not future
            self.context.day = None
        elif titles.bullet(text):
            self.context.past = False
        if not future and not past and titles.named(label) and not re.match(r"^(?:地点|主办|承办|联系|电话|venue|location|contact|organi[sz])", line, re.IGNORECASE):
            subject = re.sub(r"^关于(?:举办|召开|开展|组织|征集|做好)?|的?(?:通知|公告|启事|邀请函|函)$|[:：]$", "", text.strip("# *【】《》")).strip()
            subject = re.sub(r"^(?:call for (?:papers|participation|proposals)[: -]*)|[: -]*(?:call for (?:papers|participation|proposals)|important dates|key dates)$", "", subject, flags=re.IGNORECASE).strip()
            if titles.named(subject) and not re.match(r"^(?:[一二三四五六七八九十]+、|\(?[一二三四五六七八九十]\)|[0-9]+[.、])", line):
                self.context.subject = subject if not self.context.subject or not titles.bullet(text) else self.context.subject
        if self.context.day is not None and not future and not past:
            self._under_day(text)

    def _under_day(self, text: str) -> None:
        """A short line without a date under a heading that is a day still to come."""
        day = self.context.day
        line = plain(text)
        if day is None or day <= self.today or len(line) > 50 or re.search(r"[:。]", line):
            return
        if not (titles.bullet(text) or infer_kind(text) is not Kind.OTHER or signs.HAPPENS.search(line)):
            return
        made = Read(when_.day(day), False, 0, True, 0.7)
        phrase = Phrase(0, 0, None)
        title, place = titles.clean(text)
        if titles.named(title):
            self._add(title, _Dated(phrase, made, listed=True), place, text)

    # --- items and sentences ------------------------------------------------------------------

    def _item(self, text: str) -> None:
        start = titles.bullet(text)
        text = text[start:].strip()
        phrases = [p for p in find(text) if not p.weak or self._strong(text, p)]
        subject = ""
        for begin, end in sentences.sentences(text, phrases):
            inside = [p for p in phrases if begin <= p.start and p.end <= end]
            if not inside:
                subject = subject or text[begin:end]
                continue
            sentence = text[begin:end]
            shifted = [replace(p, start=p.start - begin, end=p.end - begin) for p in inside]
            title = self._sentence(sentence, shifted, subject)
            subject = subject or title

    def _strong(self, text: str, phrase: Phrase) -> bool:
        """Whether numbers such as 8/25, 2026.5 or 2026 can only be a date here."""
        line = plain(text)
        before, after = line[: phrase.start], line[phrase.end :]
        written = phrase.first
        assert written is not None
        if phrase.weekday is not None or phrase.clock is not None and written.month is not None:
            return True
        if written.month is None:  # a bare year
            if re.search(r"\b(?:in|by|during|before|until|since|from|through|throughout|for|of|year) $", before, re.IGNORECASE):
                return bool(re.search(r"\b(?:in|by|during|before|until|since|throughout) $", before, re.IGNORECASE))
            return not before.strip() and re.match(r" ?(?:[:|\t]|-{1,2} )", after) is not None
        lead = not _LEAD_IN.sub("", before, count=1).strip() or before.rstrip()[-1:] in "|\t(:,"
        if not lead:
            return False
        slash = re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}(?: ?- ?[0-9]{1,2}(?:/[0-9]{1,2})?)?", line[phrase.start : phrase.end].strip())
        if slash or phrase.last is not None or written.year is not None:
            return re.match(r"\s*(?:$|[:|\t,(\-—)\u3400-\u9fffA-Za-z《“])", after) is not None
        return re.match(r"\s*(?:[:|\t]|\s+[\u3400-\u9fffA-Z《“])", after) is not None

    def _sentence(self, text: str, phrases: list[Phrase], subject: str) -> str:
        """Read one sentence; gives its title, for what follows in the item."""
        line = plain(text)
        dated = self._judge(text, line, phrases)
        if not dated:
            return self._subject_of(text, phrases)
        first_title = ""
        marks = [one.phrase for one in dated]
        for (start, end, _), one in zip(sentences.segments(text, marks), dated, strict=True):
            title = self._tell(text, line, start, end, one, phrases, subject or first_title)
            first_title = first_title or title
        return first_title

    def _judge(self, text: str, line: str, phrases: list[Phrase]) -> list[_Dated]:
        """Those of the phrases that tell when something is going to happen."""
        anchor = self._anchor(line, phrases)
        reads = [(phrase, self._read(phrase, anchor, line)) for phrase in phrases]
        listed = bool(phrases) and self._list_form(line, phrases[0])
        cancelled = signs.CANCELLED.search(line) is not None
        moved = signs.POSTPONED.search(line) is not None
        dated: list[_Dated] = []
        previous: When | None = None
        exact_lead = phrases[0].exact or phrases[0].first is None
        for index, (phrase, made) in enumerate(reads):
            before, after = line[: phrase.start], line[phrase.end :]
            if made is None:
                continue
            if moved and phrase.last is not None and re.search(
                r"\b(?:rescheduled|moved|postponed|changed|shifted|delayed|pushed back|brought forward|extended) from (?:the )?$", before, re.IGNORECASE
            ):  # fmt: skip
                # "from May 20 to June 11": the grammar took it for a range
                new = replace(phrase, first=phrase.last if phrase.last.month else replace(phrase.last, month=phrase.first.month if phrase.first else None), last=None)
                old = read(replace(phrase, last=None), anchor)
                made = read(new, anchor)
                if made is not None:
                    dated.append(_Dated(new, made, previous=old.when if old else None))
                continue
            old = signs.old_before(before) or (moved and bool(re.match(r" ?(?:推迟|延期|延后|改期|延至|顺延|提前|改至|改为|调整)", after)))
            new = signs.new_before(before)
            if old and not new and (moved or not listed) and not (cancelled and not moved):
                if moved or any(signs.new_before(line[: p.start]) for p, _ in reads[index + 1 :]) or _in_note(line, phrase):
                    previous = made.when if not made.rolled or made.behind > 60 else previous
                    previous = made.when
                    continue
                if re.search(r"原|originally|previously|initially|formerly|instead|not$|rather", before, re.IGNORECASE):
                    previous = made.when
                    continue
            if self._about_figure(line, phrase, listed and index > 0, reads):
                continue
            if _in_note(line, phrase) and dated and index > 0:
                continue
            if index > 0 and dated and listed and not phrase.exact and exact_lead and not new:
                continue
            if cancelled and not moved:
                if made.when.last >= self.today and not made.rolled:
                    dated.append(_Dated(phrase, made, cancelled=True))
                continue
            if not self._ahead(line, phrase, made, listed and index == 0, new):
                continue
            deadline = self._deadline(line, phrase)
            made = self._by(phrase, made, deadline)
            dated.append(_Dated(phrase, made, deadline, listed and index == 0, previous if new else None))
        dated = self._effect(line, reads, dated)
        if previous is not None and len(dated) == 1 and dated[0].previous is None:
            dated = [replace(dated[0], previous=previous)]
        return _distinct(dated)

    def _anchor(self, line: str, phrases: Sequence[Phrase]) -> Anchor:
        """The reading anchor: headings, or a year that the sentence itself names first."""
        anchor = self.context.now()
        published = [
            made.when.first
            for phrase in phrases
            if phrase.exact and phrase.after is None and (made := read(phrase, anchor)) is not None
            and self._published(line, phrase)
        ]
        base = published[0] if published else self.context.published
        return replace(anchor, base=base if signs.FROM_PUBLICATION.search(line) else None)

    def _published(self, line: str, phrase: Phrase) -> bool:
        near = line[max(0, phrase.start - 30) : phrase.start] + " " + re.split(r"[,;]", line[phrase.end : phrase.end + 20])[0]
        return signs.PUBLISHED.search(near) is not None

    def _read(self, phrase: Phrase, anchor: Anchor, line: str) -> Read | None:
        if phrase.after is not None:
            return self._after(phrase, anchor, line)
        year = self._carried(phrase, line)
        if year is not None:
            anchor = replace(anchor, year=year)
        elif self.context.month is not None and phrase.first is not None and phrase.first.month is not None:
            # Under "2027年1月" a yearless date is the first from then on.
            start = date(*self.context.month, 1)
            anchor = replace(anchor, year=None, today=max(start, self.today) if start > self.today else start)
            made = read(phrase, anchor)
            return replace(made, rolled=False) if made else None
        return read(phrase, anchor)

    def _after(self, phrase: Phrase, anchor: Anchor, line: str) -> Read | None:
        before, after = line[: phrase.start], line[phrase.end :]
        if anchor.base is not None:
            return read(phrase, anchor)
        if re.search(r"[日天周月年]后?内|个工作日", line[phrase.start : phrase.end]):
            return None
        english = line[phrase.end - 1].isascii() and line[phrase.end - 1].isalpha()
        if english:
            counted = re.search(r"\bin (?:about |around |just |another )?$", before, re.IGNORECASE) or re.match(
                r" (?:from (?:now|today)|hence)\b|'? time\b", after, re.IGNORECASE
            )
            if not counted or re.match(r" (?:of|after|before|following)\b", after, re.IGNORECASE):
                return None
        elif not re.search(r"(?:^|[,。;:]|将于?|预计|计划|拟|在|于|定于|再过) ?$", before):
            return None
        return read(phrase, anchor)

    def _carried(self, phrase: Phrase, line: str) -> int | None:
        """The year that an earlier date of the sentence names, for one that names none."""
        written = phrase.first
        if written is None or written.year_said or (written.weekday is not None and not written.number):
            return None
        found = re.findall(r"(?<![0-9])((?:19|20)[0-9]{2}) ?年|(去年|上年|前年)|\b(last year)\b", line[: phrase.start], re.IGNORECASE)
        if not found:
            tail = re.findall(r"\b(last year)\b", line[phrase.end :], re.IGNORECASE)
            return self.today.year - 1 if tail else None
        year, relative, english = found[-1]
        if relative or english:
            return self.today.year - (2 if relative == "前年" else 1)
        return int(year) if int(year) <= self.today.year + 1 else None

    # --- judging ------------------------------------------------------------------------------

    def _list_form(self, line: str, phrase: Phrase) -> bool:
        """Date, mark, name; or name, mark, date: the form of a list, where no verb is needed."""
        lead = _LEAD_IN.match(line)
        leads = lead is not None and lead.end() >= phrase.start
        if leads:
            tail = line[phrase.end :]
            if _REMARK.match(tail) or _LIST_MARK.match(tail):
                return True
            if re.match(r"\s*$", tail):
                return True
            # 6月12~14日 浦江机器人峰会: a name right behind
            body = re.sub(r"^[\s,、]+", "", tail)
            return not _HEAD_END.search(line) and len(body) <= 40 and not re.search(r",", body) and (
                not signs.narrated_zh(body) or infer_kind(body) is Kind.CONFERENCE
            ) and re.match(r"^[\s]|^$|^[^,]", tail) is not None and not tail.startswith(",")
        closing = re.match(r"[\s)\]】.。;；,]*$|[\s,]*\(?[^\d,。;]{0,30}[)）]?[\s.]*$", line[phrase.end :])
        mark = re.search(r"(?:[:(\[【|\t,]|[-—]{1,2}|\s) ?$", line[: phrase.start])
        return bool(closing and mark and len(line) <= 120 and not re.search(r"[.。]\s*$", line) and _verbless(line[: phrase.start]))

    def _about_figure(self, line: str, phrase: Phrase, listed_after: bool, reads: Sequence[tuple[Phrase, Read | None]]) -> bool:
        """Whether it says what a figure, a report, an edition is about (10月IFO, second-quarter results)."""
        if phrase.exact or phrase.first is None or phrase.clock is not None:
            return False
        before, after = line[: phrase.start], line[phrase.end :]
        if signs.FIGURE.match(after) and not re.match(r" ?[:|]", after):
            return True
        if _SINCE_AFTER.match(after) or _THROUGH_EN.match(after):
            return True
        if phrase.last is None and phrase.first.unit.value in ("month", "quarter", "half", "year") and re.match(
            r"(?:[-–](?=[A-Za-z])| (?:edition|issue|update|meeting minutes|cycle|cohort|class|season|filing|guidance|outlook|report)\b)", after, re.IGNORECASE
        ):  # fmt: skip
            return True
        if listed_after and any(other.exact for other, _ in reads):
            return True
        return bool(re.search(r"(?:fiscal|fy ?|财年|财政)(?: ?year)? ?$", before, re.IGNORECASE))

    def _ahead(self, line: str, phrase: Phrase, made: Read, listed: bool, new: bool) -> bool:
        """Whether it lies ahead and the words about it do not say otherwise."""
        before, after = line[: phrase.start], line[phrase.end :]
        when = made.when
        if when.last < self.today:
            return False
        clause = _clause(line, phrase)
        chinese = re.search(r"[\u3400-\u9fff]", line) is not None
        if phrase.first is not None and phrase.first.relative and (
            (phrase.first.days or 0) < 0 or (phrase.first.weeks or 0) < 0 or (phrase.first.months or 0) < 0
        ):
            return False
        if _SINCE_AFTER.match(after) or re.match(r"\s*起?(?:正式)?施行以来", after):
            return False
        if not listed and not new and _ATTRIBUTE_BEFORE.search(before) and not re.search(r"(?:定|改|调整)为\s*$|时间为\s*$|日期为\s*$|调整为\s*$|间[是为]\s*$|期[是为]\s*$", before):
            return False
        future = signs.FUTURE.search(line) is not None
        if re.search(r"\b(?:as of|since|dated|ended|ending|ends?|through) (?:the )?$", before, re.IGNORECASE) and not future and not signs.DEADLINE.search(line):
            return False
        told = (signs.told_en(clause if listed else line) and not signs.FUTURE.search(clause)) if not chinese else False
        if not listed and signs.FORECAST.search(line) and (not phrase.exact or phrase.by or re.search(r"截[至止]", before)):
            return False
        if listed and not phrase.exact and signs.FORECAST.search(line) and re.search(r"[0-9]", after):
            return False
        if made.rolled:
            if self.context.past:
                return False
            if phrase.first is not None and phrase.first.month is None and phrase.first.number:
                return listed or future or bool(re.match(r"\s*[:,]?\s*$", before)) and not (told or narrated(after))
            if phrase.first is not None and phrase.first.unit.value in ("start of year", "middle of year", "late in year"):
                return False
            if self._edition(line) is not None and (self._edition(line) or 0) < when.first.year:
                return False
            if listed and not told:
                narrative = chinese and signs.narrated_zh(line[phrase.end :]) and infer_kind(line[phrase.end :]) is not Kind.CONFERENCE
                return made.behind > (120 if narrative else 45) or (future and made.behind > 45)
            return future and not told and made.behind > 20 and not signs.PAST.search(clause)
        if told and not new:
            return False
        if self.context.past and not future and not made.year_said and not listed:
            return False
        if phrase.by and re.search(r"截[至止] ?$", before) and not signs.DEADLINE.search(line.replace("截至", "").replace("截止", "")):
            return not re.match(r"\s*,", after) and not signs.FORECAST.search(line)
        if listed or new:
            return True
        if signs.PAST.search(clause) and not future:
            return False
        if phrase.exact or phrase.week_of:
            return future or bool(signs.HAPPENS.search(line)) or infer_kind(line) is not Kind.OTHER
        return (future and self._adverbial(line, phrase)) or bool(signs.HAPPENS.search(clause)) or (
            signs.HAPPENS.search(line) is not None and phrase.start <= 12
        )

    def _adverbial(self, line: str, phrase: Phrase) -> bool:
        """Whether an undated phrase says when, and is not only the name of a time (2026 年 7 月联合国对话)."""
        before = line[: phrase.start]
        return not re.search(r"(?:\bof|\bthe|\ba|\bits|\btheir|'s|为|对|的) ?$", before, re.IGNORECASE) or phrase.first is None

    def _edition(self, line: str) -> int | None:
        """The year in the name of the thing (CES 2027)."""
        found = re.search(r"[A-Za-z\u3400-\u9fff] ?(20[0-9]{2})(?! ?年? ?[0-9]{1,2} ?月|[0-9-]|年)", line)
        return int(found[1]) if found else None

    def _deadline(self, line: str, phrase: Phrase) -> bool:
        clause = _clause(line, phrase)
        return signs.DEADLINE.search(clause) is not None or infer_kind(clause) in (Kind.DEADLINE, Kind.CONSULTATION)

    def _by(self, phrase: Phrase, made: Read, deadline: bool) -> Read:
        """"By" a date: the deadline itself, or, of what is to happen by then, one day until then."""
        if not phrase.by or made.when.timed:
            return made
        when = made.when
        if deadline:
            return replace(made, when=when if when.dated else when_.day(when.last))
        if when.first <= self.today and not when.dated:
            return made
        return replace(made, when=when_.window(min(self.today, when.last), when.last)) if self.today < when.last else made

    def _effect(self, line: str, reads: Sequence[tuple[Phrase, Read | None]], dated: list[_Dated]) -> list[_Dated]:
        """Counted from publication: the day of publication itself is then no event."""
        if not signs.FROM_PUBLICATION.search(line):
            return dated
        counted = [one for one in dated if one.phrase.after is not None]
        if counted:
            return counted
        if any(phrase.after is not None for phrase, _ in reads):
            return []
        return dated

    # --- telling ------------------------------------------------------------------------------

    def _tell(
        self, text: str, line: str, start: int, end: int, one: _Dated, phrases: Sequence[Phrase], subject: str
    ) -> str:
        """Add what the segment says, and give its title."""
        phrase, recurrence, cancelled = self._remarks(text, one.phrase)
        one = replace(one, phrase=phrase, cancelled=one.cancelled or cancelled)
        every = phrase.every
        if every:
            recurrence = f"FREQ={every}"
        segment = text[start:end]
        title, place = self._title(text, start, end, one, phrases, subject)
        if not titles.named(title):
            return ""
        if cancelled or one.cancelled:
            title = re.sub(r"^原定的?|(?:宣布|已|将|被)?(?:取消|停办|不再举行|叫停)(?:举办|举行)?$", "", title).strip(" ,，")
            title = re.sub(r"\s+(?:has been |have been |is |was |are )?(?:called off|cancell?ed|scrapped)$", "", title, flags=re.IGNORECASE)
        for name in titles.names(title):
            self._add(name, one, place, segment, recurrence=recurrence)
            for more in others(phrase, self.context.now()):
                self._add(name, replace(one, read=more), place, segment)
        return title

    def _title(
        self, text: str, start: int, end: int, one: _Dated, phrases: Sequence[Phrase], subject: str
    ) -> tuple[str, str]:
        segment = text[start:end]
        inner = sorted(
            (max(p.start, start) - start, min(p.end, end) - start)
            for p in [*(p for p in phrases if p.start >= start and p.end <= end and not self._kept(text, p, one)), one.phrase]
            if p.start >= start and p.end <= end
        )
        line = plain(segment)
        place = ""
        spans = sorted(set(inner), reverse=True)
        for a, b in spans:
            bracket = sentences.bracketed(line, a, b)
            if bracket is not None and bracket[0] > 0 and (a, b) != (one.phrase.start - start, one.phrase.end - start):
                segment = segment[: bracket[0]] + segment[bracket[1] :]
            elif bracket is not None and bracket[0] >= 1 and titles.named(segment[: bracket[0]]):
                rest = segment[bracket[0] + 1 : a] + segment[b : bracket[1] - 1]
                place = place or rest.strip(" ,，、;；·:：")
                segment = segment[: bracket[0]] + segment[bracket[1] :]
            else:
                segment = self._clause_without(segment, a, b)
            line = plain(segment)
        title, held = titles.clean(segment)
        if _LABEL_ONLY.match(plain(title)) or not titles.named(title):
            title = subject_title(subject) or self.context.subject
            title, _ = titles.clean(title)
        elif _GENERIC.match(plain(title)):
            title = re.sub(r"(?:的)?(?:时间|日期)$", "", title)
            about = subject_title(subject) or self.context.subject
            if about and about not in title and len(about) + len(title) <= titles.LONGEST - 2:
                chinese = re.search(r"[\u3400-\u9fff]", title)
                title = f"{titles.clean(about)[0]}{'：' if chinese else ': '}{title}"
        else:
            title = re.sub(r"截止(?:时间|日期)$", "截止", title)
        return title, (held or place)[:60]

    def _kept(self, text: str, phrase: Phrase, one: _Dated) -> bool:
        """A date that belongs to the name: the year of an edition, the month of a figure."""
        if phrase == one.phrase:
            return False
        if phrase.weak or not phrase.exact:
            return _in_note(plain(text), phrase) is False
        return False

    def _clause_without(self, segment: str, a: int, b: int) -> str:
        """The clause of the date, without it; the next or the one before where nothing else is in it."""
        line = plain(segment)
        cuts = [0, *(m.end() for m in re.finditer(r"[,，](?! ?[0-9]{3}\b)", line) if _top_level(line, m.start())), len(line)]
        clauses = list(zip(cuts, cuts[1:], strict=False))
        index = next((i for i, (s, e) in enumerate(clauses) if s <= a < e), 0)
        start, end = clauses[index]
        end = max(end, b)
        own = titles.without(segment[start:end], a - start, b - start)
        cleaned = titles.clean(own)[0]
        chinese = re.search(r"[\u3400-\u9fff]", line) is not None
        if titles.named(cleaned) and not _thin(plain(cleaned)):
            if len(line) <= (44 if chinese else 100) and (not chinese or index == 0 and not _HEAD_END.search(line)):
                return titles.without(segment, a, b)
            return own
        after = [segment[s:e] for s, e in clauses if s >= end]
        before = [segment[s:e] for s, e in clauses if e <= start]
        if not titles.named(cleaned):
            if after:
                return _telling(after, chinese)
            return before[-1] if before else own
        if before:
            return f"{before[-1].strip(' ,，')}{own}" if chinese else f"{before[-1].strip(' ,')} {own}"
        return own + (after[0] if after else "")

    def _subject_of(self, text: str, phrases: Sequence[Phrase]) -> str:
        """What a sentence without a date to tell is about: its book title, else its first words."""
        book = re.search(r"《[^《》]{2,60}》", text)
        if book:
            return book[0]
        return "" if len(text) > 60 else titles.clean(text)[0] if not phrases else ""

    def _remarks(self, text: str, phrase: Phrase) -> tuple[Phrase, str | None, bool]:
        """Remarks in the last brackets of a note's date (core/note.py)."""
        line = plain(text)
        found = _REMARK.match(line, phrase.end)
        if found is None:
            return phrase, None, False
        recurrence = next((rule for word, rule in _REMARKS.items() if word in found[0]), None)
        about = "?" if "待确认" in found[0] else phrase.about
        return replace(phrase, end=found.end(), about=about), recurrence, "已取消" in found[0]

    def _add(self, title: str, one: _Dated, place: str, clause: str, recurrence: str | None = None) -> None:
        when, made = one.read.when, one.read
        if one.phrase.about and not when.approximate:
            when = when_.parse(when.text + one.phrase.about)
        kind = infer_kind(title)
        if kind is Kind.OTHER:
            kind = infer_kind(clause)
        confidence = made.sure + (0.05 if one.listed else -0.05)
        if when.approximate:
            confidence -= 0.1
        confidence = round(min(max(confidence, 0.05), 0.99), 2)
        if confidence < LEAST:
            return
        page, number = self._place
        new = Announcement(
            title, when, kind, self._excerpt[:1000], page, number, confidence, made.zone, place, recurrence,
            one.cancelled, one.previous,
        )  # fmt: skip
        same = next((old for old in self.found if old.title == title and old.when == when), None)
        if same is None:
            self.found.append(new)
        self.context.last_title = title


def narrated(text: str) -> bool:
    return signs.narrated_zh(text) or signs.told_en(text)


def subject_title(text: str) -> str:
    """What a sentence is about, for one that has only a date and a label."""
    if not text:
        return ""
    book = re.search(r"《[^《》]{2,60}》", text)
    if book:
        return book[0]
    title = titles.clean(text)[0]
    return title if len(title) <= 50 else ""


def _verbless(text: str) -> bool:
    """Whether an English name stands there, not a sentence."""
    return not re.search(r"\b(?:is|are|was|were|will|has|have|had|be)\b", text, re.IGNORECASE)


def _thin(text: str) -> bool:
    """A clause that has a verb and no name."""
    return re.fullmatch(
        r"(?:将|拟|正式|开始|起)*(?:施行|生效|实施|执行|举行|举办|召开|开幕|启动|上线|发布|公布|推迟|延期|开售|开始|结束|截止|推出|公开|揭晓|进行)(?:至|到|为)?"
        r"|(?:is |are |will be |to be )?(?:due|effective|open|opens|begins|starts|held|released|announced|published|scheduled|expected|available)",
        text, re.IGNORECASE,
    ) is not None  # fmt: skip


def _telling(clauses: Sequence[str], chinese: bool) -> str:
    """Of the clauses behind a leading date the one that tells: with a name or a verb of happening."""
    limit = 44 if chinese else 110
    text = ""
    for clause in clauses:
        if text and len(text) + len(clause) > limit:
            break
        text += clause
        if not chinese and signs.HAPPENS.search(plain(text)):
            continue
    return text or clauses[0]


def _top_level(line: str, place: int) -> bool:
    head = line[:place]
    return head.count("(") <= head.count(")") and head.count("《") <= head.count("》") and head.count("“") <= head.count("”")


def _in_note(line: str, phrase: Phrase) -> bool:
    """In brackets, behind words outside of them."""
    bracket = sentences.bracketed(line, phrase.start, phrase.end)
    return bracket is not None and bool(re.search(r"\w", line[: bracket[0]]))


def _clause(line: str, phrase: Phrase) -> str:
    """The part of the sentence around a phrase, between commas."""
    start = max(line.rfind(mark, 0, phrase.start) for mark in ",;:")
    ends = [place for mark in ",;" if (place := line.find(mark, phrase.end)) >= 0]
    end = min(ends, default=len(line))
    if not re.search(r"\w", line[start + 1 : phrase.start]) and ends and not re.search(r"\w{2}", line[phrase.end : end]):
        following = [place for mark in ",;" if (place := line.find(mark, end + 1)) >= 0]
        end = min(following, default=len(line))
    return line[start + 1 : end]


def _distinct(dated: list[_Dated]) -> list[_Dated]:
    kept: list[_Dated] = []
    for one in dated:
        if not any(other.phrase.start < one.phrase.end and one.phrase.start < other.phrase.end for other in kept):
            kept.append(one)
    return kept


def days_between(first: date, last: date) -> int:
    return (last - first) // timedelta(days=1)
