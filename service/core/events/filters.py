"""The one description of "which events": for the API, feeds, digests, reminders and pages alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen, Precision
from service.core.events import recurrence
from service.core.events.event import Event, Importance, Status
from service.core.events.kinds import Kind
from service.core.text.lines import UnfitText, fold, not_one_of, one_line, unknown_key
from service.errors import InvalidInput, Problem
from service.sentences import Sentence


@dataclass(frozen=True)
class Filter:
    """Lists mean any of; all given keys must match. Days are inclusive, and ask for overlap."""

    kind: tuple[Kind, ...] = ()
    tag: tuple[str, ...] = ()
    ticker: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    importance: tuple[Importance, ...] = ()
    status: tuple[Status, ...] = ()
    precision: tuple[Precision, ...] = ()
    q: str = ""
    from_: date | None = None
    to: date | None = None
    alike: tuple[tuple[str, ...], ...] = ()
    """What `q` asks for where names are known (Catalogue.terms); not written with the filter."""

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The words of `q`, folded, each with what else it may be called: of each one is to be
        found."""
        return self.alike or tuple((word,) for word in fold(self.q).split())

    def matches(self, event: Event) -> bool:
        """Whether the event is meant. Withdrawn events are never."""
        details = event.details
        if event.withdrawn:
            return False
        if self.kind and details.kind not in self.kind:
            return False
        if self.importance and details.importance not in self.importance:
            return False
        if self.status and event.status not in self.status:
            return False
        if self.precision and event.when.precision not in self.precision:
            return False
        for wanted, held in (
            (self.tag, details.tags),
            (self.ticker, details.tickers),
            (self.organization, details.organizations),
        ):
            if wanted and not {fold(w) for w in wanted} & {fold(h) for h in held}:
                return False
        if self.words:
            text = searchable(event)
            if not all(any(name in text for name in names) for names in self.words):
                return False
        return self.touches(event)

    def touches(self, event: Event) -> bool:
        """Whether the event, or one of its occurrences, overlaps the days from `from_` to `to`."""
        if self.from_ is None and self.to is None:
            return True
        first, last = self.from_ or date.min, self.to or date.max
        return next(recurrence.occurrences(event.details, first, last), None) is not None


_WRITTEN = tuple(field.name for field in fields(Filter) if field.name != "alike")
KEYS = tuple(name.rstrip("_") for name in _WRITTEN)
_CHOICES: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "importance": Importance,
    "status": Status,
    "precision": Precision,
}
CHOSEN = tuple(_CHOICES)
"""The keys whose values are some of a closed list."""


def searchable(event: Event) -> str:
    """The text in which `q` is looked for, folded: titles, description, organisations."""
    details = event.details
    return fold(
        "\n".join(
            (
                details.title,
                *dict(details.titles).values(),
                details.description,
                *details.organizations,
            )
        )
    )


def read(given: Mapping[str, Any]) -> Filter:
    """The filter that a query or a file's mapping writes; values are a text or a list of texts.

    Raises InvalidInput with every fault, pointers being the keys.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in KEYS:
            problems.append(Problem(f"/{key}", unknown_key(key, KEYS)))
            continue
        if value is None:
            continue
        try:
            values["from_" if key == "from" else key] = _READERS[key](value)
        except _Unfit as fault:
            problems.append(Problem(f"/{key}", str(fault)))
    first, last = values.get("from_"), values.get("to")
    if first and last and last < first:
        problems.append(Problem("/to", Sentence("before_from", first=first, last=last)))
    if problems:
        raise InvalidInput(problems)
    return Filter(**values)


def write(filter_: Filter) -> dict[str, Any]:
    """The keys that are set, as JSON, in a fixed order; read() gives the same filter back."""
    written: dict[str, Any] = {}
    for name in _WRITTEN:
        value = getattr(filter_, name)
        if not value:
            continue
        key = name.rstrip("_")
        if isinstance(value, tuple):
            written[key] = [str(item) for item in value]
        else:
            written[key] = value.isoformat() if isinstance(value, date) else value
    return written


class _Unfit(Exception):
    pass


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list | tuple) else [value]
    texts = []
    for item in items:
        if not isinstance(item, str):
            raise _Unfit("must be text or a list of texts")
        try:
            texts += [piece for piece in (one_line(p) for p in item.split(",")) if piece]
        except UnfitText as fault:
            raise _Unfit(str(fault)) from None
    if not texts:
        raise _Unfit(Sentence("empty_filter"))
    if len(texts) > 100:
        raise _Unfit(Sentence("more_entries", most=100))
    return list(dict.fromkeys(texts))


def _free(value: Any) -> tuple[str, ...]:
    return tuple(_texts(value))


def _chosen(key: str) -> Callable[[Any], tuple[StrEnum, ...]]:
    choices = _CHOICES[key]

    def reader(value: Any) -> tuple[StrEnum, ...]:
        chosen = []
        for text in _texts(value):
            try:
                chosen.append(choices(text))
            except ValueError:
                raise _Unfit(not_one_of(text, list(choices))) from None
        return tuple(chosen)

    return reader


def _search(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise _Unfit("must be one text")
    if len(value) > 200:
        raise _Unfit(Sentence("more_characters", most=200))
    try:
        return one_line(value)
    except UnfitText as fault:
        raise _Unfit(str(fault)) from None


def _day(value: Any) -> date:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise _Unfit(Sentence("must_be_one_day"))
    try:
        when = when_.parse(value)
    except InvalidWhen as fault:
        raise _Unfit(str(fault)) from None
    if when.precision is not Precision.DAY or when.days != 1 or when.qualifier:
        raise _Unfit(Sentence("not_one_day", text=value))
    return when.first


_READERS: dict[str, Callable[[Any], Any]] = {
    **{key: _chosen(key) for key in _CHOICES},
    **dict.fromkeys(("tag", "ticker", "organization"), _free),
    "q": _search,
    "from": _day,
    "to": _day,
}
