"""POST /slack/events and Socket Mode: what is let in, acknowledged at once and answered behind that."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from service.app import Horizon, build
from service.channels import slack as slack_module
from service.channels.slack import SocketMode
from service.core.events.event import Event, Origin
from service.core.events.filters import Filter
from service.serving import _socket_mode
from service.web import slack_requests
from service.web.server import create
from tests.web.conftest import FILE, NOW, settings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-a-very-secret-token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Receiver:
    """Slack's side of the answers: response addresses, views.open, apps.connections.open."""

    server: ThreadingHTTPServer
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    says: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def response_url(self) -> str:
        return f"{self.address}/commands/T1/secret-part"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"] or 0))
            parsed = json.loads(data) if data.startswith(b"{") else {}
            found.got.append((self.path, parsed))
            status, said = found.says.get(self.path, (200, b'{"ok": true}'))
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Workspace:
    """A service that Slack talks to; what is to be done behind the acknowledgement waits for work()."""

    horizon: Horizon
    client: httpx2.Client
    receiver: Receiver
    waiting: list[Callable[[], None]]

    def post(self, data: bytes, headers: Mapping[str, str], **signed: Any) -> httpx2.Response:
        return self.client.post(
            "/slack/events", content=data, headers={**sign(data, **signed), **headers}
        )

    def send(self, fields: Mapping[str, str], **headers: str) -> httpx2.Response:
        return self.post(urlencode(fields).encode(), {**FORM, **headers})

    def command(self, text: str, trigger: str = "1.2.a", **headers: str) -> httpx2.Response:
        fields = {
            "command": "/horizon",
            "text": text,
            "user_id": "U1",
            "user_name": "ann",
            "trigger_id": trigger,
            "response_url": self.receiver.response_url,
        }
        return self.send(fields, **headers)

    def act(self, payload: Mapping[str, Any]) -> httpx2.Response:
        return self.send({"payload": json.dumps(payload)})

    def press(self, action_id: str, value: str, trigger: str = "1.2.b") -> httpx2.Response:
        return self.act(
            {
                "type": "block_actions",
                "user": {"id": "U2", "username": "bob"},
                "trigger_id": trigger,
                "response_url": self.receiver.response_url,
                "actions": [{"action_id": action_id, "value": value}],
            }
        )

    def submit(self, view: Mapping[str, Any], text: str | None, trigger: str) -> httpx2.Response:
        values = {"when": {"when": {"type": "plain_text_input", "value": text}}}
        return self.act(
            {
                "type": "view_submission",
                "user": {"id": "U2", "username": "bob"},
                "trigger_id": trigger,
                "view": {
                    "callback_id": view["callback_id"],
                    "private_metadata": view["private_metadata"],
                    "state": {"values": values},
                },
            }
        )

    def work(self) -> list[tuple[str, dict[str, Any]]]:
        """Does what waits; what Slack has got by it."""
        self.receiver.got.clear()
        while self.waiting:
            self.waiting.pop(0)()
        return list(self.receiver.got)

    def answer(self) -> dict[str, Any]:
        ((path, body),) = self.work()
        assert path == "/commands/T1/secret-part"
        return body

    @property
    def added(self) -> list[Event]:
        with self.horizon.store.reading() as reading:
            found = reading.select(Filter())
        return [event for event in found if event.origin is Origin.SLACK]


def sign(
    data: bytes, stamp: str | None = None, secret: str = SECRET, signature: str | None = None
) -> dict[str, str]:
    stamp = str(int(NOW.timestamp())) if stamp is None else stamp
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + data, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed}" if signature is None else signature,
    }


def working(tmp_path: Path, receiver: Receiver, **changes: Any) -> Iterator[Workspace]:
    given = settings(
        tmp_path,
        **{
            "slack_signing_secret": SECRET,
            "slack_bot_token": TOKEN,
            "slack_api_url": f"{receiver.address}/api/",
            **changes,
        },
    )
    given.events_file.write_text(FILE, encoding="utf-8")
    horizon = build(given, lambda: NOW)
    horizon.sync()
    waiting: list[Callable[[], None]] = []
    requests = slack_requests.from_settings(horizon.store, given, horizon.now, waiting.append)
    app = create(horizon.store, given, None, horizon.notices, horizon.now, requests)  # type: ignore[arg-type]
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Workspace(horizon, client, receiver, waiting)
    horizon.close()


