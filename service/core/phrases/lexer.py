"""The words of dates and times in a line, Chinese and English: one token a word or a fixed group.

Tokens say what stands there, not what it means together; grammar.py puts them together. A line is
first made `plain`: the same length, so that places stay the same, with one form for what is written in
several (full-width characters, dashes, traditional forms of the words of dates).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from service.core.phrases.other_languages import month_of
from service.core.phrases.written import Unit, Written

# Traditional forms of the characters that stand in the patterns, here and in core/extract.
_TRADITIONAL = (
    "將舉辦開發佈報價幣實訊聯佔會議論壇學節賽講說動態資訂於點時間週號後際內從禮兩幾當個這來歲晝淩預計"
    "劃擬屆備籌擇暫閉"
    "產線啟啓執適饋徵結關運營車組網課園館測紅權掛購審決聽證話辭訪問繳場頒獎級駐飛陸調復見順變業績財數"
    "據統貨條規則準標"
    "顧歷聞紀錄體應術專題覽樂華億萬長達過諮詢總記無請為與對給貸貿進險選機構電導圖簡稅務協簽約續終減試"
    "驗質擴併歐國韓紐"
    "倫亞傳聲廣視師團參觀環競錦盃獲創優評書單項階層連補貼繫門員衆許風養齊係餘庫設裡擊撥廳灣臺檢繼讓賣"
    "買轉農島鐵橋錶獨"
    "離歡釋隨礎戰鬥絡雲齡歸擁擔貢糧蘭嶺陽鐘儲潔遊戲碼縮鏈氫舊"
)
_SIMPLIFIED = (
    "将举办开发布报价币实讯联占会议论坛学节赛讲说动态资订于点时间周号后际内从礼两几当个这来岁昼凌预计"
    "划拟届备筹择暂闭"
    "产线启启执适馈征结关运营车组网课园馆测红权挂购审决听证话辞访问缴场颁奖级驻飞陆调复见顺变业绩财数"
    "据统货条规则准标"
    "顾历闻纪录体应术专题览乐华亿万长达过咨询总记无请为与对给贷贸进险选机构电导图简税务协签约续终减试"
    "验质扩并欧国韩纽"
    "伦亚传声广视师团参观环竞锦杯获创优评书单项阶层连补贴系门员众许风养齐系余库设里击拨厅湾台检继让卖"
    "买转农岛铁桥表独"
    "离欢释随础战斗络云龄归拥担贡粮兰岭阳钟储洁游戏码缩链氢旧"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME = {
    **dict.fromkeys("‐‑‒–—―−－﹣⁃", "-"),
    **dict.fromkeys("～〜∼˜∽", "~"),
    **dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\u2007", " "),
    **dict.fromkeys("〔﹝", "("),
    **dict.fromkeys("〕﹞", ")"),
    **dict.fromkeys("︰﹕∶", ":"),
    **dict.fromkeys("’‘", "'"),
    **dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)),
}
_PLAIN: dict[int, int | str] = {**_WIDE, **{ord(char): same for char, same in _SAME.items()}}


@lru_cache(maxsize=256)  # the same line is asked for by every step of its reading
def plain(text: str) -> str:
    """The text in the form that the patterns are written for, character by character."""
    return text.translate(_PLAIN)


class Kind(Enum):
    """What stands there; behind it which fields of Said it comes with."""

    DATE = auto()  # dates: one
    NUMERIC = (
        auto()
    )  # 8/25, 2026.5, 2026: a date only where nothing else can be meant. dates: one, or a span
    SPAN = auto()  # dates: first and last
    LISTED = auto()  # several days of a month. dates: all
    DAY = auto()  # a day of a month that stands nearby. number
    DAYS = auto()  # 15日至16日. dates: first and last, without a month; weak
    WEEKDAY = auto()  # weekday
    NEXT_DAY = auto()  # 次日: the day after the one that stands nearby
    CLOCK = auto()  # minutes: one
    CLOCKS = auto()  # minutes: of the start and the end
    PART_OF_DAY = auto()  # 上午
    ZONE = auto()  # word: an IANA name, or an offset such as +08:00, or "" for a local time
    EVERY = auto()  # word: "YEARLY", "MONTHLY", "WEEKLY"; weekday
    AFTER = auto()  # so long after something. number, word: the unit of time, within
    WEEK_OF = auto()  # the week that has the next date


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says.

    minutes   since midnight, to 24:00
    weekday   0 Monday … 6
    within    at some time until then (30日内), not at its end (30日后)
    weak      the first number has no unit (15-16日)
    """

    kind: Kind
    dates: tuple[Written, ...] = ()
    number: int = 0
    weekday: int | None = None
    minutes: tuple[int, ...] = ()
    word: str = ""
    within: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """What stands at start … end of the line."""

    kind: Kind
    start: int
    end: int
    said: Said
    text: str


_DIGITS = {char: digit for digit, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_TENS = {"十": 1, "廿": 2, "卅": 3}


def number(text: str) -> int:
    """12, 十二, 二十, 廿三, 二〇二六, 一百二十."""
    if text.isascii():
        return int(text)
    if text == "元":
        return 1
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        return 100 * number(hundreds or "一") + (number(rest.lstrip("零")) if rest else 0)
    for char, tens in _TENS.items():
        before, found, after = text.partition(char)
        if found:
            lead = number(before) if before else 1
            return 10 * lead * tens + (number(after) if after else 0)
    value = 0
    for char in text:
        value = 10 * value + _DIGITS[char]
    return value


_N = r"(?:[0-9]{1,2}|元(?=月)|[一二三四五六七八九十廿卅]{1,3})"
_DASH = r" ?(?:-{1,2}|~|至|到|/) ?"
_TO_DAY = rf"(?={_DASH}{_N} ?[日号])"
_Y4 = r"(?:19|20|21)[0-9]{2}"
_YEAR_ZH = (
    r"(?:(?:中华)?民国 ?(?P<roc>[0-9]{2,3}) ?年"
    r"|(?<![0-9.])(?P<roc_bare>1[0-9]{2}) ?年(?= ?[0-9]{1,2} ?月)"
    rf"|(?P<year>{_Y4}|(?<![0-9.])[0-9]{{2}}|[〇零○一二三四五六七八九]{{4}}) ?年(?:度)?"
    r"|(?P<rel_year>今年|明年|后年|来年|本年|当年|去年|前年))"
)
_REL_YEARS = {
    "今年": 0, "本年": 0, "当年": 0, "明年": 1, "来年": 1, "后年": 2, "去年": -1, "前年": -2,
    "this": 0, "the": 0, "next": 1, "last": -1, "past": -1, "coming": 1, "current": 0,
}  # fmt: skip
_REL_MONTH_ZH = {"本": 0, "当": 0, "这个": 0, "下": 1, "下个": 1, "次": 1, "上": -1, "上个": -1}
_THIRDS = {
    "中下旬": 4,
    "上中旬": 5,
    "上旬": 1,
    "初": 1,
    "中旬": 2,
    "中": 2,
    "下旬": 3,
    "底": 3,
    "末": 3,
    "尾": 3,
}

_MONTHS_EN = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_EN = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)(?![a-z])"
)
_ORD = r"(?:st|nd|rd|th)?"
_TO = r" ?(?:-{1,2}|~|to|through|thru|until|till) ?"
_AND = r" ?(?:and|&) ?"
_YEAR_EN = rf"(?P<year>{_Y4}|'[0-9]{{2}})(?![0-9])"
_DAY_END = r"(?![0-9]|[:.][0-9]|st|nd|rd|th| ?[ap]\.?m\b|%)"
_WORD_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_EN = (
    r"(?:mon(?:day|\.)?|tue(?:s(?:day|\.)?|\.)?|wed(?:nesday|\.)?|thu(?:r(?:s(?:day)?)?)?(?:sday)?\.?"
    r"|fri(?:day|\.)?"
    r"|sat(?:urday|\.)?|sun(?:day|\.)?)(?![a-z])"
)
_SEASONS = {
    "spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4, "春": 1, "夏": 2, "秋": 3, "冬": 4,
}  # fmt: skip

