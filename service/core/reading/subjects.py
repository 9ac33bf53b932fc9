"""What a date may be the date of: the pieces of text around it that could be its title.

A name stands in the clause of the date, in the clause before or behind it, in a label, a heading, the line
above or below, the name of a row, the document's title; or in two of them (`Lantern 6` over `End of life`).
Each such piece is offered once as it stands ("light": without bullets, the date and the words that carry it)
and once without the words that only say that it is held ("full"). Which of them it is, scoring.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.core.dates.phrases import Phrase, find
from service.core.reading import columns, signs, titles
from service.core.text.characters import plain

MOST = 48  # titles offered for one date
LONGEST_PIECE, LONGEST_LIST = 240, 600
# How the sources begin of titles that do not stand in the date's own sentence.
ELSEWHERE = ("heading", "document", "above", "below", "card", "sentence-before", "topic", "company")


@dataclass(frozen=True, slots=True)
class Subject:
    """A title, the place that its words name, where it was found, and how it was cut."""

    title: str
    place: str
    source: str
    form: str


@dataclass(slots=True)
class Around:
    """What stands around a sentence: names of its headings (nearest first), of its card, of the document;
    the lines above and below; the label that leads it; what the sentence before was about."""

    headings: Sequence[str] = ()
    card: str = ""
    document: str = ""
    above: str = ""
    below: str = ""
    label: str = ""
    before: str = ""
    topics: Sequence[str] = ()  # what the sentences before were about, the nearest first
    row: str = ""
    column: str = ""
    near: str = ""  # which of the lines above and below stands nearer to a line that is only a date
    others: Sequence[str] = ()  # further names of the whole document: its company
    named: bool = False  # the row by a column of names
    cells: Sequence[str] = ()  # of its row, beside the name and the dates
    places: Sequence[str] = ()


_OPEN, _CLOSE = "([【《“「", ")]】》”」"
_WORD = re.compile(r"\w")


_LATIN_BEFORE = re.compile(r"[A-Za-z]$")


def clauses(line: str, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """The places of the clauses of a plain line: commas, semicolons and colons part them, none inside a
    date, a bracket, a quotation or a number."""
    taken = bytearray(len(line) + 1)
    for phrase in phrases:
        taken[phrase.start : phrase.end] = b"\1" * (phrase.end - phrase.start)
    depth, cuts, place = 0, [0], 0
    for mark in re.finditer(r"[(\[【《“「)\]】》”」,;:]| {2,}| -{1,2} | \| ", line):
        char = mark[0]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and not taken[mark.start()]:
            place = mark.start()
            if (
                char == ":"
                and _LATIN_BEFORE.search(line, 0, place)
                and line[place + 1 : place + 2].isascii()
                and line[place + 1 : place + 2].isalpha()
            ):
                continue  # re:Invent
            if (
                char in ",:"
                and line[place - 1 : place].isdigit()
                and line[place + 1 : place + 2].isdigit()
            ):
                continue
            cuts.append(mark.end())
    cuts.append(len(line))
    return [(a, b) for a, b in pairwise(cuts) if a < b]


def clause_at(places: Sequence[tuple[int, int]], start: int) -> int:
    """Which clause holds a place."""
    return next((i for i, (a, b) in enumerate(places) if a <= start < b), len(places) - 1)


# ---- names ----

_ZH_NOUN = (
    r"(?:大会|峰会|论坛|年会|会议|发布会|博览会|展览会|研讨会|交易会|展会|大赛|竞赛|比赛|联赛|挑战赛|沙龙|公开课|直播|讲座"
    r"|路演|说明会|交流会|座谈会|听证会|招聘会|洽谈会|典礼|仪式|开放日|训练营|工作坊|嘉年华|音乐会|演唱会|推介会|策略会|例会|股东会"
    r"|股东大会|电话会|业绩会|读书会|见面会|开幕式|考试|[农茶车书花糖药文]博会|灯会|庙会|夜市|市集|集市|晚会|酒会"
    r"|课(?![程题堂时件表外后])|展(?![示开望览现区期馆位台出品商演播业厅陈])|节(?![假日目能点约奏省水气])"
    r"|赛(?![事道区场程制段季马])|周(?![末年期边围知到一二三四五六日]))"
)
_ZH_NAME = re.compile(
    r"[^\s，。；：、！？,;:!?()（）【】\[\]|]{1,40}?"
    + _ZH_NOUN
    + r"(?![\u4e00-\u9fff]{0,2}(?:中心|馆|厅|网|者|委|员|长|目|奖|前|后))"
)
_ZH_NAME_START = re.compile(
    r".*(?:举办|举行|召开|将于|将在|将|参加|参与|出席|关注|主办的?|承办的?|发布|推出|宣布|关于|获悉|表示|报名|开展|组织|欢迎|邀请|迎来|的(?=第)|于|在)"
)
_EN_WORD = r"(?:[A-Z0-9][\w.&'’/+-]*|[a-z]*[A-Z][\w.&'’/+-]*)"
_EN_NAME = re.compile(
    rf"{_EN_WORD}(?: (?:(?:of|for|on|the|and|in|to|&|de|at|with|[-–]) ){{0,2}}{_EN_WORD}){{0,11}}"
)
_BOOK = re.compile(r"《[^《》]{2,80}》(?:[（(][^（）()]{1,20}[）)])?")
_QUOTED = re.compile(r"[“「\"]([^“”「」\"]{2,40})[”」\"]")
_ACTS = (
    ("公开征求意见", "征求意见"), ("征求意见", "征求意见"), ("征集意见", "征求意见"),
    ("意见反馈", "征求意见截止"), ("反馈", "征求意见截止"),
    ("正式施行", "施行"), ("施行", "施行"), ("实施", "实施"), ("生效", "生效"), ("执行", "执行"),
    ("上映", "上映"), ("发布", "发布"), ("截止", "截止"), ("适用", "适用"), ("废止", "废止"), ("定稿", "定稿"),
)  # fmt: skip


def names(text: str) -> Iterator[str]:
    """The names of events in a text: what ends as one does, or capitalised words."""
    line = plain(text)
    if signs.HAN.search(line):
        for found in _ZH_NAME.finditer(line):
            start = found.start()
            if cut := _ZH_NAME_START.match(line, start, found.end() - 1):
                start = cut.end()
            if found.end() - start >= 3:
                yield text[start : found.end()]
    for found in _EN_NAME.finditer(text):
        if len(found[0].split()) > 1 and not find(found[0]):
            yield found[0]


_LETTER = re.compile(
    r"^(?:关于|有关)(?:举办|召开|开展|组织|征集|做好|报送|申报|举行|印发|发布|公布|同意|提请)?(?:参加)?"
    r"|的?(?:通知|公告|启事|邀请函|函|日程|时间轴|时间表|安排|通告|公示|预告|纪要|方案|决定|说明|提示性公告|更新日志|发布计划|排期|路线图|一览表?|指南|手册|节点|时点|大事记?|计划表)(?:[（(][^（）()]*[）)])?$|[:：]$"
)
_CALL = re.compile(
    r"^(?:(?:agenda|minutes|notes|programme|schedule)(?: for| of)?(?: the)? (?=\w)"
    r"|call for (?:papers|participation|proposals|exhibits|abstracts|speakers"
    r"|nominations|applications)\s*[:–—-]*\s*"
    r"|(?:important|key) dates (?:for|of)\s+|invitation to (?:the )?|notice of (?:the )?"
    r"|(?:announcing|upcoming|register for|join|save the date:?)\s+(?:the )?)"
    r"|\s*[:–—-]*\s*(?:call for (?:papers|participation|proposals)|(?:important"
    r"|key) dates|schedule|agenda|programme|program|timeline|roadmap"
    r"|release (?:plan|schedule)|calendar|newsletter|minutes|is back!?|registration(?: is)?(?: now)? open!?)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^(?:第[0-9一二三四五六七八九十]+[章节条部分]+|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十0-9]{1,3}\)|[0-9]{1,2}(?:\.[0-9]{1,2})*[.、)]?\s|#+\s|[IVX]{1,4}[.)]?\s+)\s*"
)


def of_heading(text: str) -> list[str]:
    """What a heading is about: as it stands, and without the words of letters and lists."""
    bare = text.strip().strip("#*【】[] \t")
    if number := _NUMBERED.match(plain(bare)):
        bare = bare[number.end() :]
    bare = bare.strip().rstrip(":：").strip()
    cut = _LETTER.sub("", bare)
    cut = _LETTER.sub("", cut).strip()
    cut = _CALL.sub("", _CALL.sub("", cut)).strip(" -–—:：")
    for phrase in reversed(find(cut)):
        first = phrase.first
        if phrase.exact and first is not None and first.number and not first.holiday:
            cut = titles.without(cut, phrase.start, phrase.end)
    cut = re.sub(r"[（(]\s*[）)]", "", cut).strip(" ,，-–—:：")
    return [name for name in (cut, bare) if name and titles.named(name)][:1]


# ---- pieces ----

# A label that says that a date follows, and not of what.
DATE_LABEL = re.compile(
    r"^\W*(?:(?:本[次届期场])?(?:活动|会议|举办|举行|召开|大会|比赛|培训|讲座|直播|演出|展览|开会|具体)?(?:时间|日期|日子|会期|档期|展期|钟点|时刻)(?:[和与及、/](?:地点|地址|方式))?|日程|地点|地址|when|dates?|time|day|where|venue|location"
    r"|date and time|date ?& ?time|event date|meeting date|(?:when|date|time) (?:and"
    r"|&) (?:where|place|venue|location))$",
    re.IGNORECASE,
)


def offered(
    text: str, phrase: Phrase | None, phrases: Sequence[Phrase], around: Around
) -> list[Subject]:
    """The titles for a date of a sentence, none twice, at most MOST."""
    found: dict[str, Subject] = {}
    pieces = _pieces(text, phrase, phrases, around) if phrase is not None else _whole(text, around)
    for source, piece in pieces:
        for subject in _cut(source, piece):
            if subject.title and subject.title not in found and len(found) < MOST:
                found[subject.title] = subject
    return list(found.values())


def named_by_section(heading: str) -> list[Subject]:
    """The name of a section as a title, for days that have no other: Upcoming meetings."""
    title = titles.clean(heading)[0]
    return [Subject(title, "", "heading0", "section")] if titles.named(title) else []


def _cut(source: str, piece: str) -> Iterator[Subject]:
    piece = unblanked(piece)
    if not piece or len(piece) > (LONGEST_LIST if piece.count("、") > 2 else LONGEST_PIECE):
        return
    for form, title, place in titles.forms(piece):
        if title[:1].isdigit() and columns.only_date(title, beside=1):
            continue
        if source.startswith("sentence-before") and any(each.exact for each in find(title)):
            continue  # the May 30 gala: another's
        if source.startswith(ELSEWHERE) and titles.of_section(title):
            continue
        if titles.named(title) or (source.startswith(("colon", "row")) and title.isalnum()):
            yield Subject(titles.shortened(title), place, source, form)


def _whole(text: str, around: Around) -> Iterator[tuple[str, str]]:
    """Of a line without a date."""
    head, colon, tail = _colon(text)
    yield "line", text
    parts = clauses(plain(text), ())
    if len(parts) > 1:
        yield "line-first", text[: parts[0][1]]
    if colon:
        yield "colon-after", tail
        yield "colon-before", head
    yield from (("name", name) for name in list(names(text))[:2])
    for heading in around.headings[:2]:
        yield "heading+line", _joined(heading, text)
    if around.document and around.document not in around.headings[:2]:
        yield "document+line", _joined(around.document, text)


def _colon(text: str) -> tuple[str, bool, str]:
    found = re.search(r"[:：](?![0-9/])", text)
    return (text[: found.start()], True, text[found.end() :]) if found else (text, False, "")


def _both(name: str, act: str) -> list[str]:
    """Name and act joined, in English also without the colon."""
    joined = _joined(name, act)
    if joined.startswith(f"{name}: ") and act:
        return [joined, f"{name} {act[:1].lower() + act[1:] if act[1:2].islower() else act}"]
    return [joined]


def _joined(name: str, act: str) -> str:
    """Name and act as one title: 麦垛智能股权登记日, Lantern 6: End of life."""
    name, act = name.strip(" ：:，,"), titles.clean(act)[0] or act.strip()
    if not name or not act:
        return ""
    if act in name:
        return name
    if name in act:
        return act
    if signs.HAN.search(act[:2]) and (signs.HAN.search(name[-1:]) or name[-1:] in "》”）"):
        return f"{name}{act}"
    if signs.HAN.search(act) or signs.HAN.search(name):
        return f"{name} {act}" if name[-1:].isascii() and name[-1:].isalnum() else f"{name}：{act}"
    return f"{name}: {act}"


def _pieces(
    text: str, phrase: Phrase, phrases: Sequence[Phrase], around: Around
) -> Iterator[tuple[str, str]]:
    if around.row:
        yield from _row(around)
        if around.column or around.named:
            return
    clause = _Clause(text, phrase, phrases)
    yield from clause.own()
    yield from clause.behind()
    yield from clause.before_it()
    yield from clause.of_what_was_told(around)
    yield from clause.announced(around)
    yield from _quoted(text, phrase, clause.line)
    yield from clause.names_near()
    yield from _structure(around, [act for act in dict.fromkeys(clause.acts) if act])


class _Clause:
    """The clause of a date, in its sentence. `acts`, what may be done then, the likeliest first, grows as
    the pieces are asked for, in the order of the methods."""

    def __init__(self, text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> None:
        self.text, self.phrase, self.phrases = text, phrase, phrases
        self.line = plain(text)
        self.places = clauses(self.line, phrases)
        self.index = clause_at(self.places, phrase.start)
        start, end = self.places[self.index]
        self.start, self.end = start, max(end, phrase.end)
        self.blank = _blank(text, phrases, phrase)
        self.before = self._without_date(start, phrase.end)
        self.after = self._without_date(phrase.start, self.end)
        self.both = self._without_date(start, self.end)
        self.acts: list[str] = []

    def _without_date(self, start: int, end: int) -> str:
        place = self.phrase.start - start
        return titles.without(
            self.blank[start:end], place, place + self.phrase.end - self.phrase.start
        )

    def own(self) -> Iterator[tuple[str, str]]:
        """Of the clause itself: around the bracket that holds the date, between dates, beside it."""
        text, phrase, phrases = self.text, self.phrase, self.phrases
        if (bracket := _bracket(self.line, phrase)) is not None:
            opens, closes = bracket
            start = max(self.start, max((p.end for p in phrases if p.end <= opens), default=0))
            outside = self.blank[start:opens].lstrip(")）,，、;； ")
            yield "outside", outside
            following = next((p.start for p in phrases if p.start >= closes), self.end)
            yield "outside+", outside + self.blank[closes : max(closes, min(self.end, following))]
            yield (
                "inside",
                self.blank[opens + 1 : phrase.start] + self.blank[phrase.end : closes - 1],
            )
        if sum(p.start < self.end and p.end > self.start for p in phrases) > 1:
            left = max((p.end for p in phrases if p.end <= phrase.start), default=self.start)
            right = min((p.start for p in phrases if p.start >= phrase.end), default=self.end)
            between = (
                _tidy(text[phrase.end : right]),
                _tidy(text[max(left, self.start) : phrase.start]),
            )
            yield "between-after", between[0]
            yield "between-before", between[1]
            self.acts += between
        yield "rest", self._rest()
        yield "after", self.after
        yield "before", self.before
        yield "around", self.both
        self.acts += [
            act
            for act in (self.after, self.before)
            if not DATE_LABEL.match(plain(act.strip(" *_:：（）()")))
            and not _OF_TERM.fullmatch(plain(act.strip(" （）()")))
        ]

    def _rest(self) -> str:
        """All that stands behind the date up to the next one, where that is more than two clauses."""
        if self.index + 2 >= len(self.places) or not self._clear(self.index + 1):
            return ""
        end = next((p.start for p in self.phrases if p.start >= self.phrase.end), len(self.line))
        found = self.text[self.phrase.end : end]
        return found.lstrip(_SIGNS_FIRST) if len(found) <= LONGEST_PIECE else ""

    def behind(self) -> Iterator[tuple[str, str]]:
        """Of the clauses that follow, as far as they are no other date's."""
        if not self._clear(self.index + 1):
            return
        start, end = self.places[self.index + 1]
        whole = _blank(self.text, [p for p in self.phrases if _inside(self.line, p)], self.phrase)
        yield "next", whole[start:end]
        yield "after+next", whole[self.phrase.end : end] if _WORD.search(self.after) else ""
        if self._clear(self.index + 2):
            yield "next+next", whole[start : self.places[self.index + 2][1]]
        self.acts.append(whole[start:end])

    def _clear(self, index: int) -> bool:
        if index >= len(self.places):
            return False
        start, end = self.places[index]
        return not any(_parts(self.line, p, start, end, self.phrase) for p in self.phrases)

    def before_it(self) -> Iterator[tuple[str, str]]:
        """Of the clause before, and of the first one."""
        if self.index == 0:
            return
        start, end = self.places[self.index - 1]
        previous = _bare(self.blank[start:end])
        if self.phrase.after is not None:  # 公布，自公布之日起30日后: not of being made public
            previous = _MADE_PUBLIC.sub("", previous)
        colon = self.line[start:end].rstrip()[-1:] == ":"
        dated = any(p.start < end and p.end > start and not p.weak for p in self.phrases)
        source = "colon-before" if colon else "prev-dated" if dated else "prev"
        yield source, previous
        yield f"{source}+before", _glued(previous, self.before)
        join = _joined if colon else _glued
        yield f"{source}+after", join(previous, self.after)
        first = self.places[0][0]
        if colon:
            if not DATE_LABEL.match(plain(previous.strip(" *_"))):
                self.acts.insert(0, previous)
            if self.index > 1:
                yield "before-colon", _bare(self.blank[first:end])
        lead = previous
        if self.index > 1:
            lead = _bare(self.blank[first : self.places[0][1]])
            yield "first", lead
        topic = of_heading(lead)[:1]
        for act in self.acts[:2]:
            if self.index > 1:
                yield "first+act", _joined(lead, act)
            if topic and topic[0] != lead:
                yield "first+act", _joined(topic[0], act)

    def of_what_was_told(self, around: Around) -> Iterator[tuple[str, str]]:
        """Of the clause, with what the sentences before were about in place of its pronoun, or before it."""
        if around.before:
            for clause in (self.both, self.before):
                if rest := _without_pronoun(clause):
                    yield "sentence-before+clause", _glued(around.before, rest)
        rest = _without_pronoun(self.both) or _ARTICLE.sub("", titles.clean(self.both)[0])
        if 1 < len(rest) <= 48:
            for topic in around.topics[:3]:
                if topic not in self.text and rest not in topic:
                    yield "topic+clause", _glued(topic, rest)

    def announced(self, around: Around) -> Iterator[tuple[str, str]]:
        """What a company says that it will do: …, today announced that it will report …"""
        for clause in dict.fromkeys((self.both, self.before, self.after)):
            if found := _ANNOUNCED.search(clause):
                what = titles.clean(found["what"])[0]
                yield "announced", what
                for company in around.others[:2]:
                    if company not in what:
                        yield "company+announced", f"{company} {what}"
        for word, act in _SHARE_ACTS:
            if word.search(self.line, max(0, self.phrase.start - 60), self.phrase.end + 30):
                for company in around.others[:2]:
                    yield "company+share-act", f"{company} {act}"

    def names_near(self) -> Iterator[tuple[str, str]]:
        """The names in the sentence that are nearest."""
        near = sorted(
            names(_blank(self.text, self.phrases, None)[: LONGEST_PIECE * 2]),
            key=lambda name: _distance(self.text, name, self.phrase),
        )
        for name in near[:3]:
            side = "after" if self.text.find(name) >= self.phrase.end else "before"
            yield f"name-{side}", name
            for act in self.acts[:2]:
                short = titles.clean(act)[0]
                if short and len(short) <= 16 and name not in act:
                    yield "name+act", _joined(name, act)


