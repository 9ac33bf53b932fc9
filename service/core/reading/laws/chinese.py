"""Laws, decisions, orders and notices in Chinese.

1. Of the *names* above a clause (chinese_names.py), the one meant is: of 本办法 the nearest that is a 办法,
   in a text of articles the nearest above its 第一条; of 现予公布 the book title that the sentence
   promulgates.
2. A *clause of effect* is a day and a verb with nothing behind it: 自2027年1月1日起施行. Its subject is the
   rest of its sentence: the document (本条例, 现予公布, nothing), or a part of it (第六条). What has another
   subject is a duty, what stands in quotation marks the text of another law.
3. A document is a law if such a clause has a name, or if articles stand below the name of a law. Then nothing
   else of it is an event: not its adoption and its history, nor what its articles ask for. Only what a
   covering notice asks of its addressees is left to the reader of announcements.
4. A day that hangs on the publication is known where the text dates that: the latest day that it says was one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from service.core.dates import when as when_
from service.core.dates.numerals import DIGITS
from service.core.dates.phrases.words import UNITS_ZH
from service.core.dates.phrases.written import later
from service.core.dates.when import LAST_YEAR, When
from service.core.events.kinds import Kind
from service.core.reading.document import Line
from service.core.reading.laws.chinese_names import (
    BOOK,
    DAY,
    ENDS,
    ISSUED,
    LEGAL_NAME,
    NOUN,
    NUMERAL,
    Name,
    names_in,
    quoted,
)
from service.core.reading.laws.stated import Law, Statement
from service.core.reading.laws.text import Text, bare, day
from service.core.text.characters import plain

_VERB = r"(?:施行|实施|生效|执行|试行|适用|实行|启用)"
_HOW = r"(?:开始|正式|全面|统一|同步|依法|一并|同时|起){0,2}"
_STOP = r"(?=\s*(?:[。;,、)”\"|]|$|\n|至|到|(?:以|之)?外))"
_EFFECT = re.compile(
    rf"(?P<lead>(?:自|从|由|于|在|将于|定于|拟于)\s?)?(?P<day>{DAY})\s?(?:零时|0时|00:00|凌晨)?\s?(?:之日)?(?P<from>起)?,?\s?{_HOW}"
    rf"(?P<verb>{_VERB}){_STOP}",
)
_LABELLED = re.compile(
    rf"(?:^|[|(\[【\n,。\s])(?P<label>(?:施行|生效|实施|执行)(?:日期|时间|之日))\s?[】\])]?\s?(?:[::|为]|\n)\s?(?P<day>{DAY})"
)
_FROM_PUBLICATION = re.compile(
    r"自\s?(?:公布|发布|颁布|印发|签署|下发|公告|刊登|签发|通过|批准|公开发布)之?日起\s?"
    rf"(?:满?\s?(?P<number>{NUMERAL}{{1,4}})\s?个?\s?(?P<unit>工作日|日|天|月|年)(?:之?后|内|期满|届满)?的?\s?)?(?:起)?,?\s?{_HOW}"
    rf"(?P<verb>{_VERB}){_STOP}"
)
_UNTIL = re.compile(
    rf"(?P<what>过渡期|有效期|执行期限|实施期限|执行期|试行期)限?(?P<between>[^。;\n]{{0,40}}?)(?:至|到|截至|截止到?|截止于)\s?(?P<day>{DAY})"
)
_RUNS_TO = re.compile(
    rf"(?P<verb>施行|实施|执行|试行|有效|延续)(?:期限)?(?:至|到)\s?(?P<day>{DAY})(?:止|为止)?{_STOP}"
)
_TERM = re.compile(
    rf"(?:期限|期)(?:为|:|自)\s?(?:自\s?)?(?P<day>{DAY})\s?起?\s?(?:至|到)\s?(?P<end>{DAY})"
    rf"|自\s?(?P<day2>{DAY})\s?起?\s?(?:至|到)\s?(?P<end2>{DAY})\s?止?期?间?(?:施行|实施|执行|有效|试行){_STOP}"
)
_LAPSES = re.compile(
    rf"(?:自|于|至|到)\s?(?P<day>{DAY})\s?起?(?:自行|自动|同时)?(?:失效|废止|终止){_STOP}"
)
_PUBLISHED = re.compile(
    rf"(?P<day>{DAY})[^。;\n]{{0,60}}?(?:公布|发布|颁布|印发)(?!的|之)"
    rf"|(?:公布|发布|印发|颁布|成文)(?:日期|时间|于)?\s?[】\])]?\s?[::]?\s?(?P<day2>{DAY})"
)
_ALONE = re.compile(rf"^\W*(?P<day>{DAY})\W*$")

# ---- subjects ----

_SELF = re.compile(rf"(?:本|此)《?(?P<adjective>[^,。;的《》]{{0,8}}?)(?P<noun>{NOUN})》?")
_SELF_LAST = re.compile(
    rf"(?:本|此)《?[^,。;的《》]{{0,8}}?{NOUN}》?(?:\([^()]{{1,20}}\))?(?:将|应|应当|拟|均|也|即)?$"
)
_ARTICLES = (
    rf"第{NUMERAL}{{1,5}}(?:条|款|项|章|节|部分)(?:之{NUMERAL})?"
    r"(?:[、,和及至与第条款项章节目或〇零一二三四五六七八九十百0-9()]|以及)*"
)
_PART = re.compile(
    rf"(?P<part>{_ARTICLES}|附件{NUMERAL}{{0,2}})(?:的?规定|的?内容)?(?:的)?(?:将|应)?$"
)
_EXCEPT = re.compile(r"除.{1,120}(?:外|以外|之外)$")
_PROMULGATES = re.compile(
    r"现(?:正式)?(?:予|将|公布|发布|印发|批准|决定)|予以(?:公布|发布|印发|颁布)|印发给"
)
_HISTORY = re.compile(r"(?:公布|发布|颁布|批准|通过|修订|修正)$")
_GENERAL = re.compile(r"^(?:上述|以上|修[改订]后的?|新|其余|其他|其它|前款)|条款$|规定$")
# Names of which nothing is an event, even where the day of their effect is not known.
_SETTLES = re.compile(
    r"(?:条例|办法|规定|细则|决定|决议|解释|法|规范|规程|准则|标准|预案|通知|公告|通告|令|批复|意见)(?:\([^()]{1,6}\))?$"
)
_YEAR = re.compile(r"\D{0,4}[0-9〇零○一二三四五六七八九十百]{2,4}(?:\s?年|[-./])")
_AMENDS = re.compile(r"修改为|改为|修订为|表述为")
_ARTICLE = re.compile(
    rf"第\s?{NUMERAL}{{1,5}}\s?条(?:之{NUMERAL}{{1,2}})?(?![款项的第规至、和与及,])"
)
_QUOTE = re.compile("[“”]")
_FIRST = re.compile(r"第\s?[一1]\s?条")
# What a covering notice asks for or calls to, by a day that it says.
_REQUEST = re.compile(
    rf"(?:请|务必|定于|拟于|将于|截止|截至|报名).{{0,80}}?{DAY}|{DAY}.{{0,80}}?(?:报送|反馈|提交|上报|召开|举行|举办|报名|截止)"
)
_NO_REQUEST = re.compile(r"废止|失效|通过|[公发颁]布|印发|每年")
_ASKS = ("通知", "公告", "通告", "函", "意见")
_MOST, _MOST_SENTENCE, _COVER, _TABLE = 60, 400, 3000, 20


def read(text: Text, today: date, zone: str) -> Law | None:
    """The law that the text is, with its days on or after `today`; None where it is none."""
    return _Reading(text, today, zone).law()


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of effect or of an end: where it begins, the place and the words of its day, the act."""

    start: int
    place: int
    words: str
    act: str
    whole: bool = True
    when: When | None = None


