"""HTTP/1.1 as uvicorn speaks it on httptools, with what that leaves to whoever uses it.

- What is no HTTP is answered with a problem, as everything else is; uvicorn sends plain text.
- A head, a trailer or a chunk's extension that does not end has a bound: MOST_OF_HEAD. So has what
  is asked without waiting for answers: MOST_AHEAD requests.
- A request to go on in another protocol, such as h2c, is answered as if it did not ask for that
  (RFC 9110 7.8): the parser alone would take its body for the other protocol.
- There is one Host (RFC 9112 3.2), no version but 1.0 and 1.1, and trailers are no headers.
- A feed that is ready (`web.feed_cache`) is written at once, without a task.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.web.headers import Raw, of_pages
from service.web.problems import problem

AtOnce = Callable[[bytes, Raw], Sequence[bytes] | None]
"""The whole answer to a GET of a target with such headers, in pieces, where it is ready."""

MOST_OF_HEAD = 65_536
MOST_AHEAD = 20


@dataclass(frozen=True)
class _Refusal:
    detail: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


class _RequestRefused(Exception):
    """Raised while the parser tells what it has found."""

    def __init__(self, refusal: _Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


_NO_HTTP = _Refusal("this is no valid HTTP/1.1 request")
_NO_HOST = _Refusal("a request of HTTP/1.1 has one Host header")
_NO_END = _Refusal("the body ended before its announced length")
_TOO_MANY = _Refusal(f"at most {MOST_AHEAD} requests may wait for answers")
_TOO_LONG = _Refusal(
    f"the request's head may have at most {MOST_OF_HEAD:,} bytes",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
)


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *given: Any, at_once: AtOnce | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at_once = at_once
        self._held = 0  # bytes that came since the parser last gave something away
        self._in_body = False
        self._written = False  # the answer to what is being parsed
        self._first = True  # of the requests in what has just come
        self._deaf = False  # nothing that still comes is looked at

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._first = True
        while data and not self._deaf:
            self._held += len(data)
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
            except httptools.HttpParserError as fault:
                cause = fault.__context__
                self._refuse(cause.refusal if isinstance(cause, _RequestRefused) else _NO_HTTP)
            else:
                data = b""
        if self._held > MOST_OF_HEAD and not self._deaf:
            self._refuse(_TOO_LONG)

    def eof_received(self) -> None:
        """The client has ended; where that is amid its body, it is told so while it still listens."""
        if self._in_body and not self._deaf:
            self._refuse(_NO_END)

    def _without_upgrade(self) -> bytes:
        """The head that was just parsed, for a new parser, as if it asked for no other protocol."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        self._held = 0
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        lines = [
            b"%b: %b\r\n" % header for header in self.scope["headers"] if header[0] != b"upgrade"
        ]
        return b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))

    def on_headers_complete(self) -> None:
        headers, held = self.headers, self._held
        self._held, self.headers = 0, []  # trailers go where nobody looks
        if held > MOST_OF_HEAD and _size(self.url, headers) > MOST_OF_HEAD:
            raise _RequestRefused(_TOO_LONG)
        version = self.parser.get_http_version()
        hosts = [name for name, _ in headers].count(b"host")
        if version not in ("1.1", "1.0") or self.parser.get_method() == b"CONNECT":
            raise _RequestRefused(_NO_HTTP)
        if hosts > 1 or (hosts == 0 and version == "1.1"):
            raise _RequestRefused(_NO_HOST)
        if self.parser.should_upgrade():
            return  # the same without that comes at once
        if len(self.pipeline) >= MOST_AHEAD:
            raise _RequestRefused(_TOO_MANY)
        if self._at_once is not None and self._idle() and version == "1.1":
            answer = self._at_once(self.url, headers)
            if answer is not None:
                self._written = True
                self.transport.writelines(answer)
                self.on_response_complete()
                return
        super().on_headers_complete()
        self._in_body = True

    def _idle(self) -> bool:
        """Whether a GET can be answered at once: nothing is under way, and the connection goes on.

        Of what comes together the first alone: others are to have their turn."""
        first, self._first = self._first, False
        return (
            first
            and self.parser.get_method() == b"GET"
            and not self._owing
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and self.parser.should_keep_alive()
        )

    def on_body(self, body: bytes) -> None:
        self._held = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._held, self._in_body = 0, False
        if self._written:
            self._written = False
        elif not self.parser.should_upgrade():
            super().on_message_complete()

    @property
    def _owing(self) -> bool:
        """Whether an answer is under way."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _refuse(self, refusal: _Refusal) -> None:
        """Tell why, where the next answer is the one to what is refused, and close once all that was
        asked before has its answer."""
        self._deaf = True
        if self._owing and not self._in_body:
            self.cycle.keep_alive = False
            return
        began = self._owing and self.cycle.response_started
        if self._owing == self._in_body and not began and not self.pipeline:
            self.logger.warning("refused: %s", refusal.detail)
            self.transport.write(_answer(refusal))
        self.transport.close()


def _size(url: bytes, headers: Raw) -> int:
    return len(url) + sum(len(name) + len(value) + 4 for name, value in headers)


def _answer(refusal: _Refusal) -> bytes:
    answer = problem(refusal.status, "malformed-request", refusal.detail)
    headers = [*answer.raw_headers, *of_pages(""), (b"connection", b"close")]
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    start = f"HTTP/1.1 {refusal.status} {refusal.status.phrase}\r\n".encode("ascii")
    return b"%b%b\r\n%b" % (start, lines, bytes(answer.body))
