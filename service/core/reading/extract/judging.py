"""Which dates of a sentence tell when something is going to happen.

A date may also say when something happened, when it was published, when it was meant to happen before it
was moved, what a figure is about, from when on something has been so. Of each is asked, in this order:

1. Is it the old or the new date of something moved?
2. Does it belong to a name: a figure's month, an edition's year, a remark in brackets?
3. Does it lie ahead of the reference date? A year that is not written is the next that does; where this
   year's has only just gone by, the words must say that the next one is meant.
4. Do the words report, forecast a quantity, or speak of something that holds since then?
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, Phrase, Read, read
from service.core.dates.phrases.written import Unit, Written
from service.core.dates.when import When
from service.core.events.kinds import Kind, infer_kind
from service.core.reading.extract import sentences, signs, titles
from service.core.reading.extract.context import Context
from service.core.text.bilingual import Words

_LIST_MARK = re.compile(r" ?[:|\t] ?| {1,2}-{1,3} | ?-{2,3} ?| {2,}| ?-{1,2}>")
LABEL = (
    r"(?:中长期|长期|短期|远期|近期|其他):"
    r"|(?:[0-9]{1,2}月|本月|下月|本周|下周)?(?:近期|后续|未来|重点|主要|下期|本期|最新"
    r"|即将)?(?:催化剂?|看点|关注|日程|预告|一览|焦点|大事|大事记|日历|活动|活动排期|排期|安排|关注点"
    r"|提示|展望|事件)(?:\(.{0,20}\))?[:]"
    r"|(?:\b(?:later|next(?: up)?|coming up|coming soon|ahead|upcoming|then|mark your calendars?"
    r"|save the dates?!*|dates?|on deck|we highlight|new date!?|in the diary|also|key dates?|diary"
    r"|the weeks? ahead|eta|dates? for (?:the|your) diary)(?: [a-z]+)?[:!,-]* ?-{0,2}>?)"
)
LEAD_IN = re.compile(
    rf"(?:【[^】]{{1,8}}】|[\s\"“(\[【「*>]|{LABEL}|预计|预期|计划|拟|暂定|初步|最迟|最快|最早|将|定"
    r"|于|在|自|从|约|或|另外|另|而|请各[^,。]{1,8}|时间:|日期:|会期:|截至|截止|不晚于|国内|其中|此外"
    r"|接下来|随后|其后|最后|首先|到|据悉,?|同日,?|[一二三四五六七八九十]{1,2}[,、.]|未来"
    r"|今后|[QA]:|(?:据|记者)[^,。]{0,12}(?:获悉|了解|报道|消息),|[一二三四]是"
    r"|\b(?:expected|coming|due|on or before|on|in|by|from|for|at|between|during|before|until|starting"
    r"|beginning|the|around|about|sometime|date|dates|when|then|and|later|also|next|as early as"
    r"|no later than|effective|tentatively|scheduled|planned|set|early|mid|late"
    r"|within the (?:next|coming)|over the (?:next|coming)|within)\b[ ,:-]*+)*",
    re.IGNORECASE,
)
_ATTRIBUTE_BEFORE = re.compile(
    r"(?:(?<![定改整间期更现日仍])为|对|与|和|向|把|给|的|较|比|相比|根据|按照|依据|参照|持续至|低于|高于)\s*$"
)
_SINCE_AFTER = re.compile(
    r"^\s*(?:已(?![定确经])|起?至今|起?以来|起施行以来|版(?!权)|发布的|公布的|通过的|施行的|实施的|印发的|出台的|款"
    r"|届|级|财年|型号|年鉴|报告期|期间的|(?:份)?(?:重点|重要)?(?:看点|大事|日程|日历|一览)[:])"
)
_PERIOD_AFTER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十0-9]+[次届期批轮]|前[二三四]?季度|前[0-9一二三四五六七八九十]+个?月"
    r"|上半年|全年|累计)"
)
_OF_AFTER = re.compile(r"^\s*的")
_BELONGS_AFTER = re.compile(r"^(?:'s|-(?:based|style|era|born|year|old|[a-z]{3,}))", re.IGNORECASE)
_NOUN_AFTER = re.compile(
    r"^ (?!(?:in|on|at|for|with|from|to|by|of|and|but|or|when|as|after|before|until|the|a|an|will|is"
    r"|are|while|because|if|this|that|per|via|next)\b)[\w'-]+",
    re.IGNORECASE,
)
_REMARK = re.compile(r"(?:[(,] ?(?:待确认|定期|已取消|每年|每月|每周|每日))+\)")
_MOVED_FROM = re.compile(
    r"\b(?:rescheduled|moved|postponed|changed|shifted|delayed|pushed|pushed back|slipp(?:ed|ing|s)"
    r"|brought forward|extended|(?:delay|postponement|deferral) of (?!up|about|around|[0-9])"
    r"|(?:postpone|reschedule|defer) (?:the|its|their)|delay (?:the|its|their) (?:[\w-]+ ){0,2}?"
    r"(?:start|date|deadline|launch|opening|introduction|application|entry|vote))"
    r"(?: ?[\w .'()-]{0,80}?,?)? from (?:the )?$",
    re.IGNORECASE,
)
_FULL_STOP = re.compile(r"[。.!?！？]\s*$")
HEAD_END = re.compile(r"[。.!?！？;；]\s*$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A phrase that tells when something happens, as it was read.

    `listed`: in the form of a list. `deadline`: something is due. `previous`: the date it replaces.
    """

    phrase: Phrase
    read: Read
    deadline: bool = False
    listed: bool = False
    previous: When | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """`line` is `text` made plain, place by place."""

    text: str
    line: str
    phrases: tuple[Phrase, ...]

    @property
    def chinese(self) -> bool:
        return signs.HAN.search(self.line) is not None

    def before(self, phrase: Phrase) -> str:
        return self.line[: phrase.start]

    def after(self, phrase: Phrase) -> str:
        return self.line[phrase.end :]


