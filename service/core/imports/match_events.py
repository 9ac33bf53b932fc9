"""How what a document announces fits what is stored: which event each announcement is about, if any.

Of an announcement and an event, in this order:
1. The titles must be alike (likeness.py). A year or number that both name and that differs makes two events:
   next year's edition, annex I and annex III. What stands in brackets at the end of one title alone (a
   place) does not count. A word more (`GTC Paris`) makes another event, unless the days are the very same; a
   conference and the deadline for its papers are two, however alike.
2. The dates must go together (_together): the same or overlapping; or the date that the document says no
   longer holds is the stored one; or near enough for the kind of event (figures come monthly, quarterly results
   every 90 days, conferences yearly); or it is the same edition by its year, or a rule of law, which takes
   effect once. A dated event that was over on the document's day cannot move any more.
3. Where two events fit about equally well, or the titles are only somewhat alike, nothing is merged: it is a
   new event, and the reason names those that look like it.
4. Two announcements are never about one event: the one that fits better gets it.

An announcement sets an event's date, calls it off, or says where it is if nobody had said so; it brings its
source, and nothing else. A date that is only less exact than the stored one, or one of its days, says
nothing against it, and a date from an older source than the stored one's does not overrule it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.core.calendars.ics_reading import free_id
from service.core.dates import when as when_
from service.core.dates.when import DateChange, When
from service.core.events import event as event_
from service.core.events import fields, recurrence
from service.core.events.catalogue import Catalogue
from service.core.events.event import Details, Event, Source, Status
from service.core.events.kinds import Kind
from service.core.events.likeness import LOOKS_ALIKE, beyond, likeness, telling_words, years
from service.core.events.wording import written
from service.core.imports.proposals import Action, Candidate, Proposal, because, one_of, propose
from service.core.reading.announcement import Announcement, Doubt
from service.core.text.lines import one_line
from service.errors import InvalidInput
from service.sentences import Sentence, joined

MAX_SIMILAR = 5
ALIKE = 0.75
"""Titles at least so alike are those of one event, if the dates agree."""
RULE_ALIKE = 0.85
_TWICE = 0.9
# The weight of a Chinese word of two characters; a Latin one has twice as much.
_WORD = 0.5
_EQUALLY = 0.08
_LONGEST_EXCERPT = 1000
# How far a date may lie from the stored one to be another date of the same event, not the next one.
_NEAR = {Kind.DATA_RELEASE: 10, Kind.POLICY: 10, Kind.EARNINGS: 45}
_NEAR_ELSE = 60
# What comes again and again under one name, also within a year.
_SERIES = frozenset({Kind.DATA_RELEASE, Kind.POLICY, Kind.EARNINGS})
_BRACKETS = re.compile(
    r"\s*[(（](?:(?:19|20)[0-9]{2}|[^()（）0-9０-９一二三四五六七八九十])*[)）]\s*$"
)
# What one is, the other is not: a conference and the deadline for its papers, a rule and the
# consultation on it. All other kinds are told apart too loosely to count.
_STRICT = (
    frozenset({Kind.DEADLINE, Kind.CONSULTATION}),
    frozenset({Kind.REGULATION}),
    frozenset({Kind.EARNINGS}),
    frozenset({Kind.DATA_RELEASE}),
)


# -- announcements to candidates


def candidates(
    found: Sequence[Announcement], source: Source, day: date, timezone: str, known: Catalogue
) -> tuple[Candidate, ...]:
    """What was announced, as candidates: each event once, though a document may name it twice.

    `source` is the document, which speaks from `day`; each candidate's own source has the words and
    the place too.
    """
    made = []
    for one in found:
        given = details_given(one, timezone, known)
        try:
            details = fields.read(given, timezone)
        except InvalidInput:
            continue  # nothing that an event could be
        excerpt = _shortened(one.excerpt, one.title)
        own = replace(source, excerpt=excerpt, page=one.page, line=one.line)
        made.append(
            Candidate(
                event_.slug(details.title),
                replace(details, source=own),
                frozenset(event_.DETAIL_KEYS),
                id_given=False,
                confidence=round(one.confidence, 2),
                doubts=one.doubts,
                previous=one.previous,
                day=day,
            )
        )
    return tuple(_once(made, known))


def details_given(one: Announcement, timezone: str, known: Catalogue) -> dict[str, Any]:
    """An announcement in the keys of the API, without its source."""
    title = one_line(one.title)[:500]
    organizations, tickers = known.organizations_in(title)
    given = {
        "title": title,
        "when": one.when.text,
        "timezone": one.timezone or timezone,
        "kind": one.kind.value,
        "organizations": list(organizations),
        "tickers": list(tickers),
        "location": one.location[:500],
        "importance": one.importance.value if one.importance else None,
        "recurrence": one.recurrence if one.when.dated else None,
        "status": Status.CANCELLED.value if one.cancelled else None,
    }
    return {key: value for key, value in given.items() if value not in (None, "", [])}


def _shortened(excerpt: str, title: str) -> str:
    """The sentence, or of a very long one the part about the title."""
    if len(excerpt) <= _LONGEST_EXCERPT:
        return excerpt
    start = max(0, excerpt.find(title) - _LONGEST_EXCERPT // 2)
    cut = excerpt[start : start + _LONGEST_EXCERPT]
    return ("…" if start else "") + cut + ("…" if start + len(cut) < len(excerpt) else "")


def _once(made: Sequence[Candidate], known: Catalogue) -> list[Candidate]:
    """Without those that say of the same event the same date, or one less exact."""
    index = _Index(((number, (c.details.title,)) for number, c in enumerate(made)), known)
    dropped: set[int] = set()
    for number, one in enumerate(made):
        for other in index.near(one.details.title):
            if other <= number or number in dropped or other in dropped:
                continue
            two = made[other]
            # Dates that have no day in common do not say the same; titles take far longer to compare.
            if _apart(one.details.when, two.details.when) > 0:
                continue
            if not _twice(one.details, two.details, known):
                continue
            if _says_no_more(two.details.when, one.details.when):
                dropped.add(other)
            elif _says_no_more(one.details.when, two.details.when):
                dropped.add(number)
    return [c for number, c in enumerate(made) if number not in dropped]


def _twice(one: Details, two: Details, known: Catalogue) -> bool:
    """Whether they speak of one event, to judge by all but the date."""
    return (
        one.status == two.status
        and not _other_kind(one.kind, two.kind)
        and likeness(one.title, two.title, known) >= _TWICE
        and beyond(one.title, two.title, known)[0] < _WORD
    )


def _says_no_more(one: When, two: When) -> bool:
    if one_of(one, two) or one_of(two, one):
        return two.days > 1  # of all its days and its opening day, all say more
    return one == two or when_.refines(two, one)


# -- candidates to proposals


@dataclass(frozen=True)
class _Pair:
    candidate: int
    event: Event
    alike: float
    sure: float
    """How far the dates bear out that it is the same event, from 0 to 1."""
    why: Sentence
    equal: bool
    """They say the same date."""

    @property
    def fits(self) -> float:
        return self.alike + 0.3 * self.sure


def fit(wanted: Sequence[Candidate], stored: Iterable[Event], known: Catalogue) -> list[Proposal]:
    """A proposal for each candidate, p1, p2, … in their order.

    `stored` are the events among which to look, and the withdrawn ones that have a candidate's id. What a
    model alone read is compared by itself, behind all others: it takes no event from them.
    """
    stored = list(stored)
    alone = [number for number, one in enumerate(wanted) if one.by_model_alone]
    rest = [number for number, one in enumerate(wanted) if not one.by_model_alone]
    found: dict[int, Proposal] = {}
    taken: set[str] = set()
    for numbers in (rest, alone):
        made = _fit([wanted[number] for number in numbers], stored, known, taken)
        taken = {each.event_id for each in made}
        for number, each in zip(numbers, made, strict=True):
            candidate = wanted[number]
            found[number] = replace(
                each,
                id=f"p{number + 1}",
                read_by=candidate.read_by,
                disputed=each.disputed or Doubt.DISPUTED in candidate.doubts,
            )
    return [found[number] for number in range(len(wanted))]


def _fit(
    wanted: Sequence[Candidate], stored: Sequence[Event], known: Catalogue, ids: Collection[str]
) -> list[Proposal]:
    """`ids` are those that other new events have."""
    events = {event.id: event for event in stored}
    there = [event for event in events.values() if not event.withdrawn]
    index = _Index(((event.id, _titles(event)) for event in there), known)
    pairs: list[list[_Pair]] = []
    look_alikes: list[list[Event]] = []
    for number, candidate in enumerate(wanted):
        fitting, alike = _compare(number, candidate, index, events, known)
        pairs.append(fitting)
        look_alikes.append(alike)
    chosen = _assigned(pairs, wanted)
    taken = {*events, *ids}
    proposals = []
    for number, candidate in enumerate(wanted):
        id_, pair = f"p{number + 1}", chosen.get(number)
        if pair is not None:
            proposals.append(replace(_about(id_, candidate, pair), doubts=candidate.doubts))
            continue
        gone = events.get(candidate.id)
        if gone is not None and gone.withdrawn and _told_again(candidate, gone):
            proposals.append(_withdrawn(id_, candidate, gone))
            continue
        new = replace(candidate, id=free_id(candidate.id, candidate.details.when.text, taken))
        taken.add(new.id)
        proposals.append(replace(_new(id_, new, look_alikes[number]), doubts=candidate.doubts))
    return [
        replace(each, similar=_others(alike, each.matches))
        for each, alike in zip(proposals, look_alikes, strict=True)
    ]


def _others(alike: Sequence[Event], matched: str | None) -> tuple[str, ...]:
    return tuple(event.id for event in alike if event.id != matched)[:MAX_SIMILAR]


def chosen(
    id_: str, candidate: Candidate, event: Event, corrected: Collection[str], met: Sentence
) -> Proposal:
    """What a candidate changes of an event that a person says it is about; the `corrected` keys are
    set whatever is stored."""
    return _compared(id_, candidate, event, (met,), candidate.confidence, corrected)


class _Index:
    """Titles by the words that tell what they speak of, so that few have to be compared."""

    def __init__(self, titled: Iterable[tuple[Any, Sequence[str]]], known: Catalogue) -> None:
        self._known = known
        self._by_word: dict[str, dict[Any, None]] = defaultdict(dict)
        for key, titles in titled:
            for title in titles:
                for word in telling_words(title, known):
                    self._by_word[word][key] = None

    def near(self, title: str) -> dict[Any, None]:
        found: dict[Any, None] = {}
        words = telling_words(title, self._known)
        if "" in words:  # 世界人工智能大会 has no word that many others have not
            return dict.fromkeys(key for keys in self._by_word.values() for key in keys)
        for word in (*sorted(words), ""):
            found.update(self._by_word.get(word, {}))
        return found


def _titles(event: Event) -> tuple[str, ...]:
    return (event.title, *dict(event.details.titles).values())


def _compare(
    number: int, candidate: Candidate, index: _Index, events: Mapping[str, Event], known: Catalogue
) -> tuple[list[_Pair], list[Event]]:
    """The events that the candidate may be about, the best first; and all that look like it."""
    fitting, alike = [], []
    for id_ in index.near(candidate.details.title):
        event = events[id_]
        score, title = max(
            (_likeness(candidate.details.title, title, known), title) for title in _titles(event)
        )
        if score < LOOKS_ALIKE:
            continue
        alike.append((-score, event.id, event))
        if _other_kind(candidate.details.kind, event.details.kind):
            continue
        dates = _together(candidate, event, score)
        if dates and _alike_enough(candidate, event, title, score, dates[0], known):
            equal = candidate.details.when == event.when
            fitting.append(_Pair(number, event, score, *dates, equal))
    fitting.sort(key=lambda pair: (-pair.fits, not pair.equal, pair.event.id))
    return fitting, [event for *_, event in sorted(alike, key=lambda item: item[:2])]


def _other_kind(one: Kind, two: Kind) -> bool:
    """Whether the kinds say that these are two events, however alike their titles."""
    if Kind.OTHER in (one, two):
        return False
    return any((one in strict) != (two in strict) for strict in _STRICT)


def _alike_enough(
    candidate: Candidate, event: Event, title: str, score: float, sure: float, known: Catalogue
) -> bool:
    """Whether the titles are those of one event, given how far the dates bear it out.

    `GTC Paris` is much like `GTC`: a word more on one side makes another event, unless the document
    names the stored date as the old one, or both say the very same days.
    """
    more, shared = beyond(*_without_brackets(candidate.details.title, title), known)
    when, held = candidate.details.when, event.when
    if Kind.EARNINGS in (candidate.details.kind, event.details.kind):
        return score >= ALIKE and more < _WORD  # 腾讯音乐 is not 腾讯
    if when == held and when.dated:
        # On the same days in a row nothing else of such a name happens.
        return when.days > 1 or more <= 2 * _WORD
    if score < ALIKE:
        return False
    if candidate.previous is not None and _apart(candidate.previous, held) <= 0:
        return more <= max(2 * _WORD, 0.25 * shared)
    if Kind.REGULATION in (candidate.details.kind, event.details.kind):
        return score >= (ALIKE if sure == 1 else RULE_ALIKE)
    if score < 1 and shared <= _WORD and when.dated and held.dated and _apart(when, held) > 0:
        return False  # 红湾开发者大会 a week after 红湾大会: too little in common to be moved
    return more < max(_WORD, 0.1 * shared)


def _likeness(one: str, two: str, known: Catalogue) -> float:
    """As likeness(), but what stands in brackets at the end of one of them alone does not count."""
    return likeness(*_without_brackets(one, two), known)


def _without_brackets(one: str, two: str) -> tuple[str, str]:
    short_one, short_two = _BRACKETS.sub("", one), _BRACKETS.sub("", two)
    if short_one and short_one != one and short_two == two:
        return short_one, two
    if short_two and short_two != two and short_one == one:
        return one, short_two
    return one, two


def _together(candidate: Candidate, event: Event, alike: float) -> tuple[float, Sentence] | None:
    """How far the dates bear out that it is one event, and in words why; None if they do not."""
    new, held = candidate.details.when, event.when
    day = candidate.day
    if event.details.recurrence is not None:
        found = recurrence.occurrences(event.details, new.first, new.last)
        return (1.0, Sentence("one_of_its_dates")) if any(True for _ in found) else None
    apart = _apart(new, held)
    if apart <= 0:
        return 1.0, Sentence("dates_agree" if new == held else "dates_overlap")
    if candidate.previous is not None and _apart(candidate.previous, held) <= 0:
        return 1.0, Sentence("names_old_date", when=written(candidate.previous))
    if day is not None and held.dated and held.last < day and not candidate.details.status:
        return None
    kinds = {candidate.details.kind, event.details.kind}
    if apart <= min(_NEAR.get(kind, _NEAR_ELSE) for kind in kinds):
        return 0.7, Sentence("days_apart", days=apart)
    if candidate.details.status is Status.CANCELLED and apart <= _NEAR_ELSE:
        return 0.6, Sentence("days_apart", days=apart)
    if Kind.REGULATION in kinds and alike >= RULE_ALIKE:
        return 0.6, Sentence("rule_once")
    same = years(candidate.details.title) & {y for title in _titles(event) for y in years(title)}
    if same and not kinds & _SERIES:
        return 0.6, Sentence("edition", year=min(same))
    return None


def _apart(one: When, two: When) -> int:
    """The days between two windows; 0 or less where they overlap."""
    return max((one.first - two.last).days, (two.first - one.last).days)


def _told_again(candidate: Candidate, gone: Event) -> bool:
    """Whether it is the withdrawn event that is announced again, not the next one of its title."""
    return _apart(candidate.details.when, gone.details.when) <= _NEAR_ELSE


def _assigned(pairs: Sequence[list[_Pair]], wanted: Sequence[Candidate]) -> dict[int, _Pair]:
    """For each candidate the event that it is about, no event twice; the best fits first."""
    clear = [pair for fitting in pairs if _clear(fitting) for pair in fitting]
    chosen: dict[int, _Pair] = {}
    taken: set[str] = set()

    def order(pair: _Pair) -> tuple[float, int, int]:
        when = wanted[pair.candidate].details.when
        return -pair.fits, when.days, pair.candidate

    for pair in sorted(clear, key=order):
        if pair.candidate not in chosen and pair.event.id not in taken:
            chosen[pair.candidate] = pair
            taken.add(pair.event.id)
    return chosen


def _clear(fitting: Sequence[_Pair]) -> bool:
    """Whether the first is the one that is meant."""
    if len(fitting) < 2:
        return True
    first, second = fitting[:2]
    return first.fits - second.fits >= _EQUALLY or (first.equal and not second.equal)


def _about(id_: str, candidate: Candidate, pair: _Pair) -> Proposal:
    """What the candidate changes of its event."""
    event = pair.event
    same = Sentence("same_title")
    title = same if pair.alike >= 0.999 else Sentence("title_alike", alike=pair.alike)
    sure = min(1.0, pair.alike + 0.1) * (0.7 + 0.3 * pair.sure)
    met = (title, pair.why)
    read = candidate.confidence
    if title is same:
        # Most of what is read wrongly has a wrong title (docs/READING.md); one that is stored is none.
        read = 1 - (1 - read) / 2
    return _compared(id_, candidate, event, met, round(read * sure, 2))


def _compared(
    id_: str,
    candidate: Candidate,
    event: Event,
    met: tuple[Sentence, ...],
    confidence: float,
    corrected: Collection[str] = (),
) -> Proposal:
    details = candidate.details
    keys, kept = _keys(candidate, event)
    keys |= {*corrected}
    if kept and not keys:
        return Proposal(
            id_,
            Action.UNCHANGED,
            event.details,
            event.id,
            event.uid,
            event.id,
            confidence,
            because(event, met, kept),
            evidence=details.source,
        )
    if event.cancelled and details.status is None:
        details = replace(details, status=None)
        keys |= {"status"}
    proposal = propose(
        id_,
        replace(candidate, details=details, keys=frozenset({*keys, "source"})),
        event,
        *met,
        confidence=confidence,
    )
    reason = proposal.reason if not kept or "when" in keys else joined(proposal.reason, kept)
    return replace(proposal, reason=reason, evidence=details.source)


def _keys(candidate: Candidate, event: Event) -> tuple[set[str], Sentence | None]:
    """The keys of the event that the candidate sets, and why it does not set the date, in words."""
    details, held = candidate.details, event.details
    keys: set[str] = set()
    if details.status is Status.CANCELLED:
        if event.cancelled:
            return set(), Sentence("called_off_already")
        if held.recurrence is not None:
            return set(), Sentence("recurs_called_off")
        return {"status"}, None
    kept = _date_kept(candidate, event)
    if not kept:
        keys.add("when")
    if details.location and not held.location and not event.cancelled:
        keys.add("location")
    return keys, kept


def _date_kept(candidate: Candidate, event: Event) -> Sentence | None:
    """Why the stored date stays, in words; None where the candidate's takes its place."""
    new, held, zone = candidate.details.when, event.when, event.details.zone
    change, _ = when_.compare(held, new, zone)
    dates = {"old": written(held), "new": written(new)}
    if change is None or new == held:
        return Sentence("called_off_named_again" if event.cancelled else "nothing_differs")
    if event.details.recurrence is not None:
        return Sentence("is_one_of_its_dates")
    if one_of(new, held) and candidate.previous is None:
        return Sentence("one_of_the_days", **dates)  # "CES opens on 6 January"
    whole = one_of(held, new) and not held.timed
    if change is DateChange.LOOSENED and not whole and candidate.previous is None:
        return Sentence("less_exact_than", **dates)
    ours, theirs = candidate.day, event.details.source and event.details.source.date
    newer = bool(theirs and ours and theirs > ours)
    if candidate.previous is not None and _apart(candidate.previous, held) <= 0:
        newer = False  # it speaks of the stored date itself, as one that no longer holds
    if newer and (change is not DateChange.FIRMED or event.cancelled):
        return Sentence("newer_source", old=dates["old"], theirs=theirs, ours=ours)
    return None


def _withdrawn(id_: str, candidate: Candidate, gone: Event) -> Proposal:
    return Proposal(
        id_,
        Action.UNCHANGED,
        gone.details,
        gone.id,
        gone.uid,
        gone.id,
        candidate.confidence,
        because(gone, (Sentence("same_title"),), Sentence("stays_withdrawn")),
        evidence=candidate.details.source,
    )


def _new(id_: str, candidate: Candidate, alike: Sequence[Event]) -> Proposal:
    proposal = propose(id_, candidate, None, confidence=candidate.confidence)
    if not alike:
        return replace(proposal, evidence=candidate.details.source)
    named = ", ".join(f"{event.id} ({written(event.when)})" for event in alike[:3])
    return replace(
        proposal,
        confidence=round(candidate.confidence * 0.6, 2),
        reason=Sentence("not_clearly_alike", named=named, count=len(alike)),
        evidence=candidate.details.source,
    )
