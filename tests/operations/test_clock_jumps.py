"""The machine's clock is set forward or back: no alert goes out twice, and none is lost."""

from __future__ import annotations

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from service.channels.slack import FailureKind, SlackFailure
from service.core.alerts import deliveries
from service.core.alerts.deliveries import State
from service.store import Store
from tests.operations.test_alerts import CHANGE, DIGEST, REMINDER, Alerts, shanghai

HOUR = timedelta(hours=1)


@pytest.fixture
def service(store: Store) -> Alerts:
    return Alerts(store, shanghai("2026-05-01T08:00"))


def passes(service: Alerts, count: int = 3, every: timedelta = timedelta(minutes=2)) -> None:
    for _ in range(count):
        service.run()
        service.machine += every


def test_after_a_clock_that_was_days_ahead_the_days_digests_go_out(service: Alerts) -> None:
    """What a channel may be sent next, and what is to be tried again, was noted by that clock."""
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05-08/2026-05-09")
    right = service.machine
    service.machine = right + timedelta(days=3, hours=2)
    passes(service)
    assert service.slack.keys == ["digest/daily/2026-05-04"]
    service.machine = right + HOUR
    passes(service)
    assert service.slack.keys[1:] == ["digest/daily/2026-05-01"]
    service.machine = shanghai("2026-05-04T08:31")
    passes(service)
    assert len(service.slack.keys) == 2


@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(hours=5), timedelta(days=2)])
def test_what_a_clock_that_was_ahead_wants_to_try_again_later_is_tried_now(
    service: Alerts, back: timedelta
) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05-08/2026-05-09")
    right = shanghai("2026-05-01T08:30")
    service.machine = right + back
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 60.0)]
    service.run()
    service.machine -= back
    passes(service, 45, timedelta(minutes=10))  # a short jump is waited out
    assert f"digest/daily/{(right + back).date()}" in service.slack.keys
    assert len(set(service.slack.keys)) == len(service.slack.keys)


@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(hours=5), timedelta(days=2)])
@pytest.mark.parametrize("arrived", [True, False])
def test_what_may_be_out_when_the_clock_is_set_back_is_found_or_sent_again(
    service: Alerts, back: timedelta, arrived: bool
) -> None:
    right = shanghai("2026-05-01T08:31")
    service.machine = right + back
    due = service.machine.astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=1)
    service.rules(("digest", {**DIGEST, "at": f"{due:%H:%M}"}))
    service.add("io", "2026-05-08/2026-05-09")
    service.slack.script = [
        "accepted, then cut" if arrived else SlackFailure(FailureKind.UNKNOWN, "cut")
    ]
    with pytest.MonkeyPatch.context() as patch:
        # It dies before it can look.
        patch.setattr("service.operations.alerts.run_once.verify_in_history", lambda tools: None)
        service.run()
    # Slack has its own clock, which was right.
    service.slack.times = [right for _ in service.slack.times]
    service.machine = right + timedelta(minutes=1)
    passes(service, 45)
    key = f"digest/daily/{(right + back).date()}"
    assert service.slack.keys.count(key) == 1
    assert service.row(key).state is State.SENT


def test_a_sender_that_died_under_a_clock_that_was_ahead_is_noticed(service: Alerts) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05-08/2026-05-09")
    right = shanghai("2026-05-01T08:31")
    service.machine = right + timedelta(days=2)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.slack, "post", dies)
        with pytest.raises(KeyboardInterrupt):
            service.run()
    service.machine = right
    passes(service, 5)
    assert service.row("digest/daily/2026-05-03").state is State.SENT


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_however_the_clock_jumps_each_alert_goes_out_once_and_none_is_lost(
    service: Alerts, seed: int
) -> None:
    chance = random.Random(seed)
    service.rules(("digest", DIGEST), ("reminder", REMINDER), ("change", CHANGE))
    first = shanghai("2026-05-10T00:00")
    events = {}
    for n in range(6):
        day = (first + timedelta(days=2 * n + 1)).date().isoformat()
        service.add(f"law-{n}", day, kind="regulation")
        events[f"law-{n}"] = day
    end = first + timedelta(days=14)
    faults = ["ok"] * 6 + ["accepted, then cut", SlackFailure(FailureKind.UNKNOWN, "cut")]
    faults += [SlackFailure(FailureKind.WAIT, "ratelimited", 30.0)]
    moved = 0
    while service.machine < end:
        service.slack.script = [chance.choice(faults) for _ in range(2)]
        service.run()
        if chance.random() < 0.06:
            moved += 1
            service.change(f"law-{chance.randrange(6)}", location=f"place {moved}")
        if chance.random() < 0.1:
            jump = chance.choice((1, 1, -1)) * timedelta(hours=chance.uniform(0.2, 30))
            # Slack knows nothing of it: what it took a while ago, it took a while ago.
            service.slack.times = [at + jump for at in service.slack.times]
            service.machine += jump
        service.machine += timedelta(minutes=chance.choice((2, 30, 120, 360)))
    service.slack.script = []
    passes(service, 60)
    keys = service.slack.keys
    assert sorted(set(keys)) == sorted(keys)
    left = {
        k: s for k, s in service.states().items() if s in (*deliveries.UNFINISHED, State.FAILED)
    }
    assert left == {}
    reminded = {key.split("/")[2] for key in keys if key.startswith("reminder/")}
    assert reminded == set(events)
    assert len([key for key in keys if key.startswith("digest/")]) > 7
