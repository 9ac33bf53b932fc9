"""What is at an address of the internet, fetched so that nobody can use it to look inside the network.

1. Only http and https; webcal is https. No user name or password in the address.
2. The host's name is resolved once, every address that it has must be a public one, and the connection is
   made to the address that was checked: the name cannot mean another machine a moment later.
3. Each redirect is checked in the same way, five at most.
4. The answer's size (unpacked too), and the time of all together are limited.

Proxies of the environment are not used: behind one, nothing of this could be checked.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from service.errors import FetchFailed, InvalidInput, Problem
from service.sentences import Sentence

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

REDIRECTS = 5
_REDIRECTING = (301, 302, 303, 307, 308)
_CHUNK = 65536
_HEADERS = {
    "User-Agent": "Horizon (calendar service)",
    "Accept": "text/calendar, text/html, application/pdf, text/plain, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_TRANSLATED = ip_network("64:ff9b::/96")
# What `ipaddress` takes for public, always or in some of its versions, and is none of the internet's:
# IANA's special-purpose registries; and where two providers of machines have their insides.
_INSIDE = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # RFC 6890; 192.0.0.192 is Oracle Cloud's metadata
            "192.88.99.0/24",  # RFC 7526, 6to4 relays
            "168.63.129.16/32",  # Azure's WireServer
            "64:ff9b:1::/48",  # RFC 8215, a network's own translation
            "fec0::/10",  # RFC 3879, site-local
            "3fff::/20",  # RFC 9637, documentation
            "5f00::/16",  # RFC 9602, segment routing
        ),
    )
)


@dataclass(frozen=True)
class FetchLimits:
    size: int = 20_000_000
    seconds: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """`url` is where it was found in the end, `name` the last part of its path."""

    data: bytes
    media_type: str | None
    url: str
    name: str


class _Refused(Exception):
    """Inside this file: why the address is not asked, in one sentence."""


def is_public(address: Address) -> bool:
    """Whether it is a machine of the internet: none of this machine's, of a network of one's own, of
    a provider's inside, of many at once, and none that only wraps such a one."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            wrapped = address.teredo[1]
        if address in _TRANSLATED:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
    return (
        not any(address in network for network in _INSIDE)
        and address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_loopback
        and not address.is_link_local
        and not address.is_unspecified
    )


def resolve_name(host: str, port: int) -> Sequence[str]:
    """Every address of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def fetch(
    url: str,
    *,
    limits: FetchLimits = FetchLimits(),
    resolve: Resolve = resolve_name,
    allowed: Callable[[Address], bool] = is_public,
) -> Fetched:
    """The bytes at the address, wherever redirects lead. Raises InvalidInput for an address that is
    not asked, FetchFailed where nothing came of it."""
    ends = time.monotonic() + limits.seconds
    asked = url.strip()
    try:
        for _ in range(REDIRECTS + 1):
            answer = _ask(_checked(asked), ends, limits, resolve, allowed)
            if isinstance(answer, Fetched):
                return answer
            asked = answer
    except _Refused as refusal:
        raise InvalidInput([Problem("/url", str(refusal))]) from None
    except TimeoutError:
        raise _slow(asked, limits) from None
    except (OSError, http.client.HTTPException, ValueError) as fault:
        if time.monotonic() >= ends:
            raise _slow(asked, limits) from None
        if isinstance(fault, ConnectionRefusedError):
            raise FetchFailed(Sentence("host_silent", host=_host(asked))) from None
        said = Sentence("host_unreadable", host=_host(asked), reason=_reason(fault))
        raise FetchFailed(said) from None
    raise FetchFailed(Sentence("host_redirects", host=_host(asked), most=REDIRECTS))


def _slow(url: str, limits: FetchLimits) -> FetchFailed:
    return FetchFailed(Sentence("host_slow", host=_host(url), seconds=limits.seconds))


def _checked(url: str) -> str:
    """The address in the form in which it is asked. Raises _Refused."""
    if len(url) > 4000 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise _Refused(Sentence("url_unfit"))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _Refused(Sentence("url_unfit")) from None
    scheme = "https" if parts.scheme in ("webcal", "webcals") else parts.scheme
    if scheme not in ("http", "https") or not host or port == 0:
        raise _Refused(Sentence("url_scheme"))
    if parts.username is not None or parts.password is not None:
        raise _Refused(Sentence("url_with_password"))
    try:
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _Refused(Sentence("url_host_unfit")) from None
    authority = f"[{name}]" if ":" in name else name
    if port is not None:
        authority += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((scheme, authority, path, query, ""))


def _ask(
    url: str, ends: float, limits: FetchLimits, resolve: Resolve, allowed: Callable[[Address], bool]
) -> Fetched | str:
    """What is there, or where it says that it is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, ends, resolve, allowed)
    opened = socket.create_connection((address, port), timeout=time_left(ends))
    connection = http.client.HTTPConnection(host, port)
    connection.sock = opened
    response: http.client.HTTPResponse | None = None
    # Whatever the server does in between: at the end of the time the connection is cut.
    cut = threading.Timer(time_left(ends), lambda: cut_off(opened))
    cut.daemon = True
    cut.start()
    try:
        if parts.scheme == "https":
            connection.sock = opened = ssl.create_default_context().wrap_socket(
                opened, server_hostname=host, do_handshake_on_connect=False
            )
            opened.do_handshake()
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("GET", path, headers={"Host": parts.netloc, **_HEADERS})
        response = connection.getresponse()
        if response.status in _REDIRECTING and response.getheader("Location"):
            return urljoin(url, str(response.getheader("Location")))
        if response.status != 200:
            status, phrase = response.status, response.reason[:60]
            raise FetchFailed(Sentence("host_answers", host=host, status=status, phrase=phrase))
        data = _body(response, ends, limits)
        name = unquote(parts.path.rsplit("/", 1)[-1])
        return Fetched(data, response.getheader("Content-Type"), url, name)
    finally:
        cut.cancel()
        if response is not None:
            response.close()
        connection.close()
        opened.close()


