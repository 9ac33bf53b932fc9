"""Alerts under torture, in the small form; `make torture` runs the large one. And, with a clock that
is set by hand: how soon a message is out when all is well, and after an outage. (That a channel has
its second between two messages is asked by such a clock too, in tests/operations/test_alerts.py: by
the machine's it would be luck in a suite that keeps the machine busy.)

That the same stand-in, faults and ledger convict clients that are wrong on purpose (SDK defaults,
retry on error, "cut means delivered", look up without settling, give up) is shown by
tests/slack/test_stand_in.py; here the engine itself is, with its settle time taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.channels import Channels
from service.channels.channel import SECOND
from service.channels.slack import Delivered, FailureKind, Posted, SlackFailure
from service.core.alerts.blockkit import SlackMessage
from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Origin
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.plan import SETTLED
from service.operations.alerts.run_once import run_once
from service.store import Store, StoredRule
from tests.acceptance.torture import POINTS, RANDOM, Plan, kills_of, problems, run


def workers(database: str) -> int:
    return 3 if database == "postgresql" else 1


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
def test_in_a_storm_of_faults_none_is_lost_and_none_doubled(
    database: str, database_url: str
) -> None:
    plan = Plan(60, 8, workers(database))
    result = run(database_url, plan)
    print(result)
    assert problems(result, plan) == []
    assert len(result.ledger.faults) > 8


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
def test_killed_at_every_point_none_is_lost_and_none_doubled(
    database: str, database_url: str
) -> None:
    plan = Plan(60, 8, workers(database), kills=kills_of(10))
    result = run(database_url, plan)
    print(result)
    assert problems(result, plan) == []
    assert set(result.killed) == {*POINTS, RANDOM}


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
def test_the_same_storm_convicts_an_engine_that_does_not_wait_until_it_has_settled(
    database: str, database_url: str
) -> None:
    # A history that lags for three seconds, so that it is not by luck that a slow machine waits long
    # enough.
    plan = Plan(60, 8, workers(database), rate=0.5, trouble=False, settle=timedelta(0), lag=30)
    result = run(database_url, plan)
    print(result)
    assert result.doubled


# ------------------------------------------------------------------ by a clock set by hand

START = datetime(2026, 5, 13, 0, 0, tzinfo=UTC)
KNOWN = START - timedelta(days=30)
EVERY = timedelta(seconds=5)


@dataclass
class Clocked:
    """Slack by a clock of its own: when each message was out; down until `back`."""

    now: datetime = START
    back: datetime = START
    failure: SlackFailure = field(
        default_factory=lambda: SlackFailure(FailureKind.UNKNOWN, "timed_out")
    )
    takes: timedelta = timedelta(seconds=0.2)
    out: list[tuple[str, str, datetime]] = field(default_factory=list)
    can_look: bool = True

    def _answer(self) -> None:
        # One that times out takes ten seconds for it.
        down = self.now < self.back
        self.now += (
            timedelta(seconds=10)
            if down and self.failure.kind is FailureKind.UNKNOWN
            else self.takes
        )
        if down:
            raise self.failure

    def channel_id(self, name: str) -> str:
        return name

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        self._answer()
        return dict.fromkeys(names, "")

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        self._answer()
        self.out += [(channel, key, self.now) for key in keys]
        return Posted(f"{len(self.out)}.0", channel, metadata_ok=True)

    def delivered(self, channel: str, oldest: float) -> Delivered:
        self._answer()
        return Delivered({key: "1.0" for c, key, _ in self.out if c == channel}, complete=True)

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def passes(self, store: Store, until: datetime, every: timedelta = EVERY) -> None:
        """As the scheduler does it: one pass every five seconds, none while another goes on."""
        settings = AlertSettings("http://127.0.0.1:8000")
        while self.now < until:
            began = self.now
            run_once(
                store, Channels(self), settings, began, clock=lambda: self.now, sleep=self.sleep
            )
            steps = (self.now - began) // every + 1
            self.now = began + steps * every


def digests(store: Store, times: Sequence[str], channels: int) -> None:
    """A digest at each time in each channel."""
    rules = [
        StoredRule("digest", spec["name"], n, spec, KNOWN)
        for n, spec in enumerate(
            {
                "name": f"d-{channel}-{time.replace(':', '')}",
                "title": "AI",
                "channel": f"#channel-{channel}",
                "at": time,
                "timezone": "UTC",
            }
            for time in times
            for channel in range(channels)
        )
    ]
    with store.writing(KNOWN) as writing:
        writing.put_rules(rules)
        details = fields.read({"title": "I/O", "when": "2026-05-20"}, "UTC")
        event = event_.new("io", details, KNOWN, Origin.API)
        writing.record(event, who="test", origin=Origin.API)


@pytest.mark.slow
def test_when_all_is_well_a_message_is_out_a_minute_after_its_time(store: Store) -> None:
    digests(store, ["00:02", "00:03"], channels=8)
    slack = Clocked(now=START + timedelta(seconds=2.5), back=START)
    slack.passes(store, START + timedelta(minutes=5))
    with store.reading() as reading:
        due = {row.key: row.due_at for row in reading.deliveries()}
    late = [at - due[key] for _, key, at in slack.out]
    assert len(late) == len(due) == 16
    assert max(late) < timedelta(seconds=60)


def owed(store: Store, channel: int, count: int, due_at: datetime = START) -> None:
    """So many messages to a channel, each of its own."""
    rule = f"changes-{channel}"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    message = Composed(None, {"blocks": [block], "text": "x"})
    with store.writing(KNOWN) as writing:
        spec = {"name": rule, "channel": f"#channel-{channel}", "timezone": "UTC"}
        writing.put_rules(
            [*writing.rules(), StoredRule("change", rule, 100 + channel, spec, KNOWN)]
        )
        writing.put_mark(SETTLED, str(writing.position().seq))
        for n in range(count):
            writing.owe(
                Delivery(
                    key=f"change/{rule}/event-{n}/1",
                    kind=AlertKind.CHANGE,
                    rule=rule,
                    channel=f"#channel-{channel}",
                    due_at=due_at,
                    state=State.OWED,
                    event_id=f"event-{n}",
                    next_at=START,
                    message=message,
                )
            )


@pytest.mark.slow
@pytest.mark.parametrize(("behind", "hours"), [(1, 0), (1, 3), (8, 0)])
def test_a_backlog_in_other_channels_delays_no_message(
    store: Store, behind: int, hours: int
) -> None:
    """A thousand messages are owed to one channel, perhaps for so long that they are looked for
    first; or to eight, which together have more turns than there is time for. What falls due for
    another channel meanwhile is planned, and out, in time."""
    digests(store, ["00:01", "00:02"], channels=1)
    for channel in range(1, behind + 1):
        owed(store, channel, 1000 // behind, START - timedelta(hours=hours))
    slack = Clocked(now=START + timedelta(seconds=2.5), back=START)
    slack.passes(store, START + timedelta(minutes=3))
    with store.reading() as reading:
        due = {row.key: row.due_at for row in reading.deliveries()}
    late = [at - due[key] for channel, key, at in slack.out if channel == "#channel-0"]
    assert len(late) == 2
    assert max(late) < timedelta(seconds=60)
    # And the backlog goes on meanwhile, every channel at its turn: the pauses between passes cost
    # a little.
    others = Counter(channel for channel, *_ in slack.out if channel != "#channel-0")
    assert len(others) == behind
    assert min(others.values()) > (120 if behind == 1 else 70)
    assert max(others.values()) - min(others.values()) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "failure",
    [
        SlackFailure(FailureKind.UNKNOWN, "timed_out"),
        SlackFailure(FailureKind.WAIT, "connection_refused"),
    ],
    ids=lambda failure: failure.error,
)
def test_after_an_outage_of_two_hours_all_are_out_in_five_minutes(
    store: Store, failure: SlackFailure
) -> None:
    # Every quarter of an hour one in each of six channels.
    digests(store, [f"{h:02}:{m:02}" for h in (0, 1) for m in range(0, 60, 15)], channels=6)
    back = START + timedelta(hours=2)
    slack = Clocked(now=START + timedelta(seconds=2.5), back=back, failure=failure)
    # In the middle of it a pass now and then will do, and costs less.
    slack.passes(store, START + timedelta(minutes=1))
    slack.passes(store, back - timedelta(minutes=1), every=timedelta(minutes=4))
    slack.passes(store, back + timedelta(minutes=6))
    with store.reading() as reading:
        states = {row.key: row.state for row in reading.deliveries()}
    assert set(states.values()) == {State.SENT}
    assert sorted(key for _, key, _ in slack.out) == sorted(states)
    assert len(states) == 48
    assert max(at for *_, at in slack.out) - back < timedelta(minutes=5)
    for channel in {channel for channel, *_ in slack.out}:
        times = sorted(at for c, _, at in slack.out if c == channel)
        assert all(later - earlier >= SECOND for earlier, later in pairwise(times))
