"""A proposal as a row of the review: what stands in its fields, and what a filled-in one says.

A field that nobody touched says nothing, whatever it holds: each row carries the print of what it showed, so
that two who review one import do not take each other's corrections back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service import sentences
from service.core.dates import when as when_
from service.core.dates.when import Precision, When
from service.core.events import fields, wording
from service.core.events.event import Event
from service.core.events.kinds import KIND_WORDS, Kind
from service.core.imports.marks import marked
from service.core.imports.proposals import BOTH, RULES, Action
from service.errors import InvalidInput
from service.operations import reviews
from service.store import StoredImport
from service.web.pages.forms import Form
from service.web.pages.site import Visit
from service.web.words import Words

FIELDS = ("title", "when", "end", "kind", "location", "importance", "matches")
_OTHER = "other"
_ID = re.compile(r"(?:.*/events/)?([a-z0-9-]{1,100})/?(?:[?#].*)?")


@dataclass(frozen=True)
class SubmittedRow:
    """What came back of a row: whether its box is ticked, whether somebody changed that, and what they
    wrote into its fields, None where they left them alone."""

    ticked: bool
    toggled: bool
    values: Mapping[str, str] | None


def shown_values(written: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a proposal."""
    event = written["event"]
    start, end = _parted(when_.parse(event["when"]))
    return {
        "title": event["title"],
        "when": start,
        "end": end,
        "kind": event["kind"],
        "location": event["location"],
        "importance": event["importance"],
        "matches": written["matches"] or "",
        _OTHER: "",
    }


def _parted(when: When) -> tuple[str, str]:
    """The date, and its end where it has one of its own."""
    if when.precision is Precision.DAY and when.days > 1:
        return when.start_text + when.qualifier, when.end_text
    if when.timed and "/" in when.text:
        start, _, end = when.text.partition("/")
        return start, end
    return wording.written(when), ""


def print_of(values: Mapping[str, str]) -> str:
    """A short print of what a row's fields hold."""
    told = json.dumps([values.get(key, "") for key in (*FIELDS, _OTHER)])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def sent(form: Form, pid: str, ticked: bool) -> SubmittedRow:
    """What a form says of a row."""
    values = {key: form.one(f"{pid}.{key}").strip() for key in (*FIELDS, _OTHER)}
    touched = form.one(f"{pid}.as") not in ("", print_of(values))
    return SubmittedRow(
        ticked, ticked != (form.one(f"{pid}.was") == "1"), values if touched else None
    )


def edit(
    written: Mapping[str, Any], values: Mapping[str, str], timezone: str, today: date
) -> dict[str, Any]:
    """The corrections that a filled-in row says, over those that it had."""
    before = shown_values(written)
    said: dict[str, Any] = dict(written.get("corrected", {}))
    said |= {
        key: values[key]
        for key in ("title", "kind", "location", "importance")
        if values[key] != before[key].strip()
    }
    if values["when"] != before["when"] or values["end"] != before["end"]:
        said["when"] = values["when"]
        said.pop("end", None)
        if values["end"] and (
            values["end"] != before["end"] or _single(values["when"], timezone, today)
        ):
            said["end"] = values["end"]
    if other := values[_OTHER]:
        found = _ID.fullmatch(other)
        said["matches"] = found[1] if found else other
    elif values["matches"] != before["matches"]:
        said["matches"] = values["matches"] or None
    return said


def _single(text: str, timezone: str, today: date) -> bool:
    """Whether it is one day or time, so that an end that stood beside it goes on standing there."""
    try:
        when = fields.read({"title": "-", "when": text}, timezone, today).when
    except InvalidInput:
        return False
    return when.dated and when.days == 1 and "/" not in when.text


# -- what the templates draw


