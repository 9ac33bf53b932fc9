"""channels list and test, and the way of docs/ALERTS.md from an empty folder to a first digest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.channels import kinds
from service.channels.channel import ChannelLimits, Outcome
from service.channels.specs import ChannelKind
from service.core.alerts.deliveries import NONE, Composed, Sent
from service.core.alerts.message import Message, as_text
from tests.channels.stand_in import CHAT, SECRETS, StandIn, variables
from tests.cli.conftest import Shell

GUIDE = Path(__file__).parents[2] / "docs/ALERTS.md"
NAMES = ("research", "group", "ding", "wecom", "mail", "hook")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn(timeout=10) as made:
        yield made


@pytest.fixture
def service(shell: Shell, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """An empty folder with the guide's file, and its variables leading to the stand-ins."""
    file, *_ = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    shell.write(file.replace("oc_0123456789abcdef", CHAT))
    held = variables(stand_in.address)
    given = {
        "FEISHU_APP_ID": SECRETS["APP_ID"],
        "FEISHU_APP_SECRET": SECRETS["APP_SECRET"],
        "FEISHU_BASE": held["BASE"],
        "FEISHU_ROBOT_URL": held["FEISHU_URL"],
        "FEISHU_ROBOT_SECRET": held["FEISHU_SECRET"],
        "DINGTALK_URL": held["DING_URL"],
        "DINGTALK_SECRET": held["DING_SECRET"],
        "WECOM_URL": held["WECOM_URL"],
        "HOOK_URL": held["HOOK_URL"],
        "HOOK_SECRET": held["HOOK_SECRET"],
        "HORIZON_SMTP_URL": stand_in.smtp_url,
        "HORIZON_MAIL_FROM": "horizon@example.org",
        "HORIZON_CHANNEL_NETWORKS": "127.0.0.0/8",
    }
    shell.write("".join(f"{name}={value}\n" for name, value in given.items()), ".env")
    shell.set_now(datetime.now(UTC).replace(microsecond=0))  # what the stand-ins' signatures go by
    monkeypatch.setattr(
        "time.sleep", lambda seconds: shell.set_now(shell.now() + timedelta(seconds=seconds))
    )
    assert shell.run("sync").code == 0
    return shell


def test_from_an_empty_folder_to_a_first_digest_in_each_channel(
    service: Shell, stand_in: StandIn
) -> None:
    listed = json.loads(service.run("channels", "list", "--json").out)
    assert [row["name"] for row in listed if "nothing arrives" not in row["promise"]] == sorted(
        NAMES
    )
    for name in NAMES:
        ran = service.run("channels", "test", name)
        assert (ran.code, ran.out) == (0, f"sent to {name}\n"), ran.err
    taken = len(stand_in.taken)
    assert (taken, stand_in.wrong) == (6, [])
    # The day before the guide's event, so that there is something to say; late enough that what is
    # due on the half hour has been spread.
    ran = service.run("digest", "daily", "--now", "2026-05-18T12:00+08:00")
    assert ran.code == 0, ran.out + ran.err
    assert sorted(ran.out.splitlines()) == sorted(
        f"digest/daily/2026-05-18/{name}: sent" for name in NAMES
    )
    kinds = [each.kind for each in stand_in.taken[taken:]]
    assert sorted(kinds) == sorted(("feishu", "feishu-bot", "dingtalk", "wecom", "mail", "hook"))
    assert stand_in.wrong == []
    assert json.loads(service.run("alerts", "list", "--json", "--state", "failed").out) == []


def test_a_test_says_what_is_wrong_and_alerts_test_is_the_same_command(
    service: Shell, stand_in: StandIn
) -> None:
    stand_in.script("wecom", "refused", "cut_after", None)
    ran = service.run("channels", "test", "wecom")
    assert ran.code == 1
    assert "errcode_93000" in ran.err
    unclear = service.run("channels", "test", "wecom")
    assert "it may have arrived" in unclear.err
    assert service.run("alerts", "test", "wecom").out == "sent to wecom\n"
    unknown = service.run("channels", "test", "nowhere")
    assert "no such channel" in unknown.err


