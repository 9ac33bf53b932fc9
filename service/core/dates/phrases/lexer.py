"""The words of dates and times in a line, Chinese and English: one token a word or a fixed group.

Tokens say what stands there, not what it means together; grammar.py puts them together. The line is a
plain one (core/text/characters.py). Here stands where a form may begin; which forms there are stands in
forms.py, and what they say in meanings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from service.core.dates.phrases.forms import FORMS
from service.core.dates.phrases.meanings import Build
from service.core.dates.phrases.tokens import Token

_ROWS: dict[str, list[tuple[re.Pattern[str], Build]]] = {
    start: [
        (re.compile(form, 0 if "E" in starts else re.IGNORECASE), build)
        for _, starts, form, build in FORMS
        if start in starts.lower()
    ]
    for start in "cswnzemo"
}


def _one_of(words: str) -> str:
    """One of the words as a whole; grouped by their first letters, so that most are passed over at once."""
    groups = groupby(sorted(words.split()), key=lambda word: word[0])
    tails = (f"{first}(?:{'|'.join(word[1:] for word in group)})" for first, group in groups)
    return rf"(?:{'|'.join(tails)})(?![a-z])"


_MONTH_NAMES = """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december
"""
_OTHER_WORDS = """
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday
    the very early mid late later beginning start middle end q h first second third fourth back latter in
    spring summer autumn fall winter midspring midsummer midautumn midfall midwinter next last past
    previous following coming this year yearend a an one two three four five six seven eight nine ten
    eleven twelve week every each annually yearly monthly on today tonight tomorrow yesterday noon midnight
    t z utc gmt aoe cst pt et ct mt est edt pst pdt cdt mst mdt bst cet cest eet eest jst kst sgt hkt ist
    aest aedt msk beijing china hong taipei tokyo singapore london uk central eastern pacific mountain new
    local coordinated greenwich anywhere w