_ZONE_NAMES = {
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
_ZONES = {name: zone for zone, names in _ZONE_NAMES.items() for name in names}
_ZONE_WORDS_ZH = "|".join(sorted((w for w in _ZONES if not w.isascii()), key=len, reverse=True))
_ZONE_WORDS_EN = "|".join(
    re.escape(w)
    for w in sorted((w for w in _ZONES if w.isascii() and len(w) > 4), key=len, reverse=True)
)
_ZONE_SHORT = "|".join(
    w.upper()
    for w in sorted((w for w in _ZONES if w.isascii() and len(w) <= 4), key=len, reverse=True)
)

_PARTS_OF_DAY = {
    "凌晨": 0, "清晨": 5, "早上": 6, "早晨": 6, "早间": 6, "上午": 6, "早": 6, "中午": 11, "正午": 11,
    "午间": 11, "下午": 12, "午后": 12, "傍晚": 12, "晚上": 18, "晚间": 18, "夜间": 18, "深夜": 18, "夜里": 18,
    "晚": 18, "当晚": 18, "今晚": 18, "明晚": 18,
}  # fmt: skip
_PART_OF_DAY = "|".join(sorted(_PARTS_OF_DAY, key=len, reverse=True))

Build = Callable[[re.Match[str]], Said | None]


@dataclass(frozen=True, slots=True)
class _Year:
    """The year that a form names: its number, or how many years from the reference date's."""

    number: int | None = None
    ahead: int | None = None

    def __bool__(self) -> bool:
        return self.number is not None or self.ahead is not None

    def of(self, written: Written) -> Written:
        return replace(written, year=self.number, years=self.ahead) if self else written


_THIS_YEAR = _Year(ahead=0)


def _year(match: re.Match[str]) -> _Year:
    said = match.groupdict()
    if said.get("year"):
        value = number(said["year"].lstrip("'"))
        return _Year(value if value > 99 else 2000 + value)
    if republic := said.get("roc") or said.get("roc_bare"):
        return _Year(1911 + int(republic))
    return _Year(ahead=_REL_YEARS[said["rel_year"].lower()]) if said.get("rel_year") else _Year()


def _date(written: Written) -> Said:
    return Said(Kind.DATE, (written,))


def _month_en(text: str) -> int:
    return 1 + next(
        i for i, name in enumerate(_MONTHS_EN) if name.startswith(text.lower().rstrip(".")[:3])
    )


def _weekday_zh(text: str) -> int:
    return min("一二三四五六日天".index(text), 6)


def _weekday_en(text: str) -> int:
    return _WEEKDAYS_EN.index(text[:3].lower())


def _ymd(match: re.Match[str]) -> Said | None:
    return _day(int(match["y"]), int(match["m"]), int(match["d"]))


def _day(year: int | None, month: int, day: int) -> Said | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _date(Written(Unit.DAY, year=year, month=month, number=day))


def _dmy(match: re.Match[str]) -> Said | None:
    """Day first where points stand or only that is possible, month first where only that is. Where both
    are, it says so."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    if match["sep"] == "." or (a > 12 and b <= 12) or a == b:
        return _day(year, b, a)
    if b > 12 and a <= 12:
        return _day(year, a, b)
    if max(a, b) > 12 or not min(a, b):
        return None
    return _date(Written(Unit.DAY, year=year, month=a, number=b, either_order=True))


def _numeric_span(match: re.Match[str]) -> Said | None:
    """8/12-8/14, 10.28-10.31, 4/28-29, 2026.7.15-7.18."""
    year = int(match["y"]) if match["y"] else None
    month, day = int(match["m"]), int(match["d"])
    last_month, last_day = int(match["m2"] or month), int(match["d2"])
    first, last = _day(year, month, day), _day(year, last_month, last_day)
    if (
        first is None
        or last is None
        or (month <= last_month and (last_month, last_day) <= (month, day))
    ):
        return None
    return Said(Kind.NUMERIC if year is None else Kind.SPAN, first.dates + last.dates)


def _named_month(match: re.Match[str]) -> Said | None:
    """4-Nov-2027."""
    year = int(match["y"])
    return _day(year if year > 99 else 2000 + year, _month_en(match["month"]), int(match["d"]))


def _other_language(match: re.Match[str]) -> Said | None:
    """15 juillet 2026, 3. März 2027."""
    month = month_of(match["word"])
    return _day(int(match["y"]), month, int(match["d"])) if month else None


def _short(match: re.Match[str]) -> Said | None:
    """03-21-28: only where no other order is possible."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    orders = {
        (2000 + year, month, day)
        for year, month, day in ((c, a, b), (c, b, a), (a, b, c))
        if 20 <= year <= 60 and 1 <= month <= 12 and 1 <= day <= 31
    }
    return _day(*orders.pop()) if len(orders) == 1 else None


def _compact(match: re.Match[str]) -> Said | None:
    text = match[0]
    return _day(int(text[:4]), int(text[4:6]), int(text[6:]))


def _month_day(match: re.Match[str]) -> Said | None:
    made = _day(None, int(match["m"]), int(match["d"]))
    return Said(Kind.NUMERIC, made.dates) if made else None


def _numeric_part(match: re.Match[str]) -> Said | None:
    month = int(match["m"])
    return _date(_third(match["part"].lstrip("月"), month)) if 1 <= month <= 12 else None


def _month_number(match: re.Match[str]) -> Said:
    kind = Kind.DATE if match["sep"] == "-" and len(match["m"]) == 2 else Kind.NUMERIC
    return Said(kind, (Written(Unit.MONTH, year=int(match["y"]), month=int(match["m"])),))


