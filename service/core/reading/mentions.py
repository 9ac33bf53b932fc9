"""The dates of a document as questions: each with its readings, the titles that it could have, and what
stands around it. Nothing is decided here.

1. The blocks are gone through in their order; what each says for those below is kept (then.py).
2. A sentence is the unit: its dates, its clauses, the cues in it.
3. A row of a table has its dates by columns (rows.py), a line below one that is only a date has that date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from service.core.dates.phrases import Anchor, Phrase, find
from service.core.dates.phrases.written import Unit, Written
from service.core.reading import columns, rows, sentences, signs, subjects, titles
from service.core.reading.blocks import FRAMES, Block, Kind
from service.core.reading.subjects import Around, Subject
from service.core.reading.then import Completion, Then, edition, spanned
from service.core.text.characters import plain

LONGEST = 2000  # characters of a line that are read at a time, so that the work stays linear
MOST = 24  # dates in one sentence; what has more announces nothing

_SUBJECT = re.compile(r"(?:主题|subject|标题|题目)$", re.IGNORECASE)
DATE_LABEL = re.compile(
    r"^\W*(?:[^\W\d_]{0,10}?(?:时间|日期|日子|会期|档期|展期|工期|钟点|时刻|期限)"
    r"|日程|when|dates?|times?|hours|day|date and time|date ?& ?time"
    r"|event date|meeting date|start(?:s| date)?|schedule)$",
    re.IGNORECASE,
)
NAME_LABEL = re.compile(
    r"^\W*(?:(?:活动|会议|论坛|赛事|培训|讲座|直播|课程|电话会|比赛|展会|项目|标准|产品|公司|证券|股票|会|赛)?(?:名称|主题|标题|题目|议题|简称)"
    r"|公司|产品|项目|课程|活动|会议|赛事|展会|论坛|workshop|programme|program"
    r"|show|title|event|event name|name|topic|act|what|subject|conference|project"
    r"|product|company|meeting)$",
    re.IGNORECASE,
)
_START = re.compile(
    r"^\W*(?:[^\W\d_]{0,4}(?:开始|起始|开幕)(?:时间|日期)?|starts?|from|begins?"
    r"|(?:start|begin)[ _-]?(?:date|time|datetime|day|at|on))$",
    re.IGNORECASE,
)
_END = re.compile(
    r"^\W*(?:[^\W\d_]{0,4}(?:结束|截止|终止|闭幕)(?:时间|日期)?|ends?|to|until"
    r"|(?:end|finish)[ _-]?(?:date|time|datetime|day|at|on))$",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\W*(?:入会|参会|报名|参与|加入|观看|联系|会议)?(?:方式|链接|地址|须知|说明"
    r"|要求)\W*$|\W*(?:how to|join|contact|register|where|venue|location|free entry"
    r"|admission|https?:)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^\W*(?:[^\W\d_]{0,6}(?:地点|地址|联系|电话|主办|承办|内容|对象|人员|费用|形式|方式|备注|单位|代码|编号|价格|作者|来源)|venue|location|where|place|contact|enquir|phone"
    r"|e-?mail|fee|price|cost|organi[sz]|who|host|speaker|author|from|to|cc|status|owner|room|note)",
    re.IGNORECASE,
)
PLACE_LABEL = re.compile(
    r"^\W*(?:[^\W\d_]{0,4}地点|会址|场地|会场|地址|venue|location|where|place|city)$", re.IGNORECASE
)
_BARS = re.compile(r"\s+[|┃│]\s*|\s*[|┃│]\s+|^[|┃│]|[|┃│]$|\t+")
_STRUCK = re.compile(r"~~[^~\n]{1,80}~~\s*")
_DIGITS_APART = re.compile(r"[0-9] [0-9]")
_SPACED = re.compile(
    r"(?<![0-9.])([0-9]) ([0-9])(?= ?[年月日])|(?<![0-9])([0-9]) ([0-9]) ([0-9]) ([0-9])(?= ?年)"
)
_SIGNS_APART = re.compile(
    r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?: [\u3400-\u9fff](?![\u3400-\u9fff]))+|[0-9] ?[:：] ?(?=[0-9]{2})"
)
# 4.2月24日: the fourth item, of 24 February
_ITEM_AND_DAY = re.compile(r"^\s*[0-9]{1,2}[.．](?=[0-9]{1,2}月[0-9]{1,2}[日号])")
_ZERO = re.compile(r"(?<=[0-9])O(?= ?[年月日])")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+(?:-[0-9]+(?:\.[0-9]+)?)?")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Mention:
    """A date (`phrase`; None: a line below one that is only a date) in a sentence of a block. `row` where
    it stands in a table, `clock` the time that stands apart from it."""

    block: Block
    place: int
    text: str
    phrase: Phrase | None
    phrases: tuple[Phrase, ...]
    clause: tuple[int, int]
    completions: tuple[Completion, ...]
    around: Around
    row: rows.Row | None = None
    column: str = ""
    index: int = 0
    below: str = ""  # what stands below a line that is only a date
    alone: bool = False
    gone_by: bool = False  # by the order of its list: in_order
    offered: list[Subject] | None = None

    @property
    def line(self) -> str:
        return plain(self.text)

    @property
    def label(self) -> str:
        """What stands before the colon that leads the line, plain; "" where none does."""
        label, colon, _ = self.line.partition(":")
        return label if colon and len(label) <= 24 else ""

    def ahead(self, today: date) -> bool:
        """Whether any of its readings does not lie behind."""
        return any(one.read.when.last >= today for one in self.completions)

    def subjects(self) -> list[Subject]:
        """The titles that it could have."""
        if self.offered is None:
            self.offered = subjects.offered(self.text, self.phrase, self.phrases, self.around)
            if not self.offered and self.alone and self.block.parent is not None:
                # Nothing but days below a heading, however little that says
                self.offered = subjects.named_by_section(self.block.parent.text)
        return self.offered


class Gatherer:
    """Goes through the blocks of one document."""

    def __init__(self, blocks: Sequence[Block], today: date, zone: str) -> None:
        self.blocks = blocks
        self.today = today
        self.then = Then(Anchor(today, zone))
        self.dated: dict[int, bool] = {}
        self.topics: list[str] = []  # of the sentences above, below the same heading
        self.under: Block | None = None
        self.title = self._document_title()
        names = subjects.of_heading(self.title) if self.title else []
        self.document = names[0] if names else ""
        self.then.edition = edition(self.title) if self.title else None
        self.heads: dict[int, list[str]] = {}
        self.others = _others(blocks)
        for block in blocks:  # what is said of all dates may stand at the end
            self.then.remark(plain(block.text.strip()))

    def parts(self) -> Iterator[tuple[int, int]]:
        """The document part by part, as places of its blocks: a block, or the rows of a table."""
        place = 0
        while place < len(self.blocks):
            end = place + 1
            if self.blocks[place].kind in (Kind.ROW, Kind.COLUMNS):
                while end < len(self.blocks) and self.blocks[end].kind is Kind.ROW:
                    end += 1
            yield place, end
            place = end

    def mentions(self, place: int, end: int) -> list[Mention]:
        """The dates of a part. The parts are to be asked for in their order."""
        block = self.blocks[place]
        if block.kind in (Kind.ROW, Kind.COLUMNS):
            return list(self._table(self.blocks[place:end], place))
        if block.kind in (Kind.EDGE, Kind.RIGHTS):
            return []
        return list(self._block(block, place))

    # -- text

    def _block(self, block: Block, place: int) -> Iterator[Mention]:
        text = mended(block.text)
        if block.kind is Kind.ROW or "|" in text:
            text = _BARS.sub("  ", text).strip()
        for start in range(0, len(text), LONGEST):
            yield from self._text(text[start : start + LONGEST], block, place)

    def _text(self, text: str, block: Block, place: int) -> Iterator[Mention]:
        line = plain(text)
        phrases = tuple(_owned(line, p) for p in find(text) if not _nothing(line, p))
        around = self._around(block, place)
        if self.then.above(block).month is not None and (day := _day_of_list(line, phrases)):
            phrases = (day, *(p for p in phrases if p.start >= day.end))
        under = self.then.under(block)
        if (
            under
            and len(text) <= _LONGEST_UNDER
            and not any(p.exact or p.after or p.clock for p in phrases)
        ):
            phrases = ()  # NFIB Optimism (November), below its day: the month is what it is about
        if not any(p.first is not None or p.after or p.clock for p in phrases):
            if under and block.kind not in FRAMES and not _aside(block):
                yield Mention(block, place, text, None, (), (0, len(text)), under, around)
            if block.kind in (Kind.PARAGRAPH, Kind.ITEM):
                if block.parent is not self.under:
                    self.under, self.topics = block.parent, []
                self._spoken_of(text[:LONGEST])
            return
        alone = columns.only_date(text, beside=1)
        if alone and block.kind is not Kind.STAMP:
            self.then.date_line(block)
            around = _nearer(around)
            if not around.above and not around.below:
                around = replace(around, above=self._over_days(place))
        before = ""
        if block.parent is not self.under:
            self.under, self.topics = block.parent, []
        self.then.month = _month_of_line(self.then, phrases)
        for begin, end in sentences.sentences(text, phrases):
            inside = tuple(_moved(p, begin) for p in phrases if begin <= p.start and p.end <= end)
            sentence = text[begin:end]
            if inside and len(inside) <= MOST:
                about = _about(sentence)
                for mention in self._sentence(
                    sentence,
                    inside,
                    block,
                    place,
                    replace(around, before=before, topics=tuple(self.topics[:3])),
                ):
                    mention.alone = alone
                    yield mention
                before = about or before
                self._spoken_of(sentence)
            elif not inside:
                before = _about(sentence) or before
                self._spoken_of(sentence)

    def _spoken_of(self, sentence: str) -> None:
        """Remembers what a sentence was about for those below."""
        found = _topics(sentence)
        self.topics = [*found, *(one for one in self.topics if one not in found)][:6]

    def _sentence(
        self, text: str, phrases: tuple[Phrase, ...], block: Block, place: int, around: Around
    ) -> Iterator[Mention]:
        line = plain(text)
        places = subjects.clauses(line, phrases)
        clock = next((p for p in phrases if _only_clock(p)), None)
        if clock is None and len(phrases) == 1:
            clock = self._clock_beside(block, place)
        year: int | None = None  # that the sentence has named
        for index, phrase in enumerate(phrases):
            beside = clock if clock is not phrase and phrase.clock is None else None
            if (
                beside is not None
                and beside in phrases
                and len([p for p in phrases if p.exact]) > 1
            ):
                beside = None
            if phrase.first is not None and phrase.first.year is not None:
                # The year of those that are taken on is not that of their examination.
                year = None if signs.INTAKE.match(line, phrase.end) else phrase.first.year
            if phrase.after is not None and signs.FROM_PUBLICATION.within(line):
                self.then.publication(line, phrases)
                if self.then.anchor.base is None:
                    continue  # nobody can know it
            made = self.then.completions(phrase, block, beside, line[: phrase.start], year)
            if block.kind in _PROGRAMME and phrase.clock is not None:
                made = self.then.by_the_clock(made, block, phrase)
            if block.kind is Kind.LABEL and (span := self._span(block, place, made)):
                made = (*made, span)
            if not made:
                continue
            start, end = (
                places[subjects.clause_at(places, phrase.start)] if places else (0, len(line))
            )
            yield Mention(
                block,
                place,
                text,
                phrase,
                phrases,
                (start, max(end, phrase.end)),
                made,
                around,
                index=index,
            )
            if phrase.exact and not phrase.weak:
                self.then.spoken(made[0].read.when)
        if signs.PUBLISHED.within(line):
            self.then.publication(line, phrases)

    def _span(self, block: Block, place: int, made: Sequence[Completion]) -> Completion | None:
        """From the start that a label says to the end that the next one says."""
        if not made or place + 1 >= len(self.blocks) or not _START.match(plain(block.label)):
            return None
        below = self.blocks[place + 1]
        if below.kind is not Kind.LABEL or not _END.match(plain(below.label)):
            return None
        ends = [p for p in find(below.value) if p.exact]
        last = self.then.completions(ends[0], below)[:1] if ends else ()
        first = made[0].read
        return spanned(first, last[0].read) if last else None

    def _clock_beside(self, block: Block, place: int) -> Phrase | None:
        """The time of a label that follows: 日期：…, 钟点：9:40-12:20."""
        if not label_of(block):
            return None
        for other in self.blocks[place + 1 : place + 3]:
            if DATE_LABEL.match(plain(label_of(other))):
                found = find(value_of(other))
                if found and found[0].first is None and found[0].clock:
                    return found[0]
        return None

    # -- tables

    def _table(self, table: Sequence[Block], place: int) -> Iterator[Mention]:
        day_first = _day_first(table)
        for offset, (block, row) in enumerate(rows.rows(table)):
            if not row.told:
                yield from self._block(block, place + offset)
                continue
            around = self._around(block, place + offset)
            cells = tuple(
                c
                for c in block.cells
                if c and c != row.name and not find(c) and titles.named(c) and not columns.figure(c)
            )
            around = replace(
                around,
                row=row.name,
                named=row.named,
                cells=cells[:3],
                places=(row.place,) if row.place else (),
            )
            for label, cell in row.dates:
                yield from self._cell(block, place + offset, row, label, cell, around, day_first)

    def _cell(
        self,
        block: Block,
        place: int,
        row: rows.Row,
        label: str,
        cell: str,
        around: Around,
        day_first: bool | None,
    ) -> Iterator[Mention]:
        around = replace(around, column=label)
        phrases = tuple(p for p in find(cell) if p.first is not None or p.clock)
        if not cell:
            cell = row.name
        if not phrases and (under := self.then.under(block)):
            yield Mention(block, place, cell, None, (), (0, len(cell)), under, around, row, label)
        self.then.month = _month_of_line(self.then, phrases)
        if day_first is not None:
            phrases = tuple(_settled(phrase, day_first) for phrase in phrases)
        for index, phrase in enumerate(phrases[:3]):
            made = self.then.by_the_clock(self.then.completions(phrase, block), block, phrase)
            if made:
                yield Mention(
                    block,
                    place,
                    cell,
                    phrase,
                    phrases,
                    (0, len(cell)),
                    made,
                    around,
                    row,
                    label,
                    index,
                )

    # -- what stands around

    def _document_title(self) -> str:
        for place, block in enumerate(self.blocks[:8]):
            if block.kind is Kind.HEADING and not (
                self._dated(place) and columns.only_date(block.text)
            ):
                return block.text
        for place, block in enumerate(self.blocks[:4]):
            if block.kind in (Kind.PARAGRAPH, Kind.ITEM) and len(block.text) <= 80:
                return "" if self._dated(place) else block.text
            if block.kind is Kind.LABEL:
                return block.value if _SUBJECT.match(block.label) else ""
        return ""

    def _around(self, block: Block, place: int) -> Around:
        heads: list[str] = []
        for parent in block.parents:
            heads += self._of_heading(parent)[:2]
        above, below = self._neighbour(place, -1), self._neighbour(place, 1)
        label = label_of(block)
        card = self._card(place) if label else ""
        if subjects.DATE_LABEL.match(plain(label)):
            label = ""
        return Around(
            headings=heads[:4], card=card, document=self.document, above=above, below=below, label=label,
            near=self._near(place), others=self.others, places=self._places(block, place),
        )  # fmt: skip

    def _of_heading(self, block: Block) -> list[str]:
        if id(block) not in self.heads:
            found = [
                name
                for name in subjects.of_heading(block.text)
                if not columns.only_date(name, beside=3)
                and not subjects.DATE_LABEL.match(plain(name))
                and not titles.of_section(name)
            ]
            self.heads[id(block)] = found
        return self.heads[id(block)]

    def _neighbour(self, place: int, step: int) -> str:
        """The line above or below, without a date, if it is short."""
        other = place + step
        if not 0 <= other < len(self.blocks):
            return ""
        block = self.blocks[other]
        if block.kind in (Kind.COLUMNS, Kind.ROW) or block.kind in FRAMES or len(block.text) > 100:
            return ""
        if step > 0 and block.kind in (Kind.HEADING, Kind.LABEL):
            return ""
        text = block.text
        if self._dated(other):
            return ""
        if block.kind is Kind.LABEL:
            return block.value if NAME_LABEL.match(plain(block.label)) else ""
        return text.strip().rstrip(":：") if titles.named(text) else ""

    def _over_days(self, place: int) -> str:
        """What leads a list of nothing but days: the line above the first of them, up to its own date."""
        above = place - 1
        while above > max(0, place - MOST_DAYS) and columns.only_date(self.blocks[above].text):
            above -= 1
        block = self.blocks[above]
        if above < 0 or block.kind in (Kind.COLUMNS, Kind.ROW) or len(block.text) > 100:
            return ""
        dates = [phrase.start for phrase in find(block.text)]
        name = titles.clean(_ASIDE.split(block.text[: min(dates, default=None)])[0])[0]
        return name if titles.named(name) and not columns.only_date(name, beside=3) else ""

    def _dated(self, place: int) -> bool:
        """Whether a block holds a day or a time. One at which the grammar fails counts as such: it is told of
        when it is read itself."""
        if place not in self.dated:
            try:
                found = any(p.exact or p.clock for p in find(mended(self.blocks[place].text)))
            except Exception:
                found = True
            self.dated[place] = found
        return self.dated[place]

    def _near(self, place: int) -> str:
        """Which neighbour of a line stands nearer to it, by the empty or other lines between."""
        here = self.blocks[place].line
        up = here - self.blocks[place - 1].line if place > 0 else 9
        down = self.blocks[place + 1].line - here if place + 1 < len(self.blocks) else 9
        return "above" if up < down else "below" if down < up else ""

    def _card(self, place: int) -> str:
        """The name that the labels around a label give: 会议名称：…; else the line above them."""
        first = place
        while first > 0 and label_of(self.blocks[first - 1]) and place - first < 10:
            first -= 1
        last = place
        while last + 1 < len(self.blocks) and label_of(self.blocks[last + 1]) and last - place < 6:
            last += 1
        card = range(first, last + 1)
        named = [each for each in card if NAME_LABEL.match(plain(label_of(self.blocks[each])))]
        if named:
            best = next((each for each in named if not self._dated(each)), named[0])
            return value_of(self.blocks[best]).strip("\"“”' ")
        if first > 0:
            above = self.blocks[first - 1]
            if above.kind in (Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING) and len(above.text) <= 120:
                names = subjects.of_heading(above.text[titles.bullet(above.text) :])
                return names[0] if names and not titles.of_section(names[0]) else ""
        return ""

    def _places(self, block: Block, place: int) -> tuple[str, ...]:
        if block.kind is not Kind.LABEL:
            return ()
        near = self.blocks[max(0, place - 4) : place + 5]
        return tuple(
            b.value for b in near if b.kind is Kind.LABEL and PLACE_LABEL.match(plain(b.label))
        )


_LABEL = re.compile(
    r"(?P<label>[^\W\d_][^:：,，;；。!?|]{0,24}?)\s*[:：](?!//)(?P<value>.*)", re.DOTALL
)


def label_of(block: Block) -> str:
    """The label that leads a block, also that of an item: - 截稿日期：2027年1月8日."""
    if block.kind is Kind.LABEL:
        return block.label
    found = _labelled(block) if block.kind is Kind.ITEM else None
    return found["label"].strip() if found and not find(found["label"]) else ""


# What a label says beside when: 报名 of 报名时间, camera-ready of Camera-ready date
_OF_LABEL = re.compile(
    r"^(?:活动|会议|大会|比赛|赛事|培训|讲座|考试)(?=时间|日期)|(?:的?(?:开始|截止|起止)?(?:时间|日期)|日|\b(?:dates?|times?|when))$",
    re.IGNORECASE,
)


_DUE_LABEL = re.compile(
    r"报名|投稿|截稿|申报|提交|缴费|注册|征集|申请|开标|报到|领取|打卡|验收|\b(?:registration|submission|application|paper|abstract|entry"
    r"|payment|proposal|nomination)"
)


def due(label: str) -> str:
    """What is due by the date of a label, plain and small: 报名 of 报名时间; "" for other labels."""
    lower = plain(label).lower()
    act = _OF_LABEL.sub("", lower).strip(" *_:")
    return act if act != lower and _DUE_LABEL.search(act) else ""


def value_of(block: Block) -> str:
    """What stands behind the label that leads a block."""
    if block.kind is Kind.LABEL:
        return block.value
    found = _labelled(block)
    return found["value"].strip() if found else ""


def _labelled(block: Block) -> re.Match[str] | None:
    return _LABEL.match(block.text[titles.bullet(block.text) :])


# 12 – Data Picnic, 下旬 某会: below the heading of a month
_DAY_LIST = re.compile(
    r"^[\s>*•-]*(?P<first>[0-9]{1,2})(?:\s*(?:-|~|至)\s*(?P<last>[0-9]{1,2}))?[日号]?(?:\s*[:|](?![0-9])|\s+-{1,2}(?=\s)|\s{2,}|\.(?=\s)|(?<=[日号])[\s,]+)\s*(?=\S*[A-Za-z\u3400-\u9fff])"
)
_PART_LIST = re.compile(
    r"^[\s>*•-]*(?P<part>early|mid|late|beginning|end|上旬|中旬|下旬|月初|月底"
    r"|月中)(?:-| )?(?:month|of the month)?\s*[:-]?\s+(?=\S)",
    re.IGNORECASE,
)
_THIRDS = {"early": 1, "beginning": 1, "上旬": 1, "月初": 1, "mid": 2, "中旬": 2, "月中": 2}


def _day_of_list(line: str, phrases: Sequence[Phrase]) -> Phrase | None:
    """A bare day, or a part of a month, that leads a line below the heading of its month."""
    if found := _DAY_LIST.match(line):
        first, last = int(found["first"]), int(found["last"] or found["first"])
        end = found.end("last") if found["last"] else found.end("first")
        if not 1 <= first <= last <= 31 or any(
            p.start <= found.start("first") and not p.weak for p in phrases
        ):
            return None
        span = Written(Unit.DAY, number=last) if last > first else None
        return Phrase(found.start("first"), end, Written(Unit.DAY, number=first), span)
    if (part := _PART_LIST.match(line)) and not any(p.start < part.end() for p in phrases):
        third = _THIRDS.get(part["part"].lower(), 3)
        return Phrase(part.start("part"), part.end("part"), Written(Unit.THIRD, number=third))
    return None


def _aside(block: Block) -> bool:
    """A label that says where or by whom, below a line that is only a date."""
    label = plain(block.label)
    if _HOW.match(plain(block.text)):
        return True
    return block.kind is Kind.LABEL and bool(_NO_NAME.match(label) or PLACE_LABEL.match(label))


def offers(mentions: Iterable[Mention]) -> Counter[str]:
    """For how many dates each title is offered."""
    return Counter(one.title for mention in mentions for one in mention.subjects())


_SLASHED = re.compile(r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})/20[0-9]{2}(?![0-9])")


def _day_first(table: Sequence[Block]) -> bool | None:
    """Whether 08/03/2027 is 8 March in a table: some of its dates allow no other order. None: nothing says."""
    pairs = [
        (int(first), int(second))
        for block in table[:400]
        for cell in block.cells
        for first, second in _SLASHED.findall(cell)
    ]
    day, month = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    return day if day != month else None


def _settled(phrase: Phrase, day_first: bool) -> Phrase:
    """The phrase with its numbers in that order."""
    if phrase.first is None or not phrase.first.either_order:
        return phrase
    last = phrase.last and phrase.last.ordered(day_first)
    return replace(phrase, first=phrase.first.ordered(day_first), last=last)


MOST_DAYS = 40  # lines that are only a date under one name
_ASIDE = re.compile(r" [-–—] |[:：(（]")
_PROGRAMME = frozenset((Kind.ITEM, Kind.PARAGRAPH))
_LONGEST_UNDER = 120
_LEAST_IN_ORDER = 4


def in_order(mentions: Sequence[Mention]) -> None:
    """Marks the days without a year that lie behind by the order of their list: of February, April, August and
    October, read in July, the first two are this year's."""
    lists: dict[tuple[int, str], list[tuple[Mention, date, bool]]] = {}
    for mention in mentions:
        phrase = mention.phrase
        if phrase is None or phrase.first is None or phrase.first.month is None or mention.index:
            continue
        if phrase.first.year is not None or phrase.weak:
            continue
        made = mention.completions[0].read
        this = made.when.first
        if made.rolled:
            this = this.replace(year=this.year - 1, day=min(this.day, 28))
        place = (id(mention.block.parent), f"{mention.block.kind.value} {mention.column}")
        lists.setdefault(place, []).append((mention, this, made.rolled))
    for found in lists.values():
        days = [day for _, day, _ in found]
        rising = sum(a <= b for a, b in pairwise(days))
        falling = sum(a >= b for a, b in pairwise(days))
        rolled = sum(each for _, _, each in found)
        if len(found) < _LEAST_IN_ORDER or rolled in (0, len(found)):
            continue
        if max(rising, falling) >= len(days) - 1 - len(days) // 8:
            for mention, _, each in found:
                mention.gone_by = each


