"""Blocks to announcements, one after the other, with what those above said (context.py).

Of a block, in this order:
1. One that announces nothing by its kind (a stamp, a page's footer, a caption, a source, a telephone number)
   is left out, and what a mail quotes, where the mail itself announces something.
2. A row of a table is read by its columns (tables.py).
3. A line that is only a date, or the title of a calendar, is a heading: lines below hang on it.
4. Else each date of each sentence is judged (judging.py), and what is left of its clause is the title
   (telling.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, Phrase, Read, find, others, read
from service.core.dates.phrases.written import Unit, Written
from service.core.events.event import Importance
from service.core.events.kinds import Kind, infer_kind
from service.core.reading import columns
from service.core.reading.blocks import FRAMES, Block, sections
from service.core.reading.blocks import Kind as BlockKind
from service.core.reading.extract import judging, sentences, signs, telling, titles
from service.core.reading.extract.announcement import Announcement
from service.core.reading.extract.context import Context, calendar_title
from service.core.reading.extract.judging import Dated, Sentence
from service.core.reading.extract.tables import Row, rows
from service.core.text.characters import plain

LONGEST = 2000  # characters of a line that are read at a time, so that the work stays linear
MOST = 24  # dates in one sentence; what has more announces nothing
AXIS = 4  # dates side by side and nothing else: what a chart has below it
LEAST = 0.4  # below, a date is too doubtful to be shown

_STRUCK = re.compile(r"~~[^~\n]{1,80}~~\s*")
_DIGITS_APART = re.compile(r"[0-9] [0-9]")
_SPACED = re.compile(
    r"(?<![0-9.])([0-9]) ([0-9])(?= ?[年月日])|(?<![0-9])([0-9]) ([0-9]) ([0-9]) ([0-9])(?= ?年)"
)
# 星 期 三, 9 ： 00: in a line whose digits stand apart too
_SIGNS_APART = re.compile(
    r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?: [\u3400-\u9fff](?![\u3400-\u9fff]))+"
    r"|[0-9] ?[:：] ?(?=[0-9]{2})"
)
_ZERO = re.compile(r"(?<=[0-9])O(?= ?[年月日])")  # 2O日, as a scanner reads it
_VERBATIM = re.compile(r"[:：]\s*〖(?P<title>.*)〗\s*$")
_REMARK = re.compile(r"(?:[(,] ?(?:待确认|定期|已取消|每年|每月|每周|每日))+\)")
_REMARKS = {
    "每年": "FREQ=YEARLY",
    "每月": "FREQ=MONTHLY",
    "每周": "FREQ=WEEKLY",
    "每日": "FREQ=DAILY",
}
_DAY_LIST = re.compile(
    r"^[\s>*•-]*(?P<d1>[0-9]{1,2})(?:\s*(?:-|~"
    r"|至)\s*(?P<d2>[0-9]{1,2}))?(?P<part>(?P<mark>\s*[:|](?![0-9])|\s+-{1,2}(?=\s)|\s{2,}"
    r"|\.(?=\s))\s*)(?=\S*[A-Za-z\u3400-\u9fff])"
)
_PART_LIST = re.compile(
    r"^[\s>*•-]*(?P<part>early|mid|late|beginning|end)(?:-| )?(?:month|of the month)?\s*[:-]\s+(?=\S)"
    r"|^[\s>*•-]*(?P<zh>上旬|中旬|下旬|月初|月底|月中)\s*[:-]?\s*(?=\S)",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"^\W*(?:活动|会议|论坛|赛事|培训|讲座|直播|课程|电话会|比赛|展会)?(?:名称|主题|标题|题目"
    r"|议题)\s*:\s*(?=\S)|^\W*(?:title|event|event name|topic|act|what)\s*:\s*(?=\S)",
    re.IGNORECASE,
)
_LABEL_LINE = re.compile(
    r"^(?:地点|主办|承办|联系|电话|附件|备注|形式|记录|主持|会址|网址|venue|location|where|contact"
    r"|organi[sz]\w*|room|tickets?|hotline|from|to|cc|subject)\b"
    r"|^(?:地点|主办|承办|联系|电话|附件|备注|形式|会址|网址)",
    re.IGNORECASE,
)


# 回顾上半年：5月20日…
_LINE_LABEL = re.compile(r"[^:,;。]{2,20}:(?=.)")
_WROTE = re.compile(r"(?:\bwrote|写道) ?: ?$")
_SECTION = re.compile(r"([0-9]{1,2}\.[0-9]{1,2})\.?\s+")
# 2026-12-18 来源：青禾网: its day is its page's, also where the text is read as from an earlier one.
_SOURCED = re.compile(r"(?:来源|來源|责编|责任编辑|責任編輯) ?:")
_FROM_MAIL = re.compile(
    r"(?:发件人|from) ?:|.*(?:\bwrote|写道) ?: ?$|-{3,} ?(?:original message|原始邮件)",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"(?:各位[^,，。:：]{1,6}|各(?:单位|部门)|大家好|(?:dear|hi|hello) [\w .]{1,30})[,，:：!！]\s*(?=\S)",
    re.IGNORECASE,
)
_SYMBOL_FIRST = re.compile(r"^[\s•·・●■◆▪▫○◦►▶➢➤★☆◇□\uf000-\uf8ff]+")
_EMPTY_CELLS = re.compile(r"[\t ]*\|[\t |]*$")
_SEMICOLON = re.compile(r"[;；]")
_BARS = re.compile(r"\s*[|┃│]\s*|\t+")
_SENTENCE_END = re.compile(r"[。]|[.!?]\s*$")
# After the close: Acme
_TIME_LABEL = re.compile(
    r"^\s*(?:(?:before|after)(?: the)?(?: market)? (?:open|close)|盘前|盘后|全天|待定|tbc|tbd"
    r"|tba|all day)\s*[:：-]?\s*",
    re.IGNORECASE,
)
_CALLED_OFF_ZH = re.compile(
    r"^原定的?|(?:宣布|已|将|被|确认)*(?:取消|停办|不再举行|叫停)(?:举办|举行)?$"
)
_CALLED_OFF_EN = re.compile(
    r"\s+(?:has been |have been |is |was |are )?(?:called off|cancell?ed|scrapped)$", re.IGNORECASE
)
# Comet Robot (beta)
_CAPITALISED = re.compile(r"[A-Z][\w&.'-]*(?: \(?[\w&.'-]+\)?){0,7}")
_TO_THE_READER = re.compile(r"请|详见|其余|同时|可|如|凡|敬请|具体")
_MAIN_EVENT = re.compile(
    r"(?:^|: |：)(?:(?:main )?conference|会议|大会|正会|主会议)(?:, [\w .]+)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of the reader's own: what it was reading, and the error."""

    block: Block
    error: Exception


