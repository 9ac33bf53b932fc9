"""What is announced, of all that was weighed.

1. A date that more likely than not dates something to come is announced, with its best reading and title.
2. In a sentence the new date of something moved takes the old one as what it replaces; what is called off
   says so.
3. One event is told once: the same day under the same title, and a day beside its own hour, are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, Phrase, find, others, read
from service.core.dates.when import Precision, When
from service.core.events.kinds import Kind, infer_kind
from service.core.reading import signs, titles
from service.core.reading.announcement import Announcement, Doubt
from service.core.reading.blocks import Block
from service.core.reading.blocks import Kind as BlockKind
from service.core.reading.mentions import Mention, due, label_of
from service.core.reading.rows import Row
from service.core.reading.scoring import Weighed
from service.core.reading.subjects import ELSEWHERE, Subject
from service.core.reading.then import edition
from service.core.text.characters import plain

LIKELY = 0.5
LIKELY_OFF = 0.1  # of what is called off in so many words
LIKELY_COLUMN = (
    0.0  # of a table whose header says that the column dates its rows, and what names them
)
DOUBTFUL_COLUMN = 0.1
SURE_COLUMN = 0.93  # a table's own column of dates
SURE_LISTED, LIKELY_LISTED = 0.93, 0.9  # a date that leads its line of a list; from which chance on
_FROM_ELSEWHERE = (*ELSEWHERE, "first+act", "book+act", "name+act")
_RESULTS = re.compile(r"业绩|财报|季报|\bearnings\b|\bresults\b", re.IGNORECASE)
_SYMBOL_FIRST = re.compile(r"^[\s•·・●■◆▪▫○◦►▶➢➤★☆◇□△\uf000-\uf8ff]+")


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement, and what was weighed for it."""

    announcement: Announcement
    weighed: Weighed


def decide(
    weighed: Sequence[Weighed], mentions: Sequence[Mention], today: date, zone: str
) -> list[Told]:
    """The announcements among what was weighed, in the order of the document."""
    chosen = [
        one
        for one in weighed
        if one.chance >= _likely(one.mention)
        and one.completion.read.when.last >= today
        and not (_own_column(one.mention) and _just_gone(one))
        and not (one.mention.block.kind in _OWN_DATES and one.completion.read.when.first <= today)
        and not (_of_this_year(one, today) and one.completion.read.behind <= _LONG_GONE)
        and not (one.completion.read.rolled and (one.mention.gone_by or _of_years_ago(one, today)))
    ]
    chosen = [one for one in chosen if not _superseded(one, chosen)]
    chosen = [one for one in chosen if not _answered(one, chosen) and not _ends(one, chosen)]
    chosen = _each_line_its_own(_each_its_own(_one_instant(chosen)))
    chosen = [_with_comments(_with_what_is_due(one)) for one in chosen]
    found: list[Told] = []
    for one in chosen:
        for announcement in _announced(one, chosen, mentions, today, zone):
            found.append(Told(announcement, one))
    return _once(found)


# Where a document says its own day
_OWN_DATES = frozenset((BlockKind.STAMP, BlockKind.LETTERHEAD, BlockKind.DATELINE))
_NEXT_BEST = (
    3.0  # how much less a title may weigh that a date takes since another date has its best
)


