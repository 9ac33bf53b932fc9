"""What a person asks for: a digest now or to look at, a failed alert tried again or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service.core.alerts import rules as rules_
from service.core.alerts import schedule
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.message import Message
from service.errors import Conflict, HorizonError, NotFound
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.composing import NOTHING_TO_SAY, compose_digest, without_content
from service.operations.alerts.plan import owed_delivery
from service.operations.alerts.stored_rules import Route, digest_rule

if TYPE_CHECKING:
    from service.store import Reading, Store


class NothingToSend(HorizonError):
    """The digest has nothing to say, and its rule says to skip it then."""


def owe_digest(
    store: Store,
    name: str,
    as_of: datetime,
    clock_now: datetime,
    settings: AlertSettings,
    channel: str | None = None,
) -> Delivery | None:
    """Today's digest for one of its channels (None: the first) under its key, owed now if it has
    something to say. Raises NotFound.

    One with nothing to say is recorded as skipped from its time on; before, nothing is recorded, and
    None is given. Whatever was recorded of it then does not keep it from being composed anew; one that
    was sent or dropped stays so.
    """
    with store.writing(clock_now) as writing:
        rule = digest_rule(writing, name)
        due = schedule.digest_on(rule, as_of.astimezone(ZoneInfo(rule.timezone)).date())
        channel = channel or rule.channels[0]
        route = Route(channel, rules_.key_part(channel))
        held = writing.delivery(route.key(due.key))
        if held is not None and not _had_nothing_to_say(held):
            return held
        message, _ = compose_digest(writing, rule, due.due_at, as_of, settings, route.part)
        if message is None and as_of < due.due_at:
            return None
        owed = owed_delivery(due, route, clock_now)
        wanted = owed if message is not None else without_content(owed, as_of)
        if held is None:
            writing.owe(wanted)
            return wanted
        after = replace(held, state=wanted.state, error=wanted.error, next_at=wanted.next_at)
        writing.save_delivery(after, before=held)
        return after


def _had_nothing_to_say(delivery: Delivery) -> bool:
    skipped = delivery.state is State.SKIPPED and delivery.error == NOTHING_TO_SAY
    return skipped or delivery.state is State.WITHDRAWN


def preview_digest(
    reading: Reading, name: str, as_of: datetime, settings: AlertSettings
) -> Message:
    """What the digest of that moment would say. Raises NotFound and NothingToSend."""
    rule = digest_rule(reading, name)
    due = schedule.digest_on(rule, as_of.astimezone(ZoneInfo(rule.timezone)).date())
    part = rules_.key_part(rule.channels[0])
    message, _ = compose_digest(reading, rule, min(due.due_at, as_of), as_of, settings, part)
    if message is None:
        raise NothingToSend(f"the digest {name} has nothing to say, and when_empty is skip")
    return message


def retry(store: Store, keys: Sequence[str] | None, clock_now: datetime) -> list[str]:
    """Have failed deliveries tried at once: those of the keys, or all. Raises NotFound."""
    with store.writing(clock_now) as writing:
        failed = writing.deliveries([State.FAILED]) if keys is None else []
        wanted = failed or [_held(writing, key) for key in keys or ()]
        for before in wanted:
            if before.state not in (State.FAILED, State.RETRY, State.SKIPPED):
                raise Conflict(f"{before.key} is {before.state}; only what failed can be retried")
            # What one message tells goes out together, or it would be told twice.
            first = _held(writing, before.joined_to) if before.joined_to else before
            for row in (first, *writing.joined(first.key)):
                if row.state in (State.FAILED, State.RETRY, State.SKIPPED):
                    again = replace(row, state=State.RETRY, next_at=clock_now)
                    writing.save_delivery(again, before=row)
    return [delivery.key for delivery in wanted]


def skip(store: Store, key: str, clock_now: datetime) -> None:
    """Drop a delivery for good. Raises NotFound, Conflict for one that was sent or is being sent."""
    with store.writing(clock_now) as writing:
        before = _held(writing, key)
        if before.state in (State.SENT, State.SENDING):
            raise Conflict(f"{key} is {before.state}")
        after = replace(before, state=State.SKIPPED, error="dropped by hand", next_at=None)
        writing.save_delivery(after, before=before)
        # What its message would have told too goes its own way, with what is known of that message.
        for other in writing.joined(key):
            alone = replace(
                other,
                joined_to=None,
                attempts=before.attempts,
                next_at=before.next_at,
                started_at=before.started_at,
                ended_at=before.ended_at,
                looked=before.looked,
            )
            writing.save_delivery(alone, before=other)


def _held(reading: Reading, key: str) -> Delivery:
    found = reading.delivery(key)
    if found is None:
        raise NotFound("delivery", key)
    return found
