"""Events as the templates take them: words and addresses, nothing left to decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events import filters, wording
from service.core.events.event import Event, Importance, Source, Status
from service.core.events.filters import Filter
from service.core.events.items import Item
from service.core.events.kinds import KIND_WORDS, Kind
from service.web.pages.site import Visit

_ORGANIZATIONS = 3
_EXCERPT = 180


def row(item: Item, visit: Visit, *, quoted: bool = True) -> dict[str, Any]:
    """One item of a list of events."""
    event, details = item.event, item.event.details
    source = details.source
    excerpt = source.excerpt if quoted and source and visit.quotes else ""
    return {
        **name(item, visit),
        "weekday": " ".join(filter(None, (weekday(item, visit.lang), clock(item.when, visit)))),
        "away": visit.t.away(item, visit.today),
        "high": details.importance is Importance.HIGH,
        "kind_word": KIND_WORDS[visit.lang][details.kind],
        "remarks": remarks(event, item.when, visit),
        "excerpt": excerpt if len(excerpt) <= _EXCERPT else excerpt[: _EXCERPT - 1] + "…",
        "cited": cited(source, visit.lang),
    }


def name(item: Item, visit: Visit) -> dict[str, Any]:
    """What even the shortest mention of an event has."""
    event = item.event
    return {
        "id": event.id,
        "href": visit.address(f"/events/{event.id}", visit.looking_back),
        "title": event.title_in(visit.lang),
        "short": short(item.when, visit),
        "open": not item.when.dated,
        "unsure": unsure(item),
        "cancelled": event.cancelled,
        "kind": event.details.kind.value,
    }


def unsure(item: Item) -> bool:
    """Whether it has a day which is not certain: approximate, to be confirmed, set as tentative."""
    tentative = item.when.tentative or item.event.status is Status.TENTATIVE
    return item.when.dated and tentative and not item.event.cancelled


def short(when: When, visit: Visit) -> str:
    """The date in few words; of a time, the day that it is in the service's zone."""
    if when.timed:
        days = when_.day(*when.in_zone(visit.zone))
        when = replace(days, qualifier=when.qualifier)
    return wording.near(when, visit.lang, visit.settings.timezone, visit.today)


def clock(when: When, visit: Visit) -> str:
    """`01:00—03:00 北京时间`; nothing where no time is known."""
    if when.start is None or when.end is None:
        return ""
    start, end = when.start.astimezone(visit.zone), when.end.astimezone(visit.zone)
    words = f"{start:%H:%M}"
    if end > start:
        words += f"{'—' if visit.lang == 'zh' else '–'}{end:%H:%M}"
    return f"{words} {wording.zone_name(visit.settings.timezone, start, visit.lang)}"


def cited(source: Source | None, lang: str) -> str:
    """Where it was read, named and not quoted: `国信证券《…》（2026年4月27日）`."""
    line = wording.source_line(source, lang, False) if source else ""
    return line.removeprefix("来源：").removeprefix("Source: ")


def remarks(event: Event, when: When, visit: Visit) -> list[str]:
    """What stands behind the kind."""
    details, t = event.details, visit.t
    said = []
    if event.cancelled:
        said.append(t.cancelled)
    if details.importance is Importance.HIGH:
        said.append(t.high)
    said += details.organizations[:_ORGANIZATIONS]
    said += details.tickers[:_ORGANIZATIONS]
    if details.location:
        said.append(details.location)
    if details.recurrence:
        said.append(t.recurring)
    if when.timed and details.timezone != visit.settings.timezone:
        local = wording.short(when, visit.lang, details.timezone)
        said.append(t.local_time.format(local))
    return said


def weekday(item: Item, lang: str) -> str:
    """`周三`, `周三—周四`, `Wed–Thu`; nothing where the day is not known."""
    if not item.when.dated:
        return ""
    first, last = (wording.weekday(day, lang) for day in (item.first, item.last))
    if item.first == item.last:
        return first
    return f"{first}—{last}" if lang == "zh" else f"{first}–{last}"


