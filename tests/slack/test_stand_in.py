"""The stand-in itself: that it counts truly, and that it bites.

A check of "once" is worth something only if clients that are wrong on purpose fail it, and one that
is right does not."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.channels.slack import FailureKind, Slack, SlackFailure
from tests.slack.looking import Found, find
from tests.slack.stand_in import FAULTS, POST_MIX, TOKEN, Fault, Ledger, StandIn, process
from tests.slack.wrong_clients import WRONG, Client, Target, careful


@dataclass(frozen=True)
class Note:
    text: str = "hello"
    blocks: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def there() -> Iterator[StandIn]:
    with StandIn(scale=0.1, hang=4, late=3, retry_after=1, lag=2) as stand_in:
        yield stand_in


def target(there: StandIn) -> Target:
    # What was late (0.3 s) and then lagged (0.2 s) is to be seen after 0.5 s; the rest is for a
    # machine that is busy with other tests.
    return Target(TOKEN, there.api_url, settle=1.2)


# ------------------------------------------------------------------ it counts, and ends


def test_the_ledger_counts_what_was_taken(there: StandIn) -> None:
    slack = Slack(TOKEN, api_url=there.api_url)
    slack.post("#channel-0", Note("one"), ["a", "b"])
    time.sleep(0.1)
    slack.post("#channel-0", Note("two"), ["b"])
    there.script("chat.postMessage", "503_before")
    with pytest.raises(SlackFailure):
        slack.post("#channel-1", Note("three"), ["c"])
    there.say("channel-0", "somebody else")
    ledger = there.ledger()
    assert ledger.accepted == {"a": 1, "b": 2}
    assert ledger.lost(["a", "c"]) == ["c"]
    assert ledger.doubled() == ["b"]
    assert ledger.texts == ["one", "two"]
    assert 0.1 <= ledger.narrowest_gap() < 1
    assert ledger.faults == {"503_before": 1}


def test_a_late_message_appears_when_it_is_late(there: StandIn) -> None:
    there.script("chat.postMessage", "late_504", Fault("late", "cut", seconds=6))
    slack = Slack(TOKEN, api_url=there.api_url)
    began = time.monotonic()
    for key in ("a", "b"):
        with pytest.raises(SlackFailure):
            slack.post("#channel-0", Note(), [key])
    assert there.ledger().accepted == {}
    assert there.settled(5)
    assert time.monotonic() - began >= 0.6
    assert there.ledger().accepted == {"a": 1, "b": 1}


def test_scripts_go_by_key_and_then_in_order(there: StandIn) -> None:
    there.script("chat.postMessage", "cut_after", key="b")
    there.script("chat.postMessage", None, "429")
    slack = Slack(TOKEN, api_url=there.api_url)
    heard = []
    for key in ("a", "b", "a", "a"):
        try:
            slack.post("#channel-0", Note(), [key])
            heard.append("")
        except SlackFailure as failure:
            heard.append(failure.error)
    assert heard == ["", "connection_cut", "ratelimited", ""]


def test_more_than_a_burst_is_limited() -> None:
    with StandIn(scale=0.1, burst=3) as there:
        slack = Slack(TOKEN, api_url=there.api_url)
        for number in range(3):
            slack.post("#channel-0", Note(), [f"k/{number}"])
        with pytest.raises(SlackFailure) as caught:
            slack.post("#channel-0", Note(), ["k/3"])
        assert caught.value.kind is FailureKind.WAIT
        slack.post("#channel-1", Note(), ["k/3"])  # another channel is not concerned
        assert there.ledger().accepted == {f"k/{number}": 1 for number in range(4)}


def test_chance_is_the_same_for_the_same_seed() -> None:
    def faults(seed: int) -> list[str]:
        with StandIn(scale=0.01, seed=seed, rate=0.5, hang=1) as there:
            slack = Slack(TOKEN, api_url=there.api_url, timeout=5)
            for number in range(30):
                with contextlib.suppress(SlackFailure):
                    slack.post("C00000000", Note(), [f"k/{number}"])
            return [entry.fault for entry in there.log]

    assert faults(1) == faults(1) != faults(2)
    assert 5 < sum(map(bool, faults(1))) < 25


def test_when_slack_is_down_nothing_works_until_it_is_back(there: StandIn) -> None:
    there.config.down = True
    slack = Slack(TOKEN, api_url=there.api_url)
    for action in (slack.check, lambda: slack.post("C00000000", Note(), ["k"])):
        with pytest.raises(SlackFailure):
            action()
    there.quiet()
    slack.post("C00000000", Note(), ["k"])
    assert there.accepted("k") == 1


def test_it_stops_at_once_whoever_still_waits() -> None:
    before = threading.active_count()
    with StandIn(hang=3600) as there, ThreadPoolExecutor(4) as pool:
        there.script("chat.postMessage", "hang_before", "hang_after", "late_hang")
        slack = Slack(TOKEN, api_url=there.api_url, timeout=30)

        def post(key: str) -> None:
            with pytest.raises(SlackFailure):
                slack.post("C00000000", Note(), [key])

        waiting = [pool.submit(post, key) for key in ("a", "b")]
        while len(there.log) < 2:
            time.sleep(0.01)
        there.stop()  # else it would hang for an hour
        del waiting
    assert threading.active_count() == before


def test_as_a_process_it_is_told_and_asked_from_outside() -> None:
    with process("--scale", "0.1", "--seed", "3", "--channels", "5") as there:
        slack = Slack(TOKEN, api_url=there.api_url)
        ids = there.channels()
        assert len(ids) == 5
        there.script("chat.postMessage", "504_after", None)
        with pytest.raises(SlackFailure):
            slack.post("#channel-4", Note(), ["a"])
        there.channel("channel-3", archived=True)
        with pytest.raises(SlackFailure, match="is_archived"):
            slack.post(ids["channel-3"], Note(), ["b"])
        there.set(lag=0.0, rate=0.0)
        assert isinstance(find(slack, ids["channel-4"], "a", 0), Found)
        assert there.settled()
        assert (there.accepted("a"), there.accepted("b")) == (1, 0)
        assert there.ledger().narrowest_gap() == float("inf")
        assert [entry["fault"] for entry in there.log() if entry["keys"]] == ["504_after", ""]
        there.quiet()


def test_as_a_process_it_ends_with_its_parent_and_with_its_time() -> None:
    root = Path(__file__).parents[2]
    stand_in = "tests.slack.stand_in"
    ended = subprocess.run(
        [sys.executable, "-m", stand_in, "--for", "0.1"], cwd=root, timeout=60, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert ended.stdout.startswith("http://127.0.0.1:")
    parent = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen([sys.executable, '-m', {stand_in!r}], stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True)\n"
        "import os; os._exit(0)"
    )
    started = subprocess.run(
        [sys.executable, "-c", parent], cwd=root, timeout=60, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    orphan = int(started.stdout)
    end = time.monotonic() + 30
    while time.monotonic() < end and _running(orphan):
        time.sleep(0.05)
    if _running(orphan):
        os.kill(orphan, signal.SIGKILL)
        pytest.fail("it outlived its parent")


def _running(pid: int) -> bool:
    try:
        # A zombie that nobody reaps has ended too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ------------------------------------------------------------------ it bites


@pytest.mark.parametrize(
    ("client", "fault", "count"),
    [
        ("sdk_defaults", "cut_after", 2),
        ("sdk_defaults", "500_before", 0),
        ("sdk_defaults", "429", 0),
        ("retry_on_error", "504_after", 2),
        ("retry_on_error", "hang_after", 2),
        ("retry_on_error", "late_cut", 2),
        ("cut_means_delivered", "cut_before", 0),
        ("cut_means_delivered", "internal_error_after", 2),
        ("look_without_settling", "late_504", 2),
        ("look_without_settling", "cut_after", 2),  # taken, but the history lags
        ("give_up", "503_before", 0),
        ("give_up", "late_hang", 1),
    ],
)
def test_a_wrong_client_loses_or_doubles(
    there: StandIn, client: str, fault: str, count: int
) -> None:
    there.script("chat.postMessage", fault)
    WRONG[client](target(there), "C00000000", Note(), "k")
    assert there.settled(5)
    assert there.accepted("k") == count


@pytest.mark.slow
def test_the_careful_client_delivers_once_whatever_happens(there: StandIn) -> None:
    faults = [name for name in FAULTS if name != "metadata_dropped"]
    for name in faults:
        there.script("chat.postMessage", name, key=name)
    there.script("conversations.history", "cut_before", "429", "500_before", "hang_before")
    with ThreadPoolExecutor(len(faults)) as pool:
        list(pool.map(lambda name: careful(target(there), "C00000000", Note(), name), faults))
    assert there.settled(5)
    assert there.ledger().accepted == dict.fromkeys(faults, 1)


def storm(client: Client, seed: int, messages: int = 48) -> tuple[list[str], Ledger]:
    """Many messages under faults at random, on every method: what went out."""
    with StandIn(
        scale=0.1, seed=seed, channels=messages,
        rate=0.5, read_rate=0.3, hang=4, late=3, lag=2, retry_after=1,
    ) as there:  # fmt: skip
        keys = [f"reminder/{number}" for number in range(messages)]

        def deliver(number: int) -> None:
            client(target(there), f"C{number:08d}", Note(), keys[number])

        with ThreadPoolExecutor(messages) as pool:
            list(pool.map(deliver, range(messages)))
        assert there.settled(10)
        return keys, there.ledger()


@pytest.mark.slow
def test_the_careful_client_comes_through_a_storm() -> None:
    keys, ledger = storm(careful, seed=3)
    assert len(set(ledger.faults) & set(POST_MIX)) > 10
    assert ledger.lost(keys) == []
    assert ledger.doubled() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_client_does_not_come_through_it(name: str) -> None:
    keys, ledger = storm(WRONG[name], seed=3)
    lost, doubled = ledger.lost(keys), ledger.doubled()
    print(f"{name}: {len(lost)} lost, {len(doubled)} doubled of {len(keys)}")
    expected = {
        "sdk_defaults": (lost, doubled),
        "retry_on_error": (doubled,),
        "cut_means_delivered": (lost, doubled),
        "look_without_settling": (doubled,),
        "give_up": (lost,),
    }
    assert all(expected[name])