_SIGNS_FIRST = " \t:：,，、|–—-"
# 2026年3月21日（校历第四周周六）
_OF_TERM = re.compile(
    r"(?:补充)?(?:校历|教学)?第?[0-9一二三四五六七八九十]{1,3}周(?:周[一二三四五六日末])?"
)
_MADE_PUBLIC = re.compile(r"[公发颁]布$|印发$")
_PRONOUN = re.compile(
    r"^\W*(?:it|they|this|that|the|its|the company|the group|he|she|该(?:条例"
    r"|办法|规定|法|规则|标准|案|会|项目|产品|公司|活动|政策|意见|方案|计划)?"
    r"|此(?:案|次|外)?|其|本次|本届|本(?:条例|办法|规定|法|规则|标准|公司)?|届时"
    r"|活动|交易|会议)\s*",
    re.IGNORECASE,
)


# What a company's notice says of its shares, and what it is called.
_SHARE_ACTS = tuple(
    (re.compile(word, re.IGNORECASE), act)
    for word, act in (
        (r"\brecord\b", "record date"),
        (r"\bex-dividend\b", "ex-dividend date"),
        (r"\bpa(?:id|yable|yment)\b", "dividend payable"),
        (r"\blead plaintiff\b", "lead plaintiff deadline"),
        (r"\bearnings\b", "earnings"),
        (r"\bfinancial results\b", "financial results"),
        (r"\b(?:conference|earnings) call\b", "conference call"),
        (r"\b(?:annual|general) meeting\b", "annual meeting"),
    )
)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"\b(?:(?:it|they|the company|we|[A-Z][\w.&]+)(?: will| plans to| expects to| intends to"
    r"| is scheduled to| is pleased to)"
    r"|(?:pleased|proud|happy|excited) to|plans to|will|is hosting|are hosting|is holding)"
    r"(?: also| again| now)? ?(?:host|hold|report|announce|release|present|participate in|attend|webcast"
    r"|launch|unveil|file|issue|publish|discuss|conduct|exhibit at|speak at|showcase)? "
    r"(?:the |its |their |an? |our )?(?P<what>[^,;]{6,120}?)"
    r"(?= (?:before|after|following|prior to|on|at|for investors|to discuss|for the period"
    r"|and (?:will|host|hold|file))\b|[,;(]|$)"
)


