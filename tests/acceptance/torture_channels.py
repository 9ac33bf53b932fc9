"""The storm and the kills over every channel beside Slack, each judged by what it promises.

    run(url, Plan(...)) -> Result      what the tests do in small; `make torture` does it in large

The parent keeps the stand-ins, which fail at random and keep count; workers run passes over one database
until nothing is left, and are killed where TORTURE_DIE says. Judged is:

    feishu, hook        every message once, by the uuid or the id that its maker tells repeats by
    the others          digests at most once; changes at least once, and all copies but one say that they
                        may be a repeat
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from service.channels import Channels, dingtalk, email, feishu, http, kinds, wecom
from service.channels.dingtalk import DingTalk
from service.channels.email import Email
from service.channels.feishu import App, Bot
from service.channels.webhook import Webhook
from service.channels.wecom import WeCom
from service.core.alerts import deliveries
from service.core.alerts.deliveries import Delivery, Next, State
from service.core.alerts.schedule import AlertKind
from service.errors import StoreUnavailable
from service.operations.alerts import sending
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.plan import SETTLED
from service.operations.alerts.run_once import run_once
from service.store import Store, StoredChannel, StoredRule, open_engine
from tests.channels.saying import message
from tests.channels.stand_in import KINDS, StandIn, specs, tools

ROOT = Path(__file__).parents[2]
ONCE = ("feishu", "hook")
TIMEOUT = 0.3
POINTS = ("claimed", "left", "answered")
EVERY = 0.02


@dataclass(frozen=True)
class Plan:
    """`messages`: of each channel, digests and changes by turns; `wrong`: what is wrong with the
    engine on purpose."""

    messages: int
    workers: int = 1
    rate: float = 0.3
    kills: tuple[str, ...] = ()
    seed: int = 1
    most: float = 120
    wrong: str = ""


@dataclass
class Result:
    sent: dict[tuple[str, str], AlertKind]
    stand_in: StandIn
    states: Counter[str]
    killed: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    seconds: float = 0.0

    def problems(self) -> list[str]:
        """What speaks against the promises."""
        found = list(dict.fromkeys(self.stand_in.wrong))
        for (kind, name), of in self.sent.items():
            copies = self.stand_in.copies(kind).get(name, [])
            plain = sum(not copy.marked for copy in copies)
            if kind in ONCE and len(copies) != 1:
                found.append(f"{kind}: {name} came {len(copies)} times")
            elif kind not in ONCE and of is AlertKind.DIGEST and len(copies) > 1:
                found.append(f"{kind}: the digest {name} came {len(copies)} times")
            elif kind not in ONCE and of is AlertKind.CHANGE and not copies:
                found.append(f"{kind}: {name} was lost")
            elif kind not in ONCE and plain > 1:
                found.append(f"{kind}: {name} came {plain} times without a word of that")
        return found

    def __str__(self) -> str:
        repeats = sum(len(c) - 1 for k in KINDS for c in self.stand_in.copies(k).values())
        return (
            f"{len(self.sent)} messages over {len(KINDS)} channels, {len(self.problems())} against "
            f"the promises, {repeats} marked repeats, {self.attempts} attempts, "
            f"{sum(self.stand_in.faults.values())} faults of {len(self.stand_in.faults)} kinds, "
            f"{sum(self.killed.values())} killed {dict(self.killed)}, {self.seconds:.0f} s"
        )


def owe(store: Store, stand_in: StandIn, plan: Plan) -> dict[tuple[str, str], AlertKind]:
    """So many messages for each channel; by channel and name, of which kind each is."""
    now = datetime.now(UTC)
    sent: dict[tuple[str, str], AlertKind] = {}
    with store.writing(now) as writing:
        writing.put_channels([StoredChannel(n, i, s) for i, (n, s) in enumerate(specs().items())])
        rules = []
        for n, kind in enumerate(KINDS):
            spec = {"name": f"d-{kind}", "channel": kind, "timezone": "UTC"}
            rules.append(StoredRule("digest", spec["name"], n, spec, now))
            rules.append(StoredRule("change", f"c-{kind}", n, {**spec, "name": f"c-{kind}"}, now))
        writing.put_rules(rules)
        writing.put_mark(SETTLED, str(writing.position().seq))
        for number in range(plan.messages * len(KINDS)):
            kind = KINDS[number % len(KINDS)]
            of = AlertKind.DIGEST if (number // len(KINDS)) % 2 else AlertKind.CHANGE
            sent[kind, f"message {number}"] = of
            writing.owe(
                Delivery(
                    key=f"{of}/{of[0]}-{kind}/{number}/{kind}",
                    kind=of,
                    rule=f"{of[0]}-{kind}",
                    channel=kind,
                    due_at=now,
                    state=State.OWED,
                    event_id=f"event-{number}" if of is AlertKind.CHANGE else None,
                    next_at=now,
                    message=stand_in.connect(kind).render(message(number)),
                )
            )
    return sent


def left(store: Store) -> int:
    with store.reading() as reading:
        return len(reading.deliveries(deliveries.UNFINISHED))


def run(url: str, plan: Plan) -> Result:
    """Until nothing is left, or the time is over."""
    began = time.monotonic()
    store = Store(open_engine(url))
    folder = Path(tempfile.mkdtemp(prefix="horizon-torture-"))
    try:
        with StandIn(seed=plan.seed, rate=plan.rate, timeout=TIMEOUT) as stand_in:
            sent = owe(store, stand_in, plan)
            killed = _drive(store, url, stand_in, plan, folder / "errors", began + plan.most)
            time.sleep(2 * stand_in.late)  # what comes late has come
            with store.reading() as reading:
                rows = reading.deliveries()
        return Result(
            sent,
            stand_in,
            Counter(row.state.value for row in rows),
            killed,
            sum(row.attempts for row in rows),
            time.monotonic() - began,
        )
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _drive(
    store: Store, url: str, stand_in: StandIn, plan: Plan, errors: Path, end: float
) -> Counter[str]:
    chance = random.Random(plan.seed)
    kills, killed = deque(plan.kills), Counter[str]()
    running: list[tuple[subprocess.Popen[bytes], str]] = []
    with errors.open("wb") as log:
        try:
            while time.monotonic() < end and (running or left(store)):
                while len(running) < plan.workers and left(store):
                    point = kills.popleft() if kills else ""
                    running.append((_start(url, stand_in, plan, point, chance, end, log), point))
                for entry in list(running):
                    worker, point = entry
                    if worker.poll() is None:
                        continue
                    running.remove(entry)
                    if worker.returncode == -signal.SIGKILL:
                        killed[point] += 1
                    elif worker.returncode:
                        raise AssertionError(f"a worker failed:\n{errors.read_text()[-4000:]}")
                time.sleep(0.02)
        finally:
            for worker, _ in running:
                worker.kill()
                worker.wait(10)
    return killed


def _start(
    url: str,
    stand_in: StandIn,
    plan: Plan,
    point: str,
    chance: random.Random,
    end: float,
    log: Any,
) -> subprocess.Popen[bytes]:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")},
        "TORTURE_URL": url,
        "TORTURE_WEB": stand_in.address,
        "TORTURE_MAIL": stand_in.smtp_url,
        "TORTURE_DIE": f"{point}:{chance.choice((1, 2, 3))}" if point else "",
        "TORTURE_WRONG": plan.wrong,
        "TORTURE_FOR": str(max(1.0, end - time.monotonic())),
    }
    command = [sys.executable, "-m", "tests.acceptance.torture_channels"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


# ------------------------------------------------------------------ a worker


def scaled() -> None:
    """The engine's times, in tenths of a second where they are seconds."""
    deliveries.LEASE = sending.LEASE = timedelta(seconds=3)
    sending.REQUEST = timedelta(seconds=1)
    sending.REST = timedelta(seconds=0.3)
    deliveries._LONGEST_PAUSE = timedelta(seconds=0.5)
    for codes in (dingtalk.CODES, wecom.CODES, feishu.BOT_CODES, feishu.APP_CODES):
        codes.busy.update(dict.fromkeys(codes.busy, 0.2))  # type: ignore[attr-defined]
    email._AGAIN = http._AGAIN = 0.2
    for channel in (App, Bot, DingTalk, Email, Webhook, WeCom):
        limits = replace(channel.limits, every=timedelta(seconds=EVERY), spread=timedelta())
        channel.limits = limits  # type: ignore[misc]


