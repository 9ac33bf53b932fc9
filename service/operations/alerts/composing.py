"""What a delivery says: its message, made of the events as they are when it is first sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from service.channels.channel import Channel
from service.core.alerts import digest, messages, payload, schedule
from service.core.alerts import rules as rules_
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.digest import Digest
from service.core.alerts.message import Message
from service.core.alerts.reminders import Changed, Reminder
from service.core.alerts.rules import DigestRule
from service.core.alerts.schedule import AlertKind
from service.core.dates import when as when_
from service.core.dates.duration import parse as parse_duration
from service.operations.alerts.alert_run import AlertRun, AlertSettings
from service.operations.alerts.stored_rules import AlertRules, read_rules

if TYPE_CHECKING:
    from service.store import Reading

NOTHING_TO_SAY = "nothing to say"


def composed_delivery(
    reading: Reading,
    run: AlertRun,
    channel: Channel,
    delivery: Delivery,
    others: Sequence[Delivery],
) -> Delivery | None:
    """The delivery with its message as the channel writes it; None for a digest that has nothing to
    say. A message that was tried before goes out again word for word."""
    if delivery.message is not None:
        return delivery
    rules = read_rules(reading)
    if delivery.kind is AlertKind.DIGEST:
        rule = next(known.rule for known in rules.digests if known.rule.name == delivery.rule)
        part = rules_.key_part(delivery.channel)
        found, covers = _digest(reading, rule, delivery.due_at, run.as_of, part)
        if found is None:
            return None
        delivery = replace(delivery, covers_seq=covers)
        said = _said_of_digest(run, channel, rule, found)
    else:
        said = _said_of_events(reading, rules, run, channel, (delivery, *others))
    return replace(delivery, message=channel.render(said))


def _said_of_digest(run: AlertRun, channel: Channel, rule: DigestRule, found: Digest) -> Message:
    settings, lang = run.settings, rule.lang
    said = messages.digest_message(found, lang, settings.base_url)
    if not channel.wants_data:
        return said
    data = payload.digest_data(
        found, rule.name, lang, settings.base_url, settings.excerpts, run.as_of
    )
    return replace(said, data=data)


def _said_of_events(
    reading: Reading, rules: AlertRules, run: AlertRun, channel: Channel, told: Sequence[Delivery]
) -> Message:
    """What reminders of one rule say, or changes: alone, or joined in one message."""
    kind, settings = told[0].kind, run.settings
    rule = next(rule for of, rule in rules.all if of is kind and rule.name == told[0].rule)
    items: list[Reminder | Changed] = []
    if kind is AlertKind.REMINDER:
        items += _reminders(reading, told, run.as_of)
    else:
        items += [_changed(reading, delivery) for delivery in told]
    first, lang, base_url, zone = items[0], rule.lang, settings.base_url, rule.timezone
    if len(items) > 1:
        said = messages.joined_message(items, lang, base_url, zone)
    elif isinstance(first, Reminder):
        said = messages.reminder_message(first, lang, base_url, zone, settings.excerpts)
    else:
        said = messages.change_message(first, lang, base_url, zone, settings.excerpts)
    if not channel.wants_data:
        return said
    data = payload.told_data(items, rule.name, lang, base_url, settings.excerpts, run.as_of)
    return replace(said, data=data)


def _reminders(reading: Reading, told: Sequence[Delivery], as_of: datetime) -> list[Reminder]:
    events = reading.events(d.event_id for d in told if d.event_id)
    return [
        Reminder(
            event=events[delivery.event_id or ""],
            occurrence=when_.parse(delivery.occurrence or ""),
            lead=None if delivery.lead == schedule.OPEN else parse_duration(delivery.lead or ""),
            due_at=delivery.due_at,
            late=as_of - delivery.due_at > digest.LATE,
            open=delivery.lead == schedule.OPEN,
            now=as_of,
        )
        for delivery in told
    ]


def _changed(reading: Reading, delivery: Delivery) -> Changed:
    """The event before the first and after the last of the changes that the alert tells."""
    history = reading.history(delivery.event_id or "")
    first, last = delivery.first_seq or 0, delivery.last_seq or 0
    inside = [row for row in history if first <= row.seq <= last and row.event]
    earlier = [row.event for row in history if row.seq < first and row.event]
    after = inside[-1].event
    assert after is not None  # a purged event's rows are gone, and with them its alert
    diff = tuple(row.change for row in inside if row.change in schedule.ALERTED)
    return Changed(
        event_before=earlier[-1] if earlier else after,
        event_after=after,
        kinds=diff,
        days=inside[-1].days if len(diff) == 1 else None,
        source=inside[-1].source,
    )


def compose_digest(
    reading: Reading,
    rule: DigestRule,
    due_at: datetime,
    as_of: datetime,
    settings: AlertSettings,
    part: str = "",
) -> tuple[Message | None, int]:
    """The digest's message as of that moment, None where there is nothing to say and nothing to post; and
    the highest change number that it covers. `part`: of which channel, since each has its own last
    digest."""
    found, covers = _digest(reading, rule, due_at, as_of, part)
    if found is None:
        return None, covers
    return messages.digest_message(found, rule.lang, settings.base_url), covers


def _digest(
    reading: Reading, rule: DigestRule, due_at: datetime, as_of: datetime, part: str
) -> tuple[Digest | None, int]:
    covers = reading.position().seq
    since = reading.digest_covered(rule.name, part)
    rows = reading.changes(since) if since is not None else []
    found = digest.compose(rule, reading.select(rule.filter), rows, as_of, due_at)
    empty = digest.is_empty(found) and rule.when_empty is rules_.WhenEmpty.SKIP
    return None if empty else found, covers


def without_content(delivery: Delivery, as_of: datetime) -> Delivery:
    """A digest that has nothing to say. At its time that is the end of it; before (somebody asked for
    it, and what it had to say went away) the plan owes it again at its time, as whatever was undone."""
    if as_of < delivery.due_at:
        early = replace(delivery, state=State.WITHDRAWN, error="nothing to say yet")
        return replace(early, next_at=None)
    return replace(delivery, state=State.SKIPPED, error=NOTHING_TO_SAY, next_at=None)
