"""Holidays and festivals by name, Chinese, American and British: the days that they fall on.

The table at the end of the rules is the one place for them. A plain rule (a fixed day, the fourth Thursday of
November) stands there itself; the Chinese calendar is tyme4py's, Easter is dateutil's, and the days off that
mainland China has announced are chinesecalendar's. Where the words leave several days open ("Labour
Day", 小年, a bare "bank holiday"), the name is known and has no day.

Conventions, where people differ:

    Labor Day          the American one; spelled Labour only by the zone (Canada, New Zealand)
    Thanksgiving       the American one, 感恩节 too; the Canadian one in Canada's zones
    Mother's Day       the second Sunday of May, 母亲节 too; Mothering Sunday in the British Isles' zones
    Father's Day       the third Sunday of June, 父亲节 too; Australia, New Zealand and Taiwan by the zone
    Independence Day   4 July
    国庆, 儿童节, 教师节   mainland China's; Taiwan's, and Hong Kong's 儿童节, by the zone
    万圣节              31 October, as people use it, not All Saints' Day
    Easter             the Western one
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from dateutil.easter import easter

from service.core.dates import months
from service.core.dates.when import FIRST_YEAR, LAST_YEAR
from service.core.dates.workdays import days_off
from service.core.text.characters import plain

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@dataclass(frozen=True, slots=True)
class Fixed:
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Nth:
    """The n-th such weekday of the month (-1: the last), and so many days after."""

    n: int
    weekday: int
    month: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Easter:
    """So many days after Easter Sunday, the Western one."""

    after: int


@dataclass(frozen=True, slots=True)
class Lunar:
    """A day of the Chinese calendar, no leap month's, and so many days after."""

    month: int
    day: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A solar term: 0 is the 冬至 that lies before the year, 1 小寒 … 23 大雪, 24 the year's own 冬至."""

    index: int


@dataclass(frozen=True, slots=True)
class Open:
    """The words do not say which day."""


Rule = Fixed | Nth | Easter | Lunar | Term | Open


class Off(StrEnum):
    """How mainland China arranges the days off, by the notice for 2025 (国办发明电〔2024〕12号)."""

    SPRING = "eight days from New Year's Eve on"
    LABOUR = "five days"
    NATIONAL = "seven days, with Mid-Autumn eight"
    MOON = "as the others, or with the National Day"
    THREE = "three with the weekend, on a Wednesday that day alone"


@dataclass(frozen=True, slots=True)
class Holiday:
    """name: the usual one. elsewhere: other rules, by the beginnings of IANA zones. by_lunar_year: a year
    that is written beside it is the lunar one (2026年腊月二十三 lies in 2027)."""

    name: str
    rule: Rule
    off: Off | None = None
    elsewhere: tuple[tuple[tuple[str, ...], Rule], ...] = ()
    by_lunar_year: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day. `announced`: by the State Council, or fixed by the calendar; else it is only
    what is usual, a window to be called approximate."""

    first: date
    last: date
    announced: bool


def day_of(holiday: Holiday, year: int, zone: str = "") -> date | None:
    """The holiday's day in that year, by the customs of the IANA zone where they differ.

    None where it cannot be known: the words leave it open, the year has no such day or two (腊八), or it lies
    outside the years of a `when`.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    rule = _rule(holiday, zone)
    if holiday.by_lunar_year and isinstance(rule, Lunar):
        return _lunar_day(year, rule)
    days = _days_in(rule, year)
    return days[0] if len(days) == 1 else None


def period_of(holiday: Holiday, year: int) -> Period | None:
    """The days off in mainland China around the holiday (春节假期, 国庆期间).

    None for what is no official holiday there. A year that is not announced yet has the usual days, and
    `announced` is false.
    """
    day = day_of(holiday, year)
    if holiday.off is None or day is None:
        return None
    known = days_off(day)
    if known is not None:
        return Period(*known, announced=True)
    return Period(*_usual(holiday.off, day), announced=False)