# Words near which a date that has gone by still counts, as the old one of something moved.
_MAY_MOVE = Words(
    "延|改|调整|提前|顺|→", "->|postpon|reschedul|move|delay|push|extend|now|new|slip"
)


# Could we do the 13th? 能否推迟到9日？
_ASKED = re.compile(
    r"^\W*(?:could|can|would|should|shall) (?:we|i)\b|(?:能否|可否|能不能)|[吗么]\?$",
    re.IGNORECASE,
)


def _hopeless(phrase: Phrase, made: Read | None, context: Context) -> bool:
    """Whether no words could make it an announcement; this spares most of a report its judging."""
    if made is None:
        return True
    if context.notes or context.edition or phrase.every or phrase.first is None:
        return False
    just_gone = made.rolled and made.behind <= 45 and phrase.first.month is not None
    return just_gone or made.when.last < context.today


def judge(
    sentence: Sentence, context: Context, month: tuple[int, int] | None = None
) -> list[Dated]:
    """Those of its dates that tell of something to come, in their order. `month` is one that an earlier
    date of the line names, for bare days."""
    line = sentence.line
    if line.endswith("?") and _ASKED.search(line):
        return []
    anchor = _anchor(sentence, context, month)
    sentence = _with_clock(sentence)
    reads = [(phrase, _read(phrase, anchor, context, line)) for phrase in sentence.phrases]
    if not _MAY_MOVE.within(line) and all(_hopeless(one, made, context) for one, made in reads):
        return []
    listed = list_form(sentence, sentence.phrases[0])
    cancelled = signs.CANCELLED.within(line)
    moved = signs.POSTPONED.within(line)
    dated: list[Dated] = []
    previous: When | None = None
    reads = _begun_and_ended(sentence, reads, anchor)
    for index, (phrase, made) in enumerate(reads):
        if made is None or (phrase.every == "WEEKLY" and _in_stretch(sentence, index)):
            continue
        before = sentence.before(phrase)
        if _PERIOD_BEFORE.search(before) and _whole_year(made.when):
            continue
        if phrase.last is not None and _MOVED_FROM.search(before):
            both = _from_to(phrase, anchor)
            if both is not None:
                dated.append(both)
                continue
        new = signs.new_before(before)
        if _is_old(sentence, reads, index, moved, cancelled, listed):
            previous = made.when
            continue
        if _belongs(sentence, phrase, reads, listed and index > 0, context.week is not None):
            continue
        if index > 0 and in_note(line, phrase) and dated:
            if _row_of_notes(line, dated[-1].phrase, phrase):
                dated.append(Dated(phrase, made, dated[-1].deadline, listed=True))
                continue
            better = _more_exact(dated[-1], made) or _day_of_month(line, phrase, dated[-1], made)
            if better:
                dated[-1] = replace(dated[-1], read=made)
            continue
        if cancelled and not moved:
            if made.when.last >= context.today and not (made.rolled and made.behind <= 240):
                dated.append(Dated(phrase, made, listed=listed and index == 0, cancelled=True))
            continue
        own_list = list_form(sentence, phrase) if index else listed
        if not _ahead(sentence, phrase, made, context, own_list, new):
            continue
        deadline = _deadline(sentence, phrase)
        made = _by(phrase, made, deadline, context.today)
        dated.append(Dated(phrase, made, deadline, own_list, previous if new else None))
    dated = _effect(sentence, reads, dated)
    if previous is not None and len(dated) == 1 and dated[0].previous is None:
        dated = [replace(dated[0], previous=previous)]
    return _distinct(sentence, dated)


# For the year January 1-December 31, 2027: what a form or an account is about
_PERIOD_BEFORE = re.compile(
    r"(?:\b(?:for|of) the (?:tax |calendar |financial |fiscal )?(?:year|period)|(?:年度|期间|报告期)[:为]?) ?$",
    re.IGNORECASE,
)


def _whole_year(when: When) -> bool:
    first, last = when.first, when.last
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def _with_clock(sentence: Sentence) -> Sentence:
    """A time of day that stands apart belongs to the only date: 11 Nov  Webinar on tags, 1pm AEDT."""
    clocks = [p for p in sentence.phrases if p.first is None and p.clock is not None]
    dates = [
        p
        for p in sentence.phrases
        if p.exact and p.first is not None and p.clock is None and p.last is None
    ]
    if (
        len(clocks) != 1
        or len(dates) != 1
        or dates[0].start > clocks[0].start
        or not list_form(sentence, dates[0])
    ):
        return sentence
    clock, day = clocks[0], dates[0]
    timed = replace(
        day, clock=clock.clock, until=clock.until, zone=clock.zone, end_zone=clock.end_zone
    )
    return replace(
        sentence,
        phrases=tuple(timed if p is day else p for p in sentence.phrases if p is not clock),
    )


_LEADING_COMMAS = re.compile(r"^[\s,、]+")
_COMMA_FIRST = re.compile(r"^\s?,")
_CAPITAL_FIRST = re.compile(r"\s+[A-Z0-9\"“]")
_FULL_STOP_EN = re.compile(r"[.]\s*$")
_MARK_EN = re.compile(r"[:|\t(\[] ?$")
# what may stand behind the date at the end of a row
_NOTHING_MORE = re.compile(r"[\s)\]】.。;；,]*$|[\s,]*\(?[^\d。;]{0,40}[)）\]]?[\s.]*$")
_MARK_BEFORE = re.compile(r"(?:[:(\[【|\t,~]|[-—]{1,2}|\s) ?$")
_FULL_STOP_ZH = re.compile(r"[。]\s*$")
_MARK_ZH = re.compile(r"[:(\[【|\t] ?$| {2,}$")


