"""Passes over several channels: each obeys its own promise, and none is in another's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.channels import Channels
from service.channels.channel import ChannelLimits, Outcome
from service.core.alerts.deliveries import (
    NONE,
    RECEIVER,
    Composed,
    Deduplication,
    HandedOver,
    Refused,
    Repeat,
    Sent,
    State,
    Unknown,
    Wait,
)
from service.core.alerts.message import Message, as_text, marked_as_repeat
from service.operations.alerts import channel_health, on_request, sending
from service.operations.alerts.run_once import RunReport, run_once
from service.store import Store, StoredChannel
from tests.operations.test_alerts import DIGEST, KNOWN, REMINDER, Alerts, shanghai

HOUR = Repeat(Deduplication.KEY, timedelta(hours=1))
MARK = "（可能重复发送）"
START = shanghai("2026-07-08T09:00")
LAW = "reminder/regulation/rules/2026-07-15/P7D"


@dataclass
class Scripted:
    """A channel that answers as it is told, and keeps what it got."""

    name: str
    repeat: Repeat = NONE
    limits: ChannelLimits = field(default_factory=lambda: ChannelLimits(10_000))
    wants_data: bool = False
    script: list[Outcome] = field(default_factory=list)
    got: list[tuple[str, str]] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    unready: list[Refused | Wait] = field(default_factory=list)

    @property
    def medium(self) -> str:
        return self.name

    def render(self, message: Message) -> Composed:
        self.said.append(message)
        return Composed(message, {"text": as_text(message)})

    def marked(self, composed: Composed, lang: str) -> Composed:
        assert composed.says is not None
        return self.render(marked_as_repeat(composed.says))

    def ready(self) -> Refused | Wait | None:
        return self.unready.pop(0) if self.unready else None

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        self.got.append((keys[0], rendered["text"]))
        return self.script.pop(0) if self.script else Sent("")

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.got]


class Service(Alerts):
    """Slack and channels beside it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, KNOWN)
        self.named: dict[str, Any] = {}
        self.with_slack = True

    def channel(self, name: str, repeat: Repeat = NONE, **given: Any) -> Scripted:
        made = self.named[name] = Scripted(name, repeat, **given)
        with self.store.writing(KNOWN) as writing:
            held = [c for c in writing.named_channels() if c.name != name]
            writing.put_channels([*held, StoredChannel(name, len(held), {"wecom": {"env": name}})])
        return made

    def run(self, now: datetime | None = None) -> RunReport:
        if now is not None:
            self.machine = max(self.machine, now)

        def sleep(seconds: float) -> None:
            self.machine += timedelta(seconds=seconds)

        return run_once(
            self.store,
            Channels(self.slack if self.with_slack else None, self.named),
            self.settings,
            now or self.machine,
            clock=lambda: self.machine,
            sleep=sleep,
        )

    def law(self, *channels: str) -> None:
        self.rules(("reminder", {**REMINDER, "channel": list(channels)}))
        self.add("rules", "2026-07-15", kind="regulation")


@pytest.fixture
def service(store: Store) -> Service:
    return Service(store)


# ------------------------------------------------------------------ several channels a rule


def test_a_rule_with_several_channels_owes_one_to_each_under_a_key_of_its_own(
    service: Service,
) -> None:
    mail, hook = service.channel("mail"), service.channel("hook", RECEIVER)
    service.law("#compliance", "mail", "hook")
    for _ in range(3):
        service.run(START)
    assert service.slack.keys == [LAW]
    assert (mail.keys, hook.keys) == ([f"{LAW}/mail"], [f"{LAW}/hook"])
    assert set(service.states().values()) == {State.SENT}


def test_a_channel_that_a_rule_names_later_owes_nothing_from_before(service: Service) -> None:
    service.law("#compliance")
    service.run(START)
    mail = service.channel("mail")
    later = START + timedelta(hours=1)
    service.rules(("reminder", {**REMINDER, "channel": ["#compliance", "mail"]}), known=later)
    service.run(later)
    assert mail.keys == []
    service.run(shanghai("2026-07-14T09:00"))
    assert mail.keys == [f"{LAW.replace('P7D', 'P1D')}/mail"]
    assert service.slack.keys == [LAW, LAW.replace("P7D", "P1D")]


def test_what_is_owed_to_a_channel_that_its_rule_no_longer_names_is_skipped(
    service: Service,
) -> None:
    service.channel("mail").script = [Wait("busy", 600.0)]
    service.law("#compliance", "mail")
    service.run(START)
    service.rules(("reminder", REMINDER))
    service.run(START + timedelta(minutes=1))
    row = service.row(f"{LAW}/mail")
    assert (row.state, row.error) == (State.SKIPPED, "its rule no longer names the channel")


