"""The alert rules as they are stored, and by which channels each of them goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from service.core.alerts import rules as rules_
from service.core.alerts.deliveries import Delivery
from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule
from service.core.alerts.schedule import AlertKind, KnownRule
from service.errors import NotFound

if TYPE_CHECKING:
    from service.store import Reading

R = TypeVar("R", DigestRule, ReminderRule, ChangeRule)
AnyRule = DigestRule | ReminderRule | ChangeRule


@dataclass(frozen=True)
class Route:
    """A channel of a rule; `part`: its part in deliveries' keys, empty for Slack's; `since`: from when
    on the rule names it, None from its beginning."""

    channel: str
    part: str = ""
    since: datetime | None = None

    def owes(self, moment: datetime) -> bool:
        """Whether what fell due, or happened, then is owed to it."""
        return self.since is None or self.since <= moment

    def key(self, key: str) -> str:
        return f"{key}/{self.part}" if self.part else key


@dataclass(frozen=True)
class AlertRules:
    """The alert rules, with since when each is known, and of channels that it names since later."""

    digests: tuple[KnownRule[DigestRule], ...]
    reminders: tuple[KnownRule[ReminderRule], ...]
    changes: tuple[KnownRule[ChangeRule], ...]
    since: dict[tuple[AlertKind, str, str], datetime]

    @property
    def all(self) -> list[tuple[AlertKind, AnyRule]]:
        """Every rule with its kind."""
        return [
            *((AlertKind.DIGEST, known.rule) for known in self.digests),
            *((AlertKind.REMINDER, known.rule) for known in self.reminders),
            *((AlertKind.CHANGE, known.rule) for known in self.changes),
        ]

    @property
    def channels(self) -> list[str]:
        """Every channel that a rule names, once each, in the rules' order."""
        return list(dict.fromkeys(name for _, rule in self.all for name in rule.channels))

    def routes(self, kind: AlertKind, rule: str) -> tuple[Route, ...]:
        """Where that rule's alerts go."""
        for of_kind, held in self.all:
            if of_kind is kind and held.name == rule:
                return tuple(
                    Route(name, part := rules_.key_part(name), self.since.get((kind, rule, part)))
                    for name in held.channels
                )
        return ()

    def route(self, delivery: Delivery) -> Route | None:
        """The one of them by which a delivery goes: Slack's may have become another of Slack's."""
        part = rules_.key_part(delivery.channel)
        routes = self.routes(delivery.kind, delivery.rule)
        return next((route for route in routes if route.part == part), None)


def digests(reading: Reading) -> tuple[KnownRule[DigestRule], ...]:
    """The digests as they are stored."""
    return _stored(reading, AlertKind.DIGEST, rules_.read_digest)


def reminders(reading: Reading) -> tuple[KnownRule[ReminderRule], ...]:
    """The rules for reminders as they are stored."""
    return _stored(reading, AlertKind.REMINDER, rules_.read_reminder)


def changes(reading: Reading) -> tuple[KnownRule[ChangeRule], ...]:
    """The rules for alerts of changes as they are stored."""
    return _stored(reading, AlertKind.CHANGE, rules_.read_change)


def _stored(reading: Reading, kind: AlertKind, read: Callable[..., R]) -> tuple[KnownRule[R], ...]:
    # A spec names its zone and language itself; the defaults stand in for none.
    return tuple(
        KnownRule(read(rule.spec, timezone="UTC", lang="zh"), rule.known_since)
        for rule in reading.rules(kind.value)
    )


def read_rules(reading: Reading) -> AlertRules:
    """All rules as they are at work: a filter asks for every name by which what it names is known."""

    def widened(known: tuple[KnownRule[R], ...]) -> tuple[KnownRule[R], ...]:
        return tuple(
            replace(one, rule=replace(one.rule, filter=reading.widened(one.rule.filter)))
            for one in known
        )

    return AlertRules(
        widened(digests(reading)),
        widened(reminders(reading)),
        widened(changes(reading)),
        {
            (AlertKind(rule.type), rule.name, part): at
            for rule in reading.rules()
            for part, at in rule.channels_since.items()
        },
    )


def digest_rule(reading: Reading, name: str) -> DigestRule:
    """Raises NotFound."""
    for known in read_rules(reading).digests:
        if known.rule.name == name:
            return known.rule
    raise NotFound("digest", name)