def list_form(sentence: Sentence, phrase: Phrase) -> bool:
    """Date, mark, name; or name, mark, date: the form of a list, where no verb is needed."""
    line = sentence.line
    lead = LEAD_IN.match(line)
    tail = line[phrase.end :]
    if lead is not None and lead.end() >= phrase.start:
        if _REMARK.match(tail) or _LIST_MARK.match(tail) or not tail.strip():
            return True
        body = _LEADING_COMMAS.sub("", tail)
        if HEAD_END.search(body) and sentence.chinese is False:
            return False
        short = len(body) <= (40 if sentence.chinese else 60)
        named = not signs.narrated_zh(body) or infer_kind(body) is Kind.CONFERENCE
        if _COMMA_FIRST.match(tail):
            if sentence.chinese:
                return (
                    short
                    and named
                    and not signs.FUTURE.within(body)
                    and not _FULL_STOP.search(line)
                )
            return short and _verbless(body)
        return (
            short
            and not HEAD_END.search(line)
            and (named if sentence.chinese else True)
            and (sentence.chinese or _CAPITAL_FIRST.match(tail) is not None)
        )
    head = line[: phrase.start]
    if _FULL_STOP_EN.search(line) and not _MARK_EN.search(head):
        return False
    closing = _NOTHING_MORE.match(tail)
    mark = _MARK_BEFORE.search(head)
    return bool(
        closing
        and mark
        and len(line) <= 140
        and not _FULL_STOP_ZH.search(line)
        and _verbless(head)
        and not sentence.chinese
    ) or bool(sentence.chinese and closing and _MARK_ZH.search(head) and len(line) <= 100)


_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|will|has|have|had|be|been|did|does|do|can|could|would)\b", re.IGNORECASE
)


def _verbless(text: str) -> bool:
    """Whether an English name stands there, not a sentence."""
    return not _AUXILIARY.search(text) and not signs.told_en(text)


def _anchor(sentence: Sentence, context: Context, month: tuple[int, int] | None) -> Anchor:
    anchor = context.now()
    if month is not None:
        anchor = replace(anchor, month=month)
    if not signs.FROM_PUBLICATION.within(sentence.line):
        return anchor
    for phrase in sentence.phrases:
        if (
            phrase.exact
            and phrase.after is None
            and phrase.first is not None
            and _published(sentence, phrase)
        ):
            made = read(phrase, anchor)
            if made is not None:
                first = made.when.first
                if made.rolled:  # "published on 20 April": this year's
                    this = read(phrase, replace(anchor, year=context.today.year))
                    first = this.when.first if this else first
                return replace(anchor, base=first)
    return replace(anchor, base=context.published)


_PART = re.compile(r"[,;]")


def _published(sentence: Sentence, phrase: Phrase) -> bool:
    near = sentence.line[max(0, phrase.start - 40) : phrase.start]
    near += " " + _PART.split(sentence.line[phrase.end : phrase.end + 20])[0]
    return signs.PUBLISHED.within(near)


def _read(phrase: Phrase, anchor: Anchor, context: Context, line: str) -> Read | None:
    if phrase.after is not None:
        return _after(phrase, anchor, line)
    year = _carried(phrase, line, context.today)
    if year is not None:
        return read(phrase, replace(anchor, year=year))
    bare = (
        phrase.first is not None
        and phrase.first.exact
        and phrase.first.month is None
        and not phrase.first.relative
    )
    if (
        bare
        and phrase.first is not None
        and phrase.first.weekday is not None
        and phrase.first.number == 0
    ):
        return read(phrase, anchor)
    if (
        context.month is not None
        and phrase.first is not None
        and not bare
        and not phrase.first.year_said
        and context.year is None
    ):
        # Under "2027年1月" a date without its year is the first from then on.
        start = date(*context.month, 1)
        return read(phrase, replace(anchor, today=start) if start > context.today else anchor)
    if context.year is not None and phrase.first is not None and phrase.first.relative:
        return read(phrase, replace(anchor, year=None))
    return read(phrase, anchor)


# within the next two weeks, 未来两周
_FROM_TODAY = re.compile(
    r"(?:未来|今后|接下来的?)$|\b(?:within|over|in|during) the (?:next|coming) $"
    r"|\bwill [^.]{0,60}\bwithin $",
    re.IGNORECASE,
)
_OF = re.compile(r" of\b")
_WORKDAYS_OR_WITHIN = re.compile(r"工作日|内$")
_IN = re.compile(r"\bin (?:about |around |just |another )?$", re.IGNORECASE)
# two weeks from now
_FROM_NOW = re.compile(r" (?:from (?:now|today)|hence)\b|'? time\b", re.IGNORECASE)
# two weeks after the launch
_OF_OR_AFTER = re.compile(r" (?:of|after|before|following|later|ago)\b", re.IGNORECASE)
_ON_ZH = re.compile(r"(?:^|[,。;:]|将于?|预计|计划|拟|在|于|定于|再过) ?$")


def _after(phrase: Phrase, anchor: Anchor, line: str) -> Read | None:
    """So long after publication, or from the reference date; else it is not known from when."""
    before, after = line[: phrase.start], line[phrase.end :]
    if anchor.base is not None:
        return read(phrase, anchor)
    if phrase.within:
        words = _FROM_TODAY.search(before)
        return read(phrase, anchor) if words and not _OF.match(after) else None
    if _WORKDAYS_OR_WITHIN.search(line[phrase.start : phrase.end]):
        return None
    if line[phrase.end - 1].isascii() and line[phrase.end - 1].isalpha():
        own = line[phrase.start : phrase.end]
        counted = _IN.search(before) or _FROM_NOW.match(after) or _FROM_NOW.search(own)
        if not counted or _OF_OR_AFTER.match(after):
            return None
    elif not _ON_ZH.search(before):
        return None
    return read(phrase, anchor)


_NEXT_YEAR_AFTER = re.compile(r" (?:of )?next year\b", re.IGNORECASE)
_YEARS_SAID = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2}) ?年(?!度)|(去年|上年|前年(?!报))|(明年|来年)|\b(last year)\b"
    r"|\b((?:19|20)[0-9]{2})\b(?= ?[-,])",
    re.IGNORECASE,
)
_LAST_YEAR = re.compile(r"\blast year\b", re.IGNORECASE)


