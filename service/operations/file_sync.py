"""Apply events.yaml to the store: read the file and what is stored, plan, write in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.channels import kinds
from service.core.alerts import rules as rules_
from service.core.events.event import ChangeKind, Origin
from service.core.files.calendar_file import (
    Difference,
    Plan,
    ReadOtherwise,
    SyncedEvent,
    WantedCalendar,
    plan,
    read,
)
from service.core.files.exports import Rules
from service.errors import FileProblem, InvalidFile, NotFound, RemovalsRefused
from service.operations.alerts import stored_rules
from service.operations.events import continued
from service.operations.feeds import new_secret
from service.store import StoredChannel, StoredFeed, StoredRule

if TYPE_CHECKING:
    from service.store import Reading, Store, Writing

MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class SyncReport:
    """What a sync did, or with `check` would do: how many events, what was left alone, and what the
    file's author should know; `read_otherwise` are dates in words that keep the day they had."""

    events: int
    changes: dict[str, int]
    changed_ids: tuple[tuple[ChangeKind, str], ...]
    differences: tuple[Difference, ...]
    warnings: tuple[FileProblem, ...]
    subscriptions_changed: bool
    read_otherwise: tuple[ReadOtherwise, ...] = ()

    @property
    def unchanged(self) -> bool:
        return not self.changed_ids and not self.subscriptions_changed


