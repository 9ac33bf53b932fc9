"""The forms of dates and times, Chinese and English: a row a form."""

from __future__ import annotations

from service.core.dates import holidays
from service.core.dates.numerals import DAY_ORDINALS, HOUR_WORDS, ORDINALS, WORD_NUMBERS
from service.core.dates.phrases.chinese import (
    every,
    every_week,
    half_month,
    half_week,
    month_parts,
    numeric_part,
    quarter_end,
    this_and_next_year,
    zh,
    zh_after,
    zh_ahead,
    zh_day,
    zh_days,
    zh_listed,
    zh_nth,
    zh_nth_of,
    zh_part_of_year,
    zh_relative,
    zh_season,
    zh_week,
    zh_year,
    zh_year_part,
)
from service.core.dates.phrases.english import (
    en_after,
    en_ahead,
    en_day_in_words,
    en_day_word,
    en_days,
    en_days_first,
    en_half,
    en_listed,
    en_month,
    en_months,
    en_nth,
    en_nth_after,
    en_nth_of,
    en_ordinal,
    en_ordinal_day,
    en_quarter,
    en_relative,
    en_season,
    en_side_by_side,
    en_weekday,
    en_year,
    en_year_end,
    every_en,
    near_part,
    week_after_next,
    week_number,
)
from service.core.dates.phrases.names import holiday_named, nothing
from service.core.dates.phrases.numbers import (
    compact,
    days_dmy,
    dmy,
    either_day,
    full_span,
    marked_month,
    month_day,
    month_number,
    number_first,
    numeric_span,
    other_language,
    roc_ymd,
    short,
    weak_years,
    years,
    ymd,
)
from service.core.dates.phrases.saying import Build
from service.core.dates.phrases.times import (
    bare_hour,
    bare_hours,
    clock_span,
    en_clock,
    en_clocks,
    en_noon,
    military,
    named_zone,
    part_of_day,
    zh_clock,
)
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import (
    AND,
    COUNT_EN,
    COUNT_ZH,
    DASH,
    DAY_END,
    MONTH_EN,
    MONTH_NAMES,
    MONTH_SHIFTS_ZH,
    MONTHS_EN,
    NTH_EN,
    ORD,
    PART_OF_DAY,
    PARTS_OF_DAY,
    REL_DAYS_EN,
    REL_DAYS_ZH,
    REL_YEARS_ZH,
    SHIFTS_ZH,
    TO,
    TO_DAY,
    UNITS_EN,
    UNITS_ZH,
    WEEKDAY_EN,
    WEEKDAY_NAMES,
    Y4,
    YEAR_EN,
    YEAR_ZH,
    ZONES_EN,
    ZONES_ZH,
    N,
    firsts,
    one_of,
)
from service.core.dates.phrases.written import Unit, Written

_DAYS_ZH = (
    rf"{N} ?[日号]?(?: ?(?:、|和|及|与) ?{N} ?[日号]?){{0,9}}(?: ?(?:、|和|及|与) ?){N} ?"
    r"(?:[日号]|[两三四][日天])"
)
_PART_ZH = (
    r"上半月|下半月|中下旬|上中旬|中上旬|上旬|中旬|下旬|初|底|末|中(?![国心标央间文期型])|尾"
    r"|(?:第 ?[一二三四五1-5]|最后一) ?个?(?:周|星期)(?![一二三四五六日天])"
)

# 5 月 18 举办: a day whose 日 was left out
_DAY_MEANT = (
    r"(?= ?(?:(?:正式)?(?:发布|举办|举行|召开|上线|开幕|开赛|开课|开售|截止|开始|结束|到期|出发|见)"
    r"|起(?!的)|前(?!往)|北京时间|上午|下午|晚上|[,。;)]|$"
    r"|(?:-{1,2}|~|至|到) ?(?:20[0-9]{2}年|[0-9]{1,2} ?月)))"
)
NUMERALS = "〇零○一二三四五六七八九十廿卅两"
YEARS = "0中 一 元 民 中 " + firsts(REL_YEARS_ZH)
MONTHS = " ".join(MONTH_NAMES)
WEEKDAYS = " ".join(WEEKDAY_NAMES)
SEASONS = "spring summer autumn fall winter"
_BEHIND_WEEKDAY = "|".join(rf"(?<=\b{name} )" for name in WEEKDAY_NAMES)
# An hour, or two hours of which the second says which half of the day: 11am, 11-2pm
_AM_PM = r" ?(?:(?:-|to|until) ?[0-9]{1,2}(?:[:.][0-9]{2})? ?)?[ap]\.?m(?![a-z])"
_FROM_TO = r"(?: ?(?:-{1,2}|~|至|到) ?| to )"
_HOUR = rf"(?:1[0-2]|[1-9]|{one_of(HOUR_WORDS)})"
_HOUR_END = (
    r"(?=[,.;!?)]|$|,? (?:in the|at night|tomorrow|tonight|tonite|this (?:morning|afternoon|evening)|to"
    r"|till|until)\b)"
    r"(?![.,][0-9])"
)