def _carried(phrase: Phrase, line: str, today: date) -> int | None:
    """The year that an earlier date of the sentence names, for one that names none."""
    written = phrase.first
    if (
        written is None
        or written.year_said
        or (written.weekday is not None and not written.number)
        or (written.exact and written.month is None)
    ):
        return None
    if _NEXT_YEAR_AFTER.match(line[phrase.end :]):
        return today.year + 1
    head = line[: phrase.start]
    found = list(_YEARS_SAID.finditer(head))
    if not found:
        return today.year - 1 if _LAST_YEAR.search(line[phrase.end :]) else None
    year, past, coming, english, number = found[-1].groups()
    if signs.INTAKE.match(head, found[-1].end()):
        return None
    if past or english:
        return today.year - (2 if past == "前年" else 1)
    if coming:
        return today.year + 1
    value = int(year or number)
    return value if value <= today.year + 1 and (year or value >= today.year) else None


def _from_to(phrase: Phrase, anchor: Anchor) -> Dated | None:
    """ "From May 20 to June 11", of something moved: the grammar took it for a range."""
    assert phrase.first is not None
    assert phrase.last is not None
    last = phrase.last
    if last.month is None and last.number:
        last = replace(last, month=phrase.first.month)
    new = replace(phrase, first=last, last=None)
    made = read(new, anchor)
    old = read(replace(phrase, last=None), anchor)
    return Dated(new, made, previous=old.when if old else None) if made else None


_BEGINS = re.compile(
    r"\b(?:starts?|begins?|kicks? off|runs?)(?: on| from)?(?: the)? $|自$|从$", re.IGNORECASE
)
_AND_ENDS = re.compile(
    r"(?:,| and|,? and)? ?(?:ends?|concludes?|finish(?:es)?|wraps up|closes)(?: on)?(?: the)? ?"
    r"|(?:开始|开幕|启动),?(?:并)?(?:于|至|到)? ?",
    re.IGNORECASE,
)


# 自9月1日零时起，…，至次年8月31日止
_HOLDS_UNTIL = re.compile(r" ?(?:零时|0时)?起[^。;]{0,60}?,? ?(?:至|到) ?$")


def _begun_and_ended(
    sentence: Sentence, reads: Sequence[tuple[Phrase, Read | None]], anchor: Anchor
) -> list[tuple[Phrase, Read | None]]:
    """With "starts on 29 Dec and ends on 4 Jan" as the one span that it is."""
    kept: list[tuple[Phrase, Read | None]] = []
    for phrase, made in reads:
        if (
            kept
            and phrase.exact
            and phrase.last is None
            and kept[-1][0].exact
            and kept[-1][0].last is None
        ):
            first = kept[-1][0]
            between = sentence.line[first.end : phrase.start]
            if (
                first.clock is None
                and phrase.clock is None
                and _BEGINS.search(sentence.before(first))
                and (_AND_ENDS.fullmatch(between) and "closes" not in between)
            ):
                span = replace(first, last=phrase.first, end=phrase.end)
                both = read(span, anchor)
                if both is not None:
                    kept[-1] = (span, both)
                    continue
            if sentence.line[phrase.end - 1] == "止" and _HOLDS_UNTIL.match(between):
                span = replace(first, last=phrase.first)
                both = read(span, anchor) if _BEGINS.search(sentence.before(first)) else None
                if both is not None:
                    kept[-1] = (span, both)
                    continue
        kept.append((phrase, made))
    return kept


# 6月2日推迟至…, June 2 -> June 9
_MOVED_AFTER = re.compile(r" ?(?:\)? ?(?:推迟|延期|延后|改期|延至|顺延|提前|改至|改为)|-{1,2}> ?)")
# May 18, not May 8
_DENIED = re.compile(
    r"\bnot (?:on )?$|(?:无法|不能|不会|未能|难以)[^,。;]{0,5}[于在]$", re.IGNORECASE
)
# moved up to January 14 from February 2
_BACK_FROM = re.compile(r" from (?:the )?", re.IGNORECASE)
_OLD_WORDS = re.compile(
    r"原|originally|previously|initially|formerly|instead|\bnot$|rather|\bwas\b|\bhad been\b|first|\bonce\b",
    re.IGNORECASE,
)


def _is_old(
    sentence: Sentence,
    reads: Sequence[tuple[Phrase, Read | None]],
    index: int,
    moved: bool,
    cancelled: bool,
    listed: bool,
) -> bool:
    phrase, _ = reads[index]
    before, after = sentence.before(phrase), sentence.after(phrase)
    if signs.new_before(before):
        return False
    if cancelled and not moved:
        return False
    if moved and _MOVED_AFTER.match(after):
        return True
    if index and _BACK_FROM.fullmatch(sentence.line, reads[index - 1][0].end, phrase.start):
        return signs.new_before(sentence.before(reads[index - 1][0]))
    if not signs.old_before(before):
        return False
    if _DENIED.search(before):
        return True
    if _OLD_WORDS.search(before[-40:]):
        return (
            moved
            or in_note(sentence.line, phrase)
            or any(signs.new_before(sentence.before(p)) for p, _ in reads[index + 1 :])
            or not listed
        )
    return moved and len(reads) > 1


