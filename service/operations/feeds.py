"""Ready answers for feed addresses: bytes with their validators, which always belong together.

An answer is made anew when the store has changed or the day has turned, else given from memory.
`changed_at` is when the address's bytes last changed, for whatever reason; it is kept in the store,
so that Last-Modified survives a restart and is the same from every instance.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from service.core.alerts import rules
from service.core.alerts.rules import FeedSpec
from service.core.calendars import atom
from service.core.calendars import feed as feed_
from service.core.calendars.feed import Heading, LeftOut, Options, Rendered
from service.core.events import filters, representation
from service.core.events.event import Recorded
from service.core.events.filters import Filter
from service.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    Problem,
    StoreUnavailable,
)
from service.operations.incremental_feed import IncrementalFeed
from service.operations.notices import Notices
from service.store import Answer, StoredFeed

if TYPE_CHECKING:
    from service.store import Reading, Store, Writing

log = logging.getLogger(__name__)

MEDIA_TYPES = {
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "application/atom+xml; charset=utf-8",
    "changes.xml": "application/atom+xml; charset=utf-8",
}
MOST_CHANGES = 100
MOST_READ = 500
MAX_KEPT_BYTES = 64_000_000
MAX_SAVED = 20
SAVE_AGAIN = timedelta(seconds=30)


ALL = Filter()


@dataclass(frozen=True)
class Address:
    """One feed address: a named feed (with its secret where that is private) or a filter of the
    reader's own; its form and options."""

    form: str
    options: Options
    query: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    secret: str | None = None
    filter: Filter = ALL
    excerpts: bool = True

    @cached_property
    def key(self) -> str:
        """The address in one spelling, without the secret."""
        path = f"/feeds/{self.name}" if self.name else "/calendar"
        query = urlencode(self.query)
        separator = "/" if self.form == "changes.xml" else "."
        # Long enough filters would outgrow the store's column.
        text = f"{path}{separator}{self.form}" + (f"?{query}" if query else "")
        text += "" if self.excerpts else " (not quoted)"
        return text if len(text) <= 400 else f"{path}?{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True)
class FeedAnswer:
    data: bytes
    gzipped: bytes
    etag: str
    changed_at: datetime
    media_type: str
    file_name: str
    private: bool

    @property
    def bytes(self) -> int:
        """About how much memory it takes, with what it is known by."""
        return len(self.data) + len(self.gzipped) + 2000


@dataclass(frozen=True)
class CachedAnswer:
    """An answer, and what it is the answer for: the store's revision and the day. `secret` is that
    of the private feed's address. `failed`: a fault has stood in the way of newer bytes."""

    answer: FeedAnswer
    revision: int
    day: date
    secret: str | None
    failed: bool = False


