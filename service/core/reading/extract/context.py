"""What the lines so far have said for those that follow: the year, month, week or day they stand under,
whether the section looks back, and what it is all about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, Phrase, read
from service.core.dates.when import Precision, When
from service.core.events.kinds import Kind
from service.core.reading.extract import signs, titles
from service.core.text.characters import plain

# Words of which the title of a calendar, a report or a section is made. It holds events and is none.
_OF_CALENDARS = """
    重点 跟踪 重要 重大 近期 后续 未来 本期 下期 本周 本月 下周 下月 一周 一月 全年 年度 全球 国内 海外
    行业 公司 财经 经济 数据 学术 会议 展会 活动 事件 大事 日历 日期 名称 日程 日程表 行事历 行事曆
    安排 预告 提示 前瞻 展望 看点 焦点 关注 催化 催化剂 要闻 新闻 动态 观点 回顾 总结 纪要 一览
    一览表 大事记 时间 时间轴 时间表 时间线 速递 速览 汇总 清单 列表 盘点 行情 市场 市场回顾 业绩
    发布 周报 双周报 月报 日报 早报 晚报 简报 周刊 月刊 专刊 通讯 周评 月评 点评 研报 报告 策略 排期
    议程 主会场 分会场 新规 政策 时点 节点 路线图 计划 表 及 与 和 的 事项 以后 之后 以及 接下来
    previous earlier past the in of for and to at a our this next week month quarter year ahead
    upcoming coming up forthcoming key important major main economic earnings event events calendar
    calendars schedule date dates diary agenda outlook preview look looking forward watch what's on
    deck happening timeline roadmap release releases train meeting meetings conference conferences
    webinar webinars talk talks seminar seminars programme program news digest newsletter bulletin
    brief weekly monthly daily report edition issue vol no list overview review recap summary save
    mark your update updates deadline deadlines corporate macro data company industry market markets
    global day leap