def die_at(point: str, number: int) -> None:
    """Have this process end by SIGKILL the so-manieth time that it comes to that point."""
    import smtplib
    from http.client import HTTPConnection

    count = 0

    def here() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def wrapped(*args: Any, **more: Any) -> Any:
            here()
            return real(*args, **more)

        setattr(owner, name, wrapped)

    if point == "claimed":  # the claim is committed, and not a byte has left
        before(sending, "_post")
    elif point == "left":  # the request is out, and its answer not read
        before(HTTPConnection, "getresponse")
        send = smtplib.SMTP.send

        def sent(self: Any, data: Any) -> None:
            send(self, data)
            if data == b".\r\n":
                here()

        smtplib.SMTP.send = sent  # type: ignore[method-assign, assignment]
    elif point == "answered":  # whatever the answer was, it is not in the ledger yet
        before(sending, "finish")
    else:
        raise ValueError(point)


def go_wrong(how: str) -> None:
    """What an engine that keeps no promise would do."""
    from service.channels import webhook

    if how == "repeats digests":
        deliveries.unseen = lambda *_: Next.SAME
    elif how == "gives up":
        deliveries.unseen = lambda *_: Next.STOP
    elif how == "another key each time":
        feishu.uuid = webhook.identity = lambda key: f"msg_{random.random()}"  # type: ignore[assignment]
    elif how:
        raise ValueError(how)


def work() -> int:
    """Passes until nothing is left."""
    scaled()
    point, _, number = os.environ["TORTURE_DIE"].partition(":")
    if point:
        die_at(point, int(number))
    go_wrong(os.environ["TORTURE_WRONG"])
    store = Store(open_engine(os.environ["TORTURE_URL"]))
    made = tools(os.environ["TORTURE_WEB"], os.environ["TORTURE_MAIL"], TIMEOUT)
    named = {name: kinds.connect(name, spec, made) for name, spec in specs().items()}
    named["mail"] = replace(named["mail"], timeout=TIMEOUT)  # type: ignore[type-var]
    end = time.monotonic() + float(os.environ["TORTURE_FOR"])
    while time.monotonic() < end:
        with contextlib.suppress(StoreUnavailable):  # two wanted to write: the next pass goes on
            run_once(
                store,
                Channels(None, named),
                AlertSettings("http://127.0.0.1:8000"),
                datetime.now(UTC),
                clock=lambda: datetime.now(UTC),
                sleep=time.sleep,
            )
            if not left(store):
                return 0
        time.sleep(0.05)
    return 0


if __name__ == "__main__":
    sys.exit(work())
