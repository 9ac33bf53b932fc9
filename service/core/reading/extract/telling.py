"""The title of what a date tells: the clause around it, or the one beside it, without the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from service.core.dates.phrases import Phrase
from service.core.events.kinds import Kind, infer_kind
from service.core.reading.extract import sentences, signs, titles
from service.core.reading.extract.context import Context, calendar_title
from service.core.reading.extract.judging import LABEL, Dated, Sentence, in_note, leads_in
from service.core.text.characters import plain

_LABEL = re.compile(LABEL, re.IGNORECASE)
_LABEL_ONLY = re.compile(
    r"^(?:(?:开赛|开考|开课|开播|开幕|现场|网络|活动|会议|举办|召开|大会|展会|比赛|开会|展览|会展"
    r"|发布|直播|考试|培训|讲座|具体|正式)*(?:时间|日期|会期|展期|档期)|(?:event |conference )?dates?"
    r"|when|time|date & time|date and time|held|start|begin|dtstart|daily)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:论文|摘要|全文|稿件|投稿|作品|材料|报名|注册|早鸟|申报|申请|提交|缴费|意见|反馈|录用"
    r"|结果|通知|初赛|复赛|决赛|预赛|半决赛|颁奖|开幕|闭幕|答辩|公示|网上|网络|现场|线上|资格|终稿"
    r"|会议|主会议|正会|评审|初审|复审|初评|终评|路演|笔试|面试|考试|成绩|布展|撤展|签到|报到|征文"
    r"|截稿|征稿|预报名|第[一二三四五]轮|阶段|上线|发布|内测|公测|首批|股权登记|投票|讲者|收件|回执"
    r"|审稿|征求意见|执行期限|实施期限|期限|新的?(?=.{2,3}日$))"
    r"[^《》“”]{0,12}|(?:the )?(?:full |final |extended |regular |late |early[- ]bird "
    r"|camera[- ]ready |online |workshop |tutorial |poster |demo |paper |abstract |abstracts |papers "
    r"|proposal |proposals |author |main |general |registration |submission |submissions "
    r"|notification |application |applications |doors |rebuttal |review |reviews |call |nominations? "
    r"|entries |voting |results |winners |comments? |comment |feedback |bids? |rsvp |hotel |tickets? "
    r"|phase |round |stand |set-up |decisions? )?"
    r"(?:deadline|deadlines|submission|submissions|registration|notification|notifications|proposals"
    r"|abstracts?|papers|due|opens?|closes?|period|camera-ready|response|rebuttal|reviews?|decisions?"
    r"|conference|announced|window|day|applications|results|winners|comments|feedback|bids"
    r"|nominations|entries|voting|tickets|camera ready|final versions?|workshops|tutorials|dates?"
    r"|acceptance|early bird)(?: [a-z ]{0,24})?)$",
    re.IGNORECASE,
)
_EFFECT = re.compile(
    r"施行|生效|实施|执行|适用|\b(?:effective|takes? effect|took effect|in(?:to)? force|appl(?:y|ies)"
    r"|into effect)\b",
    re.IGNORECASE,
)
_EFFECT_ZH = re.compile(r"(?:正式|开始|全面|分步)?(?:施行|生效|实施|执行|适用)")
_BOOK = re.compile(r"《[^《》]{2,60}》(?:[（(][^（）()]{1,12}[)）])?")
_BOOK_ASCII = re.compile(r"[《<「『][^《》<>「」『』]{2,60}[》>」』](?:[（(][^（）()]{1,12}[)）])?")
_NEEDS_SUBJECT_ZH = re.compile(
    r"^(?:将|料|拟|须|应|正式|开始|起|已|现|并|于|预计|最早|最快)*(?:施行|生效|实施|执行|举行|举办"
    r"|召开|开幕|启动|上线|发布|公布|推迟|延期|开售|开始|结束|截止|推出|公开|揭晓|进行|挂牌|截稿|开启"
    r"|首销|完成|改期|顺延|变更|披露|延长?|掛牌|登场|报名|收件|延续|开放|关闭|上市|交付|发售|停止|报送)(?:披露|举行|举办|召开|实施|上映|发售|交付)?[至到为了]?$"
    r"|^(?:现予|予以|并)(?:公布|发布|印发)"
    r"|^(?:由|从)(?:原来|原先|原定)?的?(?:改|推迟|延期|调整|提前|变更)[至到为于]?了?$"
)
_NEEDS_SUBJECT_EN = re.compile(
    r"^(?:(?:and|but|it|they|which|that|who|with|the date|bids?)\b\s*)?(?:will|would|is|are|was|has"
    r"|have|to|now|can|may|must|should|runs?|opens?|closes?|begins?|starts?|follows?|returns?|due"
    r"|held|it is|goes|takes|ends)\b[\w ]{0,30}$"
    r"|^(?:due|effective|open|opens|begins|starts|held|released|announced|published|scheduled"
    r"|expected|available|follows)$",
    re.IGNORECASE,
)
_TIME_ONLY = re.compile(
    r"^(?:收盘后|盘后|盘前|开盘前|收市后|开市前|当天|当日|晚间|起|期间|同日|同期|前后|届时"
    r"|(?:before|after)(?: the)? (?:market )?(?:open|close)|tba|later|daily|am|pm|sharp|onwards?)$",
    re.IGNORECASE,
)
# Q2 earnings on …
_EARNINGS_FIRST = re.compile(
    r"(?:q[1-4] |quarterly )?(?:earnings|results)(?: on| for)? ?", re.IGNORECASE
)
# 问鼎总决赛落户佛山，开赛日期：10月25日
_LABEL_BEFORE = re.compile(r"[,:;] ?([^,:;]{2,8}?)[:] ?$")
_COLON_AFTER = re.compile(r" ?:")
_SHORT_NAME = re.compile(r"[^\W\d_][\w ]{0,8}")
_LABEL_FIRST = re.compile(r"^(?:when|dates?|time|时间|日期)\s*[:：]\s*", re.IGNORECASE)
_ASIDE_ZH = re.compile(r"(?<=\w)(?:—|-){2}(?=\w).*$")
_COLON_COMMA = re.compile(r"\s*[:：]\s*[,，]\s*")
_PRONOUN_TITLE = re.compile(
    r"(?:it|they|this|that|she|he)(?: (?:is|are|will be|returns?|comes? back|takes place))?",
    re.IGNORECASE,
)
_DATE_WORD_LAST = re.compile(r"(?:的)?(?:时间|日期)$")
_CLOSING_WORD_LAST = re.compile(r"截止(?:时间|日期)$")


def title_of(
    sentence: Sentence, start: int, end: int, one: Dated, subject: str, context: Context
) -> tuple[str, str]:
    """The title, and the place where it is held ("" if the text does not say); of the segment
    start … end. `subject` is what the item spoke of before."""
    text, line, own, spans = _segment(sentence, start, end, one)
    text, line, own, place = _without_notes(text, line, own, spans)
    if _EFFECT.search(line) and not one.deadline:
        title = _effect_title(sentence, text, subject)
        if title:
            return title, place
    if _EARNINGS_FIRST.fullmatch(line[: own[0]]):
        text, line, own = text[own[0] :], line[own[0] :], (0, own[1] - own[0])
    head, tail = line[: own[0]], line[own[1] :]
    labelled = _LABEL_ONLY.match(head.strip(" :-·•")) and not signs.WORD.search(tail)
    if not labelled and (found := _LABEL_BEFORE.search(head)) and _LABEL_ONLY.match(found[1]):
        return titles.clean(text[: found.start()])[0], place
    title, held = titles.clean("" if labelled else _clause(text, line, own, sentence.chinese))
    if (
        not titles.named(title)
        and one.listed
        and _COLON_AFTER.match(tail)
        and not head.strip()
        and _SHORT_NAME.fullmatch(short := titles.clean(text[own[1] :])[0])
    ):
        return short, held  # 5 月：T
    title = _LABEL_FIRST.sub("", title)
    if (aside := _ASIDE_ZH.search(title)) and calendar_title(plain(title)):
        title = title[: aside.start()]  # 推出海外版——某公司公布路线图
    title = _TIME_ONLY.sub("", _COLON_COMMA.sub(", ", title))
    if title.startswith("which ") and (noun := _antecedent(sentence, one)):
        title = f"{noun} {title[6:]}"
    if not one.phrase.exact and titles.named(title) and calendar_title(plain(title)):
        return "", place  # 下周重点跟踪：①…
    if _PRONOUN_TITLE.fullmatch(title) or (
        calendar_title(plain(title)) and not titles.event_name(title)
    ):
        title = ""
    if not titles.named(title) or _LABEL_ONLY.match(plain(title)):
        title = _subject(sentence, subject) or titles.clean(context.subject)[0]
    elif _needs_subject(title):
        title = _with_subject(title, sentence, start, one, subject, context)
    elif context.fresh and _place(title) and titles.named(context.subject):
        # the name above, "Ghent, Belgium, 17-20 May" here
        title, place = titles.clean(context.subject)[0], title
    else:
        title = _CLOSING_WORD_LAST.sub("截止", title)
    book = _BOOK.search(context.subject)
    named = f"{book[0]}：{title}" if book and one.deadline else title
    if "《" not in title and not titles.event_name(title) and len(named) <= titles.LONGEST:
        title = named
    return title, (held or place)[:60]


# with the exception of Article 7, which shall apply …
_NAME_LAST = re.compile(r"\b[A-Z][\w.'-]*+(?: (?:[A-Z0-9][\w.'-]*+|of|the|and|for))*$")


def _antecedent(sentence: Sentence, one: Dated) -> str:
    """The name before the "which" of the clause with the date, "" where none stands there."""
    place = sentence.text.rfind("which ", 0, one.phrase.start)
    found = _NAME_LAST.search(sentence.text[max(0, place - 60) : max(0, place)].rstrip(" ,"))
    return found[0] if found else ""


def _segment(
    sentence: Sentence, start: int, end: int, one: Dated
) -> tuple[str, str, tuple[int, int], list[tuple[int, int]]]:
    """Its text and line, where its date stands in them, and other dates that are no part of a title;
    without the label before it."""
    text, line = sentence.text[start:end], sentence.line[start:end]
    spans = [
        (max(p.start, start) - start, min(p.end, end) - start)
        for p in sentence.phrases
        if p.start < end
        and p.end > start
        and p is not one.phrase
        and not _overlaps(p, one.phrase)
        and _removed(sentence, p, one)
    ]
    own = (max(one.phrase.start, start) - start, min(one.phrase.end, end) - start)
    label = _LABEL.match(line)
    if label and label.end() <= own[0] and titles.named(titles.clean(text[own[1] :])[0]):
        cut = label.end()
        text, line = text[cut:], line[cut:]
        own = (own[0] - cut, own[1] - cut)
        spans = [(a - cut, b - cut) for a, b in spans if a >= cut]
    return text, line, own, spans


def _needs_subject(title: str) -> bool:
    """Whether it says what happens and not to what."""
    return not _names_its_own(title) and (
        _GENERIC.match(plain(title)) is not None
        or _NEEDS_SUBJECT_ZH.match(plain(title)) is not None
        or _NEEDS_SUBJECT_EN.match(title) is not None
    )


def _with_subject(
    title: str, sentence: Sentence, start: int, one: Dated, subject: str, context: Context
) -> str:
    """The title behind what it belongs to: another clause, what was spoken of before, the heading."""
    title = _DATE_WORD_LAST.sub("", title)
    known = titles.clean(subject)[0] if subject else ""
    about = _other_clause(sentence, start, one) or known or titles.clean(context.subject)[0]
    if (
        (book := _BOOK.search(context.subject))
        and "《" not in about
        and not titles.event_name(about)
    ):
        about = book[0]
    if not about and (book := _BOOK.search(sentence.text)):
        about = book[0]
    if about and about not in title and len(about) + len(title) <= titles.LONGEST - 2:
        title = f"{about}{'：' if sentence.chinese else ': '}{title}"
    return title


_PLACE = re.compile(r"(?:(?:[A-Z][\w.'-]*+|[0-9]++|of|the),? ?){1,8}")


def _names_its_own(title: str) -> bool:
    """Registration for the Global AI Summit: no other name is wanted before it."""
    return re.search(r"\b(?:for|to|of) (?:the )?[A-Z][\w.'-]+ [A-Z]", title) is not None or (
        titles.event_name(title) and not _GENERIC_EVENT.fullmatch(plain(title))
    )


_GENERIC_EVENT = re.compile(
    r"[^《》]{0,4}(?:大会|会议|典礼|仪式)|(?:main )?(?:conference|workshops?|day|session|ceremony)",
    re.IGNORECASE,
)


def _place(title: str) -> bool:
    """Whether it may be no more than a place: a few capitalised words, none of an event."""
    return (
        _PLACE.fullmatch(title) is not None
        and not titles.event_name(title)
        and infer_kind(title) is Kind.OTHER
    )


def _overlaps(a: Phrase, b: Phrase) -> bool:
    return a.start < b.end and b.start < a.end


def _removed(sentence: Sentence, phrase: Phrase, one: Dated) -> bool:
    """Whether another date is to leave the title: a day, or one in brackets; a figure's month stays."""
    only_weekday = (
        phrase.first is not None and phrase.first.weekday is not None and not phrase.first.number
    )
    return (
        phrase.exact
        and not only_weekday
        and not (phrase.weak and phrase.first is not None and phrase.first.month is None)
    )


