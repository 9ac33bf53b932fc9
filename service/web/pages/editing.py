"""The form of an event's details: what stands in its fields, and what a filled-in one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.events import fields, wording
from service.core.events.event import Details
from service.core.events.kinds import KIND_WORDS, Kind
from service.web.pages.forms import Form
from service.web.pages.site import Visit

_LISTS = ("organizations", "tickers", "tags")
_TEXTS = ("title", "when", "kind", "importance", "timezone", "location", "url", "description")
_SOURCE = ("title", "publisher", "date", "url", "excerpt")
OFFICIAL = "source_official"
NAMES = (
    *_TEXTS,
    *_LISTS,
    "recurrence",
    "title_en",
    "title_zh",
    *(f"source_{key}" for key in _SOURCE),
    OFFICIAL,
)
_LONG = ("description", "source_excerpt")
_EVENT = ("title", "when", "kind", "importance")
_MORE = (
    "title_en",
    "organizations",
    "tickers",
    "tags",
    "location",
    "url",
    "description",
    "timezone",
    "recurrence",
)


def from_details(details: Details) -> dict[str, str]:
    """What the fields show of an event."""
    written = fields.write(details)
    source = written["source"] or {}
    return {
        **{key: str(written[key]) for key in _TEXTS},
        "when": wording.written(details.when),
        **{key: ", ".join(written[key]) for key in _LISTS},
        "recurrence": details.recurrence or "",
        "title_en": dict(details.titles).get("en", ""),
        "title_zh": dict(details.titles).get("zh", ""),
        **{f"source_{key}": str(source.get(key) or "") for key in _SOURCE},
        OFFICIAL: "true" if source.get("official") else "",
    }


def given(form: Form) -> dict[str, str]:
    """What a form's fields say; a field that it does not have is not there."""
    found = {}
    for name in NAMES:
        values = form.every(name)
        if values:
            found[name] = values[0].replace("\r\n", "\n")
    if OFFICIAL not in found and "source_title" in found:
        found[OFFICIAL] = ""  # a box that is not ticked is not sent
    return found


def data(values: Mapping[str, str]) -> dict[str, Any]:
    """The event that the fields describe, as the API takes it."""
    written: dict[str, Any] = {key: values[key] for key in _TEXTS if values.get(key, "").strip()}
    written |= {key: _split(values.get(key, "")) for key in _LISTS if values.get(key)}
    if values.get("recurrence", "").strip():
        written["recurrence"] = values["recurrence"]
    titles = {lang: values[f"title_{lang}"] for lang in ("en", "zh") if values.get(f"title_{lang}")}
    if titles:
        written["titles"] = titles
    source: dict[str, Any] = {
        key: values[f"source_{key}"] for key in _SOURCE if values.get(f"source_{key}", "").strip()
    }
    if source:
        written["source"] = {**source, "official": bool(values.get(OFFICIAL))}
    return written


def patch(values: Mapping[str, str], before: Details) -> dict[str, Any]:
    """The merge patch of those fields that say something else than the event has."""
    shown = from_details(before)
    changed = {key for key, value in values.items() if value.strip() != shown.get(key, "").strip()}
    written: dict[str, Any] = {}
    for key in changed:
        value = values[key].strip()
        if key in _LISTS:
            written[key] = _split(value)
        elif key in ("title_en", "title_zh"):
            written.setdefault("titles", {})[key.removeprefix("title_")] = value or None
        elif key.startswith("source_"):
            continue
        elif key in ("title", "when"):
            written[key] = value
        else:
            written[key] = value or None
    if any(key.startswith("source_") for key in changed):
        source: dict[str, Any] = {
            key: values[f"source_{key}"].strip() or None
            for key in _SOURCE
            if f"source_{key}" in values
        }
        source["official"] = bool(values.get(OFFICIAL))
        # Another source, or other words of it: where Horizon read it before no longer holds.
        source |= {"page": None, "line": None, "sha256": None}
        written["source"] = source if any(source.values()) else None
    return written


def groups(
    values: Mapping[str, str], visit: Visit, always_open: bool = False
) -> list[dict[str, Any]]:
    """The fields in groups, as the template draws them."""
    t = visit.t
    rest = any(values.get(key) for key in _MORE if key != "timezone")
    source_keys = [f"source_{key}" for key in _SOURCE]
    return [
        {"name": t.event_group, "open": True, "fields": [field(k, values, visit) for k in _EVENT]},
        {
            "name": t.source_group,
            "open": always_open or any(values.get(key) for key in source_keys),
            "fields": [field(k, values, visit) for k in (*source_keys, OFFICIAL)],
        },
        {
            "name": t.more_group,
            "open": always_open and rest,
            "fields": [field(k, values, visit) for k in _MORE],
        },
    ]


def field(name: str, values: Mapping[str, str], visit: Visit) -> dict[str, Any]:
    """One field: its label, value and kind of control."""
    t = visit.t
    choices: list[dict[str, str]] = []
    if name == "kind":
        words = KIND_WORDS[visit.lang]
        choices = [{"value": kind.value, "label": words[kind]} for kind in Kind]
        if not values.get(name):
            choices.insert(0, {"value": "", "label": t.by_title})
    if name == "importance":
        choices = t.choices("importance")
    hint = ""
    if name == "when":
        hint = t.field_when_hint
    if name in _LISTS:
        hint = t.field_list_hint
    return {
        "name": name,
        "label": t[f"field_{name}"],
        "value": values.get(name, "normal" if name == "importance" else ""),
        "choices": choices,
        "long": name in _LONG,
        "box": name == OFFICIAL,
        "type": "date"
        if name == "source_date"
        else "url"
        if name in ("url", "source_url")
        else "text",
        "hint": hint,
        "required": name in ("title", "when"),
    }


def _split(text: str) -> list[str]:
    pieces = (piece.strip() for piece in text.replace("，", ",").replace("、", ",").split(","))
    return [piece for piece in pieces if piece]