# shareholders as of June 2
_OF_RECORD = re.compile(
    r"(?:\bof record|\bas of|record date)(?: (?:at|as of) (?:the )?close of business)? ?(?:on )?$",
    re.IGNORECASE,
)
# GDANSK, April 7, 2025 - …: where and when it was written
_DATELINE = re.compile(r"[A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+)*(?:, [A-Z][A-Za-z. ]+)?, ?$")
_DATELINE_DASH = re.compile(r" ?(?:\([^)]*\) ?)?-{1,2} ")
# 即日起至6月5日
_UNTIL_AFTER = re.compile(r" ?起?(?:报名|征集|受理)?(?:至|到|-)")
_MARK_OR_END = re.compile(r" ?(?:[,:|\t]|-{1,2} )|$")
# on Friday; 将于周五
_BEFORE_WEEKDAY = re.compile(
    r"(?:\b(?:on|by|this|until|for|before|of)|[,(]|于|在|将) ?$", re.IGNORECASE
)
# will launch on Friday
_WILL = re.compile(
    r"\b(?:will|shall|plans? to|due|(?:is|are) (?:to|(?:set|scheduled|slated|expected) (?:to|for)))\b",
    re.IGNORECASE,
)
# every second Tuesday: which ones is not said
_ALTERNATE = re.compile(
    r"\b(?:(?:every|each) (?:second|other|third|fourth)|alternate) $|隔$", re.IGNORECASE
)
# Talks start on Monday
_STARTS = re.compile(
    r"\b(?:starts?|begins?|opens?|resumes?|ends?|closes?|votes?|meets?|convenes?|follows?) $",
    re.IGNORECASE,
)
_COLON_AFTER = re.compile(r" ?[:|]")
# Q2 results (April-September)
_STRETCH_OF = re.compile(
    r"(?:\b(?:q[1-4]|[1-4]q|h[12]|quarter|half|year|results|earnings)|业绩|财报|季报|季度|年度) ?[(]$",
    re.IGNORECASE,
)
# fiscal year 2027
_FISCAL = re.compile(r"(?:fiscal|fy ?|财年|财政|学年)(?: ?year)? ?$", re.IGNORECASE)
_WHEN_SAID = re.compile(
    r"(?:\b(?:in|by|during|until|from|before|for|late|early|and|or|about|around|says?|now|,)|于"
    r"|在|预计|将|拟|计划|定|最快|最早|等到|料|是|[日期间]为|;|[,:、(]) ?$",
    re.IGNORECASE,
)
_IN_FIRST = re.compile(r"in ", re.IGNORECASE)
_FOR = re.compile(r"\bfor $", re.IGNORECASE)
_COLON_BEFORE = re.compile(r"[:] ?$")
# the 2026 report
_OWNED = re.compile(r"\b(?:the|its|their|our|a|of)\s*$|[A-Za-z] $")
_CALENDAR_UNITS = (Unit.MONTH, Unit.MONTHS, Unit.QUARTER, Unit.HALF, Unit.YEAR)
_LETTER_AFTER = re.compile(r"^ [A-Za-z]")
# Stratos Index 2026
_NAME_BEFORE = re.compile(r"[A-Za-z\u3400-\u9fff)] ?$")


def _belongs(
    sentence: Sentence,
    phrase: Phrase,
    reads: Sequence[tuple[Phrase, Read | None]],
    behind_list: bool,
    week_said: bool,
) -> bool:
    """Whether it is part of a name: what a figure, a report, an edition is about (10月IFO, Q2 results);
    or where the text was written, or on which weekday something recurs."""
    if _of_document(sentence, phrase, reads) or _idle_weekday(sentence, phrase, reads, week_said):
        return True
    if phrase.exact or phrase.first is None or phrase.clock is not None:
        return False
    before, after = sentence.before(phrase), sentence.after(phrase)
    if signs.FIGURE.match(after) and not _COLON_AFTER.match(after):
        return True
    if _STRETCH_OF.search(before) and after.startswith(")"):
        return True
    if _FISCAL.search(before) or any(
        pattern.match(after) for pattern in (_SINCE_AFTER, _BELONGS_AFTER, _OF_AFTER, _PERIOD_AFTER)
    ):
        return True
    return not phrase.week_of and _names_period(sentence, phrase, phrase.first, reads, behind_list)


def _of_document(
    sentence: Sentence, phrase: Phrase, reads: Sequence[tuple[Phrase, Read | None]]
) -> bool:
    """Whether it says as of when something holds, when the text was written, or "from now on"."""
    before, after = sentence.before(phrase), sentence.after(phrase)
    if _OF_RECORD.search(before) and len(reads) > 1:
        return True
    if _DATELINE.match(before) and _DATELINE_DASH.match(after) and HEAD_END.search(sentence.line):
        return True
    own = sentence.line[phrase.start : phrase.end]
    return own in ("即日", "今日") and _UNTIL_AFTER.match(after) is not None


def _idle_weekday(
    sentence: Sentence,
    phrase: Phrase,
    reads: Sequence[tuple[Phrase, Read | None]],
    week_said: bool,
) -> bool:
    """Whether it is a weekday beside another date, or without words that make it a date."""
    first = phrase.first
    if first is None or first.weekday is None or first.number or first.relative:
        return False
    if phrase.last is not None and not phrase.last.number:
        return True  # Tuesday to Saturday, 10am-4pm
    if _ALTERNATE.search(sentence.before(phrase)):
        return True
    if phrase.clock is not None:
        return False
    if any(
        other.exact
        and other is not phrase
        and made is not None
        and not (_bare_weekday(other) and _apart(sentence.line, phrase, other))
        for other, made in reads
    ):
        return True
    before, after = sentence.before(phrase), sentence.after(phrase)
    if _BELONGS_AFTER.match(after):
        return True  # after Friday's halt
    lead = LEAD_IN.match(sentence.line)
    leads = lead is not None and lead.end() >= phrase.start and _MARK_OR_END.match(after)
    alone = sentence.chinese and not before.strip()
    if leads or _BEFORE_WEEKDAY.search(before) or alone:
        return False
    clause = sentence.line[clause_span(sentence.line, phrase)[0] : phrase.start]
    if sentence.chinese or signs.told_en(clause) or signs.told_loosely_en(clause):
        return True  # said on Tuesday it would …
    if _STARTS.search(before):
        return False
    return not (_WILL.search(clause) or (week_said and signs.HAPPENS.within(clause)))


_THREE_WORDS = re.compile(r"(?:\W*\b\w+){3}")


def _apart(line: str, one: Phrase, other: Phrase) -> bool:
    """Whether words for a thing of its own stand between two: not in "on Monday and Thursday"."""
    first, second = sorted((one, other), key=lambda p: p.start)
    return _THREE_WORDS.match(line, first.end, second.start) is not None