def _month_of_line(then: Then, phrases: Sequence[Phrase]) -> tuple[int, int] | None:
    """The month that a line names before bare days: 6月大会一览：8日，…；24日，…"""
    for phrase in phrases:
        written = phrase.first
        if (
            written is not None
            and written.unit in (Unit.MONTH, Unit.THIRD)
            and phrase.last is None
            and not phrase.weak
        ):
            made = then.alone(phrase)
            return (made.when.first.year, made.when.first.month) if made else None
        if written is not None and written.exact and written.month is not None:
            return None
    return None


def _only_clock(phrase: Phrase) -> bool:
    """A time without its day, or with a weekday alone: 12月30日（16周，星期六）8:30."""
    if phrase.clock is None or phrase.after is not None:
        return False
    written = phrase.first
    return written is None or (
        written.weekday is not None and not written.number and not written.relative
    )


def _nearer(around: Around) -> Around:
    """Of the lines above and below a date that stands alone only the one that is nearer: the other is the
    name of the date before or behind it."""
    if around.near == "below" and around.below:
        return replace(around, above="")
    if around.near == "above" and around.above:
        return replace(around, below="")
    return around


def _about(sentence: str) -> str:
    """What a sentence without a date is about: a name in it, else itself where it is short."""
    if book := _BOOK.search(sentence):
        return book[0]
    names = list(subjects.names(sentence))
    if names:
        return names[0]
    return sentence.strip(" 。.！!") if len(sentence) <= 40 else ""