_LONG_NUMBER = re.compile(r"[0-9]{3,}")


def _without_notes(
    text: str, line: str, own: tuple[int, int], spans: Sequence[tuple[int, int]]
) -> tuple[str, str, tuple[int, int], str]:
    """Without brackets that hold other dates, and other dates masked; where the date itself stands in
    brackets, what else is in there is the place."""
    place = ""
    cuts: list[tuple[int, int]] = []
    bracket = sentences.bracketed(line, *own)
    if bracket is not None and titles.named(text[: bracket[0]]):
        inside = text[bracket[0] + 1 : own[0]] + text[own[1] : max(own[1], bracket[1] - 1)]
        place = inside.strip(" ,，、;；·:：")
        text = text[: bracket[0]] + text[own[0] : own[1]] + text[bracket[1] :]
        moved = own[0] - bracket[0]
        cut_after = bracket[1] - own[1]
        spans = [
            (a, b) if b <= bracket[0] else (a - moved - cut_after, b - moved - cut_after)
            for a, b in spans
            if b <= bracket[0] or a >= bracket[1]
        ]
        own = (bracket[0], bracket[0] + own[1] - own[0])
        line = plain(text)
    for a, b in spans:
        note = sentences.bracketed(line, a, b)
        if note is not None and note[0] > 0 and not (note[0] <= own[0] < note[1]):
            cuts.append(note)
    for a, b in sorted(set(cuts), reverse=True):
        text = text[:a] + text[b:]
        if own[0] >= b:
            own = (own[0] - (b - a), own[1] - (b - a))
        spans = [
            (s, e) if e <= a else (s - (b - a), e - (b - a)) for s, e in spans if e <= a or s >= b
        ]
    for a, b in sorted(spans, reverse=True):
        if not _meets((a, b), own):
            text = text[:a] + "\ue000" * (b - a) + text[b:]
    return text, plain(text), own, place if not _LONG_NUMBER.search(place) else ""


