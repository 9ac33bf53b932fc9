"""Passes of alerts against a scripted Slack: what is owed goes out once, whatever happens between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from service.channels import Channels
from service.channels.channel import SECOND
from service.channels.slack import Delivered, FailureKind, Posted, SlackFailure
from service.core.alerts.blockkit import SlackMessage
from service.core.alerts.deliveries import Delivery, State
from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Importance, Origin
from service.core.events.kinds import Kind as EventKind
from service.operations.alerts import channel_health, on_request, plan, sending
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.run_once import RunReport, run_once
from service.store import Store, StoredRule
from service.store.backup import backup, restore

KNOWN = datetime(2026, 4, 1, tzinfo=UTC)
SETTINGS = AlertSettings("http://127.0.0.1:8000")
DIGEST = {
    "name": "daily",
    "title": "AI 事件日历",
    "channel": "#ai-events",
    "at": "08:30",
    "timezone": "Asia/Shanghai",
}
REMINDER = {"name": "regulation", "channel": "#compliance", "at": "09:00", "before": ["P7D", "P1D", "P0D"],
            "filter": {"kind": ["regulation"]}, "timezone": "Asia/Shanghai"}  # fmt: skip
CHANGE = {"name": "changes", "channel": "#ai-events", "timezone": "Asia/Shanghai"}


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@dataclass
class ScriptedSlack:
    """What Slack has, and what it does with the next requests: a failure, or one after accepting."""

    clock: Callable[[], datetime]
    posts: list[tuple[str, tuple[str, ...], SlackMessage]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    script: list[SlackFailure | str] = field(default_factory=list)
    visible: bool = True
    can_look: bool = True
    against: str = ""
    look_ups: list[SlackFailure] = field(default_factory=list)

    def channel_id(self, name: str) -> str:
        if self.look_ups:
            raise self.look_ups.pop(0)
        return name

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(names, self.against)

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        step = self.script.pop(0) if self.script else "ok"
        if isinstance(step, SlackFailure):
            raise step
        self.posts.append((channel, tuple(keys), message))
        self.times.append(self.clock())
        if step == "accepted, then cut":
            raise SlackFailure(FailureKind.UNKNOWN, "connection_cut")
        return Posted(f"{len(self.posts)}.0", "C0000001", metadata_ok=True)

    def delivered(self, channel: str, oldest: float) -> Delivered:
        found = {
            key: f"{n}.0"
            for n, (posted_to, keys, _) in enumerate(self.posts, 1)
            for key in keys
            if posted_to == channel and self.visible and self.times[n - 1].timestamp() >= oldest
        }
        return Delivered(found, complete=True)

    @property
    def keys(self) -> list[str]:
        return [key for _, keys, _ in self.posts for key in keys]


@dataclass
class Alerts:
    store: Store
    machine: datetime
    slack: ScriptedSlack = field(init=False)
    settings: AlertSettings = SETTINGS
    stopping: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self.slack = ScriptedSlack(lambda: self.machine)

    def rules(self, *specs: tuple[str, dict[str, Any]], known: datetime = KNOWN) -> None:
        with self.store.writing(known) as writing:
            writing.put_rules(
                [StoredRule(t, s["name"], n, s, known) for n, (t, s) in enumerate(specs)]
            )

    def add(self, id_: str, when: str, at: datetime = KNOWN, **given: Any) -> None:
        details = fields.read({"title": id_, "when": when, **given}, "Asia/Shanghai")
        with self.store.writing(at) as writing:
            writing.record(event_.new(id_, details, at, Origin.API), who="test", origin=Origin.API)

    def change(self, id_: str, at: datetime | None = None, **given: Any) -> None:
        at = at or self.machine
        with self.store.writing(at) as writing:
            held = writing.event(id_)
            assert held is not None
            if "when" in given:
                given["when"] = parse(given["when"])
            change = event_.revise(held, replace(held.details, **given), at)
            assert change is not None
            writing.record(change, who="test", origin=Origin.API)

    def run(self, now: datetime | None = None) -> RunReport:
        if now is not None:
            self.machine = max(self.machine, now)

        def sleep(seconds: float) -> None:
            self.machine += timedelta(seconds=seconds)

        return run_once(
            self.store,
            Channels(self.slack),
            self.settings,
            now or self.machine,
            clock=lambda: self.machine,
            sleep=sleep,
            stopping=self.stopping,
        )

    def states(self) -> dict[str, State]:
        with self.store.reading() as reading:
            return {d.key: d.state for d in reading.deliveries()}

    def row(self, key: str) -> Delivery:
        with self.store.reading() as reading:
            found = reading.delivery(key)
        assert found is not None
        return found


@pytest.fixture
def service(store: Store) -> Alerts:
    return Alerts(store, KNOWN)


LAW = "reminder/regulation/rules/2026-07-15/P7D"


def test_a_digest_goes_out_once_a_day(service: Alerts) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05")
    assert service.run(shanghai("2026-04-27T08:29")) == RunReport(0, 0, 0)
    for minute in (30, 31, 45):
        service.run(shanghai(f"2026-04-27T08:{minute}"))
    assert service.slack.keys == ["digest/daily/2026-04-27"]
    assert service.slack.posts[0][0] == "#ai-events"
    service.run(shanghai("2026-04-28T08:30"))
    assert service.slack.keys == ["digest/daily/2026-04-27", "digest/daily/2026-04-28"]


def test_a_digest_with_nothing_to_say_is_recorded_and_not_looked_at_again(service: Alerts) -> None:
    service.rules(("digest", DIGEST))
    service.run(shanghai("2026-04-27T08:30"))
    assert service.states() == {"digest/daily/2026-04-27": State.SKIPPED}
    service.add("io", "2026-05")
    service.run(shanghai("2026-04-27T09:30"))
    assert service.slack.posts == []


def test_an_empty_digest_that_is_asked_for_early_does_not_spend_the_day(service: Alerts) -> None:
    """Somebody tried `horizon digest daily` before there was an event: it was skipped, and the event
    added a minute later was in no digest."""
    service.rules(("digest", DIGEST))
    early = shanghai("2026-04-27T07:00")
    assert on_request.owe_digest(service.store, "daily", early, early, SETTINGS) is None
    assert service.states() == {}
    service.add("io", "2026-05")
    service.run(early + timedelta(minutes=1))
    assert service.slack.posts == []
    service.run(shanghai("2026-04-27T08:30"))
    assert service.slack.keys == ["digest/daily/2026-04-27"]
    assert service.states() == {"digest/daily/2026-04-27": State.SENT}


def test_a_digest_that_was_skipped_is_sent_by_hand_once_it_has_something_to_say(
    service: Alerts,
) -> None:
    service.rules(("digest", DIGEST))
    service.run(shanghai("2026-04-27T08:30"))
    key, later = "digest/daily/2026-04-27", shanghai("2026-04-27T10:00")

    def asked() -> Delivery:
        held = on_request.owe_digest(service.store, "daily", later, later, SETTINGS)
        assert held is not None
        return held

    assert (asked().state, asked().error) == (State.SKIPPED, "nothing to say")
    service.add("io", "2026-05")
    service.run(later)
    assert service.states() == {key: State.SKIPPED}  # passes do not look at it again
    assert asked() == service.row(key)
    assert service.row(key).state is State.OWED
    service.run(later)
    assert service.slack.keys == [key]
    assert asked().state is State.SENT
    service.run(later)
    assert service.slack.keys == [key]


def test_a_digest_that_was_dropped_by_hand_stays_so(service: Alerts) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05")
    now = shanghai("2026-04-27T08:30")
    assert on_request.owe_digest(service.store, "daily", now, now, SETTINGS) is not None
    on_request.skip(service.store, "digest/daily/2026-04-27", now)
    held = on_request.owe_digest(service.store, "daily", now, now, SETTINGS)
    assert held is not None
    assert (held.state, held.error) == (State.SKIPPED, "dropped by hand")


def test_what_an_early_digest_had_to_say_may_go_away_before_it_is_sent(service: Alerts) -> None:
    """It does not spend the day either: at its time it is composed anew."""
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05")
    early, key = shanghai("2026-04-27T07:00"), "digest/daily/2026-04-27"
    assert on_request.owe_digest(service.store, "daily", early, early, SETTINGS) is not None
    service.change("io", early, when="2027-05")
    service.run(early)
    assert service.states() == {key: State.WITHDRAWN}
    assert service.run(early) == RunReport(0, 0, 0)
    service.change("io", early, when="2026-05")
    service.run(shanghai("2026-04-27T08:30"))
    assert service.slack.keys == [key]


def test_a_reminder_goes_out_at_its_time_and_after_a_pause_only_the_nearest(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.run(shanghai("2026-07-08T08:59"))
    assert service.slack.posts == []
    service.run(shanghai("2026-07-08T09:00"))
    assert service.slack.keys == [LAW]
    service.run(shanghai("2026-07-15T10:00"))  # P1D was missed, and P0D is an hour late
    assert service.slack.keys == [LAW, LAW.replace("P7D", "P0D")]
    assert service.states()[LAW.replace("P7D", "P1D")] is State.SKIPPED


def test_after_a_long_outage_of_slack_only_the_nearest_reminder_goes_out(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 6 * 86400)]
    service.run(shanghai("2026-07-08T09:00"))
    assert service.states()[LAW] is State.RETRY
    service.run(shanghai("2026-07-14T09:30"))
    assert service.slack.keys == [LAW.replace("P7D", "P1D")]
    assert service.states()[LAW] is State.SKIPPED


def test_what_moved_before_it_went_out_is_withdrawn_and_owed_again_when_undone(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 600)]
    service.run(shanghai("2026-07-08T09:00"))
    assert service.states()[LAW] is State.RETRY
    service.change("rules", when="2026-08-15")
    service.run(shanghai("2026-07-08T09:05"))
    assert service.states()[LAW] is State.WITHDRAWN
    service.run(shanghai("2026-07-08T09:20"))
    assert service.slack.posts == []


def test_a_message_that_may_be_out_is_found_and_not_sent_again(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = ["accepted, then cut"]
    service.run(shanghai("2026-07-08T09:00"))
    assert service.states()[LAW] is State.UNCERTAIN
    service.run(shanghai("2026-07-08T09:00") + timedelta(seconds=5))
    assert service.states()[LAW] is State.SENT
    assert service.slack.keys == [LAW]


def test_what_is_not_found_is_sent_again_only_after_it_has_settled(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.UNKNOWN, "timeout")]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    for seconds in (1, 10, 30, 59):
        service.run(start + timedelta(seconds=seconds))
        assert service.states()[LAW] is State.UNCERTAIN
    service.run(start + timedelta(seconds=61))
    assert service.states()[LAW] is State.SENT
    assert service.slack.keys == [LAW]
    assert service.row(LAW).attempts == 2


def test_a_history_that_lags_does_not_double_a_message(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script, service.slack.visible = ["accepted, then cut"], False
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    service.run(start + timedelta(seconds=10))
    service.slack.visible = True
    service.run(start + timedelta(seconds=62))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_process_that_died_after_its_claim_is_taken_over(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")

    class Killed(BaseException):
        pass

    real = service.slack.post

    def dying(*args: Any) -> Posted:
        real(*args)
        raise Killed

    service.slack.post = dying  # type: ignore[method-assign]
    start = shanghai("2026-07-08T09:00")
    with pytest.raises(Killed):
        service.run(start)
    service.slack.post = real  # type: ignore[method-assign]
    assert service.states()[LAW] is State.SENDING
    service.run(start + timedelta(seconds=30))
    assert service.states()[LAW] is State.SENDING
    service.run(start + timedelta(seconds=50))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_permanent_refusal_is_shown_and_tried_again_in_an_hour(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.PERMANENT, "channel_not_found")]
    start = shanghai("2026-07-08T09:00")
    assert service.run(start) == RunReport(0, 1, 0)
    assert (service.states()[LAW], service.row(LAW).error) == (State.FAILED, "channel_not_found")
    service.run(start + timedelta(minutes=59))
    assert service.slack.posts == []
    service.run(start + timedelta(minutes=61))
    assert service.states()[LAW] is State.SENT


def test_waiting_holds_that_channel_alone(service: Alerts) -> None:
    service.rules(("reminder", REMINDER), ("digest", {**DIGEST, "at": "09:00"}))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 300)]
    start = shanghai("2026-07-08T09:00")
    report = service.run(start)
    assert (report.sent, report.left) == (1, 1)
    service.run(start + timedelta(seconds=200))
    assert len(service.slack.posts) == 1
    service.run(start + timedelta(seconds=301))
    assert sorted(service.slack.keys) == sorted(["digest/daily/2026-07-08", LAW])


def test_more_than_five_for_one_channel_become_one_message(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    for n in range(7):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.run(shanghai("2026-07-08T09:00"))
    assert [len(keys) for _, keys, _ in service.slack.posts] == [7]
    assert set(service.states().values()) == {State.SENT}


def test_a_joined_message_that_may_be_out_is_one_message_still(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    for n in range(7):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.slack.script = ["accepted, then cut"]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    assert set(service.states().values()) == {State.UNCERTAIN}
    service.run(start + timedelta(seconds=70))
    assert set(service.states().values()) == {State.SENT}
    assert len(service.slack.posts) == 1


def test_a_change_waits_for_its_window_and_tells_old_and_new(service: Alerts) -> None:
    service.rules(("change", CHANGE))
    service.add("io", "2026-05")
    service.machine = shanghai("2026-04-28T10:00")
    service.run()
    service.change("io", when="2026-05-18")
    service.run(shanghai("2026-04-28T10:01"))
    service.change("io", when="2026-05-19/2026-05-20")
    assert service.slack.posts == []
    service.run(shanghai("2026-04-28T10:03"))
    assert service.slack.keys == ["change/changes/io/1"]
    service.run(shanghai("2026-04-28T10:30"))
    assert len(service.slack.posts) == 1


def test_a_change_that_was_taken_back_in_its_window_is_not_told(service: Alerts) -> None:
    service.rules(("change", CHANGE))
    service.add("io", "2026-05-19")
    service.machine = shanghai("2026-04-28T10:00")
    service.change("io", when="2026-05-20")
    service.change("io", at=service.machine + timedelta(seconds=30), when="2026-05-19")
    service.run(shanghai("2026-04-28T10:30"))
    assert service.slack.posts == []


def test_a_change_is_told_where_the_event_belonged_before_or_belongs_now(service: Alerts) -> None:
    """A law that moved, and in the same edit was found to be no more than a consultation of little
    weight: those who follow laws had its old date, and were never told of the new one."""
    rules = {
        "laws": {"kind": ["regulation"]},
        "consultations": {"kind": ["consultation"]},
        "weighty": {"importance": ["high"]},
        "earnings": {"kind": ["earnings"]},
    }
    service.rules(*(("change", {**CHANGE, "name": n, "filter": f}) for n, f in rules.items()))
    service.add("rules", "2026-07-15", kind="regulation", importance="high")
    service.run(shanghai("2026-04-28T10:00"))
    service.change(
        "rules", when="2026-08-15", kind=EventKind.CONSULTATION, importance=Importance.LOW
    )
    service.run(shanghai("2026-04-28T10:03"))
    told = ["consultations", "laws", "weighty"]
    assert sorted(service.slack.keys) == [f"change/{name}/rules/1" for name in told]


@pytest.mark.parametrize(
    ("back_at", "sent"),
    [
        ("2026-04-27T08:40", ["digest/daily/2026-04-27"]),
        ("2026-04-27T10:00", ["digest/daily/2026-04-27"]),
        ("2026-04-28T07:00", []),
        ("2026-04-30T10:00", ["digest/daily/2026-04-30"]),
        ("2026-05-27T10:00", ["digest/daily/2026-05-27"]),
    ],
)
def test_after_a_pause_there_is_one_digest_or_none(
    service: Alerts, back_at: str, sent: list[str]
) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05")
    service.add("later", "2026-12-01")
    service.run(shanghai("2026-04-27T08:29"))
    service.run(shanghai(back_at))
    service.run(shanghai(back_at) + timedelta(minutes=1))
    assert service.slack.keys == sent


def test_two_instances_send_each_message_once(service: Alerts) -> None:
    import threading

    service.rules(("reminder", REMINDER))
    for n in range(5):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.machine = start = shanghai("2026-07-08T09:00")
    lock = threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            service.machine += timedelta(seconds=seconds / 3)

    def passes() -> None:
        for _ in range(3):
            run_once(
                service.store,
                Channels(service.slack),
                service.settings,
                start,
                clock=lambda: service.machine,
                sleep=sleep,
            )

    threads = [threading.Thread(target=passes) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for _ in range(10):  # what the three left to each other's turn
        service.run(service.machine + timedelta(seconds=2))
    assert sorted(service.slack.keys) == sorted(service.states())
    assert len(service.slack.keys) == 5


def test_a_restored_database_looks_before_it_sends(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    with service.store.writing(start) as writing:  # as if the backup were from before it was sent
        held = writing.delivery(LAW)
        assert held is not None
        unsent = replace(
            held,
            state=State.OWED,
            ts=None,
            attempts=0,
            message=None,
            next_at=start,
            started_at=None,
        )
        assert writing.save_delivery(unsent, before=held)
        writing.put_mark("restored_at", start.isoformat())
        writing.put_mark("backup_taken_at", (start - timedelta(days=7)).isoformat())
    service.run(start + timedelta(minutes=2))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


@pytest.mark.slow
def test_a_backup_of_a_week_ago_sends_nothing_twice_and_misses_nothing(
    service: Alerts, tmp_path: Path
) -> None:
    service.rules(("digest", DIGEST), ("reminder", REMINDER), ("change", CHANGE))
    service.add("rules", "2026-07-15", kind="regulation")
    service.add("io", "2026-07")
    start, restored = shanghai("2026-07-01T08:15"), shanghai("2026-07-08T12:15")

    def passes(first: datetime, last: datetime) -> None:
        now = first
        while now <= last:
            service.run(now)
            service.run(now + timedelta(minutes=2))  # for what had to settle, or was changed
            now += timedelta(hours=3)

    passes(start, start)
    backup(service.store, tmp_path / "backup.db", service.machine)
    service.change("io", when="2026-07-20")
    passes(start + timedelta(hours=3), restored - timedelta(hours=1))
    before = sorted(service.slack.keys)
    assert {LAW, "change/changes/io/1", "digest/daily/2026-07-08"} <= set(before)
    restore(service.store, tmp_path / "backup.db", restored)
    service.machine = restored
    service.change("io", when="2026-07-20")  # as the file has it, which is applied again
    passes(restored, restored)
    assert sorted(service.slack.keys) == before
    for key in (LAW, "change/changes/io/1", "digest/daily/2026-07-08"):
        assert service.states()[key] is State.SENT
    passes(restored + timedelta(hours=3), shanghai("2026-07-15T12:15"))
    keys = service.slack.keys
    assert sorted(keys) == sorted(set(keys))
    assert {LAW.replace("P7D", lead) for lead in ("P7D", "P1D", "P0D")} < set(keys)
    assert {f"digest/daily/2026-07-{day:02}" for day in range(1, 16)} < set(keys)


@pytest.mark.parametrize(
    ("down_for", "sent", "late"),
    [
        (timedelta(minutes=10), "P7D", False),
        (timedelta(minutes=90), "P7D", True),
        (timedelta(hours=16), "P7D", True),  # over midnight
        (timedelta(days=3), "P7D", True),
        (timedelta(days=6, hours=1), "P1D", True),
        (timedelta(days=30), None, True),
    ],
)
def test_after_a_pause_the_nearest_reminder_goes_out_while_its_event_is_not_over(
    service: Alerts, down_for: timedelta, sent: str | None, late: bool
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    back = shanghai("2026-07-08T08:59") + down_for
    service.run(shanghai("2026-07-08T08:59"))
    for minutes in (0, 1, 5):
        service.run(back + timedelta(minutes=minutes))
    assert service.slack.keys == ([LAW.replace("P7D", sent)] if sent else [])
    for _, _, message in service.slack.posts:
        assert ("（应于" in message.text) is late


def test_what_is_late_failed_or_not_connected_is_told(service: Alerts) -> None:
    def told(**how: bool) -> list[str]:
        with service.store.reading() as reading:
            return channel_health.warnings(
                reading, service.machine, **{"bot": True, "webhook": False, **how}
            )

    assert told() == []
    service.rules(("reminder", REMINDER))
    assert told() == []
    assert "not connected" in told(bot=False)[0]
    assert "at most once" in told(bot=False, webhook=True)[0]
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 3600)]
    service.run(shanghai("2026-07-08T09:00"))
    assert told() == []
    service.machine += timedelta(minutes=16)
    assert "1 alerts are late" in told()[0]
    service.slack.script = [SlackFailure(FailureKind.PERMANENT, "is_archived")]
    service.run(shanghai("2026-07-08T10:01"))
    assert "#compliance: is_archived" in told()[0]


def test_how_far_each_channel_can_be_trusted_is_known_without_asking_slack(
    service: Alerts,
) -> None:
    def grades(bot: bool = True, webhook: bool = False) -> dict[str, str]:
        with service.store.reading() as reading:
            return channel_health.grades(reading, bot=bot, webhook=webhook)

    assert grades() == {}
    service.rules(("digest", DIGEST), ("change", CHANGE))
    assert grades(bot=False) == {"#ai-events": "not connected"}
    assert "at most once" in grades(bot=False, webhook=True)["#ai-events"]
    assert grades() == {"#ai-events": "not known yet"}
    service.run()
    assert grades() == {"#ai-events": "once"}
    # Asked now and then, and at once when there is another channel.
    service.slack.against = "not_in_channel"
    service.run(service.machine + timedelta(minutes=9))
    assert grades() == {"#ai-events": "once"}
    service.rules(("digest", DIGEST), ("reminder", REMINDER))
    service.run()
    bad = "nothing arrives (not_in_channel)"
    assert grades() == {"#ai-events": bad, "#compliance": bad}
    with service.store.reading() as reading:
        told = channel_health.warnings(reading, service.machine, bot=True, webhook=False)
    assert [text for text in told if "#compliance" in text and "horizon doctor" in text]

    # A Slack that cannot be asked changes nothing.
    def down(names: Iterable[str]) -> dict[str, str]:
        raise SlackFailure(FailureKind.UNKNOWN, "timed_out")

    service.slack.obstacles = down  # type: ignore[method-assign]
    service.run(service.machine + timedelta(minutes=11))
    assert grades()["#compliance"] == bad


def test_with_a_web_hook_a_digest_is_sent_at_most_once_and_a_reminder_at_least(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER), ("digest", {**DIGEST, "at": "09:00"}))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.can_look = False
    service.slack.script = ["accepted, then cut", "accepted, then cut"]
    start = shanghai("2026-07-08T09:00")
    for seconds in (0, 5, 10, 70):
        service.run(start + timedelta(seconds=seconds))
    digest = "digest/daily/2026-07-08"
    assert (service.states()[digest], service.states()[LAW]) == (State.FAILED, State.SENT)
    assert sorted(service.slack.keys) == sorted([digest, LAW, LAW])
    assert "可能重复发送" in service.slack.posts[-1][2].text


# -- weak spots that the torture of alerts laid open: each of these doubled, lost or stopped something


class Killed(BaseException):
    pass


def test_what_may_be_out_is_looked_for_even_after_a_look_up_was_refused(service: Alerts) -> None:
    """Out, then cut; the bot is thrown out of the channel, so the look-up is refused for good, and
    `failed`. An hour later it is back: what `failed` hides may be in the channel already."""
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = ["accepted, then cut"]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    real = service.slack.delivered

    def refused(channel: str, oldest: float) -> Delivered:
        raise SlackFailure(FailureKind.PERMANENT, "not_in_channel")

    service.slack.delivered = refused  # type: ignore[method-assign]
    service.run(start + timedelta(seconds=5))
    assert service.states()[LAW] is State.FAILED
    service.run(start + timedelta(minutes=62))
    assert service.states()[LAW] is State.FAILED
    service.slack.delivered = real  # type: ignore[method-assign]
    service.run(start + timedelta(minutes=124))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_what_may_be_out_is_looked_for_even_when_it_was_dropped_and_is_retried(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = ["accepted, then cut"]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    on_request.skip(service.store, LAW, start)
    assert on_request.retry(service.store, [LAW], start) == [LAW]
    service.run(start + timedelta(seconds=5))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def restored_without_its_sending(service: Alerts, at: datetime, **row: Any) -> None:
    """The ledger as it was in a backup of before the message was sent."""
    with service.store.writing(at) as writing:
        held = writing.delivery(LAW)
        assert held is not None
        older = replace(held, ts=None, next_at=at, **row)
        assert writing.save_delivery(older, before=held)
        writing.put_mark("restored_at", at.isoformat())
        writing.put_mark("backup_taken_at", (at - timedelta(days=7)).isoformat())


def test_after_a_restore_a_look_up_that_fails_is_no_look_up(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    restored_without_its_sending(
        service, start, state=State.OWED, attempts=0, started_at=None, message=None
    )
    real = service.slack.delivered

    def down(channel: str, oldest: float) -> Delivered:
        raise SlackFailure(FailureKind.UNKNOWN, "service_unavailable")

    service.slack.delivered = down  # type: ignore[method-assign]
    service.run(start + timedelta(minutes=2))
    service.slack.delivered = real  # type: ignore[method-assign]
    service.run(start + timedelta(minutes=5))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_after_a_restore_what_had_to_wait_in_the_backup_is_looked_for(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    restored_without_its_sending(service, start + timedelta(minutes=1), state=State.RETRY)
    service.run(start + timedelta(minutes=3))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_after_a_restore_what_was_looked_for_once_can_be_sent_and_has_to_wait_like_any(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    with service.store.writing(start) as writing:
        writing.put_mark("restored_at", (start - timedelta(minutes=5)).isoformat())
        writing.put_mark("backup_taken_at", (start - timedelta(days=7)).isoformat())
    service.slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 30)]
    service.run(start)
    assert service.states()[LAW] is State.RETRY
    service.run(start + timedelta(seconds=31))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_process_held_up_between_its_claim_and_its_sending_sends_nothing(
    service: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that sleeps just there wakes up when another process has sent the message."""
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    real = sending._claim
    start = shanghai("2026-07-08T09:00")

    def asleep(*args: Any) -> Delivery | None:
        claimed = real(*args)
        monkeypatch.setattr(sending, "_claim", real)
        service.run(start + timedelta(seconds=50))  # the other process
        service.run(start + timedelta(seconds=110))
        assert service.slack.keys == [LAW]
        return claimed

    monkeypatch.setattr(sending, "_claim", asleep)
    service.run(start)
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_channel_is_looked_up_before_its_message_is_claimed(service: Alerts) -> None:
    """The list of channels took two minutes to come, longer than the lease and the settle time; by
    then another process had looked for the message, and sent it."""
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    addresses = iter(["slow", "C0000001"])

    def channel_id(name: str) -> str:
        assert service.states()[LAW] is State.OWED
        address = next(addresses)
        if address == "slow":
            service.run(start + timedelta(seconds=120))
            assert service.states()[LAW] is State.SENT
        return address

    service.slack.channel_id = channel_id  # type: ignore[method-assign]
    service.run(start)
    assert [(channel, keys) for channel, keys, _ in service.slack.posts] == [("C0000001", (LAW,))]


