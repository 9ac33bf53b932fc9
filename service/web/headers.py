"""The headers that every answer has, made once: what a browser must not do with it.

    Content-Security-Policy        nothing from elsewhere, no inline script or style, in nobody's frame
    X-Content-Type-Options         a file is what its type says
    Referrer-Policy                a private feed's address is a secret: no page may hand it on
    Cross-Origin-Opener-Policy     a page that opens ours, or that ours opens, has no hold on it
    Cross-Origin-Resource-Policy   pages and the API are for pages of ours alone; feeds for everyone
    Access-Control-Allow-Origin    where reading needs no key, a script of any page may read feeds and the
                                   API as everyone may. It cannot bring a key or a session: that would
                                   be asked for beforehand (OPTIONS), which is refused
    Permissions-Policy             no page of ours asks for any of these
    Strict-Transport-Security      where the public address is https: never again without

Not among them: X-Frame-Options, which frame-ancestors replaces, and HSTS for the host's other names and
ports (includeSubDomains), which are not Horizon's to speak for.
"""

from __future__ import annotations

from collections.abc import Mapping

FEEDS = ("/feeds/", "/calendar.")
"""How the paths of feeds begin."""
API = "/api/"

_EVERY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_CORP = "Cross-Origin-Resource-Policy"
_READABLE = {"Access-Control-Allow-Origin": "*"}
_HSTS = {"Strict-Transport-Security": "max-age=31536000"}

Raw = list[tuple[bytes, bytes]]


def of_pages(base_url: str) -> Raw:
    """Of every answer but feeds and what the API tells, as ASGI takes them."""
    return raw({**_EVERY, _CORP: "same-origin", **_transport(base_url)})


def of_reads(base_url: str, public: bool) -> Raw:
    """Of what the API answers to those who read; `public`: no key is needed for that."""
    return [*of_pages(base_url), *_readable(public)]


def of_feeds(base_url: str, public: bool) -> Raw:
    """Of a feed, and of whatever else its addresses answer; `public`: reading needs no key."""
    every = raw({**_EVERY, _CORP: "cross-origin", **_transport(base_url)})
    return [*every, *_readable(public)]


def raw(headers: Mapping[str, str]) -> Raw:
    """Headers as ASGI takes them."""
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    ]


def _readable(public: bool) -> Raw:
    return raw(_READABLE) if public else []


def _transport(base_url: str) -> dict[str, str]:
    return _HSTS if base_url.startswith("https:") else {}
