"""The HTTP protocol of uvicorn, but for what it says of a request that no HTTP parser takes."""

from __future__ import annotations

from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.web.problems import problem


class ProblemProtocol(H11Protocol):
    """Answers a malformed request (such as one with two lengths) with a problem, as everything else
    is answered; uvicorn sends plain text. The application never sees such a request."""

    def send_400_response(self, msg: str) -> None:
        answer = problem(
            HTTPStatus.BAD_REQUEST, "malformed-request", "this is no valid HTTP/1.1 request"
        )
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