def _bare_weekday(phrase: Phrase) -> bool:
    first = phrase.first
    return first is not None and first.weekday is not None and not (first.number or first.relative)


def _names_period(
    sentence: Sentence,
    phrase: Phrase,
    written: Written,
    reads: Sequence[tuple[Phrase, Read | None]],
    behind_list: bool,
) -> bool:
    """Whether a month, quarter or year only names what is spoken of: no word says that it is then, and
    another date is there, or a name beside it."""
    before, after = sentence.before(phrase), sentence.after(phrase)
    start, end = clause_span(sentence.line, phrase)
    others = [other for other, made in reads if made is not None and other is not phrase]
    exact = any(
        (other.exact or other.clock is not None) and other.end > start and other.start < end
        for other in others
    )
    said = _WHEN_SAID.search(before) or _IN_FIRST.match(sentence.line[phrase.start :])
    if exact and _FOR.search(before):
        return True
    if behind_list and exact:
        return not said or _COLON_BEFORE.search(before) is not None  # 1月14日：2026年度…
    if before.strip() and not said:
        if exact:
            return True
        if not signs.new_before(before) and any(other.start < phrase.start for other in others):
            return True  # 3月底，央行将召开一季度货币政策例会
    if phrase.last is None and not sentence.chinese and written.unit in _CALENDAR_UNITS:
        named = not said and _OWNED.search(before)
        if _NOUN_AFTER.match(after) and (named or (exact and _LETTER_AFTER.match(after))):
            return True
    return (
        written.unit in (Unit.YEAR, Unit.QUARTER, Unit.HALF)
        and not said
        and _NAME_BEFORE.search(before) is not None
        and written.year is not None
        and phrase.weak
    )


def _more_exact(one: Dated, made: Read) -> bool:
    return (
        made.when.timed
        and not one.read.when.timed
        and abs((made.when.first - one.read.when.first).days) <= 1
    )


def _day_of_month(line: str, phrase: Phrase, one: Dated, made: Read) -> bool:
    """January: new privacy acts take effect (Jan 1): the day alone in brackets, within the month."""
    when, stretch = made.when, one.read.when
    return (
        phrase.exact
        and line[phrase.start - 1 : phrase.start] == "("
        and line[phrase.end : phrase.end + 1] == ")"
        and when.dated
        and not stretch.dated
        and stretch.first <= when.first
        and when.last <= stretch.last
    )


def _row_of_notes(line: str, one: Phrase, other: Phrase) -> bool:
    """Alpha (July 21), Beta (July 23): each name with its own date, alone in its brackets."""
    if not one.exact or not all(
        line[p.start - 1 : p.start] == "(" and line[p.end : p.end + 1] == ")" for p in (one, other)
    ):
        return False
    name = _NEXT_NAME.fullmatch(line, one.end, other.start)
    if name is None or other.exact or other.first is None:
        return name is not None
    # A month behind a name that is no event's is what a figure is about: home prices (August).
    return titles.event_name(name[1]) and not other.weak


_NEXT_NAME = re.compile(
    r"\) ?(?:[,、;和及]|,? and\b) ?([^,、;()]{0,80}?[^\W\d_]{2}[^,、;()]{0,80})\(", re.IGNORECASE
)
# every Tuesday in August; 8月每周二
_IN_STRETCH = re.compile(
    r" ?(?:(?:in|of|during|throughout)(?: the month of)?|的)? ?", re.IGNORECASE
)


def _in_stretch(sentence: Sentence, index: int) -> bool:
    """Whether the month or season beside a weekly recurrence says in which weeks it falls: its first day
    is then not the next one."""
    phrase, phrases = sentence.phrases[index], sentence.phrases
    for near in (index - 1, index + 1):
        if 0 <= near < len(phrases) and not phrases[near].exact and phrases[near].first is not None:
            gap = sorted((phrase, phrases[near]), key=lambda p: p.start)
            if _IN_STRETCH.fullmatch(sentence.line, gap[0].end, gap[1].start):
                return True
    return False


_SINCE_BEFORE = re.compile(r"\b(?:since|dated|ended|ending) (?:the )?$", re.IGNORECASE)
_AS_OF = re.compile(r"\bas of (?:the )?$", re.IGNORECASE)
# will not happen before June 9
_NOT_BEFORE = re.compile(r"\bnot\b(?: (?!later)[a-z]+){1,4} before (?:the )?$", re.IGNORECASE)
# for those who enroll after Dec. 15
_CONDITION = re.compile(r"\bwho(?: [\w'-]+){1,6} (?:after|before|since) $", re.IGNORECASE)
# 明天阵雨
_WEATHER = re.compile(
    r"(?:白天|夜间|上午|下午|傍晚|到)?[^,。;]{0,4}?(?:晴|多云|阴|[阵小中大暴雷]雨|[小中大暴]雪|有雨|有雪)"
    r"(?=[,。;转到]|间|$)"
)
_EFFECTIVE_AS_OF = re.compile(r"effective as of", re.IGNORECASE)
# reported the resignation effective April 30, 2026
_EFFECTIVE = re.compile(r"\beffective(?: as of| on| from)? $", re.IGNORECASE)
# … 市值 131.4 亿 更新 11-09 15:00
_STAMP = re.compile(
    r"(?:更新|(?:发布|回复|发表|提问)时间)于?:? ?$|\bupdated(?: on| at)?:? $", re.IGNORECASE
)
_DIGIT = re.compile(r"[0-9]")
# 截至5月20日，…: as a rule a figure
_AS_AT_ZH = re.compile(
    r"截至 ?$|(?<!活动|报名|申报|申请|投稿|征稿|征集|投票|缴费|提交|预售)截止 ?$"
)
_AS_AT_ZH_WORD = re.compile("截[至止]")
_COMMA_AFTER = re.compile(r"\s*,")
_BODY_AFTER = re.compile(r"\s*(?:\([^()]*\))?\s*[,:，]|\s*[\u3400-\u9fff]")
_COMMA_OR_COLON_AFTER = re.compile(r"\s*[,:]")
# its 2027 target
_ATTRIBUTE_BEFORE_STRETCH = re.compile(
    r"(?:\bof|\bthe|\ba|\bits|\btheir|'s|为|对|的) ?$", re.IGNORECASE
)


