"""Acts, regulations, rules and orders in English.

1. A *clause of effect* is a verb (comes into force, shall apply, is effective) with its day. Its subject is
   this Act, this Regulation, it; or a part (Article 5 shall apply from …); or nothing, behind a label (Coming
   into force 1st January 2027). What should, may or must apply is none. Of a rule of the Federal Register
   only what stands behind DATES: is read.
2. A document is a law if it has a name (english_names.py) and such a clause, whether its day is known or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.core.dates import when as when_
from service.core.dates.numerals import ORDINALS
from service.core.dates.phrases.words import MONTH_CAPITALISED
from service.core.dates.when import When
from service.core.events.kinds import Kind
from service.core.reading.laws.english_names import AGENCY, NOUN, name_of
from service.core.reading.laws.stated import Law, Statement
from service.core.reading.laws.text import Text, day

_MONTH = rf"{MONTH_CAPITALISED}\.?"
_DAY = (
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+{_MONTH},?\s+[0-9]{{4}}"
    rf"|{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+[0-9]{{4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
)
_RULE = re.compile(
    r"^ACTION:?\s*(?:[\w ,;-]{0,40}\b)?(?:final|interim|temporary|direct)[\w ,;-]{0,40}\brules?\b"
    r"|^ACTION:?\s*rule\b",
    re.IGNORECASE | re.MULTILINE,
)

# ---- clauses ----

# Where a rule of the Federal Register says its days, up to the next label.
_DATES = re.compile(r"^\W*(?:EFFECTIVE\s+)?DATES?\s*:", re.IGNORECASE | re.MULTILINE)
_AFTER_DATES = re.compile(r"\n\W*(?:[A-Z]{3,}[A-Z ]{2,40}:|AGENCY:|ACTION:|SUMMARY:)")
_FORCE = r"(?:force|operation|effect)"
_VERB = (
    rf"(?:(?:shall\s+|will\s+|do(?:es)?\s+)?(?:com(?:e|es|ing)|enters?|goes?|go)\s+(?:into|in)\s+{_FORCE}"
    rf"|(?:shall\s+|will\s+)?(?:takes?|has|have)\s+effect|(?:shall\s+|will\s+)?commences?"
    r"|(?:(?:shall\s+|will\s+)?(?:be|becomes?)|is|are)\s+(?:also\s+|hereby\s+)?effective|effective(?:\s+date)?"
    r"|(?:shall\s+|will\s+)(?:\s*only\s+)?apply|appl(?:y|ies))"
)
_BETWEEN = (
    r"(?:[\s,:;.–—|-]+(?:on|from|as|of|and|after|or|at|the|beginning|starting|with|effect|midnight|noon"
    r"|[0-9]{1,2}(?:[:.][0-9]{2})?\s?[ap]\.?m\.?|local|eastern|time|in|force|date|day|only|is|this|rule|those"
    r"|measures|provisions|without|actual|notice|EST|EDT|DATES?|final|interim|temporary)){0,12}[\s,:;.–—|-]+"
)
_EFFECT = re.compile(rf"\b(?P<verb>{_VERB})(?P<between>{_BETWEEN})(?P<day>{_DAY})", re.IGNORECASE)
# … changes the effective date from January 10 to January 1
_FROM_A_DAY = re.compile(r"\s+from\b", re.IGNORECASE)
# In force already, or from a day that is not said: this Act comes into force on Royal Assent.
_UNDATED = re.compile(
    r"\b(?:this|these)\s+(?:[\w-]+\s+){0,3}(?:Acts?|Regulations?|Directive|Decision|Order|Rules|Law|Ordinance|Bill"
    r"|Statute|Decree)\b[^.;\n]{0,80}?\b(?:(?:com(?:e|es|ing)|came|enters?|entered|goes?)\s+(?:into|in)\s+"
    r"(?:force|operation|effect)|(?:takes?|took)\s+effect|(?:is|are|be)\s+effective|commence[sd]?)\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:^|[.;]\s|\n)\W*(?:on|from|as\s+of|effective|with\s+effect\s+from|beginning(?:\s+on)?)\s+"
    rf"(?P<day>{_DAY}),?\s+(?P<subject>[^.;\n]{{3,80}}?)\s+(?P<verb>{_VERB})\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\b(?P<verb>{_VERB})\s+(?:on\s+)?the\s+(?:(?P<ordinal>[a-z]+(?:-[a-z]+)?|[0-9]{{1,2}}(?:st|nd|rd|th))\s+)?"
    r"day\s+(?:following|after)\s+(?:that\s+of\s+|the\s+day\s+of\s+|the\s+date\s+of\s+)?its\s+publication",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"\bcomments?\b[^.;]{0,120}?\b(?:on\s+or\s+before|by|until|through|no\s+later\s+than|due|before)\b\s+"
    rf"(?:\w+\s+){{0,3}}?(?P<day>{_DAY})",
    re.IGNORECASE,
)
_EXPIRES = re.compile(
    r"\b(?:expires?|ceases?\s+to\s+(?:have\s+effect|apply|be\s+in\s+force)|shall\s+apply\s+until"
    r"|(?:transition(?:al)?\s+period)[^.;\n]{0,60}?(?:until|ends?))(?:\s+(?:at|the|end|of|on|midnight)){0,5}\s+"
    rf"(?P<day>{_DAY})",
    re.IGNORECASE,
)
_TRANSPOSE = re.compile(
    rf"\bMember\s+States\s+shall\b[^.;]{{0,120}}?\bby\s+(?P<day>{_DAY})[^.;]{{0,160}}?\bcomply\s+with\s+this"
    rf"\s+Directive|\bMember\s+States\s+shall\b[^.;]{{0,200}}?\bcomply\s+with\s+this\s+Directive\s+by\s+"
    rf"(?P<day2>{_DAY})",
    re.IGNORECASE,
)
_NOT_SAID = re.compile(
    r"\b(?:should(?:\s+already|\s+also|\s+only)?|must|may|to|not|would|could|changes?(?:\s+the)?"
    r"|delay\w*(?:\s+the)?)\s*$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:OJ\s+L|Official\s+Journal|L\s+series|Published|Publication\s+date)\b[^\n]{0,60}?"
    rf"(?P<day>{_DAY}|[0-9]{{1,2}}\.[0-9]{{1,2}}\.[0-9]{{4}})",
    re.IGNORECASE,
)
_EU_DAY = re.compile(r"^\W*(?P<day>[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})\W*$", re.MULTILINE)

# ---- subjects ----

_SELF = re.compile(
    rf"\b(?:this|these|the\s+present)\s+(?:[\w-]+\s+){{0,4}}?{NOUN}\b", re.IGNORECASE
)
_IT = re.compile(
    r"^\W*(?:\(?[0-9a-z]{1,3}[.)]\s*)*(?:(?:however|nevertheless)\W+)?(?:it|they)\s*$",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(?:remainder|rest|remaining|other\s+provisions)\b", re.IGNORECASE)
_PART_WORD = (
    r"(?:Articles?|Sections?|Chapters?|Parts?|Schedules?|Regulations?|Rules?|Annex(?:es)?|Titles?|Clauses?"
    r"|Subsections?|Divisions?|Subparts?|Subtitles?)"
)
_PART = re.compile(
    r"^\W*(?:\(?[0-9a-z]{1,3}[.)]\s*)?"
    r"(?:(?:However|Nevertheless|and|except(?:\s+that|\s+for)?|the\s+provisions\s+of)\W+)*"
    rf"(?P<part>{_PART_WORD}\s+(?:[0-9]+[A-Za-z]?|[IVXLC]+|[a-z]?\([0-9a-z]+\))(?![\w])[^.;]{{0,200}})$",
    re.IGNORECASE,
)
# A part of another act: section 302 of the Housing Act
_ELSEWHERE = re.compile(
    r"\bof\s+(?:the\s+[A-Z]|(?:Regulation|Directive|Decision|Council|Commission)\b)"
)
_LONG_PART = re.compile(r"^(.{8,60}?)(?:,| and ).{20,}$")
_LABEL = re.compile(
    r"^\W*(?:\(?[0-9a-z]{1,3}[.)]\s*)?(?:DATES?|(?:Effective|Commencement|Applicability)(?:\s+dates?)?)?\W*$",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.;:]\s+(?=[A-Z(“\"])|;|\n")
_ORDINALS = {
    word: ORDINALS[word]
    for word in (
        "first", "second", "third", "fifth", "seventh", "tenth", "fifteenth", "twentieth", "thirtieth",
    )
}  # fmt: skip
_MOST, _LOOK_BACK, _LONGEST_DATES = 60, 300, 2500


def read(text: Text, today: date, zone: str) -> Law | None:
    """The law that the text is, with its days on or after `today`; None where it is none."""
    return _Reading(text, today, zone).law()


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    verb: str
    words: str
    when: When | None = None
    subject: str | None = None


class _Reading:
    def __init__(self, text: Text, today: date, zone: str) -> None:
        self.text, self.today, self.zone = text, today, zone
        self.rule = _RULE.search(text.plain) is not None and any(
            AGENCY.match(line) for line in text.plains
        )

        self.dates = self._said_dates() if self.rule else []
        self.name = name_of(text, self.rule)

    def law(self) -> Law | None:
        name = self.name
        if name is None:
            return None
        found, said = [], self.rule or _UNDATED.search(self.text.plain) is not None
        for clause in self._clauses():
            part = self._part(clause)
            if part is None:
                continue
            said = True
            when = clause.when or self._day(clause.words)
            if when is not None and when.first >= self.today:
                found.append(self._statement(name, part, clause, when))
        if not said:
            return None
        found.extend(self._further(name))
        return Law(tuple(_each_once(found)))

    def _statement(self, name: str, part: str, clause: _Clause, when: When) -> Statement:
        line = self.text.lines[self.text.line_at(clause.start)]
        what = f"{name}: {part}" if part else name
        title = f"{what} {_verb(clause.verb, part or name)}"
        return Statement(title, when, Kind.REGULATION, line, 0.95, not part)

    # --- clauses --------------------------------------------------------------------------------

    def _clauses(self) -> list[_Clause]:
        """In the order of the text."""
        whole, found = self.text.plain, []
        for m in re.finditer(_EFFECT, whole):
            changed = m["verb"].lower().endswith("date") and _FROM_A_DAY.match(m["between"])
            if not changed:
                found.append(_Clause(m.start(), m["verb"], m["day"]))
        for m in re.finditer(_FROM, whole):
            found.append(_Clause(m.start(), m["verb"], m["day"], subject=m["subject"]))
        for m in re.finditer(_AFTER, whole):
            when = self._after_publication(m["ordinal"])
            found.append(_Clause(m.start(), m["verb"], "", when))
        return sorted(found, key=lambda clause: clause.start)

    def _part(self, clause: _Clause) -> str | None:
        """What takes effect: "" for the document, the words of a part of it, None for something else."""
        before = clause.subject if clause.subject is not None else self._before(clause.start)
        effective = "effective" in clause.verb.lower()
        if self.dates:
            return "" if effective and self._in_dates(clause.start) else None
        if _NOT_SAID.search(before):
            return None
        if _REST.search(before):
            return ""
        part = _PART.search(
            re.sub(r"[,\s]+(?:which|shall|will)?\s*(?:shall|will)?\s*$", "", before)
        )
        brings_in = self.name is not None and "(Commencement" in self.name  # parts of another act
        if part and (brings_in or not _ELSEWHERE.search(part["part"])):
            return _shortened(part["part"])
        if _SELF.search(before) or _IT.match(before):
            return ""
        if _LABEL.match(before) and (effective or not before.strip()):
            return ""
        return "" if effective and self.rule else None

    def _in_dates(self, place: int) -> bool:
        return any(begin <= place < end for begin, end in self.dates)

    def _said_dates(self) -> list[tuple[int, int]]:
        """The stretches of a rule's text that say its days: behind DATES:, up to the next label."""
        whole = self.text.plain
        found = []
        for m in _DATES.finditer(whole):
            end = _AFTER_DATES.search(whole, m.end(), m.end() + _LONGEST_DATES)
            found.append((m.start(), end.start() if end else m.end() + _LONGEST_DATES))
        return found[:3]

    def _before(self, place: int) -> str:
        """What stands before a place in its sentence."""
        begin = max(place - _LOOK_BACK, 0)
        if self.text.plain[place].isupper() and place in self.text.starts_of_lines:
            return ""
        days = list(re.finditer(_DAY, self.text.plain[begin:place], re.IGNORECASE))
        begin += days[-1].end() if days else 0  # what stands before another day has its own verb
        before = self.text.plain[begin:place]
        cuts = list(_ENDS_SENTENCE.finditer(before))
        for cut in reversed(cuts):
            if cut[0] != "\n":
                return before[cut.end() :].replace("\n", " ")
            above = before[: cut.start()]
            line = above[above.rfind("\n") + 1 :]
            if len(line) < 40 or line.endswith((".", ":", ";")):
                return before[cut.end() :].replace("\n", " ")
        return before.replace("\n", " ")

    def _further(self, name: str) -> Iterator[Statement]:
        """Days beside those of effect: where comments are due, where it ends, where it is to be transposed."""
        if self.rule:
            for m in re.finditer(_COMMENTS, self.text.plain):
                if self._in_dates(m.start()) or not self.dates:
                    yield from self._other(
                        f"{name}: comments due", m["day"], m.start(), Kind.CONSULTATION
                    )
        for m in re.finditer(_EXPIRES, self.text.plain):
            transition = "transition" in m[0].lower()
            if transition or _SELF.search(self._before(m.start())):
                title = f"{name}: transitional period ends" if transition else f"{name} expires"
                yield from self._other(title, m["day"], m.start(), Kind.REGULATION)
        for m in re.finditer(_TRANSPOSE, self.text.plain):
            yield from self._other(
                f"{name}: transposition due", m["day"] or m["day2"], m.start(), Kind.REGULATION
            )

    def _other(self, title: str, words: str, place: int, kind: Kind) -> Iterator[Statement]:
        when = self._day(words)
        if when is not None and when.first >= self.today:
            line = self.text.lines[self.text.line_at(place)]
            yield Statement(title, when, kind, line, 0.9, False)

    def _day(self, words: str) -> When | None:
        return day(
            re.sub(r"\s+day\b|\s+of\b", "", re.sub(r"\s+", " ", words)), self.today, self.zone
        )

    def _after_publication(self, ordinal: str | None) -> When | None:
        days = _ordinal(ordinal) if ordinal else 1
        ends = self.text.plains[:15] + self.text.plains[max(15, len(self.text.plains) - 15) :]
        found = _PUBLISHED.search("\n".join(ends)) or _EU_DAY.search("\n".join(ends[:15]))
        if found is None or days is None:
            return None
        parts = found["day"].split(".")
        words = (
            "-".join(part.zfill(2) for part in reversed(parts)) if len(parts) == 3 else found["day"]
        )
        read = self._day(words)
        return when_.day(read.first + timedelta(days=days)) if read else None


