"""A model's server on this machine, which answers as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-secret-of-the-tests-4711"


@dataclass
class Asked:
    """One request: its path, its headers in lower case, its JSON."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def question(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def form(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "none"))


@dataclass
class Answer:
    """`raw`: these bytes in the place of a chat completion; `hold`: nothing comes before it is set."""

    text: str = '{"events": []}'
    status: int = 200
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    usage: Any = None
    hold: threading.Event | None = None
    length: int | None = None


@dataclass
class StandIn:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Answer] = lambda _: Answer()

    def says(self, text: str, **more: Any) -> None:
        self.answer = lambda _: Answer(text, **more)

    def events(self, *events: Any) -> None:
        self.says(json.dumps({"events": list(events)}, ensure_ascii=False))


@contextmanager
def running() -> Iterator[StandIn]:
    """A server on a free port of this machine."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(length))
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.path, headers, body)
            stand_in.asked.append(asked)
            answer = stand_in.answer(asked)
            if answer.hold is not None:
                answer.hold.wait(20)
            try:
                self._send(answer)
            except OSError:
                self.close_connection = True  # who asked has gone

        def do_GET(self) -> None:
            stand_in.asked.append(Asked(self.path, {}, {"messages": [{}, {"content": "GET"}]}))
            self._send(Answer(raw=b"{}"))

        def _send(self, answer: Answer) -> None:
            usage = answer.usage or {"prompt_tokens": 120, "completion_tokens": 30}
            message = {"role": "assistant", "content": answer.text}
            choice = {"index": 0, "message": message, "finish_reason": answer.finish}
            data = answer.raw
            if data is None:
                data = json.dumps({"choices": [choice], "usage": usage}).encode()
            self.send_response(answer.status)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(answer.length or len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