class Reader:
    """Reads the lines of one document in order; `found` holds the announcements so far, `faults` the blocks
    at which the reader itself failed."""

    def __init__(self, today: date, zone: str) -> None:
        self.context = Context(Anchor(today, zone))
        self.today = today
        self.found: list[Announcement] = []
        self.faults: list[Fault] = []
        self._place: tuple[int | None, int] = (None, 0)
        self._excerpt = ""
        self._day: date | None = None  # of the line before, for lines that give only a further day
        self._below: Dated | None = None  # a date alone below the document's title
        self._unnamed: Dated | None = None  # a date whose name comes below it
        self._sections: frozenset[str] = frozenset()  # numbers such as 4.1 that are no days
        self._day_level = 0  # of the heading that is a day
        self._mail = False  # below the head of a mail
        self._quoted = False  # below "… wrote:", in an answer to a mail
        self._listed: Dated | None = None  # the date before a row of several things

    def read(self, blocks: Sequence[Block]) -> None:
        """Read the blocks of a document, in their order."""
        self._sections = sections(blocks)
        place = 0
        while place < len(blocks):
            block = blocks[place]
            end = place + 1
            if block.kind in (BlockKind.ROW, BlockKind.COLUMNS):
                while end < len(blocks) and blocks[end].kind is BlockKind.ROW:
                    end += 1
            try:
                self._part(blocks[place:end])
            except Exception as error:  # whatever it is, it costs its lines, not the document
                self.faults.append(Fault(block, error))
            place = end

    def _part(self, part: Sequence[Block]) -> None:
        """Read one block, or the rows of a table."""
        block = part[0]
        if block.kind in (BlockKind.ROW, BlockKind.COLUMNS):
            self._table(part)
        elif block.kind not in FRAMES or not self._frame(block):
            self._block(block)

    def _block(self, block: Block) -> None:
        if _FROM_MAIL.match(plain(block.text)):
            self._mail = True
        if block.quoted and self._mail and self.found:
            return  # what the newer mail says holds
        if block.kind is BlockKind.HEADING:
            self._section(block)
        number = _SECTION.match(plain(block.text)) if self._sections else None
        begins = number.end() if number and number[1] in self._sections else 0
        self.line(block.text[begins:], block.page, block.line)

    def _section(self, block: Block) -> None:
        """A heading that stands no deeper than the one of a day ends that day."""
        if self._day_level and block.level <= self._day_level and not find(block.text):
            self.context.day = self.context.under = None
        if columns.only_date(block.text):
            self._day_level = block.level
        elif block.level <= self._day_level:
            self._day_level = 0

    def _frame(self, block: Block) -> bool:
        """Whether a stamp or its like is passed over: its date does not lie ahead."""
        if block.kind in (BlockKind.EDGE, BlockKind.RIGHTS):
            return True
        phrases = find(block.text)
        days = [made for p in phrases if p.exact and (made := read(p, self.context.anchor))]
        if any(made.when.last > self.today for made in days):
            return block.kind is BlockKind.STAMP and bool(_SOURCED.search(plain(block.text)))
        if block.kind is BlockKind.STAMP:
            self._document_date(plain(block.text), phrases)
        # A date that stands alone heads what is below it, too, such as the clocks of that day.
        alone = bool(phrases) and not signs.WORD.search(
            block.text[: phrases[0].start] + block.text[phrases[-1].end :]
        )
        return block.kind is not BlockKind.DATELINE or not alone

    def _table(self, table: Sequence[Block]) -> None:
        for block, row in rows(table):
            if not row.told:
                self.line(_BARS.sub("  ", block.text).strip(), block.page, block.line)
            else:
                self._place = (block.page, block.line)
                self._excerpt = block.text
                for label, cell in row.dates:
                    self._cell(row, label, cell, block)

    def line(self, text: str, page: int | None, number: int) -> None:
        """Read one line. `page` and `number` say where it begins in the document."""
        heading = self.context.fresh
        for start in range(0, len(text), LONGEST):
            self._line(text[start : start + LONGEST], page, number)
        if heading and text.strip():
            self.context.fresh = False

    def _line(self, text: str, page: int | None, number: int) -> None:
        self._place = (page, number)
        excerpt = text.strip()
        if "|" in excerpt:
            excerpt = _EMPTY_CELLS.sub("", excerpt)
        self._excerpt = _SYMBOL_FIRST.sub("", excerpt)
        if text.rstrip()[-1:] == "〗" and (verbatim := _VERBATIM.search(text)):
            self._verbatim(text, verbatim)
            return
        text = _STRUCK.sub("", text.rstrip())
        if _DIGITS_APART.search(text):
            text = _closed_up(text)
        if "O" in text and "日" in text:
            text = _ZERO.sub("0", text)
        if not text.strip():
            return
        line = plain(text)
        if self.context.mute and not titles.bullet(text) and len(line) > 12:
            return
        if card := _CARD.match(line):
            name = _SEMICOLON.split(text[card.end() :])[0]
            self._card(name)
            rest = text[card.end() + len(name) + 1 :]
            if rest.strip():
                self._line(rest, page, number)
            return
        text = _BARS.sub("  ", text).strip()
        line = plain(text)
        phrases = tuple(phrase for phrase in find(text) if not _within_word(text, phrase))
        if (self._quoted or line[-1:] == ":") and self._quotes(line):
            phrases = tuple(p for p in phrases if p.first is not None and _of_its_own(p.first))
            if not phrases or line[0] != ">":
                return
        if len(phrases) >= AXIS and not signs.WORD.search(_without(line, phrases)):
            return
        if self._day_list(text, line):
            return
        if not phrases:
            if self.context.under is None or not self._under_day(text, line):
                self.context.heading(text)
            return
        if signs.noise(line):
            self._document_date(line, phrases)
            return
        if self.context.dated_heading(text, line, phrases):
            self._title_date(line, phrases[0])
            return
        if (
            self.context.under is not None
            and not any(p.exact or p.clock for p in phrases)
            and self._under_day(text, line)
        ):
            return
        if hello := _SALUTATION.match(text):
            text, line = text[hello.end() :], line[hello.end() :]
            phrases = find(text)
        self._labelled(text, line, phrases)

    def _quotes(self, line: str) -> bool:
        """Whether a line quotes a mail, or says whose is quoted below."""
        self._quoted = (self._quoted and line[:1] == ">") or _WROTE.search(line) is not None
        return self._quoted

    def _labelled(self, text: str, line: str, phrases: Sequence[Phrase]) -> None:
        """What a line tells, under a label of its own that looks back or not."""
        label = _LINE_LABEL.match(line)
        if (
            label
            and signs.PAST_HEADING.within(label[0])
            and not signs.FUTURE_HEADING.within(label[0])
        ):
            past, self.context.past = self.context.past, True
            self._items(text, phrases)
            self.context.past = past
            return
        self._items(text, phrases)

    def _items(self, text: str, phrases: Sequence[Phrase]) -> None:
        """What a line tells, item by item: 5月20日 ①…②… has one date for all."""
        places = list(sentences.items(text))
        parts = [text[start:end] for start, end in places]
        head = [p for p in phrases if p.end <= len(parts[0])] if len(parts) > 1 else []
        if (
            len(head) == 1
            and head[0].exact
            and not signs.WORD.search(parts[0][: head[0].start] + parts[0][head[0].end :])
        ):
            for part in parts[1:]:
                item = f"{parts[0].strip()}：{part[titles.bullet(part) :].strip()}"
                self._item(item, find(item))
            return
        for start, end in places:
            start += titles.bullet(text[start:end])
            inside = [p for p in phrases if start <= p.start and p.end <= end]
            self._item(text[start:end], [_moved(p, start) for p in inside])

    # --- kinds of lines -----------------------------------------------------------------------

    def _title_date(self, line: str, phrase: Phrase) -> None:
        """A date that stands alone below the name of a meeting may be the meeting's."""
        subject = self.context.subject
        if (
            self.found
            or self._below is not None
            or not phrase.exact
            or signs.WORD.search(line[: phrase.start] + line[phrase.end :])
        ):
            return
        if titles.event_name(titles.clean(subject)[0]) or (subject and self.context.edition):
            made = read(phrase, self.context.anchor)
            if made is not None and (made.when.last >= self.today):
                self._below = Dated(phrase, made, listed=True)

    def finish(self) -> None:
        """Tell what only the end of the document shows: that nothing hung on the date below its title."""
        title = titles.clean(self.context.subject)[0]
        if self._below is not None and not self.found and titles.named(title):
            self._add(title, self._below, "", title)

    def _card(self, text: str) -> None:
        """活动名称：…: the name of what the lines around give the date of."""
        title = titles.clean(text)[0]
        if not titles.named(title):
            return
        self.context.subject = title
        if self._unnamed is not None:
            one, self._unnamed = self._unnamed, None
            self._add(title, one, "", text)

    def _verbatim(self, text: str, verbatim: re.Match[str]) -> None:
        """A line whose title is marked to be taken as it stands, past or not (core/reading/note.py)."""
        phrases = find(text[: verbatim.start()])
        if phrases:
            phrase, recurrence, cancelled = _remarks(plain(text), phrases[0])
            made = read(phrase, self.context.anchor)
            if made is not None:
                self._add(
                    verbatim["title"],
                    Dated(phrase, made, listed=True, cancelled=cancelled),
                    "",
                    "",
                    recurrence,
                )

    def _document_date(self, line: str, phrases: Sequence[Phrase]) -> None:
        for phrase in phrases:
            made = read(phrase, self.context.anchor)
            if made and phrase.exact and signs.PUBLISHED.within(line):
                self.context.published = made.when.first

    def _cell(self, row: Row, label: str, cell: str, block: Block) -> None:
        """What the row says of one of its dates."""
        one = self._dated_cell(cell)
        if one is None:
            return
        when = one.read.when
        if when.first == self.today and not when.timed and not block.header:
            return  # the date of what the row is in, such as a report's
        name, place = titles.clean(row.name)
        if not signs.WORD.search(name):
            return
        title = _labelled(name, label) if label else name
        one = replace(one, cancelled=row.cancelled)
        for each in [titles.shortened(title)] if label else titles.names(title):
            self._add(
                each, one, row.place or place, f"{block.text} {label}", importance=row.importance
            )

    def _dated_cell(self, cell: str) -> Dated | None:
        """The first date of a cell that lies ahead; of an empty one that of the heading above."""
        phrases = find(cell)
        under = self.context.under
        if not any(p.first for p in phrases) and (under is None or under.last < self.today):
            return None  # a clock without a day
        if not phrases and under is not None:
            return Dated(Phrase(0, 0, None), Read(under, False, 0, True, 0.75), listed=True)
        for phrase in phrases:
            made = read(phrase, self.context.now())
            if (
                made is None
                or made.when.last < self.today
                or (made.rolled and (made.behind <= 45 or self.context.past))
                or signs.old_before(plain(cell)[: phrase.start])
            ):
                continue
            return Dated(phrase, made, listed=True)
        return None

    def _day_list(self, text: str, line: str) -> bool:
        """12 – Data Picnic, below the heading of a month."""
        month = self.context.month
        found = _DAY_LIST.match(line)
        if (
            month is None
            and found
            and self._day is not None
            and int(found["d1"]) > self._day.day
            and found["mark"].startswith("  ")
        ):
            month = (self._day.year, self._day.month)
        self._day = None
        if month is None:
            return False
        if found is not None:
            first, last = int(found["d1"]), int(found["d2"] or found["d1"])
            if not 1 <= first <= last <= 31:
                return False
            phrase = Phrase(
                0,
                found.end(),
                Written(Unit.DAY, number=first),
                Written(Unit.DAY, number=last) if last > first else None,
            )
        else:
            part = _PART_LIST.match(line)
            if part is None:
                return False
            word = (part["part"] or part["zh"]).lower()
            third = (
                1
                if word in ("early", "beginning", "上旬", "月初")
                else 2
                if word in ("mid", "中旬", "月中")
                else 3
            )
            phrase = Phrase(
                0, part.end(), Written(Unit.THIRD, year=month[0], month=month[1], number=third)
            )
        made = read(phrase, replace(self.context.now(), month=month))
        if made is None or made.when.last < self.today:
            return made is not None
        self._day = made.when.first if made.when.dated else None
        title, place = titles.clean(text[phrase.end :])
        if not titles.named(title) or signs.NEGATED.within(plain(title)):
            return True
        for name in titles.names(title):
            self._add(name, Dated(phrase, made, listed=True), place, text)
        return True

    def _under_day(self, text: str, line: str) -> bool:
        """A short line without a date of its own, under a heading that is a day still to come."""
        under = self.context.under
        if (
            under is None
            or under.first <= self.today
            or len(line) > 60
            or _SENTENCE_END.search(line)
            or _LABEL_LINE.match(line)
        ):
            return False
        if calendar_title(line) or self._below is not None or signs.NEGATED.within(line):
            return False
        body = _TIME_LABEL.sub("", text)
        title, place = titles.clean(body)
        if not titles.named(title):
            return False
        made = Read(under, False, 0, True, 0.75)
        for name in titles.names(title, every=self.context.topic is Kind.EARNINGS):
            self._add(name, Dated(Phrase(0, 0, None), made, listed=True), place, text)
        return True

    # --- sentences ----------------------------------------------------------------------------

    def _item(self, text: str, found: Sequence[Phrase]) -> None:
        line = plain(text)
        month = _month_of_line(line, found, self.context)
        week = _week_of_line(line, found, self.context)
        if week is not None:
            self.context.week = week[0]
            text, line = text[week[1] :], line[week[1] :]
            found = [_moved(p, week[1]) for p in found if p.start >= week[1]]
        if month is not None:  # it only heads the days behind it
            label = line.index(":", found[0].end) + 1
            text, line = text[label:], line[label:]
            found = [_moved(p, label) for p in found[1:]]
        phrases = [
            p
            for p in found
            if not p.weak or _strong(line, p, month is not None or self.context.month is not None)
        ]
        subject, self._listed = "", None
        for begin, end in sentences.sentences(text, phrases):
            inside = [p for p in phrases if begin <= p.start and p.end <= end]
            if len(inside) > MOST:
                continue
            if not inside:
                if card := _CARD.match(line[begin:end]):
                    self._card(text[begin + card.end() : end])
                if text[begin - 1 : begin] in (";", "；") and not any(
                    p.first is not None and p.first.unit is Unit.HALF and begin <= p.start < end
                    for p in found
                ):  # H2: its own time, though too weak to tell of
                    self._also(text[begin:end])
                subject = subject or _subject_of(text[begin:end])
                continue
            sentence = Sentence(
                text[begin:end], line[begin:end], tuple(_moved(p, begin) for p in inside)
            )
            told, month = self._sentence(
                sentence, subject, month, text[begin - 1 : begin] in (";", "；")
            )
            subject = subject or told

    def _sentence(
        self, sentence: Sentence, subject: str, month: tuple[int, int] | None, also: bool
    ) -> tuple[str, tuple[int, int] | None]:
        """Read one sentence; gives its title and the month it named, for those behind it."""
        dated = judging.judge(sentence, self.context, month)
        if not dated:
            if also and not any(
                p.first is not None and p.first.year and not p.weak for p in sentence.phrases
            ):
                self._also(sentence.text)
            if signs.PUBLISHED.within(sentence.line):
                self._document_date(
                    sentence.line, [p for p in sentence.phrases if p.exact and p.after is None]
                )
            return _subject_of(sentence.text), month
        remarks = not any(one.phrase.exact for one in dated) and all(
            judging.in_note(sentence.line, one.phrase) for one in dated
        )
        if also and self._listed is not None and remarks:
            self._also(sentence.text)  # …; home prices (August)
            return "", month
        self._listed = None
        first_title = ""
        marks = [one.phrase for one in dated]
        for (start, end), one in zip(sentences.segments(sentence.text, marks), dated, strict=True):
            title = self._tell(sentence, start, end, one, subject or first_title)
            first_title = first_title or title
        last = dated[-1].read.when
        if dated[-1].phrase.exact:
            month = (last.first.year, last.first.month)
        return first_title, month

    def _tell(self, sentence: Sentence, start: int, end: int, one: Dated, subject: str) -> str:
        phrase, recurrence, cancelled = _remarks(sentence.line, one.phrase)
        one = replace(one, phrase=phrase, cancelled=one.cancelled or cancelled)
        if phrase.every:
            recurrence = f"FREQ={phrase.every}"
        title, place = telling.title_of(sentence, start, end, one, subject, self.context)
        if one.cancelled and not cancelled:
            title = _CALLED_OFF_ZH.sub("", title).strip(" ,，")
            title = _CALLED_OFF_EN.sub("", title)
        title = titles.shortened(title)
        if titles.tale(title):
            return ""
        named = titles.named(title) or (one.listed and title.isalnum())
        if not named or (calendar_title(plain(title)) and not titles.event_name(title)):
            self._unnamed = one if one.phrase.exact else None
            return ""
        results = re.compile(
            r"业绩|财报|季报|新股|申购|解禁|除权|派息|\b(?:earnings|results)\b", re.IGNORECASE
        )
        every = self.context.topic is Kind.EARNINGS or bool(
            results.search(sentence.line[: phrase.start])
        )
        names = titles.names(title, every=every and not results.search(plain(title)))
        for name in names:
            self._add(name, one, place, sentence.text[start:end], recurrence)
            for more in others(phrase, self.context.now()):
                self._add(name, replace(one, read=more), place, sentence.text[start:end])
        leads = judging.leads_in(sentence.line[: phrase.start])
        self._listed = one if one.listed or leads else None
        self._day = one.read.when.first if one.listed and one.phrase.exact else None
        return title

    def _also(self, text: str) -> None:
        """A further thing behind one date: June 20: the robot's launch; the price list."""
        title, place = titles.clean(text)
        if self._listed is None or not titles.named(title) or len(title) > 40:
            return
        kind = infer_kind(title)
        words = _CAPITALISED.fullmatch(title)
        happens = (
            signs.HAPPENS.within(plain(title))
            and not _TO_THE_READER.match(title)
            and len(title) <= 30
        )
        if titles.event_name(title) or kind is not Kind.OTHER or words or happens:
            for name in titles.names(title):
                self._add(name, self._listed, place, text)

    def _add(
        self,
        title: str,
        one: Dated,
        place: str,
        clause: str,
        recurrence: str | None = None,
        importance: Importance | None = None,
    ) -> None:
        when, made = one.read.when, one.read
        edition = self.context.edition
        main = _MAIN_EVENT.search(title)
        if (
            edition
            and (main or title == titles.clean(self.context.subject)[0])
            and not made.year_said
            and when.first.year < edition
        ):
            again = read(one.phrase, replace(self.context.now(), year=edition))
            when, made = (again.when, again) if again else (when, made)
        if one.phrase.about and not when.approximate:
            when = when_.parse(when.text + one.phrase.about)
        kind = infer_kind(title)
        if kind is Kind.OTHER:
            kind = infer_kind(clause)
        if kind is Kind.OTHER and self.context.topic is not None:
            kind = self.context.topic
        confidence = made.sure + (0.05 if one.listed else -0.05) - (0.1 if when.approximate else 0)
        confidence = round(min(max(confidence, 0.05), 0.99), 2)
        if confidence < LEAST:
            return
        page, number = self._place
        new = Announcement(
            title, when, kind, self._excerpt[:1000], page, number, confidence, made.zone, place, recurrence,
            one.cancelled, one.previous, importance,
        )  # fmt: skip
        if not any(old.title == title and old.when == when for old in self.found):
            self.found.append(new)