def test_the_doctor_names_each_channels_promise_or_what_is_missing(
    service: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = service.run("doctor").out
    assert "research: once within the hour; after it digests at most once" in out
    assert "group: digests at most once, others at least once; what is due at :00 or :30" in out
    assert "hook: at least once; once for a receiver that keeps ids" in out
    monkeypatch.setenv("HOOK_SECRET", "whsec_not-a-secret")
    monkeypatch.setenv("HORIZON_SMTP_URL", "smtp://127.0.0.1?tls=maybe")
    out = service.run("doctor").out
    assert "hook: nothing arrives, since {env: HOOK_SECRET} holds no secret" in out
    assert "not-a-secret" not in out
    assert "mail: nothing arrives, since HORIZON_SMTP_URL" in out


def test_an_export_has_the_channels_and_no_secret(service: Shell, stand_in: StandIn) -> None:
    for form in ("yaml", "json"):
        out = service.run("export", "--format", form).out
        assert "DINGTALK_URL" in out
        for secret in (*SECRETS.values(), stand_in.address):
            assert secret not in out


def test_a_made_up_channel_is_its_file_and_a_line_in_the_table(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As CONTRIBUTING.md says: nothing else has to know of it."""
    sent: list[tuple[str, str]] = []

    class Pigeon:
        limits, repeat, wants_data = ChannelLimits(1000), NONE, False

        def __init__(self, name: str, loft: str) -> None:
            self.name = self.medium = name
            self.loft = loft

        def render(self, message: Message) -> Composed:
            return Composed(message, {"note": as_text(message)})

        def marked(self, composed: Composed, lang: str) -> Composed:
            return composed

        def ready(self) -> None:
            pass

        def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
            sent.append((self.loft, keys[0]))
            return Sent("")

    made = ChannelKind(
        "pigeon", {"pigeon": str}, NONE, lambda n, given, _: Pigeon(n, given["pigeon"])
    )
    monkeypatch.setitem(kinds.KINDS, "pigeon", (made,))  # type: ignore[arg-type]
    shell.write(
        "events:\n  - {id: a, title: A, when: 2026-04-28}\nchannels:\n  roof: {pigeon: north}\n"
        "alerts:\n  digests:\n    - {name: daily, channel: roof, at: 08:30}\n"
    )
    assert shell.run("sync").code == 0
    assert "digests at most once" in shell.run("channels", "list").out
    ran = shell.run("digest", "daily")
    assert ran.out == "digest/daily/2026-04-27/roof: sent\n", ran.err
    assert sent == [("north", "digest/daily/2026-04-27/roof")]
    assert "roof: digests at most once" in shell.run("doctor").out


def test_an_import_brings_no_channel(service: Shell) -> None:
    """Whoever may import could have secrets of the service's sent to himself."""
    out = service.run("export", "--format", "json").out
    held = json.loads(out)
    held["channels"]["evil"] = {"feishu": "oc_1", "app_id": {"env": "HORIZON_ADMIN_KEY"},
                                "secret": {"env": "HORIZON_DATABASE_URL"}, "base": "https://evil.example"}  # fmt: skip
    held["digests"].append({"name": "evil", "channel": ["evil"]})
    service.write(json.dumps(held), "export.json")
    before = json.loads(service.run("export", "--format", "json").out)
    assert service.run("import", "export.json", "--yes").code == 0
    after = json.loads(service.run("export", "--format", "json").out)
    assert "evil" in {rule["name"] for rule in after["digests"]}
    assert after["channels"] == before["channels"]
    listed = json.loads(service.run("channels", "list", "--json").out)
    assert [row["kind"] for row in listed if row["name"] == "evil"] == ["none"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  mail: {email: [nobody]}", "events.yaml:4:3: mail"),
        ("  hook: {webhook: https://x.example/, secret: whsec_AAAA}", "holds a secret"),
        ("  x: {wechat: 1}", "names no kind of channel"),
        ("  mail: [a@example.org]", "must say of which kind it is"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_place(
    shell: Shell, line: str, said: str
) -> None:
    shell.write(f"events:\n  - {{id: a, title: A, when: 2026}}\nchannels:\n{line}\n")
    ran = shell.run("sync")
    assert ran.code == 2
    assert "events.yaml:4:" in ran.err
    if not said.startswith("events.yaml"):
        assert said in ran.err
    assert "whsec_AAAA" not in ran.err


def test_a_rule_that_means_a_channel_which_nothing_describes_is_refused(shell: Shell) -> None:
    shell.write(
        "events:\n  - {id: a, title: A, when: 2026}\nchannels:\n  mail: {email: [a@example.org]}\n"
        "alerts:\n  digests:\n    - {name: daily, channel: [mail, maill]}\n"
    )
    ran = shell.run("sync")
    assert ran.code == 2
    assert (
        "events.yaml:7:21: channel: 'maill' is not under `channels:`; did you mean mail" in ran.err
    )
