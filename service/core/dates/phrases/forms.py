"""The forms of dates and times, Chinese and English: a row a form."""

from __future__ import annotations

from service.core.dates.phrases.meanings import (
    AND,
    DASH,
    DAY_END,
    MONTH_EN,
    ORD,
    PART_OF_DAY,
    REL_DAYS_ZH,
    TO,
    TO_DAY,
    WEEKDAY_EN,
    Y4,
    YEAR_EN,
    YEAR_ZH,
    ZONE_SHORT,
    ZONE_WORDS_EN,
    ZONE_WORDS_ZH,
    Build,
    N,
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
from service.core.dates.phrases.written import Unit, Written

_DAYS_ZH = (
    rf"{N} ?[日号]?(?: ?(?:、|和|及|与) ?{N} ?[日号]?){{0,9}}(?: ?(?:、|和|及|与) ?){N} ?"
    r"(?:[日号]|[两三四][日天])"
)
_PART_ZH = (
    r"上半月|下半月|中下旬|上中旬|上旬|中旬|下旬|初|底|末|中(?![国心标央间文期型])|尾"
    r"|(?:第 ?[一二三四五1-5]|最后一) ?个?(?:周|星期)(?![一二三四五六日天])"
)

# A row a form: its name; what it begins with; the pattern; what it says. At one place the rows are tried
# in this order. It begins with
#     c   digits before a Chinese unit (5月)       n   a Chinese numeral
#     s   digits before a mark (8/25, 16-17日)     z   another Chinese character
#     w   other digits (20260715, 12 June)         m   the name of a month
#     o   +08:00                                   e   another English word; E: capitals as written
FORMS: tuple[tuple[str, str, str, Build], ...] = (
    (
        "date of ISO time", "s",
        rf"(?<![0-9])(?P<y>{Y4})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?=T[0-9]{{2}}:)",
        ymd,
    ),
    (
        "days in numbers", "s",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<y>{Y4})(?P<sep1>[./-]))?(?P<m>[0-9]{{1,2}})(?P<sep>[./])"
        r"(?P<d>[0-9]{1,2})(?:\([一二三四五六日]\))?(?: ?-{1,2} ?| ?~ ?| ?至 ?| ?到 ?)"
        r"(?:(?P=sep1))?(?:(?P<m2>[0-9]{1,2})(?P=sep))?(?P<d2>[0-9]{1,2})"
        r"(?:\([一二三四五六日]\))?(?![0-9%./]|:[0-9]| ?[个倍年月])",
        numeric_span,
    ),
    (
        "year first", "s",
        rf"(?<![0-9./-])(?P<y>{Y4}) ?(?P<sep>[-/.]) ?(?P<m>[0-9]{{1,2}}) ?(?P=sep) ?"
        r"(?P<d>[0-9]{1,2})(?![0-9]|[./][0-9]|-[0-9]{3})",
        ymd,
    ),
    (
        "compact", "csw",
        r"(?<![0-9A-Za-z_.#/])(?:(?<!-)|(?<=[0-9]{8}-))20[0-9]{6}(?![0-9A-SU-Za-z_%/]|\.[0-9]"
        r"|T(?![0-9]))",
        compact,
    ),
    (
        "named month", "s",
        rf"(?<![0-9./-])(?P<d>[0-9]{{1,2}})-(?P<month>{MONTH_EN})-(?P<y>20[0-9]{{2}}"
        r"|[0-9]{2})(?![0-9])",
        named_month,
    ),
    (
        "short numbers", "s",
        r"(?<![0-9./-])(?P<a>[0-9]{2})(?P<sep>[-/])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{1,2})(?![0-9]"
        r"|[./-][0-9])",
        short,
    ),
    (
        "year last", "s",
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>20[0-9]{2})"
        r"(?![0-9]|[./-][0-9])",
        dmy,
    ),
    ("every week", "z", r"每(?:个)?(?:周|星期)(?P<weekday>[一二三四五六日天])", every_week),
    ("every", "z", r"每(?P<every>[年月])", every),
    (
        "every", "e",
        r"\b(?:every (?:year|month)|annually|each (?:year|month)|yearly|monthly)\b"
        r"|\bevery (?=(?:january|february|march|april|may|june|july|august|september|october|november"
        r"|december)\b)",
        every_en,
    ),
    ("days listed", "cnz", rf"(?:{YEAR_ZH} ?)?(?P<month>{N}) ?月 ?(?P<days>{_DAYS_ZH})", zh_listed),
    (
        "weekday of month", "cnz",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?P<month>{N}) ?月(?:份)?"
        r"|(?P<rel_month>本|下个?)月)的? ?第?(?P<nth>[首一二三四1-4末])个?(?:周|星期"
        r"|礼拜)(?P<weekday>[一二三四五六日天])",
        zh_nth,
    ),
    (
        "month", "csnz",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:(?<![0-9])(?<![0-9]\.)(?P<month>{N})(?: ?月(?:份)?(?!球|亮|薪|饼"
        rf"|嫂|光|票|台)|{DASH}(?P<to_month>{N}) ?月(?:份)?)"
        r"|(?P<rel_month>本|当|这个|下个?|次|上个?)月(?:份)?"
        r"|(?P<bare_month>(?<![0-9一二三四五六七八九十个每本次岁])月(?=初|底|末|中旬|上旬|下旬)))"
        rf"(?: ?(?P<day>{N})(?: ?[日号]|{TO_DAY})| ?的? ?(?P<part>{_PART_ZH}))?",
        zh,
    ),
    (
        "quarter, half", "cnz",
        rf"(?:{YEAR_ZH} ?的? ?)?(?:第? ?(?P<quarter>[一二三四首]|[1-4](?= ?季)) ?季度?(?!报|赛"
        r"|节)(?P<quarter_end>末|底)?"
        rf"|(?P<rel_quarter>本|这个|下个?|上个?)季度?(?!报|财)|(?P<half>[上下])半年(?!报|度))",
        zh_part_of_year,
    ),
    (
        "part of year", "cnz",
        rf"(?:{YEAR_ZH} ?的? ?年?(?P<part>初|中(?![国期报])|底|末|尾|内)"
        r"|(?<![一二三四五六七八九十0-9今明本去前后来全半周多数近每学])(?:年|岁)(?P<part2>初"
        r"|中(?![国期报大会])|底|末|尾|内))",
        zh_year_part,
    ),
    (
        "season", "cnz",
        rf"(?:{YEAR_ZH}|(?P<short_year>[今明去])) ?(?:(?P<season>[春夏秋冬])(?:季|天)?(?!节|晚|奥|运"
        r"|游)|(?P<holiday>[暑寒])(?:期|假))",
        zh_season,
    ),
    (
        "quarter", "c",
        rf"(?P<year>{Y4}|(?<![0-9.])[0-9]{{2}}) ?年 ?[Qq](?P<quarter>[1-4])(?P<rel_quarter>(?!))?"
        r"(?P<half>(?!))?(?P<quarter_end>末|底)?",
        zh_part_of_year,
    ),
    ("year", "cnz", rf"{YEAR_ZH}(?![代期龄])", zh_year),
    ("weekday in brackets", "z", r"\((?P<week>(?!))?(?P<weekday>[一二三四五六日])\)", zh_week),
    ("next day", "z", r"(?:次|翌|隔)[日天]", lambda _: Said(Kind.NEXT_DAY)),
    (
        "week", "z",
        r"(?P<week>上上|上个?|本|这个?|下下|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六末]"
        r"|[日天](?!程|历|报|志|前))?(?![年期岁度边])",
        zh_week,
    ),
    ("near day", "z", "|".join(sorted(REL_DAYS_ZH, key=len, reverse=True)), zh_relative),
    (
        "so long after", "cnz",
        r"(?:(?P<half>半年)|(?P<count>[0-9]{1,3}|[一二三四五六七八九十两百]{1,4}) ?(?P<span>天"
        r"|个?工作日|日|周|个?星期|个月|年))(?:之?后|以后|之?内)",
        zh_after,
    ),
    (
        "clocks", "sw",
        r"(?<![0-9:.])(?P<h1>[0-9]{1,2})(?:[:.](?P<m1>[0-9]{2}))? ?(?:-|to"
        r"|until) ?(?P<h2>[0-9]{1,2})(?:[:.](?P<m2>[0-9]{2}))? ?(?P<half>[ap])\.?m\b\.?",
        en_clocks,
    ),
    (
        "clock", "csnz",
        rf"(?P<part>{PART_OF_DAY})? ?(?<![0-9:.])(?P<hour>[0-9]{{1,2}}|零|[一二三四五六七八九十]{{1,3}})"
        r"(?: ?[点时](?!间|候|代|刻|尚|评|空|起|任|报|装|长|延)(?:钟|整)?(?:(?P<half>半)"
        r"|(?P<quarter>[一三])刻|(?P<minute>[0-9]{1,2}) ?分?)?"
        r"|:(?P<m2>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?![0-9%]|:[0-9])(?! ?[ap]\.?m\b))",
        zh_clock,
    ),
    (
        "days", "cs",
        r"(?<![0-9.,第])(?P<d1>[0-9]{1,2}) ?(?P<unit>[日号])? ?(?:-{1,2}|~|至"
        r"|到) ?(?P<d2>[0-9]{1,2}) ?[日号](?!元|内|后|以)",
        zh_days,
    ),
    (
        "day", "c",
        r"(?<![0-9第月])(?<!月 )(?<![0-9]\.)(?<![0-9],)(?P<day>[0-9]{1,2}) ?(?:日(?!元)"
        r"|(?<![0-9][)\]〕][0-9])(?<![0-9][)\]〕][0-9]{2})号(?![线楼院店文令机馆门厅站井舰星车舱桥坑矿公卫反文码召称]))",
        zh_day,
    ),
    ("part of day", "z", rf"(?:{PART_OF_DAY})", lambda m: Said(Kind.PART_OF_DAY)),
    ("zone", "z", rf"(?:{ZONE_WORDS_ZH})", named_zone),
    (
        "clock", "sw",
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?::[0-9]{2})? ?"
        r"(?P<half>[ap])\.?m\b\.?",
        en_clock,
    ),
    (
        "clock of ISO time", "e",
        r"(?<=[0-9]{8})T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:[0-9]{2})?(?P<half>(?!))?",
        en_clock,
    ),
    ("noon", "e", r"\b(?:noon|midnight)\b", en_noon),
    (
        "days listed", "m",
        rf"\b(?P<month>{MONTH_EN}) (?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}"
        rf"[0-9]{{1,2}}{ORD}){DAY_END}(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "days listed", "sw",
        rf"(?<![0-9./,-])(?P<days>[0-9]{{1,2}}{ORD}(?:, [0-9]{{1,2}}{ORD}){{1,8}},?{AND}[0-9]{{1,2}}{ORD})"
        rf" (?P<month>{MONTH_EN})(?:,? {YEAR_EN})?",
        en_listed,
    ),
    (
        "month and days", "m",
        rf"\b(?P<month>{MONTH_EN}) ?(?:the )?(?P<d1>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?:(?P<to>{TO}|{AND})(?:the )?(?P<d2>[0-9]{{1,2}}){ORD}{DAY_END}"
        rf"(?! ?,? ?{MONTH_EN}))?(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days,
    ),
    (
        "days and month", "sw",
        rf"(?<![0-9./-])(?<![0-9]:)(?:(?P<d1>[0-9]{{1,2}}){ORD}(?P<to>{TO}"
        rf"|{AND})(?:{WEEKDAY_EN},? )?)?(?P<d2>[0-9]{{1,2}}){ORD} ?(?:of )?(?P<month>{MONTH_EN})"
        rf"(?! [0-9]{{1,2}}(?![0-9:]))(?: ?,? ?{YEAR_EN}| (?:of )?(?P<rel_year>this|next) year\b)?",
        en_days_first,
    ),
    (
        "another language", "sw",
        r"(?<![0-9.])(?P<d>[0-9]{1,2})(?:\.|er|\.?º)? (?:de |di )?"
        r"(?P<word>[^\W\d_\u3040-\u9fff]{3,12})\.? (?:de )?(?P<y>20[0-9]{2})(?![0-9])",
        other_language,
    ),
    ("Korean", "w", r"(?P<y>20[0-9]{2})년 ?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일", ymd),
    (
        "months", "m",
        rf"\b(?P<m1>{MONTH_EN}) ?(?:-|to|or"
        rf"|/) ?(?P<m2>{MONTH_EN})(?! [0-9]{{1,2}}(?![0-9]))(?:,? (?:of )?{YEAR_EN})?",
        en_months,
    ),
    (
        "month", "em",
        r"(?P<part>\b(?:the )?(?:very )?(?:early[- ]to[- ]mid|mid[- ]to[- ]late|early|mid|late"
        r"|beginning of|start of|middle of"
        r"|end of)(?: in)?[ -](?:the month of )?)?"
        rf"\b(?P<month>{MONTH_EN})(?:,? (?:of )?(?:{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_month,
    ),
    (
        "quarter", "e",
        r"(?P<part>\b(?:the )?(?:end of|late|early|mid)[ -](?:the )?)?(?:\bq(?P<q>[1-4])"
        r"|(?:\bthe )?\b(?P<q2>first|second|third|fourth)[ -]quarter)(?![a-z])"
        rf"(?:[ ,/-]{{0,2}}(?:of )?(?:(?:the )?(?:calendar )?{YEAR_EN}|(?P<rel_year>this|next|last) year))?",
        en_quarter,
    ),
    (
        "quarter", "sw",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?q(?P<q>[1-4])(?![0-9a-z])"
        r"|(?<![0-9.])(?P<q2>[1-4])q(?P<y2>(?:20)?[0-9]{2})\b",
        number_first(Unit.QUARTER),
    ),
    (
        "half", "sw",
        r"(?<![0-9.])(?P<y>20[0-9]{2}) ?[- ]?h(?P<q>[12])(?![0-9a-z])"
        r"|(?<![0-9.])(?P<q2>[12])h ?(?P<y2>(?:20)?[0-9]{2})\b",
        number_first(Unit.HALF),
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
        rf"(?:(?:the )?(?:calendar )?{YEAR_EN}|(?P<rel_year>this|next|last|the|current) year)",
        en_half,
    ),
    (
        "season", "e",
        r"\b(?:in )?(?:the )?(?:early |mid-? ?|late )?(?P<season>spring|summer|autumn|fall"
        rf"|winter)(?: of)?,? {YEAR_EN}",
        en_season,
    ),
    (
        "season", "e",
        r"\bin (?:the )?(?:early |late )?(?P<season>spring|summer|autumn|fall"
        r"|winter)\b(?! (?:of|term|semester|season|collection|issue|edition|break))",
        en_season,
    ),
    (
        "relative", "e",
        r"(?P<part>\b(?:the )?(?:early|mid|late|later|beginning of|start of|middle of"
        r"|end of)[ -](?:in )?)?\b(?P<rel>this|next|last|past|previous|following|coming"
        r"|(?<=in )the(?= year\b))\b"
        r"(?: coming)? (?P<unit>weekend|week|month|quarter|year|spring|summer|autumn|fall|winter)\b(?!-)",
        en_relative,
    ),
    (
        "end of month", "e", r"(?:(?<=\bby )|(?<=\bbefore ))(?:the )?end of the month\b",
        lambda _: Said(Kind.DATE, (Written(Unit.THIRD, months=0, number=3),)),
    ),
    (
        "end of year", "e",
        rf"\b(?:the )?(?:year(?:-| )?end|end of (?:the )?year)\b(?: {YEAR_EN})?",
        en_year_end,
    ),
    (
        "so long after", "we",
        r"(?<![0-9.])\b(?P<count>[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve) (?:calendar )?(?P<span>(?:working |business )?day|week|fortnight|month"
        r"|year)s?\b(?: from (?:now|today)| hence)?",
        en_after,
    ),
    (
        "weekday of month", "e",
        rf"\b(?:the )?(?P<nth>first|second|third|fourth|last) (?P<weekday>{WEEKDAY_EN}) (?:of"
        rf"|in) (?:(?P<rel>this|next) month|(?P<month>{MONTH_EN}))(?:,? {YEAR_EN})?",
        en_nth,
    ),
    (
        "ordinal day", "e",
        r"\bthe (?P<day>[0-9]{1,2})(?:st|nd|rd"
        r"|th)(?: of (?P<rel>this|next) month)?(?! ?(?:century|edition|annual|anniversary|floor|place"
        r"|time|day|amendment|congress|week|quarter|generation|avenue|street|percentile"
        r"|[a-z]+ (?:annual|edition|congress)))(?-i:(?!-| [A-Z]))(?! (?:of )?(?:january|february"
        r"|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
        r"|jul|aug|sept?|oct|nov|dec)\b)",
        en_ordinal,
    ),
    (
        "nth day after", "e",
        r"\bthe (?P<nth>[a-z]+|[0-9]{1,2}(?:st|nd|rd|th)) (?P<span>day|week|month) (?=after"
        r"|following)",
        en_nth_after,
    ),
    (
        "week of", "e",
        r"\b(?:the )?week (?:of|beginning|commencing|starting|from)(?: on)?(?: the)?\b|\bw/c\b",
        lambda _: Said(Kind.WEEK_OF),
    ),
    (
        "weekday", "e",
        r"\b(?:(?P<rel>every|each|this coming|this|next|coming|last|past"
        rf"|on) )?(?P<weekday>{WEEKDAY_EN})(?! ?[a-z]*times\b)",
        en_weekday,
    ),
    ("near day", "e", r"\b(?:today|tonight|tomorrow|yesterday)\b", en_day_word),
    ("zone", "e", r"\b(?:utc|gmt) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9])", named_zone),
    ("zone", "e", rf"\b(?:{ZONE_WORDS_EN})\b", named_zone),
    ("zone", "E", rf"\b(?:{ZONE_SHORT}|AoE)\b", named_zone),
    ("zone", "E", r"(?<=[0-9])Z\b", named_zone),
    (
        "offset", "o",
        r"(?:(?<=[0-9]) ?\+|(?<=T[0-9]{2}:[0-9]{2})-"
        r"|(?<=:[0-9]{2}:[0-9]{2})-)[0-9]{2}:[0-9]{2}(?![0-9])",
        named_zone,
    ),
    (
        "part of month", "s",
        r"(?<![0-9./-])(?P<m>[0-9]{1,2})/(?P<part>上旬|中旬|下旬|月?底|月?初)",
        numeric_part,
    ),
    (
        "year and month", "s",
        rf"(?<![0-9./-])(?P<y>{Y4})(?P<sep>[-/.])(?P<m>0[1-9]|1[0-2]|[1-9])(?![0-9]|[./-][0-9]"
        r"|[%xX])",
        month_number,
    ),
    (
        "month and day", "s",
        r"(?<![0-9./$¥€-])(?<![0-9]:)(?P<m>[0-9]{1,2})(?P<sep>[/.-])(?P<d>[0-9]{1,2})(?![0-9%xX]"
        r"|[./][0-9]|:[0-9]| ?(?:[日号天个月年人]|周(?![一二三四五六日天末])))",
        month_day,
    ),
    (
        "year", "cswe",
        r"(?P<part>\b(?:early|mid|late|later in|(?:the )?(?:beginning|start|middle|end) of)[ -](?:the year )?)?"
        r"(?<![0-9A-Za-z.,/$#-])(?P<year>20[0-9]{2})(?![0-9A-Za-z%]|[.,][0-9]|[/-][0-9])",
        en_year,
    ),
    ("year", "e", r"(?P<part>\b(?:mid|late|early)-)(?P<year>20[0-9]{2})(?![0-9A-Za-z%])", en_year),
)  # fmt: skip
