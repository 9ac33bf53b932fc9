"""The words of dates and times in a line, Chinese and English: one token a word or a fixed group.

Tokens say what stands there, not what it means together; grammar.py puts them together. The line is a
plain one (core/characters.py). Here stands where a form may begin; which forms there are stands in forms.py,
and what they say in meanings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.phrases.forms import FORMS
from service.core.phrases.meanings import Build
from service.core.phrases.tokens import Token

_ROWS: dict[str, list[tuple[re.Pattern[str], Build]]] = {
    start: [
        (re.compile(form, 0 if "E" in starts else re.IGNORECASE), build)
        for _, starts, form, build in FORMS
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