class FeedAnswers:
    """The feeds of one service. Safe for threads; one address is rendered by one of them at a time."""

    def __init__(
        self,
        store: Store,
        notices: Notices,
        now: Callable[[], datetime],
        *,
        base_url: str,
        timezone: str,
        most_bytes: int = MAX_KEPT_BYTES,
    ) -> None:
        self._store, self._notices, self._now = store, notices, now
        self._base_url, self._timezone = base_url, timezone
        self._most_bytes = most_bytes
        self._parts = IncrementalFeed()
        self._kept: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._held = 0
        self.failing = False
        """Whether a fault stood in the way the last time, so that the last good bytes were given."""
        # Counted under the lock, but for those of `used`, which has one caller and no time for it.
        self._from_memory, self._made, self._last_good, self._used = 0, 0, 0, 0
        self._lock = Lock()
        # Validators that the store does not have yet; while it is locked, others must not wait.
        self._unsaved: dict[str, Answer] = {}
        self._save_again_at: datetime | None = None

    def get(self, address: Address) -> FeedAnswer:
        """The address's answer as of now. A passing fault of the database gives the last good one.

        Raises NotFound, also for a wrong secret, and StoreUnavailable where there is no last one.
        """
        now = self._now()
        try:
            with self._lock, self._store.reading() as reading:
                answer, news = self._fresh(reading, address, now)
        except NotFound:
            raise
        except Exception as fault:
            kept = self._kept.get(address.key)
            if kept is None or not _admits(kept.secret, address.secret):
                raise
            # Subscribers keep the last good calendar, whatever went wrong here.
            log.exception("%s is answered from memory", address.key)
            if not isinstance(fault, StoreUnavailable):
                self._notices.set(
                    f"feed {address.key}", f"{address.key} cannot be made anew: {fault}"
                )
            self.failing = True
            with self._lock:
                self._last_good += 1
                if address.key in self._kept:
                    self._kept[address.key] = replace(kept, failed=True)
            return kept.answer
        self.failing = False
        if news:
            self._unsaved[address.key] = Answer(answer.etag, answer.changed_at)
        self._remember(now)
        return answer

    def made(self, address: Address) -> CachedAnswer | None:
        """What was last given for the address, as far as it is still kept, and what it holds for."""
        return self._kept.get(address.key)

    def used(self, address: Address) -> None:
        """Notes that the address's answer was given from somewhere else than here, so that it is
        not among the first to be forgotten."""
        self._used += 1
        try:  # suppress() would take longer than all the rest
            self._kept.move_to_end(address.key)
        except KeyError:
            return

    @property
    def lookups(self) -> dict[str, int]:
        """How often a feed's bytes were looked for, by where they came from."""
        memory = self._from_memory + self._used
        return {"memory": memory, "made": self._made, "last_good": self._last_good}

    @property
    def held(self) -> int:
        """About how many bytes of memory the answers take, and the parts that they are made of."""
        return self._held + self._parts.held

    @property
    def addresses(self) -> int:
        """Of how many addresses the answers are kept."""
        return len(self._kept)

    def check(self, name: str, secret: str) -> None:
        """Raises NotFound unless the secret is that of the private feed."""
        with self._store.reading() as reading:
            feed = reading.feed(name)
        if feed is None or not _admits(feed.secret if feed.private else None, secret):
            raise NotFound("feed", name)

    def _fresh(self, reading: Reading, address: Address, now: datetime) -> tuple[FeedAnswer, bool]:
        """The answer, and whether its bytes are new and have to be remembered."""
        day = now.astimezone(ZoneInfo(self._timezone)).date()
        revision = reading.position().revision
        kept = self._kept.get(address.key)
        if kept and (kept.revision, kept.day) == (revision, day):
            if not _admits(kept.secret, address.secret):
                raise NotFound("feed", address.name or "")
            self._kept[address.key] = replace(kept, failed=False) if kept.failed else kept
            self._kept.move_to_end(address.key)
            self._from_memory += 1
            return kept.answer, False
        feed = self._feed(reading, address)
        heading = self._heading(address, feed)
        data = self._render(reading, address, feed, heading, day)
        before = reading.answer(address.key)
        if before is None and kept is not None:
            before = Answer(kept.answer.etag, kept.answer.changed_at)
        same = kept.answer if kept and kept.answer.data == data else None
        answer = _validated(address, feed, data, before, now, same)
        secret = feed.secret if feed and feed.private else None
        self._keep(address.key, CachedAnswer(answer, revision, day, secret))
        self._made += 1
        return answer, before is None or before.etag != answer.etag

    def _feed(self, reading: Reading, address: Address) -> StoredFeed | None:
        if address.name is None:
            return None
        feed = reading.feed(address.name)
        if feed is None or not _admits(feed.secret if feed.private else None, address.secret):
            raise NotFound("feed", address.name)
        return feed

    def _heading(self, address: Address, feed: StoredFeed | None) -> Heading:
        query = f"?{urlencode(address.query)}" if address.query else ""
        if feed is None:
            name, path = "Horizon", f"/calendar.{address.form}"
        else:
            secret = f"/{feed.secret}" if feed.private else ""
            ending = "/changes.xml" if address.form == "changes.xml" else f".{address.form}"
            name, path = feed.title, f"/feeds/{feed.name}{secret}{ending}"
        return Heading(
            name, self._base_url + path + query, self._base_url, self._timezone, address.excerpts
        )

    def _render(
        self,
        reading: Reading,
        address: Address,
        feed: StoredFeed | None,
        heading: Heading,
        day: date,
    ) -> bytes:
        wanted = feed.filter if feed else address.filter
        options = address.options
        if address.form == "changes.xml":
            return atom.changes(self._told(reading, wanted), heading, options.lang)
        if address.form == "ics":
            rendered = self._parts.render(reading, wanted, heading, options, day)
            self._notice(address, rendered.left_out)
            return rendered.data
        events = reading.select(wanted)
        self._notice(address, [LeftOut(*held) for held in sorted(reading.unreadable.items())])
        chosen = feed_.select(events, options, day)
        if address.form == "xml":
            return atom.events(chosen, heading, options.lang)
        items = [representation.represent(e, options.lang, address.excerpts) for e in chosen]
        text = json.dumps({"title": heading.name, "items": items}, ensure_ascii=False, indent=1)
        return text.encode() + b"\n"

    def _told(self, reading: Reading, wanted: Filter) -> list[Recorded]:
        """The newest changes of events that the filter means, or meant before that change: the one
        that took an event out of a feed is told there too. Of withdrawn events nothing is."""
        wanted = reading.widened(wanted)
        told: list[Recorded] = []
        before: int | None = None
        while len(told) < MOST_CHANGES:
            rows = reading.newest_changes(MOST_READ, atom.TOLD, before=before)
            today = reading.events({row.event_id for row in rows})
            earlier = reading.versions_before(rows)
            for row in rows:
                now, then = today.get(row.event_id), earlier.get(row.seq)
                if now is None or now.withdrawn or row.event is None:
                    continue
                if wanted.matches(row.event) or (then is not None and wanted.matches(then)):
                    told.append(row)
            if len(rows) < MOST_READ:
                break
            before = rows[-1].seq
        return told[:MOST_CHANGES]

    def _notice(self, address: Address, left_out: Sequence[LeftOut]) -> None:
        topic = f"feed {address.key}"
        if not left_out:
            self._notices.clear(topic)
            return
        texts = "; ".join(f"{left.id}: {left.reason}" for left in left_out[:5])
        text = f"{address.key} leaves out {len(left_out)} event(s) that cannot be rendered: {texts}"
        if self._notices.set(topic, text):
            log.error("%s", text)

    def _remember(self, now: datetime) -> None:
        """Store validators that are new. What fails is tried again with a later request."""
        if self._save_again_at is not None and now < self._save_again_at:
            return
        for key, answer in list(self._unsaved.items())[:MAX_SAVED]:
            try:
                self._store.remember_answer(key, answer)
            except StoreUnavailable as fault:
                log.warning("the validator of %s could not be kept: %s", key, fault)
                self._save_again_at = now + SAVE_AGAIN
                return
            if self._unsaved.get(key) == answer:
                self._unsaved.pop(key, None)
        self._save_again_at = None

    def _keep(self, key: str, made: CachedAnswer) -> None:
        before = self._kept.pop(key, None)
        if before is not None:
            self._held -= before.answer.bytes
        self._kept[key] = made
        self._held += made.answer.bytes
        while self._held > self._most_bytes and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._held -= oldest.answer.bytes