def _zh(match: re.Match[str]) -> Said | None:
    """Year, month, and a day or part of the month."""
    year = _year(match)
    months = None
    part = match["part"]
    if match["bare_month"]:  # 月底, 月初: of this month
        return None if year or part not in _THIRDS else _date(_third(part, None, 0))
    if match["rel_month"] is not None:
        if year:
            return None
        months = _REL_MONTH_ZH[match["rel_month"]]
    month = number(match["month"]) if match["month"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    if match["to_month"]:
        last = number(match["to_month"])
        if not 1 <= last <= 12 or months is not None:
            return None
        return _date(year.of(Written(Unit.MONTHS, month=month, number=last)))
    if match["day"]:
        day = number(match["day"])
        if not 1 <= day <= 31:
            return None
        return _date(year.of(Written(Unit.DAY, month=month, months=months, number=day)))
    if not part:
        return _date(year.of(Written(Unit.MONTH, month=month, months=months)))
    if part[0] == "第":
        count = number(part[1:].strip()[0])
        return _date(year.of(Written(Unit.MONTH_WEEK, month=month, months=months, number=count)))
    return _date(year.of(_third(part, month, months)))


def _third(part: str, month: int | None, months: int | None = None) -> Written:
    if part in ("上半月", "下半月"):
        unit, count = Unit.MONTH_HALF, 1 if part == "上半月" else 2
    else:
        unit, count = Unit.THIRD, _THIRDS[part]
    return Written(unit, month=month, months=months, number=count)


def _zh_part_of_year(match: re.Match[str]) -> Said:
    """A quarter or a half."""
    year = _year(match)
    if match["rel_quarter"]:
        shift = {"本": 0, "这个": 0, "下": 1, "下个": 1, "上": -1, "上个": -1}[match["rel_quarter"]]
        return _date(Written(Unit.QUARTER, quarters=shift))
    if match["half"]:
        return _date(year.of(Written(Unit.HALF, number=1 if match["half"] == "上" else 2)))
    count = 1 if match["quarter"] == "首" else number(match["quarter"])
    end = match["quarter_end"]
    return _date(year.of(Written(Unit.QUARTER_END if end else Unit.QUARTER, number=count)))


def _zh_year_part(match: re.Match[str]) -> Said:
    unit = {"初": Unit.YEAR_START, "中": Unit.YEAR_MIDDLE, "底": Unit.YEAR_END, "末": Unit.YEAR_END,
            "尾": Unit.YEAR_END, "内": Unit.YEAR}[match["part"] or match["part2"]]  # fmt: skip
    year = _year(match)
    if unit is Unit.YEAR and not year:
        year = _THIS_YEAR
    return _date(year.of(Written(unit)))


def _zh_nth(match: re.Match[str]) -> Said | None:
    nth = {"首": 1, "末": 5}.get(match["nth"]) or number(match["nth"])
    weekday = _weekday_zh(match["weekday"])
    month = number(match["month"]) if match["month"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    months = None if match["rel_month"] is None else (0 if match["rel_month"] == "本" else 1)
    return _date(
        _year(match).of(Written(Unit.DAY, month=month, months=months, number=nth, weekday=weekday))
    )


def _en_nth(match: re.Match[str]) -> Said:
    nth = 5 if match["nth"].lower() == "last" else _WORD_NUMBERS[match["nth"].lower()]
    months = None if match["rel"] is None else (0 if match["rel"].lower() == "this" else 1)
    month = _month_en(match["month"]) if match["month"] else None
    return _date(
        _year(match).of(
            Written(
                Unit.DAY,
                month=month,
                months=months,
                number=nth,
                weekday=_weekday_en(match["weekday"]),
            )
        )
    )


def _zh_listed(match: re.Match[str]) -> Said | None:
    """5月13日、14日 and the like."""
    month = number(match["month"])
    days = [number(text) for text in re.findall(_N, match["days"])]
    if not 1 <= month <= 12 or not all(1 <= day <= 31 for day in days):
        return None
    listed = tuple(_year(match).of(Written(Unit.DAY, month=month, number=day)) for day in days)
    if [d.number for d in listed] == list(range(days[0], days[0] + len(days))):
        return Said(Kind.SPAN, (listed[0], listed[-1]))
    return Said(Kind.LISTED, listed)


def _zh_season(match: re.Match[str]) -> Said:
    year = _year(match)
    if match["holiday"]:
        number_ = 2 if match["holiday"] == "暑" else 4
        return _date((year or _THIS_YEAR).of(Written(Unit.SEASON, number=number_)))
    if not year:
        year = _Year(ahead={"今": 0, "明": 1, "去": -1}[match["short_year"]])
    return _date(year.of(Written(Unit.SEASON, number=_SEASONS[match["season"]])))


def _zh_year(match: re.Match[str]) -> Said | None:
    if match["year"] and len(match["year"]) < 3:
        return None
    return _date(_year(match).of(Written(Unit.YEAR)))


def _zh_week(match: re.Match[str]) -> Said | None:
    shift = {"上上": -2, "上": -1, "本": 0, "这": 0, "这个": 0, "下": 1, "下个": 1, "下下": 2}
    prefix, day = match["week"], match["weekday"]
    if day == "末":
        if prefix is None:
            return None
        monday = Written(Unit.WEEK, weeks=shift[prefix], weekday=5)
        return Said(Kind.SPAN, (monday, Written(Unit.WEEK, weeks=shift[prefix], weekday=6)))
    weekday = _weekday_zh(day) if day else None
    if prefix is None:
        return Said(Kind.WEEKDAY, weekday=weekday) if weekday is not None else None
    if weekday is None:
        return _date(Written(Unit.WEEK, weeks=shift[prefix]))
    return _date(Written(Unit.DAY, weeks=shift[prefix], weekday=weekday))


_REL_DAYS_ZH = {
    "今日": 0, "今天": 0, "今晚": 0, "今早": 0, "今晨": 0, "即日": 0, "当日": 0, "明日": 1, "明天": 1,
    "明晚": 1, "明早": 1, "明晨": 1, "后天": 2, "后日": 2, "大后天": 3, "昨日": -1, "昨天": -1, "昨晚": -1,
    "前天": -2, "前日": -2,
}  # fmt: skip


def _zh_relative(match: re.Match[str]) -> Said | None:
    if match[0] == "当日":
        return None
    return _date(Written(Unit.DAY, days=_REL_DAYS_ZH[match[0]]))


_SPANS = {
    "天": "days", "日": "days", "个工作日": "workdays", "工作日": "workdays", "周": "weeks", "星期": "weeks",
    "个星期": "weeks", "个月": "months", "月": "months", "年": "years", "半年": "half",
    "day": "days", "week": "weeks", "month": "months", "year": "years", "working day": "workdays",
    "business day": "workdays", "fortnight": "fortnights",
}  # fmt: skip


def _zh_after(match: re.Match[str]) -> Said | None:
    within = match[0].endswith("内")
    if match["half"]:
        return Said(Kind.AFTER, number=6, word="months", within=within)
    return Said(
        Kind.AFTER, number=number(match["count"]), word=_SPANS[match["span"]], within=within
    )


def _zh_clock(match: re.Match[str]) -> Said | None:
    hour = number(match["hour"])
    minute = 0
    numeral = not match["hour"].isascii()
    if numeral and not (
        match["part"] or match["half"] or match["minute"] or "整" in match[0] or hour == 0
    ):
        return None  # 三点建议
    if match["minute"]:
        minute = number(match["minute"])
    elif match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * number(match["quarter"])
    elif match["m2"]:
        minute = int(match["m2"])
    return _clock(hour, minute, match["part"])


def _clock(hour: int, minute: int, part: str | None) -> Said | None:
    if part:
        begins = _PARTS_OF_DAY[part]
        small_hours = part in ("晚上", "晚", "深夜", "夜里") and hour < 5
        if (begins >= 12 and hour < 12 and not small_hours) or (begins == 11 and hour < 5):
            hour += 12
        elif begins >= 18 and hour == 12:
            hour = 24
        elif begins == 0 and hour == 12:
            hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return Said(Kind.CLOCK, minutes=(hour * 60 + minute,))


def _en_minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    h, m = int(hour), int(minute or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0].lower() == "p" else 0)
    if h > 24 or m > 59 or (h == 24 and m):
        return None
    return h * 60 + m


def _en_clock(match: re.Match[str]) -> Said | None:
    value = _en_minutes(match["hour"], match["minute"], match["half"])
    return None if value is None else Said(Kind.CLOCK, minutes=(value,))


def _en_clocks(match: re.Match[str]) -> Said | None:
    """10-11:30 a.m.: the half of the day stands once, and the first may lie before noon (11-1 p.m.)."""
    last = _en_minutes(match["h2"], match["m2"], match["half"])
    first = _en_minutes(match["h1"], match["m1"], match["half"])
    if first is None or last is None:
        return None
    if first >= last:
        first = _en_minutes(match["h1"], match["m1"], "a") or 0
    return Said(Kind.CLOCKS, minutes=(first, last))


def _en_noon(match: re.Match[str]) -> Said:
    return Said(Kind.CLOCK, minutes=(12 * 60 if match[0].lower() == "noon" else 24 * 60,))


def _en_days(match: re.Match[str]) -> Said | None:
    """July 15th, 2026; June 16-18; 24-26 June; June 2 and 3."""
    month, first = _month_en(match["month"]), int(match["d1"])
    year = _year(match)
    if not 1 <= first <= 31 or match["month"] == "may":
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if not match["d2"]:
        return _date(one)
    last = int(match["d2"])
    if not 1 <= last <= 31:
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if match["to"].strip().lower() in ("and", "&", ",", "/") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last < first:
        return None
    return Said(Kind.SPAN, (one, other))


_PARTS_EN = {
    "early": 1, "beginning": 1, "start": 1, "begin": 1, "mid": 2, "middle": 2, "late": 3, "end": 3, "later": 0,
}  # fmt: skip


def _en_part(text: str | None) -> int:
    return next((v for word, v in _PARTS_EN.items() if text and word in text.lower()), 0)


def _en_month(match: re.Match[str]) -> Said | None:
    if match["month"] in ("may", "march", "mar", "dec", "jan", "sept", "sep"):
        return None  # the verbs, and what is no English
    if not (match["part"] or match["year"] or match["rel_year"]) and _is_name(match):
        return None
    part = _en_part(match["part"])
    unit = Unit.THIRD if part else Unit.MONTH
    return _date(_year(match).of(Written(unit, month=_month_en(match["month"]), number=part)))


# in May, by June
_TIME_WORD_BEFORE = re.compile(
    (
        r"\b(?:in|by|during|until|till|before|from|since|for|to|of|through|late|early|mid|this|next"
        r"|on)[ -]$"
    ),
    re.IGNORECASE,
)
_SURNAME = re.compile(r" [A-Z][a-z]{2,}")


def _is_name(match: re.Match[str]) -> bool:
    """April Dunn, May Okonjo, Jan Verbeke, 12 March Row: a name stands behind, no word for time before."""
    text, start, end = match.string, match.start(), match.end()
    if match["month"].lower() not in (
        "april",
        "may",
        "june",
        "jan",
        "august",
        "march",
        "jun",
        "mar",
    ):
        return False
    if _TIME_WORD_BEFORE.search(text[max(0, start - 8) : start]):
        return False
    return _SURNAME.match(text[end : end + 6]) is not None


def _en_months(match: re.Match[str]) -> Said:
    return _date(
        _year(match).of(
            Written(Unit.MONTHS, month=_month_en(match["m1"]), number=_month_en(match["m2"]))
        )
    )


def _en_quarter(match: re.Match[str]) -> Said:
    text = match["q"] or match["q2"]
    count = _WORD_NUMBERS[text.lower()] if not text[0].isdigit() else int(text[0])
    end = _en_part(match["part"]) == 3
    year = _year(match)
    return _date(year.of(Written(Unit.QUARTER_END if end else Unit.QUARTER, number=count)))


def _en_half(match: re.Match[str]) -> Said:
    text = match["h"] or match["h2"]
    count = (
        int(text) if text.isdigit() else (2 if text.lower() in ("second", "latter", "back") else 1)
    )
    return _date(_year(match).of(Written(Unit.HALF, number=count)))


def _en_season(match: re.Match[str]) -> Said:
    return _date(_year(match).of(Written(Unit.SEASON, number=_SEASONS[match["season"].lower()])))


def _en_year(match: re.Match[str]) -> Said:
    unit = {0: Unit.YEAR, 1: Unit.YEAR_START, 2: Unit.YEAR_MIDDLE, 3: Unit.YEAR_LATE}[
        _en_part(match["part"])
    ]
    text = (match["part"] or "").lower()
    if unit is Unit.YEAR_LATE and "end" in text:
        unit = Unit.YEAR_END
    return Said(Kind.DATE if text else Kind.NUMERIC, (_year(match).of(Written(unit)),))


def _en_year_end(match: re.Match[str]) -> Said:
    return _date((_year(match) or _THIS_YEAR).of(Written(Unit.YEAR_END)))


def _en_relative(match: re.Match[str]) -> Said | None:
    word = match["rel"].lower()
    shift = {"this": 0, "the": 0, "current": 0, "next": 1, "following": 1, "coming": 1, "last": -1, "past": -1,
             "previous": -1}[word]  # fmt: skip
    part = _en_part(match["part"])
    match match["unit"].lower():
        case "week":
            if part:
                return None
            return _date(Written(Unit.WEEK, weeks=shift))
        case "weekend":
            ends = (Written(Unit.DAY, weeks=shift, weekday=day) for day in (5, 6))
            return Said(Kind.SPAN, tuple(ends))
        case "month":
            return _date(Written(Unit.THIRD if part else Unit.MONTH, months=shift, number=part))
        case "quarter":
            return _date(Written(Unit.QUARTER, quarters=shift))
        case "spring" | "summer" | "autumn" | "fall" | "winter" as season:
            return _date(Written(Unit.SEASON, number=_SEASONS[season], years=shift))
        case _:
            unit = (Unit.YEAR, Unit.YEAR_START, Unit.YEAR_MIDDLE, Unit.YEAR_LATE)[part]
            if part == 3 and "end" in match["part"].lower():
                unit = Unit.YEAR_END
            return _date(Written(unit, years=shift))


def _en_weekday(match: re.Match[str]) -> Said | None:
    if len(match["weekday"]) < 6 and not match["weekday"][0].isupper():
        return None  # sun, sat, wed
    weekday = _weekday_en(match["weekday"])
    word = (match["rel"] or "").lower()
    if word in ("every", "each"):
        return Said(Kind.EVERY, word="WEEKLY", weekday=weekday)
    if word == "next":
        return _date(Written(Unit.DAY, weeks=1, weekday=weekday))
    if word in ("last", "past"):
        return _date(Written(Unit.DAY, weeks=-1, weekday=weekday))
    if word in ("this", "coming", "this coming"):
        return _date(Written(Unit.DAY, weekday=weekday))
    return Said(Kind.WEEKDAY, weekday=weekday)


def _en_day_word(match: re.Match[str]) -> Said:
    shift = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}[match[0].lower()]
    return _date(Written(Unit.DAY, days=shift))