def _each_its_own(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Of the dates of a block that would bear the same title on different days, all but the one that it fits
    best under their next best title: … is held on 3 July, papers are due on 31 May."""
    found = list(chosen)
    named: dict[tuple[int, str], list[int]] = {}
    for place, one in enumerate(found):
        if one.mention.phrase is not None and one.mention.row is None:
            named.setdefault((id(one.mention.block), one.subject.title), []).append(place)
    for places in named.values():
        if len({found[place].completion.read.when.text for place in places}) < 2:
            continue
        best = max(places, key=lambda place: _margin(found[place]))
        taken = [found[place].subject.title for place in places]
        for place in places:
            other = _next_title(found[place], taken) if place != best else None
            if other is not None:
                taken.append(other.title)
                found[place] = replace(found[place], subject=other)
    return found


def _each_line_its_own(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Of the lines that would bear one title which stands in none of them, or the name that another line has
    of its own, each under the next best that does stand in it: the heading of a list names none of its
    items, and one item not the next."""
    lines: dict[str, set[int]] = {}
    named: list[tuple[str, int]] = []
    for one in chosen:
        if one.subject.title in one.mention.block.text:
            named.append((one.subject.title, id(one.mention.block)))
        else:
            lines.setdefault(one.subject.title, set()).add(id(one.mention.block))
    return [_in_its_own_words(one, lines, named) for one in chosen]


def _in_its_own_words(
    one: Weighed, lines: Mapping[str, set[int]], named: Sequence[tuple[str, int]]
) -> Weighed:
    title, block = one.subject.title, one.mention.block
    if title in block.text or one.mention.alone:
        return one
    others = any(title in name and at != id(block) for name, at in named)
    own = _own_title(one) if others or len(lines.get(title, ())) > 1 else None
    return one if own is None else replace(one, subject=own)


def _own_title(one: Weighed) -> Subject | None:
    text = one.mention.block.text
    return _next_best(one, lambda title: title in text and not titles.generic(title), _OWN_BEST)


_OWN_BEST = 1.0  # how much less a title may weigh that stands in the line itself


def _with_what_is_due(one: Weighed) -> Weighed:
    """Under its next best title with what its label says is due, where its own leaves that out: 报名时间 below
    the name of an examination is not the examination's."""
    act, title = due(label_of(one.mention.block)), plain(one.subject.title).lower()
    if not act or act in title:
        return one
    found = _next_best(one, lambda other: plain(other).lower() == f"{title}{act}")
    return replace(one, subject=found) if found is not None else one


def _with_comments(one: Weighed) -> Weighed:
    """Under its next best title that says so, where comments on a draft are due: the draft's own name is not
    what ends that day."""
    title = one.subject.title
    if not _BOOK.fullmatch(title) or not _COMMENTS.search(plain(_clause(one.mention))):
        return one
    found = _next_best(one, lambda other: title in other and bool(_COMMENTS.search(other)))
    return replace(one, subject=found) if found is not None else one


_COMMENTS = re.compile(r"意见|反馈|征求")


def _margin(one: Weighed) -> float:
    return one.others[0][0] if one.others else _NEXT_BEST


def _next_title(one: Weighed, taken: Sequence[str]) -> Subject | None:
    return _next_best(one, lambda other: not any(titles.alike(other, title) for title in taken))


def _next_best(
    one: Weighed, fits: Callable[[str], bool], most: float = _NEXT_BEST
) -> Subject | None:
    """The best other title that fits, where it weighs less by so much at most."""
    return next((each for less, each in one.others if less <= most and fits(each.title)), None)


_ZONES = 3  # rows


def _one_instant(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Without the rows of a table, or a list, that give one time in many zones, but for the first of them,
    which has its title from above."""
    instants: dict[tuple[int, datetime], list[Weighed]] = {}
    for one in chosen:
        start = one.completion.read.when.start
        if start is not None and listed(one.mention):
            instants.setdefault((id(one.mention.block.parent), start), []).append(one)
    gone: set[int] = set()
    first: dict[int, Weighed] = {}
    for found in instants.values():
        zones = {
            one.completion.read.when.start.utcoffset()
            for one in found
            if one.completion.read.when.start
        }
        if len(found) < _ZONES or len(zones) < _ZONES:
            continue
        gone.update(id(one) for one in found[1:])
        above = found[0].mention.around.headings[:1]
        heads = [each for each in found[0].mention.subjects() if each.title in above]
        if heads:
            first[id(found[0])] = replace(found[0], subject=heads[0])
    return [first.get(id(one), one) for one in chosen if id(one) not in gone]


def _announced(
    one: Weighed, chosen: Sequence[Weighed], mentions: Sequence[Mention], today: date, zone: str
) -> Iterable[Announcement]:
    mention, made = one.mention, one.completion.read
    phrase, block = mention.phrase, mention.block
    title = titles.shortened(one.subject.title)
    clause = _clause(mention)
    cancelled = _called_off(mention, clause)
    if _BOOK.fullmatch(title) and (act := _EFFECT.search(plain(clause))):
        title += act[0]
    if cancelled:
        title = titles.without_calling_off(title)
    kind = _kind(title, clause, block)
    place = (mention.row.place if mention.row else "") or (
        mention.around.places[0] if mention.around.places else ""
    )
    when = as_said(phrase, made.when, f"{mention.label} {clause}", today)
    recurrence = f"FREQ={phrase.every}" if phrase is not None and phrase.every else None
    confidence = one.confidence
    if _named_column(mention) and not _dated(mention.row):
        confidence = max(confidence, SURE_COLUMN if one.chance >= DOUBTFUL_COLUMN else LIKELY)
    if one.known.listed and one.chance >= LIKELY_LISTED:
        confidence = max(confidence, SURE_LISTED)
    base = Announcement(
        title, when, kind, _excerpt(block.text), block.page, block.line,
        round(min(confidence, 0.99), 2), made.zone,
        place[:200] or _said_place(one), recurrence, cancelled,
        None if cancelled else _replaced(one, chosen, mentions, today, zone),
        mention.row.importance if mention.row else None, _doubts(one, today),
    )  # fmt: skip
    every = bool(_RESULTS.search(plain(" ".join(mention.around.headings)))) and not _RESULTS.search(
        title
    )
    for name in titles.names(title, every=every):
        yield replace(base, title=name)
        for more in others(phrase, Anchor(today, zone)) if phrase is not None else ():
            yield replace(base, title=name, when=more.when)


_NO_PLACE = re.compile(
    r"[0-9]{3}|[定已将待拟约暂]|公布|更新|协议|以下|版|另|见|以上|周|星期|线上"
    r"|线下|免费|报名|\b(?:tb[acd]|was|is|will|see|if|and then|final|free|online"
    r"|virtual)\b",
    re.IGNORECASE,
)


def _said_place(one: Weighed) -> str:
    """Where it is, as the words of the title, or of another cut of the same words, say."""
    title = one.subject.title
    pieces = [
        one.subject,
        *(each for each in one.mention.subjects() if each.title.startswith(title[:8])),
    ]
    said = [each.place for each in pieces]
    # … (June 16–18, Austin)
    said += [each.title for each in one.mention.subjects() if each.source == "inside"]
    return next((place for each in said if (place := _place(each))), "")


def _place(words: str) -> str:
    """The place that a remark beside a title names, "" for any other remark."""
    first = (
        re.split(r"[，,；;]", words.strip())[0].strip()
        if _NO_PLACE.search(plain(words))
        else words.strip()
    )
    return "" if len(first) > 40 or _NO_PLACE.search(plain(first)) else first


def _just_gone(one: Weighed) -> bool:
    """Whether this year's day has only just gone by, and nothing says that next year's is meant."""
    made = one.completion.read
    return made.rolled and made.behind <= _JUST and one.chance < LIKELY


def _of_this_year(one: Weighed, today: date) -> bool:
    """Whether the title names this year, and its day was taken for one of the next: read in December,
    "19 May: ORCHARD 2026" has taken place."""
    made, title = one.completion.read, one.subject.title
    return made.rolled and edition(title) == today.year and not _REPORTS.search(plain(title))


def _of_years_ago(one: Weighed, today: date) -> bool:
    """Whether the title names a year gone by: SPARROW 2025 on 22 May, read in 2026."""
    named, title = edition(one.subject.title), plain(one.subject.title)
    return named is not None and named < today.year and not _REPORTS.search(title)


_JUST = 45  # days
_LONG_GONE = 245  # days: what bears the old year's name may be held early in the new one
_REPORTS = re.compile(
    r"年度|年报|季报|学年|财年|业绩|\b(?:reports?|results|fiscal|fy|season|tax)\b", re.IGNORECASE
)


def _likely(mention: Mention) -> float:
    """From which chance on a date is announced."""
    if _named_column(mention):
        return LIKELY_COLUMN
    off = (
        mention.phrase is not None
        and mention.phrase.exact
        and _called_off(mention, _clause(mention))
    )
    new = (
        mention.phrase is not None
        and mention.phrase.exact
        and mention.index > 0
        and signs.new_before(mention.line[: mention.phrase.start])
    )
    return LIKELY_OFF if off or new else LIKELY


def _clause(mention: Mention) -> str:
    return mention.line[mention.clause[0] : mention.clause[1]]


def _dated(row: Row | None) -> bool:
    """Whether the name of a row holds a day itself: a line of news with its own dates."""
    return row is not None and any(phrase.exact and not phrase.weak for phrase in find(row.name))


def _own_column(mention: Mention) -> bool:
    return mention.row is not None and not mention.column and bool(mention.block.header)


def _named_column(mention: Mention) -> bool:
    """Whether the header also says which column names the row."""
    return _own_column(mention) and mention.row is not None and mention.row.named


_BOOK = re.compile(r"《[^《》]+》(?:[（(][^（）()]*[）)])?")
_EFFECT = re.compile(r"施行|生效|实施")


def _excerpt(text: str) -> str:
    return _SYMBOL_FIRST.sub("", text.strip())[:1000]


def as_said(phrase: Phrase | None, when: When, clause: str, today: date) -> When:
    """The date as the words around its phrase mean it: by it, about it, not settled yet."""
    when = _by(phrase, when, clause, today)
    if phrase is not None and phrase.about and not when.approximate:
        return when_.parse(when.text + phrase.about)
    return when


def _by(phrase: Phrase | None, when: When, clause: str, today: date) -> When:
    """ "By" a date: the deadline itself, or, of what is to happen by then, one day until then."""
    if phrase is None or not phrase.by or when.timed or phrase.last is not None:
        return when
    if signs.DEADLINE.within(clause) or infer_kind(clause) in (Kind.DEADLINE, Kind.CONSULTATION):
        return when if when.dated else when_.day(when.last)
    if (when.first <= today and not when.dated) or today >= when.last:
        return when
    return when_.window(today, when.last)


def _kind(title: str, clause: str, block: Block) -> Kind:
    kind = infer_kind(title)
    if kind is Kind.OTHER:
        kind = infer_kind(clause)
    if kind is Kind.OTHER and any(_RESULTS.search(parent.text) for parent in block.parents):
        return Kind.EARNINGS
    return kind


def _called_off(mention: Mention, clause: str) -> bool:
    if mention.row is not None:
        return mention.row.cancelled
    alone = sum(phrase.exact for phrase in mention.phrases) == 1
    said = mention.line if alone else clause
    return signs.CANCELLED.within(said) and not signs.POSTPONED.within(said)


# ---- moved ----


_FROM_LAST = re.compile(r"\bfrom(?: the)? ?$|[从由] ?$", re.IGNORECASE)


def _answered(one: Weighed, chosen: Sequence[Weighed]) -> bool:
    """Whether it stands in a quoted mail, and the mail above it has a newer date for the same."""
    quoted = one.mention.block.quoted
    return quoted > 0 and any(
        other.mention.block.quoted < quoted
        and titles.alike(other.subject.title, one.subject.title)
        and other.completion.read.when != one.completion.read.when
        for other in chosen
    )


def _ends(one: Weighed, chosen: Sequence[Weighed]) -> bool:
    """Whether it is the end that a label says of what another label, with its start, was read to run to."""
    block, when = one.mention.block, one.completion.read.when
    return block.kind is BlockKind.LABEL and any(
        other.mention.block.kind is BlockKind.LABEL
        and other.mention.place == one.mention.place - 1
        and other.completion.read.when.first < when.first
        and other.completion.read.when.last == when.last
        for other in chosen
    )


def _superseded(one: Weighed, chosen: Sequence[Weighed]) -> bool:
    """Whether the words before a date say that it no longer holds, and a newer one stands in its line."""
    mention = one.mention
    if mention.phrase is None:
        return False
    before = mention.line[: mention.phrase.start]
    if not signs.old_before(before) and not (
        _FROM_LAST.search(before) and signs.POSTPONED.within(mention.line)
    ):
        return False
    if signs.new_before(_between(mention)) and len(mention.phrases) > 1:
        return True  # 原定…5月20日，现延长至6月5日: whatever the new one weighs
    return any(
        other is not one
        and other.mention.block is mention.block
        and other.mention.phrase is not None
        and not signs.old_before(other.mention.line[: other.mention.phrase.start])
        for other in chosen
    )


def _between(mention: Mention) -> str:
    """What stands between a date and the next one of its sentence."""
    behind = [p.start for p in mention.phrases if mention.phrase and p.start >= mention.phrase.end]
    start = mention.phrase.end if mention.phrase else 0
    return mention.line[start : min(behind)] if behind else ""


def _replaced(
    one: Weighed, chosen: Sequence[Weighed], mentions: Sequence[Mention], today: date, zone: str
) -> When | None:
    """The date that no longer holds, of the same sentence."""
    mention = one.mention
    if mention.phrase is None:
        return None
    if "moved" in one.completion.how:
        first = read(replace(mention.phrase, last=None), Anchor(today, zone))
        return first.when if first else None
    taken, new = {id(each.mention) for each in chosen}, one.completion.read.when.first
    moved = signs.POSTPONED.within(mention.line) or signs.new_before(
        mention.line[: mention.phrase.start]
    )
    for other in mentions:
        if other.block is not mention.block or other.phrase is None or other.text != mention.text:
            continue
        if other is mention or id(other) in taken or not other.phrase.exact:
            continue
        old = signs.old_before(other.line[: other.phrase.start])
        if old or (moved and other.phrase.start < mention.phrase.start):
            near = (
                read(other.phrase, Anchor(today, zone, year=year))
                for year in (today.year, new.year)
            )
            return min(
                (made.when for made in near if made is not None),
                key=lambda when: abs(when.first - new),
                default=None,
            )
    return None


# ---- doubts ----

_WIDE = 62  # days


def _doubts(one: Weighed, today: date) -> tuple[Doubt, ...]:
    made, phrase, mention = one.completion.read, one.mention.phrase, one.mention
    found: list[Doubt] = []
    if made.leftover:
        found.append(Doubt.LEFTOVER)
    if one.rival is not None or _of_this_year(one, today):
        found.append(Doubt.TWO_READINGS)
    if phrase is not None and phrase.first is not None:
        if _weekday_off(phrase, made.when):
            found.append(Doubt.WEEKDAY)
        if phrase.first.either_order and phrase.weekday is None:
            found.append(Doubt.ORDER)
        if not made.year_said and phrase.first.year is None and phrase.first.month is not None:
            found.append(Doubt.YEAR_ASSUMED)
    if one.subject.source.startswith(_FROM_ELSEWHERE):
        found.append(Doubt.TITLE_FROM_ELSEWHERE)
    if not made.when.dated and (made.when.last - made.when.first).days > _WIDE:
        found.append(Doubt.WINDOW_WIDE)
    if mention.row is not None and not mention.block.header:
        found.append(Doubt.TABLE_GUESSED)
    return tuple(found)


def _weekday_off(phrase: Phrase, when: When) -> bool:
    written = phrase.first
    return (
        phrase.weekday is not None
        and written is not None
        and written.exact
        and written.weekday is None
        and when.first.weekday() != phrase.weekday
    )


# ---- once ----


def _once(found: Sequence[Told]) -> list[Told]:
    """Each event once: of two with the same day and name the likelier, of a day and its hour the hour."""
    by_day: dict[date, list[Told]] = {}
    for each in sorted(found, key=lambda told: -told.announcement.confidence):
        new = each.announcement
        kept = by_day.setdefault(new.when.first, [])
        place = next((number for number, old in enumerate(kept) if _same(old, each)), None)
        if place is None:
            kept.append(each)
        elif new.when.timed and not kept[place].announcement.when.timed:
            old = kept[place]
            timed = replace(old.announcement, when=new.when, timezone=new.timezone)
            kept[place] = Told(timed, old.weighed)
    order = {id(each.weighed): place for place, each in enumerate(found)}
    every = [each for kept in by_day.values() for each in kept]
    return sorted(every, key=lambda each: order[id(each.weighed)])


def _same(old: Told, new: Told) -> bool:
    one, other = old.announcement, new.announcement
    apart = listed(old.weighed.mention) and listed(new.weighed.mention)
    return one_event(one.title, one.when, other.title, other.when, apart)


def listed(mention: Mention) -> bool:
    """Whether it is one of a list or a table, where each is another."""
    return mention.block.kind in (BlockKind.ROW, BlockKind.ITEM)


def one_event(title: str, when: When, other_title: str, other: When, apart: bool) -> bool:
    """Whether two titles with their dates are one event: of one time, or one says the day and the other the
    hour; and they name the same. `apart`: both stand in a list, where only the same words are the same."""
    same_day = when.dated and other.dated and when.first == other.first
    whole_day = (when if other.timed else other).precision is Precision.DAY
    if when != other and not (same_day and whole_day and when.timed != other.timed):
        return False
    return titles.alike(title, other_title, apart or not when.dated)
