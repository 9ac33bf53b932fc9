"""One delivery looked for in a channel's history, as a run of alerts looks for all of a channel's at once."""

from __future__ import annotations

from dataclasses import dataclass

from service.channels.slack import Slack


@dataclass(frozen=True)
class Found:
    ts: str


@dataclass(frozen=True)
class NotFound:
    complete: bool  # whether the history was read to its end; if not, this proves nothing


def find(slack: Slack, channel: str, key: str, oldest: float) -> Found | NotFound:
    read = slack.delivered(channel, oldest)
    return Found(read.keys[key]) if key in read.keys else NotFound(read.complete)