def weekend_of(holiday: Holiday, year: int, zone: str = "") -> Period | None:
    """The long weekend of a holiday ("Labor Day weekend").

    With a Monday the days before, with a Friday those after, Thanksgiving's from the Thursday on, Easter's
    from Good Friday to Monday. None for a day in the middle of a week.
    """
    day = day_of(holiday, year, zone)
    if day is None:
        return None
    if isinstance(rule := _rule(holiday, zone), Easter) and -2 <= rule.after <= 1:
        first, last = -2 - rule.after, 1 - rule.after
    elif rule == THANKSGIVING:
        first, last = 0, 3
    elif (weekday := day.weekday()) in _WEEKEND:
        first, last = _WEEKEND[weekday]
    else:
        return None
    return Period(_shifted(day, first), _shifted(day, last), announced=True)


_WEEKEND = {FRI: (0, 2), SAT: (0, 1), SUN: (-1, 0), MON: (-2, 0)}


def named(text: str) -> Holiday | None:
    """The holiday of that name, in any of its spellings: `the New Year’s Day`, 國慶節, 正月十五."""
    key = _key(plain(text).strip())
    return NAMES.get(key) or _lunar_date(key)


def _key(name: str) -> str:
    small = name.lower().removeprefix("the ").replace("'", "").replace(".", "")
    return " ".join(small.replace("-", " ").split())


def _rule(holiday: Holiday, zone: str) -> Rule:
    return next((rule for zones, rule in holiday.elsewhere if zone.startswith(zones)), holiday.rule)


def _days_in(rule: Rule, year: int) -> list[date]:
    """All its days in that year, in order."""
    match rule:
        case Fixed(month, day):
            return [date(year, month, day)]
        case Nth(n, weekday, month, after):
            return [_shifted(_nth(n, weekday, month, year), after)]
        case Easter(after):
            return [_shifted(easter(year), after)]
        case Lunar():
            found = (_lunar_day(lunar_year, rule) for lunar_year in (year - 1, year))
            return [day for day in found if day is not None and day.year == year]
        case Term(index):
            return [_term_day(year, index)]
        case Open():
            return []


