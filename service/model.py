"""A language model behind an OpenAI-compatible address (`/chat/completions`): one request, one answer.

1. The address is what whoever runs the service has set, so it may be on this machine or a network of one's
   own. Redirects are not followed: the text and the key go nowhere else. Proxies of the environment are not
   used.
2. Temperature 0, no tools, no stream, at most MOST_TOKENS of an answer and LARGEST bytes of its JSON.
3. The answer's form is asked for as a JSON schema; a server that does not know that is asked for a JSON
   object, one that does not know that either for nothing, which is remembered.
4. All of a request is over by its time, whatever the server does in between.

Whatever goes wrong is a ModelFailed: one sentence with the host, without the key, and without a word of what
the server said, which may repeat either.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from service.errors import ModelFailed
from service.fetching import cut_off, time_left

MOST_TOKENS = 4000
LARGEST = 500_000
_CHUNK = 65536
_PATH = "/chat/completions"
_UNKNOWN_FORM = (400, 404, 415, 422, 500, 501)
_KEY = ("refuses the key; check HORIZON_LLM_KEY", "不接受密钥；请检查 HORIZON_LLM_KEY")
_FINAL = {
    401: _KEY,
    402: ("asks to be paid first", "要求先付费"),
    403: _KEY,
    404: (
        "knows no such address or model; check HORIZON_LLM_URL and HORIZON_LLM_MODEL",
        "没有该地址或模型；请检查 HORIZON_LLM_URL 和 HORIZON_LLM_MODEL",
    ),
    429: ("takes no more requests for now", "暂不接受更多请求"),
}


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What a model said. `cut`: it was not at its end. Tokens as the server counts them, 0 where it does
    not."""

    text: str
    cut: bool
    tokens_in: int
    tokens_out: int


