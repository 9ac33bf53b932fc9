"""How often something may be done: so many times at once, and from then on once in so many seconds.

The generic cell rate algorithm (ITU-T I.371): of each who asks one number is kept, the moment at which
all of the allowance will be back. It lets through exactly what a bucket of tokens would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from service.core.dates.duration import parse as parse_duration

_MAX_BURST = 1_000_000


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then one in `every` seconds."""

    burst: int
    every: float

    @classmethod
    def parse(cls, text: str) -> Rate | None:
        """Such as `3000/PT1M`: that many at once, and as many again over that time; None for `off`.
        Raises ValueError."""
        if text.lower() == "off":
            return None
        found = re.fullmatch(r"(\d{1,7})/(\S+)", text, re.ASCII)
        try:
            span = parse_duration(found[2]).timedelta if found else None
        except ValueError:
            span = None
        if found is None or span is None or not 0 < int(found[1]) <= _MAX_BURST:
            raise ValueError(
                f"{text!r} is neither off nor how many in which time, such as 3000/PT1M"
            )
        if not 0 < span.total_seconds() <= 86_400:
            raise ValueError(f"{text!r}: the time is at most a day")
        return cls(int(found[1]), span.total_seconds() / int(found[1]))

    def take(self, full_at: float, now: float, cost: int = 1) -> tuple[float, float]:
        """The moment at which all is back once `cost` were taken, and 0; or that moment as it was,
        and the seconds after which so many can be taken. All in seconds of one clock."""
        after = max(full_at, now) + cost * self.every
        wait = after - now - self.burst * self.every
        return (after, 0.0) if wait < 1e-6 else (full_at, wait)

    def give_back(self, full_at: float) -> float:
        """The moment at which all is back when one that was taken was not needed."""
        return full_at - self.every


def network_of(host: str | None) -> str:
    """Whom a client's address stands for: an IPv4 address for itself, one of IPv6 for its /64, of
    which one household or server has all; `unknown` where it is no address."""
    try:
        address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False))
    return str(address)
