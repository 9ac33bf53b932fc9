"""One request to an address that somebody else chose, and what is known afterwards.

1. https alone, and machines of the internet alone: the host's name is resolved once, every address that
   it has must be a public one, and the connection goes to the address that was checked. Where the
   settings name networks of one's own, those may be reached too, and by http.
2. No redirect is followed, nothing is sent twice, no proxy of the environment is used.
3. Every fault is told by what it means for the message: until the first byte of the request has left it
   is certainly not there (Refused where trying again changes nothing, else Wait); from then on it may
   be (Unknown).

No address, header or body is in an error: they may hold a secret.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit, urlunsplit

from service.core.alerts.deliveries import Refused, Unknown, Wait
from service.fetching import Address, Resolve, cut_off, is_public, resolve_name

Network = IPv4Network | IPv6Network
NotSent = Refused | Wait
TIMEOUT = 10.0
_LARGEST_ANSWER = 1_000_000
_AGAIN = 60.0
_LONGEST_WAIT = 3600.0
# Refusals of the request itself, whoever in between gave them; other 4xx may come from a front end
# that lost the answer (408, 409, 425, 499).
_REFUSED = frozenset({400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 422, 431})


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name), "")


@dataclass(frozen=True)
class Http:
    """`networks`: those of one's own that may be reached; `timeout`: seconds for a whole exchange."""

    networks: Sequence[Network] = ()
    timeout: float = TIMEOUT
    resolve: Resolve = resolve_name
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpAnswer | NotSent | Unknown:
        """One POST; whatever was answered is an HttpAnswer."""
        ends = time.monotonic() + self.timeout
        opened = self._connected(url, ends)
        if not isinstance(opened, socket.socket):
            return opened
        # Whatever the server does in between: at the end of the time the connection is cut.
        cut = threading.Timer(max(0.01, ends - time.monotonic()), lambda: cut_off(opened))
        cut.daemon = True
        cut.start()
        try:
            return _exchanged(opened, url, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            return Unknown("timed_out" if time.monotonic() >= ends else _word(fault))
        finally:
            cut.cancel()
            opened.close()

    def _connected(self, url: str, ends: float) -> socket.socket | NotSent:
        """A connection, with TLS where the address has it; not a byte of the request has left."""
        parts = _usable(url)
        if parts is None:
            return Refused("invalid_url")
        host, port, secure = parts
        found = self._address(host, port, ends)
        if isinstance(found, Refused | Wait):
            return found
        if not secure and not self._own(ip_address(found)):
            return Refused("not_https")
        try:
            opened = socket.create_connection((found, port), timeout=_left(ends))
        except ConnectionRefusedError:
            return Wait("connection_refused", 0.0)
        except OSError:
            return Wait("cannot_connect", 0.0)
        if not secure:
            return opened
        try:
            # The time is for the handshake as a whole, not for each of its packets.
            opened.settimeout(_left(ends))
            return ssl.create_default_context().wrap_socket(opened, server_hostname=host)
        except (OSError, ValueError) as fault:
            opened.close()
            trusted = not isinstance(fault, ssl.SSLCertVerificationError)
            return Wait("no_tls" if trusted else "certificate_not_trusted", 0.0)

    def _address(self, host: str, port: int, ends: float) -> str | NotSent:
        """The host's first address, once all of them were found to be allowed."""
        found: list[str] = []

        def look_up() -> None:
            with suppress(OSError, UnicodeError):
                found.extend(self.resolve(host, port))

        # A resolver may take longer than all of this may, and cannot be told to hurry.
        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(_left(ends))
        if thread.is_alive() or not found:
            return Wait("host_not_found", 0.0)
        for text in found:
            address = ip_address(text.partition("%")[0])
            if not is_public(address) and not self._own(address):
                return Refused("address_inside_the_network")
        return found[0]

    def _own(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def judged(answer: HttpAnswer, now: datetime) -> NotSent | Unknown | None:
    """What a status other than success means for the message; None for 2xx."""
    if 200 <= answer.status < 300:
        return None
    if answer.status == 429:
        return Wait("http_429", retry_after(answer, now))
    if answer.status in _REFUSED:
        return Refused(f"http_{answer.status}")
    return Unknown(f"http_{answer.status}")


def retry_after(answer: HttpAnswer, now: datetime, otherwise: float = _AGAIN) -> float:
    """Seconds that the answer says to wait (RFC 9110 10.2.3: a number of them, or a date)."""
    text = answer.header("retry-after").strip()
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        return min(float(text), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return otherwise
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_WAIT)


def usable(url: str) -> bool:
    """Whether it can be asked at all: https or http, a host, and no user name or password."""
    return _usable(url) is not None


def _usable(url: str) -> tuple[str, int, bool] | None:
    if len(url) > 4000 or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or port == 0 or "@" in parts.netloc:
        return None
    secure = parts.scheme == "https"
    return host, port or (443 if secure else 80), secure


def _exchanged(
    opened: socket.socket, url: str, body: bytes, headers: Mapping[str, str]
) -> HttpAnswer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = opened
    # The address is used byte for byte: a signature or a key may stand in it.
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    given = {"Host": parts.netloc, "User-Agent": "horizon", "Connection": "close", **headers}
    connection.request("POST", path, body, given)
    response = connection.getresponse()
    try:
        data = response.read(_LARGEST_ANSWER)
        if response.length:
            raise http.client.IncompleteRead(data)
        return HttpAnswer(response.status, dict(response.getheaders()), data)
    finally:
        response.close()


def _word(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "timed_out"
    cut = OSError | http.client.IncompleteRead | http.client.RemoteDisconnected
    return "connection_cut" if isinstance(fault, cut) else "unreadable_answer"


def _left(ends: float) -> float:
    return max(0.01, ends - time.monotonic())
