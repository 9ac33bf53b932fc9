"""The forms of dates and times, Chinese and English: a row a form."""

from __future__ import annotations

from service.core.dates.phrases.meanings import (
    Build,
    compact,
    dmy,
    en_after,
    en_clock,
    en_clocks,
    en_day_word,
    en_days,
    en_days_first,
    en_half,
    en_listed,
    en_month,
    en_months,
    en_noon,
    en_nth,
    en_nth_after,
    en_ordinal,
    en_quarter,
    en_relative,
    en_season,
    en_weekday,
    en_year,
    en_year_end,
    every,
    every_en,
    every_week,
    month_day,
    month_number,
    named_month,
    named_zone,
    number_first,
    numeric_part,
    numeric_span,
    other_language,
    short,
    ymd,
    zh,
    zh_after,
    zh_clock,
    zh_day,
    zh_days,
    zh_listed,
    zh_nth,
    zh_part_of_year,
    zh_relative,
    zh_season,
    zh_week,
    zh_year,
    zh_year_part,
)
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import (
    AND,
    DASH,
    DAY_END,
    MONTH_EN,
    MONTH_NAMES,
    MONTH_SHIFTS_ZH,
    ORD,
    PART_OF_DAY,
    PARTS_OF_DAY,
    REL_DAYS_ZH,
    REL_YEARS_ZH,
    SHIFTS_ZH,
    TO,
    TO_DAY,
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
    r"上半月|下半月|中下旬|上中旬|上旬|中旬|下旬|初|底|末|中(?![国心标央间文期型])|尾"
    r"|(?:第 ?[一二三四五1-5]|最后一) ?个?(?:周|星期)(?![一二三四五六日天])"
)

NUMERALS = "〇零○一二三四五六七八九十廿卅两"
YEARS = "0 一 元 民 中 " + firsts(REL_YEARS_ZH)
MONTHS = " ".join(MONTH_NAMES)
WEEKDAYS = " ".join(WEEKDAY_NAMES)
SEASONS = "spring summer autumn fall winter"