def _ahead(
    sentence: Sentence, phrase: Phrase, made: Read, context: Context, listed: bool, new: bool
) -> bool:
    """Whether it lies ahead, and the words tell of something to come: questions 3 and 4 of this module.
    `new`: it is the new date of something moved."""
    line, before, after = sentence.line, sentence.before(phrase), sentence.after(phrase)
    when, today = made.when, context.today
    if context.notes and listed and made.year_said:
        return True
    if _lies_behind(phrase, made, today, listed):
        return False
    clause = clause_of(line, phrase)
    if _is_circumstance(sentence, phrase, clause, listed or new):
        return False
    near = signs.FUTURE.within(clause) or _EFFECTIVE.search(before) is not None
    as_at = _AS_AT_ZH.search(before)
    forecast = (as_at or not phrase.exact) and signs.FORECAST.within(clause)
    if forecast and (phrase.exact or not listed or _DIGIT.search(after)):
        return False
    if when.first == when.last == today and _STAMP.search(before):
        return False
    if when.first == when.last == today and not (when.timed or new):
        if _TALKED_OF.match(after):
            return False
        leads = listed and not made.year_said and not before.strip()
        if not leads and _of_today(sentence, phrase, listed, near):
            return False
    told = not near and not sentence.chinese and _reports(phrase, clause, listed)
    if made.rolled and made.behind <= 240 and not new:
        return _next_years(sentence, phrase, made, context, listed, near, told)
    if new or told:
        return new
    as_prose = not listed or _COMMA_AFTER.match(after) is not None
    if as_prose and made.since is not None and made.since <= 60:
        far = (when.first - today).days > 240
        if far and not signs.FUTURE.within(line) and infer_kind(after) is not Kind.CONFERENCE:
            return False  # in a report of January "18 December" is the last one
    if phrase.by and as_at and not signs.DEADLINE.within(_AS_AT_ZH_WORD.sub("", line)):
        return not (forecast or _COMMA_AFTER.match(after))
    around = phrase.first is not None and phrase.first.unit is Unit.DAYS_OFF
    if around and sentence.chinese and not near and signs.told_zh(clause):
        return False  # 五一期间客流创新高: those that were
    if listed:
        return True
    if not near and signs.PAST.within(clause):
        return False
    if phrase.exact or phrase.week_of:
        return True
    return _happens_then(sentence, phrase, clause, near)


def _lies_behind(phrase: Phrase, made: Read, today: date, listed: bool) -> bool:
    """Whether it is past by its day or by its words (last week), or what is done today."""
    if made.when.last < today:
        return True
    written = phrase.first
    if written is None:
        return False
    if written.days == 0 and not (made.when.timed or listed or phrase.by):
        return True
    shifts = (written.days, written.weeks, written.months, written.years, written.quarters)
    return any(shift is not None and shift < 0 for shift in shifts)


def _is_circumstance(sentence: Sentence, phrase: Phrase, clause: str, plainly: bool) -> bool:
    """Whether it says since when, as of when or until when something holds. `plainly`: its form or the
    words before it say that it is a date to come."""
    before, after = sentence.before(phrase), sentence.after(phrase)
    if _SINCE_AFTER.match(after) or _SINCE_BEFORE.search(before) or _CONDITION.search(before):
        return True
    if phrase.first is not None and phrase.first.days is not None and _WEATHER.match(after):
        return not signs.HAPPENS.within(after)
    if not plainly and _ATTRIBUTE_BEFORE.search(before):
        return True
    if _AS_OF.search(before) and not _EFFECTIVE_AS_OF.search(before):
        return True
    if signs.ASIDE.within(clause) or _NOT_BEFORE.search(before):
        return True
    return signs.NEGATED.within(sentence.line if len(sentence.line) < 80 else clause)


# 今天聊聊去年读过的书
_TALKED_OF = re.compile(
    r"(?:我们|咱们|就|来|想|再|给大家|和大家|跟大家)*(?:聊|说说|谈谈|讲讲|分享|看看)"
)


def _of_today(sentence: Sentence, phrase: Phrase, listed: bool, near: bool) -> bool:
    """Whether the day of the document is its own date, or that of what it reports."""
    if sentence.chinese and not (listed or near) and signs.narrated_zh(sentence.after(phrase)):
        return True
    today_said = phrase.first is not None and phrase.first.days == 0
    return not (near or today_said) and infer_kind(sentence.line) is Kind.OTHER


def _reports(phrase: Phrase, clause: str, listed: bool) -> bool:
    """Whether an English clause without a word of the future tells of something done."""
    if phrase.every is None and signs.told_en(clause):
        return True
    return (
        not phrase.exact
        and not listed
        and signs.told_loosely_en(clause)
        and not signs.HAPPENS.within(clause)
    )


def _happens_then(sentence: Sentence, phrase: Phrase, clause: str, near: bool) -> bool:
    """Whether in a month, a quarter or a year something happens, which lies on some day of it."""
    before, after = sentence.before(phrase), sentence.after(phrase)
    unit = phrase.first.unit if phrase.first is not None else None
    if sentence.chinese and not near and unit is Unit.YEAR and signs.told_zh(clause):
        return False  # 宣布今年晚些时候拥有…的选择权
    leads = _BODY_AFTER.match(after) and not signs.WORD.search(LEAD_IN.sub("", before, count=1))
    if leads and (sentence.chinese or _COMMA_OR_COLON_AFTER.match(after)):
        return True
    if sentence.chinese and unit in (Unit.YEAR, Unit.HALF) and not signs.HAPPENS.within(after):
        return False  # 将在今年晚些时候拥有…的选择权: nothing happens on a day
    if near or (not sentence.chinese and signs.FUTURE.within(sentence.line)):
        return unit is None or not _ATTRIBUTE_BEFORE_STRETCH.search(before)
    return signs.HAPPENS.within(clause)