# A row a form: its name; what it begins with; the pattern; what it says. At one place the rows are tried
# in this order. It begins with digits before a mark (0-), before a Chinese character (0中) or before anything
# else (0a), with a Chinese numeral (一), with one of the characters or one of the words.
FORMS: tuple[tuple[str, str, str, Build], ...] = (
    (
        "date of ISO time", "0-",
        rf"(?<![0-9])(?P<y>{Y4})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?=T[0-9]{{2}}:)",
        ymd,
    ),
    (
        "clocks", "0- 0a",
        r"(?<![0-9:.])(?P<h1>[0-9]{1,2})(?:[:.](?P<m1>[0-9]{2}))? ?(?:(?P<half1>[ap])\.?m\.?)? ?(?:-|~|to"
        r"|until|till?|(?P<and>and)) ?"
        r"(?P<h2>[0-9]{1,2})(?:[:.](?P<m2>[0-9]{2}))? ?(?P<half>[ap])\.?m(?![a-z])\.?",
        en_clocks,
    ),
    (
        "two dates in numbers", "0-",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<y1>{Y4})(?P<sep>[-/.])(?P<m1>[0-9]{{1,2}})(?P=sep)"
        rf"(?P<d1>[0-9]{{1,2}}){_FROM_TO}(?P<y2>{Y4})(?P=sep)(?P<m2>[0-9]{{1,2}})(?P=sep)(?P<d2>[0-9]{{1,2}})"
        rf"|(?P<a1>[0-9]{{1,2}})(?P<sep2>[/.])(?P<b1>[0-9]{{1,2}})(?:(?P=sep2)"
        rf"(?P<c1>20[0-9]{{2}}))?{_FROM_TO}"
        r"(?P<a2>[0-9]{1,2})(?P=sep2)(?P<b2>[0-9]{1,2})(?P=sep2)(?P<c2>20[0-9]{2}))"
        r"(?![0-9]|[./][0-9]|-[0-9]{3})",
        full_span,
    ),
    (
        "days, month, year in numbers", "0-",
        r"(?<![0-9./-])(?P<d1>[0-9]{1,2}) ?(?:-|~) ?(?P<d2>[0-9]{1,2})(?P<sep>[/.])(?P<m>[0-9]{1,2})(?P=sep)"
        r"(?P<y>20[0-9]{2})(?![0-9]|[./-][0-9])",
        days_dmy,
    ),
    (
        "year of the Republic", "0-",
        r"(?<![0-9./-])(?P<roc>1[0-4][0-9])(?P<sep>[/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})"
        r"(?=\([一二三四五六日]\)|[~-]1?[0-9]/[0-9])",
        roc_ymd,
    ),
    (
        "days in numbers", "0-",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<y>{Y4})(?P<sep1>[./-]))?(?P<m>[0-9]{{1,2}})(?P<sep>[./])"
        r"(?P<d>[0-9]{1,2})(?:\([一二三四五六日]\))?(?: ?-{1,2} ?| ?~ ?| ?至 ?| ?到 ?)"
        r"(?:(?P=sep1))?(?:(?P<m2>[0-9]{1,2})(?P=sep))?(?P<d2>[0-9]{1,2})"
        r"(?:\([一二三四五六日]\))?(?![0-9%./]|:[0-9]| ?[个倍年月])",
        numeric_span,
    ),
    (
        "year first", "0-",
        rf"(?<![0-9.-])(?<!(?<!:[0-9]{{2}})/)(?P<y>{Y4}) ?(?P<sep>[-/.]) ?(?P<m>[0-9]{{1,2}}) ?(?P=sep) ?"
        r"(?P<d>[0-9]{1,2})(?![0-9]|[./][0-9]|-[0-9]{3})",
        ymd,
    ),
    (
        "compact", "0- 0a 0中",
        r"(?<![0-9A-Za-z_.#/])(?:(?<!-)|(?<=[0-9]{8}-))20[0-9]{6}(?![0-9A-SU-Za-z_%/]|\.[0-9]"
        r"|T(?![0-9]))",
        compact,
    ),
    (
        "day, named month, year", "0-",
        rf"(?<![0-9./-])(?P<day>[0-9]{{1,2}})(?P<sep>[-/])(?P<month>{MONTH_EN})(?P=sep)(?P<year>20[0-9]{{2}}"
        r"|[0-9]{2})(?![0-9])",
        marked_month,
    ),
    (
        "day, named month", "0-",
        rf"(?<![0-9./-])(?P<day>[0-9]{{1,2}})[-/](?P<month>{MONTH_EN})(?:,? (?P<year>20[0-9]{{2}}))?"
        rf"(?![-/0-9])",
        marked_month,
    ),
    (
        "year, named month, day", "0- 0a",
        rf"(?<![0-9./-])(?P<year>20[0-9]{{2}})(?P<sep>[-/ ])(?P<month>{MONTH_EN})(?:(?P=sep)"
        rf"(?P<day>[0-9]{{1,2}})"
        rf"{ORD}(?![0-9:])(?! ?(?:-|~|to|and|&) ?[0-9]{{1,2}}(?![0-9:]))|(?![-/ a-z]))",
        marked_month,
    ),
    (
        "named month, day, year", MONTHS,
        rf"\b(?P<month>{MONTH_EN})(?P<sep>[-/])(?P<day>[0-9]{{1,2}})(?:(?:(?P=sep)|, )"
        rf"(?P<year>20[0-9]{{2}}))?"
        r"(?![0-9:]|[-/][0-9A-Za-z])",
        marked_month,
    ),
    (
        "named month, year", MONTHS,
        rf"\b(?P<month>{MONTH_EN})[-/](?P<year>20[0-9]{{2}})(?P<day>(?!))?(?![0-9]|[-/][0-9])",
        marked_month,
    ),
    (
        "short numbers", "0-",
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<sep>[-/])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{1,2})(?![0-9]"
        r"|[./-][0-9])",
        short,
    ),
    (
        "year last", "0-",
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>20[0-9]{2})"
        r"(?![0-9]|[./-][0-9])",
        dmy,
    ),
    ("every week", "每", r"每(?:个)?(?:周|星期)(?P<weekday>[一二三四五六日天])", every_week),
    ("every", "每", r"每(?P<every>[年月])", every),
    (
        "every", "every each annually yearly monthly",
        r"\b(?:every (?:year|month)|annually|each (?:year|month)|yearly|monthly)\b"
        rf"|\bevery (?=(?:{one_of(MONTHS_EN)})\b)",
        every_en,
    ),
    (
        "holiday", firsts(holidays.NAMES) + " 正 冬 腊 农 阴 旧 夏 大 闰 0 一",
        rf"(?P<name>(?:{holidays.LUNAR})(?![日号])|{holidays.CHINESE})的?(?P<how>期间|(?:小|大)?长假|假期"
        rf"|黄金周|放假"
        rf"|之?前(?!后)夕?|节?之?后|当[天日]|周末)?",
        holiday_named,
    ),
    (
        "holiday", "the a " + firsts(holidays.NAMES),
        rf"(?P<before>(?!))?(?P<name>{holidays.ENGLISH})(?P<how> weekend| day(?= weekend))?",
        holiday_named,
    ),
    (
        "holiday", "before after by over during right just weekend the",
        rf"\b(?P<before>(?:right |just )?(?:before|after)|by|over|(?:the )?weekend of) "
        rf"(?P<name>{holidays.ENGLISH})(?P<how>(?!))?",
        holiday_named,
    ),
    # What has words of dates in it and is no day of the calendar, or none that can be known
    (
        "lunar day", "农 阴 旧 夏 腊 正",
        r"(?:(?:农历|阴历|旧历|夏历)(?:的?[0-9〇零一二三四五六七八九十]{2,4}年)?|"
        r"(?=[腊正]月[初廿一二三四五六七八九十]))"
        r"(?:的?闰?[正冬腊一二三四五六七八九十]{1,2}月(?:初|廿|卅)?[一二三四五六七八九十]{0,3}日?)?",
        nothing,
    ),
    (
        "fiscal year", "0中 一 第 财 会 本 上 下",
        r"(?:(?:20)?[0-9]{2} ?|本|上|下)?(?:财政年度|财年|会计年度)(?: ?第?[一二三四1-4] ?(?:季度?|财季)"
        r"|[上下]半(?:财?年)?"
        r"|[初中末底])?|第?[一二三四1-4本上下] ?财季",
        nothing,
    ),
    (
        "fiscal year", "q h fy fiscal first second third fourth the 0a",
        r"\b(?:the )?(?:(?:[qh][1-4]|first|second|third|fourth|[1-4](?:st|nd|rd|th)) (?:quarter |half )?"
        r"(?:of )?(?:the )?)?(?:fy ?'?(?:20)?[0-9]{2}(?: ?[qh][1-4])?|fiscal(?: year)?(?: '?(?:20)?[0-9]{2})?"
        r"(?: (?:first |second |third |fourth |[qh][1-4])?(?:quarter|half)?)?(?:,? (?:of )?(?:20)?[0-9]{2})?)"
        r"(?![0-9a-z])",
        nothing,
    ),
    (
        "one of two days", YEARS,
        rf"(?:{YEAR_ZH} ?)?(?P<month_zh>{N}) ?月 ?(?P<d1>{N}) ?[日号]? ?(?:或者?|还是) ?(?P<d2>{N}) ?[日号]",
        either_day,
    ),
    (
        "one of two days", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) (?:the )?(?P<d1>[0-9]{{1,2}}){ORD} or (?:the )?(?P<d2>[0-9]{{1,2}}){ORD}"
        rf"{DAY_END}(?:,? {YEAR_EN})?",
        either_day,
    ),
    (
        "one of two days", "0a",
        rf"(?<![0-9./-])(?P<d1>[0-9]{{1,2}}){ORD} or (?:the )?(?P<d2>[0-9]{{1,2}}){ORD} (?:of )?"
        rf"(?P<month>{MONTH_EN})(?:,? {YEAR_EN})?",
        either_day,
    ),
    (
        "days listed", YEARS,
        rf"(?:{YEAR_ZH} ?)?(?P<month>{N}) ?月 ?(?P<days>{N} ?[日号](?:[,、] ?{N} ?[日号]){{1,9}})",
        zh_listed,
    ),
    ("days listed", YEARS, rf"(?:{YEAR_ZH} ?)?(?P<month>{N}) ?月 ?(?P<days>{_DAYS_ZH})", zh_listed),
    (
        "weekday of month", f"{YEARS} {firsts(SHIFTS_ZH)}",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?P<month>{N}) ?月(?:份)?"
        rf"|(?P<rel_month>{one_of(SHIFTS_ZH)})月)的? ?(?:第?(?P<nth>[首一二三四1-4末])|最后一|倒数第一)个?"
        rf"(?:周|星期"
        r"|礼拜)(?P<weekday>[一二三四五六日天])",
        zh_nth,
    ),
    (
        "parts of a month", YEARS,
        rf"(?:{YEAR_ZH} ?的? ?)?(?P<month>{N}) ?月(?:份)?(?P<part>[上中下]旬|初|底|末)(?:{DASH}|或)"
        r"(?P<to_part>[上中下]旬|初|底|末)",
        month_parts,
    ),
    (
        "month", f"0- {YEARS} {firsts(MONTH_SHIFTS_ZH)} 月",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?<![0-9])(?<![0-9]\.)(?P<month>{N})(?: ?月(?:份)?(?!球|亮|薪|饼"
        rf"|嫂|光|票|台)|{DASH}(?P<to_month>{N}) ?月(?:份)?)"
        rf"|(?P<rel_month>{one_of(MONTH_SHIFTS_ZH)})月(?:份)?"
        r"|(?P<bare_month>(?<![0-9一二三四五六七八九十个每本次岁])月(?=初|底|末|中旬|上旬|下旬)))"
        rf"(?: ?(?P<day>{N})(?: ?[日号]|{TO_DAY}|(?<=[0-9]){_DAY_MEANT})| ?的? ?(?P<part>{_PART_ZH}))?",
        zh,
    ),
    ("half of this month", "上 下", r"(?P<part>[上下]半月)(?!刊)", half_month),
    ("part of the week", "上 下 本 这", r"(?:(?P<week>本|这|下)周)?(?P<part>[上下])半周", half_week),
    (
        "quarter, half", f"{YEARS} 第 首 前 后 {firsts(SHIFTS_ZH)}",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:第? ?(?P<quarter>[一二三四首]|[1-4](?= ?季)) ?季度?(?!报|赛"
        r"|节)(?P<quarter_end>末|底)?"
        rf"|(?P<rel_quarter>{one_of(SHIFTS_ZH)})季度?(?!报|财)(?P<rel_end>末|底)?|(?P<half>[上下前后])半年"
        rf"(?!报|度))",
        zh_part_of_year,
    ),
    ("end of this quarter", "季", r"季度?末(?!考)", lambda _: quarter_end(0)),
    (
        "years", "0- 0中",
        rf"(?<![0-9.-])(?P<y>{Y4})(?: ?年)?(?: ?(?:-{{1,2}}|~|至|到) ?)(?P<y2>{Y4}) ?年(?!度报"
        rf"|[0-9一二三四五六七八九十]{{1,2}} ?月)",
        years,
    ),
    (
        "part of year", f"{YEARS} 年 岁",
        rf"(?:{YEAR_ZH} ?的? ?年?(?P<part>初|中(?![国國期报報秋学學考央心])|底|末|尾|内)"
        r"|(?<![一二三四五六七八九十0-9今明本去前后来全半周多数近每学财次翌])(?:年|岁)(?P<part2>初"
        r"|中(?![国期报大会])|底|末|尾|内))",
        zh_year_part,
    ),
    (
        "season", f"{YEARS} 今 明 去",
        rf"(?:{YEAR_ZH}|(?P<short_year>[今明去])) ?(?:(?P<season>[春夏秋冬])(?:季|天)?(?!节|晚|奥|运"
        r"|游)|(?P<holiday>[暑寒])(?:期|假))",
        zh_season,
    ),
    (
        "quarter", "0中",
        rf"(?P<year>{Y4}|(?<![0-9.])[0-9]{{2}}) ?年 ?[Qq](?P<quarter>[1-4])(?P<rel_quarter>(?!))?"
        r"(?P<half>(?!))?(?P<quarter_end>末|底)?(?P<rel_end>(?!))?",
        zh_part_of_year,
    ),
    (
        "so long from now on", "未 今 接",
        rf"(?:未来|今后|接下来)的? ?(?P<count>{COUNT_ZH}) ?(?P<unit>{one_of(UNITS_ZH)})(?! ?[之以]?内)",
        zh_ahead,
    ),
    (
        "so long after", "0中 一 半",
        rf"(?:(?P<half>半年)|(?P<count>{COUNT_ZH}) ?(?P<span>{one_of(UNITS_ZH)}))(?:之?后"
        rf"(?!的?[一二两三第]|[期半段续])|以后|之?内)",
        zh_after,
    ),
    (
        "so many of it", "第 前 头 最 后",
        rf"(?P<lead>第|前|头|最后|后)的? ?(?P<count>{COUNT_ZH}) ?(?P<unit>{one_of(UNITS_ZH)})"
        r"(?![初报以之内前后末一二三四五六日天度])",
        zh_nth_of,
    ),
    ("year", YEARS, rf"{YEAR_ZH}度?(?![代期龄])", zh_year),
    ("this and the next year", "今", r"今明两年", this_and_next_year),
    (
        "weekday in brackets", "(",
        r"(?<=[日号0-9])\((?P<week>(?!))?(?:本|这|下)(?:周|星期)(?P<weekday>[一二三四五六日天])\)", zh_week,
    ),
    (
        "weekday in brackets", "(",
        r"\((?P<week>(?!))?第? ?[0-9]{1,2} ?周[,、 ]+(?:周|星期)(?P<weekday>[一二三四五六日天])\)",
        zh_week,
    ),
    ("weekday in brackets", "(", r"\((?P<week>(?!))?(?P<weekday>[一二三四五六日])\)", zh_week),
    ("next day", "次 翌 隔", r"(?:次|翌|隔)[日天]", lambda _: Said(Kind.NEXT_DAY)),
    (
        "week", f"{firsts(SHIFTS_ZH)} 周 星 礼",
        rf"(?P<week>{one_of(SHIFTS_ZH)})?(?:周的?(?=周|星期|礼拜))?(?:周|星期|礼拜)"
        rf"(?P<weekday>[一二三四五六末]"
        r"|[日天](?!程|历|报|志|前))?(?![年期岁度边])",
        zh_week,
    ),
    ("near day", firsts(REL_DAYS_ZH), one_of(REL_DAYS_ZH), zh_relative),
    (
        "clock", f"0- 0中 一 {firsts(PARTS_OF_DAY)}",
        rf"(?:(?P<part>{PART_OF_DAY})的? ?)?(?<![0-9:.])(?P<hour>[0-9]{{1,2}}|零"
        rf"|[一二三四五六七八九十两]{{1,3}})"
        r"(?: ?[点时](?!间|候|代|刻|尚|评|空|(?<![0-9][点时])起|任|报|装|长|延)(?:钟|整|正)?(?:(?P<half>半)"
        r"|(?P<quarter>[一三])刻|(?:零|过)?(?: (?=[0-9]{1,2} ?分))?(?P<minute>[0-9]{1,2}(?! ?[点时日号月年个])"
        r"|[一二三四五][一二三四五六七八九十]{1,2}|十[一二三四五六七八九]?|[一二三四五六七八九]"
        r"(?=分)) ?分?)?"
        r"|:(?P<m2>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?![0-9%]|:[0-9])(?! ?[ap]\.?m(?![a-z])))",
        zh_clock,
    ),
    (
        "days", "0- 0中",
        r"(?<![0-9.,第])(?P<d1>[0-9]{1,2})(?: ?(?P<unit>[日号]))? ?(?:-{1,2}|~|至"
        r"|到) ?(?P<d2>[0-9]{1,2}) ?[日号](?!元|内|后|以)",
        zh_days,
    ),
    (
        "day", "0中",
        r"(?<![0-9第月])(?<!月 )(?<![0-9]\.)(?<![0-9],)(?<![路道街巷弄里村段])(?P<day>[0-9]{1,2}) ?(?:日"
        r"(?!元)"
        r"|(?<![0-9][)\]〕][0-9])(?<![0-9][)\]〕][0-9]{2})号"
        r"(?![线楼院店文令机馆门厅站井舰星车舱桥坑矿公卫反文码召称]))",
        zh_day,
    ),
    ("part of day", firsts(PARTS_OF_DAY), rf"(?:{PART_OF_DAY})", part_of_day),
    ("zone", firsts(ZONES_ZH), rf"(?:{one_of(ZONES_ZH)})", named_zone),
    (
        "clock", f"0- 0a {' '.join(HOUR_WORDS)}",
        rf"(?<![0-9:.])(?P<hour>[0-9]{{1,2}}|\b(?:{one_of(HOUR_WORDS)}) (?=[ap]\.? ?m))(?:[:.]"
        rf"(?P<minute>[0-9]{{2}}))?"
        r"(?::[0-9]{2})? ?(?P<half>[ap])\.? ?m(?![a-z])\.?",
        en_clock,
    ),
    (
        "clock with h", "0a",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2}) ?(?-i:h) ?(?P<minute>[0-5][0-9])(?P<half>(?!))?(?![0-9a-z])",
        en_clock,
    ),
    (
        "clock with h", "at from by until till",
        r"\b(?:at|from|by|until|till) (?P<hour>[0-9]{1,2}) ?h(?P<minute>(?!))?(?P<half>(?!))?(?![0-9a-z])",
        en_clock,
    ),
    (
        "clock with a or p", "at",
        r"\bat (?P<hour>[0-9]{1,2})(?::(?P<minute>[0-5][0-9]))?(?P<half>[ap])(?![a-z.]m)(?![a-z])",
        en_clock,
    ),
    (
        "clock with a point", "at from by until till",
        r"\b(?:at|from|by|until|till) (?P<hour>1[3-9]|2[0-3])\.(?P<minute>[0-5][0-9])(?P<half>(?!))?"
        r"(?![0-9.%a-z])",
        en_clock,
    ),
    (
        "hours in four digits", "0- 0a",
        r"(?<![0-9:.,/-])(?:(?P<from>[0-2][0-9][0-5][0-9]) ?(?:-|~|to|until) ?)?"
        r"(?P<to>[0-2][0-9][0-5][0-9]) ?"
        r"(?-i:hours|hrs|h)(?![a-z])",
        military,
    ),
    (
        "clock of ISO time", "t",
        r"(?<=[0-9]{8})T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:[0-9]{2})?(?P<half>(?!))?",
        en_clock,
    ),
    ("noon", "0a noon midnight midday", r"(?<![0-9])\b(?:12 ?)?(?:noon|midday|midnight)\b", en_noon),
    (
        "part of day", "in early late morning afternoon evening night",
        r"\b(?-i:(?:in the )?(?:early |late )?(?P<part>morning|afternoon|evening|night))\b",
        part_of_day,
    ),
    (
        "days listed", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) (?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}"
        rf"[0-9]{{1,2}}{ORD}){DAY_END}(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "days side by side", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) (?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{2,8}}){DAY_END}"
        rf"(?! ?[ap]\.?m\b)(?:,? {YEAR_EN})?",
        en_side_by_side,
    ),
    (
        "days listed", "0a",
        rf"(?<![0-9./,-])(?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}[0-9]{{1,2}}{ORD})"
        rf" (?P<month>{MONTH_EN})(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "month and days", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) {{0,2}}(?:the )?(?P<d1>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?:(?P<to>{TO}|{AND})(?:the )?(?P<d2>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?! ?,? ?{MONTH_EN}))?(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days,
    ),
    (
        "clocks", "between from",
        r"\b(?:between|from) (?P<h1>[0-9]{1,2})[:h](?P<m1>[0-5][0-9]) ?(?:-|and|to|until+|till) ?"
        r"(?P<h2>[0-9]{1,2})[:h](?P<m2>[0-5][0-9])(?![0-9:]| ?[ap]\.?m(?![a-z]))",
        clock_span,
    ),
    (
        "days and month", "0- 0a",
        rf"(?<![0-9./])(?<![0-9]-)(?<![0-9]:)(?:(?P<d1>[0-9]{{1,2}}){ORD}(?P<to>{TO}"
        rf"|{AND}|/)(?:the )?(?:{WEEKDAY_EN},? )?)?(?P<d2>[0-9]{{1,2}}){ORD} ?(?:of )?(?P<month>{MONTH_EN})"
        rf"(?! [0-9]{{1,2}}(?![0-9:]|{_AM_PM}))(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days_first,
    ),
    (
        "day, month, year of two digits", "0a",
        rf"(?<![0-9./-])(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th) (?:of )?(?P<month>{MONTH_EN}),? '?"
        rf"(?P<year>[0-9]{{2}})"
        rf"(?![0-9:.%]|st|nd|rd|th|{_AM_PM})",
        marked_month,
    ),
    (
        "another language", "0- 0a",
        r"(?<![0-9.])(?P<d>[0-9]{1,2})(?:\.|er|\.?º)? (?:de |di )?"
        r"(?P<word>[^\W\d_\u3040-\u9fff]{3,12})\.? (?:de )?(?P<y>20[0-9]{2})(?![0-9])",
        other_language,
    ),
    ("Korean", "0a", r"(?P<y>20[0-9]{2})년 ?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일", ymd),
    (
        "months", MONTHS,
        rf"\b(?P<m1>{MONTH_EN}) ?(?:-|to|or"
        rf"|/) ?(?P<m2>{MONTH_EN})(?! [0-9]{{1,2}}(?![0-9]))(?:,? (?:of )?{YEAR_EN})?",
        en_months,
    ),
    (
        "month", f"{MONTHS} the very early mid late beginning start middle end this next last",
        r"(?P<part>\b(?:the )?(?:very )?(?:early[- ]to[- ]mid|mid[- ]to[- ]late|early|mid|late"
        r"|beginning of|start of|middle of"
        r"|end of)(?: in)?[ -](?:the month of )?)?"
        rf"(?:\b(?P<rel>this|next|last) )?\b(?P<month>{MONTH_EN})"
        rf"(?:,? (?:of )?(?:{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_month,
    ),
    (
        "quarter", "0a the end late early mid q first second third fourth",
        r"(?P<part>\b(?:the )?(?:end of|late|early|mid)[ -](?:the )?)?(?:\bq(?P<q>[1-4])"
        r"|(?:\bthe )?\b(?P<q2>first|second|third|fourth|[1-4](?:st|nd|rd|th))[ -](?:quarter|qtr))(?![a-z])"
        rf"(?:[ ,/-]{{0,2}}(?:of )?(?:(?:the )?(?:calendar )?{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_quarter,
    ),
    (
        "quarter", "0- 0a",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?q(?P<q>[1-4])(?![0-9a-z])"
        r"|(?<![0-9.])(?P<q2>[1-4])q(?P<y2>(?:20)?[0-9]{2})\b",
        number_first(Unit.QUARTER),
    ),
    (
        "half", "0- 0a",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?h(?P<q>[12])(?![0-9a-z])"
        r"|(?<![0-9.])(?P<q2>[12])h ?(?P<y2>(?:20)?[0-9]{2})\b",
        number_first(Unit.HALF),
    ),
    (
        "half", "h",
        r"\bh(?P<h>[12])(?![0-9a-z])(?![ ,/-]{0,2}20[0-9]{2})",
        lambda m: Said(Kind.NUMERIC, (Written(Unit.HALF, number=int(m["h"])),)),
    ),
    (
        "half", "the h first second latter back",
        r"(?:\bh(?P<h>[12])[ ,/-]{0,2}(?=20[0-9]{2})"
        r"|(?:\bthe )?\b(?P<h2>first|second|latter|back) half (?:of )?)"
        rf"(?:(?:the )?(?:calendar )?{YEAR_EN}|(?P<rel_year>this|next|last|the|current) year)",
        en_half,
    ),
    (
        "season", f"in the early mid midspring midsummer midautumn midfall midwinter late {SEASONS}",
        r"\b(?:in )?(?:the )?(?:early |mid-? ?|late )?(?P<season>spring|summer|autumn|fall"
        rf"|winter)(?: of)?,? {YEAR_EN}",
        en_season,
    ),
    (
        "season", "in",
        r"\bin (?:the )?(?:early |late )?(?P<season>spring|summer|autumn|fall"
        r"|winter)\b(?! (?:of|term|semester|season|collection|issue|edition|break))",
        en_season,
    ),
    (
        "so many of it", f"0a the {' '.join(ORDINALS)} last final",
        rf"\b(?:the )?(?P<nth>{NTH_EN}) (?:(?P<count>{COUNT_EN}) )?(?:full )?"
        rf"(?P<unit>weekend|week|month|quarter|day)s?(?= (?:of|in)\b)(?! of (?:training|work|operation"
        rf"|school|term))",
        en_nth_of,
    ),
    ("week after next", "the week", r"\b(?:the )?week after next\b", week_after_next),
    (
        "so long from now on", f"the next following coming 0a {firsts(WORD_NUMBERS)}",
        rf"\b(?:the )?(?:(?:next|following|coming) (?P<count>{COUNT_EN})|(?P<count2>{COUNT_EN}) (?:next"
        rf"|upcoming"
        rf"|coming)(?= [a-z]+s\b)) (?P<unit>{one_of(UNITS_EN)})s?\b(?!-)",
        en_ahead,
    ),
    (
        "relative",
        "the early mid late later beginning start middle end this next last past previous following coming"
        " current",
        r"(?P<part>\b(?:the )?(?:early|mid|late|later|beginning of|start of|middle of"
        r"|end of)[ -](?:in )?)?\b(?P<rel>this|next|last|past|previous|following|coming|current"
        r"|(?<=in )the(?= year\b))\b"
        r"(?: coming)?(?: calendar)? (?P<unit>weekend|work(?:ing )?week|week|month|quarter|year|spring"
        r"|summer|autumn|fall|winter)\b(?!-)",
        en_relative,
    ),
    (
        "this part of day", "this",
        r"\bthis (?:early |late )?(?P<part>morning|afternoon|evening|night)\b",
        near_part,
    ),
    (
        "end of month", "the end", r"(?:(?<=\bby )|(?<=\bbefore ))(?:the )?end of the month\b",
        lambda _: Said(Kind.DATE, (Written(Unit.THIRD, months=0, number=3),)),
    ),
    (
        "end of year", "the year yearend end",
        rf"\b(?:the )?(?:year(?:-| )?end|end of (?:the )?year)\b(?: {YEAR_EN})?",
        en_year_end,
    ),
    (
        "so long after", f"for 0a {firsts(WORD_NUMBERS)}",
        rf"(?<![0-9.])\b(?:(?P<lasting>for)(?: the)? )?(?P<count>{COUNT_EN}) (?:calendar )?"
        rf"(?P<span>{one_of(UNITS_EN)})s?\b"
        r"(?P<sign> from (?:now|today)| hence| later)?",
        en_after,
    ),
    (
        "weekday of month", f"0a the {' '.join(ORDINALS)} last",
        rf"\b(?:the )?(?P<nth>{NTH_EN}) (?P<weekday>{WEEKDAY_EN}) (?:of"
        rf"|in) (?:(?P<rel>this|next) month|(?P<month>{MONTH_EN}))(?:,? {YEAR_EN})?",
        en_nth,
    ),
    (
        "ordinal day", "the",
        r"\bthe (?P<day>[0-9]{1,2})(?:st|nd|rd|th)(?: of (?P<rel>this|next|the (?:current|next)) month)?"
        r"(?![-a-z])"
        r"(?= (?:of|to|at|in|from|and|or|the|with|for|by|is|was|will|this|next|until|till|through|thru|on"
        r"|as|a|an|we|they"
        r"|it|he|she|you|before|after|around|about|between|there|when|where|if|but|so|then|our|all|no|not"
        r"|has|have|had"
        r"|would|should|can"
        r"|may|must|morning|afternoon|evening|night|noon|during|due|sees?|brings?|begins?|starts?)\b"
        rf"(?! (?:of )?(?:{one_of(MONTHS_EN)})\b)|[^ ]|$| [^a-z]| {{2}})"
        rf"(?! (?:of )?(?:{one_of(MONTH_NAMES)})\b)",
        en_ordinal,
    ),
    (
        "day of the month", "on",
        r"\bon the (?P<day>[0-9]{1,2})(?P<rel>(?!))?(?= (?:from|between|at)\b|[,.;](?![0-9])|$)",
        en_ordinal,
    ),
    (
        "nth day after", f"the {' '.join(UNITS_EN)}",
        rf"\bthe (?:(?P<nth>{NTH_EN}) )?(?P<span>day|week|month)(?= (?:after|following|before) )",
        en_nth_after,
    ),
    (
        "week of", "the week w wk",
        r"\b(?:the )?(?:week|wk\.?) (?:of|beginning|beg\b\.?|commencing|comm?\b\.?|starting"
        rf"|from(?! (?:{MONTH_EN} )?[0-9]{{1,2}}{ORD}{TO}(?:{MONTH_EN} )?[0-9]))(?: on)?(?: the)?\b|\bw/[cb]\b",
        lambda _: Said(Kind.WEEK_OF),
    ),
    (
        "number of the week", "calendar cw kw week the",
        rf"\b(?:(?:calendar week|cw|kw) ?(?P<week>[0-9]{{1,2}})(?:,? (?:of )?{YEAR_EN})?"
        r"|(?:the )?week (?P<week2>[0-9]{1,2})(?:,| of) (?P<year2>20[0-9]{2}))(?![0-9])",
        week_number,
    ),
    (
        "number of the week", "0- 0a",
        rf"(?<![0-9./-])(?P<year>{Y4})-?W(?P<week>[0-9]{{2}})(?P<week2>(?!))?(?![0-9a-z-])",
        week_number,
    ),
    (
        "weekdays of a span", WEEKDAYS,
        rf"\b(?P<rel>(?!))?(?P<weekday>{WEEKDAY_EN}) ?(?:-|/|to|and|&) ?{WEEKDAY_EN}(?P<after_next>(?!))?"
        rf"(?=,? (?:{MONTH_EN} [0-9]|[0-9]{{1,2}}{ORD} ?(?:-|to|and|&)))",
        en_weekday,
    ),
    (
        "weekday", f"every each this next following coming last past on {WEEKDAYS}",
        r"\b(?:(?P<rel>every|each|this coming|this|next|following|coming|last|past"
        rf"|on) )?(?P<weekday>{WEEKDAY_EN})(?P<after_next> after next\b(?! (?:week|month|year)))?"
        r"(?! ?[a-z]*times\b)",
        en_weekday,
    ),
    ("near day", firsts(REL_DAYS_EN), rf"\b(?:{one_of(REL_DAYS_EN)})\b", en_day_word),
    ("zone", "utc gmt", r"\b(?:utc|gmt) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9])", named_zone),
    ("zone", firsts(ZONES_EN), rf"(?<![a-z])(?:{one_of(ZONES_EN)})(?![a-z])", named_zone),
    (
        "offset", "+ -",
        r"(?:(?<=[0-9]) ?\+|(?<=T[0-9]{2}:[0-9]{2})-"
        r"|(?<=:[0-9]{2}:[0-9]{2})-|(?<=:[0-9]{2}:[0-9]{2}\.[0-9]{3})-)[0-9]{2}:[0-9]{2}(?![0-9])",
        named_zone,
    ),
    (
        "part of month", "0-",
        r"(?<![0-9./-])(?P<m>[0-9]{1,2})/(?P<part>上旬|中旬|下旬|月?底|月?初)",
        numeric_part,
    ),
    (
        "month and year", "0-",
        r"(?<![0-9./-])(?P<m>0?[1-9]|1[0-2])(?P<sep>/)(?P<y>20[0-9]{2})(?![0-9/])",
        month_number,
    ),
    (
        "year and month", "0-",
        rf"(?<![0-9./-])(?P<y>{Y4})(?P<sep>[-/.])(?P<m>0[1-9]|1[0-2]|[1-9])(?![0-9]|[./-][0-9]"
        r"|[%xX])",
        month_number,
    ),
    (
        "month and day", "0-",
        r"(?<![0-9A-Za-z./$¥€-])(?<![0-9]:)(?P<m>[0-9]{1,2})(?P<sep>[/.-])(?P<d>[0-9]{1,2})"
        r"(?:(?:(?<=/[0-9])|(?<=/[0-9]{2}))[号日])?(?![0-9%xX]"
        r"|[./-][0-9]|:[0-9]| ?(?:[日号天个月年人亿万元版折]|周(?![一二三四五六日天末])|的[人企家受用学国产]"
        r"|(?:h|hrs?|hours?|kg|km|mm|cm|kilo|mg|ml|gb|mb|tb|ghz|usd|million|billion|percent)))",
        month_day,
    ),
    (
        "years", "0- 0a",
        r"(?<![0-9A-Za-z.,/$#-])(?<!© )(?<!\(c\) )(?<!copyright )(?P<y>20[0-9]{2}) ?(?:-|to|through|until"
        r"|and) ?(?P<y2>20[0-9]{2})"
        r"(?![0-9A-Za-z%]|[.,/-][0-9])",
        weak_years,
    ),
    (
        "year", "0- 0a 0中 early mid late later the beginning start middle end",
        r"(?P<part>\b(?:early|mid|late|later in|(?:the )?(?:beginning|start|middle|end) of)[ -]"
        r"(?:the year )?)?"
        r"(?<![0-9A-Za-z.,/$#-])(?P<year>20[0-9]{2})(?![0-9A-Za-z%]|[.,][0-9]|[/-][0-9])",
        en_year,
    ),
    (
        "year", "mid late early",
        r"(?P<part>\b(?:mid|late|early)-)(?P<year>20[0-9]{2})(?![0-9A-Za-z%])",
        en_year,
    ),
    (
        "day in words", "twenty",
        rf"\btwenty[- ](?P<ones>{one_of(HOUR_WORDS)})\b",
        en_day_in_words,
    ),
    (
        "number behind a weekday", "0- 0a",
        rf"(?:{_BEHIND_WEEKDAY})"
        r"(?P<day>[0-9]{1,2})(?=[,.;!?)]|$| (?:at|between|from)\b)(?![.,][0-9])",
        en_ordinal_day,
    ),
    (
        "ordinal behind a weekday", "0a",
        rf"(?:{_BEHIND_WEEKDAY})(?P<day>[0-9]{{1,2}}(?:st|nd|rd|th))(?= )"
        r"(?! (?:floor|fl|avenue|ave|street|st|place|road|edition|grade|graders?|annual|century|year|day"
        r"|week|month|quarter|round|session|meeting|anniversary)\b)",
        en_ordinal_day,
    ),
    (
        "ordinal", f"0a the {firsts(DAY_ORDINALS)}",
        rf"(?<![0-9.])\b(?:the )?(?P<day>[0-9]{{1,2}}(?:st|nd|rd|th)|{one_of(DAY_ORDINALS)})\b(?!-)"
        rf"(?: day)?(?= (?:(?:of|in|to|till|until|through|thru|and|or|at|from|{one_of(HOUR_WORDS)})\b"
        rf"|{MONTH_EN}|{WEEKDAY_EN}"
        r"|[0-9]{1,2}(?:[:.][0-9]{2}| ?[ap]\.?m\b)|20[0-9]{2}\b)|[,.;:)-]|$)",
        en_ordinal_day,
    ),
    (
        "hours beside a part of day", f"from between 0- 0a {' '.join(HOUR_WORDS)}",
        rf"(?:\b(?:from|between) )?(?<![0-9:.,/$-])\b(?P<h1>{_HOUR})(?::(?P<m1>[0-5][0-9]))? ?(?:-|to"
        rf"|until|till|and) ?"
        rf"(?P<h2>{_HOUR})(?::(?P<m2>[0-5][0-9]))?{_HOUR_END}",
        bare_hours,
    ),
    (
        "hour beside a part of day", f"at around about by till until 0- 0a {' '.join(HOUR_WORDS)}",
        rf"(?:\b(?:at|around|about|by|till|until) |(?:(?<=^)|(?<=[,;:(] )))(?<![0-9:.,/$-])\b"
        rf"(?P<hour>{_HOUR})"
        rf"(?: ?o'?clock)?{_HOUR_END}",
        bare_hour,
    ),
)  # fmt: skip
