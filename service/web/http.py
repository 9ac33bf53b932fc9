"""The HTTP protocol of uvicorn, but for what it says of a request that no HTTP parser takes."""

from __future__ import annotations

from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.web.headers import of_pages
from service.web.problems import problem


class ProblemProtocol(H11Protocol):
    """Answers a malformed request (such as one with two lengths) with a problem, as everything else
    is answered; uvicorn sends plain text. The application never sees such a request."""

    def eof_received(self) -> None:
        """The client has ended in the middle of its body: it is told so while it still listens."""
        if self.conn.their_state is h11.SEND_BODY and not self.cycle.response_started:
            self.send_400_response("the body ended before its announced length")

    def send_400_response(self, msg: str) -> None:
        detail = msg if msg.startswith("the body") else "this is no valid HTTP/1.1 request"
        answer = problem(HTTPStatus.BAD_REQUEST, "malformed-request", detail)
        headers = [*answer.raw_headers, *of_pages(""), (b"connection", b"close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