# A row a form: its name; what it begins with; the pattern; what it says. At one place the rows are tried
# in this order. It begins with digits (0), with a Chinese numeral (一), with one of the characters or one of
# the words.
FORMS: tuple[tuple[str, str, str, Build], ...] = (
    (
        "date of ISO time", "0",
        rf"(?<![0-9])(?P<y>{Y4})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?=T[0-9]{{2}}:)",
        ymd,
    ),
    (
        "days in numbers", "0",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<y>{Y4})(?P<sep1>[./-]))?(?P<m>[0-9]{{1,2}})(?P<sep>[./])"
        r"(?P<d>[0-9]{1,2})(?:\([一二三四五六日]\))?(?: ?-{1,2} ?| ?~ ?| ?至 ?| ?到 ?)"
        r"(?:(?P=sep1))?(?:(?P<m2>[0-9]{1,2})(?P=sep))?(?P<d2>[0-9]{1,2})"
        r"(?:\([一二三四五六日]\))?(?![0-9%./]|:[0-9]| ?[个倍年月])",
        numeric_span,
    ),
    (
        "year first", "0",
        rf"(?<![0-9./-])(?P<y>{Y4}) ?(?P<sep>[-/.]) ?(?P<m>[0-9]{{1,2}}) ?(?P=sep) ?"
        r"(?P<d>[0-9]{1,2})(?![0-9]|[./][0-9]|-[0-9]{3})",
        ymd,
    ),
    (
        "compact", "0",
        r"(?<![0-9A-Za-z_.#/])(?:(?<!-)|(?<=[0-9]{8}-))20[0-9]{6}(?![0-9A-SU-Za-z_%/]|\.[0-9]"
        r"|T(?![0-9]))",
        compact,
    ),
    (
        "named month", "0",
        rf"(?<![0-9./-])(?P<d>[0-9]{{1,2}})-(?P<month>{MONTH_EN})-(?P<y>20[0-9]{{2}}"
        r"|[0-9]{2})(?![0-9])",
        named_month,
    ),
    (
        "short numbers", "0",
        r"(?<![0-9./-])(?P<a>[0-9]{2})(?P<sep>[-/])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{1,2})(?![0-9]"
        r"|[./-][0-9])",
        short,
    ),
    (
        "year last", "0",
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>20[0-9]{2})"
        r"(?![0-9]|[./-][0-9])",
        dmy,
    ),
    ("every week", "每", r"每(?:个)?(?:周|星期)(?P<weekday>[一二三四五六日天])", every_week),
    ("every", "每", r"每(?P<every>[年月])", every),
    (
        "every", "every each annually yearly monthly",
        r"\b(?:every (?:year|month)|annually|each (?:year|month)|yearly|monthly)\b"
        r"|\bevery (?=(?:january|february|march|april|may|june|july|august|september|october|november"
        r"|december)\b)",
        every_en,
    ),
    ("days listed", YEARS, rf"(?:{YEAR_ZH} ?)?(?P<month>{N}) ?月 ?(?P<days>{_DAYS_ZH})", zh_listed),
    (
        "weekday of month", f"{YEARS} 下",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?P<month>{N}) ?月(?:份)?"
        rf"|(?P<rel_month>{one_of(SHIFTS_ZH)})月)的? ?第?(?P<nth>[首一二三四1-4末])个?(?:周|星期"
        r"|礼拜)(?P<weekday>[一二三四五六日天])",
        zh_nth,
    ),
    (
        "month", f"{YEARS} 上 次 这 下 月",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?<![0-9])(?<![0-9]\.)(?P<month>{N})(?: ?月(?:份)?(?!球|亮|薪|饼"
        rf"|嫂|光|票|台)|{DASH}(?P<to_month>{N}) ?月(?:份)?)"
        rf"|(?P<rel_month>{one_of(MONTH_SHIFTS_ZH)})月(?:份)?"
        r"|(?P<bare_month>(?<![0-9一二三四五六七八九十个每本次岁])月(?=初|底|末|中旬|上旬|下旬)))"
        rf"(?: ?(?P<day>{N})(?: ?[日号]|{TO_DAY})| ?的? ?(?P<part>{_PART_ZH}))?",
        zh,
    ),
    (
        "quarter, half", f"{YEARS} 第 首 下 上 这",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:第? ?(?P<quarter>[一二三四首]|[1-4](?= ?季)) ?季度?(?!报|赛"
        r"|节)(?P<quarter_end>末|底)?"
        rf"|(?P<rel_quarter>{one_of(SHIFTS_ZH)})季度?(?!报|财)|(?P<half>[上下])半年(?!报|度))",
        zh_part_of_year,
    ),
    (
        "part of year", f"{YEARS} 年 岁",
        rf"(?:{YEAR_ZH} ?的? ?年?(?P<part>初|中(?![国期报])|底|末|尾|内)"
        r"|(?<![一二三四五六七八九十0-9今明本去前后来全半周多数近每学])(?:年|岁)(?P<part2>初"
        r"|中(?![国期报大会])|底|末|尾|内))",
        zh_year_part,
    ),
    (
        "season", YEARS,
        rf"(?:{YEAR_ZH}|(?P<short_year>[今明去])) ?(?:(?P<season>[春夏秋冬])(?:季|天)?(?!节|晚|奥|运"
        r"|游)|(?P<holiday>[暑寒])(?:期|假))",
        zh_season,
    ),
    (
        "quarter", "0",
        rf"(?P<year>{Y4}|(?<![0-9.])[0-9]{{2}}) ?年 ?[Qq](?P<quarter>[1-4])(?P<rel_quarter>(?!))?"
        r"(?P<half>(?!))?(?P<quarter_end>末|底)?",
        zh_part_of_year,
    ),
    ("year", YEARS, rf"{YEAR_ZH}(?![代期龄])", zh_year),
    ("weekday in brackets", "(", r"\((?P<week>(?!))?(?P<weekday>[一二三四五六日])\)", zh_week),
    ("next day", "次 翌 隔", r"(?:次|翌|隔)[日天]", lambda _: Said(Kind.NEXT_DAY)),
    (
        "week", "上 本 这 下 周 星 礼",
        rf"(?P<week>{one_of(SHIFTS_ZH)})?(?:周|星期|礼拜)(?P<weekday>[一二三四五六末]"
        r"|[日天](?!程|历|报|志|前))?(?![年期岁度边])",
        zh_week,
    ),
    ("near day", firsts(REL_DAYS_ZH), one_of(REL_DAYS_ZH), zh_relative),
    (
        "so long after", "0 一 半",
        r"(?:(?P<half>半年)|(?P<count>[0-9]{1,3}|[一二三四五六七八九十两][一二三四五六七八九十百]{0,3})"
        r" ?(?P<span>天|个?工作日|日|周|个?星期|个月|年))(?:之?后|以后|之?内)",
        zh_after,
    ),
    (
        "clocks", "0",
        r"(?<![0-9:.])(?P<h1>[0-9]{1,2})(?:[:.](?P<m1>[0-9]{2}))? ?(?:-|to"
        r"|until) ?(?P<h2>[0-9]{1,2})(?:[:.](?P<m2>[0-9]{2}))? ?(?P<half>[ap])\.?m\b\.?",
        en_clocks,
    ),
    (
        "clock", f"0 一 {firsts(PARTS_OF_DAY)}",
        rf"(?:(?P<part>{PART_OF_DAY}) ?)?(?<![0-9:.])(?P<hour>[0-9]{{1,2}}|零|[一二三四五六七八九十]{{1,3}})"
        r"(?: ?[点时](?!间|候|代|刻|尚|评|空|起|任|报|装|长|延)(?:钟|整)?(?:(?P<half>半)"
        r"|(?P<quarter>[一三])刻|(?P<minute>[0-9]{1,2}) ?分?)?"
        r"|:(?P<m2>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?![0-9%]|:[0-9])(?! ?[ap]\.?m\b))",
        zh_clock,
    ),
    (
        "days", "0",
        r"(?<![0-9.,第])(?P<d1>[0-9]{1,2}) ?(?P<unit>[日号])? ?(?:-{1,2}|~|至"
        r"|到) ?(?P<d2>[0-9]{1,2}) ?[日号](?!元|内|后|以)",
        zh_days,
    ),
    (
        "day", "0",
        r"(?<![0-9第月])(?<!月 )(?<![0-9]\.)(?<![0-9],)(?P<day>[0-9]{1,2}) ?(?:日(?!元)"
        r"|(?<![0-9][)\]〕][0-9])(?<![0-9][)\]〕][0-9]{2})号(?![线楼院店文令机馆门厅站井舰星车舱桥坑矿公卫反文码召称]))",
        zh_day,
    ),
    ("part of day", firsts(PARTS_OF_DAY), rf"(?:{PART_OF_DAY})", lambda m: Said(Kind.PART_OF_DAY)),
    ("zone", firsts(ZONES_ZH), rf"(?:{one_of(ZONES_ZH)})", named_zone),
    (
        "clock", "0",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?::[0-9]{2})? ?"
        r"(?P<half>[ap])\.?m\b\.?",
        en_clock,
    ),
    (
        "clock of ISO time", "t",
        r"(?<=[0-9]{8})T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:[0-9]{2})?(?P<half>(?!))?",
        en_clock,
    ),
    ("noon", "noon midnight", r"\b(?:noon|midnight)\b", en_noon),
    (
        "days listed", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) (?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}"
        rf"[0-9]{{1,2}}{ORD}){DAY_END}(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "days listed", "0",
        rf"(?<![0-9./,-])(?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}[0-9]{{1,2}}{ORD})"
        rf" (?P<month>{MONTH_EN})(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "month and days", MONTHS,
        rf"\b(?P<month>{MONTH_EN}) ?(?:the )?(?P<d1>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?:(?P<to>{TO}|{AND})(?:the )?(?P<d2>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?! ?,? ?{MONTH_EN}))?(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days,
    ),
    (
        "days and month", "0",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<d1>[0-9]{{1,2}}){ORD}(?P<to>{TO}"
        rf"|{AND})(?:{WEEKDAY_EN},? )?)?(?P<d2>[0-9]{{1,2}}){ORD} ?(?:of )?(?P<month>{MONTH_EN})"
        rf"(?! [0-9]{{1,2}}(?![0-9:]))(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days_first,
    ),
    (
        "another language", "0",
        r"(?<![0-9.])(?P<d>[0-9]{1,2})(?:\.|er|\.?º)? (?:de |di )?"
        r"(?P<word>[^\W\d_\u3040-\u9fff]{3,12})\.? (?:de )?(?P<y>20[0-9]{2})(?![0-9])",
        other_language,
    ),
    ("Korean", "0", r"(?P<y>20[0-9]{2})년 ?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일", ymd),
    (
        "months", MONTHS,
        rf"\b(?P<m1>{MONTH_EN}) ?(?:-|to|or"
        rf"|/) ?(?P<m2>{MONTH_EN})(?! [0-9]{{1,2}}(?![0-9]))(?:,? (?:of )?{YEAR_EN})?",
        en_months,
    ),
    (
        "month", f"{MONTHS} the very early mid late beginning start middle end",
        r"(?P<part>\b(?:the )?(?:very )?(?:early[- ]to[- ]mid|mid[- ]to[- ]late|early|mid|late"
        r"|beginning of|start of|middle of"
        r"|end of)(?: in)?[ -](?:the month of )?)?"
        rf"\b(?P<month>{MONTH_EN})(?:,? (?:of )?(?:{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_month,
    ),
    (
        "quarter", "the end late early mid q first second third fourth",
        r"(?P<part>\b(?:the )?(?:end of|late|early|mid)[ -](?:the )?)?(?:\bq(?P<q>[1-4])"
        r"|(?:\bthe )?\b(?P<q2>first|second|third|fourth)[ -]quarter)(?![a-z])"
        rf"(?:[ ,/-]{{0,2}}(?:of )?(?:(?:the )?(?:calendar )?{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_quarter,
    ),
    (
        "quarter", "0",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?q(?P<q>[1-4])(?![0-9a-z])"
        r"|(?<![0-9.])(?P<q2>[1-4])q(?P<y2>(?:20)?[0-9]{2})\b",
        number_first(Unit.QUARTER),
    ),
    (
        "half", "0",
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
        "relative",
        "the early mid late later beginning start middle end this next last past previous following coming",
        r"(?P<part>\b(?:the )?(?:early|mid|late|later|beginning of|start of|middle of"
        r"|end of)[ -](?:in )?)?\b(?P<rel>this|next|last|past|previous|following|coming"
        r"|(?<=in )the(?= year\b))\b"
        r"(?: coming)? (?P<unit>weekend|week|month|quarter|year|spring|summer|autumn|fall|winter)\b(?!-)",
        en_relative,
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
        "so long after", "0 a an one two three four five six seven eight nine ten eleven twelve",
        r"(?<![0-9.])\b(?P<count>[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve) (?:calendar )?(?P<span>(?:working |business )?day|week|fortnight|month"
        r"|year)s?\b(?: from (?:now|today)| hence)?",
        en_after,
    ),
    (
        "weekday of month", "the first second third fourth last",
        rf"\b(?:the )?(?P<nth>first|second|third|fourth|last) (?P<weekday>{WEEKDAY_EN}) (?:of"
        rf"|in) (?:(?P<rel>this|next) month|(?P<month>{MONTH_EN}))(?:,? {YEAR_EN})?",
        en_nth,
    ),
    (
        "ordinal day", "the",
        r"\bthe (?P<day>[0-9]{1,2})(?:st|nd|rd"
        r"|th)(?: of (?P<rel>this|next) month)?(?! ?(?:century|edition|annual|anniversary|floor|place"
        r"|time|day|amendment|congress|week|quarter|generation|avenue|street|percentile"
        r"|[a-z]+ (?:annual|edition|congress)))(?-i:(?!-| [A-Z]))(?! (?:of )?(?:january|february"
        r"|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
        r"|jul|aug|sept?|oct|nov|dec)\b)",
        en_ordinal,
    ),
    (
        "nth day after", "the",
        r"\bthe (?P<nth>[a-z]+|[0-9]{1,2}(?:st|nd|rd|th)) (?P<span>day|week|month) (?=after"
        r"|following)",
        en_nth_after,
    ),
    (
        "week of", "the week w",
        r"\b(?:the )?week (?:of|beginning|commencing|starting|from)(?: on)?(?: the)?\b|\bw/c\b",
        lambda _: Said(Kind.WEEK_OF),
    ),
    (
        "weekday", f"every each this next coming last past on {WEEKDAYS}",
        r"\b(?:(?P<rel>every|each|this coming|this|next|coming|last|past"
        rf"|on) )?(?P<weekday>{WEEKDAY_EN})(?! ?[a-z]*times\b)",
        en_weekday,
    ),
    ("near day", "today tonight tomorrow yesterday", r"\b(?:today|tonight|tomorrow|yesterday)\b", en_day_word),
    ("zone", "utc gmt", r"\b(?:utc|gmt) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9])", named_zone),
    ("zone", firsts(ZONES_EN), rf"\b(?:{one_of(ZONES_EN)})\b", named_zone),
    ("zone", "z", r"(?<=[0-9])Z\b", named_zone),
    (
        "offset", "+ -",
        r"(?:(?<=[0-9]) ?\+|(?<=T[0-9]{2}:[0-9]{2})-"
        r"|(?<=:[0-9]{2}:[0-9]{2})-)[0-9]{2}:[0-9]{2}(?![0-9])",
        named_zone,
    ),
    (
        "part of month", "0",
        r"(?<![0-9./-])(?P<m>[0-9]{1,2})/(?P<part>上旬|中旬|下旬|月?底|月?初)",
        numeric_part,
    ),
    (
        "year and month", "0",
        rf"(?<![0-9./-])(?P<y>{Y4})(?P<sep>[-/.])(?P<m>0[1-9]|1[0-2]|[1-9])(?![0-9]|[./-][0-9]"
        r"|[%xX])",
        month_number,
    ),
    (
        "month and day", "0",
        r"(?<![0-9./$¥€-])(?<![0-9]:)(?P<m>[0-9]{1,2})(?P<sep>[/.-])(?P<d>[0-9]{1,2})(?![0-9%xX]"
        r"|[./][0-9]|:[0-9]| ?(?:[日号天个月年人]|周(?![一二三四五六日天末])))",
        month_day,
    ),
    (
        "year", "0 early mid late later the beginning start middle end",
        r"(?P<part>\b(?:early|mid|late|later in|(?:the )?(?:beginning|start|middle|end) of)[ -](?:the year )?)?"
        r"(?<![0-9A-Za-z.,/$#-])(?P<year>20[0-9]{2})(?![0-9A-Za-z%]|[.,][0-9]|[/-][0-9])",
        en_year,
    ),
    ("year", "mid late early", r"(?P<part>\b(?:mid|late|early)-)(?P<year>20[0-9]{2})(?![0-9A-Za-z%])", en_year),
)  # fmt: skip