def load(path: Path, *, timezone: str, lang: str) -> WantedCalendar:
    """The wanted calendar of a file. Raises NotFound, or InvalidFile with every fault."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("file", f"{path}") from None
    except OSError as fault:
        raise InvalidFile(
            [FileProblem(path.name, 1, 1, "", f"cannot be read: {fault.strerror or fault}")]
        ) from fault
    if len(data) > MOST_BYTES:
        raise InvalidFile(
            [FileProblem(path.name, 1, 1, "", "is larger than 20 MB; split the calendar")]
        )
    return read(data, path.name, timezone=timezone, lang=lang, channel=kinds.read)


def sync(
    store: Store,
    wanted: WantedCalendar,
    now: datetime,
    *,
    file_name: str,
    allow_removals: bool = False,
    check: bool = False,
) -> SyncReport:
    """Apply what changed in the file since it was last applied, all or nothing.

    Raises RemovalsRefused where most of the file's events would go, and InvalidFile where a change
    does not fit what the store holds.
    """
    with store.reading() as reading:
        planned, feeds, rules = _plan(reading, wanted, now)
        channels = _channels(reading, wanted)
        held_feeds = _of_the_file(reading)
    if not allow_removals:
        _guard(planned, wanted, held_feeds)
    subscribed = feeds is not None or rules is not None or channels is not None
    if not check and (planned.steps or subscribed):
        with store.writing(now) as writing:
            # Anything may have been written since: what counts is what this transaction sees.
            planned, feeds, rules = _plan(writing, wanted, now)
            if not allow_removals:
                _guard(planned, wanted, _of_the_file(writing))
            _write(writing, planned, file_name)
            for feed in feeds or ():
                writing.put_feed(feed)
            for name in _left(writing, wanted) if feeds is not None else ():
                writing.drop_feed(name)
            if rules is not None:
                writing.put_rules(rules)
            if channels is not None:
                writing.put_channels(channels)
    changed = tuple((step.change.kind, step.id) for step in planned.steps if step.change)
    return SyncReport(
        events=len(wanted.entries),
        changes=dict(Counter(str(kind) for kind, _ in changed)),
        changed_ids=changed,
        differences=planned.differences,
        warnings=wanted.warnings,
        subscriptions_changed=subscribed,
        read_otherwise=planned.read_otherwise,
    )


def _guard(planned: Plan, wanted: WantedCalendar, held_feeds: list[str]) -> None:
    """A file that was emptied or cut short is not believed: most events gone, or every feed."""
    if planned.refused:
        raise RemovalsRefused(planned.removed, planned.owned)
    if len(held_feeds) > 1 and not wanted.feeds:
        raise RemovalsRefused(held_feeds, len(held_feeds), "feeds")


def _plan(
    reading: Reading, wanted: WantedCalendar, now: datetime
) -> tuple[Plan, list[StoredFeed] | None, list[StoredRule] | None]:
    """The steps, and feeds and rules as they shall be; None where those are so already."""
    held = reading.file_events(entry.id for entry in wanted.entries)
    stored = {id_: SyncedEvent(event.event, event.values) for id_, event in held.items()}
    return plan(wanted, stored, now), _feeds(reading, wanted, now), _rules(reading, wanted, now)


def _write(writing: Writing, planned: Plan, file_name: str) -> None:
    for step in planned.steps:
        if step.change:
            writing.record(
                continued(writing, step.change),
                who=file_name,
                origin=Origin.FILE,
                source=step.change.after.details.source,
            )
        writing.set_file_values(step.id, step.values)


def _feeds(reading: Reading, wanted: WantedCalendar, now: datetime) -> list[StoredFeed] | None:
    stored = {feed.name: feed for feed in reading.feeds()}
    feeds = []
    for position, spec in enumerate(wanted.feeds):
        before = stored.get(spec.name)
        feeds.append(
            StoredFeed(
                name=spec.name,
                title=spec.title,
                filter=spec.filter,
                private=spec.private,
                # The store keeps the secret of a feed that was private before.
                secret=before.secret if before and before.secret else _secret(spec),
                origin="file",
                created_at=before.created_at if before else now,
                updated_at=now,
                position=position,
            )
        )
    same = [
        feed
        for feed in feeds
        if feed.name in stored
        and replace(feed, updated_at=stored[feed.name].updated_at) == stored[feed.name]
    ]
    if len(same) == len(feeds) and not _left(reading, wanted):
        return None
    return feeds


def _secret(spec: rules_.FeedSpec) -> str | None:
    return new_secret() if spec.private else None


def _left(reading: Reading, wanted: WantedCalendar) -> list[str]:
    """Feeds of the file that it no longer has."""
    names = {spec.name for spec in wanted.feeds}
    return [name for name in _of_the_file(reading) if name not in names]


def _of_the_file(reading: Reading) -> list[str]:
    return [feed.name for feed in reading.feeds() if feed.origin == "file"]


def _rules(reading: Reading, wanted: WantedCalendar, now: datetime) -> list[StoredRule] | None:
    groups = Rules((), wanted.digests, wanted.reminders, wanted.changes)
    rules = as_stored(groups, now)
    stored = {(rule.type, rule.name): (rule.position, rule.spec) for rule in reading.rules()}
    same = {(rule.type, rule.name): (rule.position, rule.spec) for rule in rules} == stored
    return None if same else rules


def _channels(reading: Reading, wanted: WantedCalendar) -> list[StoredChannel] | None:
    """The channels as they shall be; None where they are so already."""
    channels = [
        StoredChannel(channel.name, position, channel.spec)
        for position, channel in enumerate(wanted.channels)
    ]
    return None if channels == reading.named_channels() else channels


def as_stored(rules: Rules, now: datetime) -> list[StoredRule]:
    """The alert rules as the store keeps them, each kind in its order."""
    specs = (
        ("digest", [rules_.write_digest(rule) for rule in rules.digests]),
        ("reminder", [rules_.write_reminder(rule) for rule in rules.reminders]),
        ("change", [rules_.write_change(rule) for rule in rules.changes]),
    )
    return [
        StoredRule(type_, spec["name"], position, spec, known_since=now)
        for type_, group in specs
        for position, spec in enumerate(group)
    ]


def rules_to_export(reading: Reading) -> Rules:
    """Feeds and rules as an export holds them."""
    return Rules(
        feeds=tuple(
            rules_.FeedSpec(feed.name, feed.title, feed.filter, feed.private)
            for feed in reading.feeds()
        ),
        digests=tuple(known.rule for known in stored_rules.digests(reading)),
        reminders=tuple(known.rule for known in stored_rules.reminders(reading)),
        changes=tuple(known.rule for known in stored_rules.changes(reading)),
        channels=tuple(rules_.ChannelSpec(c.name, c.spec) for c in reading.named_channels()),
    )