"""
_MONTHS = _one_of(_MONTH_NAMES)
_WORDS = _one_of(_MONTH_NAMES + _OTHER_WORDS)
# Everyday words begin a date only with one of these behind them.
_EVERYDAY = _one_of(
    "the in a an one two three four five six seven eight nine ten eleven twelve new"
)
_WORD_GOES_ON = (
    r"the (?:very )?(?:first|second|third|fourth|last|latter|back|week|year|end|early|mid|late|later"
    r"|beginning|start|middle|[0-9]|[a-z]+(?:th|st|nd|rd)\b)"
    r"|in (?:the )?(?:early |late |mid-? ?)?(?:spring|summer|autumn|fall|winter)|in the year"
    r"|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:calendar |working "
    r"|business )?(?:day|week|month|year|fortnight)"
    r"|new york\b"
)
_NUMERAL = "〇零○一二三四五六七八九十廿卅两"
# What may stand behind digits and numerals that begin a form.
_NUMBER_GOES_ON = (
    r"[0-9]{1,2}(?:\.|er|\.?º)? (?:de |di )?[^\W\d_]{3,12}\.? (?:de )?20[0-9]{2}|20[0-9]{2}년"
    r"|[0-9]{1,3}(?: ?[年月日号点时季天周工星/~至到、和及与-]| ?个(?:月|工作|星期)|\.[0-9]|:[0-9]{2}"
    r"| ?&|, [0-9]{1,2}(?:,| and| &)| ?(?:[ap]\.?m|st|nd|rd|th|of|and|to|through|until"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q[1-4]|h ?[0-9]|calendar|working|business"
    r"|days?|weeks?|months?|years?|fortnights?)\b| ?[qh] ?(?:20)?[0-9]{2}| ?[a-z]{3})"
    r"|(?:19|20|21)[0-9]{2}(?![0-9])|20[0-9]{6}"
)
_NUMERAL_GOES_ON = (
    rf"[{_NUMERAL}]+(?: ?[年月日号季点时天周工星]| ?个(?:月|工作|星期)|百"
    r"| ?(?:-|~|至|到) ?[一二三四五六七八九十])"
)
_OFFSET = r" ?[+-](?=[0-9]{2}:)"
_CHINESE_FIRST = (
    "(今明后来本当去前这上下次翌隔每月年岁第首半周星礼昨即凌清早正中午傍晚深夜大民"
    "北香台东日韩首新印悉伦英欧柏法巴莫美纽太西加旧洛格世本京"
)
_CHINESE = (
    r"(?:\((?=[一二三四五六日]\))|今(?=[年天日晚早晨春夏秋冬])|明(?=[年天日晚早晨春夏秋冬])"
    r"|后(?=[年天日])|来(?=年)|本(?=[年月周季])|当(?=[年月日晚地])"
    r"|去(?=[年春夏秋冬])|前(?=年(?!报)|[天日])|这(?=个?[月周星])|[上下](?=[上下个]?[月周星季礼]|半年|午)"
    r"|次(?=[年月日])|翌(?=日)|隔(?=[日天])|每(?=个?[周年月星])"
    r"|月(?=[初底末中上下尾])|[年岁](?=[初中底末尾内])|第(?= ?[一二三四首1-4])|首(?= ?季)|半(?=年)"
    r"|[周星礼](?=[一二三四五六日天末期拜])|昨(?=[日天晚])|即(?=日)"
    r"|凌(?=晨)|清(?=晨)|早(?=[上晨间0-9一二三四五六七八九十])|正(?=午)|中(?=午|国时|华民)"
    r"|午(?=[间后])|傍(?=晚)|晚(?=[上间0-9 一二三四五六七八九十])|深(?=夜)|夜(?=[间里])|大(?=后天)"
    r"|民(?=国)"
    r"|[北香台东日韩首新印悉伦英欧柏法巴莫美纽太西加旧洛格世本京](?=.{1,7}时))"
)
_IDLE_WORD = rf"(?!{_WORDS})|(?={_EVERYDAY})(?!{_WORD_GOES_ON})"
_NUMERALS = rf"(?={_NUMERAL_GOES_ON})[{_NUMERAL}]+|元(?=月)"
# The next place where a form may begin: all that is passed over first, each sign tried a bounded number of
# times, since runs of digits, numerals and letters are taken whole. Of a text in small letters.
_NEXT = re.compile(
    rf"(?:[^a-z0-9 +元{_NUMERAL}{_CHINESE_FIRST}-]++|(?=[a-z])(?:{_IDLE_WORD})[a-z]++"
    rf"|(?=[0-9])(?!{_NUMBER_GOES_ON})[0-9]++|(?=[{_NUMERAL}])(?!{_NUMERALS})[{_NUMERAL}]++"
    rf"|[ +-](?<!(?={_OFFSET}).)|[{_CHINESE_FIRST}](?<!(?={_CHINESE}).)|元(?!月))*+"
    rf"(?:(?={_NUMBER_GOES_ON})(?:(?P<c>[0-9]+(?= ?[年月日号点时季天周工星个]))"
    rf"|(?P<s>[0-9]+(?= ?[-./~:至到]))|(?P<w>[0-9]+))|(?P<n>{_NUMERALS})|(?P<m>{_MONTHS})"
    rf"|(?P<e>(?!{_IDLE_WORD})[a-z]+)|(?P<o>{_OFFSET})|(?P<z>{_CHINESE}))",
    re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a plain text, in order, none overlapping. In linear time."""
    small = text.lower()
    place = 0
    while found := _NEXT.match(small, place):
        start = found.lastgroup or ""
        begin, place = found.span(start)
        for pattern, build in _ROWS[start]:
            match = pattern.match(text, begin)
            made = build(match) if match else None
            if match and made:
                yield Token(made.kind, match.start(), match.end(), made, match[0])
                place = match.end()
                break