def test_each_channels_digest_tells_what_changed_since_its_own_last_one(service: Service) -> None:
    mail = service.channel("mail")
    both = {**DIGEST, "channel": ["#ai-events", "mail"], "when_empty": "post"}
    service.rules(("digest", both))
    service.add("io", "2026-05")
    service.run(shanghai("2026-04-27T08:30"))
    mail.script = [Refused("http_401")] * 20
    service.change("io", shanghai("2026-04-27T12:00"), when="2026-05-19")
    service.run(shanghai("2026-04-28T08:30"))  # Slack hears of it, the mail does not
    mail.script = []
    service.run(shanghai("2026-04-29T08:30"))
    told = dict(mail.got)["digest/daily/2026-04-29/mail"]
    assert "变动" in told
    _, _, last = service.slack.posts[-1]
    assert "变动" not in last.text


def test_without_slack_the_other_channels_work_and_nothing_waits_for_it(service: Service) -> None:
    mail = service.channel("mail")
    service.with_slack = False
    service.law("#compliance", "mail")
    service.run(START)
    assert mail.keys == [f"{LAW}/mail"]
    assert list(service.states()) == [f"{LAW}/mail"]


# ------------------------------------------------------------------ four kinds of repeat


def test_a_receiver_gets_the_same_call_again_until_it_has_it(service: Service) -> None:
    hook = service.channel("hook", RECEIVER)
    hook.script = [Unknown("http_500"), Unknown("timed_out")]
    service.law("hook")
    for minute in range(10):
        service.run(START + timedelta(minutes=minute))
    assert hook.keys == [f"{LAW}/hook"] * 3
    assert len({text for _, text in hook.got}) == 1
    assert MARK not in hook.got[-1][1]
    assert service.row(f"{LAW}/hook").state is State.SENT


def test_within_the_window_of_its_key_a_message_is_sent_again_as_it_is(service: Service) -> None:
    chat = service.channel("chat", HOUR)
    chat.script = [Unknown("timed_out")] * 3
    service.law("chat")
    for minute in range(10):
        service.run(START + timedelta(minutes=minute))
    assert chat.keys == [f"{LAW}/chat"] * 4
    assert len({text for _, text in chat.got}) == 1
    assert service.row(f"{LAW}/chat").state is State.SENT


@pytest.mark.parametrize("kind", ["reminder", "digest"])
def test_after_the_window_a_digest_stops_and_a_reminder_is_marked(
    service: Service, kind: str
) -> None:
    chat = service.channel("chat", HOUR)
    chat.script = [Unknown("timed_out")]
    if kind == "digest":
        service.rules(("digest", {**DIGEST, "channel": "chat", "at": "09:00"}))
        service.add("io", "2026-07-20")
    else:
        service.law("chat")
    service.run(START)
    # The window's end is the machine's, counted from the first attempt; the service was down.
    service.run(START + timedelta(minutes=59, seconds=30))
    for minute in range(61, 70):
        service.run(START + timedelta(minutes=minute))
    texts = [text for _, text in chat.got]
    (row,) = (service.row(key) for key in service.states())
    if kind == "digest":
        assert len(texts) == 1
        assert row.state is State.FAILED
        assert "may have arrived" in row.error
    else:
        assert len(texts) == 2
        assert MARK not in texts[0]
        assert MARK in texts[1]
        assert row.state is State.SENT


def test_a_window_begins_with_an_attempt_that_may_have_arrived_and_with_no_other(
    service: Service,
) -> None:
    chat = service.channel("chat", HOUR)
    chat.script = [Wait("http_429", 3000.0), Wait("http_429", 3000.0), Unknown("timed_out")]
    service.law("chat")
    for minute in range(0, 120, 5):
        service.run(START + timedelta(minutes=minute))
    texts = [text for _, text in chat.got]
    assert len(texts) == 4
    assert MARK not in texts[-1]  # an hour and forty minutes after the first attempt
    assert service.row(f"{LAW}/chat").state is State.SENT


def test_where_nothing_can_be_told_a_digest_stops_and_a_reminder_is_marked(
    service: Service,
) -> None:
    mail = service.channel("mail")
    mail.script = [Unknown("smtp_connection_cut"), Unknown("smtp_connection_cut")]
    service.rules(
        ("digest", {**DIGEST, "channel": "mail", "at": "09:00"}),
        ("reminder", {**REMINDER, "channel": "mail"}),
    )
    service.add("rules", "2026-07-15", kind="regulation")
    for minute in range(10):
        service.run(START + timedelta(minutes=minute))
    digests = [text for key, text in mail.got if key.startswith("digest/")]
    reminders = [text for key, text in mail.got if key.startswith("reminder/")]
    assert len(digests) == 1
    assert [MARK in text for text in reminders] == [False, True]
    assert service.row(f"{LAW}/mail").state is State.SENT


