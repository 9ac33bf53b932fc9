"""How much may be asked for, so that one client cannot take everything from the others.

    writes       by key          what changes something; a batch counts for twenty
    documents    by key          what has a document read or an address fetched
    wrong_keys   by address      keys and sign-in links that were tried and are none
    all_wrong    of everybody    the same, however many addresses they came from

Who has a right key is never measured by address: a whole team may sit behind one. An address that
has tried too many wrong keys is told to wait before any other is looked at, but one that was found
right in this process goes on being looked at: a colleague's typing error must not shut out the rest.

Feeds are not limited: what they cost is bounded by their cache. Kept in memory, for this process
alone, and bounded whatever names strangers invent.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from service.core.access.rate_limit import Rate
from service.errors import Busy, TooMany, Unauthorized

Ticks = Callable[[], float]

BATCH = 20
ALL_WRONG = Rate(1_000, 0.1)
NAMES = ("writes", "documents", "wrong_keys", "all_wrong")

MAX_WAIT = 20.0
MAX_NAMES = 10_000
MAX_RIGHT = 1_000
_ALL = "all"


class Limit:
    """One rate, for each of many names; None: no limit. Once there are `most` names that have not all of their
    allowance back, whoever is new shares one with the others who are new."""

    def __init__(self, rate: Rate | None, ticks: Ticks, most: int = MAX_NAMES) -> None:
        self._rate, self._ticks, self._most = rate, ticks, most
        self._full_at: dict[str, float] = {}
        self._swept_at = -math.inf
        self._lock = Lock()

    def take(self, name: str, cost: int = 1) -> float:
        """Seconds to wait; 0: it may be done, and is counted."""
        if self._rate is None:
            return 0.0
        with self._lock:
            now = self._ticks()
            name = self._kept_as(name, now)
            full_at, wait = self._rate.take(self._full_at.get(name, now), now, cost)
            self._full_at[name] = full_at
            return wait

    def give_back(self, name: str) -> None:
        """What was taken was not needed."""
        if self._rate is None:
            return
        with self._lock:
            name = name if name in self._full_at else ""
            if name in self._full_at:
                self._full_at[name] = self._rate.give_back(self._full_at[name])

    @property
    def names(self) -> int:
        """How many are kept in memory."""
        return len(self._full_at)

    def _kept_as(self, name: str, now: float) -> str:
        if name in self._full_at or len(self._full_at) < self._most:
            return name
        # Not at each request: a flood of names must not make each cost a walk over all.
        if now - self._swept_at >= 1:
            self._swept_at = now
            self._full_at = {n: at for n, at in self._full_at.items() if at > now}
        return name if len(self._full_at) < self._most else ""


class RateLimits:
    """The limits of one application. Raises TooMany, with the seconds after which to try again."""

    def __init__(
        self,
        ticks: Ticks = time.monotonic,
        *,
        writes: Rate | None = None,
        documents: Rate | None = None,
        wrong_keys: Rate | None = None,
        all_wrong: Rate | None = ALL_WRONG,
    ) -> None:
        self._writes, self._documents = Limit(writes, ticks), Limit(documents, ticks)
        self._wrong = Limit(wrong_keys, ticks)
        self._all_wrong = Limit(all_wrong if wrong_keys else None, ticks)
        self._right: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()
        self.refused: Counter[str] = Counter(dict.fromkeys(NAMES, 0))
        """How many requests each limit has turned away."""

    def write(self, key: str, cost: int = 1) -> None:
        """Somebody with that key changes something."""
        self._check("writes", self._writes.take(key, cost), "changes by this key")

    def document(self, key: str) -> None:
        """Somebody with that key has a document read."""
        self._check("documents", self._documents.take(key), "documents from this key")

    @contextmanager
    def guess(self, address: str, secret: str) -> Iterator[None]:
        """Around the look at whether a secret is right; Unauthorized inside says that it is not."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        known = digest in self._right
        if not known:
            self._begin(address)
        try:
            yield
        except Unauthorized:
            with self._lock:
                self._right.pop(digest, None)
            raise
        except BaseException:
            if not known:
                self._forgive(address)
            raise
        if not known:
            self._forgive(address)
        with self._lock:
            self._right[digest] = None
            self._right.move_to_end(digest)
            if len(self._right) > MAX_RIGHT:
                self._right.popitem(last=False)

    def _begin(self, address: str) -> None:
        # Taken beforehand, else a thousand at once would all be looked at before the first counts.
        self._check("wrong_keys", self._wrong.take(address), "wrong keys from this address")
        wait = self._all_wrong.take(_ALL)
        if wait:
            self._wrong.give_back(address)
        self._check("all_wrong", wait, "wrong keys")

    def _forgive(self, address: str) -> None:
        self._wrong.give_back(address)
        self._all_wrong.give_back(_ALL)

    def _check(self, name: str, wait: float, what: str) -> None:
        if wait:
            with self._lock:
                self.refused[name] += 1
            raise TooMany(what, max(1, math.ceil(wait)))


class ConcurrencyLimit:
    """So many at once, and so many more that wait for their turn, for MAX_WAIT seconds at most."""

    def __init__(self, most: int, waiting: int, what: str) -> None:
        self._what = what
        self._places, self._slots = BoundedSemaphore(most + waiting), BoundedSemaphore(most)
        self._lock = Lock()
        self.running = 0
        self.refused = 0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Around what has to wait for its turn. Raises Busy where that does not come."""
        # Who waits holds a thread that the pages may need: that is bounded too.
        if not self._places.acquire(blocking=False):
            raise self._busy()
        try:
            if not self._slots.acquire(timeout=MAX_WAIT):
                raise self._busy()
            try:
                self._count(1)
                yield
            finally:
                self._count(-1)
                self._slots.release()
        finally:
            self._places.release()

    def _count(self, step: int) -> None:
        with self._lock:
            self.running += step

    def _busy(self) -> Busy:
        with self._lock:
            self.refused += 1
        return Busy(f"{self._what}; try again in a moment")


# A document may take a process of a gigabyte for a minute, an address a thread for half of one.
def document_limit() -> ConcurrencyLimit:
    """Documents that are read at the same time."""
    return ConcurrencyLimit(2, 6, "other documents are being read")


def fetch_limit() -> ConcurrencyLimit:
    """Addresses that are fetched at the same time."""
    return ConcurrencyLimit(4, 6, "other addresses are being read")