def test_a_channel_that_cannot_be_looked_up_leaves_nothing_uncertain(service: Alerts) -> None:
    """Nothing was begun, so nothing has to settle: a minute would be lost for each such fault."""
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    service.slack.look_ups = [
        SlackFailure(FailureKind.UNKNOWN, "timed_out"),
        SlackFailure(FailureKind.WAIT, "ratelimited", 30),
    ]
    for seconds, error in ((0, "timed_out"), (5, "ratelimited"), (34, "ratelimited")):
        assert service.run(start + timedelta(seconds=seconds)).left == 1
        row = service.row(LAW)
        assert (row.state, row.error, row.started_at) == (State.RETRY, error, None)
    service.run(start + timedelta(seconds=36))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_misspelt_channel_fails_all_its_messages_until_the_file_is_set_right(
    service: Alerts,
) -> None:
    service.rules(("reminder", REMINDER))
    for n in range(3):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.slack.look_ups = [SlackFailure(FailureKind.PERMANENT, "channel_not_found")]
    start = shanghai("2026-07-08T09:00")
    assert service.run(start) == RunReport(0, 3, 0)
    assert {service.row(key).error for key in service.states()} == {"channel_not_found"}
    service.rules(("reminder", {**REMINDER, "channel": "#compliance-cn"}))
    service.run(start + timedelta(minutes=61))
    assert [channel for channel, *_ in service.slack.posts] == ["#compliance-cn"] * 3