def row(
    visit: Visit,
    stored: StoredImport,
    written: Mapping[str, Any],
    events: Mapping[str, Event],
    *,
    outdated: bool = False,
    values: Mapping[str, str] | None = None,
    problems: Iterable[str] = (),
    opened: bool = False,
) -> dict[str, Any]:
    """Everything that a row shows; `values` are what somebody wrote that cannot be used."""
    t = visit.t
    given = written["event"]
    before = events.get(written["matches"] or "")
    when = when_.parse(given["when"])
    action = written["action"]
    was = ""
    if before is not None and before.when.text != when.text and action != Action.UNCHANGED:
        was = wording.near(before.when, visit.lang, before.details.timezone, visit.today)
    reason = sentences.said(why := reviews.why(written), visit.lang, t.field_names)
    applied = stored.applied.get(written["id"])
    event_id = applied["event_id"] if applied else written["matches"]
    held = shown_values(written)
    problems = list(problems)
    return {
        "id": written["id"],
        "title": given["title"],
        "kind": given["kind"],
        "kind_word": KIND_WORDS[visit.lang][Kind(given["kind"])],
        "when": wording.near(when, visit.lang, given["timezone"], visit.today),
        "means": t.means.format(wording.full(when, visit.lang, given["timezone"])),
        "dated": when.dated,
        "was": was,
        "pieces": _pieces(stored, written),
        "place": place(written, t),
        "reason": reason,
        "reason_lang": "en" if reason == why else "zh-CN",
        "sure": t.confidence.format(round(100 * written["confidence"])),
        "open": reviews.is_open(stored, written),
        "ticked": reviews.ticked(stored, written),
        "doubts": doubts(written, visit.lang),
        "read_by": _read_by(written, t),
        "decided": decided(visit, stored, written["id"]),
        "href": visit.address(f"/events/{event_id}") if event_id else "",
        "accept": t.accept.format(given["title"]),
        "correct": t.correct_this.format(given["title"]),
        "cancelled": action == Action.CANCEL,
        "outdated": outdated,
        "corrected": _as_read(stored, written, visit),
        "values": values or held,
        "print": print_of(held),
        "editable": written["id"] not in stored.applied,
        "opened": opened or bool(problems),
        "problems": problems,
        "kinds": [{"value": k.value, "label": KIND_WORDS[visit.lang][k]} for k in Kind],
        "importances": t.choices("importance"),
        "matches": _matches(visit, written, events),
        "alike": [] if action != Action.CREATE else named(visit, written["similar"], events),
    }


def _read_by(written: Mapping[str, Any], t: Words) -> dict[str, str] | None:
    """Who read it, in words, where a model did."""
    by = written["read_by"]
    if by == RULES:
        return None
    if by == BOTH:
        return {"words": t.read_by_both, "style": "plain"}
    return {"words": t.read_by_model.format(by.removeprefix("model ")), "style": "open"}


def doubts(written: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """What speaks against a proposal, in words."""
    return [
        {"words": doubt["text"][lang], "veto": doubt["veto"]} for doubt in written.get("doubts", [])
    ]


def place(told: Mapping[str, Any], t: Words) -> str:
    """Where in the document it stands, in words."""
    if not told["line"]:
        return ""
    page = told["page"]
    return t.page_line.format(page, told["line"]) if page else t.line.format(told["line"])


def decided(visit: Visit, stored: StoredImport, pid: str) -> dict[str, str] | None:
    """Who decided about a proposal, and when; None where nobody has."""
    t = visit.t
    if pid in stored.applied:
        each = stored.applied[pid]
        words = t.taken_by.format(each.get("who", stored.who), _at(visit, each, stored))
        return {"words": words, "style": "sure"}
    each = stored.review.get("declined", {}).get(pid)
    if each is None:
        return None
    words = t.undone_by if each.get("undone") else t.declined_by
    return {"words": words.format(each["who"], _at(visit, each, stored)), "style": "plain"}


def _at(visit: Visit, told: Mapping[str, Any], stored: StoredImport) -> str:
    at = datetime.fromisoformat(told["at"]) if "at" in told else stored.created_at
    return at.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M")


def _pieces(stored: StoredImport, written: Mapping[str, Any]) -> list[dict[str, str]]:
    """The words of the document with the title and the date that were read in them."""
    if not written["excerpt"]:
        return []
    number = int(written["id"].removeprefix("p")) - 1
    read = stored.content["candidates"][number]
    details, day = read["details"], read["day"]
    spoken = date.fromisoformat(day) if day else stored.created_at.date()
    when = when_.parse(details["when"])
    found = marked(written["excerpt"], details["title"], when, spoken, details["timezone"])
    return [{"text": piece.text, "mark": piece.mark} for piece in found]


def _as_read(stored: StoredImport, written: Mapping[str, Any], visit: Visit) -> str:
    """What was read where a person has corrected it; "" where nobody has."""
    if not written.get("corrected"):
        return ""
    number = int(written["id"].removeprefix("p")) - 1
    read = stored.content["candidates"][number]["details"]
    when = wording.near(when_.parse(read["when"]), visit.lang, read["timezone"], visit.today)
    return visit.t.read_as.format(f"{when} · {read['title']}")


def _matches(
    visit: Visit, written: Mapping[str, Any], events: Mapping[str, Event]
) -> list[dict[str, str]]:
    ids = dict.fromkeys(filter(None, (written["matches"], *written["similar"])))
    return [
        {"value": "", "label": visit.t.match_none},
        *(
            {"value": e["id"], "label": f"{e['title']} · {e['short']}"}
            for e in named(visit, ids, events)
        ),
    ]


def named(visit: Visit, ids: Iterable[str], events: Mapping[str, Event]) -> list[dict[str, str]]:
    """Those of the events that are there, each with title and date in words."""
    return [
        {
            "id": id_,
            "title": events[id_].title_in(visit.lang),
            "short": wording.near(
                events[id_].when, visit.lang, events[id_].details.timezone, visit.today
            ),
        }
        for id_ in ids
        if id_ in events
    ]