def _without_pronoun(clause: str) -> str:
    """What a clause says of what was spoken of before: it starts to apply, 该条例…施行."""
    clause = titles.clean(clause)[0]
    found = _PRONOUN.match(clause)
    return clause[found.end() :] if found and found.end() < len(clause) else ""


def _row(around: Around) -> Iterator[tuple[str, str]]:
    if not around.column:
        yield "row", around.row
    for cell in around.cells if not around.column and not around.named else ():
        yield "cell", cell
        yield "row+cell", _joined(around.row, cell)
        if around.document:
            yield "document+cell", _joined(around.document, cell)
    if around.column:
        for joined in _both(around.row, _DATE_WORD.sub("", around.column)):
            yield "row+column", joined
        if _DUE_COLUMN.fullmatch(plain(around.column).strip()):
            yield "row-alone", around.row
        if around.column.isascii() and any(char.isdigit() for char in around.column):
            yield "column+row", _joined(_DATE_WORD.sub("", around.column), around.row)
    above = heads(around)
    for name in above[:2] if not around.column else ():
        for joined in _both(name, around.row):
            yield "heading+row", joined
    if around.column:
        act = _DATE_WORD.sub("", around.column)
        for name in above[:3]:
            for joined in _both(name, act):
                yield "heading+column", joined
            for joined in _both(_joined(name, around.row).replace(": ", " "), act):
                yield "heading+row+column", joined