_PARTS_OF_YEAR = (Unit.YEAR_START, Unit.YEAR_MIDDLE, Unit.YEAR_LATE)
# ORCHARD 2026
_EDITION_YEAR = re.compile(
    r"[A-Za-z\u3400-\u9fff] ?(20[0-9]{2})(?! ?年? ?[0-9]{1,2} ?月|[0-9-]|年)"
)


def _next_years(
    sentence: Sentence,
    phrase: Phrase,
    made: Read,
    context: Context,
    listed: bool,
    near: bool,
    told: bool,
) -> bool:
    """Whether a date whose day of this year has just gone by means next year's (or next month's)."""
    before, after = sentence.before(phrase), sentence.after(phrase)
    written = phrase.first
    if context.past or told or signs.PAST.within(clause_of(sentence.line, phrase)):
        return False
    if phrase.every is not None:
        return True
    if written is not None and written.exact and written.month is None:
        return listed or near or (not signs.WORD.search(before) and not signs.narrated_zh(after))
    if written is not None and written.unit in _PARTS_OF_YEAR:
        return False
    happens = signs.HAPPENS.within(clause_of(sentence.line, phrase))
    if context.edition == made.when.first.year and (listed or near or happens):
        return True
    edition = _EDITION_YEAR.search(sentence.line)
    if edition and int(edition[1]) < made.when.first.year:
        return False
    if listed:
        narrative = (
            sentence.chinese
            and signs.narrated_zh(after)
            and infer_kind(after) is not Kind.CONFERENCE
        )
        return made.behind > (120 if narrative else 45)
    return near and made.behind > 45


def _deadline(sentence: Sentence, phrase: Phrase) -> bool:
    clause = clause_of(sentence.line, phrase)
    return signs.DEADLINE.within(clause) or infer_kind(clause) in (
        Kind.DEADLINE,
        Kind.CONSULTATION,
    )


def _by(phrase: Phrase, made: Read, deadline: bool, today: date) -> Read:
    """ "By" a date: the deadline itself, or, of what is to happen by then, one day until then."""
    when = made.when
    if not phrase.by or when.timed or phrase.last is not None:
        return made
    if deadline:
        return replace(made, when=when if when.dated else when_.day(when.last))
    if (when.first <= today and not when.dated) or today >= when.last:
        return made
    return replace(made, when=when_.window(today, when.last))


def _effect(
    sentence: Sentence, reads: Sequence[tuple[Phrase, Read | None]], dated: list[Dated]
) -> list[Dated]:
    """Counted from publication: the day of publication itself is then no event."""
    if not signs.FROM_PUBLICATION.within(sentence.line) or not any(
        phrase.after is not None for phrase, _ in reads
    ):
        return dated
    return [
        one for one in dated if one.phrase.after is not None or not _published(sentence, one.phrase)
    ]


_SEMICOLON = re.compile(r"[;；]")


def _distinct(sentence: Sentence, dated: list[Dated]) -> list[Dated]:
    """Without a date said twice, and of two in one clause without a mark between them only the last."""
    kept: list[Dated] = []
    for one in dated:
        if kept:
            last = kept[-1]
            between = sentence.line[last.phrase.end : one.phrase.start]
            if last.phrase.end > one.phrase.start or (
                last.read.when == one.read.when
                and not (sentences.divided(between) and _THREE_WORDS.match(between))
            ):
                continue
            if _same_day(last, one) and not _SEMICOLON.search(between):
                if one.read.when.timed and not last.read.when.timed:
                    kept[-1] = one
                continue
            if not sentences.divided(between) and not last.listed:
                kept[-1] = one
                continue
        kept.append(one)
    return kept


def _same_day(a: Dated, b: Dated) -> bool:
    one, two = a.read.when, b.read.when
    return one.dated and two.dated and one.first == two.first and (one.timed != two.timed)


def in_note(line: str, phrase: Phrase) -> bool:
    """In brackets, behind words outside of them."""
    bracket = sentences.bracketed(line, phrase.start, phrase.end)
    if (
        bracket is not None
        and line[bracket[0]] in "[【"
        and bracket[1] - bracket[0] <= phrase.end - phrase.start + 3
    ):
        return False  # [3月8日]: …
    return bracket is not None and bool(signs.WORD.search(line[: bracket[0]]))


_BRACKETS = re.compile(r"\([^()]*\)")


def clause_of(line: str, phrase: Phrase) -> str:
    """The part of the sentence around a phrase, between commas, without brackets that it is not in; with
    the next part where it leads its own."""
    start, end = clause_span(line, phrase)
    clause = line[start : phrase.start], line[phrase.start : phrase.end], line[phrase.end : end]
    return "".join(_BRACKETS.sub("", part) if part is not clause[1] else part for part in clause)


_TWO_LETTERS = re.compile(r"\w{2}")


def leads_in(text: str) -> bool:
    """Whether nothing stands there but words that lead to a date. LEAD_IN.fullmatch would try every way
    to part them, and never end on a long one."""
    lead = LEAD_IN.match(text)
    return lead is not None and lead.end() == len(text)


def clause_span(line: str, phrase: Phrase) -> tuple[int, int]:
    start = max(line.rfind(mark, 0, phrase.start) for mark in ",;")
    ends = [place for mark in ",;" if (place := line.find(mark, phrase.end)) >= 0]
    end = min(ends, default=len(line))
    if (
        leads_in(line[start + 1 : phrase.start])
        and ends
        and not _TWO_LETTERS.search(_BRACKETS.sub("", line[phrase.end : end]))
    ):
        following = [place for mark in ",;" if (place := line.find(mark, end + 1)) >= 0]
        end = min(following, default=len(line))
    return start + 1, end