@pytest.fixture
def slack(tmp_path: Path, receiver: Receiver) -> Iterator[Workspace]:
    yield from working(tmp_path, receiver)


# -- who is let in


def test_slacks_own_example_of_a_signature_is_good() -> None:
    """From Slack's documentation of verifying requests."""
    data = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmib"
        b"IGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    slack_requests.verify(SECRET, headers, data, datetime.fromtimestamp(1531420700, UTC))


# In one service each: to build one takes longer than to ask it all of these.
UNSIGNED: list[dict[str, str]] = [
    {},
    {"X-Slack-Signature": "v0=00"},
    {"X-Slack-Request-Timestamp": str(int(NOW.timestamp()))},
    sign(b"command=%2Fhorizon", secret="another"),
    sign(b"another body"),
    sign(b"command=%2Fhorizon", signature=""),
    sign(b"command=%2Fhorizon", signature="v0="),
    sign(b"command=%2Fhorizon", signature="v1=" + "0" * 64),
    sign(b"command=%2Fhorizon", signature="é" * 64),
    sign(b"command=%2Fhorizon", stamp=""),
    sign(b"command=%2Fhorizon", stamp="soon"),
    sign(b"command=%2Fhorizon", stamp="-1"),
    sign(b"command=%2Fhorizon", stamp="1e9"),
    sign(b"command=%2Fhorizon", stamp="9" * 40),
    sign(b"command=%2Fhorizon", stamp=str(int(NOW.timestamp()) - 301)),
    sign(b"command=%2Fhorizon", stamp=str(int(NOW.timestamp()) + 301)),
]
UNREADABLE = [
    (b"", ""),
    (b"", "application/x-www-form-urlencoded"),
    (b"\xff\xfe", "application/x-www-form-urlencoded"),
    (b"payload=", "application/x-www-form-urlencoded"),
    (b"payload=[]", "application/x-www-form-urlencoded"),
    (b"payload=%7B%22type%22%3A", "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=" % n for n in range(200)), "application/x-www-form-urlencoded"),
    (b"\xff", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b'{"type": 7, "command": {}}', "application/json"),
    (b'{"type": "block_actions", "actions": 7, "user": []}', "application/json"),
    (b'{"type": "block_actions", "actions": [[]]}', "application/json"),
    (b'{"type": "view_submission", "view": []}', "application/json"),
    (b'{"type": "view_submission", "view": {"callback_id": "set_date_dialog"}}', "x/y"),
    (b'{"type": "event_callback", "event": {"type": "message"}}', "application/json"),
]


def test_what_slack_has_not_signed_just_now_is_401(slack: Workspace) -> None:
    for headers in UNSIGNED:
        for kind in ("application/x-www-form-urlencoded", "application/json", "x/y", ""):
            given = {**headers, "Content-Type": kind}
            sent = {name: value.encode("latin-1") for name, value in given.items()}
            answer = slack.client.post("/slack/events", content=b"command=%2Fhorizon", headers=sent)
            assert answer.status_code == 401, given
            assert answer.json()["type"] == "urn:horizon:problem:unauthorized"
            assert SECRET not in answer.text
    assert slack.waiting == []


def test_what_is_signed_and_cannot_be_read_never_fails(slack: Workspace) -> None:
    for data, kind in UNREADABLE:
        answer = slack.post(data, {"Content-Type": kind})
        assert answer.status_code in (200, 400, 422), (data[:80], kind)
    slack.work()
    assert slack.added == []


def test_only_posts_and_only_small_ones(slack: Workspace) -> None:
    answer = slack.client.get("/slack/events")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert slack.post(b"x" * 1_000_001, {}).status_code == 413