def _meets(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


_MASKED = re.compile(
    r"(?:\s*+\b(?:on|in|from|by|at|for|between|until|to|of|was|were|published|dated)\b)*+\s*\ue000+"
    r"|(?:于|在|自|从)?\ue000+(?:起|前)?",
    re.IGNORECASE,
)


# none inside 10,000
_COMMA = re.compile(r"[,，](?! ?[0-9]{3}\b)")
_BRACKET_FIRST = re.compile(r"^\s*[（(][^（()）]*[)）]")
_HALF_VERB = re.compile(r"[可应须需请]$")
_ORIGINALLY_FIRST = re.compile(r"(?:originally|initially|previously)\b", re.IGNORECASE)
_ORIGINALLY_LAST = re.compile(r"原定?(?:于|在)?\s*$")
_SENTENCE_END = re.compile(r"[。.!?]\s*$")


def _clause(text: str, line: str, own: tuple[int, int], chinese: bool) -> str:
    """The clause with the date, without it; the next or the one before where nothing else is in it."""
    marks = [
        m
        for m in _COMMA.finditer(line)
        if not (own[0] <= m.start() < own[1]) and _top_level(line, m.start())
    ]
    cuts = [0, *(m.end() for m in marks), len(line)]
    clauses = [(s, e) for s, e in pairwise(cuts) if e > s]
    index = next((i for i, (s, e) in enumerate(clauses) if s <= own[0] < e), 0)
    s, e = clauses[index]
    e = max(e, own[1])
    bare = _unmasked(titles.without(text[s:e], own[0] - s, own[1] - s))
    cleaned = _TIME_ONLY.sub("", titles.clean(bare)[0])
    if not signs.WORD.search(line[s : own[0]]):  # （视天气而定）behind a leading date is no name
        cleaned = cleaned if titles.named(_BRACKET_FIRST.sub("", text[own[1] : e])) else ""
    if _PRONOUN.fullmatch(cleaned):
        return cleaned
    if leads_in(plain(cleaned)) or _HALF_VERB.search(cleaned):
        cleaned = ""
    around = [
        (a, _unmasked(text[a:b]), "\ue000" in text[a:b])
        for i, (a, b) in enumerate(clauses)
        if i != index
    ]
    before = [t for a, t, masked in around if a < s and not masked and not _REPORTING.match(t)]
    before = before or [
        bare_
        for a, t, masked in around
        if a < s and masked and titles.named(bare_ := _ORIGINALLY_LAST.sub("", t.strip(" ,，")))
    ]
    after = [t for a, t, masked in around if a > s and not masked]
    if titles.named(cleaned) and not _bare_verb(cleaned, chinese):
        if not chinese and len(line) <= 100 and not _ORIGINALLY_FIRST.match(line):
            return _unmasked(titles.without(text, *own))
        if (
            chinese
            and index == 0
            and len(line) <= 44
            and not _SENTENCE_END.search(line)
            and not before
        ):
            return _unmasked(titles.without(text, *own))
        return bare
    if not titles.named(cleaned):
        if after and not (before and not chinese):
            return _telling(after, chinese)
        if before:
            return before[-1] if chinese else ", ".join(part.strip(" ,") for part in before)
        return bare
    if before:
        joined = before[-1].strip(" ,，")
        return f"{joined}{cleaned}" if chinese else f"{joined} {cleaned}"
    return bare + (after[0] if after else "")


_PRONOUN = re.compile(
    r"(?:it|they|this|that|she|he)(?: (?:is|are|will be|returns?|comes? back|takes place))?(?: now)?",
    re.IGNORECASE,
)


def _bare_verb(text: str, chinese: bool) -> bool:
    line = plain(text)
    return (_NEEDS_SUBJECT_ZH.match(line) if chinese else _NEEDS_SUBJECT_EN.match(text)) is not None


_REPORTING = re.compile(
    r"\s*(?:据|记者|从.{2,12}获悉|消息|日前|近日|另|此外|其中|同时"
    r"|(?:if|once|unless|subject to|according to)\b)"
)


_SPACES = re.compile(r"[ ]{2,}")
_MASK_AFTER_LETTER = re.compile(r"[A-Za-z]\s*\ue000")


def _unmasked(text: str) -> str:
    return _SPACES.sub(" ", _MASKED.sub(" " if _MASK_AFTER_LETTER.search(text) else "", text))


# 由…主办的
_CIRCUMSTANCE = re.compile(r"\s*(?:由|在|据|经|作为|为|随着|根据)")


def _telling(clauses: Sequence[str], chinese: bool) -> str:
    """Of the clauses behind a leading date as many as make a title; first the one that has a name or says
    what happens."""
    limit = 44 if chinese else 110
    first = next(
        (i for i, c in enumerate(clauses) if titles.named(c) and not _CIRCUMSTANCE.match(c)),
        0,
    )
    text = clauses[first]
    for clause in clauses[first + 1 :]:
        if signs.HAPPENS.within(plain(text)) or len(text) + len(clause) > limit:
            break
        text += clause
    return text


def _top_level(line: str, place: int) -> bool:
    head = line[:place]
    return all(head.count(a) <= head.count(b) for a, b in ("()", "[]", "《》", "“”"))


# 《人工智能法案》附件三高风险系统义务开始适用
_PART_OF_RULE = re.compile(
    r"附件|第 ?[0-9一二三四五六七八九十]+ ?[条章款]|义务|条款|部分|要求|阶段|系统"
)
# 《…办法》（岚政〔2019〕12号）同时废止: not the rule that takes effect
_REPEALED = re.compile(r"(?:[（(][^（）()]{0,40}[)）])?[^，。；,;]{0,6}废止")
_CLAUSE_REST = re.compile(r"[,、;:\s].*$")
_WHOSE_RULE = re.compile(r"(?:新版|新修订的?|修订后的|欧盟|中国|美国|日本|英国|韩国)$")


def _effect_title(sentence: Sentence, text: str, subject: str) -> str:
    """A rule's own name and that it takes effect."""
    book = next((m for m in _BOOK_ASCII.finditer(text) if not _REPEALED.match(text, m.end())), None)
    verb = _EFFECT_ZH.search(plain(text))
    if sentence.chinese:
        books = [m[0] for m in _BOOK_ASCII.finditer(text)]
        if len(books) > 1 or (book is None and not _thin_effect(text)):
            return ""
        name = book[0] if book else ""
        if not name:
            before = [
                m[0]
                for m in _BOOK_ASCII.finditer(sentence.text)
                if not _REPEALED.match(sentence.text, m.end())
            ]
            name = before[-1] if before else (_BOOK_ASCII.search(subject) or [""])[0]
        if not name:
            return ""
        head = text[: book.start()] if book else ""
        if book and verb and _PART_OF_RULE.search(text[book.end() : verb.start()]):
            return ""  # 《人工智能法案》附件三高风险系统义务开始适用
        if titles.named(_CLAUSE_REST.sub("", head)) and "、" in head:
            return ""  # a row of things, of which the rule is the last
        prefix = _WHOSE_RULE.search(head)
        return f"{prefix[0] if prefix else ''}{name}{verb[0] if verb else ''}"
    return ""


_EFFECT_WORDS = re.compile(
    r"[\W\d_\ue000]|自|起|正式|开始|施行|生效|实施|执行|适用|公布|发布|印发|之日|日|月|年|后|现予"
    r"|本|规定|办法|条例|并|满|将|于"
)


def _thin_effect(text: str) -> bool:
    rest = _EFFECT_WORDS.sub("", plain(text))
    return len(rest) < 4


def _subject(sentence: Sentence, subject: str) -> str:
    book = _BOOK.search(sentence.text)
    if book:
        return book[0]
    if not subject:
        return ""
    title = titles.clean(subject)[0]
    return title if len(title) <= 60 else ""


_CLAUSE_MARK = re.compile(r"[,，:：;；]")
_COLON = re.compile(r"[:：]")
_DAY_OR_MONTH = re.compile(r"[0-9]+ ?[月日]")


def _other_clause(sentence: Sentence, start: int, one: Dated) -> str:
    """What the sentence speaks of before: a name of its own in an earlier clause."""
    head = sentence.text[: max(start, 0)] if start else sentence.text[: one.phrase.start]
    pieces = _CLAUSE_MARK.split(head)
    for piece in reversed(pieces[:-1] if not start else pieces):
        named = titles.event_name(titles.clean(piece)[0]) or (
            piece is pieces[0] and _COLON.match(head[len(piece) :]) is not None
        )
        if named and not in_note(sentence.line, one.phrase):
            cleaned = titles.clean(piece)[0]
            if 3 < len(cleaned) <= 40 and not _DAY_OR_MONTH.search(plain(cleaned)):
                return cleaned
    return ""