# A header that says no more than that it is due: Homework 3 is a title, too.
_DUE_COLUMN = re.compile(r"(?:due|deadline|ddl|due by|截止(?:日期|时间)?)", re.IGNORECASE)
_REMARK_LAST = re.compile(r"\s*[（(][^（）()]{1,24}[）)]$")


def heads(around: Around) -> list[str]:
    """The names above, the nearest first, without those of calendars and sections."""
    found = []
    for name in (*around.headings, around.document, *around.others):
        if name and not titles.calendar_title(plain(name)) and len(name) <= 80:
            found.append(name)
            if bare := _REMARK_LAST.sub("", name):
                found.append(bare)
    return list(dict.fromkeys(found))[:5]


_DATE_WORD = re.compile(r"(?<=\w)\s*(?:的?(?:日期|时间)|\bdates?)$", re.IGNORECASE)


def _structure(around: Around, acts: Sequence[str]) -> Iterator[tuple[str, str]]:
    above = heads(around)
    if around.below and not acts:  # a line that is only a date: nearer than any heading
        yield "below", around.below
    if around.card:
        yield "card", around.card
    if around.label:
        label = _DATE_WORD.sub("", around.label.strip(" *_"))
        for name in dict.fromkeys((around.card, *above[:3])):
            if name:
                for joined in _both(name, label):
                    yield ("card+label" if name == around.card else "heading+label"), joined
        yield "label", label
    for depth, name in enumerate(above[:3]):
        yield f"heading{min(depth, 1)}", name
    short = [act for act in acts if len(titles.clean(act)[0]) <= 40][:2]
    for depth, name in enumerate(above[:3]):
        for act in short:
            for joined in _both(name, titles.clean(act)[0]):
                yield f"heading{depth}+act", joined
    for company in around.others[:2]:
        for act in short[:2]:
            if company not in above[:3]:
                yield "company+act", _joined(company, titles.clean(act)[0])
    for topic in around.topics[:2]:
        yield "topic", topic
        for act in short[:1]:
            yield "topic+act", _joined(topic, act)
    if around.before:
        yield "sentence-before", around.before
        for act in short[:1]:
            yield "sentence-before+act", _joined(around.before, act)
    if around.above:
        yield "above", around.above
        for act in short[:1]:
            yield "above+act", _joined(around.above, act)
    if around.below:
        yield "below", around.below