"""
_CALENDAR_WORDS = frozenset(_OF_CALENDARS.split())
_CALENDAR_WORD_LENGTHS = tuple(sorted({len(word) for word in _CALENDAR_WORDS}))
# Between them: 第3期, 十、, 2026
_OF_NUMBERS = re.compile(r"第?[0-9一二三四五六七八九十]+[期周章部分号]?|[\s\W_]+")
_CALENDAR_END = re.compile(
    r"(?:日历|日程|日程表|前瞻|周报|双周报|月报|日报|早报|晚报|简报|周刊|周评|月评|速递|行事历|行事曆"
    r"|看点|要闻|回顾|大事记|大事|一览|(?<!业绩)预告|纪要|时间轴|时间表|排期|议程|月历|年历|路线图|汇总"
    r"|\b(?:calendar|week ahead|month ahead|year ahead|digest|newsletter|bulletin|weekly|monthly"
    r"|quarterly|review|letter|journal|notes|agenda|diary|roadmap|timeline|edition|outlook|dates"
    r"|schedule))(?: ?\([^()]*\)| ?[#第][0-9]+期?)?$"
    r"|^(?:the )?(?:year|month|week|quarter) ahead\b"
    r"|^(?:call for|important dates|key dates|cfp\b|save the date)",
    re.IGNORECASE,
)
_YEAR_NOTE = re.compile(
    r"(?:均为|都是|均在|年份为|均指) ?(?P<a>20[0-9]{2}) ?年"
    r"|\b(?:all|these|above) (?:dates|times|events)(?: \w+){0,4} (?P<b>20[0-9]{2})\b"
    r"|\bdates (?:are )?(?:in|for) (?P<c>20[0-9]{2})\b|^\(?(?P<d>20[0-9]{2}) ?年?\)?$"
    r"|^see you [\w ,]*\bin (?P<e>20[0-9]{2})\b",
    re.IGNORECASE,
)
_ZONE_NOTE = re.compile(
    r"\ball times(?: are)?(?: shown| given| listed| quoted)?(?: in)? (?:us "
    r"|u\.s\. )?(?P<en>[\w ]{2,24}?)(?: time)?[.;,)]?$"
    r"|(?:以上|所有|均为|全部)[^,。]{0,6}?(?P<zh>[\u4e00-\u9fff]{2,6}时间)",
    re.IGNORECASE,
)
_ZONE_NAMES = {
    "America/New_York": ("eastern", "et", "new york", "edt", "est", "美东时间", "美国东部时间"),
    "America/Los_Angeles": ("pacific", "pt", "太平洋时间"),
    "America/Chicago": ("central",),
    "UTC": ("utc", "gmt"),
    "Europe/London": ("london", "伦敦时间"),
    "Europe/Berlin": ("cet", "cest", "central european"),
    "Asia/Shanghai": ("beijing", "北京时间"),
    "Asia/Hong_Kong": ("hong kong", "香港时间"),
    "Asia/Tokyo": ("japan", "jst", "tokyo", "东京时间"),
    "Asia/Singapore": ("singapore",),
    "": ("local",),
    "Asia/Taipei": ("台北时间",),
}  # fmt: skip
_ZONES = {name: zone for zone, names in _ZONE_NAMES.items() for name in names}
_NO_SUBJECT = re.compile(
    r"^(?:地点|主办|承办|联系|电话|附件|备注|形式|记录|主持|受文者|发文|部长|各|尊敬的|致|venue"
    r"|location|where|contact|organi[sz]|from|to|cc|good|dear|hi|thanks|best)",
    re.IGNORECASE,
)
_HEAD_END = re.compile(r"[。.?？;；]\s*$")


_LABEL_FIRST = re.compile(r"【[^】]{1,8}】(?=.*\w)")
# SPARROW 2027 Conference
_SERIES = re.compile(r"^[A-Z]{2,8} (20[0-9]{2}) [A-Za-z ]{3,40}$")
# 已施行的法规
_HAS_BEEN = re.compile(r"已(?:施行|举办|结束|发布|完成|生效)")
# under it nothing is announced
_DISCLAIMER = re.compile(r"风险提示|免责|\b(?:disclaimers?|risks?|disclosures?)\b", re.IGNORECASE)
# 请务必阅读正文后的免责声明, at the foot of a page
_SEE_DISCLAIMER = re.compile(r"阅读|关注|参阅|详见")
_RESULTS = re.compile(r"业绩|财报|季报|\bearnings\b|\bresults\b", re.IGNORECASE)
_COLON = re.compile(r"[:：]")
# SPARROW 2027, ORCHARD '26
_EDITION = re.compile(r"(?:(?<![0-9])(20[0-9]{2})(?![0-9])|'([0-9]{2})\b)")
# 关于举办…的通知
_LETTER = re.compile(r"的(?:通知|公告|函|启事)$")
# 行业周报（5月11日）：
_MASTHEAD = re.compile(
    r"[^:]{0,12}(?:周报|月报|日报|早报|周刊|月刊|双周报|专题|点评)(?:\([^()]*\))?:"
)
_DAY_NUMBER = re.compile(r"[0-9] ?日")
# 第一天, Day 1:, 2., 三、, （四）
_SECTION_NUMBER = re.compile(
    r"^(?:第[0-9一二三四五六七八九十]+[天日]|day [0-9]+|[0-9]+[.、)]"
    r"|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))\s*[:.]?\s*",
    re.IGNORECASE,
)
_OPEN_BRACKET = re.compile(r"\([^()]*$")
_BRACKETED = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]|[()【】\[\]]")
_LIST_MARK = re.compile(r" ?[:|\t]")
_LABELLED = re.compile(r"[:] ?$")
# the year belongs to its name: Call for Papers 2027
_CALL = re.compile(r"call for", re.IGNORECASE)
# Call for speakers: open now through Sept 4
_OPEN_UNTIL = re.compile(r"\b(?:open|opens|closes|due|deadline)\b", re.IGNORECASE)
# 6月1日起，这些新规将影响你我生活
_FROM_THEN = re.compile(r"起,?(?:这些|以下|下列)[^,。;:]{0,24}:?$|,?(?:以下|下列)[^,。;:]{0,24}:$")
# a title that is a sentence
_TELLS = re.compile(r"将|拟|will\b|举行|召开|发布会?$")
# Harbour Review, May 2026
_PERIODICAL = re.compile(
    r"(?:monthly|weekly|quarterly|review|digest|bulletin|brief|letter|journal|notes"
    r"|report|news|月刊|周刊|季刊|月报),? ?$",
    re.IGNORECASE,
)
_RESULTS_TITLE = re.compile(r"业绩|财报|\bearnings\b", re.IGNORECASE)


@dataclass(slots=True)
class Context:
    """The reading anchor for the next line, and what it stands under."""

    anchor: Anchor
    subject: str = ""
    notes: bool = (
        False  # every line is one that core/reading/note.py wrote: what is past is meant too
    )
    past: bool = False
    year: int | None = None
    month: tuple[int, int] | None = None
    day: date | None = None
    under: When | None = None  # the day or days of the heading, for lines without a date
    week: date | None = None
    published: date | None = None
    topic: Kind | None = None
    mute: bool = False  # under 风险提示: nothing is announced there
    fresh: bool = False  # the line before was a heading
    edition: int | None = None  # the year in the name of what the document is about

    @property
    def today(self) -> date:
        return self.anchor.today

    def now(self) -> Anchor:
        return replace(self.anchor, year=self.year, month=self.month, day=self.day, week=self.week)

    # --- what a line says for those below ------------------------------------------------------

    def note(self, line: str) -> None:
        """A remark on all dates: their year, their time zone."""
        if (found := _SERIES.match(line)) and self.edition is None:
            self.edition = int(found[1]) if int(found[1]) >= self.today.year else None
        if "20" in line and (found := _YEAR_NOTE.search(line)):
            year = int(next(group for group in found.groups() if group))
            if year >= self.today.year:
                self.year = year
        if "ime" not in line.lower() and "时间" not in line:
            return
        found = _ZONE_NOTE.search(line)
        zone = _ZONES.get((found["en"] or found["zh"] or "").strip().lower()) if found else None
        if zone is not None:
            self.anchor = replace(self.anchor, zone=zone)

    def heading(self, text: str) -> None:
        """A line without a date: it may open a section, or name what the lines below are about."""
        line = plain(text)
        if len(line) > 60 or _HEAD_END.search(line):
            return
        done = _HAS_BEEN.search(line) is not None
        future = not done and signs.FUTURE_HEADING.within(line)
        past = done or signs.PAST_HEADING.within(line)
        numbered = titles.bullet(text) > 0
        self.mute = _DISCLAIMER.search(line) is not None and not _SEE_DISCLAIMER.search(line)
        if future or past or numbered:
            self.past = past and not future
            self.day = self.under = None
        if _RESULTS.search(line):
            self.topic = Kind.EARNINGS
        elif future or past or numbered:
            self.topic = None
        if future and not past and (label := _LABEL_FIRST.match(line)):  # 【活动预告】夏夜市集
            text, future = text[label.end() :], False
        if not (future or past or numbered or _NO_SUBJECT.match(line)) and len(line) <= (
            60 if "《" in line or line.isascii() else 40
        ):
            subject = subject_of(text).rstrip("!")
            if titles.named(subject) and (not self.subject or not _COLON.search(text)):
                self.subject, self.fresh = subject, True
                self.named_edition(line)

    def named_edition(self, line: str) -> None:
        """The year in the name of what the document is about (SPARROW 2027, ORCHARD '26)."""
        if found := _EDITION.search(line):
            year = int(found[1] or f"20{found[2]}")
            self.edition = year if year >= self.today.year else self.edition

    def dated_heading(self, text: str, line: str, phrases: Sequence[Phrase]) -> bool:
        """Whether the line only names a day, week, month or year, alone or in the title of what follows;
        if so it is taken as said for the lines below."""
        first = phrases[0]
        if _LETTER.search(line) or _MASTHEAD.match(line):
            self.heading(text)
            return not _DAY_NUMBER.search(line)
        if first.first is None or first.clock is not None or len(phrases) > 2:
            return False
        rest = line[: first.start] + " " + line[phrases[-1].end :]
        middle = line[first.end : phrases[-1].start] if len(phrases) == 2 else ""
        rest = _SECTION_NUMBER.sub("", rest.strip())
        if len(phrases) == 2 and not (
            first.first.unit.value == "week"
            or first.week_of
            or not signs.WORD.search(middle + rest)
        ):
            return False
        alone = not signs.WORD.search(rest)
        if first.exact and len(phrases) == 1 and _FROM_THEN.match(line, first.end):
            return self._take(first)
        if (
            first.weak
            and first.first.month is not None
            and not (alone and (first.first.year is not None or first.weekday is not None))
            and not _OPEN_BRACKET.search(line[: first.start])
        ):
            return False
        if alone:
            return self._take(first)
        if _HEAD_END.search(line) or len(line) > 60:
            return False
        title = (line[: first.start] + line[first.end :]) if len(phrases) == 1 else rest
        title = _BRACKETED.sub(" ", title).strip(" \t:·|-—,#*=")
        if first.weak and first.first.month is None:
            return len(phrases) == 1 and self._numbered_heading(text, line, first, title)
        return self._heads_what_follows(text, line, first, title)

    def _numbered_heading(self, text: str, line: str, first: Phrase, title: str) -> bool:
        """As dated_heading, of a bare year or another number that may be no date."""
        written = first.first
        assert written is not None
        leading = not signs.WORD.search(line[: first.start])
        if self.subject or (leading and _LIST_MARK.match(line[first.end :])):
            return False
        if _CALL.match(line):
            self.heading(text)
            return True
        if _made_of_calendar_words(title) or _CALENDAR_END.search(title):
            return self._take(first, text, line)
        ahead = written.year is not None and written.year >= self.today.year
        if ahead and not signs.HAPPENS.within(title):
            self.heading(text)
            return True
        return False

    def _heads_what_follows(self, text: str, line: str, first: Phrase, title: str) -> bool:
        """As dated_heading, of a date in a title: of a calendar, a report, a programme."""
        written = first.first
        assert written is not None
        leading = not signs.WORD.search(line[: first.start])
        listed = leading and _LIST_MARK.match(line[first.end :]) is not None
        labelled = first.exact and not leading and _LABELLED.search(line[: first.start]) is not None
        if _made_of_calendar_words(title) and not (listed and first.exact) and not labelled:
            return self._take(first, text, line)
        if first.exact and _event_programme(title):
            return False  # the event itself, in the title of its programme
        if (
            _CALENDAR_END.search(title)
            and not (listed or labelled)
            and not (first.exact and leading and written.year is None)
            and not (first.exact and _OPEN_UNTIL.search(title))
        ):
            return self._take(first, text, line)
        if first.exact or not written.year_said or written.year is None or listed:
            return False
        # The title of a document: "2027年度“珠峰计划”申报日程", "SPARROW 2027: 9th Symposium on …"
        masthead = written.unit.value == "month" and _PERIODICAL.search(title)
        if (
            (written.unit.value == "year" or masthead)
            and not self.subject
            and not _TELLS.search(title)
            and not signs.HAPPENS.within(title)
        ):
            return self._take(first, text, line)
        return False

    def _take(self, phrase: Phrase, text: str = "", line: str = "") -> bool:
        self.day = self.under = self.month = None
        written = phrase.first
        assert written is not None
        anchor = self.now() if written.month is None else replace(self.anchor, week=None)
        made = read(phrase, anchor)
        if made is None:
            return False
        when = made.when
        if phrase.week_of or written.unit.value == "week":
            self.week = when.first - timedelta(days=when.first.weekday())
        elif phrase.exact and when.first == when.last:
            day = when.first
            if made.rolled and made.behind <= 200:
                this = read(phrase, replace(anchor, year=self.today.year))
                day = this.when.first if this else day
            self.day, self.under = day, when_.day(day)
        elif phrase.exact and not text:
            self.under = when
        elif phrase.exact and (when.last - when.first).days < 7:
            self.week = when.first - timedelta(days=when.first.weekday())
        elif when.precision is Precision.MONTH:
            month = (when.first.year, when.first.month)
            if made.rolled and made.behind <= 120:
                month = (self.today.year, when.first.month)
            if self.year is not None and written.year is None and not written.relative:
                month = (self.year, when.first.month)
            self.month = month
        elif signs.INTAKE.match(line, phrase.end):
            self.year = self.month = None
        elif when.precision is Precision.YEAR and when.first.year >= self.today.year - 3:
            self.year = when.first.year
            self.month = None
        if line:
            past = signs.PAST_HEADING.within(line) and not signs.FUTURE_HEADING.within(line)
            self.past = past
            if not self.subject:
                subject = subject_of(text)
                self.subject = (
                    subject
                    if titles.named(subject) and not _made_of_calendar_words(plain(subject))
                    else ""
                )
            self.topic = Kind.EARNINGS if _RESULTS_TITLE.search(line) else self.topic
        else:
            self.past = False
        return True


_PROGRAMME = re.compile(r"(?:日程|议程)(?:安排|表)?$")


def _event_programme(title: str) -> bool:
    found = _PROGRAMME.search(title)
    return found is not None and titles.event_name(title[: found.start()])


def _made_of_calendar_words(title: str) -> bool:
    """Whether nothing else stands in a title. Each place is reached at most once, however many ways there
    are to part the title into words: as one pattern it would try them all."""
    lower = title.lower()
    reached, reach = {0}, [0]
    while reach:
        place = reach.pop()
        if place == len(lower):
            return True
        ends = [
            place + n for n in _CALENDAR_WORD_LENGTHS if lower[place : place + n] in _CALENDAR_WORDS
        ]
        if number := _OF_NUMBERS.match(lower, place):
            # 十月 may be 十 and 月报; a number's last sign may begin a word.
            ends += [end for end in range(number.end() - 1, number.end() + 1) if end > place]
        reach += [end for end in ends if end not in reached]
        reached.update(ends)
    return False


_CALL_OR_SAVE = re.compile(r"call for|save the date", re.IGNORECASE)


def calendar_title(line: str) -> bool:
    """Whether a title is that of a calendar, a report or a section: it holds events and is none."""
    if _made_of_calendar_words(line):
        return True
    return signs.HAN.search(line) is not None and (
        not _CALL_OR_SAVE.match(line) and _CALENDAR_END.search(line) is not None
    )


_LETTER_WORDS = re.compile(
    r"^关于(?:举办|召开|开展|组织|征集|做好|报送|申报)?"
    r"|的?(?:通知|公告|启事|邀请函|函|日程|时间轴|时间表|安排)$|[:：]$"
)
_CALL_WORDS = re.compile(
    r"^(?:call for (?:papers|participation|proposals|exhibits|abstracts|speakers)\s*[:–—-]*\s*"
    r"|important dates (?:for|of)\s+)"
    r"|\s*[:–—-]*\s*(?:call for (?:papers|participation|proposals)|important dates|key dates"
    r"|is back!?)$",
    re.IGNORECASE,
)


def subject_of(text: str) -> str:
    """What a heading is about: 关于举办…的通知, Call for Papers: …"""
    subject = text.strip().strip("#*【】 ")
    subject = _LETTER_WORDS.sub("", subject).strip()
    return _CALL_WORDS.sub("", subject).strip()  # fmt: skip
