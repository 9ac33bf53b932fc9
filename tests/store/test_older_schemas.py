"""What earlier versions of Horizon wrote is there after the upgrade, and today's code works with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from service.channels import Channels
from service.channels.slack import Delivered
from service.core.alerts import blockkit
from service.core.alerts.deliveries import State
from service.core.events import filters
from service.core.events.event import Origin
from service.operations import events
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.run_once import run_once
from service.operations.events import By
from service.store import Store, migrate, open_engine
from service.store.engine import REVISIONS
from tests.operations.test_alerts import ScriptedSlack
from tests.soundness import faults
from tests.store import older

LATER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(params=older.REVISIONS)
def upgraded(request: pytest.FixtureRequest, empty_database_url: str) -> Iterator[Store]:
    """A database of that schema with what its Horizon wrote, brought up to date."""
    engine = open_engine(empty_database_url)
    older.make(engine, request.param)
    before = older.held(engine)
    assert older.revision(engine) == request.param
    migrate(engine)
    assert older.differences(before, older.held(engine)) == []
    yield Store(engine)
    engine.dispose()


def test_every_schema_has_its_data() -> None:
    """A new migration needs the rows that the version before it wrote: see tests/store/older.py."""
    assert REVISIONS[: len(older.REVISIONS)] == older.REVISIONS
    assert len(older.REVISIONS) >= len(REVISIONS) - 1


def test_what_an_older_version_wrote_is_whole_and_can_be_worked_with(upgraded: Store) -> None:
    assert faults(upgraded._engine) == []
    with upgraded.reading() as reading:
        month = reading.event("month")
        assert month is not None
        assert month.when.text == "2026-05-21"
        assert [row.change for row in reading.history("month")] == ["created", "firmed"]
        assert reading.select(filters.read({"q": "示例大会", "tag": "ai"}))
        assert reading.feed("laws") is not None
    by = By("test", Origin.CLI, LATER, "Asia/Shanghai")
    with upgraded.writing(LATER) as writing:
        events.patch(writing, "month", {"when": "2026-05-22", "tags": ["新"]}, by)
        events.withdraw(writing, "timed", by)
        events.create(writing, {"title": "Example", "when": "2027"}, by)
    assert faults(upgraded._engine) == []


@pytest.mark.parametrize(
    "upgraded", [r for r in older.REVISIONS if "deliveries" in older.rows(r)], indirect=True
)
def test_no_alert_of_an_older_version_goes_out_again(upgraded: Store) -> None:
    """What was under way, or uncertain, is looked for; those that were sent are left alone. What had to
    wait goes out word for word, and what was owed is composed."""
    with upgraded.reading() as reading:
        held = reading.deliveries()
    sent = [row for row in held if row.state is State.SENT]
    (under_way,) = (row for row in held if row.state is State.SENDING)
    unsure = [row for row in held if row.state is State.UNCERTAIN]
    waited = [row for row in held if row.state is State.RETRY]
    owed = [row for row in held if row.state is State.OWED and row.rule == "owed"]
    now = [datetime(2026, 7, 17, 1, tzinfo=UTC)]
    slack = ScriptedSlack(lambda: now[0])
    there = dict.fromkeys([under_way.key, *(row.key for row in unsure)], "1.5")

    def delivered(channel: str, oldest: float) -> Delivered:
        ours = ScriptedSlack.delivered(slack, channel, oldest)
        return Delivered({**there, **ours.keys}, complete=True)

    slack.delivered = delivered  # type: ignore[method-assign]

    def sleep(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    for _ in range(5):
        run_once(
            upgraded, Channels(slack), AlertSettings("http://127.0.0.1:8000"), now[0],
            clock=lambda: now[0], sleep=sleep,
        )  # fmt: skip
        now[0] += timedelta(minutes=2)
    assert not {row.key for row in sent} & set(slack.keys)
    assert not {under_way.key, *(row.key for row in unsure)} & set(slack.keys)
    posted = {key: message for _, keys, message in slack.posts for key in keys}
    for row in waited:
        assert row.message is not None
        assert posted[row.key] == blockkit.read(row.message.rendered)
        assert slack.keys.count(row.key) == 1
    assert [slack.keys.count(row.key) for row in owed] == [1] * len(owed)
    with upgraded.reading() as reading:
        after = reading.delivery(under_way.key)
    assert after is not None
    assert (after.state, after.ts) == (State.SENT, "1.5")
    assert faults(upgraded._engine) == []
