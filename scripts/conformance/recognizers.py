"""Cases of microsoft/Recognizers-Text: Specs/DateTime/{English,Chinese}/DateTimeModel.json.

A result counts when it is a date, a range of days, a time on a day or a range of such times, and is
not modified ("before", "since", "end of"). Left out besides what cases.py leaves out: times with
seconds ("end of tomorrow" as 23:59:59), and ranges that end on the reference day ("this year" up to
now). Several values are several accepted answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from scripts.conformance import clones
from scripts.conformance.cases import Case, Want, days, in_scope

SUITE = "Recognizers-Text"
# The English specs are of the United States: 10/2 is 2 October.
LANGUAGES = (("zh", "Chinese", "Asia/Shanghai"), ("en", "English", "America/New_York"))
KINDS = ("date", "daterange", "datetime", "datetimerange")


def cases(clone: Path) -> Iterator[Case]:
    for lang, folder, zone in LANGUAGES:
        spec = json.loads(clones.text(clone, f"Specs/DateTime/{folder}/DateTimeModel.json"))
        for item in spec:
            yield from _cases(item, lang, zone)


def _cases(item: dict[str, Any], lang: str, zone: str) -> Iterator[Case]:
    moment, text = (item.get("Context") or {}).get("ReferenceDateTime"), item["Input"]
    if not moment or "\n" in text:
        return
    today = datetime.fromisoformat(moment).date()
    for result in item["Results"]:
        where = (result.get("Start") or 0, (result.get("End") or 0) + 1)
        case = Case(SUITE, lang, text, today, zone, _wants(result, today), where)
        if in_scope(case):
            yield case


def _wants(result: dict[str, Any], today: date) -> tuple[Want, ...]:
    kind = result.get("TypeName", "").split(".")[-1]
    values = (result.get("Resolution") or {}).get("values") or []
    if kind not in KINDS or any(value.get("Mod") for value in values):
        return ()
    wants = []
    for value in values:
        try:
            wants.append(_want(kind, value))
        except (KeyError, ValueError):  # "not resolved", or a date that does not exist
            continue
    if any(isinstance(want.first, datetime) and want.first.second for want in wants):
        return ()
    if any(not want.timed and want.first <= today and today in want.ends for want in wants):
        return ()
    return tuple(wants)


def _want(kind: str, value: dict[str, Any]) -> Want:
    match kind:
        case "date":
            return days(date.fromisoformat(value["value"]))
        case "daterange":
            return _range(date.fromisoformat(value["start"]), date.fromisoformat(value["end"]))
        case "datetime":
            return Want(_moment(value, "value"), frozenset())
        case _:
            return Want(_moment(value, "start"), frozenset({_moment(value, "end")}))


def _range(first: date, end: date) -> Want:
    ends = {end - timedelta(1), end}
    if first.day == end.day == 1:  # of whole months, to the first of one: also with that month
        ends.add((end.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1))
        if first.month == end.month == 1:
            ends.add(end.replace(month=12, day=31))
    return days(first, *ends)


def _moment(value: dict[str, Any], name: str) -> datetime:
    """Where the text names its zone, the time in it; else that of the wall clock."""
    moment = datetime.fromisoformat(value[name])
    minutes = value.get("utcOffsetMins")
    if minutes is None:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=int(minutes))))