class _Reading:
    def __init__(self, text: Text, today: date, zone: str) -> None:
        self.text, self.today, self.zone = text, today, zone
        self.said = False  # a clause of effect has a name, whether its day is known or not

    # What follows is only looked for in a text that has a clause or articles; most have none.

    @cached_property
    def names(self) -> list[Name]:
        return names_in(self.text)

    @cached_property
    def name_lines(self) -> list[int]:
        return [name.line for name in self.names]

    @cached_property
    def lines_of_names(self) -> frozenset[int]:
        return frozenset(self.name_lines)

    @cached_property
    def first_long(self) -> int:
        plains = self.text.plains
        return next((n for n, line in enumerate(plains) if len(line) >= 40), len(plains))

    @cached_property
    def articles(self) -> list[int]:
        plains = self.text.plains
        return [n for n, line in enumerate(plains) if _ARTICLE.match(bare(line[:80]))]

    @cached_property
    def firsts(self) -> list[int]:
        return [n for n in self.articles if _FIRST.match(bare(self.text.plains[n][:80]))]

    @cached_property
    def quotes(self) -> list[int]:
        return [m.start() for m in _QUOTE.finditer(self.text.raw)]

    @cached_property
    def marks(self) -> list[str]:
        return _QUOTE.findall(self.text.raw)

    def law(self) -> Law | None:
        found = [one for clause in self._clauses() for one in self._stated(clause)]
        if not self.said and not self._legislates():
            return None
        return Law(tuple(_each_once(found)), tuple(self._requests()))

    # --- what the document is -------------------------------------------------------------------

    def _legislates(self) -> bool:
        """Articles below the name of a law, whatever they say of its effect."""
        if len(self.articles) < 3:
            return False
        name = self._above(self.articles[0])
        return (
            name is not None
            and LEGAL_NAME.search(plain(name.text)) is not None
            and self._heads(name)
        )

    def _heads(self, name: Name) -> bool:
        """Whether the document is what the name names: only a site's or an order's lines stand above it, or
        most of the text below."""
        above = self.text.starts[name.line]
        if above * 2 < len(self.text.plain):
            return True
        return name.line <= self.first_long

    def _above(self, line: int) -> Name | None:
        """The nearest name above a line."""
        place = bisect_left(self.name_lines, line)
        return self.names[place - 1] if place else None

    def _below(self, line: int) -> Name | None:
        """The first name, where only a site's table about it stands above."""
        return self.names[0] if self.names and self.names[0].line < line + _TABLE else None

    def _names_above(self, line: int) -> list[Name]:
        """The nearest names above a line, the nearest last."""
        place = bisect_left(self.name_lines, line)
        return self.names[max(place - _MOST, 0) : place]

    def _meant(self, noun: str, line: int) -> Name | None:
        """The name that 本 and the noun mean at a line."""
        first = bisect_right(self.firsts, line)
        top = self.firsts[first - 1] if first else line
        nearest = self._names_above(top) or self._names_above(line)
        fitting = [name for name in nearest if name.noun == noun or (not name.noun)]
        if fitting:
            return fitting[-1]
        issued = self._issued(noun, line) or self._put_into_force(noun, top)
        if issued or not nearest:
            return issued
        return nearest[-1] if noun in ("文件", "令", "") or first else None

    def _issued(self, noun: str, line: int) -> Name | None:
        """The document that a covering notice is about: 关于印发《…办法》的通知."""
        for name in reversed(self._names_above(line + 1)):
            found = ISSUED.search(plain(name.text))
            if found:
                text = name.text[found.start("name") : found.end("name")]
                inner = BOOK.search(text)
                text = inner[1] if inner else text
                ends = ENDS.search(plain(text))
                if ends and (not noun or ends["noun"] == noun):
                    return Name(name.line, text, ends["noun"])
        return None

    def _put_into_force(self, noun: str, line: int) -> Name | None:
        """The law that an order above a line promulgates: 《…规定》已经…通过，现予公布."""
        end = self.text.starts[line] if line < len(self.text.starts) else len(self.text.plain)
        above = self.text.plain[max(end - _COVER, 0) : end]
        books = BOOK.findall(above)
        for book in reversed(_promulgated(above, books) if books else []):
            ends = ENDS.search(book)
            if ends and ends["noun"] == noun:
                return Name(max(line - 1, 0), book, noun)
        return None

    @cached_property
    def published(self) -> date | None:
        """The latest day that the text says was its publication's, else that of a signature."""
        days = [
            words
            for m in re.finditer(_PUBLISHED, self.text.plain)
            if (words := m["day"] or m["day2"])
        ]
        ends = len(self.text.plains)
        alone = [m["day"] for line in self.text.plains[:12] + self.text.plains[max(12, ends - 6) :]
                 if len(line) < 40 and (m := _ALONE.match(line))]  # fmt: skip
        for words in (days[:_MOST], alone):
            read = [found.first for one in words if "年" in one or one[0] in "12"
                    if (found := day(one, self.today, self.zone))]  # fmt: skip
            if read:
                return max(read)
        return None

    # --- clauses --------------------------------------------------------------------------------

    def _clauses(self) -> list[_Clause]:
        """In the order of their days."""
        whole, found = self.text.plain, []
        for m in re.finditer(_EFFECT, whole):
            if m["lead"] or m["from"] or self._begins_line(m.start()):
                found.append(_Clause(m.start(), m.start("day"), m["day"], m["verb"]))
        for m in re.finditer(_LABELLED, whole):
            found.append(_Clause(m.start("label"), m.start("day"), m["day"], m["label"][:2]))
        for m in re.finditer(_FROM_PUBLICATION, whole):
            after = self._after(m["number"], m["unit"])
            found.append(_Clause(m.start(), m.start(), "", m["verb"], True, after))
        for m in re.finditer(_UNTIL, whole):
            act = "过渡期结束" if m["what"] == "过渡期" else "有效期届满"
            found.append(_Clause(m.start(), m.start("day"), m["day"], act, False))
        for m in re.finditer(_TERM, whole):
            first, last = ("day", "end") if m["day"] else ("day2", "end2")
            found.append(_Clause(m.start(), m.start(first), m[first], "施行"))
            found.append(_Clause(m.start(), m.start(last), m[last], "有效期届满", False))
        for m in re.finditer(_RUNS_TO, whole):
            found.append(_Clause(m.start(), m.start("day"), m["day"], "有效期届满", False))
        for m in re.finditer(_LAPSES, whole):
            found.append(_Clause(m.start(), m.start("day"), m["day"], "失效", False))
        return sorted(found, key=lambda clause: clause.place)

    def _begins_line(self, place: int) -> bool:
        start = self.text.starts[self.text.line_at(place)]
        return not self.text.plain[start:place].strip(" #>*-(")

    def _after(self, number: str | None, unit: str | None) -> When | None:
        """So long after the publication; of a law in force since then, None."""
        if self.published is None or number is None or unit is None:
            return None
        found = _number(number)
        if found is None:
            return None
        try:
            after = later(self.published, found, "months" if unit == "月" else UNITS_ZH[unit])
        except ValueError:  # working days; 9999年后
            return None
        return when_.day(after) if after.year <= LAST_YEAR else None

    def _stated(self, clause: _Clause) -> Iterator[Statement]:
        """What a clause says of the document, if it does and the day is known and not behind."""
        if self._quoted(clause.start):
            return
        sentence = self._sentence(clause.start)
        if _AMENDS.search(sentence):
            return
        for name, part in self._subject(clause, sentence):
            if clause.whole and (
                clause.words or _SETTLES.search(plain(name.text)) or not name.noun
            ):
                self.said = True
            when = clause.when or (self._day(clause.words) if clause.words else None)
            if when is None or when.first < self.today:
                continue
            line = self.text.lines[self.text.line_at(clause.start)]
            title = f"{quoted(name.text)}{part}{clause.act}"
            sure = 0.85 if clause.words and not _YEAR.match(clause.words) else 0.97
            yield Statement(title, when, Kind.REGULATION, line, sure, clause.whole and not part)

    def _day(self, words: str) -> When | None:
        """The day, where it has no year the first after the document's own date."""
        return day(words, self.published or self.today, self.zone)

    def _quoted(self, place: int) -> bool:
        """Whether a quotation that ends somewhere holds the place."""
        before = bisect_left(self.quotes, place)
        return 0 < before < len(self.quotes) and self.marks[before - 1] == "“"

    def _sentence(self, place: int) -> str:
        """What stands before a place in its sentence, also where that began in the lines above."""
        whole = self.text.plain
        begin = max(place - _MOST_SENTENCE, 0)
        for cut in reversed(list(re.finditer(r"[。;\n]", whole[begin:place]))):
            at = begin + cut.start()
            if cut[0] != "\n":
                begin = at + 1
                break
            start = whole.rfind("\n", 0, at) + 1
            if whole[at - 1] in ",、自于从由将":
                continue
            if (
                at + 1 == place
                or at - start < 18
                or whole[at - 1] in ":!?)"
                or self._is_name(at - 1)
            ):
                begin = at + 1
                break
        sentence = whole[begin:place].replace("\n", "")
        if found := _ARTICLE.match(bare(sentence)):
            sentence = bare(sentence)[found.end() :]
        return re.sub(r"^[#>*_\s]+|[,、\s*_]+$", "", sentence)

    def _is_name(self, place: int) -> bool:
        return self.text.line_at(place) in self.lines_of_names

    def _subject(self, clause: _Clause, sentence: str) -> Iterator[tuple[Name, str]]:
        """The name that the clause is about, and the part of it."""
        line = self.text.line_at(clause.start)
        last = re.split(r"[,(]", sentence)[-1].strip()
        itself = _SELF.search(sentence)
        noun = itself["noun"] if itself else ""
        part = _PART.search(sentence)
        if part and not _EXCEPT.search(sentence):
            name = self._meant(noun, line) or self._document(line)
            if name and self._heads(name):
                yield name, part["part"]
        elif not clause.whole and not _ends_it(clause, sentence, last):
            return
        elif not clause.whole or _SELF_LAST.search(last) or (itself and itself.start() <= 12):
            name = self._meant(noun, line) if noun else self._document(line)
            if name and self._heads(name):
                yield name, ""
        elif (books := BOOK.findall(sentence)) and (
            self._notice(line) or _PROMULGATES.search(sentence)
        ):
            yield from ((Name(line, book, ""), "") for book in _promulgated(sentence, books))
        elif (
            not sentence
            or _PROMULGATES.search(sentence)
            or _GENERAL.search(last)
            or (clause.words and _HISTORY.search(sentence))
        ):
            name = self._document(line)
            if name and self._heads(name):
                yield name, ""

    def _document(self, line: int) -> Name | None:
        """The document that a clause without a subject is about; an order is about what it promulgates."""
        if issued := self._issued("", line):
            return issued
        first = bisect_right(self.firsts, line)
        name = self._above(self.firsts[first - 1] if first else line + 1) or self._below(line)
        if name is None or name.noun in ("令", "命令"):
            return self._promulgated_above(line) or name
        return name

    def _promulgated_above(self, line: int) -> Name | None:
        end = self.text.starts[line] + len(self.text.plains[line])
        above = self.text.plain[max(end - _MOST_SENTENCE, 0) : end]
        books = BOOK.findall(above) if _PROMULGATES.search(above) else []
        named = _promulgated(above, books) if books else []
        return Name(line, named[-1], "") if named else None

    def _notice(self, line: int) -> bool:
        name = self._above(line)
        return name is not None and name.noun in (*_ASKS, "令", "决定", "命令")

    # --- requests -------------------------------------------------------------------------------

    def _requests(self) -> Iterator[Line]:
        """What a covering notice asks for by a day: 请于12月20日前报送联络人."""
        covering = next(
            (name for name in self.names if name.noun in _ASKS and len(name.text) > 6), None
        )
        if covering is None:
            return
        first = covering.line
        end = self.firsts[0] if self.firsts else len(self.text.lines)
        for number in range(first + 1, min(end, first + _MOST)):
            line = self.text.lines[number]
            for sentence in re.split("[。；]", line.text[:2000]):
                said = plain(sentence)
                if _REQUEST.search(said) and not (_EFFECT.search(said) or _NO_REQUEST.search(said)):
                    yield Line(sentence.strip(), line.page, line.line)