def _shifted(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _nth(n: int, weekday: int, month: int, year: int) -> date:
    if n > 0:
        first = date(year, month, 1)
        return _shifted(first, (weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year, month, months.length(year, month))
    return _shifted(last, -((last.weekday() - weekday) % 7) + 7 * (n + 1))


@lru_cache(maxsize=1024)
def _lunar_day(lunar_year: int, rule: Lunar) -> date | None:
    """None for the 30th of a month with 29 days."""
    # Here, since it takes some 30 ms, and few texts name a lunar day.
    from tyme4py.lunar import LunarDay

    try:
        solar = LunarDay.from_ymd(lunar_year, rule.month, rule.day).get_solar_day()
    except ValueError:
        return None
    return _shifted(date(solar.get_year(), solar.get_month(), solar.get_day()), rule.after)


@lru_cache(maxsize=1024)
def _term_day(year: int, index: int) -> date:
    from tyme4py.solar import SolarTerm

    solar = SolarTerm.from_index(year, index).get_solar_day()
    return date(solar.get_year(), solar.get_month(), solar.get_day())


def _usual(off: Off, day: date) -> tuple[date, date]:
    match off:
        case Off.SPRING:
            (new_year,) = _days_in(Lunar(1, 1), day.year)
            return _shifted(new_year, -1), _shifted(new_year, 6)
        case Off.LABOUR:
            return day, _shifted(day, 4)
        case Off.NATIONAL | Off.MOON:
            (moon,) = _days_in(Lunar(8, 15), day.year)
            national = date(day.year, 10, 1)
            if _shifted(national, -2) <= moon <= _shifted(national, 7):
                first = min(moon, national)
                return first, _shifted(first, 7)
            if off is Off.NATIONAL:
                return day, _shifted(day, 6)
            return _three(day)
        case Off.THREE:
            return _three(day)


def _three(day: date) -> tuple[date, date]:
    before, after = {
        MON: (-2, 0), TUE: (-2, 0), WED: (0, 0), THU: (0, 2), FRI: (0, 2), SAT: (0, 2), SUN: (-1, 1),
    }[day.weekday()]  # fmt: skip
    return _shifted(day, before), _shifted(day, after)


# --- The table ---

THANKSGIVING = Nth(4, THU, 11)
_BRITISH_ISLES = (
    "Europe/London", "Europe/Belfast", "Europe/Dublin", "Europe/Jersey", "Europe/Guernsey",
    "Europe/Isle_of_Man",
)  # fmt: skip
_CANADA = (
    "America/Toronto", "America/Montreal", "America/Vancouver", "America/Edmonton", "America/Winnipeg",
    "America/Regina", "America/Halifax", "America/Moncton", "America/St_Johns", "Canada/",
)  # fmt: skip
_TAIWAN = ("Asia/Taipei",)
_HONG_KONG = ("Asia/Hong_Kong", "Asia/Macau")
_NEW_ZEALAND = ("Pacific/Auckland",)
_OCEANIA = ("Australia/", *_NEW_ZEALAND)

# Of each holiday the Chinese spellings, parted by a space, and the English ones, parted by a comma. A "?"
# before one: it is other things too (五一 a road, 十一 a number), and is a date only with 前, 期间, 假期 …
# behind it. Chinese is simplified; core/text/characters.py does the rest. English is in small letters but
# for those that have to be capitals; 's and s' are one. A name without a day is in the table so that whoever
# meets it knows that a word of time stands there.
_TABLE: tuple[tuple[Holiday, str, str], ...] = (
    (Holiday("New Year's Day", Fixed(1, 1), Off.THREE), "元旦 元旦节 元旦日",
     "new year's day, new year's"),
    (Holiday("Chinese New Year's Eve", Lunar(1, 1, -1), Off.SPRING),
     "除夕 除夕夜 大年三十 大年夜 年三十",
     "chinese new year's eve, lunar new year's eve, spring festival eve"),
    (Holiday("Chinese New Year", Lunar(1, 1), Off.SPRING),
     "春节 农历新年 农历春节 大年初一 正月初一",
     "chinese new year's day, chinese new year, lunar new year's day"
     ", lunar new year, spring festival"),
    (Holiday("Lantern Festival", Lunar(1, 15)), "元宵节 元宵 上元节", "lantern festival"),
    (Holiday("Longtaitou", Lunar(2, 2)), "龙抬头 ?二月二", "longtaitou festival, longtaitou"),
    (Holiday("Qingming Festival", Term(7), Off.THREE), "清明节 清明",
     "qingming festival, ching ming festival, tomb sweeping festival, tomb sweeping day, qingming"),
    (Holiday("Dragon Boat Festival", Lunar(5, 5), Off.THREE), "端午节 端午",
     "dragon boat festival, duanwu festival, duanwu"),
    (Holiday("Qixi Festival", Lunar(7, 7)), "七夕节 七夕 中国情人节", "qixi festival"),
    (Holiday("Ghost Festival", Lunar(7, 15)), "中元节 盂兰盆节",
     "hungry ghost festival, zhongyuan festival"),
    (Holiday("Mid-Autumn Festival", Lunar(8, 15), Off.MOON), "中秋节 中秋",
     "mid autumn festival, mid autumn day, moon festival, mooncake festival"),
    (Holiday("Double Ninth Festival", Lunar(9, 9)), "重阳节 重阳",
     "double ninth festival, chongyang festival, chung yeung festival"),
    (Holiday("Laba Festival", Lunar(12, 8)), "腊八节 腊八", "laba festival"),
    (Holiday("Little New Year", Open()), "?小年 小年夜", ""),
    (Holiday("Northern Little New Year", Lunar(12, 23)), "北方小年", ""),
    (Holiday("Southern Little New Year", Lunar(12, 24)), "南方小年", ""),
    (Holiday("National Day", Fixed(10, 1), Off.NATIONAL, ((_TAIWAN, Fixed(10, 10)),)),
     "国庆节 国庆 国庆日 十一国庆节 十一国庆 ?十一",
     "china's national day, chinese national day"),
    (Holiday("International Workers' Day", Fixed(5, 1), Off.LABOUR),
     "劳动节 国际劳动节 五一劳动节 五一国际劳动节 五一节 ?五一",
     "international workers' day, international labour day, international labor day, May Day"),
    (Holiday("International Women's Day", Fixed(3, 8)),
     "妇女节 国际妇女节 三八妇女节 三八国际妇女节 国际劳动妇女节 女神节 三八节 ?三八",
     "international women's day, women's day"),
    (Holiday("Arbor Day", Fixed(3, 12)), "植树节", ""),
    (Holiday("Consumer Rights Day", Fixed(3, 15)), "消费者权益日 国际消费者权益日", ""),
    (Holiday("Youth Day", Fixed(5, 4)), "五四青年节 中国青年节 ?五四", ""),
    (Holiday("Children's Day", Fixed(6, 1), None, (((*_TAIWAN, *_HONG_KONG), Fixed(4, 4)),)),
     "儿童节 国际儿童节 六一儿童节 六一国际儿童节 六一节 ?六一",
     "international children's day"),
    (Holiday("Founding of the Party", Fixed(7, 1)), "建党节 七一建党节 ?七一", ""),
    (Holiday("Army Day", Fixed(8, 1)), "建军节 八一建军节 ?八一", ""),
    (Holiday("International Youth Day", Fixed(8, 12)), "国际青年节", "international youth day"),
    (Holiday("World Teachers' Day", Fixed(10, 5)), "世界教师节", "world teachers' day"),
    (Holiday("Teachers' Day", Fixed(9, 10), None, ((_TAIWAN, Fixed(9, 28)),)), "教师节", ""),
    (Holiday("Martyrs' Day", Fixed(9, 30)), "烈士纪念日", ""),
    (Holiday("Memorial Day of Nanjing", Fixed(12, 13)), "国家公祭日", ""),
    (Holiday("Singles' Day", Fixed(11, 11)), "光棍节 ?双十一 ?双11", "singles' day"),
    (Holiday("Double Twelve", Fixed(12, 12)), "?双十二 ?双12", ""),
    (Holiday("618", Fixed(6, 18)), "?618 ?六一八", ""),
    (Holiday("White Day", Fixed(3, 14)), "白色情人节", ""),
    (Holiday("Valentine's Day", Fixed(2, 14)), "情人节 西方情人节",
     "saint valentine's day, st. valentine's day, valentine's day"),
    (Holiday("April Fools' Day", Fixed(4, 1)), "愚人节", "april fool's day, april fool's"),
    (Holiday("Mother's Day", Nth(2, SUN, 5), None, ((_BRITISH_ISLES, Easter(-21)),)), "母亲节",
     "mother's day"),
    (Holiday("Mothering Sunday", Easter(-21)), "", "mothering sunday"),
    (Holiday("Father's Day", Nth(3, SUN, 6), None,
             ((_TAIWAN, Fixed(8, 8)), (_OCEANIA, Nth(1, SUN, 9)))), "父亲节", "father's day"),
    (Holiday("Halloween", Fixed(10, 31)), "万圣节 万圣节前夜 万圣节前夕 万圣夜",
     "halloween, hallowe'en, all hallows' eve"),
    (Holiday("Thanksgiving", THANKSGIVING, None, ((_CANADA, Nth(2, MON, 10)),)), "感恩节",
     "thanksgiving day, thanksgiving"),
    (Holiday("Canadian Thanksgiving", Nth(2, MON, 10)), "加拿大感恩节", "canadian thanksgiving"),
    (Holiday("Thanksgiving Eve", Nth(4, THU, 11, -1)), "", "thanksgiving eve"),
    (Holiday("Black Friday", Nth(4, THU, 11, 1)), "?黑色星期五 ?黑五", "Black friday"),
    (Holiday("Cyber Monday", Nth(4, THU, 11, 4)), "网络星期一 网购星期一", "cyber monday"),
    (Holiday("Giving Tuesday", Nth(4, THU, 11, 5)), "", "giving tuesday"),
    (Holiday("Christmas Eve", Fixed(12, 24)),
     "平安夜 圣诞夜 圣诞节前夜 圣诞节前夕 圣诞前夜 圣诞前夕",
     "christmas eve, xmas eve"),
    (Holiday("Christmas", Fixed(12, 25)), "圣诞节 圣诞 圣诞日",
     "christmas day, christmas, xmas day, xmas"),
    (Holiday("Orthodox Christmas", Fixed(1, 7)), "东正教圣诞节", "orthodox christmas"),
    (Holiday("Boxing Day", Fixed(12, 26)), "节礼日", "boxing day, st. stephen's day"),
    (Holiday("New Year's Eve", Fixed(12, 31)), "跨年夜 元旦前夜", "new year's eve, hogmanay, NYE"),
    (Holiday("Epiphany", Fixed(1, 6)), "主显节", "feast of the epiphany, Epiphany"),
    (Holiday("Shrove Tuesday", Easter(-47)), "", "shrove tuesday, pancake day, mardi gras"),
    (Holiday("Ash Wednesday", Easter(-46)), "", "ash wednesday"),
    (Holiday("Palm Sunday", Easter(-7)), "", "palm sunday"),
    (Holiday("Maundy Thursday", Easter(-3)), "", "maundy thursday, holy thursday"),
    (Holiday("Good Friday", Easter(-2)), "耶稣受难日", "Good friday"),
    (Holiday("Holy Saturday", Easter(-1)), "", "holy saturday"),
    (Holiday("Easter", Easter(0)), "复活节", "easter sunday, easter day, easter"),
    (Holiday("Easter Monday", Easter(1)), "", "easter monday"),
    (Holiday("Ascension Day", Easter(39)), "", "ascension day, ascension thursday"),
    (Holiday("Whit Sunday", Easter(49)), "", "whit sunday, pentecost sunday, pentecost"),
    (Holiday("Whit Monday", Easter(50)), "", "whit monday, pentecost monday"),
    (Holiday("All Saints' Day", Fixed(11, 1)), "诸圣节", "all saints' day"),
    (Holiday("All Souls' Day", Fixed(11, 2)), "万灵节", "all souls' day"),
    (Holiday("Groundhog Day", Fixed(2, 2)), "", "groundhog day"),
    (Holiday("Martin Luther King Day", Nth(3, MON, 1)), "马丁·路德·金纪念日 马丁路德金日",
     "martin luther king jr. day, martin luther king day, mlk day"),
    (Holiday("Presidents' Day", Nth(3, MON, 2)), "总统日",
     "presidents' day, washington's birthday"),
    (Holiday("St Patrick's Day", Fixed(3, 17)), "圣帕特里克节",
     "saint patrick's day, st. patrick's day"),
    (Holiday("Earth Day", Fixed(4, 22)), "世界地球日", "earth day"),
    (Holiday("Cinco de Mayo", Fixed(5, 5)), "", "cinco de mayo"),
    (Holiday("Holocaust Memorial Day", Fixed(1, 27)), "", "holocaust memorial day"),
    (Holiday("Memorial Day", Nth(-1, MON, 5)), "阵亡将士纪念日", "memorial day"),
    (Holiday("Juneteenth", Fixed(6, 19)), "", "juneteenth"),
    (Holiday("Independence Day", Fixed(7, 4)), "美国独立日",
     "independence day, fourth of july, 4th of july, july fourth"),
    (Holiday("Labor Day", Nth(1, MON, 9)), "美国劳工节 美国劳动节", "labor day"),
    (Holiday("Labour Day", Open(), None,
             ((_CANADA, Nth(1, MON, 9)), (_NEW_ZEALAND, Nth(4, MON, 10)))), "", "labour day"),
    (Holiday("Columbus Day", Nth(2, MON, 10)), "哥伦布日", "columbus day, indigenous peoples' day"),
    (Holiday("Veterans Day", Fixed(11, 11)), "退伍军人节", "veterans' day, armistice day"),
    (Holiday("Burns Night", Fixed(1, 25)), "", "burns night"),
    (Holiday("St David's Day", Fixed(3, 1)), "", "st. david's day"),
    (Holiday("St George's Day", Fixed(4, 23)), "", "st. george's day"),
    (Holiday("St Andrew's Day", Fixed(11, 30)), "", "st. andrew's day"),
    (Holiday("Early May bank holiday", Nth(1, MON, 5)), "",
     "early may bank holiday, may day bank holiday"),
    (Holiday("Spring bank holiday", Nth(-1, MON, 5)), "",
     "spring bank holiday, late may bank holiday"),
    (Holiday("Summer bank holiday", Nth(-1, MON, 8)), "",
     "summer bank holiday, late summer bank holiday, late august bank holiday"
     ", august bank holiday"),
    (Holiday("Bank holiday", Open()), "", "may bank holiday, bank holiday"),
    (Holiday("Guy Fawkes Night", Fixed(11, 5)), "", "guy fawkes night, bonfire night"),
    (Holiday("Remembrance Day", Fixed(11, 11)), "", "remembrance day"),
    (Holiday("Remembrance Sunday", Nth(2, SUN, 11)), "", "remembrance sunday"),
    (Holiday("Canada Day", Fixed(7, 1)), "", "canada day"),
    (Holiday("Australia Day", Fixed(1, 26)), "", "australia day"),
    (Holiday("Anzac Day", Fixed(4, 25)), "", "anzac day"),
    # Known by name alone: the moon as it is seen decides, or a calendar that is not looked up here.
    (Holiday("Ramadan", Open()), "斋月", "ramadan"),
    (Holiday("Eid al-Fitr", Open()), "开斋节", "eid al fitr, eid ul fitr"),
    (Holiday("Eid al-Adha", Open()), "古尔邦节 宰牲节", "eid al adha, eid ul adha"),
    (Holiday("Eid", Open()), "", "Eid"),
    (Holiday("Diwali", Open()), "排灯节", "diwali, deepavali"),
    (Holiday("Hanukkah", Open()), "光明节", "hanukkah, chanukah"),
    (Holiday("Orthodox Easter", Open()), "东正教复活节",
     "orthodox easter sunday, orthodox easter, greek easter"),
)  # fmt: skip

# The solar terms, from 小寒 on. Those with a "?" are weather, or arise where two other words meet (设立冬令营).
_TERMS = (
    "?小寒 ?大寒 ?立春 ?雨水 惊蛰 ?春分 清明 ?谷雨 ?立夏 ?小满 芒种 ?夏至"
    " ?小暑 ?大暑 ?立秋 处暑 ?白露 ?秋分 寒露 霜降 ?立冬 ?小雪 ?大雪 ?冬至"
)


def _rows() -> Iterator[tuple[Holiday, list[str], list[str]]]:
    for holiday, chinese, english in _TABLE:
        yield holiday, chinese.split(), english.split(", ") if english else []
    for index, term in enumerate(_TERMS.split(), 1):
        name = term.removeprefix("?")
        if name == "冬至":
            yield Holiday(name, Term(index)), [term, "冬至节"], ["dongzhi festival"]
        elif name != "清明":
            yield Holiday(name, Term(index)), [term], []


_ROWS = tuple(_rows())
NAMES: Mapping[str, Holiday] = MappingProxyType(
    {
        _key(spelling.removeprefix("?")): holiday
        for holiday, chinese, english in _ROWS
        for spelling in (*chinese, *english)
    }
)
"""Every spelling, as `named` looks it up: in small letters, without apostrophes, stops and hyphens."""

WITH_COMPANY = frozenset(
    spelling[1:] for _, chinese, _ in _ROWS for spelling in chinese if spelling[0] == "?"
)
"""Those spellings that are a date only with 前, 后, 期间, 假期, 当天 … behind them, which CHINESE asks for."""

_COMPANY = r"(?= ?(?:[之以]?[前后]|期间|假|小?长假|黄金周|当[天日晚]))"
_NUMERAL = "〇零一二三四五六七八九十百千万第0-9"


# What stands before another word that only looks like the name (青春节拍), or before another country's day.
_NOT_BEHIND = {
    "春节": "(?<![青新])",
    "国庆": "(?<![美法德泰韩英]国)(?<!加坡)(?<!拿大)(?<!越南)",
    "inde": "(?<!an )(?<!'s )(?<!ish )(?<!ese )",
}


def _chinese_form(spelling: str) -> str:
    return _NOT_BEHIND.get(spelling[:2], "") + re.escape(spelling)


def _english_form(spelling: str) -> str:
    form = _NOT_BEHIND.get(spelling[:4], "") + re.sub(r"[A-Z]", r"(?-i:\g<0>)", spelling)
    form = re.sub(r"(?<=[a-z])('s|s')(?= |$)", "'?s'?", form)
    return re.sub(r" (?=[a-z(])", "[ -]", form.replace("st.", r"st\.?").replace("jr.", r"jr\.?"))


def _one_of(forms: Mapping[str, str]) -> str:
    """One of the forms, the longest name first; grouped by their first letters, so that most are passed over
    at once."""
    groups: dict[str, list[str]] = {}
    for name in sorted(forms, key=len, reverse=True):
        groups.setdefault(name[0].lower(), []).append(forms[name])
    alike = (f"(?={first})(?:{'|'.join(group)})" for first, group in groups.items())
    return rf"(?=[{''.join(groups)}])(?:{'|'.join(alike)})"


_ALONE = {s: _chinese_form(s) for _, names, _ in _ROWS for s in names if s[0] != "?"}
CHINESE = (
    rf"(?:{_one_of(_ALONE)}|(?<![{_NUMERAL}]){_one_of({s: s for s in WITH_COMPANY})}{_COMPANY})"
)
"""A pattern of the Chinese names, the longest first, for a text in its plain form."""

ENGLISH = (
    r"(?<![\w-])(?<!merry )(?<!happy )(?:the )?"
    + _one_of({s: _english_form(s) for _, _, names in _ROWS for s in names})
    + r"(?!\w|-[a-z]|'[a-z])"
)
"""A pattern of the English names, to be compiled with IGNORECASE, for a text in its plain form."""

_AFTER_CHINESE = re.compile(
    r"$|[^\w]|[0-9]|[之以]?[前后]|期间|假|小?长假|黄金周|当[天日晚]|[那这][天日]|[起至到和与及或]"
    r"|[上中下]午|[早晚]上?[0-9 ]|凌晨|正式|将|会(?!议|展)|开[始放幕业园通售启奖营课赛工机播]|启[用动幕航]"
    r"|上[线映市架演]|发[布售行]|举[行办]|推出|截[止至]|结束|停|放假|休|恢复|首[次发映飞秀]|亮相|施行|生效"
)
_AFTER_ENGLISH = re.compile(
    r"\s*$|\s*[^\w\s-]|\s*[^\x00-\x7f]|\s+[0-9]|\s+-|\s+(?:and|or|to|through|thru|until|till|at|on|by"
    r"|before|after|from|is|are|was|will|falls|fell|as|but|if|when|while|we|they|you|it|there|this|next|last|for"
    r"|in the|morning|afternoon|evening|night|noon|midnight)\b",
    re.IGNORECASE,
)


def stands_alone(text: str, end: int) -> bool:
    """Whether the name that ends there can be a date by what stands behind it, and is no part of another name
    (春节联欢晚会, Christmas Island). Where False, it may be one still: "元旦砚台云换新域名"."""
    behind = _AFTER_ENGLISH if text[end - 1].isascii() else _AFTER_CHINESE
    return behind.match(text, end) is not None


_MONTHS = {
    **{name: number for number, name in enumerate("正二三四五六七八九十", 1)},
    "十一": 11, "冬": 11, "十二": 12, "腊": 12,
    **{str(number): number for number in range(1, 13)},
}  # fmt: skip
_DAYS = {
    **{f"初{unit}": number for number, unit in enumerate("一二三四五六七八九十", 1)},
    **{f"{ten}{unit}": tens + number
       for ten, tens in (("十", 10), ("二十", 20), ("廿", 20))
       for number, unit in enumerate(["", *"一二三四五六七八九"])},
    "三十": 30,
    **{str(number): number for number in range(1, 31)},
}  # fmt: skip


def _any(names: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")"


_WRITTEN_DAYS = [name for name in _DAYS if not name.isdigit()]
LUNAR = (
    rf"(?:(?:农历|阴历) ?{_any(_MONTHS)}月{_any(_DAYS)}日?|[正冬腊]月{_any(_WRITTEN_DAYS)}"
    rf"|(?<![闰{_NUMERAL}]){_any(name for name in _MONTHS if not name.isdigit())}月"
    rf"{_any(name for name in _DAYS if name[0] in '初廿')}"
    r"|大年初[一二三四五六七八九十])(?![0-9一二三四五六七八九十批个天])"
)
"""A pattern of days of the Chinese calendar that say so: 正月十五, 农历8月15日, 三月初三, 大年初二. Of no leap
month."""

_LUNAR = re.compile(r"(?:[农阴]历 ?)?(?:(?P<month>[^月]+)月|大年)(?P<day>[^日]+)日?")


def _lunar_date(text: str) -> Holiday | None:
    found = _LUNAR.fullmatch(text) if re.fullmatch(LUNAR, text) else None
    if found is None:
        return None
    rule = Lunar(_MONTHS[found["month"] or "正"], _DAYS[found["day"]])
    return Holiday(text, rule, by_lunar_year=found["month"] is not None)
