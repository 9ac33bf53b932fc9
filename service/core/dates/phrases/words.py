"""The words of dates, each with what it says, and the pieces of patterns made from them.

A pattern takes its alternatives from the table that says what they mean, so that nothing can be accepted
that has no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from service.core.dates import months, zones
from service.core.dates.numerals import ORDINALS, WORD_NUMBERS


def one_of(spellings: Iterable[str]) -> str:
    """A pattern of all spellings, longer ones first."""
    return "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))


def firsts(spellings: Iterable[str]) -> str:
    """What spellings begin with: the first word of English ones, the first two characters of others."""
    begins = {re.split("[ -]", one)[0] if one.isascii() else one[:2] for one in spellings}
    return " ".join(sorted(begins))


REL_YEARS_ZH = {
    "今年": 0, "本年": 0, "当年": 0, "下年": 1, "明年": 1, "来年": 1, "后年": 2, "去年": -1, "前年": -2,
}  # fmt: skip
REL_YEARS_EN = {
    "this": 0,
    "the": 0,
    "next": 1,
    "last": -1,
    "past": -1,
    "coming": 1,
    "current": 0,
    "following": 1,
    "previous": -1,
}
# 下个周五, 上上個週三; 下月, 上个季度; 次 and 当 only of months
SHIFTS_ZH = {
    "上上个": -2, "上上": -2, "上个": -1, "上": -1, "本": 0, "这个": 0, "这": 0, "下个": 1, "下": 1,
    "下下个": 2, "下下": 2,
}  # fmt: skip
MONTH_SHIFTS_ZH = SHIFTS_ZH | {"当": 0, "次": 1}
N = r"(?:[0-9]{1,2}|元(?=月)|[一二三四五六七八九十廿卅]{1,3})"
DASH = r" ?(?:-{1,2}|~|至|到|/) ?"
TO_DAY = rf"(?={DASH}(?:{N} ?月 ?)?{N} ?[日号])"
Y4 = r"(?:19|20|21)[0-9]{2}"
YEAR_ZH = (
    r"(?:(?:中华)?民国 ?(?P<roc>[0-9]{2,3}) ?年"
    r"|(?<![0-9.])(?P<roc_bare>1[0-9]{2}) ?年(?= ?[0-9]{1,2} ?月)"
    rf"|(?P<year>{Y4}|(?<![0-9.])[0-9]{{2}}|[〇零○一二三四五六七八九]{{4}}"
    r"|[〇零○七八九][〇零○一二三四五六七八九]) ?年(?:度)?"
    rf"|(?P<rel_year>{one_of(REL_YEARS_ZH)})(?<!前年(?=报)))"
)
THIRDS = {
    "中下旬": 4,
    "上中旬": 5,
    "中上旬": 5,
    "上旬": 1,
    "初": 1,
    "中旬": 2,
    "中": 2,
    "下旬": 3,
    "底": 3,
    "末": 3,
    "尾": 3,
}

MONTHS_EN = tuple(map(str.lower, months.ENGLISH))
MONTH_NAMES = {
    spelling: month
    for month, name in enumerate(MONTHS_EN, 1)
    for spelling in {name, name[:3], name[:4] if name[:4] == "sept" else name}
}
# As they are written at the beginning of a line or in a sentence, for patterns that heed case.
MONTH_CAPITALISED = rf"(?:{one_of(map(str.capitalize, MONTH_NAMES))})"
MONTH_EN = (
    rf"(?:{one_of(MONTH_NAMES)})(?![a-zà-ɏ])(?:(?<!may)(?:(?<=\b[a-z]{{3}})|(?<=\bsept))\.(?![a-z]))?"
    r"(?!\.[a-z])"
)
ORD = r"(?:st|nd|rd|th)?"
TO = r" ?(?:-{1,2}|~|to|through|thru|until|till) ?"
AND = r" ?(?:and|&|\+) ?"
YEAR_EN = rf"(?P<year>{Y4}|'[0-9]{{2}})(?![0-9]| ?(?:hours|hrs)\b|-[0-9]{{4}} ?h)"
DAY_END = r"(?![0-9]|[:.][0-9]|st|nd|rd|th| ?[ap]\.?m\b|%)"
NTH_EN = rf"(?:{one_of(ORDINALS)}|last|final|[0-9]{{1,2}}(?:st|nd|rd|th))"
COUNT_EN = rf"(?:[0-9]{{1,3}}|{one_of(WORD_NUMBERS)})"
COUNT_ZH = r"(?:[0-9]{1,3}|[一二三四五六七八九十两][一二三四五六七八九十百]{0,3})"
UNITS_EN = {
    "day": "days", "week": "weeks", "fortnight": "fortnights", "month": "months", "quarter": "quarters",
    "year": "years", "working day": "workdays", "business day": "workdays",
}  # fmt: skip
UNITS_ZH = {
    "天": "days", "日": "days", "个工作日": "workdays", "工作日": "workdays", "周": "weeks", "星期": "weeks",
    "个星期": "weeks", "礼拜": "weeks", "个礼拜": "weeks", "个月": "months", "个季度": "quarters",
    "季度": "quarters", "年": "years",
}  # fmt: skip


WEEKDAY_NAMES = {
    "mon": 0, "monday": 0, "tue": 1, "tues": 1, "tuesday": 1, "wed": 2, "weds": 2, "wednesday": 2, "thu": 3,
    "thur": 3, "thurs": 3, "thursday": 3, "fri": 4, "friday": 4, "sat": 5, "saturday": 5, "sun": 6,
    "sunday": 6,
}  # fmt: skip
WEEKDAY_EN = (
    rf"(?:{one_of(WEEKDAY_NAMES)})(?![a-zà-ɏ])(?:(?<!\bsun)|(?![\u4e00-\u9fff]))(?:(?<!day)\.)?"
)
SEASONS = {
    "spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4, "春": 1, "夏": 2, "秋": 3, "冬": 4,
}  # fmt: skip

ZONES_ZH = [name for name in zones.IN_TEXT if not name.isascii()]
ZONES_EN = [name for name in zones.IN_TEXT if name.isascii()]

PARTS_OF_DAY = {
    "凌晨": 0, "清晨": 5, "早上": 6, "早晨": 6, "早间": 6, "上午": 6, "早": 6, "中午": 11, "正午": 11,
    "午间": 11, "下午": 12, "午后": 12, "傍晚": 12, "晚上": 18, "晚间": 18, "夜间": 18, "深夜": 18, "夜里": 18,
    "晚": 18, "夜": 18, "当晚": 18,
}  # fmt: skip
PART_OF_DAY = one_of(PARTS_OF_DAY)
# From which hour on; afternoon and later an hour is one after noon.
PARTS_EN = {"morning": 6, "afternoon": 12, "evening": 18, "night": 18, "tonight": 18, "tonite": 18}

REL_DAYS_ZH = {
    "今日": 0, "今天": 0, "今晚": 0, "今夜": 0, "今早": 0, "今晨": 0, "本日": 0, "即日": 0,
    "当日": 0, "明日": 1, "明天": 1, "明晚": 1, "明早": 1, "明晨": 1, "后天": 2, "后日": 2,
    "后晚": 2, "大后天": 3, "大后日": 3, "大大后天": 4, "昨日": -1, "昨天": -1, "昨晚": -1,
    "昨夜": -1, "昨早": -1, "前天": -2, "前日": -2, "前晚": -2, "大前天": -3, "大前日": -3,
}  # fmt: skip
REL_DAYS_EN = {
    "today": 0, "tonight": 0, "tonite": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "the day before yesterday": -2,
    "day before yesterday": -2,
}  # fmt: skip
