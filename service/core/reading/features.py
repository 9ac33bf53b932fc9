"""What is weighed: short names of what is true of a date, of a reading of it, and of a title for it.

The names are those of the weights (weights.py), and what `horizon extract --explain` shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from service.core.dates.phrases import Phrase
from service.core.dates.phrases.written import Unit
from service.core.events.kinds import Kind as EventKind
from service.core.events.kinds import infer_kind
from service.core.reading import cues, signs, subjects, titles
from service.core.reading.mentions import DATE_LABEL, NAME_LABEL, Mention, due, label_of
from service.core.reading.subjects import Subject
from service.core.reading.then import Completion
from service.core.text.characters import plain

_WORD = re.compile(r"\w")


def of_date(mention: Mention, phrases: int, blocks: int) -> list[str]:
    """What is true of a date, whatever it is read as and called. `phrases` and `blocks` of the document."""
    block, phrase = mention.block, mention.phrase
    found = ["date"]
    add = found.append
    add(f"block={block.kind.value}")
    if block.quoted:
        add("quoted")
    if mention.row is not None:
        add("row")
        add("row-own" if not mention.column else "row-column")
        if mention.row.cancelled:
            add("row-off")
        found += (
            [f"column-{name}" for name in cues.of_heading([plain(mention.column)])]
            if mention.column
            else []
        )
    found += [f"heading-{name}" for name in cues.of_heading([plain(h.text) for h in block.parents])]
    density = phrases / max(blocks, 1)
    add(f"doc-phrases={_step(phrases or 2, _DOC_PHRASES, '21+')}")  # 0: all that it has are vetoed
    if density > 0.8 and blocks > 3:
        add("doc-dense")
    if mention.place == 0:
        add("first-block")
    if mention.gone_by:
        add("gone-by")
    if blocks > 5 and mention.place >= blocks - 3:
        add("last-blocks")
    if phrase is None:
        add("implicit")
        length = len(mention.text)
        add(
            "implicit-long"
            if length > (40 if signs.HAN.search(mention.text) else 80)
            else "implicit-short"
        )
        if mention.text.rstrip()[-1:] in "。.：:":
            add("implicit-sentence")
        return found + [
            f"implicit-{name}" for name in cues.around(mention.line, 0, 0, (0, len(mention.line)))
        ]
    found += _of_phrase(phrase)
    found += _of_place(mention, phrase)
    found += _beside(mention.line, phrase.start, phrase.end, "date")
    if mention.row is None:
        found += cues.around(mention.line, phrase.start, phrase.end, mention.clause)
        lead = mention.line[: phrase.start].partition(":")
        if lead[1] and len(lead[0]) <= 20:
            found += [f"line-{name}" for name in cues.of_heading([lead[0]])]
        if label := label_of(block):
            found += _of_label(label)
    return found


_LAST_WORD = re.compile(r"([a-z']+)[^a-z\u3400-\u9fff]*$")
_TWO_LAST = re.compile(r"([a-z']+ [a-z']+) ?$")
_FIRST_WORD = re.compile(r"[^a-z\u3400-\u9fff]*([a-z']+)")
_TWO_FIRST = re.compile(r" ?([a-z']+ [a-z']+)")
_HAN_LAST = re.compile(r"([\u3400-\u9fff]{1,2})[^\u3400-\u9fffa-z]?$")
_HAN_FIRST = re.compile(r"[^\u3400-\u9fffa-z]?([\u3400-\u9fff]{1,2})")


def _beside(line: str, start: int, end: int, what: str) -> list[str]:
    """The words and signs next to a place."""
    before, after = line[max(0, start - 40) : start].lower(), line[end : end + 40].lower()
    found: list[str] = []
    if one := _HAN_LAST.search(before):
        found += {f"{what}<{one[1][-1]}", f"{what}<{one[1]}"}
    if one := _LAST_WORD.search(before):
        found.append(f"{what}<{one[1]}")
    if one := _TWO_LAST.search(before):
        found.append(f"{what}<{one[1]}")
    if one := _HAN_FIRST.match(after):
        found += {f"{what}>{one[1][0]}", f"{what}>{one[1]}"}
    if one := _FIRST_WORD.match(after):
        found.append(f"{what}>{one[1]}")
    if one := _TWO_FIRST.match(after):
        found.append(f"{what}>{one[1]}")
    return found


def _of_label(label: str) -> list[str]:
    line = plain(label)
    if subjects.DATE_LABEL.match(line):
        return ["label=date"]
    if DATE_LABEL.match(line):
        return ["label=some-date"]
    return ["label=name" if NAME_LABEL.match(line) else "label=act"]


def _of_phrase(phrase: Phrase) -> list[str]:
    found = []
    written = phrase.first
    if phrase.weak:
        found.append("weak")
        if written is not None and written.month is None and written.year is not None:
            found.append("weak-year")
    if phrase.after is not None:
        found.append("after-so-long")
    if written is None:
        found.append("clock-only")
    else:
        if written.year is None and not written.relative:
            found.append("no-year")
        if written.relative:
            found.append("relative")
            if written.days == 0:
                found.append("today-word")
        if written.exact and written.month is None and not written.relative and not written.holiday:
            found.append(
                "bare-weekday" if written.weekday is not None and not written.number else "bare-day"
            )
        if written.holiday:
            found.append("holiday")
        if not phrase.exact:
            found.append(
                f"stretch={written.unit.value}" if written.unit in _STRETCHES else "stretch=other"
            )
    if phrase.clock is not None and written is not None:
        found.append("with-clock")
    if phrase.weekday is not None:
        found.append("with-weekday")
    if phrase.last is not None:
        found.append("range")
    found += [name for name, said in (
        ("by", phrase.by), ("every", phrase.every), ("leftover", phrase.leftover), ("about", phrase.about),
        ("within", phrase.within), ("carried", phrase.carried), ("between", phrase.between),
    ) if said]  # fmt: skip
    return found


_STRETCHES = (Unit.MONTH, Unit.YEAR, Unit.QUARTER, Unit.HALF, Unit.THIRD, Unit.WEEK, Unit.SEASON)


def _of_place(mention: Mention, phrase: Phrase) -> list[str]:
    """Where in its line it stands, and between which signs."""
    line = mention.line
    before, after = line[: phrase.start], line[phrase.end :]
    found = [_position(before, after)]
    in_clause = _position(*_of_clause(mention, phrase))
    if in_clause in ("alone", "leads"):
        found.append("clause-leads")
    if in_clause in ("alone", "ends"):
        found.append("clause-ends")
    found.append(f"sign-before={_sign(before.rstrip(' ')[-1:], ':([【,;、-~|>')}")
    found.append(f"sign-after={_sign(after.lstrip(' ')[:1], ':)]】,;、-~|.')}")
    if line.count("(", 0, phrase.start) > line.count(")", 0, phrase.start):
        found.append("in-brackets")
    many = len(mention.phrases)
    if many > 1:
        found.append("first-of-many" if mention.index == 0 else "later-of-many")
        if many > 3:
            found.append("many")
    if line.rstrip()[-1:] in "。.!！":
        found.append("sentence")
    if line.rstrip()[-1:] in "?？":
        found.append("question")
    if len(line) > (80 if signs.HAN.search(line) else 160):
        found.append("long-line")
    if mention.alone:
        found.append("only-date")
        if mention.around.below and not mention.around.above:
            found.append("only-date-over-text")
    return found


def _of_clause(mention: Mention, phrase: Phrase) -> tuple[str, str]:
    """What stands before and behind the date in its clause."""
    start, end = mention.clause
    return mention.line[start : phrase.start], mention.line[phrase.end : end]


def _position(before: str, after: str) -> str:
    leads, ends = not _WORD.search(before), not _WORD.search(after)
    return "alone" if leads and ends else "leads" if leads else "ends" if ends else "amid"


def _sign(char: str, known: str) -> str:
    return (char if char in known else "word") if char else "none"


_DOC_PHRASES = ((2, "1"), (6, "2-5"), (21, "6-20"))
_AHEAD = ((8, "<8"), (60, "<60"), (200, "<200"), (400, "<400"))
_ROLLED = ((46, "<45"), (121, "<120"), (241, "<240"))
_OFFERED = ((1, "0"), (2, "1"), (5, "2-4"))


def _step(number: int, steps: Sequence[tuple[int, str]], else_: str) -> str:
    """The name of the first step that the number lies below."""
    return next((name for below, name in steps if number < below), else_)


_CROSSED = ("rolled", "since<60", "today", "running", "ahead-far", "own-past")
_LISTED = frozenset(("leads", "alone", "row"))
_WITH = ("done", "future", "published", "old", "report", "signed", "closed", "period")


def of_reading(
    made: Completion, today: date, phrase: Phrase | None, date_features: Sequence[str] = ()
) -> list[str]:
    """What is true of one reading of a date. `date_features` are those of the date: what its words say counts
    otherwise for a day that was rolled into next year."""
    when, read = made.read.when, made.read
    far = (when.last - today).days
    found = [f"how={how}" for how in made.how]
    if far < 0:
        found.append("past")
        found.append("past-long" if far < -30 else "past-short")
    elif (when.first - today).days < 0:
        found.append("running")
    elif far == 0:
        found.append("today" if not when.timed else "today-timed")
    else:
        found.append(f"ahead{_step(far, _AHEAD, '-far')}")
    found.append(f"precision={when.precision.value}")
    if read.rolled:
        found += ["rolled", f"rolled{_step(read.behind, _ROLLED, '-long')}"]
    if read.year_said:
        found.append("year-said")
    if read.leftover:
        found.append("leftover-read")
    if read.since is not None and read.since <= 60:
        found.append("since<60")
    if when.first.year != when.last.year or ((when.last - when.first).days > 40 and when.dated):
        found.append("long-span")
    if phrase is not None and phrase.clock is not None and not when.timed:
        found.append("clock-lost")
    return found + _crossed([name for name in found if name in _CROSSED], date_features)


def _crossed(names: Sequence[str], date_features: Sequence[str]) -> list[str]:
    """What is true of a reading, each with what the words beside the date say, and with its place in a list."""
    if not names:
        return []
    roles = {
        name.partition(":")[0]
        for name in date_features
        if ":" in name and not name.endswith(":line")
    }
    beside = [role for role in _WITH if role in roles]
    if not _LISTED.isdisjoint(date_features):
        beside.append("listed")
    if "gone-by" in date_features:
        beside.append("gone-by")
    return [f"{name}&{each}" for name in names for each in beside]


_ZH_NOUN_END = re.compile(subjects._ZH_NOUN + r"(?:\([^()]*\))?$")
_ACT_END = re.compile(
    r"(?:施行|实施|生效|执行|发布|上线|开售|发售|上市|截止|开幕|开始|结束|启动|公布|披露|举行|交付|投产|上映|开播|开放|报名|会议|征求意见|登记日|除息日|派息日|数据|财报|业绩|季报|年报|股东大会)$"
)
_EN_ACT_END = re.compile(
    r"\b(?:deadline|due|release|launch|opens?|closes?|begins?|starts?|ends?|effect|force|effective|call|results|earnings|meeting|notification|registration|submission)$",
    re.IGNORECASE,
)
_BAD_FIRST = re.compile(
    r"^(?:的|了|和|与|及|并|而|但|或|等|被|把|对|从|由|在|于|为|是|则|也|都|又|还|其|该|本|此|这|那|以|自|至|到|将|已|可|请|我们|我|您|你|他|她|它|以及|因|如|若|需|应|须|后|前|内|起|中|上|下|假(?![期日])|[)）,，;；:：])"
)
_BAD_FIRST_EN = re.compile(
    r"^(?:it|its|they|their|this|that|these|those|which|who|we|our|you|your|he|she|his|her|i|and|or|but|of|to|for|from|by|with|as|at|in|on|is|are|was|were|be|been|will|would|has|have|had|not|if|when|while|so|because|than|then|after|before|following|during|upon|starting|due|according|under|given|since|there|here|also|all|any|some|no|please)\b",
    re.IGNORECASE,
)
_BAD_LAST = re.compile(
    r"(?:的|了|和|与|及|并|而|但|或|等|被|把|对|从|由|在|于|为|是|将|已|可|请|以|自|至|到|拟|定|预计|计划|[(（,，:：])$"
)
_BAD_LAST_EN = re.compile(
    r"\b(?:and|or|but|of|to|for|from|by|with|as|at|in|on|is|are|was|were|be|been|will|would|has|have|the|a|an|that|which|not|than|scheduled|planned|held|its|our|their|this|until|through)$",
    re.IGNORECASE,
)
_VERB_EN = re.compile(
    r"\b(?:is|are|was|were|will|has|have|had|can|may|must|should|would|been)\b", re.IGNORECASE
)
_VERB_ZH = re.compile(r"将|举行|举办|召开|表示|宣布|预计|进行|欢迎|可以|已经|我们|请")
_PLACE_IN = re.compile(r"在[^，。]{2,16}(?:举行|举办|召开|开幕)?$|\b(?:in|at) [A-Z]\w+$")
_CALENDAR = frozenset((
    "日程", "安排", "议程", "时间", "日期", "活动", "会议", "备注", "说明", "通知", "公告", "报名",
    "报名时间", "截止", "截止日期", "截止时间", "地点", "deadline", "date", "dates", "time", "schedule",
    "agenda", "when", "event", "events", "registration", "note", "notes", "conference", "workshop",
    "meeting", "release", "important dates", "key dates", "upcoming", "upcoming events", "due",
    "submission deadline", "notification", "start", "end",
))  # fmt: skip
_PLACE_LIKE = re.compile(
    r"(?:[厅室馆楼层路街巷号店院区场城座栋门]|酒店|宾馆|中心|大厦|广场|校区|公园|教室)$|\b(?:room|hall|center|centre|street|st|road|avenue|hotel|building|campus|floor|library|cafe|church|park)\b[^a-z]*$",
    re.IGNORECASE,
)
_OPEN_CELL = re.compile(
    r"^(?:tb[acd]|待定|暂未\w*|未定|立即\w*|点击\w*|无|有|正常|已\w{0,4}|yes|no|none|n/a|done|open|closed|register|link|details)$",
    re.IGNORECASE,
)
_ASIDE_FIRST = re.compile(
    r"^(?:为期|為期|共|每|由于|因|受|受到|接(?=.{2,20}通知)|通过|根据|按照|为了|随着|届时|详情|如有|若|凡|逾期|期间|其中|另|欢迎|包括|需|须|不得|可|请|地点|地址|联系|主办|费用|门票)"
)


def _edges(line: str, mention: Mention) -> list[str]:
    """The words at either end of a title, and what stands beside it in its sentence."""
    line = line.lower()
    found = []
    if signs.HAN.match(line):
        found += [f"[{line[:1]}", f"[{line[:2]}"]
    elif one := _FIRST_WORD.match(line):
        found.append(f"[{one[1]}")
    if signs.HAN.match(line[-1:]):
        found += [f"{line[-1:]}]", f"{line[-2:]}]"]
    elif one := _LAST_WORD.search(line):
        found.append(f"{one[1]}]")
    text = mention.line.lower()
    place = text.find(line)
    if place >= 0 and _THE_LAST.search(text, 0, place):
        found.append("t-the")
    if place < 0:
        return [*found, "t-not-of-sentence"]
    end = place + len(line)
    before, after = text[max(0, place - 12) : place], text[end : end + 12]
    if one := _HAN_LAST.search(before):
        found += {f"{one[1][-1]}[", f"{one[1]}["}
    elif one := _LAST_WORD.search(before):
        found.append(f"{one[1]}[")
    if one := _HAN_FIRST.match(after):
        found += {f"]{one[1][0]}", f"]{one[1]}"}
    elif one := _FIRST_WORD.match(after):
        found.append(f"]{one[1]}")
    found.append(f"left={_sign(before.rstrip(' ')[-1:], _SIGNS)}")
    found.append(f"right={_sign(after.lstrip(' ')[:1], _SIGNS)}")
    return found


_THE_LAST = re.compile(r"(?:\b(?:the|this|these)|[该此本]|本[次届]) ?$")
_SIGNS = ":()[]【】《》,;、.-~|>'\"“”*#"
_ACTS = frozenset(("hold", "effect", "launch", "due", "off", "end", "join"))


def of_title(subject: Subject, mention: Mention, offered: int, of_date: Sequence[str]) -> list[str]:
    """What is true of a title for a date (`of_date`: what is true of that); `offered`: for how many other
    dates of the document it is offered too."""
    line = plain(subject.title)
    chinese = signs.HAN.search(line) is not None
    found = _of_source(subject, mention, "zh" if chinese else "en")
    many = _step(offered, _OFFERED, "5+")
    found += [f"offered={many}", f"offered={many}&src={subject.source}"]
    if titles.generic(subject.title):
        headed = "named" if mention.around.card or subjects.heads(mention.around) else "nameless"
        found += ["t-generic", f"t-generic&{headed}", f"t-generic&src={subject.source}"]
    if len(line) > 12 and line.count(line[:6]) > 1:
        found.append("t-repeats")
    found += _said_after(subject.source, of_date)
    found += _chinese(line) if chinese else _english(line)
    found += _edges(line, mention)
    return found + _of_form(subject.title, line, mention)


def _said_after(source: str, of_date: Sequence[str]) -> list[str]:
    """With what is done then, as the words behind the date say: X is held on 5 May, X publishes Y on 5 May."""
    acts = {
        name.partition(":")[0] for name in of_date if name.endswith((":near-after", ":after"))
    } & _ACTS
    return [f"src={source}&then={act}" for act in sorted(acts)] or [f"src={source}&then=nothing"]


def _of_source(subject: Subject, mention: Mention, language: str) -> list[str]:
    """Where the title was found, and beside what."""
    source, form = subject.source, subject.form
    beside = "table" if mention.row is not None else mention.block.kind.value
    phrase = mention.phrase
    place = "implicit" if phrase is None else _position(*_of_clause(mention, phrase))
    found = [
        f"src={source}",
        f"form={form}",
        f"src={source}&{form}",
        f"{place}&src={source}",
        f"{beside}&src={source}",
        f"{language}&src={source}",
        f"{language}&form={form}",
    ]
    if mention.around.label:
        found.append(f"labelled&src={source}")
    if label := label_of(mention.block):
        found += [f"{kind}&src={source}" for kind in _of_label(label)]
        if act := due(label):
            found.append("with-due" if act in plain(subject.title).lower() else "without-due")
    if source in ("above", "below", "above+act") and mention.around.near:
        found.append(f"src={source}&near-{mention.around.near}")
        if mention.alone:
            found.append(f"src={source}&near-{mention.around.near}&alone")
    return found


def _chinese(line: str) -> list[str]:
    steps = ((4, "1-3"), (8, "4-7"), (16, "8-15"), (28, "16-27"), (45, "28-44"))
    name, act = _ZH_NOUN_END.search(line), _ACT_END.search(line)
    flags = _flags(
        zh_name=name,
        zh_act=act and not name,
        zh_plain=not name and not act,
        zh_bad_first=_BAD_FIRST.match(line),
        zh_bad_last=_BAD_LAST.search(line),
        zh_verb=_VERB_ZH.search(line),
        zh_of=line.count("的") > 1,
    )
    return [f"zh-length={_step(len(line), steps, '45+')}", *flags]


def _english(line: str) -> list[str]:
    words = line.split()
    steps = ((2, "1"), (3, "2"), (6, "3-5"), (10, "6-9"), (15, "10-14"))
    name, act = titles.event_name(line), _EN_ACT_END.search(line)
    flags = _flags(
        en_name=name,
        en_act=act and not name,
        en_plain=not name and not act,
        en_bad_first=_BAD_FIRST_EN.match(line),
        en_bad_last=_BAD_LAST_EN.search(line),
        en_verb=_VERB_EN.search(line),
        en_small=line[:1].islower(),
        en_capitals=sum(word[:1].isupper() for word in words) * 2 > len(words),
    )
    return [f"en-length={_step(len(words), steps, '15+')}", *flags]


def _of_form(title: str, line: str, mention: Mention) -> list[str]:
    around = mention.around
    return _flags(
        t_comma="," in line or ";" in line,
        t_colon=":" in line,
        t_book="《" in line,
        t_bracket="(" in line,
        t_year=_YEAR.search(line),
        t_kind=infer_kind(title) is not EventKind.OTHER,
        t_place=_PLACE_IN.search(line),
        t_digit_first=line[:1].isdigit(),
        t_sentence="。" in line or ". " in line,
        t_quote="“" in line or '"' in line,
        t_label=line.strip().lower() in _CALENDAR,
        t_calendar=titles.calendar_title(line),
        t_url="http" in line or "www" in line or "@" in line,
        t_date_label=DATE_LABEL.match(line),
        t_is_heading=title in around.headings or title == around.document,
        t_place_like=_PLACE_LIKE.search(line),
        t_open_cell=_OPEN_CELL.match(line),
        t_aside=_ASIDE_FIRST.match(line),
        t_short_all=title == mention.text.strip(),
        t_number=_LONG_NUMBER.search(_YEAR.sub("", line)),
    )


_YEAR = re.compile(r"20[0-9]{2}")
_LONG_NUMBER = re.compile(r"[0-9]{4,}")


def _flags(**said: object) -> list[str]:
    return [name.replace("_", "-") for name, value in said.items() if value]