_QUOTED_NAME = re.compile(r"[“「\"]([^“”「」\"]{2,24})[”」\"]")
_SUBJECT_ZH = re.compile(
    r"(?:^|[，,。；;：:])(?P<who>[^，。；、,;：:\s]{2,14}?)(?:宣布|表示|透露|(?<![昵名职简俗统堪号全])称|将|已|正在|拟|计划|就|与|的|发布|推出|完成|收购|进入|公布)"
)
_PRODUCT = re.compile(r"(?<![\w])(?:[A-Z][\w-]*[ -])+[0-9]+(?:\.[0-9]+)*(?![\w%])")


def _topics(sentence: str) -> list[str]:
    """What a sentence speaks of: rules and quoted names, names of events and products, its subject."""
    line = plain(sentence)
    found = _BOOK.findall(sentence)[:2]
    found += [name for name in subjects.names(sentence) if titles.event_name(name)][:2]
    found += [match[0] for match in _PRODUCT.finditer(sentence)][:1]
    found += _QUOTED_NAME.findall(sentence)[:1]
    if signs.HAN.search(line):
        found += [match["who"] for match in _SUBJECT_ZH.finditer(sentence)][:1]
    else:
        found += list(subjects.names(sentence))[:2]
    return list(dict.fromkeys(name for name in found if not columns.only_date(name, beside=2)))[:4]