def test_the_challenge_is_answered(slack: Workspace) -> None:
    data = b'{"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB"}'
    answer = slack.post(data, {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1aB"})


def test_without_settings_the_address_says_what_is_missing(
    tmp_path: Path, receiver: Receiver
) -> None:
    for slack in working(tmp_path, receiver, slack_signing_secret=None, slack_bot_token=None):
        answer = slack.command("help")
        assert answer.status_code == 404
        assert "HORIZON_SLACK_SIGNING_SECRET" in answer.json()["detail"]
        assert slack.client.get("/api/v1/events").status_code == 200
        assert slack.client.get("/readyz").json()["warnings"] == []


def test_an_application_made_from_settings_alone_takes_requests(tmp_path: Path) -> None:
    given = settings(tmp_path, slack_signing_secret=SECRET)
    given.events_file.write_text(FILE, encoding="utf-8")
    horizon = build(given, lambda: NOW)
    with TestClient(horizon.web()) as client:
        data = b'{"type": "url_verification", "challenge": "c"}'
        assert client.post("/slack/events", content=data, headers=sign(data)).status_code == 200
    horizon.close()


# -- commands


def test_a_command_is_acknowledged_before_it_is_carried_out(slack: Workspace) -> None:
    answer = slack.command("add 《新规》 &lt;试行&gt; A&amp;B | 2026-07-15")
    assert (answer.status_code, answer.content) == (200, b"")
    assert slack.added == []
    assert slack.receiver.got == []
    said = slack.answer()
    assert said["response_type"] == "ephemeral"
    assert said["text"].startswith("已添加：《新规》 &lt;试行&gt; A&amp;B\n")
    (event,) = slack.added
    assert event.title == "《新规》 <试行> A&B"
    with slack.horizon.store.reading() as reading:
        (row,) = reading.history(event.id)
    assert (row.who, row.origin) == ("ann", "slack")


def test_a_request_that_slack_repeats_adds_once(slack: Workspace) -> None:
    slack.command("add T | 2026-07-15")
    slack.command("add T | 2026-07-15", **{"X-Slack-Retry-Num": "1"})
    first, second = slack.work()
    assert first == second
    assert len(slack.added) == 1
    slack.command("add T | 2026-07-15", trigger="3.4.c")
    slack.work()
    assert len(slack.added) == 2


def test_a_repeat_without_a_trigger_is_known_by_what_it_says(slack: Workspace) -> None:
    for _ in range(2):
        slack.send({"command": "/horizon", "text": "add T | 2026-07-15", "response_url": "x"})
    slack.work()
    assert len(slack.added) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_is_answered_in_the_services_language(
    tmp_path: Path, receiver: Receiver, lang: str
) -> None:
    zh = lang == "zh"
    for slack in working(tmp_path, receiver, language=lang):
        for text, words in (
            ("help", "可以这样用" if zh else "What you can write"),
            ("next 30d", "百度 Create" if zh else "Baidu Create 2026"),
            ("search rules 施行", "没有符合" if zh else "No event fits"),
            ("search 施行", "找到 1 项" if zh else "1 found"),
            ("add T | 2026-02-30", "没有 2026-02-30 这一天" if zh else "2026-02-30 does not exist"),
            ("add T | 2026-05", "2026年5月，具体日期待公布" if zh else "May 2026, date to be"),
        ):
            slack.command(text)
            assert words in slack.answer()["text"]


def test_the_undo_button_takes_the_answers_place(slack: Workspace) -> None:
    slack.command("add T | 2026-07-15")
    (button,) = slack.answer()["blocks"][-1]["elements"]
    assert slack.press(button["action_id"], button["value"]).content == b""
    assert len(slack.added) == 1
    said = slack.answer()
    assert said["replace_original"] is True
    assert said["text"] == "已撤回：T"
    assert slack.added == []


def test_other_buttons_and_events_are_acknowledged_and_nothing_else(slack: Workspace) -> None:
    assert slack.press("somebody_elses", "x").status_code == 200
    assert slack.act({"type": "view_closed"}).status_code == 200
    assert slack.submit({"callback_id": "x", "private_metadata": ""}, "", "t").status_code == 200
    assert slack.waiting == []


# -- the dialog


def opened(slack: Workspace) -> dict[str, Any]:
    slack.receiver.got.clear()
    slack.press("set_date", "google-io-2026")
    assert slack.receiver.got == []
    ((path, body),) = slack.work()
    assert (path, body["trigger_id"]) == ("/api/views.open", "1.2.b")
    return dict(body["view"])


def test_a_date_is_set_in_a_dialog(slack: Workspace) -> None:
    view = opened(slack)
    refused = slack.submit(view, "2026-05-32", "1.2.c")
    assert refused.json() == {
        "response_action": "errors",
        "errors": {"when": "没有 2026-05-32 这一天：2026-05 只有 31 天"},
    }
    assert "不能为空" in slack.submit(view, None, "1.2.d").json()["errors"]["when"]
    assert slack.waiting == []
    assert slack.submit(view, "2026-05-20", "1.2.e").content == b""
    assert slack.submit(view, "2026-05-20", "1.2.e").content == b""
    first, second = slack.work()
    assert first == second
    assert first[0] == "/commands/T1/secret-part"
    assert first[1]["response_type"] == "ephemeral"
    assert first[1]["text"].startswith("日期已更新：Google I/O 2026 开发者大会")
    with slack.horizon.store.reading() as reading:
        rows = reading.history("google-io-2026")
    assert [(row.change, row.who) for row in rows[1:]] == [("firmed", "bob")]
    assert rows[-1].to_when == "2026-05-20"


def test_a_time_is_read_in_the_events_zone(slack: Workspace) -> None:
    slack.submit(opened(slack), "2026-05-20T01:00", "1.2.e")
    slack.work()
    with slack.horizon.store.reading() as reading:
        event = reading.event("google-io-2026")
    assert event is not None
    assert event.when.text == "2026-05-20T01:00+08:00"


def test_an_event_that_is_gone_is_told(slack: Workspace) -> None:
    slack.press("set_date", "no-such")
    assert "没有事件 “no-such”" in slack.answer()["text"]


def test_a_button_without_a_token_says_what_is_missing(tmp_path: Path, receiver: Receiver) -> None:
    for slack in working(tmp_path, receiver, slack_bot_token=None):
        slack.press("set_date", "google-io-2026")
        assert "HORIZON_SLACK_BOT_TOKEN" in json.dumps(slack.answer()["blocks"])


def test_a_dialog_that_slack_refuses_is_told(slack: Workspace) -> None:
    slack.receiver.says["/api/views.open"] = (200, b'{"ok": false, "error": "expired_trigger_id"}')
    slack.press("set_date", "google-io-2026")
    (_, (path, body)) = slack.work()
    assert path == "/commands/T1/secret-part"
    assert "expired_trigger_id" in body["text"].replace("＿", "_")


# -- when something fails


def test_no_secret_is_logged_whatever_fails(
    slack: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.receiver.says["/commands/T1/secret-part"] = (404, b"expired_url secret-part")
    slack.command("help")
    slack.work()
    assert "carried out but not answered" in caplog.text
    slack.press("set_date", "google-io-2026")
    slack.work()

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(type(slack.horizon.store), "reading", broken)
    slack.receiver.says.clear()
    slack.command("next")
    assert "原因在它的日志里" in slack.answer()["text"]
    assert "RuntimeError: broken" in caplog.text
    for secret in (SECRET, TOKEN, "secret-part"):
        assert secret not in caplog.text


def test_an_address_that_cannot_be_answered_stops_nothing(slack: Workspace) -> None:
    for number, url in enumerate(
        ("", "x", "file:///etc/passwd", "http://127.0.0.1:1/", "http://[x")
    ):
        slack.send({"command": "/horizon", "text": "add T | 2026-07-15", "response_url": url})
        assert slack.work() == []
        assert len(slack.added) == number + 1


# -- Socket Mode


class WebSocket:
    """The least of a WebSocket server: one connection, text frames both ways."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.got: queue.Queue[dict[str, Any]] = queue.Queue()
        self.connected = threading.Event()
        self.connection: socket.socket | None = None
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.listener.getsockname()[1]}/link/?ticket=secret-ticket"

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        self.connection = connection
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        key = next(x for x in head.split(b"\r\n") if x.lower().startswith(b"sec-websocket-key"))
        magic = key.split(b":")[1].strip() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic).digest())
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self.connected.set()
        try:
            while True:
                self._read(connection)
        except OSError:
            pass

    def _read(self, connection: socket.socket) -> None:
        def exactly(count: int) -> bytes:
            data = b""
            while len(data) < count:
                part = connection.recv(count - len(data))
                if not part:
                    raise OSError
                data += part
            return data

        first, second = exactly(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack(">H", exactly(2))
        mask = exactly(4)
        data = bytes(b ^ mask[n % 4] for n, b in enumerate(exactly(size)))
        if first & 15 == 1:
            self.got.put(json.loads(data))

    def send(self, message: Mapping[str, Any]) -> None:
        assert self.connection is not None
        data = json.dumps(message).encode()
        self.connection.sendall(b"\x81\x7e" + struct.pack(">H", len(data)) + data)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.listener.close()


@pytest.mark.slow
def test_socket_mode_takes_the_same_requests(
    slack: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(SocketMode, "AGAIN", 0.05)
    caplog.set_level(logging.DEBUG)
    server = WebSocket()
    slack.receiver.says["/api/apps.connections.open"] = (503, b"")
    horizon, settings_ = slack.horizon, slack.horizon.settings
    requests = slack_requests.from_settings(
        horizon.store, settings_, horizon.now, slack.waiting.append
    )
    mode = SocketMode("xapp-secret-token", requests.take, api_url=settings_.slack_api_url)
    refused_once = threading.Event()
    monkeypatch.setattr(slack_module.log, "error", lambda *_: refused_once.set())
    mode.start()
    assert refused_once.wait(30)  # it goes on by itself
    opened_ = json.dumps({"ok": True, "url": server.url}).encode()
    slack.receiver.says["/api/apps.connections.open"] = (200, opened_)
    try:
        assert server.connected.wait(30)
        command = {
            "command": "/horizon",
            "text": "add T | 2026-07-15",
            "user_name": "ann",
            "trigger_id": "1.2.a",
            "response_url": slack.receiver.response_url,
        }
        server.send({"type": "hello", "num_connections": 1})
        for envelope in ("e1", "e2"):
            server.send({"type": "slash_commands", "envelope_id": envelope, "payload": command})
        acknowledged = [server.got.get(timeout=30) for _ in range(2)]
        assert sorted(a["envelope_id"] for a in acknowledged) == ["e1", "e2"]
        assert not any(a.get("payload") for a in acknowledged)
        assert slack.added == []
        assert len(slack.work()) == 2
        assert len(slack.added) == 1
        view = opened(slack)
        values = {"when": {"when": {"value": "2026-13"}}}
        submitted = {"type": "view_submission", "view": {**view, "state": {"values": values}}}
        server.send({"type": "interactive", "envelope_id": "e3", "payload": submitted})
        refused = server.got.get(timeout=30)
        assert refused["payload"]["response_action"] == "errors"
    finally:
        mode.stop()
        server.close()
    for secret in ("secret-ticket", "xapp-secret-token"):
        assert secret not in caplog.text
    assert "xapp" not in repr(mode)


def test_socket_mode_is_asked_for_by_its_token_alone(slack: Workspace) -> None:
    assert _socket_mode(slack.horizon) is None
    given = replace(slack.horizon.settings, slack_app_token="xapp-1-secret")
    mode = _socket_mode(replace(slack.horizon, settings=given))
    assert mode is not None
    mode.stop()


# -- the manifests


@pytest.mark.parametrize("name", ["slack-manifest.yaml", "slack-manifest-socket.yaml"])
def test_a_manifest_asks_for_just_the_scopes_that_are_needed(name: str) -> None:
    text = (Path(__file__).parents[2] / name).read_text("utf-8")
    manifest = YAML(typ="safe").load(text)
    assert manifest["oauth_config"]["scopes"]["bot"] == [*slack_module.SCOPES, "commands"]
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/horizon"
    assert command["should_escape"] is False
    socket_mode = manifest["settings"]["socket_mode_enabled"]
    assert socket_mode is ("socket" in name)
    addresses = [command.get("url"), manifest["settings"]["interactivity"].get("request_url")]
    for address in addresses:
        assert (address is None) if socket_mode else address.endswith(slack_requests.PATH)