def test_a_sender_that_died_is_treated_as_an_unclear_attempt(service: Service) -> None:
    class Killed(BaseException):
        pass

    mail = service.channel("mail")
    service.law("mail")

    def dies(*_: Any) -> Outcome:
        raise Killed

    mail.send = dies  # type: ignore[method-assign]
    with pytest.raises(Killed):
        service.run(START)
    del mail.send  # type: ignore[method-assign]
    service.run(START + timedelta(seconds=50))
    service.run(START + timedelta(seconds=60))
    assert [MARK in text for _, text in mail.got] == [True]


def test_after_a_restore_a_digest_that_may_be_out_is_not_repeated_and_a_reminder_is_marked(
    service: Service,
) -> None:
    """What the lost database sent since the backup is owed again by the restored one."""
    mail, hook = service.channel("mail"), service.channel("hook", RECEIVER)
    service.rules(
        ("digest", {**DIGEST, "channel": "mail", "at": "09:00"}),
        ("reminder", {**REMINDER, "channel": ["mail", "hook"]}),
    )
    service.add("rules", "2026-07-15", kind="regulation")
    restored = START + timedelta(minutes=30)
    with service.store.writing(restored) as writing:
        writing.put_mark("restored_at", restored.isoformat())
        writing.put_mark("backup_taken_at", (START - timedelta(days=1)).isoformat())
    for minute in range(31, 36):
        service.run(START + timedelta(minutes=minute))
    assert [(key, MARK in text) for key, text in mail.got] == [(f"{LAW}/mail", True)]
    assert [(key, MARK in text) for key, text in hook.got] == [(f"{LAW}/hook", False)]
    held = service.row("digest/daily/2026-07-08/mail")
    assert (held.state, held.attempts) == (State.FAILED, 0)
    # A person who knows better has it sent.
    on_request.retry(service.store, [held.key], service.machine)
    service.run(START + timedelta(minutes=40))
    assert mail.keys[-1] == held.key


# ------------------------------------------------------------------ none in another's way


