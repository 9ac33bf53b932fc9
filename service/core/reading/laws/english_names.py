"""The names of laws in English.

In this order: what the text says it may be cited as, or of a rule in the Federal Register the lines above
AGENCY:; else of the first line of the head that is a name the short name in a long title (the Quay Act), the
number of an act of the European Union with its nickname or short subject, or the line itself (Fern Data Act
2026, Regulation on Synthetic Voices).
"""

from __future__ import annotations

import re

from service.core.reading.laws.text import Text, bare

NOUN = (
    r"(?:Acts?|Regulations?|Directives?|Decisions?|Orders?|Rules?|Laws?|Ordinances?|Code|Bill|Statutes?|Measures?|Proclamation"
    r"|Resolution|Instrument|Decree|By-?laws?|Standards?|Determination|Provisions|Scheme|Amendments?|AD)"
)
# What is no name: a sentence, a numbered heading, what a site links to.
_NO_NAME = re.compile(
    r"(?<!\bNo)[.!?]\s|[!?;:,]$|^(?:section|article|part|chapter|[0-9]+[.)])\b"
    r"|^(?:the )?(?:code of federal regulations|privacy act|freedom of information act|rules and regulations"
    r"|(?:proposed|final) rules?|rules?|regulations?|public laws?|general laws|official code|acts|laws|bills?"
    r"|(?:executive )?orders?|rules of procedure)\W*$",
    re.IGNORECASE,
)
_YEAR = r"(?:,?\s+(?:of\s+)?[0-9]{4})"
_ENDS = re.compile(
    rf"\b{NOUN}(?:\s*\([^()]{{1,60}}\))?{_YEAR}?(?:\s*\((?:[A-Z][\w. ]{{0,30}}|No\.? ?[0-9]+|[0-9]{{4}})\))?$"
)
_BEGINS = re.compile(
    rf"^(?:(?:The|Draft|Revised|Amended)\s+)?{NOUN}\s+(?:on|for|concerning|relating|regarding|governing|No\.?|of|to)\b"
)
_UNION = re.compile(
    r"(?:\b(?:COMMISSION|COUNCIL)\s+)?(?:\b(?:IMPLEMENTING|DELEGATED)\s+)?\b(?:REGULATION|DIRECTIVE|DECISION)\s+"
    r"(?:\((?:EU|EC|EEC|CFSP|Euratom)[^()]{0,20}\)\s+(?:No\s+)?[0-9]{1,4}/[0-9]{1,4}(?:/EU|/EC|/CFSP)?"
    r"|(?:No\s+)?[0-9]{2,4}/[0-9]{1,4}/(?:EU|EC|EEC|CFSP|Euratom|JHA))",
    re.IGNORECASE,
)
_UNION_SUBJECT = re.compile(
    r"^(?:laying|on|amending|supplementing|establishing|concerning|repealing|implementing|approving|authorising|imposing"
    r"|correcting|fixing|setting|as regards|extending|granting|regarding)\b"
)
_NICKNAME = re.compile(
    r"\((?:the\s+)?['‘“\"]?([A-Z][^()]{3,70}?\b(?:Act|Regulation|Directive|Law|Code|Order|Rules))"
    r"['’”\"]?\)"
)
_CITED = re.compile(
    r"\b(?:may|shall|must|is to|are to|will)\s+be\s+"
    r"(?:cited(?:\s+and\s+(?:known|construed))?|known|referred\s+to)(?:\s+and\s+(?:may\s+be\s+)?cited)?\s+(?:together\s+)?as\s+(?:the\s+)?[\"“‘*_']{0,3}"
    r"(?P<name>[A-Z][^\n\"“”;:*]{3,150}?)(?=[\"”’*_']|(?<!\bNo)[.;:,]\s|[.;:,]?$|[.;:,]?\n"
    r"|\s+and\s+(?:shall\s+|will\s+)?(?:come|takes?|is|are|commences?)\b)"
)
_IS_THE = re.compile(
    r"\bThis\s+(?:Act|instrument|Ordinance|Law|Order|determination)\s+is\s+the\s+"
    rf"(?P<name>[A-Z][^\n.;]{{3,150}}?{_YEAR})(?=[.;\n])"
)
_LABEL_NAME = re.compile(
    r"^(?:(?:Interim|Temporary|Direct)\s+)?(?:Final\s+)?(?:rule|regulation)s?\s*[:–—-]\s+"
    r"(?P<name>\S.{3,160})$",
    re.IGNORECASE,
)
_LONG_TITLE = re.compile(r"^An?\s+Act\b", re.IGNORECASE)
# Lines between a rule's subject and its department: dockets, parts of the code, agencies.
_META = re.compile(
    r"^(?:\[|\(|-{3,}|={3,}|RIN\b|Docket|DEPARTMENT OF|[0-9]+ CFR|Billing|Vol\.|AGENCY|Federal Register"
    r"|FR Doc|Page|\W*$)|\bDocket No|\bCFR Parts?\b|^A (?:Proposed )?Rule by"
    r"|^.{0,60}\b(?:Administration|Agency|Service|Commission|Bureau|Office|Board|Department|Corporation|Guard)$",
    re.IGNORECASE,
)
AGENCY = re.compile(r"^AGENCY:|^AGENCIES:", re.IGNORECASE)
_SMALL = frozenset({"OF", "THE", "AND", "FOR", "ON", "IN", "TO", "A", "AN", "BY"})
_MOST_NAME, _HEAD, _PROSE = 300, 150, 160