_LABEL_OF_DATE = re.compile(r"(?<=..)(?:的?(?:日期|时间))$")
# What happens then, as the header of a column says it: 施行日期, 截止时间
_ACT = re.compile(
    r"(?:正式)?(?:施行|实施|生效|截止|开幕|上市|上线|发布|披露|财报|业绩|公布|开售|交付|投产)"
)


def _labelled(name: str, label: str) -> str:
    """The title of what a column dates of its row: 《…》施行, Lantern 6: End of life."""
    if not signs.HAN.search(label):
        return f"{name}: {label}"
    act = _LABEL_OF_DATE.sub("", label)
    return f"{name}{act}" if _ACT.fullmatch(act) else f"{name}：{label}"


def _within_word(text: str, phrase: Phrase) -> bool:
    """Whether a month is only how a longer word begins: Marchés."""
    last, behind = text[phrase.end - 1], text[phrase.end : phrase.end + 1]
    return last.isascii() and last.isalpha() and "\u00c0" <= behind <= "\u024f"


def _without(line: str, phrases: Sequence[Phrase]) -> str:
    for phrase in reversed(phrases):
        line = line[: phrase.start] + line[phrase.end :]
    return line


def _moved(phrase: Phrase, by: int) -> Phrase:
    return replace(phrase, start=phrase.start - by, end=phrase.end - by) if by else phrase