def _ordinal(words: str) -> int | None:
    """20 of twentieth and of 20th."""
    digits = re.match(r"[0-9]+", words)
    return int(digits[0]) if digits else _ORDINALS.get(words.lower())


def _shortened(part: str) -> str:
    """A part's words without the act that it is a part of; of a long list the first."""
    own = re.sub(
        rf"\s+(?:of|to|in)\s+(?:this|these)\s+(?:\w+\s+)?{NOUN}\b.*$",
        "",
        part,
        flags=re.IGNORECASE | re.DOTALL,
    )
    words = re.sub(r"\s*\([^()]{20,}\)", "", re.sub(r"\s+", " ", own)).strip(" ,")
    if len(words) > 60 and (first := _LONG_PART.match(words)):
        return f"{first[1]} and others"
    return words


_PLURAL = re.compile(
    r"\b(?:Regulations|Rules|Acts|Orders|Laws|Directives|Measures|Provisions|Standards|Amendments|By-?laws|Articles"
    r"|Sections|Chapters|Parts|Schedules|Annexes|Titles|Clauses|Subsections|and others)\b",
    re.IGNORECASE,
)
_INTO = re.compile(r"\b(?:into|in) (force|operation|effect)\b")


def _verb(words: str, subject: str) -> str:
    """The verb of a title, in the present and in the number of its subject."""
    said = re.sub(r"\s+", " ", words.lower())
    head = re.split(r"\s+(?:on|for|of|concerning|relating|laying|amending)\b", subject)[0]
    many = _PLURAL.search(head) is not None and not re.search(r"\bAct\b", head)
    many = many or re.match(rf"{_PART_WORD}\b.*\band\b", subject) is not None
    s = "" if many else "s"
    if found := _INTO.search(said):
        return f"{'enter' if 'enter' in said else 'come'}{s} into {found[1]}"
    if "appl" in said:
        return "apply" if many else "applies"
    if "commence" in said:
        return f"commence{s}"
    return f"take{s} effect"


def _each_once(found: list[Statement]) -> list[Statement]:
    kept: list[Statement] = []
    for one in found:
        if any(
            old.when == one.when and (old.title == one.title or (old.whole and one.whole))
            for old in kept
        ):
            continue
        kept.append(one)
        if len(kept) == _MOST:
            break
    return kept