def name_of(text: Text, rule: bool) -> str | None:
    """The name of the law that the text is, `rule` of one of the Federal Register; None where it has none."""
    return (_above_agency(text) if rule else _cited(text)) or _head(text)


def _cited(text: Text) -> str | None:
    found = _CITED.search(text.raw) or _IS_THE.search(text.raw)
    name = re.sub(r"\s+", " ", found["name"]).strip(" ,.*_") if found else ""
    return name if _ENDS.search(name) else None


def _above_agency(text: Text) -> str | None:
    """The subject of a rule: the lines right above AGENCY:, which belong together."""
    agency = next((n for n, line in enumerate(text.plains) if AGENCY.match(line)), 0)
    taken: list[str] = []
    for number in range(agency - 1, max(agency - 12, -1), -1):
        words = bare(text.raws[number])
        apart = bool(taken) and text.lines[number].line + 1 < text.lines[number + 1].line
        if apart or (taken and _META.search(words)):
            break
        if not _META.search(words):
            taken.insert(0, words)
    return " ".join(taken)[:_MOST_NAME] or None


def _head(text: Text) -> str | None:
    """The first line of the head that is a name; prose ends the head."""
    for number, raw in enumerate(text.raws[:_HEAD]):
        words = bare(raw)
        if found := _LABEL_NAME.match(words):
            return found["name"].strip()
        if _LONG_TITLE.match(words) and (short := _NICKNAME.search(words)):
            return short[1]
        if (union := _UNION.search(words)) and union.start() < 12 and len(words) < 400:
            return _of_the_union(text, number, union[0])
        if _is_name(words):
            return _lowered(words)
        if len(words) > _PROSE:
            return None
    return None


def _of_the_union(text: Text, number: int, designation: str) -> str:
    """Regulation (EU) 2027/12 with its nickname, or its subject where that is short."""
    name = " ".join(word.capitalize() if word.isalpha() else word for word in designation.split())
    below = [bare(raw) for raw in text.raws[number : number + 6]]
    if short := _NICKNAME.search(" ".join(below)[:1500]):
        return f"{name} ({short[1]})"
    subject = next((line for line in below[1:] if _UNION_SUBJECT.match(line)), "")
    return f"{name} {subject}" if subject and len(subject) <= 80 else name


def _lowered(words: str) -> str:
    """A name in capitals as it is written elsewhere; short words may be abbreviations, and stay."""
    if not words.isupper():
        return words
    parts = words.split(" ")
    for n, part in enumerate(parts):
        if part in _SMALL and n:
            parts[n] = part.lower()
        elif len(part) > 3 or part == "ACT":
            parts[n] = part.title()
    return " ".join(parts)


def _is_name(words: str) -> bool:
    """Whether a line is the name of a law: no sentence, and its noun at an end."""
    if not 8 <= len(words) <= _MOST_NAME or words[0].islower() or _NO_NAME.search(words):
        return False
    words = words.title() if words.isupper() else words
    return bool(_ENDS.search(words) or _BEGINS.match(words))