_COMPANY = re.compile(r"(?:证券简称|股票简称|公司简称)\s*[:：]\s*(?P<name>[^\s:：,，;；|　]{2,12})")
_ISSUER = re.compile(
    r"^\W*(?:issuer|company(?: name)?|发行人|公司名称|组织|organi[sz]ation)$", re.IGNORECASE
)
_LEGAL = re.compile(
    r"(?:,? (?:plc|inc\.?|ltd\.?|corp(?:oration)?\.?|co\.?|llc|ag|nv|sa)|(?:股份)?有限公司)?\s*(?:"
    r"[（(][^（）()]*[）)])?$",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"(?P<name>[A-Z][\w.&’'-]*(?: (?:[A-Z][\w.&’'-]*|of|and|the|&)){0,5}?)(?:[’']s Board)? (?:Anno"
    r"unces?|Declares?|Reports?|Releases?|Launches|Unveils|Hosts?|Sets|Schedules"
    r"|Prices|Closes"
    r"|to (?:Report|Host|Announce|Release|Hold|Present|Participate|Webcast|Launch|Attend))\b"
)
_LISTED = re.compile(
    r"(?P<name>[A-Z][\w.&’'-]*(?: (?:[A-Z][\w.&’'-]*|of|and|&)){0,5}),? ?\((?:the [“\"][^()]{2,30}"
    r"[”\"]\) ?\()?[A-Za-z® -]{0,14}(?:NYSE|NASDAQ|Nasdaq|OTC\w*|TSX|LSE|HKEX"
    r"|ASX)\b"
)
_BOOK = re.compile(r"《[^《》]{2,60}》")
# ABZ 2026, PMBS26, COSCon'21, EuroPython 2025
_EDITION = re.compile(
    r"(?<![\w/.-])[A-Z0-9][A-Za-z0-9+&-]*[A-Z][A-Za-z+&-]*(?:[ -]?20[0-9]{2}|['’]?[0-9]{2})(?![\w/-])"
)


