"""Ways for alerts to leave: Slack, and what `channels:` of the events file names.

One file a channel. Adding one touches its file, the table in `kinds.py` that names it, its tests and
its row in docs/ALERTS.md, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from service.channels.channel import Channel
from service.core.alerts.deliveries import Refused
from service.core.alerts.rules import is_slack

if TYPE_CHECKING:
    from service.channels.slack import Poster


class Channels:
    """Every channel of a service, by the name that rules use."""

    def __init__(
        self, slack: Poster | None = None, named: Mapping[str, Channel | Refused] | None = None
    ) -> None:
        self.slack = slack
        self.named = dict(named or {})
        self._of_slack: dict[str, Channel] = {}

    def of(self, name: str) -> Channel | Refused | None:
        """The channel; Refused where it is described and cannot be used; None for Slack's where
        Slack is not connected."""
        if not is_slack(name):
            return self.named.get(name, Refused("there is no such channel in the events file"))
        if self.slack is None:
            return None
        if name not in self._of_slack:
            from service.channels.slack import SlackChannel

            self._of_slack[name] = SlackChannel(self.slack, name)
        return self._of_slack[name]

    def without(self, names: Collection[str], refusal: Refused) -> Channels:
        """The same, of which those are not used."""
        kept = {name: refusal if name in names else made for name, made in self.named.items()}
        return Channels(self.slack, kept)

    @property
    def any(self) -> bool:
        """Whether there is any way out."""
        return self.slack is not None or bool(self.named)