def _ends_it(clause: _Clause, sentence: str, last: str) -> bool:
    """Whether the day of an end is the document's own, and not a permit's or another law's."""
    if clause.act == "失效":
        return not last or _SELF_LAST.search(last) is not None
    return (
        clause.act == "过渡期结束"
        or not sentence
        or _SELF.search(sentence) is not None
        or re.search(rf"{_VERB}$", sentence) is not None
    )


def _promulgated(sentence: str, books: list[str]) -> list[str]:
    """Of the book titles of a sentence those that it puts into force."""
    named = re.findall(
        r"《((?:[^《》]|《[^《》]{1,80}》){2,120})》(?:\([^()]{1,40}\))?(?:已|业|现|予|,|经|印发|公布|发布)",
        sentence,
    )
    if made := re.findall(
        r"制定(?:了|并(?:印发|发布|公布)了?)?《((?:[^《》]|《[^《》]{1,80}》){2,120})》", sentence
    ):
        return [book for book in books if book in made][:10] or books[
            -1:
        ]  # 根据《甲》，…制定了《乙》
    listed = re.findall(r"《((?:[^《》]|《[^《》]{1,80}》){2,120})》(?=[、和及与]?《)", sentence)
    chosen = [book for book in books if book in named or (book in listed and named)]
    return (chosen or books[-1:])[:10]


def _each_once(found: list[Statement]) -> list[Statement]:
    """Each day of a document once: the law rather than the notice that only prints it."""
    kept: list[Statement] = []
    for one in found:
        if any(old.title == one.title and old.when == one.when for old in kept):
            continue
        same = [old for old in kept if old.when == one.when and old.whole and one.whole]
        if any(_name_in(old) == _name_in(one) for old in same):
            continue
        if same and _prints(one):
            continue
        kept = [old for old in kept if not (old in same and _prints(old))]
        kept.append(one)
        if len(kept) == _MOST:
            break
    return kept


def _prints(one: Statement) -> bool:
    """Whether it is named by a notice that only prints a law."""
    return ISSUED.search(plain(_name_in(one))) is not None


def _name_in(one: Statement) -> str:
    return one.title[1 : one.title.rfind("》")]


def _number(words: str) -> int | None:
    """A number up to 999 in digits or Chinese."""
    if words.isdecimal():
        return int(words)
    total, last = 0, 0
    for char in words:
        if char in "十百":
            total += (last or 1) * (10 if char == "十" else 100)
            last = 0
        elif char in DIGITS:
            last = DIGITS[char]
        else:
            return None
    return total + last