class Model:
    """One model at one address. Can be shared between threads."""

    def __init__(self, url: str, name: str, key: str | None, seconds: float) -> None:
        """`seconds` is the longest that one request may take."""
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        path = path if path.endswith(_PATH) else path + _PATH
        self.name, self.seconds = name, seconds
        self.host = parts.hostname or ""
        self._secure = parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._authority = parts.netloc
        self._target = urlunsplit(("", "", path, parts.query, ""))
        self._key = key
        self._form = 0  # of _forms(): the first that the server is not known to refuse

    def __repr__(self) -> str:
        return f"Model({self.name!r} at {self.host!r})"

    def ask(
        self,
        instructions: str,
        question: str,
        schema: Mapping[str, Any],
        seconds: float | None = None,
        most_tokens: int = MOST_TOKENS,
    ) -> ModelReply:
        """What it answers, within so many seconds, or its own where they are fewer. Raises ModelFailed."""
        allowed = self.seconds if seconds is None else min(seconds, self.seconds)
        ends = time.monotonic() + allowed
        body = {
            "model": self.name,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
            ],
            "temperature": 0,
            "max_tokens": most_tokens,
            "stream": False,
        }
        forms = _forms(schema)
        try:
            while True:
                form = self._form
                status, data = self._request({**body, **forms[form]}, ends)
                if status not in _UNKNOWN_FORM or form + 1 >= len(forms):
                    break
                self._form = form + 1
        except TimeoutError:
            raise self._late(allowed) from None
        except (OSError, http.client.HTTPException, ValueError) as fault:
            if time.monotonic() >= ends:
                raise self._late(allowed) from None
            en, zh = f"cannot be asked: {_reason(fault)}", f"无法访问（{_reason(fault)}）"
            raise self._failed(en, zh, final=True) from None
        if status != 200:
            self._form = 0  # it was not the form
            raise self._refusal(status)
        return self._reply(data)

    def _failed(self, en: str, zh: str, *, final: bool = False) -> ModelFailed:
        return ModelFailed(f"{self.host} {en}", f"{self.host} {zh}", final=final)

    def _late(self, seconds: float) -> ModelFailed:
        return self._failed(
            f"did not answer within {seconds:.3g} seconds", f"未在 {seconds:.3g} 秒内回答"
        )

    def _refusal(self, status: int) -> ModelFailed:
        if 300 <= status < 400:
            return self._failed(
                "redirects, which is not followed; name where it is in HORIZON_LLM_URL",
                "要求跳转，不予跟随；请在 HORIZON_LLM_URL 中写明实际地址",
                final=True,
            )
        if status in _FINAL:
            en, zh = _FINAL[status]
            return self._failed(f"{en} ({status})", f"{zh}（{status}）", final=True)
        return self._failed(f"answers with {status}", f"回答 {status}")

    def _request(self, body: Mapping[str, Any], ends: float) -> tuple[int, bytes]:
        opened = socket.create_connection((self.host, self._port), timeout=time_left(ends))
        connection = http.client.HTTPConnection(self.host, self._port)
        connection.sock = opened
        # Whatever the server does in between: at the end of the time the connection is cut.
        cut = threading.Timer(time_left(ends), lambda: cut_off(opened))
        cut.daemon = True
        cut.start()
        response: http.client.HTTPResponse | None = None
        try:
            if self._secure:
                context = ssl.create_default_context()
                connection.sock = opened = context.wrap_socket(opened, server_hostname=self.host)
            connection.request("POST", self._target, json.dumps(body).encode(), self._headers())
            response = connection.getresponse()
            if response.status != 200:
                return response.status, b""  # what it says may repeat the key
            return 200, self._body(response, ends)
        finally:
            cut.cancel()
            if response is not None:
                response.close()
            connection.close()
            opened.close()

    def _headers(self) -> dict[str, str]:
        headers = {
            "Host": self._authority,
            "User-Agent": "Horizon (calendar service)",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Connection": "close",
        }
        return {**headers, "Authorization": f"Bearer {self._key}"} if self._key else headers

    def _body(self, response: http.client.HTTPResponse, ends: float) -> bytes:
        data = bytearray()
        while chunk := response.read1(_CHUNK):
            time_left(ends)
            data += chunk
            if len(data) > LARGEST:
                raise self._failed(
                    f"answers with more than {LARGEST:,} bytes", f"的回答超过 {LARGEST:,} 字节"
                )
        time_left(ends)  # one that was cut off at the end of the time looks like one that has ended
        if response.length:
            raise self._failed("sent only a part of its answer", "只发来部分回答")
        return bytes(data)

    def _reply(self, data: bytes) -> ModelReply:
        try:
            answer = json.loads(data)
            choice = answer["choices"][0]
            text, why = choice["message"]["content"], choice.get("finish_reason")
            usage = answer.get("usage") or {}
            if not isinstance(text, str):
                raise TypeError
            counts = [_count(usage, key) for key in ("prompt_tokens", "completion_tokens")]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise self._failed(
                "answers, but not as a chat completion; check HORIZON_LLM_URL",
                "的回答不是 chat completion；请检查 HORIZON_LLM_URL",
            ) from None
        return ModelReply(text, why == "length", *counts)


def _forms(schema: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    named = {"name": "events", "strict": True, "schema": schema}
    return (
        {"response_format": {"type": "json_schema", "json_schema": named}},
        {"response_format": {"type": "json_object"}},
        {},
    )


def _count(usage: Mapping[str, Any], key: str) -> int:
    number = usage.get(key)
    usable = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**9
    return number if usable and number is not None else 0


def _reason(fault: Exception) -> str:
    """Why nothing came, in words of ours: those of a library could repeat a header."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({fault.verify_message})"
    if isinstance(fault, ssl.SSLError):
        return "it speaks no TLS that is understood"
    if isinstance(fault, ConnectionRefusedError):
        return "nothing answers there"
    if isinstance(fault, socket.gaierror):
        return "there is no such host"
    return str(getattr(fault, "strerror", None) or type(fault).__name__)[:100]