def read_address(
    form: str,
    query: Mapping[str, list[str]],
    lang: str,
    *,
    name: str | None,
    secret: str | None,
    excerpts: bool = True,
) -> Address:
    """The address that a request names; `excerpts`: whether sources may be quoted to its sender.

    Raises InvalidInput with every fault of its query.
    """
    twice = [key for key in feed_.OPTION_KEYS if len(query.get(key, ())) > 1]
    if twice:
        raise InvalidInput([Problem(f"/{key}", "stands more than once") for key in twice])
    options = {key: values[-1] for key, values in query.items() if key in feed_.OPTION_KEYS}
    rest = {key: values for key, values in query.items() if key not in feed_.OPTION_KEYS}
    if name is not None:
        # A named feed has its filter; what is no option is an error there.
        options.update({key: values[-1] for key, values in rest.items()})
        rest = {}
    wanted = filters.read(rest)
    pairs = list(options.items())
    pairs += [
        (key, ",".join(value) if isinstance(value, list) else value)
        for key, value in filters.write(wanted).items()
    ]
    return Address(
        form,
        feed_.read_options(options, lang),
        tuple(sorted(pairs)),
        name,
        secret,
        wanted,
        excerpts,
    )


LONGEST_ADDRESS = 116
# Feeds of the file come first, in its order.
AFTER_THE_FILES = 1_000_000


@dataclass(frozen=True)
class Measured:
    """A feed's address and size, and what its subscriber should know; `made_fit` says what the size of
    1 MB costs it, and is empty where it costs nothing."""

    name: str
    title: str
    address: str
    private: bool
    events: int
    bytes: int
    remarks: tuple[str, ...]
    made_fit: str

    def as_json(self) -> dict[str, object]:
        return {**self.__dict__, "remarks": list(self.remarks)}


def measure(
    store: Store, now: datetime, *, base_url: str, timezone: str, lang: str, excerpts: bool
) -> list[Measured]:
    """Every feed as it would be answered now, without a limit of size."""
    day = now.astimezone(ZoneInfo(timezone)).date()
    measured = []
    with store.reading() as reading:
        for feed in reading.feeds():
            secret = f"/{feed.secret}" if feed.private else ""
            address = f"{base_url}/feeds/{feed.name}{secret}.ics"
            heading = Heading(feed.title, address, base_url, timezone, excerpts)
            events = reading.select(feed.filter)
            whole = feed_.render(events, heading, Options(lang, size=None), day)
            cut = feed_.render(events, heading, Options(lang), day)
            remarks = []
            made_fit = _made_fit(cut)
            if made_fit:
                remarks.append(
                    f"over 1 MB, which Google cuts without a word: {made_fit}; ?size=all gives everything"
                )
            if len(address) > LONGEST_ADDRESS:
                remarks.append(
                    f"the address has {len(address)} characters; Google refuses over {LONGEST_ADDRESS}: "
                    "shorten HORIZON_BASE_URL or the feed's name"
                )
            shown = len(feed_.select(events, Options(lang), day))
            measured.append(
                Measured(
                    feed.name,
                    feed.title,
                    address,
                    feed.private,
                    shown,
                    len(whole.data),
                    tuple(remarks),
                    made_fit,
                )
            )
    return measured