def _remarks(line: str, phrase: Phrase) -> tuple[Phrase, str | None, bool]:
    """Remarks in the last brackets of a note's date (core/reading/note.py): the phrase with them, the rule of a
    recurrence, and whether the event is called off."""
    found = _REMARK.match(line, phrase.end)
    if found is None:
        return phrase, None, False
    recurrence = next((rule for word, rule in _REMARKS.items() if word in found[0]), None)
    about = "?" if "待确认" in found[0] else phrase.about
    return replace(phrase, end=found.end(), about=about), recurrence, "已取消" in found[0]


def _closed_up(text: str) -> str:
    """The text without the spaces that a scanner put into dates and, then, between other signs."""
    closed = _SPACED.sub(lambda m: "".join(part for part in m.groups() if part), text)
    return text if closed == text else _SIGNS_APART.sub(lambda m: m[0].replace(" ", ""), closed)


def _of_its_own(written: Written) -> bool:
    """Whether a date says its month itself: other days in a quoted mail are counted from that mail's."""
    return not written.relative and (written.month is not None or written.year is not None)


_LABEL_OF_MONTH = re.compile(r"[^。;]{0,12}[:]")


def _month_of_line(
    line: str, phrases: Sequence[Phrase], context: Context
) -> tuple[int, int] | None:
    """The month that stands before a row of bare days: 6月大会一览：8日，…；24日，…"""
    if (
        not phrases
        or phrases[0].first is None
        or phrases[0].first.unit is not Unit.MONTH
        or phrases[0].last is not None
    ):
        return None
    bare = [
        p
        for p in phrases[1:]
        if p.first is not None and p.first.exact and p.first.month is None and p.first.number
    ]
    if not bare or not _LABEL_OF_MONTH.match(line[phrases[0].end :]):
        return None
    made = read(phrases[0], context.now())
    return (made.when.first.year, made.when.first.month) if made else None


