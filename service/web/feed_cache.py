"""Feeds that are ready, answered in front of FastAPI.

A subscriber's client asks all day, mostly to hear that nothing has changed. Such an answer is given
here from memory, without a table, a model or a route. What is asked for with a key or a session,
and whatever ends in an error, goes on to the routes of `web.feeds`, which answer the same.

When an answer may be given from memory: `_Seen` is the last look at the store, when it was, the
revision found, and how many transactions this process had committed by then. An answer is good

- if it was made for that revision, and for today in the service's zone,
- if this process has committed nothing since that look,
- if that look is not older than SURE, so that what other instances and processes commit is noticed
  within a second. Once it is older than LOOK_AGAIN, a request has the next look taken beside it and
  waits for nothing: of a feed that is asked for all the time nobody ever waits for one.

Else it is made by `FeedAnswers.get`, which looks for itself, in a thread; all who ask for the same
address wait for one making. Only whoever has to see what that making began too early for waits for
the next. Where a fault stood in the way of an address, its last good bytes are given at once, and
making them anew is tried beside that, every LOOK_AGAIN seconds.

Memory: the bytes are in FeedAnswers, which bounds them. Here is a weak reference to them, for at
most MAX_KNOWN spellings of addresses, none of over LONGEST characters.

The log has a line for each request, but for no more than MAX_LOGGED in a second: of the others their
number. They would cost more than what they tell of.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import HorizonError, NotFound
from service.operations.feeds import Address, CachedAnswer, FeedAnswer, FeedAnswers, read_address
from service.web import asked, feeds, request_ids
from service.web.access import SESSION
from service.web.headers import FEEDS, Raw, raw

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store

log = logging.getLogger("horizon.http")

SURE = 0.9
LOOK_AGAIN = 0.3
MAX_KNOWN = 2000
LONGEST = 1000
MAX_LOGGED = 20

_Asked = tuple[str, bytes]
_SESSION = SESSION.encode()
_FEEDS = tuple(start.encode() for start in FEEDS)


@dataclass(frozen=True)
class _Snapshot:
    at: float
    commits: int
    revision: int


@dataclass(frozen=True)
class _Route:
    """In place of FastAPI's route, for whoever counts requests by it."""

    path_format: str


@dataclass(frozen=True)
class _Head:
    """The headers of an answer without dates, as ASGI takes them and as HTTP/1.1 has them."""

    headers: Raw
    http: bytes

    @classmethod
    def of(cls, status: HTTPStatus, headers: Raw) -> _Head:
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return cls(headers, f"HTTP/1.1 {status} {status.phrase}\r\n".encode("ascii") + lines)


@dataclass(frozen=True)
class _Given:
    """What one request is answered."""

    head: _Head
    status: HTTPStatus
    body: bytes
    modified: bytes
    id: bytes | None


@dataclass(frozen=True)
class _WireAnswer:
    """What is given for an address: [plain, gzip] headers of the whole answer and of a 304. The
    dates are added on the way out. It was made from `at` on, when this process had committed so
    many transactions; `failed`: a fault stood in the way, and these are the last good bytes."""

    address: Address
    route: _Route
    answer: ReferenceType[FeedAnswer]
    etags: tuple[bytes, bytes]
    modified: bytes
    at: float
    commits: int
    failed: bool
    revision: int
    day: date
    whole: tuple[_Head, _Head]
    unchanged: tuple[_Head, _Head]


@dataclass(frozen=True)
class _Render:
    """A making under way, and what it cannot miss: commits by then, and the moment it began."""

    task: asyncio.Task[_WireAnswer | None]
    at: float
    commits: int