def test_two_processes_leave_a_second_between_messages_though_one_is_held_up(
    service: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turn was over when the message left at last, and the other had just taken the next one."""
    service.rules(("reminder", REMINDER))
    for n in range(3):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    real = sending._claim
    start = shanghai("2026-07-08T09:00")

    def held_up(*args: Any) -> Delivery | None:
        claimed = real(*args)
        monkeypatch.undo()
        monkeypatch.setattr(
            sending, "MAX_STAGE_TIME", timedelta(seconds=0.5)
        )  # enough for one message
        service.run(start + timedelta(seconds=3))  # the other process
        monkeypatch.undo()
        assert service.slack.times == [start + timedelta(seconds=3)]
        service.machine = start + timedelta(seconds=3.2)
        return claimed

    monkeypatch.setattr(sending, "_claim", held_up)
    service.run(start)
    service.run(service.machine + timedelta(seconds=5))
    assert sorted(service.slack.keys) == sorted(service.states())
    gaps = [later - earlier for earlier, later in pairwise(service.slack.times)]
    assert len(gaps) == 2
    assert min(gaps) >= SECOND


def test_the_second_of_a_channel_begins_when_a_message_leaves(
    service: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.rules(("reminder", REMINDER))
    for n in range(2):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    real = sending._claim

    def slow(*args: Any) -> Delivery | None:
        claimed = real(*args)
        monkeypatch.setattr(sending, "_claim", real)
        service.machine += timedelta(seconds=0.9)
        return claimed

    monkeypatch.setattr(sending, "_claim", slow)
    service.run(shanghai("2026-07-08T09:00"))
    first, second = service.slack.times
    assert second - first >= SECOND


def test_a_request_that_outlives_its_lease_does_not_overrule_who_took_over(
    service: Alerts,
) -> None:
    """Slow, and then refused; meanwhile another process has taken over, looked, and sent."""
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    real = service.slack.post

    def slow(*args: Any) -> Posted:
        service.slack.post = real  # type: ignore[method-assign]
        for seconds, state in ((44, State.SENDING), (50, State.UNCERTAIN), (104, State.UNCERTAIN)):
            service.run(start + timedelta(seconds=seconds))
            # To settle counts from the end of the lease (45 s), not from the start.
            assert service.states()[LAW] is state
        service.run(start + timedelta(seconds=106))
        assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)
        raise SlackFailure(FailureKind.PERMANENT, "is_archived")

    service.slack.post = slow  # type: ignore[method-assign]
    service.run(start)
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_one_that_moves_while_it_is_being_joined_does_not_stop_the_pass(
    service: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.rules(("reminder", REMINDER), ("digest", {**DIGEST, "at": "09:00"}))
    for n in range(7):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    start = shanghai("2026-07-08T09:00")
    real = sending._others_to_join

    def joining(*args: Any) -> list[Delivery]:
        others = real(*args)
        if others:
            monkeypatch.setattr(sending, "_others_to_join", real)
            service.change("law-5", when="2026-08-15", at=start)
            plan.plan(service.store, service.settings, start, start)
        return others

    monkeypatch.setattr(sending, "_others_to_join", joining)
    service.run(start)
    service.run(start + timedelta(seconds=5))
    moved = "reminder/regulation/law-5/2026-07-15/P7D"
    assert service.states()[moved] is State.WITHDRAWN
    assert sorted(service.slack.keys) == sorted(set(service.states()) - {moved})


def joined_and_refused(service: Alerts, failure: SlackFailure | str) -> tuple[datetime, list[str]]:
    """Seven that one message tells, which met that; the keys, the message's own first."""
    service.rules(("reminder", REMINDER))
    for n in range(7):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.slack.script = [failure]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    keys = sorted(service.states(), key=lambda key: (service.row(key).joined_to is not None, key))
    return start, keys


@pytest.mark.parametrize("which", ["all", "the first", "another"])
def test_what_is_retried_by_hand_is_told_together_as_it_was(service: Alerts, which: str) -> None:
    start, keys = joined_and_refused(
        service, SlackFailure(FailureKind.PERMANENT, "channel_not_found")
    )
    assert set(service.states().values()) == {State.FAILED}
    wanted = {"all": None, "the first": keys[:1], "another": keys[3:4]}[which]
    on_request.retry(service.store, wanted, start + timedelta(minutes=1))
    service.run(start + timedelta(minutes=2))
    assert len(service.slack.posts) == 1
    assert set(service.states().values()) == {State.SENT}


@pytest.mark.parametrize("arrived", [False, True])
def test_dropping_one_drops_none_of_those_that_its_message_tells_too(
    service: Alerts, arrived: bool
) -> None:
    lost = SlackFailure(FailureKind.UNKNOWN, "timed_out")
    start, keys = joined_and_refused(service, "accepted, then cut" if arrived else lost)
    assert set(service.states().values()) == {State.UNCERTAIN}
    on_request.skip(service.store, keys[0], start)
    for seconds in (5, 62, 64, 66):
        service.run(start + timedelta(seconds=seconds))
    assert service.states() == {keys[0]: State.SKIPPED, **dict.fromkeys(keys[1:], State.SENT)}
    told = set(service.slack.keys) - {keys[0]}
    assert sorted(told) == sorted(keys[1:])
    assert len(service.slack.posts) == 1


def test_those_of_a_message_whose_process_died_stay_together(service: Alerts) -> None:
    service.rules(("reminder", REMINDER))
    for n in range(7):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    real = service.slack.post

    def dying(*args: Any) -> Posted:
        raise Killed

    service.slack.post = dying  # type: ignore[method-assign]
    start = shanghai("2026-07-08T09:00")
    with pytest.raises(Killed):
        service.run(start)
    service.slack.post = real  # type: ignore[method-assign]
    assert set(service.states().values()) == {State.SENDING}
    for seconds in (46, 107):
        service.run(start + timedelta(seconds=seconds))
    assert [len(keys) for _, keys, _ in service.slack.posts] == [7]
    assert set(service.states().values()) == {State.SENT}


def test_a_slack_that_only_says_to_wait_ends_the_pass(service: Alerts) -> None:
    """Nothing new is planned while a pass goes on, so that a pass must not last as long as an
    outage."""
    service.rules(("reminder", REMINDER))
    for n in range(3):
        service.add(f"law-{n}", "2026-07-15", kind="regulation")
    service.slack.script = [
        SlackFailure(FailureKind.WAIT, "connection_refused", 1) for _ in range(50)
    ]
    start = shanghai("2026-07-08T09:00")
    report = service.run(start)
    assert (report.sent, report.left) == (0, 3)
    assert service.machine < start + timedelta(seconds=10)


def test_two_that_look_for_the_same_message_send_it_once(
    service: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.rules(("reminder", REMINDER))
    service.add("rules", "2026-07-15", kind="regulation")
    service.slack.script = [SlackFailure(FailureKind.UNKNOWN, "timed_out")]
    start = shanghai("2026-07-08T09:00")
    service.run(start)
    real = service.slack.delivered

    def meanwhile(channel: str, oldest: float) -> Delivered:
        found = real(channel, oldest)
        service.slack.delivered = real  # type: ignore[method-assign]
        service.run(start + timedelta(seconds=62))  # the other finds nothing either, and sends
        return found

    service.slack.delivered = meanwhile  # type: ignore[method-assign]
    service.run(start + timedelta(seconds=61))
    assert (service.slack.keys, service.states()[LAW]) == ([LAW], State.SENT)


def test_a_pass_that_is_told_to_stop_begins_no_other_message_and_holds_none(
    service: Alerts,
) -> None:
    """What is left is another instance's at once: it need not wait for a lease to end, nor look."""
    service.rules(*(("digest", {**DIGEST, "name": f"d{n}", "channel": f"#c{n}"}) for n in range(4)))
    service.add("io", "2026-05")
    service.stopping = lambda: len(service.slack.posts) >= 2
    service.run(shanghai("2026-04-27T08:30"))
    assert len(service.slack.posts) == 2
    left = [service.row(key) for key, state in service.states().items() if state is not State.SENT]
    assert {delivery.state for delivery in left} == {State.OWED}
    assert [delivery.lease for delivery in left] == [None, None]
    service.stopping = lambda: False
    service.slack.visible = False  # nothing of it is found, and nothing has to be
    service.run()
    assert sorted(service.slack.keys) == sorted(service.states())


def test_a_message_that_was_claimed_when_the_stop_came_is_given_back(service: Alerts) -> None:
    service.rules(("digest", DIGEST))
    service.add("io", "2026-05")

    def claimed() -> bool:
        return State.SENDING in service.states().values()

    service.stopping = claimed
    service.run(shanghai("2026-04-27T08:30"))
    assert service.slack.posts == []
    (delivery,) = (service.row(key) for key in service.states())
    assert (delivery.state, delivery.lease) == (State.RETRY, None)
    service.stopping = lambda: False
    service.slack.visible = False
    service.machine += timedelta(seconds=1)
    service.run()
    assert service.slack.keys == ["digest/daily/2026-04-27"]


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("again", [False, True])
def test_an_alert_of_an_event_that_was_purged_keeps_no_other_from_going_out(
    service: Alerts, count: int, again: bool
) -> None:
    """Nothing can be said of it any more: each pass failed over it, and nobody was told of anything."""
    service.rules(("change", CHANGE))
    for n in range(count):
        service.add(f"e{n}", "2026-05-13")
    service.run(shanghai("2026-04-27T10:00"))
    for n in range(count):
        service.change(f"e{n}", when="2026-05-14")
    service.slack.look_ups = [SlackFailure(FailureKind.WAIT, "ratelimited", 600)]
    service.run(shanghai("2026-04-27T10:05"))
    first = next(key for key in service.states() if "/e0/" in key)
    assert service.row(first).message is None
    with service.store.writing(service.machine) as writing:
        held = writing.event("e0")
        assert held is not None
        writing.purge(held, who="test", origin=Origin.API)
    if again:
        service.add("e0", "2026-06-01", service.machine)
    service.run(shanghai("2026-04-27T10:30"))
    service.run(shanghai("2026-04-27T11:00"))
    assert service.row(first).state is State.WITHDRAWN
    told = {key.split("/")[2] for key in service.slack.keys}
    assert told >= {f"e{n}" for n in range(1, count)}
    assert first not in service.slack.keys