_LABEL_OF_WEEK = re.compile(r".{0,40}?(?:[:]|-{1,2} )\s*")


def _week_of_line(
    line: str, phrases: Sequence[Phrase], context: Context
) -> tuple[date, int] | None:
    """The Monday of the week that stands before a row of weekdays, and where its label ends:
    下周关注：周一，…"""
    if len(phrases) < 2 or phrases[0].first is None or phrases[0].first.unit is not Unit.WEEK:
        return None
    bare = [
        p
        for p in phrases[1:]
        if p.first is not None
        and p.first.weekday is not None
        and not p.first.number
        and not p.first.relative
    ]
    label = _LABEL_OF_WEEK.match(line[phrases[0].end :])
    made = read(phrases[0], context.now())
    if not bare or label is None or made is None or phrases[0].end + label.end() > bare[0].start:
        return None
    return made.when.first, phrases[0].end + label.end()


_DAY_UNIT = re.compile(r"[日号]$")
_ENTRY_MARK = re.compile(r" ?(?:[:|\t]|-{1,2} )")
_IN_YEAR = re.compile(r"\b(?:in|by|during|before|until|throughout) $", re.IGNORECASE)
_SLASH = re.compile(r"[0-9]{1,2}/[0-9]")
# no share: 4/30
_BY = re.compile(r"\b(?:by|on|until|before|through) $", re.IGNORECASE)
_DUE = re.compile(r"\bdue(?: by| on)? $", re.IGNORECASE)
# 影展 9.26 开幕: no version number opens
_OPENING = re.compile(r" ?(?:开幕|上映|开播|开赛|开演|开票|开抢)")
_SPACE_OR_END = re.compile(r" |$")
# 第 3/4 页
_PAGE_OR_SHARE = re.compile(r"[页折分比]|page")
_SLASHED_DAY = re.compile(r"[0-9]{1,2}/[0-9]{1,2}")
_NAME_AFTER_DASHED = re.compile(r"\s*[:|\t]|\s+[\u3400-\u9fff《]")
_NAME_AFTER = re.compile(r"\s*(?:$|[:|\t,(\-—)\u3400-\u9fffA-Za-z《“\"「])")
# 8/25 百川大会
_NAME_AFTER_MONTH = re.compile(r"\s*(?:[:|\t]|\s+[\u3400-\u9fffA-Z《“])")