def _others(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Names that hold for the whole of a document: its company, the rule that it speaks of, who wrote it."""
    found: list[str] = []
    for block in blocks[:12]:
        if name := _COMPANY.search(block.text):
            found.append(name["name"])
        elif block.kind is Kind.LABEL and _ISSUER.match(plain(block.label)):
            found.append(_LEGAL.sub("", block.value))
    for block in blocks[:6]:
        if company := _ANNOUNCES.match(block.text) or _LISTED.search(block.text[:400]):
            found.append(_LEGAL.sub("", company["name"].strip()))
            break
    editions = Counter(name for block in blocks[:80] for name in _EDITION.findall(block.text))
    found[:0] = [name for name, _ in editions.most_common(1)]
    books = Counter(
        book[0]
        for block in blocks[:60]
        for book in _BOOK.finditer(block.text)
        if not subjects.REPEALED.match(block.text, book.end())
    )
    found += [book for book, _ in books.most_common(1)]
    for block in blocks[:5]:
        if block.kind not in FRAMES and len(block.text) <= 100:
            names = (name for name in subjects.names(block.text) if titles.event_name(name))
            found += [name for name in names if not any(p.exact for p in find(name))][:1]
    if blocks and blocks[0].kind is Kind.LETTERHEAD:
        found.append(blocks[0].text.strip())
    return tuple(dict.fromkeys(name for name in found if name))[:4]


def mended(text: str) -> str:
    """The text without what was struck out, and without the spaces and letters that a scanner put in."""
    text = _ITEM_AND_DAY.sub(r"\g<0> ", _STRUCK.sub("", text))
    if _DIGITS_APART.search(text):
        closed = _SPACED.sub(lambda m: "".join(part for part in m.groups() if part), text)
        text = text if closed == text else _SIGNS_APART.sub(lambda m: m[0].replace(" ", ""), closed)
    return _ZERO.sub("0", text) if "O" in text else text


def _nothing(line: str, phrase: Phrase) -> bool:
    """A number that is a figure, or a month that is how a longer word begins (Marchés)."""
    if phrase.weak and _DECIMAL.fullmatch(line, phrase.start, phrase.end):
        before, after = line[: phrase.start].rstrip(), line[phrase.end :]
        if _DUE_LAST.search(before):
            return False  # 报名截止：8.20
        leads = not _LETTER.search(before) or before[-1:] in "(【["
        return not (leads and re.match(r" ?[)】\]:|~-]| {1,2}[^\W\d]|$", after)) and not re.match(
            r" ?(?:开幕|上映|开播|开赛|实施|施行|发布)", after
        )
    last, behind = line[phrase.end - 1 : phrase.end], line[phrase.end : phrase.end + 1]
    return last.isascii() and last.isalpha() and "\u00c0" <= behind <= "\u024f"


_DUE_LAST = re.compile(r"(?:截止|截稿|ddl|deadline)(?:时间|日期)?:? ?$", re.IGNORECASE)


def _owned(line: str, phrase: Phrase) -> Phrase:
    """With the 's of this week's meeting, which is cut with it."""
    return replace(phrase, end=phrase.end + 2) if _S.match(line, phrase.end) else phrase


_S = re.compile(r"['’]s\b")


def _moved(phrase: Phrase, by: int) -> Phrase:
    return replace(phrase, start=phrase.start - by, end=phrase.end - by) if by else phrase