def _en_after(match: re.Match[str]) -> Said:
    text = match["count"].lower()
    count = int(text) if text.isdigit() else _WORD_NUMBERS[text]
    return Said(Kind.AFTER, number=count, word=_SPANS[match["span"].lower()])


_ORDINALS = {
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


def _en_ordinal(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    if match["rel"]:
        return _date(
            Written(Unit.DAY, months=0 if match["rel"].lower() == "this" else 1, number=day)
        )
    return Said(Kind.DAY, number=day)


def _en_nth_after(match: re.Match[str]) -> Said | None:
    text = match["nth"].lower()
    count = int(text[:-2]) if text[0].isdigit() else _ORDINALS.get(text)
    return Said(Kind.AFTER, number=count, word=_SPANS[match["span"].lower()]) if count else None


_SPACES = re.compile(r"\s+")
_OFFSET = re.compile(r"([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?$")


def _zone(match: re.Match[str]) -> Said | None:
    text = _SPACES.sub(" ", match[0].strip(" ()")).lower()
    offset = _OFFSET.search(text)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        return Said(Kind.ZONE, word=f"{offset[1]}{hours:02d}:{minutes:02d}")
    return Said(Kind.ZONE, word=_ZONES[text])


def _every(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word={"年": "YEARLY", "月": "MONTHLY"}[match["every"]])


def _every_week(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="WEEKLY", weekday=_weekday_zh(match["weekday"]))


def _every_en(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="MONTHLY" if "month" in match[0].lower() else "YEARLY")


def _zh_days(match: re.Match[str]) -> Said | None:
    first, last = int(match["d1"]), int(match["d2"])
    if not 1 <= first < last <= 31:
        return None
    return Said(
        Kind.DAYS,
        (Written(Unit.DAY, number=first), Written(Unit.DAY, number=last)),
        weak=match["unit"] is None,
    )


def _zh_day(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    return Said(Kind.DAY, number=day) if 1 <= day <= 31 else None


def _en_days_first(match: re.Match[str]) -> Said | None:
    """24-26 June, 15 July 2026."""
    month, last = _month_en(match["month"]), int(match["d2"])
    year = _year(match)
    if not 1 <= last <= 31 or match["month"] == "may":
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if not match["d1"]:
        return _date(other)
    first = int(match["d1"])
    if not 1 <= first <= 31:
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if match["to"].strip().lower() in ("and", "&") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last <= first:
        return None
    return Said(Kind.SPAN, (one, other))


def _number_first(unit: Unit) -> Build:
    def build(match: re.Match[str]) -> Said:
        year, count = int(match["y"] or match["y2"]), int(match["q"] or match["q2"])
        return _date(Written(unit, year=year if year > 99 else 2000 + year, number=count))

    return build


_DAYS_ZH = (
    rf"{_N} ?[日号]?(?: ?(?:、|和|及|与) ?{_N} ?[日号]?){{0,9}}(?: ?(?:、|和|及|与) ?){_N} ?[日号]"
)
_PART_ZH = (
    r"上半月|下半月|中下旬|上中旬|上旬|中旬|下旬|初|底|末|中(?![国心标央间文期型])|尾"
    r"|第 ?[一二三四五1-5] ?个?(?:周|星期)(?![一二三四五六日天])"
)

# A row a form: its name; what it begins with (d a digit, n a Chinese numeral, z another Chinese
# character, e a letter; E: capitals as written); the pattern; what it says. At one place the rows are
# tried in this order.
_FORMS: tuple[tuple[str, str, str, Build], ...] = (
    (
        "date of ISO time", "d",
        rf"(?<![0-9])(?P<y>{_Y4})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?=T[0-9]{{2}}:)",
        _ymd,
    ),
    (
        "days in numbers", "d",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<y>{_Y4})(?P<sep1>[./-]))?(?P<m>[0-9]{{1,2}})(?P<sep>[./])"
        r"(?P<d>[0-9]{1,2})(?:\([一二三四五六日]\))?(?: ?-{1,2} ?| ?~ ?| ?至 ?| ?到 ?)"
        r"(?:(?P=sep1))?(?:(?P<m2>[0-9]{1,2})(?P=sep))?(?P<d2>[0-9]{1,2})"
        r"(?:\([一二三四五六日]\))?(?![0-9%./:]| ?[个倍年月])",
        _numeric_span,
    ),
    (
        "year first", "d",
        rf"(?<![0-9./-])(?P<y>{_Y4}) ?(?P<sep>[-/.]) ?(?P<m>[0-9]{{1,2}}) ?(?P=sep) ?"
        r"(?P<d>[0-9]{1,2})(?![0-9]|[./][0-9]|-[0-9]{3})",
        _ymd,
    ),
    (
        "compact", "d",
        r"(?<![0-9A-Za-z_.#/])(?:(?<!-)|(?<=[0-9]{8}-))20[0-9]{6}(?![0-9A-SU-Za-z_%/]|\.[0-9]"
        r"|T(?![0-9]))",
        _compact,
    ),
    (
        "named month", "d",
        rf"(?<![0-9./-])(?P<d>[0-9]{{1,2}})-(?P<month>{_MONTH_EN})-(?P<y>20[0-9]{{2}}"
        r"|[0-9]{2})(?![0-9])",
        _named_month,
    ),
    (
        "short numbers", "d",
        r"(?<![0-9./-])(?P<a>[0-9]{2})(?P<sep>[-/])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{1,2})(?![0-9]"
        r"|[./-][0-9])",
        _short,
    ),
    (
        "year last", "d",
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>20[0-9]{2})"
        r"(?![0-9]|[./-][0-9])",
        _dmy,
    ),
    ("every week", "z", r"每(?:个)?(?:周|星期)(?P<weekday>[一二三四五六日天])", _every_week),
    ("every", "z", r"每(?P<every>[年月])", _every),
    (
        "every", "e",
        r"\b(?:every (?:year|month)|annually|each (?:year|month)|yearly|monthly)\b"
        r"|\bevery (?=(?:january|february|march|april|may|june|july|august|september|october|november"
        r"|december)\b)",
        _every_en,
    ),
    ("days listed", "dnz", rf"(?:{_YEAR_ZH} ?)?(?P<month>{_N}) ?月 ?(?P<days>{_DAYS_ZH})", _zh_listed),
    (
        "weekday of month", "dnz",
        rf"(?:{_YEAR_ZH} ?的? ?)?(?:(?P<month>{_N}) ?月(?:份)?"
        r"|(?P<rel_month>本|下个?)月)的? ?第?(?P<nth>[首一二三四1-4末])个?(?:周|星期"
        r"|礼拜)(?P<weekday>[一二三四五六日天])",
        _zh_nth,
    ),
    (
        "month", "dnz",
        rf"(?:{_YEAR_ZH} ?的? ?)?(?:(?<![0-9])(?<![0-9]\.)(?P<month>{_N})(?: ?月(?:份)?(?!球|亮|薪|饼"
        rf"|嫂|光|票|台)|{_DASH}(?P<to_month>{_N}) ?月(?:份)?)"
        r"|(?P<rel_month>本|当|这个|下个?|次|上个?)月(?:份)?"
        r"|(?P<bare_month>(?<![0-9一二三四五六七八九十个每本次岁])月(?=初|底|末|中旬|上旬|下旬)))"
        rf"(?: ?(?P<day>{_N})(?: ?[日号]|{_TO_DAY})| ?的? ?(?P<part>{_PART_ZH}))?",
        _zh,
    ),
    (
        "quarter, half", "dnz",
        rf"(?:{_YEAR_ZH} ?的? ?)?(?:第? ?(?P<quarter>[一二三四首]|[1-4](?= ?季)) ?季度?(?!报|赛"
        r"|节)(?P<quarter_end>末|底)?"
        rf"|(?P<rel_quarter>本|这个|下个?|上个?)季度?(?!报|财)|(?P<half>[上下])半年(?!报|度))",
        _zh_part_of_year,
    ),
    (
        "part of year", "dnz",
        rf"(?:{_YEAR_ZH} ?的? ?年?(?P<part>初|中(?![国期报])|底|末|尾|内)"
        r"|(?<![一二三四五六七八九十0-9今明本去前后来全半周多数近每学])(?:年|岁)(?P<part2>初"
        r"|中(?![国期报大会])|底|末|尾|内))",
        _zh_year_part,
    ),
    (
        "season", "dnz",
        rf"(?:{_YEAR_ZH}|(?P<short_year>[今明去])) ?(?:(?P<season>[春夏秋冬])(?:季|天)?(?!节|晚|奥|运"
        r"|游)|(?P<holiday>[暑寒])(?:期|假))",
        _zh_season,
    ),
    (
        "quarter", "d",
        rf"(?P<year>{_Y4}|(?<![0-9.])[0-9]{{2}}) ?年 ?[Qq](?P<quarter>[1-4])(?P<rel_quarter>(?!))?"
        r"(?P<half>(?!))?(?P<quarter_end>末|底)?",
        _zh_part_of_year,
    ),
    ("year", "dnz", rf"{_YEAR_ZH}(?![代期龄])", _zh_year),
    ("weekday in brackets", "z", r"\((?P<week>(?!))?(?P<weekday>[一二三四五六日])\)", _zh_week),
    ("next day", "z", r"(?:次|翌|隔)[日天]", lambda _: Said(Kind.NEXT_DAY)),
    (
        "week", "z",
        r"(?P<week>上上|上个?|本|这个?|下下|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六末]"
        r"|[日天](?!程|历|报|志|前))?(?![年期岁度边])",
        _zh_week,
    ),
    ("near day", "z", "|".join(sorted(_REL_DAYS_ZH, key=len, reverse=True)), _zh_relative),
    (
        "so long after", "dnz",
        r"(?:(?P<half>半年)|(?P<count>[0-9]{1,3}|[一二三四五六七八九十两百]{1,4}) ?(?P<span>天"
        r"|个?工作日|日|周|个?星期|个月|年))(?:之?后|以后|之?内)",
        _zh_after,
    ),
    (
        "clocks", "d",
        r"(?<![0-9:.])(?P<h1>[0-9]{1,2})(?:[:.](?P<m1>[0-9]{2}))? ?(?:-|to"
        r"|until) ?(?P<h2>[0-9]{1,2})(?:[:.](?P<m2>[0-9]{2}))? ?(?P<half>[ap])\.?m\b\.?",
        _en_clocks,
    ),
    (
        "clock", "dnz",
        rf"(?P<part>{_PART_OF_DAY})? ?(?<![0-9:.])(?P<hour>[0-9]{{1,2}}|零|[一二三四五六七八九十]{{1,3}})"
        r"(?: ?[点时](?!间|候|代|刻|尚|评|空|起|任|报|装|长|延)(?:钟|整)?(?:(?P<half>半)"
        r"|(?P<quarter>[一三])刻|(?P<minute>[0-9]{1,2}) ?分?)?"
        r"|:(?P<m2>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?![0-9:%])(?! ?[ap]\.?m\b))",
        _zh_clock,
    ),
    (
        "days", "d",
        r"(?<![0-9.,第])(?P<d1>[0-9]{1,2}) ?(?P<unit>[日号])? ?(?:-{1,2}|~|至"
        r"|到) ?(?P<d2>[0-9]{1,2}) ?[日号](?!元|内|后|以)",
        _zh_days,
    ),
    (
        "day", "d",
        r"(?<![0-9第月])(?<!月 )(?<![0-9]\.)(?<![0-9],)(?P<day>[0-9]{1,2}) ?(?:日(?!元)"
        r"|号(?![线楼院店文令机馆门厅站井舰星车舱桥坑矿公卫反文码召称]))",
        _zh_day,
    ),
    ("part of day", "z", rf"(?:{_PART_OF_DAY})", lambda m: Said(Kind.PART_OF_DAY)),
    ("zone", "z", rf"(?:{_ZONE_WORDS_ZH})", _zone),
    (
        "clock", "d",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?::[0-9]{2})? ?"
        r"(?P<half>[ap])\.?m\b\.?",
        _en_clock,
    ),
    (
        "clock of ISO time", "e",
        r"(?<=[0-9]{8})T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:[0-9]{2})?(?P<half>(?!))?",
        _en_clock,
    ),
    ("noon", "e", r"\b(?:noon|midnight)\b", _en_noon),
    (
        "month and days", "e",
        rf"\b(?P<month>{_MONTH_EN}) ?(?:the )?(?P<d1>[0-9]{{1,2}}){_ORD}{_DAY_END}"
        rf"(?:(?P<to>{_TO}|{_AND})(?:the )?(?P<d2>[0-9]{{1,2}}){_ORD}{_DAY_END}"
        rf"(?! ?,? ?{_MONTH_EN}))?(?: ?,? ?{_YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        _en_days,
    ),
    (
        "days and month", "d",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<d1>[0-9]{{1,2}}){_ORD}(?P<to>{_TO}"
        rf"|{_AND})(?:{_WEEKDAY_EN},? )?)?(?P<d2>[0-9]{{1,2}}){_ORD} ?(?:of )?(?P<month>{_MONTH_EN})"
        rf"(?! [0-9]{{1,2}}(?![0-9:]))(?: ?,? ?{_YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        _en_days_first,
    ),
    (
        "another language", "d",
        r"(?<![0-9.])(?P<d>[0-9]{1,2})(?:\.|er|\.?º)? (?:de |di )?"
        r"(?P<word>[^\W\d_\u3040-\u9fff]{3,12})\.? (?:de )?(?P<y>20[0-9]{2})(?![0-9])",
        _other_language,
    ),
    ("Korean", "d", r"(?P<y>20[0-9]{2})년 ?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일", _ymd),
    (
        "months", "e",
        rf"\b(?P<m1>{_MONTH_EN}) ?(?:-|to|or"
        rf"|/) ?(?P<m2>{_MONTH_EN})(?! [0-9]{{1,2}}(?![0-9]))(?:,? (?:of )?{_YEAR_EN})?",
        _en_months,
    ),
    (
        "month", "e",
        r"(?P<part>\b(?:the )?(?:very )?(?:early|mid|late|beginning of|start of|middle of"
        r"|end of)(?: in)?[ -](?:the month of )?)?"
        rf"\b(?P<month>{_MONTH_EN})(?:,? (?:of )?(?:{_YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        _en_month,
    ),
    (
        "quarter", "e",
        r"(?P<part>\b(?:the )?(?:end of|late|early|mid)[ -](?:the )?)?(?:\bq(?P<q>[1-4])"
        r"|(?:\bthe )?\b(?P<q2>first|second|third|fourth)[ -]quarter)(?![a-z])"
        rf"(?:[ ,/-]{{0,2}}(?:of )?(?:(?:the )?(?:calendar )?{_YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        _en_quarter,
    ),
    (
        "quarter", "d",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?q(?P<q>[1-4])\b"
        r"|(?<![0-9.])(?P<q2>[1-4])q(?P<y2>(?:20)?[0-9]{2})\b",
        _number_first(Unit.QUARTER),
    ),
    (
        "half", "d",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?h(?P<q>[12])\b"
        r"|(?<![0-9.])(?P<q2>[12])h ?(?P<y2>(?:20)?[0-9]{2})\b",
        _number_first(Unit.HALF),
    ),
    (
        "half", "e",
        r"\bh(?P<h>[12])(?![0-9a-z])(?![ ,/-]{0,2}20[0-9]{2})",
        lambda m: Said(Kind.NUMERIC, (Written(Unit.HALF, number=int(m["h"])),)),
    ),
    (
        "half", "e",
        r"(?:\bh(?P<h>[12])[ ,/-]{0,2}(?=20[0-9]{2})"
        r"|(?:\bthe )?\b(?P<h2>first|second|latter|back) half (?:of )?)"
        rf"(?:(?:the )?{_YEAR_EN}|(?P<rel_year>this|next|last|the|current) year)",
        _en_half,
    ),
    (
        "season", "e",
        r"\b(?:in )?(?:the )?(?:early |mid-? ?|late )?(?P<season>spring|summer|autumn|fall"
        rf"|winter)(?: of)?,? {_YEAR_EN}",
        _en_season,
    ),
    (
        "season", "e",
        r"\bin (?:the )?(?:early |late )?(?P<season>spring|summer|autumn|fall"
        r"|winter)\b(?! (?:of|term|semester|season|collection|issue|edition|break))",
        _en_season,
    ),
    (
        "relative", "e",
        r"(?P<part>\b(?:the )?(?:early|mid|late|later|beginning of|start of|middle of"
        r"|end of)[ -](?:in )?)?\b(?P<rel>this|next|last|past|previous|following|coming"
        r"|(?<=in )the(?= year\b))\b"
        r"(?: coming)? (?P<unit>weekend|week|month|quarter|year|spring|summer|autumn|fall|winter)\b(?!-)",
        _en_relative,
    ),
    (
        "end of year", "e",
        rf"\b(?:the )?(?:year(?:-| )?end|end of (?:the )?year)\b(?: {_YEAR_EN})?",
        _en_year_end,
    ),
    (
        "so long after", "de",
        r"(?<![0-9.])\b(?P<count>[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve) (?:calendar )?(?P<span>(?:working |business )?day|week|fortnight|month"
        r"|year)s?\b(?: from (?:now|today)| hence)?",
        _en_after,
    ),
    (
        "weekday of month", "e",
        rf"\b(?:the )?(?P<nth>first|second|third|fourth|last) (?P<weekday>{_WEEKDAY_EN}) (?:of"
        rf"|in) (?:(?P<rel>this|next) month|(?P<month>{_MONTH_EN}))(?:,? {_YEAR_EN})?",
        _en_nth,
    ),
    (
        "ordinal day", "e",
        r"\bthe (?P<day>[0-9]{1,2})(?:st|nd|rd"
        r"|th)(?: of (?P<rel>this|next) month)?(?! ?(?:century|edition|annual|anniversary|floor|place"
        r"|time|day|amendment|congress|week|quarter|generation|avenue|street|percentile"
        r"|[a-z]+ (?:annual|edition|congress)))(?-i:(?!-| [A-Z]))(?! (?:of )?(?:january|february"
        r"|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
        r"|jul|aug|sept?|oct|nov|dec)\b)",
        _en_ordinal,
    ),
    (
        "nth day after", "e",
        r"\bthe (?P<nth>[a-z]+|[0-9]{1,2}(?:st|nd|rd|th)) (?P<span>day|week|month) (?=after"
        r"|following)",
        _en_nth_after,
    ),
    (
        "week of", "e",
        r"\b(?:the )?week (?:of|beginning|commencing|starting|from)(?: on)?(?: the)?\b",
        lambda _: Said(Kind.WEEK_OF),
    ),
    (
        "weekday", "e",
        r"\b(?:(?P<rel>every|each|this coming|this|next|coming|last|past"
        rf"|on) )?(?P<weekday>{_WEEKDAY_EN})(?! ?[a-z]*times\b)",
        _en_weekday,
    ),
    ("near day", "e", r"\b(?:today|tonight|tomorrow|yesterday)\b", _en_day_word),
    ("zone", "e", r"\b(?:utc|gmt) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9])", _zone),
    ("zone", "e", rf"\b(?:{_ZONE_WORDS_EN})\b", _zone),
    ("zone", "E", rf"\b(?:{_ZONE_SHORT}|AoE)\b", _zone),
    ("zone", "E", r"(?<=[0-9])Z\b", _zone),
    (
        "offset", "o",
        r"(?:(?<=[0-9]) ?\+|(?<=T[0-9]{2}:[0-9]{2})-"
        r"|(?<=:[0-9]{2}:[0-9]{2})-)[0-9]{2}:[0-9]{2}(?![0-9])",
        _zone,
    ),
    (
        "part of month", "d",
        r"(?<![0-9./-])(?P<m>[0-9]{1,2})/(?P<part>上旬|中旬|下旬|月?底|月?初)",
        _numeric_part,
    ),
    (
        "year and month", "d",
        rf"(?<![0-9./-])(?P<y>{_Y4})(?P<sep>[-/.])(?P<m>0[1-9]|1[0-2]|[1-9])(?![0-9]|[./-][0-9]"
        r"|[%xX])",
        _month_number,
    ),
    (
        "month and day", "d",
        r"(?<![0-9./$¥€-])(?<![0-9]:)(?P<m>[0-9]{1,2})(?P<sep>[/.-])(?P<d>[0-9]{1,2})(?![0-9%xX]"
        r"|[./][0-9]|:[0-9]| ?[日号天周个月年人])",
        _month_day,
    ),
    (
        "year", "de",
        r"(?P<part>\b(?:early|mid|late|later in|(?:the )?(?:beginning|start|middle|end) of)[ -](?:the year )?)?"
        r"(?<![0-9A-Za-z.,/$#-])(?P<year>20[0-9]{2})(?![0-9A-Za-z%]|[.,][0-9]|[/-][0-9])",
        _en_year,
    ),
    ("year", "e", r"(?P<part>\b(?:mid|late|early)-)(?P<year>20[0-9]{2})(?![0-9A-Za-z%])", _en_year),
)  # fmt: skip

