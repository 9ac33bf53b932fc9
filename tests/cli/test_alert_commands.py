"""digest and alerts: dry runs, passes, the ledger and putting it right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.channels.slack import Delivered, FailureKind, Posted, SlackFailure
from service.core.alerts.blockkit import SlackMessage
from tests.cli.conftest import Shell

SEED = Path(__file__).parents[2] / "events.yaml"


class FakeSlack:
    """Remembers what was posted; fails as `failure` says."""

    can_look = True
    posts: list[tuple[str, list[str]]]
    failure: SlackFailure | None = None

    def __init__(self, *_: Any, **__: Any) -> None:
        type(self).posts = getattr(type(self), "posts", [])

    def channel_id(self, name: str) -> str:
        return name

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(names, "")

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        if self.failure is not None:
            raise self.failure
        self.posts.append((channel, list(keys)))
        return Posted("1.0", "C1", metadata_ok=True)

    def delivered(self, channel: str, oldest: float) -> Delivered:
        return Delivered({}, complete=True)


@pytest.fixture
def slack(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> type[FakeSlack]:
    class Own(FakeSlack):
        posts = []

    monkeypatch.setattr("service.channels.slack.Slack", Own)
    # The machine's clock goes on as a pass waits for a channel's turn.
    monkeypatch.setattr(
        "time.sleep", lambda seconds: shell.set_now(shell.now() + timedelta(seconds=seconds))
    )
    monkeypatch.setenv("HORIZON_SLACK_BOT_TOKEN", "xoxb-test-token")
    shell.write(SEED.read_text("utf-8"))
    assert shell.run("sync").code == 0
    return Own


def test_a_dry_run_prints_the_message_and_sends_nothing(
    shell: Shell, slack: type[FakeSlack]
) -> None:
    ran = shell.run("digest", "daily", "--now", "2026-04-27T08:30+08:00", "--dry-run")
    assert ran.code == 0, ran.err
    message = json.loads(ran.out)
    assert "Google I/O 2026" in json.dumps(message["blocks"], ensure_ascii=False)
    assert slack.posts == []
    assert json.loads(shell.run("alerts", "list", "--json").out) == []
    assert shell.run("digest", "none", "--dry-run").code == 2


def test_a_digest_is_sent_once_and_then_says_so(shell: Shell, slack: type[FakeSlack]) -> None:
    first = shell.run("digest", "daily", "--now", "2026-05-13T08:30+08:00")
    assert (first.code, first.out) == (0, "digest/daily/2026-05-13: sent\n")
    again = shell.run("digest", "daily", "--now", "2026-05-13T12:00+08:00")
    assert (again.code, again.out) == (0, "digest/daily/2026-05-13: sent\n")
    assert slack.posts == [("#ai-events", ["digest/daily/2026-05-13"])]


def test_a_digest_with_nothing_to_say_is_composed_anew_when_it_is_asked_for(
    shell: Shell, slack: type[FakeSlack]
) -> None:
    shell.write(SEED.read_text("utf-8").replace("filter: {}", "filter: {tag: [新]}"))
    assert shell.run("sync").code == 0
    key = "digest/daily/2026-05-13"

    def digest(at: str) -> tuple[int, str]:
        ran = shell.run("digest", "daily", "--now", f"2026-05-13T{at}+08:00")
        return ran.code, ran.out

    nothing_yet = "daily: nothing to say yet; at its time it is composed anew\n"
    assert digest("08:00") == (0, nothing_yet)
    assert json.loads(shell.run("alerts", "list", "--json").out) == []
    assert digest("08:30") == (0, f"{key}: skipped (nothing to say)\n")
    shell.run("add", "--title", "新产品", "--when", "2026-05-14", "--tag", "新")
    assert digest("08:31") == (0, f"{key}: sent\n")
    assert digest("08:32") == (0, f"{key}: sent\n")
    assert slack.posts == [("#ai-events", [key])]


def test_a_pass_says_by_its_exit_code_what_it_leaves(shell: Shell, slack: type[FakeSlack]) -> None:
    shell.set_now(datetime(2026, 11, 24, tzinfo=UTC))
    now = ("--now", "2026-07-08T09:00+08:00")
    slack.failure = SlackFailure(FailureKind.WAIT, "ratelimited", 60)
    assert shell.run("alerts", "run", *now).code == 3
    shell.set_now(datetime(2026, 11, 24, 0, 5, tzinfo=UTC))
    slack.failure = SlackFailure(FailureKind.PERMANENT, "channel_not_found")
    assert shell.run("alerts", "run", *now).code == 1
    failed = json.loads(shell.run("alerts", "list", "--state", "failed", "--json").out)
    assert failed
    assert {row["error"] for row in failed} == {"channel_not_found"}
    slack.failure = None
    key = "reminder/regulation/anthropomorphic-ai-rules/2026-07-15/P7D"
    assert key in {row["key"] for row in failed}
    assert shell.run("alerts", "retry", "--failed").code == 0
    assert shell.run("alerts", "run", *now).code == 0
    assert ("#compliance", [key]) in slack.posts
    posts = len(slack.posts)
    assert shell.run("alerts", "run", *now).code == 0
    assert len(slack.posts) == posts


def test_what_comes_next_is_listed(shell: Shell, slack: type[FakeSlack]) -> None:
    shell.set_now(datetime(2026, 7, 7, 16, 0, tzinfo=UTC))
    rows = json.loads(shell.run("alerts", "list", "--upcoming", "--json").out)
    assert {
        "key": "reminder/regulation/anthropomorphic-ai-rules/2026-07-15/P7D",
        "channel": "#compliance",
        "due_at": "2026-07-08T01:00:00Z",
    } in rows
    assert "digest/daily/2026-07-08" in shell.run("alerts", "list", "--upcoming").out


@pytest.mark.parametrize(
    ("lang", "digest", "reminder"),
    [
        ("zh", "2026-07-08 周三 08:30（今天）", "2026-07-14 周二 09:00（6 天后）"),
        ("en", "2026-07-08 Wed 08:30 (today)", "2026-07-14 Tue 09:00 (in 6 days)"),
    ],
)
def test_people_read_the_services_time_with_its_day_in_words(
    shell: Shell,
    slack: type[FakeSlack],
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    digest: str,
    reminder: str,
) -> None:
    """The list had `2026-07-08T00:30:00Z`, from which nobody saw that it is due at half past eight."""
    monkeypatch.setenv("HORIZON_LANGUAGE", lang)
    shell.set_now(datetime(2026, 7, 7, 16, 0, tzinfo=UTC))
    listed = shell.run("alerts", "list", "--upcoming").out.splitlines()
    assert {"zh": "due (北京时间)", "en": "due (Beijing time)"}[lang] in listed[0]
    (line,) = [line for line in listed if "digest/daily/2026-07-08" in line]
    assert line.startswith(digest)
    (line,) = [line for line in listed if "anthropomorphic-ai-rules/2026-07-15/P1D" in line]
    assert line.startswith(reminder)
    shell.run("alerts", "run", "--now", "2026-07-08T09:00+08:00")
    shell.set_now(datetime(2026, 7, 9, 1, 0, tzinfo=UTC))
    (line,) = [
        line
        for line in shell.run("alerts", "list").out.splitlines()
        if "digest/daily/2026-07-08" in line
    ]
    yesterday = {"zh": "2026-07-08 周三 08:30（昨天）", "en": "2026-07-08 Wed 08:30 (yesterday)"}
    assert line.startswith(yesterday[lang])


def test_what_is_out_already_is_not_said_to_come(shell: Shell, slack: type[FakeSlack]) -> None:
    """A digest that was sent by hand before its time was still listed as coming."""
    shell.set_now(datetime(2026, 7, 7, 16, 0, tzinfo=UTC))
    key = "digest/daily/2026-07-08"
    assert key in shell.run("alerts", "list", "--upcoming").out
    assert shell.run("digest", "daily").out == f"{key}: sent\n"
    after = shell.run("alerts", "list", "--upcoming").out
    assert key not in after
    assert "digest/daily/2026-07-09" in after


def test_a_delivery_can_be_dropped(shell: Shell, slack: type[FakeSlack]) -> None:
    slack.failure = SlackFailure(FailureKind.PERMANENT, "is_archived")
    shell.run("alerts", "run", "--now", "2026-07-08T09:00+08:00")
    key = "reminder/regulation/anthropomorphic-ai-rules/2026-07-15/P7D"
    assert shell.run("alerts", "skip", key).code == 0
    rows = json.loads(shell.run("alerts", "list", "--state", "skipped", "--json").out)
    assert {row["key"]: row["error"] for row in rows}[key] == "dropped by hand"
    assert shell.run("alerts", "skip", "none").code == 2
    assert shell.run("alerts", "retry").code == 2
    assert shell.run("alerts", "retry", "none").code == 2


def test_a_trial_message(shell: Shell, slack: type[FakeSlack]) -> None:
    assert shell.run("alerts", "test", "#ai-events").out == "sent to #ai-events\n"
    slack.failure = SlackFailure(FailureKind.PERMANENT, "channel_not_found")
    refused = shell.run("alerts", "test", "#nowhere")
    assert refused.code == 1
    assert "channel_not_found" in refused.err


def test_without_slack_it_says_how_to_connect_it(shell: Shell) -> None:
    shell.write(SEED.read_text("utf-8"))
    shell.run("sync")
    for arguments in (["alerts", "run"], ["digest", "daily"], ["alerts", "test", "#x"]):
        ran = shell.run(*arguments)
        assert ran.code == 2
        assert "HORIZON_SLACK_BOT_TOKEN" in ran.err
    assert shell.run("digest", "daily", "--dry-run", "--now", "2026-04-27T08:30").code == 0


@pytest.mark.parametrize(
    "arguments", [["digest", "daily", "--now", "soon"], ["alerts", "list", "--state", "odd"]]
)
def test_wrong_input_is_refused(shell: Shell, slack: type[FakeSlack], arguments: list[str]) -> None:
    assert shell.run(*arguments).code == 2


def test_an_event_is_shown_with_who_was_told_of_it_and_when(
    shell: Shell, slack: type[FakeSlack]
) -> None:
    id_ = "anthropomorphic-ai-rules"
    assert "told: nobody" in shell.run("show", id_).out
    shell.set_now(datetime(2026, 7, 8, 1, 0, 30, tzinfo=UTC))
    assert shell.run("alerts", "run").code == 0
    told = shell.run("show", id_).out
    reminder = "due 2026-07-08 09:00+08:00  reminder regulation to #compliance: sent"
    assert f"{reminder} 1970-01-01 08:00:01+08:00" in told  # the stand-in's ts is 1.0
    assert "due 2026-07-08 08:30+08:00  digest daily to #ai-events: sent" in told
    assert "(a nearer reminder went out instead)" in told
    rows = json.loads(shell.run("show", id_, "--json").out)["deliveries"]
    assert {(row["kind"], row["channel"], row["state"], row["sent_at"]) for row in rows} >= {
        ("reminder", "#compliance", "sent", "1970-01-01T00:00:01Z"),
        ("digest", "#ai-events", "sent", "1970-01-01T00:00:01Z"),
    }


def test_a_history_says_how_long_after_its_publication_a_date_was_entered(shell: Shell) -> None:
    shell.write(SEED.read_text("utf-8"))
    shell.set_now(datetime(2026, 4, 29, 17, 0, tzinfo=UTC))  # the 30th in the service's zone
    shell.run("sync")
    told = shell.run("show", "anthropomorphic-ai-rules").out
    assert "published 2026-04-27, 3 days before" in told