def _made_fit(cut: Rendered) -> str:
    """What was done to a feed that was too large, in the order in which it is done."""
    past = cut.dropped - cut.ahead
    steps = [f"{past} past events are left out, the oldest first"] if past else []
    steps += ["descriptions are shortened"] if cut.shortened else []
    steps += [f"{cut.ahead} events ahead are left out, the farthest first"] if cut.ahead else []
    return ", ".join(steps)


def create(writing: Writing, spec: FeedSpec, now: datetime) -> StoredFeed:
    """A feed of the API's own. Raises Conflict where the name is taken."""
    if writing.feed(spec.name) is not None:
        raise Conflict(f"there is a feed {spec.name!r} already")
    made = StoredFeed(
        name=spec.name,
        title=spec.title,
        filter=spec.filter,
        private=spec.private,
        secret=new_secret() if spec.private else None,
        origin="api",
        created_at=now,
        updated_at=now,
        position=AFTER_THE_FILES,
    )
    writing.put_feed(made)
    return _stored(writing, spec.name)


def change(writing: Writing, name: str, patch: Mapping[str, Any], now: datetime) -> StoredFeed:
    """The feed with a merge patch applied. Raises NotFound, InvalidInput, Conflict for one of the
    file's."""
    held = _own(writing, name)
    if patch.get("name", name) != name:
        raise InvalidInput(
            [Problem("/name", "a name cannot change; subscribers know the feed by it")]
        )
    before = rules.write_feed(FeedSpec(held.name, held.title, held.filter, held.private))
    # A filter is one value: its keys are not merged one by one, so that a key can be left out.
    spec = rules.read_feed({k: v for k, v in {**before, **patch}.items() if v is not None})
    changed = replace(
        held,
        title=spec.title,
        filter=spec.filter,
        private=spec.private,
        secret=held.secret or (new_secret() if spec.private else None),
        updated_at=now,
    )
    if changed != replace(held, updated_at=now):
        writing.put_feed(changed)
    return _stored(writing, name)


def delete(writing: Writing, name: str) -> None:
    """Publishes the feed no longer. Raises NotFound, Conflict for one of the file's."""
    held = _own(writing, name)
    # Whoever deletes a private feed may do so because its address is known: another one next time.
    writing.put_feed(replace(held, secret=new_secret() if held.secret else None))
    writing.drop_feed(name)


def new_secret() -> str:
    """128 random bits for a private feed's address: it must be guessed by no one and stay short."""
    return secrets.token_urlsafe(16)


def _own(writing: Writing, name: str) -> StoredFeed:
    held = _stored(writing, name)
    if held.origin == "file":
        raise Conflict(f"the feed {name!r} is set in events.yaml; change it there")
    return held


def _stored(writing: Writing, name: str) -> StoredFeed:
    held = writing.feed(name)
    if held is None:
        raise NotFound("feed", name)
    return held


def rotate(store: Store, name: str, now: datetime) -> StoredFeed:
    """A private feed with a new secret address; the old one is gone from then on."""
    with store.writing(now) as writing:
        feed = writing.feed(name)
        if feed is None or not feed.private:
            raise NotFound("private feed", name)
        changed = replace(feed, secret=new_secret(), updated_at=now)
        writing.put_feed(changed)
    return changed


def _validated(
    address: Address,
    feed: StoredFeed | None,
    data: bytes,
    before: Answer | None,
    now: datetime,
    same: FeedAnswer | None,
) -> FeedAnswer:
    """The bytes with their validators; `before` are the address's last ones, `same` an answer with
    these very bytes, where one is at hand."""
    etag = same.etag if same else hashlib.sha256(data).hexdigest()[:32]
    if before is not None and before.etag == etag:
        changed_at = before.changed_at
    else:
        changed_at = now.replace(microsecond=0)
        if before is not None:
            # Two changes within a second must not share one Last-Modified.
            changed_at = max(changed_at, before.changed_at + timedelta(seconds=1))
    return FeedAnswer(
        data=data,
        gzipped=same.gzipped if same else gzip.compress(data, 6, mtime=0),
        etag=etag,
        changed_at=changed_at,
        media_type=MEDIA_TYPES[address.form],
        file_name=f"{address.name or 'calendar'}{'-' if '.' in address.form else '.'}{address.form}",
        private=feed is not None and feed.private,
    )


def _admits(secret: str | None, given: str | None) -> bool:
    """Whether the address is the feed's: a private one needs its secret, a public one has none."""
    if secret is None or given is None:
        return secret is given
    return hmac.compare_digest(secret.encode(), given.encode())