def _strong(line: str, phrase: Phrase, month: bool) -> bool:
    """Whether numbers such as 8/25, 2026.5, 17-18日 or 2026 can only be a date here."""
    before, after = line[: phrase.start], line[phrase.end :]
    written = phrase.first
    assert written is not None
    own = line[phrase.start : phrase.end]
    if _DAY_UNIT.search(own):
        return month and (not before.strip() or before.rstrip()[-1] in ":;,、。")
    if phrase.weekday is not None or (phrase.clock is not None and written.month is not None):
        return True
    if written.unit is Unit.HALF:
        return not before.strip() and _ENTRY_MARK.match(after) is not None
    if written.month is None:  # a bare year
        if _IN_YEAR.search(before):
            return True
        return not before.strip() and _ENTRY_MARK.match(after) is not None
    if _SLASH.match(own) and (
        (_DUE.search(before) and not after.startswith(" to "))
        or (_BY.search(before) and written.number > 12)
    ):
        return True
    if (
        _SLASH.match(own)
        and len(line) <= 24
        and before.endswith(" ")
        and _SPACE_OR_END.match(after)
        and not _PAGE_OR_SHARE.search(line)
    ):
        return True
    if _OPENING.match(after) and (before[-1:] in (" ", "》") or signs.HAN.match(before[-1:])):
        return True
    lead = judging.LEAD_IN.match(before)
    if not (lead and lead.end() == len(before)) and before.rstrip()[-1:] not in tuple(
        "|\t(:,、;；"
    ):
        return False
    slash = _SLASHED_DAY.match(own) is not None
    if "-" in own and not slash and written.year is None and phrase.last is None:
        return not before.strip() and _NAME_AFTER_DASHED.match(after) is not None
    if slash or phrase.last is not None or written.year is not None:
        return _NAME_AFTER.match(after) is not None
    return _NAME_AFTER_MONTH.match(after) is not None


_AS_OF = re.compile(r"\bas of\b|截至", re.IGNORECASE)
_BOOK = re.compile(r"《[^《》]{2,60}》")


def _subject_of(text: str) -> str:
    """What a sentence without a date to tell is about: its book title, else its words if they are few."""
    book = _BOOK.search(text)
    if book:
        return book[0]
    return text if len(text) <= 60 and not _AS_OF.search(text) else ""