def lane_line(item: Item, visit: Visit) -> str:
    """Date and title, as a screen reader or a tooltip tells them."""
    said = (short(item.when, visit), clock(item.when, visit), item.event.title_in(visit.lang))
    return " · ".join(filter(None, said))


# -- the filter


def bar(
    visit: Visit, path: str, view: str, wanted: Filter, problems: Sequence[str]
) -> dict[str, Any]:
    """The views, the search, the kinds and the other filters of a page of events."""
    t = visit.t
    asked = {key: visit.query[key] for key in filters.KEYS if key in visit.query}
    kept: dict[str, list[str]] = {
        key: visit.query[key] for key in ("at", "month") if key in visit.query
    } | visit.looking_back
    here = {**asked, **kept}
    details_keys = (
        "importance", "tag", "ticker", "organization", "precision", "from", "to", "as_of"
    )  # fmt: skip
    set_keys = [key for key in details_keys if key in here]
    fields = [
        {
            "name": key,
            "label": t[f"filter_{key}"],
            "value": ",".join(here.get(key, [])),
            "choices": t.choices(key),
            "type": "date" if key in ("from", "to", "as_of") else "text",
            "hint": t.hints.get(key, ""),
        }
        for key in details_keys
    ]
    views = {"agenda": "/", "month": "/month", "timeline": "/timeline"}
    without = {key: values for key, values in here.items() if key not in ("from", "to", "month")}
    return {
        "action": visit.address(path),
        "views": [
            {
                "label": t[f"view_{name}"],
                "href": visit.address(to, without),
                "current": name == view,
            }
            for name, to in views.items()
        ],
        "q": wanted.q,
        "kept": [(k, v) for k, values in here.items() if k != "q" for v in values],
        "kept_by_details": [
            (k, v) for k, values in here.items() if k not in details_keys for v in values
        ],
        "chips": _chips(visit, path, here, set(wanted.kind)),
        "fields": fields,
        "details_open": bool(set_keys),
        "set_count": len(set_keys),
        "set_any": bool(asked),
        "clear_href": visit.address(path, kept),
        "problems": list(problems),
    }


def _chips(
    visit: Visit, path: str, here: Mapping[str, Iterable[str]], on: Collection[Kind]
) -> list[dict[str, Any]]:
    """The kinds, each with the address that puts it into the filter or takes it out of it."""

    def toggled(kind: Kind) -> str:
        kinds = [k.value for k in Kind if (k in on) != (k is kind)]
        return visit.address(path, {**here, "kind": kinds})

    every = visit.address(path, here, kind=None)
    words = KIND_WORDS[visit.lang]
    return [
        {"label": visit.t.all_kinds, "href": every, "on": not on, "kind": ""},
        *({"label": words[k], "href": toggled(k), "on": k in on, "kind": k.value} for k in Kind),
    ]


def filter_words(wanted: Filter, visit: Visit) -> str:
    """The filter in words, as a heading says it; empty where it takes everything."""
    lang, said = visit.lang, []
    said += [KIND_WORDS[lang][kind] for kind in wanted.kind]
    said += [visit.t.importances[value] for value in wanted.importance]
    said += [*wanted.tag, *wanted.ticker, *wanted.organization]
    if wanted.q:
        said.append(f"“{wanted.q}”")
    return ("、" if lang == "zh" else ", ").join(said)


def filter_query(wanted: Filter) -> dict[str, list[str]]:
    """The filter as an address's query, which reads back to the same one."""
    return {
        key: value if isinstance(value, list) else [value]
        for key, value in filters.write(wanted).items()
    }


# -- calendars


def calendar(title: str, url: str) -> dict[str, str]:
    """A calendar's address, as each client takes it."""
    webcal = "webcal://" + url.split("://", 1)[1]
    outlook = f"addfromweb?url={quote(url, safe='')}&name={quote(title, safe='')}"
    return {
        "title": title,
        "address": url,
        "webcal": webcal,
        # Google wants a webcal address here; with https it takes it for an e-mail address.
        "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.office.com/calendar/0/{outlook}",
        "outlook_live": f"https://outlook.live.com/calendar/0/{outlook}",
    }