# 《…办法》（岚政〔2019〕12号）同时废止: not the rule that takes effect
REPEALED = re.compile(r"(?:[（(][^（）()]{0,40}[)）])?[^，。；,;]{0,6}废止")


def _quoted(text: str, phrase: Phrase, line: str) -> Iterator[tuple[str, str]]:
    books = [found[0] for found in _BOOK.finditer(text)]
    books.sort(key=lambda book: _distance(text, book, phrase))
    near = text[max(0, phrase.start - 60) : phrase.end + 60]
    books = [book for book in books if not REPEALED.match(text, text.find(book) + len(book))]
    for book in books[:2]:
        for word, act in _ACTS:
            if word in plain(near):
                yield "book+act", f"{book}{act}"
                break
        yield "book", book
    for found in _QUOTED.finditer(text):
        if abs(found.start() - phrase.start) < 60:
            yield "quoted", found[1]


def _distance(text: str, piece: str, phrase: Phrase) -> int:
    place = text.find(piece)
    return place - phrase.end if place >= phrase.end else phrase.start - (place + len(piece))


def _parts(line: str, phrase: Phrase, start: int, end: int, own: Phrase) -> bool:
    """Whether a date makes the clause at start … end another event's: a day, or a stretch at its end. One in
    brackets does where the date itself (`own`) stands in some, too."""
    if phrase.start >= end or phrase.end <= start or phrase.weak:
        return False
    if _inside(line, phrase) and not _inside(line, own):
        return False
    return phrase.exact or not _WORD.search(line[phrase.end : end])