class ReadyFeeds:
    """An ASGI application in front of another. `headers` are those that every answer has."""

    def __init__(
        self,
        app: ASGIApp,
        answers: FeedAnswers,
        store: Store,
        settings: Settings,
        now: Callable[[], datetime],
        headers: Raw,
        *,
        told: Callable[[str, Scope, int, float | None, bool], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._answers, self._store, self._settings = app, answers, store, settings
        self._now, self._ticks, self._told = now, ticks, told
        self._zone = ZoneInfo(settings.timezone)
        self._headers = headers
        self._known: dict[_Asked, _WireAnswer] = {}
        self._making: dict[_Asked, _Render] = {}
        self._seen = _Snapshot(float("-inf"), -1, -1)
        self._given = 0  # in this second
        self._second = self._next = datetime.min.replace(tzinfo=UTC)
        self._date = b""
        self._day = date.min
        # One thread each: makings wait for each other anyway, and must not hold the threads of the
        # pages; filters that strangers invent do not stand in front of the feeds.
        self._named = ThreadPoolExecutor(1, "feeds")
        self._own = ThreadPoolExecutor(1, "filters")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(FEEDS):
            started = self._ticks()
            given = dict(reversed(scope["headers"]))  # of several the first counts
            if self._open(scope, given):
                if found := self._at_once(scope, started):
                    await self._send(scope, given, *found, send, None)
                    return
                if found := await self._waited_for(scope, started):
                    await self._send(scope, given, *found, send, started)
                    return
        await self._app(scope, receive, send)

    def at_once(self, target: bytes, headers: Raw) -> Sequence[bytes] | None:
        """What a GET is answered, in pieces of HTTP/1.1; None where that has to wait for something,
        or is not to be given from memory. For a server that has a whole request in its hands."""
        path, _, query = target.partition(b"?")
        if not path.startswith(_FEEDS) or b"%" in path or not path.isascii():
            return None
        given = dict(reversed(headers))
        scope = {"method": "GET", "path": path.decode("ascii"), "query_string": query}
        if b"content-length" in given or b"transfer-encoding" in given:
            return None
        found = self._at_once(scope, self._ticks()) if self._open(scope, given) else None
        if found is None:
            return None
        to = self._given_to("GET", given, *found)
        id_ = b"" if to.id is None else b"%b: %b\r\n" % (request_ids.HEADER, to.id)
        dates = b"last-modified: %b\r\ndate: %b\r\n%b\r\n" % (to.modified, self._date, id_)
        self._tell(scope, found[0], to, None)
        return (to.head.http + dates, to.body) if to.body else (to.head.http + dates,)

    def _open(self, scope: Scope, given: Mapping[bytes, bytes]) -> bool:
        """Whether it is a reader's request, and nobody's in particular."""
        return (
            scope["method"] in ("GET", "HEAD")
            and b"authorization" not in given
            and _SESSION not in given.get(b"cookie", b"")
        )

    def _at_once(self, scope: Scope, now: float) -> tuple[_WireAnswer, FeedAnswer] | None:
        """The answer that may be given without waiting for anything."""
        self._tell_time()
        asked = scope["path"], scope["query_string"]
        ready = self._known.get(asked)
        if ready is None or (answer := ready.answer()) is None:
            return None
        seen, commits = self._seen, self._store.commits
        if ready.failed and ready.commits == commits:
            if asked not in self._making and now - ready.at > LOOK_AGAIN:
                self._begin(asked, ready.address)
        elif (
            ready.revision == seen.revision
            and seen.commits == commits
            and now - seen.at < SURE
            and ready.day == self._day
        ):
            if now - seen.at > LOOK_AGAIN and not self._making:
                self._begin(asked, ready.address)
        else:
            return None
        self._answers.used(ready.address)
        return ready, answer

    async def _waited_for(self, scope: Scope, now: float) -> tuple[_WireAnswer, FeedAnswer] | None:
        """The answer once it is made; None where that is the routes' to tell of."""
        asked, commits = (scope["path"], scope["query_string"]), self._store.commits
        known = self._known.get(asked)
        address = known.address if known is not None else self._address(*asked)
        ready = await self._made(asked, address, now, commits) if address is not None else None
        answer = ready.answer() if ready is not None else None
        return None if ready is None or answer is None else (ready, answer)

    def _address(self, path: str, query_string: bytes) -> Address | None:
        """The address, where it is a feed's and open without a key."""
        parts = feeds.parts(path)
        if parts is None or len(path) + len(query_string) > LONGEST:
            return None
        form, name, secret = parts
        if secret is None and not self._settings.public_read:
            return None
        query = asked.values(QueryParams(query_string))
        quoted = self._settings.public_excerpts
        lang = self._settings.language
        try:
            return read_address(form, query, lang, name=name, secret=secret, excerpts=quoted)
        except HorizonError:
            return None

    async def _made(
        self, asked: _Asked, address: Address, now: float, commits: int
    ) -> _WireAnswer | None:
        while True:
            making = self._making.get(asked) or self._begin(asked, address)
            # Shielded: one who gives up waiting must not end it for the others.
            ready = await asyncio.shield(making.task)
            if making.commits >= commits and making.at >= now - SURE:
                return ready

    def _begin(self, asked: _Asked, address: Address) -> _Render:
        at, commits = self._ticks(), self._store.commits
        task = asyncio.get_running_loop().create_task(self._make(asked, address, at, commits))
        making = self._making[asked] = _Render(task, at, commits)
        return making

    async def _make(
        self, asked: _Asked, address: Address, at: float, commits: int
    ) -> _WireAnswer | None:
        """Has the answer made; None for an error, of which the routes will tell."""
        executor: Executor = self._named if address.name else self._own
        try:
            made = await asyncio.get_running_loop().run_in_executor(executor, self._get, address)
        except NotFound:
            self._known.pop(asked, None)
            return None
        except Exception:  # the routes will meet it too, log it and tell of it
            return None
        finally:
            del self._making[asked]
        if made is None:
            return None
        if not made.failed and at > self._seen.at:
            self._seen = _Snapshot(at, commits, made.revision)
        answer = made.answer
        known = self._known.get(asked)
        if known is not None and known.answer() is answer:
            ready = replace(
                known,
                at=at,
                commits=commits,
                failed=made.failed,
                revision=made.revision,
                day=made.day,
            )
        else:
            ready = _WireAnswer(
                address,
                _Route(feeds.template(asked[0])),
                ref(answer),
                (f'"{answer.etag}"'.encode(), f'"{answer.etag}-gzip"'.encode()),
                feeds.http_date(answer.changed_at).encode(),
                at,
                commits,
                made.failed,
                made.revision,
                made.day,
                (self._whole(answer, False), self._whole(answer, True)),
                (self._unchanged(answer, False), self._unchanged(answer, True)),
            )
        while len(self._known) >= MAX_KNOWN and asked not in self._known:
            del self._known[next(iter(self._known))]
        self._known[asked] = ready
        return ready

    def _get(self, address: Address) -> CachedAnswer | None:
        self._answers.get(address)
        return self._answers.made(address)

    def _whole(self, answer: FeedAnswer, gzipped: bool) -> _Head:
        data = answer.gzipped if gzipped else answer.data
        headers = [
            *raw(feeds.headers_of(answer, gzipped)),
            *raw(feeds.content_headers_of(answer, gzipped)),
            (b"content-type", answer.media_type.encode()),
            (b"content-length", str(len(data)).encode()),
            *self._headers,
        ]
        return _Head.of(HTTPStatus.OK, headers)

    def _unchanged(self, answer: FeedAnswer, gzipped: bool) -> _Head:
        headers = [*raw(feeds.headers_of(answer, gzipped)), *self._headers]
        return _Head.of(HTTPStatus.NOT_MODIFIED, headers)

    def _given_to(
        self, method: str, given: Mapping[bytes, bytes], ready: _WireAnswer, answer: FeedAnswer
    ) -> _Given:
        gzipped = _takes_gzip(given.get(b"accept-encoding", b""))
        tags, since = given.get(b"if-none-match"), given.get(b"if-modified-since")
        same = tags in ready.etags or _unchanged(answer, tags, since)
        # Never later than Date (RFC 9110 8.8.2.1).
        modified = ready.modified if answer.changed_at <= self._second else self._date
        # No id is made here, where nothing happens that has to be told apart.
        id_ = given.get(request_ids.HEADER)
        if id_ is not None and not request_ids.usable(id_):
            id_ = None
        if same:
            head, status, body = ready.unchanged[gzipped], HTTPStatus.NOT_MODIFIED, b""
        else:
            head, status = ready.whole[gzipped], HTTPStatus.OK
            body = b"" if method == "HEAD" else answer.gzipped if gzipped else answer.data
        return _Given(head, status, body, modified, id_)

    async def _send(
        self,
        scope: Scope,
        given: Mapping[bytes, bytes],
        ready: _WireAnswer,
        answer: FeedAnswer,
        send: Send,
        started: float | None,
    ) -> None:
        """`started`: when the request came, where it had to wait."""
        to = self._given_to(scope["method"], given, ready, answer)
        own = [(b"last-modified", to.modified), (b"date", self._date)]
        if to.id is not None:
            own.append((request_ids.HEADER, to.id))
        headers = [*to.head.headers, *own]
        await send({"type": "http.response.start", "status": to.status, "headers": headers})
        await send({"type": "http.response.body", "body": to.body})
        spent = self._ticks() - started if started is not None else None
        self._tell(scope, ready, to, spent)

    def _tell(self, scope: Scope, ready: _WireAnswer, to: _Given, spent: float | None) -> None:
        scope["route"] = ready.route
        self._given += 1
        logged = self._given <= MAX_LOGGED
        if to.id is None or not logged:
            self._told(scope["method"], scope, to.status, spent, logged)
            return
        # For the log's line alone: a connection goes on with what is set here.
        token = request_ids.current.set(to.id.decode())
        try:
            self._told(scope["method"], scope, to.status, spent, logged)
        finally:
            request_ids.current.reset(token)

    def _tell_time(self) -> None:
        """What of the time is the same for a whole second."""
        now = self._now()
        if not self._second <= now < self._next:
            second = now.replace(microsecond=0)
            if self._given > MAX_LOGGED:
                log.info("and %d more feeds from memory", self._given - MAX_LOGGED)
            self._given = 0
            self._second, self._next = second, second + timedelta(seconds=1)
            self._date = feeds.http_date(second).encode()
            self._day = second.astimezone(self._zone).date()


def _unchanged(answer: FeedAnswer, tags: bytes | None, since: bytes | None) -> bool:
    if tags is None and since is None:
        return False
    return feeds.unchanged(
        answer,
        None if tags is None else tags.decode("latin-1"),
        None if since is None else since.decode("latin-1"),
    )


@lru_cache(maxsize=100)
def _takes_gzip(accepted: bytes) -> bool:
    return feeds.takes_gzip(accepted.decode("latin-1"))
