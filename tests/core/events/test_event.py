"""What happens to an event: SEQUENCE, status, UID, and what each step of history is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events.event import (
    CalendarVersion,
    Change,
    ChangeKind,
    Details,
    Event,
    Origin,
    Status,
)

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=12)


def details(**changes: object) -> Details:
    base = Details("Google I/O 2026 开发者大会", parse("2026-05"), "America/Los_Angeles")
    return replace(base, **changes)  # type: ignore[arg-type]


def created(**changes: object) -> Event:
    return event_.new("google-io-2026", details(**changes), NOW, Origin.FILE).after


def revised(event: Event, **changes: object) -> Change:
    change = event_.revise(event, replace(event.details, **changes), LATER)  # type: ignore[arg-type]
    assert change is not None
    return change


def test_a_new_event_has_a_uid_of_its_id_and_sequence_0() -> None:
    event = created()
    assert (event.uid, event.sequence, event.version) == ("google-io-2026@horizon", 0, 1)


def test_the_status_follows_the_date_until_somebody_sets_it() -> None:
    event = created()
    assert event.status is Status.TENTATIVE
    dated = revised(event, when=parse("2026-05-19/2026-05-20")).after
    assert dated.status is Status.CONFIRMED
    assert revised(dated, when=parse("2026-05-19~")).after.status is Status.TENTATIVE
    held = revised(event, status=Status.CONFIRMED).after
    assert revised(held, when=parse("2026-06")).after.status is Status.CONFIRMED
    assert revised(held, status=None).after.status is Status.TENTATIVE


@pytest.mark.parametrize(
    ("key", "value", "grows"),
    [
        ("when", parse("2026-05-19/2026-05-20"), True),
        ("status", Status.CANCELLED, True),
        ("location", "Mountain View", True),
        ("timezone", "Asia/Shanghai", True),
        ("title", "Google I/O", False),
        ("description", "…", False),
        ("tags", ("AI",), False),
    ],
)
def test_sequence_grows_by_one_when_what_attendees_plan_by_changes(
    key: str, value: object, grows: bool
) -> None:
    change = revised(created(), **{key: value})
    assert change.after.sequence == (1 if grows else 0)
    assert change.after.uid == "google-io-2026@horizon"
    assert change.after.version == 2
    assert change.keys == (key,)


def test_recurrence_and_exceptions_count_for_the_sequence() -> None:
    event = created(when=parse("2026-05-19"))
    yearly = revised(event, recurrence="FREQ=YEARLY").after
    assert yearly.sequence == 1
    assert revised(yearly, exceptions=(date(2027, 5, 19),)).after.sequence == 2


def test_setting_the_status_that_the_date_gives_anyway_is_still_a_change_of_status() -> None:
    assert revised(created(), status=Status.TENTATIVE).after.sequence == 1


@pytest.mark.parametrize(
    ("before", "after", "kind", "days"),
    [
        ({}, {"when": "2026-05-19/2026-05-20"}, ChangeKind.FIRMED, None),
        ({}, {"when": "2026-06-02/2026-06-03"}, ChangeKind.LATER, 32),
        ({"when": "2026-06-10"}, {"when": "2026-06-08"}, ChangeKind.EARLIER, 2),
        ({"when": "2026-05-19"}, {"when": "2026-05"}, ChangeKind.LOOSENED, None),
        ({}, {"status": Status.CANCELLED}, ChangeKind.CANCELLED, None),
        ({}, {"status": Status.CANCELLED, "when": "2026-06"}, ChangeKind.CANCELLED, None),
        ({"status": Status.CANCELLED}, {"status": None}, ChangeKind.REINSTATED, None),
        ({"status": Status.CANCELLED}, {"status": Status.CONFIRMED}, ChangeKind.REINSTATED, None),
        ({}, {"title": "I/O"}, ChangeKind.EDITED, None),
        ({}, {"when": "[2026-05-01..2026-05-31]"}, ChangeKind.EDITED, None),
    ],
)
def test_each_step_has_the_name_of_the_contract(
    before: dict[str, object], after: dict[str, object], kind: ChangeKind, days: int | None
) -> None:
    def read(given: dict[str, object]) -> dict[str, object]:
        return {k: parse(str(v)) if k == "when" else v for k, v in given.items()}

    change = revised(created(**read(before)), **read(after))
    assert (change.kind, change.days) == (kind, days)


def test_a_change_tells_both_dates() -> None:
    change = revised(created(), when=parse("2026-05-19/2026-05-20"))
    assert (change.from_when, change.to_when) == ("2026-05", "2026-05-19/2026-05-20")


def test_changing_nothing_is_no_change() -> None:
    event = created()
    assert event_.revise(event, event.details, LATER) is None
    assert event_.revise(event, event.details, LATER, Origin.FILE) is None


def test_taking_an_event_over_keeps_its_uid_sequence_and_time_of_change() -> None:
    event = event_.new("x", details(), NOW, Origin.API, uid="abc@example.org", sequence=4).after
    change = event_.revise(event, event.details, LATER, Origin.FILE)
    assert change is not None
    after = change.after
    assert (after.origin, after.uid, after.sequence) == (Origin.FILE, "abc@example.org", 4)
    assert after.updated_at == NOW


def test_withdrawn_and_restored_is_the_same_event() -> None:
    event = created()
    out = event_.withdraw(event, LATER)
    assert out is not None
    assert (out.kind, out.from_when, out.to_when) == (ChangeKind.WITHDRAWN, "2026-05", None)
    assert out.after.withdrawn
    assert event_.withdraw(out.after, LATER) is None
    back = event_.restore(out.after, out.after.details, LATER)
    assert back is not None
    assert back.kind is ChangeKind.RESTORED
    assert (back.after.withdrawn, back.after.uid, back.after.sequence) == (False, event.uid, 0)
    assert back.after.version == 3
    assert event_.restore(event, event.details, LATER) is None


def test_restoring_with_a_new_date_is_one_step_that_raises_the_sequence() -> None:
    out = event_.withdraw(created(), LATER)
    assert out is not None
    moved = replace(out.after.details, when=parse("2026-05-19"))
    back = event_.restore(out.after, moved, LATER)
    assert back is not None
    assert (back.kind, back.after.sequence, back.after.version) == (ChangeKind.RESTORED, 1, 3)


def test_a_clock_set_back_never_makes_a_change_look_older_than_the_last() -> None:
    change = event_.revise(created(), details(title="I/O"), NOW - timedelta(hours=3))
    assert change is not None
    assert change.after.updated_at == NOW


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("百度 Create 2026 AI 开发者大会", "create-2026-ai-"),
        ("《人工智能拟人化互动服务管理暂行办法》正式施行", "event-"),
        ("Café — Étude", "cafe-etude-"),
        ("x" * 300, "x" * 60 + "-"),
    ],
)
def test_an_id_made_from_a_title_is_stable_and_plain(title: str, start: str) -> None:
    made = event_.slug(title)
    assert made.startswith(start)
    assert len(made) == len(start) + 6
    assert made == event_.slug(title)
    assert made != event_.slug(title + " ")


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (CalendarVersion(1), CalendarVersion(2), True),
        (CalendarVersion(2), CalendarVersion(1), False),
        (CalendarVersion(1, LATER), CalendarVersion(2, NOW), True),
        (CalendarVersion(1, NOW), CalendarVersion(1, LATER), True),
        (CalendarVersion(1, LATER), CalendarVersion(1, NOW), False),
        (CalendarVersion(1, NOW), CalendarVersion(1, NOW), False),
        (CalendarVersion(1), CalendarVersion(1, NOW), False),
        (CalendarVersion(1, NOW), CalendarVersion(1), False),
    ],
)
def test_the_higher_sequence_is_newer_and_at_a_tie_the_later_stamp(
    one: CalendarVersion, other: CalendarVersion, older: bool
) -> None:
    """RFC 5546 2.1.5. Without a stamp neither of two is the older."""
    assert one.older_than(other) is older


def test_what_a_calendar_said_stays_with_its_event_until_we_speak_for_it_again() -> None:
    """Under a calendar's UID its numbers go on, whoever changes the event in between. Under our own
    they are what we publish as soon as anybody else changes it."""
    told = CalendarVersion(7, NOW)
    for uid, kept in (("x@calendar.example", told), (None, None)):
        made = event_.new("io", details(), NOW, Origin.IMPORT, uid=uid, calendar_version=told)
        assert revised(made.after, title="x").after.calendar_version == kept
        newer = event_.revise(
            made.after, details(title="y"), LATER, calendar_version=CalendarVersion(8, LATER)
        )
        assert newer is not None
        assert newer.after.calendar_version == CalendarVersion(8, LATER)