def _inside(line: str, phrase: Phrase) -> bool:
    """Whether it stands in a bracket: a remark on what stands before."""
    return line.count("(", 0, phrase.start) > line.count(")", 0, phrase.start)


_BLANKED = re.compile(
    r"(?:于|在|自|从|至|到)?\ue000+(?:起|前|的)?|(?:\s*\b(?:on|in|from|by|at|for|until|to|of))?\s*\ue000+"
)


def _blank(text: str, phrases: Sequence[Phrase], own: Phrase | None) -> str:
    """The text with other dates as signs that stand for nothing, place by place."""
    for other in phrases:
        if own is not None and (other is own or (other.start < own.end and own.start < other.end)):
            continue
        if other.exact or other.clock is not None:
            text = (
                f"{text[: other.start]}{chr(0xE000) * (other.end - other.start)}{text[other.end :]}"
            )
    return text


def unblanked(text: str) -> str:
    """A piece without the signs of other dates and the words that carried them."""
    return (
        re.sub(r"[（(【\[]\s*[)）\]】]", "", _BLANKED.sub("", text)) if "\ue000" in text else text
    )


def _bare(clause: str) -> str:
    return clause.strip(" ,，;；:：")


def _tidy(text: str) -> str:
    return text.strip(" ,，、;；)）-–—")


def _glued(previous: str, rest: str) -> str:
    rest = rest.strip()
    if not rest or not previous:
        return ""
    return f"{previous}{rest}" if signs.HAN.search(rest[:1]) else f"{previous} {rest}"


def _bracket(line: str, phrase: Phrase) -> tuple[int, int] | None:
    """The bracket that holds the date, where words stand before it."""
    depth = 0
    for place in range(phrase.start - 1, max(-1, phrase.start - 80), -1):
        if line[place] in ")]】":
            depth += 1
        elif line[place] in "([【":
            if depth == 0:
                close = re.compile(r"[)\]】]").search(line, phrase.end)
                end = close.end() if close else len(line)
                return (place, end) if _WORD.search(line[:place]) else None
            depth -= 1
    return None