def test_a_channel_that_hangs_rests_and_the_others_go_on(service: Service) -> None:
    hook, mail = service.channel("hook", RECEIVER), service.channel("mail")
    service.rules(("reminder", {**REMINDER, "channel": ["hook", "mail"]}))
    for number in range(4):
        service.add(f"law-{number}", "2026-07-15", kind="regulation")

    def hangs(rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        service.machine += timedelta(seconds=10)
        hook.got.append((keys[0], ""))
        return Unknown("timed_out")

    hook.send = hangs  # type: ignore[method-assign]
    service.run(START)
    for _ in range(6):
        service.run(service.machine + timedelta(seconds=5))
    assert len(mail.got) == 4
    assert len(hook.got) <= 1 + (service.machine - START) / sending.REST


def test_a_channel_that_is_blocked_for_ten_minutes_waits_alone(service: Service) -> None:
    ding, mail = service.channel("ding"), service.channel("mail")
    ding.script = [Wait("errcode_130101", 600.0)]
    service.law("ding", "mail")
    service.run(START)
    service.run(START + timedelta(minutes=9))
    assert (len(ding.got), mail.keys) == (1, [f"{LAW}/mail"])
    service.run(START + timedelta(minutes=11))
    assert service.row(f"{LAW}/ding").state is State.SENT


def test_a_channel_that_cannot_be_made_fails_alone_and_says_why(service: Service) -> None:
    service.channel("hook")
    mail = service.channel("mail")
    service.named["hook"] = Refused("the variable HOOK_SECRET is not set")
    service.law("hook", "mail")
    service.run(START)
    assert mail.keys == [f"{LAW}/mail"]
    row = service.row(f"{LAW}/hook")
    assert (row.state, row.attempts) == (State.FAILED, 0)
    with service.store.reading() as reading:
        grades = channel_health.grades(reading, bot=True, webhook=False)
        warnings = channel_health.warnings(reading, service.machine, bot=True, webhook=False)
    assert grades == {
        "hook": "nothing arrives (the variable HOOK_SECRET is not set)",
        "mail": "digests at most once, others at least once",
    }
    assert any("HOOK_SECRET" in warning for warning in warnings)


def test_a_receiver_that_is_gone_gets_nothing_more_until_it_is_opened_again(
    service: Service,
) -> None:
    hook = service.channel("hook", RECEIVER)
    hook.script = [Refused("http_410", final=True)]
    service.rules(("reminder", {**REMINDER, "channel": "hook"}))
    for number in range(3):
        service.add(f"law-{number}", "2026-07-15", kind="regulation")
    service.run(START)
    service.run(START + timedelta(hours=3))
    assert len(hook.got) == 1
    assert set(service.states().values()) == {State.FAILED}
    channel_health.reopen(service.store, "hook", service.machine)
    on_request.retry(service.store, None, service.machine)
    service.run(START + timedelta(hours=4))
    assert set(service.states().values()) == {State.SENT}


def test_another_address_opens_a_receiver_that_was_gone(service: Service) -> None:
    hook = service.channel("hook", RECEIVER)
    hook.script = [Refused("http_410", final=True)]
    service.law("hook")
    service.run(START)
    with service.store.writing(service.machine) as writing:
        writing.put_channels([StoredChannel("hook", 0, {"wecom": {"env": "another"}})])
    service.run(shanghai("2026-07-14T09:00"))
    assert hook.keys[1:] == [f"{LAW.replace('P7D', 'P1D')}/hook"]


def test_what_is_due_on_the_hour_is_spread_where_the_channel_asks_for_it(service: Service) -> None:
    spread = ChannelLimits(10_000, spread=timedelta(seconds=25))
    chat, mail = service.channel("chat", limits=spread), service.channel("mail")
    service.law("chat", "mail")
    service.run(START)
    assert (chat.keys, mail.keys) == ([], [f"{LAW}/mail"])
    for second in range(1, 27):
        service.run(START + timedelta(seconds=second))
        if chat.got:
            break
    assert timedelta(seconds=2.5) <= service.machine - START <= timedelta(seconds=26)


def test_a_channel_is_not_written_to_more_often_than_it_takes(service: Service) -> None:
    slow = ChannelLimits(10_000, every=timedelta(seconds=60 / 18))
    times: list[datetime] = []
    ding = service.channel("ding", limits=slow)
    service.rules(("reminder", {**REMINDER, "channel": "ding"}))
    for number in range(5):
        service.add(f"law-{number}", "2026-07-15", kind="regulation")

    def timed(rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        times.append(now)
        return Sent("")

    ding.send = timed  # type: ignore[method-assign]
    for _ in range(8):
        service.run(max(service.machine, START) + timedelta(seconds=5))
    assert len(times) == 5
    assert min(b - a for a, b in pairwise(times)) >= slow.every


# ------------------------------------------------------------------ what is kept


def test_what_a_mail_server_refused_of_several_stands_in_the_ledger(service: Service) -> None:
    mail = service.channel("mail")
    mail.script = [HandedOver("not to a@example.org, which the mail server refused")]
    service.law("mail")
    service.run(START)
    row = service.row(f"{LAW}/mail")
    assert (row.state, row.error) == (
        State.SENT,
        "not to a@example.org, which the mail server refused",
    )
    assert row.sent_at == START


def test_a_channel_for_programs_gets_the_events_as_the_api_gives_them(service: Service) -> None:
    hook = service.channel("hook", RECEIVER, wants_data=True)
    service.rules(
        ("digest", {**DIGEST, "channel": "hook", "at": "09:00"}),
        ("reminder", {**REMINDER, "channel": "hook"}),
        ("change", {"name": "changes", "channel": "hook", "timezone": "Asia/Shanghai"}),
    )
    service.add("rules", "2026-07-15", kind="regulation")
    service.run(START)
    service.change("rules", START + timedelta(minutes=1), when="2026-07-16")
    service.run(START + timedelta(minutes=10))
    calls = {said.data["type"]: said.data["data"] for said in hook.said if said.data}
    assert set(calls) == {"horizon.digest", "horizon.reminder", "horizon.change"}
    assert calls["horizon.digest"]["ahead"][0]["event"]["id"] == "rules"
    assert calls["horizon.reminder"]["reminders"][0]["lead"] == "P7D"
    change = calls["horizon.change"]["changes"][0]
    assert (change["change"], change["from"], change["to"], change["days"]) == (
        "later",
        "2026-07-15",
        "2026-07-16",
        1,
    )


def test_what_was_rendered_goes_out_word_for_word_also_when_the_form_changes(
    service: Service,
) -> None:
    hook = service.channel("hook", RECEIVER)
    hook.script = [Unknown("timed_out")]
    service.law("hook")
    service.run(START)

    def another_form(message: Message) -> Composed:
        return Composed(message, {"text": "of the next release"})

    hook.render = another_form  # type: ignore[method-assign]
    service.change("rules", START + timedelta(seconds=5), title="Another title")
    service.run(START + timedelta(minutes=2))
    assert len(hook.got) == 2
    assert hook.got[0] == hook.got[1]


def test_a_passes_report_is_the_same_for_every_channel(service: Service) -> None:
    mail = service.channel("mail")
    mail.script = [Wait("busy", 60.0)]
    service.law("#compliance", "mail")
    assert service.run(START) == RunReport(sent=1, failed=0, left=1)
    assert replace(service.row(f"{LAW}/mail"), message=None).error == "busy"