def _address(
    host: str, port: int, ends: float, resolve: Resolve, allowed: Callable[[Address], bool]
) -> str:
    """The host's first address, once all of them were found to be allowed. Raises _Refused."""
    found: list[str] = []
    faults: list[BaseException] = []

    def look_up() -> None:
        try:
            found.extend(resolve(host, port))
        except BaseException as fault:
            faults.append(fault)

    # A resolver may take longer than all of this may, and cannot be told to hurry.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(time_left(ends))
    if thread.is_alive():
        raise TimeoutError
    if faults or not found:
        raise FetchFailed(Sentence("no_host", host=host)) from None
    for text in found:
        if not allowed(ip_address(text.partition("%")[0])):
            raise _Refused(Sentence("url_inside", host=host))
    return found[0]


def _body(response: http.client.HTTPResponse, ends: float, limits: FetchLimits) -> bytes:
    """The whole answer, unpacked, within the limits."""
    announced = response.getheader("Content-Length", "")
    if announced.isdigit() and int(announced) > limits.size:
        raise _too_large(limits)
    packed = response.getheader("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchFailed(Sentence("answer_packed", packing=packed[:40]))
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed not in ("", "identity") else None
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        time_left(ends)
        if unpack is None:
            data += chunk
        else:
            try:
                data += unpack.decompress(chunk, limits.size + 1 - len(data))
            except zlib.error:
                raise FetchFailed(Sentence("answer_packed_broken")) from None
        if len(data) > limits.size:
            raise _too_large(limits)
    time_left(ends)  # one that was cut off at the end of the time looks like one that has ended
    if response.length:
        raise FetchFailed(Sentence("answer_cut_off"))
    return bytes(data)


def _too_large(limits: FetchLimits) -> FetchFailed:
    return FetchFailed(Sentence("answer_large", most=limits.size))


def time_left(ends: float) -> float:
    """Seconds until that moment of time.monotonic(). Raises TimeoutError."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def cut_off(opened: socket.socket) -> None:
    """End the connection for whoever waits for it, in whatever thread."""
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)  # not that of TLS, which gives up its keys


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "the address"
    except ValueError:
        return "the address"


def _reason(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({fault.verify_message})"
    if isinstance(fault, ssl.SSLError):
        return "it speaks no TLS that is understood"
    return str(getattr(fault, "strerror", None) or fault or type(fault).__name__)[:200]
