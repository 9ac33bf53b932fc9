"""Whether two titles, Chinese or English, speak of one event.

1. Both are folded; organisations of the catalogue get one name (谷歌 is Google), "I/O" becomes a word,
   Chinese numerals that count something (第三届, 附件一, 二季度) and Roman ones become digits.
2. Numbers have to agree: two titles that both name a year, or both any other number, and not the same
   ones, are two events (WWDC 2026 and WWDC 2027; annex I and annex III; April's and May's CPI).
3. The rest is counted: Latin words, pairs of neighbouring characters of Chinese runs. Words that every
   second title has (大会, 开发者, conference, 正式施行) count little, a company's name not enough.
4. What only one title says beyond the other (开发者大会, a place) takes little away; that each says
   something that the other does not (Build, Ignite) takes much.

Alike is not the same: what is done with it asks a person, or looks at the dates too (look_alikes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from math import fsum

from service.core.dates.numerals import DIGITS
from service.core.dates.when import When
from service.core.events.catalogue import NOTHING_KNOWN, Catalogue
from service.core.events.event import Event
from service.core.text.lines import fold

LOOKS_ALIKE = 0.6
NEAR = timedelta(days=60)

_SAME_WORDS = {
    "全球开发者大会": "开发者大会",
    "developers conference": "开发者大会",
    "developer conference": "开发者大会",
    "欧盟": " eu ",
    "人工智能": " ai ",
}

# Words that say what sort of event it is, not which.
_COMMON_CHINESE = (
    *(
        "开发者",
        "大会",
        "峰会",
        "论坛",
        "年会",
        "会议",
        "发布会",
        "博览会",
        "展览会",
        "研讨会",
        "技术",
    ),
    *(
        "正式",
        "施行",
        "生效",
        "实施",
        "开始",
        "适用",
        "发布",
        "上线",
        "公布",
        "召开",
        "举行",
        "开幕",
    ),
    *("暂行", "办法", "管理", "规定", "条例", "征求意见", "意见", "截止", "业绩", "财报", "报告"),
    *(
        "中国",
        "国际",
        "全球",
        "世界",
        "年度",
        "季度",
        "年",
        "月",
        "日",
        "届",
        "的",
        "与",
        "和",
        "及",
    ),
)
_COMMON_LATIN = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to"),
        *("annual", "global", "international", "world", "inc", "corp", "ltd", "ai"),
        *("conference", "congress", "expo", "forum", "keynote", "meeting", "summit", "symposium"),
        *("day", "days", "week", "dev", "developer", "developers", "event"),
        *("earnings", "launch", "release", "results"),
    )
)
_COMMON = 0.15
_COMPANY = 0.4
_PAIR = 0.5  # two neighbouring characters are about half a word
_DIFFERENT = 0.2
_ENOUGH = 0.44  # a company and what it does (腾讯业绩), or three words that are common one by one

_COUNTED = re.compile(
    "(?:第|(?<=附件)|(?<=附录))([一二三四五六七八九十]{1,3})"
    "|([一二三四五六七八九十]{1,3})(?=季|月|届|期|次|中全会)"
)
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_LETTERS = {"i": 1, "v": 5, "x": 10}
_ROMAN_AFTER = re.compile(r"\b(annex|part|phase|stage|chapter|article|volume) (i|v|x)\b")
_SHORT_YEAR = re.compile(r"\b([a-z]{3,})['’-]?([23][0-9])(?![0-9.])")  # WWDC26 is WWDC 2026
_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*|[\u3400-\u9fff]+|[^\W\d_a-z\u3400-\u9fff]+")
_COMMON_RUN = re.compile("|".join(sorted(_COMMON_CHINESE, key=len, reverse=True)))


def likeness(a: str, b: str, known: Catalogue = NOTHING_KNOWN) -> float:
    """From 0, nothing in common, to 1, the same words and numbers. `known` has the organisations'
    names."""
    words_a, years_a, numbers_a = _read(a, known)
    words_b, years_b, numbers_b = _read(b, known)
    shared = words_a.keys() & words_b.keys()
    common = fsum(words_a[word] for word in shared)  # fsum: the same from either side
    less, more = sorted(
        fsum(weight for word, weight in words.items() if word not in shared)
        for words in (words_a, words_b)
    )
    # A symmetric Tversky index; a title that says more than the other is no other event.
    whole = common + 1.2 * less + 0.25 * more
    score = common / whole if whole else float(fold(a).split() == fold(b).split())
    named = any(words_a[word] > _COMPANY for word in shared)
    if not named and (less > 0 or (more > 0 and common < _ENOUGH)):
        score = min(score, 0.5)  # a company or a sort of event, which many events share
    if _disagree(years_a, years_b) or _disagree(numbers_a, numbers_b):
        score *= _DIFFERENT
    return score


def look_alikes(
    title: str, when: When, candidates: Iterable[Event], known: Catalogue = NOTHING_KNOWN
) -> list[Event]:
    """Of the candidates, those that may be the same event, best first: a title alike in any language,
    and at most 60 days between the two windows. Withdrawn events are none."""
    found = []
    for event in candidates:
        apart = max(event.when.first - when.last, when.first - event.when.last)
        if event.withdrawn or apart > NEAR:
            continue
        score = likeness_of(title, event, known)
        if score >= LOOKS_ALIKE:
            found.append((-score, apart, event.id, event))
    return [event for *_, event in sorted(found, key=lambda item: item[:3])]


def likeness_of(title: str, event: Event, known: Catalogue = NOTHING_KNOWN) -> float:
    """How alike a title is to the event's, in whichever language it is most."""
    titles = (event.title, *dict(event.details.titles).values())
    return max(likeness(title, other, known) for other in titles)