_ROWS: dict[str, list[tuple[re.Pattern[str], Build]]] = {
    start: [
        (re.compile(form, 0 if "E" in starts else re.IGNORECASE), build)
        for _, starts, form, build in _FORMS
        if start in starts.lower()
    ]
    for start in "dnzeo"
}
_LETTERS_OF_WORDS = frozenset((
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "the", "ver", "ear", "mid", "lat", "beg", "sta", "end", "q",
    "h", "fir", "sec", "thi", "fou", "bac", "in", "spr", "sum", "aut", "fal", "win", "nex", "las",
    "pas", "pre", "fol", "com", "cur", "yea", "a", "an", "one", "two", "thr", "fiv", "six", "sev",
    "eig", "nin", "ten", "ele", "twe", "wee", "eve", "eac", "ann", "on", "tod", "ton", "tom", "yes",
    "noo", "utc", "gmt", "z", "aoe", "cst", "pt", "et", "ct", "mt", "est", "edt", "pst", "pdt", "cdt",
    "mst", "mdt", "bst", "cet", "ces", "eet", "eee", "jst", "kst", "sgt", "hkt", "ist", "aes", "aed",
    "msk", "bei", "chi", "hon", "tai", "tok", "t", "sin", "lon", "uk", "cen", "eas", "pac", "mou",
    "new", "loc", "coo", "gre", "any",
))  # fmt: skip
# Where a form may begin. Runs of digits, numerals and letters are taken whole, so that each place is
# tried a bounded number of times.
_START = re.compile(
    r"(?P<d>[0-9]+)|(?P<n>[〇零○一二三四五六七八九十廿卅两]+|元(?=月))|(?P<e>[A-Za-z]+)"
    r"|(?P<o> ?[+-](?=[0-9]{2}:))"
    r"|(?P<z>\((?=[一二三四五六日]\))|今(?=[年天日晚早晨春夏秋冬])|明(?=[年天日晚早晨春夏秋冬])"
    r"|后(?=[年天日])|来(?=年)|本(?=[年月周季])|当(?=[年月日晚地])"
    r"|去(?=[年春夏秋冬])|前(?=[年天日])|这(?=个?[月周星])|[上下](?=[上下个]?[月周星季礼]|半年|午)"
    r"|次(?=[年月日])|翌(?=日)|隔(?=[日天])|每(?=个?[周年月星])"
    r"|月(?=[初底末中上下尾])|[年岁](?=[初中底末尾内])|第(?= ?[一二三四首1-4])|首(?= ?季)|半(?=年)"
    r"|[周星礼](?=[一二三四五六日天末期拜])|昨(?=[日天晚])|即(?=日)"
    r"|凌(?=晨)|清(?=晨)|早(?=[上晨间0-9一二三四五六七八九十])|正(?=午)|中(?=午|国时|华民)"
    r"|午(?=[间后])|傍(?=晚)|晚(?=[上间0-9 一二三四五六七八九十])|深(?=夜)|夜(?=[间里])|大(?=后天)"
    r"|民(?=国)"
    r"|[北香台东日韩首新印悉伦英欧柏法巴莫美纽太西加旧洛格世本京](?=.{1,7}时))"
)
# What may stand behind digits, numerals and everyday words that begin a form.
_NUMBER_GOES_ON = re.compile(
    r"[0-9]{1,2}(?:\.|er|\.?º)? (?:de |di )?[^\W\d_]{3,12}\.? (?:de )?20[0-9]{2}|20[0-9]{2}년"
    r"|[0-9]{1,3}(?: ?[年月日号点时季天周工星/~至到、和及与-]| ?个(?:月|工作|星期)|\.[0-9]|:[0-9]{2}"
    r"| ?(?:[ap]\.?m|st|nd|rd|th|of|and|&|to|through|until"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q[1-4]|h ?[0-9]|calendar|working|business"
    r"|days?|weeks?|months?|years?|fortnights?)\b| ?[qh] ?(?:20)?[0-9]{2}| ?[A-Za-z]{3})"
    r"|(?:19|20|21)[0-9]{2}(?![0-9])|20[0-9]{6}",
    re.IGNORECASE,
)
_NUMERAL_GOES_ON = re.compile(
    r"元月|[〇零○一二三四五六七八九十廿卅两]+(?: ?[年月日号季点时天周工星]| ?个(?:月|工作|星期)|百"
    r"| ?(?:-|~|至|到) ?[一二三四五六七八九十])"
)
_EVERYDAY = frozenset((
    "the", "in", "a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "for", "com", "new", "sin", "mon",
))  # fmt: skip
_WORD_GOES_ON = re.compile(
    r"the (?:very )?(?:first|second|third|fourth|last|latter|back|week|year|end|early|mid|late|later"
    r"|beginning|start|middle|[0-9]|[a-z]+(?:th|st|nd|rd)\b)"
    r"|in (?:the )?(?:early |late |mid-? ?)?(?:spring|summer|autumn|fall|winter)|in the year"
    r"|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:calendar |working "
    r"|business )?(?:day|week|month|year|fortnight)"
    r"|(?:coming|new york|singapore|monthly|mon|monday)\b",
    re.IGNORECASE,
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a plain text, in order, none overlapping. In linear time."""
    place = 0
    while True:
        found = _START.search(text, place)
        if found is None:
            return
        start = found.lastgroup or ""
        begin, place = found.span()
        if start == "d":
            if not _NUMBER_GOES_ON.match(text, begin):
                continue
        elif start == "n":
            if not _NUMERAL_GOES_ON.match(text, begin):
                continue
        elif start == "e":
            word = found[0][:3].lower()
            if word not in _LETTERS_OF_WORDS:
                continue
            if (word in _EVERYDAY or found[0].lower() in _EVERYDAY) and not _WORD_GOES_ON.match(
                text, begin
            ):
                continue
        for pattern, build in _ROWS[start]:
            match = pattern.match(text, begin)
            made = build(match) if match else None
            if match and made:
                yield Token(made.kind, match.start(), match.end(), made, match[0])
                place = match.end()
                break
