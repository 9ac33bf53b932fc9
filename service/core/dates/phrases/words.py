"""The words of dates, each with what it says, and the pieces of patterns made from them.

A pattern takes its alternatives from the table that says what they mean, so that nothing can be accepted
that has no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(spellings: Iterable[str]) -> str:
    """A pattern of all spellings, longer ones first."""
    return "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))


def firsts(spellings: Iterable[str]) -> str:
    """What spellings begin with: the first word of English ones, the first two characters of others."""
    begins = {re.split("[ -]", one)[0] if one.isascii() else one[:2] for one in spellings}
    return " ".join(sorted(begins))


DIGITS = {char: digit for digit, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
TENS = {"十": 1, "廿": 2, "卅": 3}


def number(text: str) -> int:
    """12, 十二, 二十, 廿三, 二〇二六, 一百二十."""
    if text.isascii():
        return int(text)
    if text == "元":
        return 1
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        return 100 * number(hundreds or "一") + (number(rest.lstrip("零")) if rest else 0)
    for char, tens in TENS.items():
        before, found, after = text.partition(char)
        if found:
            lead = number(before) if before else 1
            return 10 * lead * tens + (number(after) if after else 0)
    value = 0
    for char in text:
        value = 10 * value + DIGITS[char]
    return value


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

MONTHS_EN = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
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
HOUR_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        1,
    )
}
WORD_NUMBERS = HOUR_WORDS | {
    "a": 1, "an": 1, "a couple of": 2, "couple of": 2, "couple": 2, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
ORDINALS = {
    word: value
    for value, word in enumerate(
        (
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
            "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
            "seventeenth", "eighteenth", "nineteenth", "twentieth",
        ),
        1,
    )
} | {"thirtieth": 30, "sixtieth": 60, "ninetieth": 90}  # fmt: skip
# The days of a month in words: the twenty-third
DAY_ORDINALS = {word: day for word, day in ORDINALS.items() if day <= 31} | {
    f"{tens}{joint}{word}": base + ORDINALS[word]
    for tens, base, last in (("twenty", 20, 9), ("thirty", 30, 1))
    for joint in "- "
    for word in list(ORDINALS)[:last]
}
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


def en_number(text: str) -> int:
    """12, twelve, 12th, twelfth, a."""
    word = text.lower()
    if word[0].isdigit():
        return int(word.rstrip("stndrh"))
    return (WORD_NUMBERS | DAY_ORDINALS | ORDINALS)[word]


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

ZONE_NAMES = {
    "Asia/Shanghai": (
        "北京时间", "中国时间", "京时", "beijing time", "china time", "china standard time",
    ),
    "Asia/Hong_Kong": ("香港时间", "hong kong time", "hkt"),
    "Asia/Taipei": ("台北时间", "taipei time"),
    "Asia/Tokyo": ("东京时间", "日本时间", "tokyo time", "jst"),
    "Asia/Seoul": ("韩国时间", "首尔时间", "kst"),
    "Asia/Singapore": ("新加坡时间", "singapore time", "sgt"),
    "Asia/Kolkata": ("印度时间", "ist"),
    "Australia/Sydney": ("悉尼时间",),
    "+10:00": ("aest",),
    "+11:00": ("aedt",),
    "Europe/London": ("伦敦时间", "英国时间", "london time", "uk time"),
    "+01:00": ("bst",),
    "Europe/Berlin": ("欧洲中部时间", "柏林时间", "法兰克福时间", "central european time", "cet"),
    "Europe/Paris": ("巴黎时间",),
    "+02:00": ("central european summer time", "cest"),
    "Europe/Athens": ("eet",),
    "+03:00": ("eest",),
    "Europe/Moscow": ("msk", "莫斯科时间"),
    "America/New_York": (
        "美国东部时间", "美东时间", "东部时间", "纽约时间", "eastern time", "et", "new york time",
        "eastern",
    ),
    "-05:00": ("est", "eastern standard time", "cdt"),
    "-04:00": ("edt", "eastern daylight time"),
    "America/Chicago": ("美国中部时间", "美中时间", "central time", "ct"),
    "America/Denver": ("mt", "mountain time"),
    "-07:00": ("mst", "pdt", "pacific daylight time"),
    "-06:00": ("mdt",),
    "America/Los_Angeles": (
        "美国太平洋时间", "美西时间", "太平洋时间", "美国西部时间", "西部时间", "加州时间",
        "旧金山时间", "洛杉矶时间", "pacific time", "pacific", "pt",
    ),
    "-08:00": ("pst", "pacific standard time"),
    "UTC": (
        "格林尼治时间", "格林尼治标准时间", "格林威治时间", "世界时", "世界协调时", "utc", "gmt",
        "coordinated universal time", "greenwich mean time", "z",
    ),
    "-12:00": ("aoe", "anywhere on earth"),
    "": ("当地时间", "local time", "本地时间"),
    "cst": ("cst",),
}  # fmt: skip
ZONES = {name: zone for zone, names in ZONE_NAMES.items() for name in names}
ZONES_ZH = [name for name in ZONES if not name.isascii()]
ZONES_EN = [name for name in ZONES if name.isascii()]

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
