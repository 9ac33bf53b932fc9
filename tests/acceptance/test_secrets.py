"""No secret stands in what the service writes, whatever is asked of it and whatever fails: a real
socket, a real Slack client against a stand-in, every logger at its most talkative."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.examples import ROOT
from tests.acceptance.process import Process, eventually
from tests.slack.stand_in import TOKEN, Fault, StandIn

pytestmark = pytest.mark.slow

# Everything that is logged at all is heard, and uvicorn's own log of addresses is on.
LOUD = """
import logging, sys
import uvicorn
from service import logs
set_up = logs.set_up
def loud(settings):
    set_up(settings)
    logging.getLogger().setLevel(1)
    logging.getLogger("horizon").setLevel(1)
logs.set_up = loud
Config = uvicorn.Config
uvicorn.Config = lambda app, **given: Config(app, **{**given, "access_log": True})
from service.cli import run
sys.exit(run(sys.argv[1:]))
"""
FILE = """\
events:
  - {id: io, title: Google I/O 2026 开发者大会, when: 2026-05}
feeds:
  - {name: all, title: all}
  - {name: portfolio, title: portfolio, private: true}
alerts:
  changes:
    - {name: one, channel: "#first"}
    - {name: two, channel: "#second"}
"""
ADMIN = "correct-horse-battery-staple"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
HEARTBEAT = "b2f1c7a0-heartbeat"
MODEL_KEY = "sk-c0ffee-of-the-model"
IMPORTED = "addresspass"


SAID = (
    "modelpass",
    "dbpassword",
    "baseurlpass",
    "webhookpass",
    "bottoken",
    "too short",
    TOKEN,
    ADMIN,
    IMPORTED,
)


class Told:
    """A service that was asked for everything, and the secrets that it was told or told others."""

    def __init__(self, folder: Path, form: str, slack: StandIn) -> None:
        (folder / "events.yaml").write_text(FILE, "utf-8")
        self.folder, self.slack = folder, slack
        self.database = folder / "data/horizon.db"
        self.secrets = {TOKEN, ADMIN, SIGNING, HEARTBEAT, IMPORTED, MODEL_KEY}
        self.server = Process(
            folder,
            f"sqlite:///{self.database}",
            program=LOUD,
            ADMIN_KEY=ADMIN,
            LOG_FORMAT=form,
            SLACK_BOT_TOKEN=TOKEN,
            SLACK_SIGNING_SECRET=SIGNING,
            SLACK_API_URL=slack.api_url,
            HEARTBEAT_URL=f"http://127.0.0.1:9/{HEARTBEAT}",
            LLM_URL="http://127.0.0.1:9/v1",
            LLM_MODEL="heron-7b",
            LLM_KEY=MODEL_KEY,
            CHANGE_WINDOW="PT0S",
            LIMIT_WRONG_KEYS="40/PT5M",
        )
        self.client = self.server.client

    def output(self) -> str:
        """All that the service has written, once it has ended."""
        assert self.server.process.stdout is not None
        rest = ""
        with suppress(ValueError):
            rest = self.server.process.stdout.read()
        return "".join(self.server.lines) + rest + self.server.errors.read_text("utf-8")

    def wrong(self, secret: str) -> str:
        self.secrets.add(secret)
        return secret


def feeds(told: Told) -> None:
    with closing(sqlite3.connect(told.database)) as database:
        (secret,) = database.execute("SELECT secret FROM feeds WHERE name = 'portfolio'").fetchone()
    told.secrets.add(secret)
    for path in (
        *(f"/feeds/portfolio/{secret}{end}" for end in (".ics", ".json", ".xml", "/changes.xml")),
        *(f"/feeds/portfolio/{secret}.ics{query}" for query in ("?lang=en", "?nonsense=1")),
        *(
            f"/{prefix}/portfolio/{secret}.ics"
            for prefix in ("feed", "Feeds", "feeds/", "calendar")
        ),
        f"/feeds/portfolio/{secret}",
        f"/feeds/portfolio/{secret}.pdf",
        f"/feeds/all/{secret}.ics",
        f"/{secret}",
    ):
        for method in ("GET", "HEAD", "POST"):
            told.client.request(method, path)
    told.client.get(f"/feeds/portfolio/{told.wrong('nearly-the-right-one')}.ics")
    rotated = told.client.get("/api/v1/feeds", headers={"Authorization": f"Bearer {ADMIN}"})
    assert secret in rotated.text


def keys(told: Told) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "service", "keys", "create", "crawler", "--scope", "write"],
        cwd=told.folder,
        env={"HORIZON_DATABASE_URL": f"sqlite:///{told.database}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    key = made.stdout.split()[-1]
    told.secrets.add(key)
    for scheme, given in (
        ("Bearer", key),
        ("Bearer", ADMIN),
        ("Bearer", told.wrong("hzn_" + "w" * 43)),
        ("Bearer", told.wrong("not-of-that-form")),
        ("Basic", told.wrong("YW5uOnNlY3JldA==")),
        ("Token", told.wrong("another-scheme")),
        (told.wrong("a-key-alone"), ""),
    ):
        headers = {"Authorization": f"{scheme} {given}".strip(), "X-Request-ID": key}
        for method, path in (
            ("GET", "/api/v1/events"),
            ("GET", "/feeds/all.ics"),
            ("POST", "/api/v1/events"),
            ("DELETE", "/api/v1/events/gone?purge=true"),
            ("GET", f"/api/v1/events?key={given}"),
            ("GET", "/"),
        ):
            told.client.request(method, path, headers=headers, json={"title": "T", "when": "2026"})
    headers = {"Authorization": f"Bearer {key}"}
    told.client.post("/api/v1/events", content=b'{"title": ', headers=headers)
    moved = told.client.patch("/api/v1/events/io", json={"when": "2026-05-19"}, headers=headers)
    assert moved.status_code == 200, moved.text
    for url in (
        f"https://ann:{IMPORTED}@127.0.0.1/calendar.ics",
        f"https://ann:{IMPORTED}@nowhere.invalid/",
        f"http://127.0.0.1/?token={told.wrong('in-the-query')}",
    ):
        answer = told.client.post("/api/v1/imports", json={"url": url}, headers=headers)
        assert answer.status_code in (422, 502, 503), answer.text


def sign_in(told: Told) -> None:
    with httpx2.Client(base_url=told.server.address, timeout=60) as pages:
        form = pages.get("/sign-in", headers={"Accept": "text/html"}).text
        token = form.split('name="form" value="')[1].split('"')[0]
        for fields in ({"key": told.wrong("hzn_form")}, {"link": told.wrong("a-wrong-link")}):
            pages.post("/sign-in", data={"form": token, **fields})
        pages.get(f"/sign-in?token={told.wrong('another-wrong-link')}")
        pages.post("/sign-in", data={"form": token, "key": ADMIN})
        cookies = [cookie.value for cookie in pages.cookies.jar if cookie.value]
        assert len(cookies) >= 1
        told.secrets.update(cookies)
        for path in ("/", "/add", "/import", "/alerts", "/events/io", "/subscribe"):
            assert pages.get(path).status_code == 200
        pages.post("/sign-out", data={"form": token})


def model(told: Told) -> None:
    headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "text/plain"}
    note = "2027年5月13日：青禾开发者大会".encode()
    answer = told.client.post("/api/v1/imports?model=true", content=note, headers=headers)
    assert answer.json()["model"]["state"] == "waiting"


def slack(told: Told) -> None:
    body = b"command=%2Fhorizon&text=next&response_url=http%3A%2F%2F127.0.0.1%3A9%2Fhook-of-one"
    told.secrets.add("hook-of-one")
    at = str(int(time.time()))
    right = hmac.new(SIGNING.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    for signature in (f"v0={right}", "v0=" + "0" * 64, "nonsense"):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature,
        }
        told.client.post("/slack/events", content=body, headers=headers)
    told.secrets.add(right)


@pytest.fixture
def slack_that_fails() -> Iterator[StandIn]:
    with StandIn(scale=0.01) as stand_in:
        for channel in ("first", "second"):
            stand_in.add(channel)
        stand_in.script("conversations.list", "503_before", None)
        stand_in.script(
            "chat.postMessage", Fault("no", f"error:bad {TOKEN}"), "503_before", "cut_after"
        )
        yield stand_in


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_in_what_the_service_writes(
    tmp_path: Path, slack_that_fails: StandIn, form: str
) -> None:
    told = Told(tmp_path, form, slack_that_fails)
    try:
        for part in (feeds, keys, sign_in, slack, model):
            part(told)
        posted = "chat.postMessage"
        assert eventually(lambda: slack_that_fails.ledger().requests.get(posted, 0) >= 2)
        errors = told.server.errors
        assert eventually(lambda: "heartbeat" in errors.read_text("utf-8"))
        assert eventually(lambda: "The model did not read it" in errors.read_text("utf-8"))
    finally:
        told.client.close()
        told.server.process.send_signal(signal.SIGTERM)
        assert told.server.process.wait(30) == 0
        written = told.output()
        assert told.server.process.stdout is not None
        told.server.process.stdout.close()
    # It did talk, of all of this.
    for words in ("/feeds/portfolio/***", "/sign-in 401", "/api/v1/imports 4", "/slack/events 401"):
        assert words in written, words
    if form == "json":
        for line in filter(None, told.server.errors.read_text("utf-8").split("\n")):
            assert set(json.loads(line)) >= {"time", "level", "logger", "message"}
    assert len(told.secrets) >= 18
    for secret in told.secrets:
        assert secret not in written, re.sub(re.escape(secret), "HERE", written)[-3000:]


def test_no_secret_is_in_what_a_command_says_when_it_fails(tmp_path: Path) -> None:
    environment = {
        "PYTHONPATH": str(ROOT),
        "HORIZON_DATABASE_URL": "postgresql://horizon:dbpassword@127.0.0.1:9/horizon",
        "HORIZON_SLACK_BOT_TOKEN": TOKEN,
        "HORIZON_SLACK_API_URL": "http://127.0.0.1:9/api/",
        "HORIZON_ADMIN_KEY": ADMIN,
    }
    sqlite = {**environment, "HORIZON_DATABASE_URL": f"sqlite:///{tmp_path}/horizon.db"}
    for given, *command in (
        (environment, "list"),
        (environment, "serve", "--port", "0"),
        (environment, "doctor"),
        (sqlite, "alerts", "test", "#first"),
        (sqlite, "doctor"),
        (sqlite, "import", f"https://ann:{IMPORTED}@127.0.0.1/x"),
        ({**sqlite, "HORIZON_ADMIN_KEY": "too short a key"}, "list"),
        ({**sqlite, "HORIZON_BASE_URL": "https://ann:baseurlpass@example.org"}, "list"),
        ({**sqlite, "HORIZON_LLM_URL": "http://ann:modelpass@127.0.0.1/v1"}, "list"),
        ({**sqlite, "HORIZON_LLM_KEY": "sk modelpass"}, "list"),
        ({**sqlite, "HORIZON_SLACK_WEBHOOK_URL": "hooks/webhookpass"}, "list"),
        ({**sqlite, "HORIZON_SLACK_BOT_TOKEN": "xoxb bottoken"}, "list"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "service", *command],
            cwd=tmp_path,
            env=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode != 0 or "doctor" in command
        written = done.stdout + done.stderr
        assert "Traceback" not in written
        for secret in SAID:
            assert secret not in written, command
