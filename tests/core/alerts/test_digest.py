"""What a digest holds on a day. The event data beside the six of the seed is made up for these tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from service.core.alerts import digest as digest_
from service.core.alerts.digest import Digest, compose, is_empty
from service.core.events import event as event_
from service.core.events.event import ChangeKind, Event, Recorded
from tests.core.seed import (
    BAIDU,
    CREATED,
    GOOGLE,
    MICROSOFT,
    SEED,
    SUPERAI,
    digest_rule,
    event,
    journal,
    revised,
)


def told(
    day: str,
    events: tuple[Event, ...],
    changes: list[Recorded] | None = None,
    now: str | None = None,
    **rule: Any,
) -> Digest:
    due = datetime.fromisoformat(day if "T" in day else f"{day}T08:30+08:00")
    sent = datetime.fromisoformat(now) if now else due
    return compose(digest_rule(**rule), events, changes or [], sent, due)


def ids(items: tuple[digest_.Item, ...]) -> list[str]:
    return [item.event.id for item in items]


def test_the_days_are_told_in_order_and_a_running_event_is_todays() -> None:
    digest = told("2026-05-14", SEED)
    assert ids(digest.today) == ["baidu-create-2026"]
    assert ids(digest.ahead) == ["fortune-workplace-2026"]
    assert digest.next_up is None
    # The last day of the window is in it, the day after is not.
    assert ids(told("2026-05-27", SEED).ahead) == ["superai-2026"]
    assert ids(told("2026-05-26", SEED).ahead) == []


def test_when_nothing_is_dated_the_next_one_is_named() -> None:
    digest = told("2026-04-27", SEED)
    assert digest.today == digest.ahead == ()
    assert digest.next_up is not None
    assert digest.next_up.event is BAIDU
    assert told("2026-04-27", (GOOGLE,)).next_up is None


@pytest.mark.parametrize(
    ("when", "days", "shown"),
    [
        # this month and the next
        ("2026-06", ["2026-05-01", "2026-05-31", "2026-06-30"], True),
        ("2026-06", ["2026-04-30"], False),
        ("[2026-06-21..2026-06-30]", ["2026-05-02"], True),
        ("2027-01", ["2026-12-01", "2027-01-31"], True),
        # a longer window: in its first and in its last month
        ("2026-34", ["2026-04-01", "2026-04-30", "2026-06-01", "2026-06-30"], True),
        ("2026-34", ["2026-03-31", "2026-05-15"], False),
        ("2026", ["2026-01-05", "2026-12-31"], True),
        ("2026", ["2026-02-01", "2026-11-30"], False),
    ],
)
def test_undated_events_are_told_while_their_window_is_near(
    when: str, days: list[str], shown: bool
) -> None:
    for day in days:
        digest = told(day, (event("x", when),))
        assert bool(digest.undated) is shown, day
        assert not digest.overdue


def test_a_window_that_has_passed_is_told_until_someone_acts() -> None:
    assert ids(told("2026-05-31", SEED).overdue) == []
    assert ids(told("2026-06-01", SEED).overdue) == ["google-io-2026", "microsoft-build-2026"]
    assert ids(told("2027-06-01", SEED).overdue) == ["google-io-2026", "microsoft-build-2026"]
    off = revised(GOOGLE, status="cancelled").after
    out = event_.withdraw(MICROSOFT, CREATED)
    assert out
    assert told("2026-06-01", (off, out.after)).overdue == ()


def test_cancelled_and_withdrawn_events_are_in_no_list() -> None:
    off = [revised(e, status="cancelled").after for e in SEED]
    assert is_empty(told("2026-05-13", tuple(off)))
    out = [event_.withdraw(e, CREATED) for e in SEED]
    assert is_empty(told("2026-05-13", tuple(c.after for c in out if c)))


def test_the_filter_is_the_rules() -> None:
    rule: dict[str, Any] = {"filter": {"organization": ["Fortune"]}}
    assert is_empty(told("2026-04-27", SEED, **rule))
    changes = journal(revised(SUPERAI, when="2026-06-17/2026-06-18"))
    assert told("2026-05-13", SEED, changes, **rule).changes == ()
    # An event that left the rule's filter by this very change is still told.
    rule = {"filter": {"to": "2026-06-15"}}
    assert len(told("2026-05-13", SEED, changes, **rule).changes) == 1


def test_days_are_counted_in_the_rules_zone() -> None:
    keynote = event("k", "2026-05-19T10:00", timezone="America/Los_Angeles")  # 20 May in Shanghai
    assert ids(told("2026-05-20", (keynote,)).today) == ["k"]
    pacific = told(
        "2026-05-19T08:30-07:00", (keynote,), timezone="America/Los_Angeles", ahead="P0D"
    )
    assert pacific.day == date(2026, 5, 19)
    assert ids(pacific.today) == ["k"]
    tokyo = told("2026-05-20T08:30+09:00", (keynote,), timezone="Asia/Tokyo")
    assert tokyo.today[0].first == date(2026, 5, 20)


def test_recurring_events_are_told_by_occurrence() -> None:
    weekly = event(
        "w", "2026-05-04T23:00", timezone="America/New_York", recurrence="FREQ=WEEKLY;COUNT=5"
    )
    digest = told("2026-05-12", (weekly,))
    assert ids(digest.today) == ["w"]  # Monday night in New York is Tuesday in Shanghai
    assert [item.first for item in digest.ahead] == [date(2026, 5, 19), date(2026, 5, 26)]
    yearly = event("y", "2020-02-01", recurrence="FREQ=YEARLY", exceptions=["2027-02-01"])
    upcoming = told("2026-05-12", (yearly,)).next_up
    assert upcoming
    assert upcoming.first == date(2028, 2, 1)


@pytest.mark.parametrize(
    ("now", "late"),
    [("08:30:20", None), ("08:44", None), ("08:45", time(8, 30)), ("23:59", time(8, 30))],
)
def test_a_late_digest_says_when_it_should_have_gone_out(now: str, late: time | None) -> None:
    digest = told("2026-06-01", SEED, now=f"2026-06-01T{now}+08:00")
    assert digest.late_since == late
    assert digest.day == date(2026, 6, 1)


def kinds(changes: list[Recorded], day: str = "2026-05-01") -> list[tuple[str, ChangeKind]]:
    return [(m.event.id, m.kind) for m in told(day, (), changes).changes]


def test_all_steps_of_an_event_are_told_as_one() -> None:
    first = revised(SUPERAI, when="2026-06-17/2026-06-18")
    second = revised(first.after, when="2026-06-12/2026-06-13")
    (moved,) = told("2026-05-01", (), journal(first, second)).changes
    assert (moved.kind, moved.days) == (ChangeKind.LATER, 2)
    assert moved.before is not None
    assert (moved.before.text, moved.after.text) == (
        "2026-06-10/2026-06-11",
        "2026-06-12/2026-06-13",
    )
    back = revised(second.after, when="2026-06-10/2026-06-11")
    assert kinds(journal(first, second, back)) == []


def test_each_kind_of_change() -> None:
    created = event_.new("n", SUPERAI.details, CREATED, SUPERAI.origin)
    assert kinds(journal(created)) == [("n", ChangeKind.CREATED)]
    dated = revised(created.after, when="2026-06-20")
    assert kinds(journal(created, dated)) == [("n", ChangeKind.CREATED)]
    assert kinds(journal(revised(GOOGLE, when="2026-05-19/2026-05-20"))) == [
        ("google-io-2026", ChangeKind.FIRMED)
    ]
    assert kinds(journal(revised(SUPERAI, when="2026-06"))) == [
        ("superai-2026", ChangeKind.LOOSENED)
    ]
    off = revised(SUPERAI, status="cancelled")
    assert kinds(journal(off)) == [("superai-2026", ChangeKind.CANCELLED)]
    on = revised(off.after, status=None)
    assert kinds(journal(on)) == [("superai-2026", ChangeKind.REINSTATED)]
    assert kinds(journal(off, on)) == []
    moved_and_off = revised(revised(SUPERAI, when="2026-07-01").after, status="cancelled")
    assert kinds(journal(revised(SUPERAI, when="2026-07-01"), moved_and_off)) == [
        ("superai-2026", ChangeKind.CANCELLED)
    ]


def test_what_nobody_needs_to_hear_is_no_change() -> None:
    created = event_.new("n", SUPERAI.details, CREATED, SUPERAI.origin)
    out = event_.withdraw(created.after, CREATED)
    assert out
    assert kinds(journal(created, out)) == []
    assert kinds(journal(created, revised(created.after, status="cancelled"))) == []
    assert kinds(journal(revised(SUPERAI, description="…"))) == []
    back = event_.restore(out.after, SUPERAI.details, CREATED)
    assert back
    assert kinds(journal(out, back)) == []
    assert kinds(journal(back)) == [("n", ChangeKind.CREATED)]
    # What lies behind on either date: someone is tidying up.
    assert kinds(journal(revised(SUPERAI, when="2026-06-01")), "2026-07-01") == []
    assert kinds(journal(created), "2026-07-01") == []
    purged = Recorded(
        9,
        CREATED,
        "gone",
        3,
        ChangeKind.PURGED,
        "2026-06",
        None,
        None,
        "test",
        SUPERAI.origin,
        None,
        (),
        None,
    )
    assert kinds([purged]) == []


def test_a_day_with_nothing_to_tell_is_empty_whatever_comes_later() -> None:
    digest = told("2026-01-05", SEED)
    assert digest.next_up
    assert is_empty(digest)
    assert not is_empty(told("2026-04-27", SEED))
    assert not is_empty(told("2026-06-01", (MICROSOFT,)))


def test_the_hour_that_a_clock_change_leaves_out_is_told_as_it_came() -> None:
    due = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)  # 02:30 does not exist, 03:00 does
    rule = digest_rule(timezone="America/Los_Angeles", at="02:30")
    digest = compose(rule, SEED, [], due + timedelta(hours=1), due)
    assert digest.late_since == time(3, 0)
    assert digest.day == date(2026, 3, 8)