def beyond(a: str, b: str, known: Catalogue = NOTHING_KNOWN) -> tuple[float, float]:
    """The weight of the telling words that only one of the two titles has, and of those that both
    have: Paris of `GTC Paris` and `GTC`, whose likeness is high."""
    one, two = telling(a, known), telling(b, known)
    apart = fsum(weight for words in (one, two) for weight in words.values())
    shared = fsum(one[word] for word in one.keys() & two.keys())
    return apart - 2 * shared, shared


def telling(title: str, known: Catalogue = NOTHING_KNOWN) -> dict[str, float]:
    """The words that tell which event it is, with their weights."""
    words, _, _ = _read(title, known)
    return {word: weight for word, weight in words.items() if weight > _COMMON}


def telling_words(title: str, known: Catalogue = NOTHING_KNOWN) -> frozenset[str]:
    """Words of which two titles that are alike share one; "" of a title that has only common ones."""
    return frozenset(telling(title, known)) or frozenset({""})


def years(title: str, known: Catalogue = NOTHING_KNOWN) -> frozenset[str]:
    """The years that a title names: 2026 of WWDC26."""
    return _read(title, known)[1]


@lru_cache(maxsize=16384)
def _read(title: str, known: Catalogue) -> tuple[dict[str, float], frozenset[str], frozenset[str]]:
    """The words of a title with their weights, its years, and its other numbers."""
    text = re.sub(r"\bi ?/ ?o\b", " io ", fold(title))
    text = _SHORT_YEAR.sub(r"\1 20\2 ", text)
    text = known.unified(text)
    for other, name in _SAME_WORDS.items():
        text = text.replace(other, name)
    text = re.sub(r"\bq([1-4])\b", r" \1季度 ", text)
    text = _COUNTED.sub(lambda m: f" {_number(m[1] or m[2])} ", text)
    text = _ROMAN_AFTER.sub(lambda m: f"{m[1]} {_LETTERS[m[2]]}", text)
    words: dict[str, float] = {}
    numbers: set[str] = set()
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            numbers.add(token.lstrip("0") or "0")
        elif token in _ROMAN:
            numbers.add(str(_ROMAN[token]))
        elif "\u3400" <= token[0] <= "\u9fff":
            _add_chinese(token, words)
        elif token in known.words:
            words[token] = _COMPANY
        elif token not in ("st", "nd", "rd", "th"):
            words[token] = _COMMON if token in _COMMON_LATIN else 1.0
    years = frozenset(number for number in numbers if re.fullmatch("(?:19|20|21)[0-9]{2}", number))
    return words, years, frozenset(numbers) - years


def _add_chinese(run: str, words: dict[str, float]) -> None:
    for word in _COMMON_RUN.findall(run):
        words[word] = _COMMON
    for piece in _COMMON_RUN.split(run):
        if len(piece) == 1:
            words[piece] = _PAIR
        for pair in pairwise(piece):
            words["".join(pair)] = _PAIR


def _number(numeral: str) -> int:
    """三, 十, 十二, 二十, 二十一; what else is written, digit by digit."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return int("".join(str(DIGITS[char]) for char in numeral))
    return 10 * (DIGITS[tens[0]] if tens else 1) + (DIGITS.get(ones[0], 0) if ones else 0)


def _disagree(a: frozenset[str], b: frozenset[str]) -> bool:
    """Both name numbers, and neither names all of the other's."""
    return bool(a) and bool(b) and not (a <= b or b <= a)
