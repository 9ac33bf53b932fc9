"""Clients that deliver in ways that look right and are not, and one that is right.

Each has the same shape, so that one check can be run on all of them: the right one passes it, the
wrong ones must fail it, or the check (or the stand-in) is worth nothing.

    client(target, channel, message, key) -> None

All of them are bounded: they give up for good at `target.end`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from service.channels.slack import EVENT_TYPE, FailureKind, Slack, SlackFailure
from service.core.alerts.blockkit import SlackMessage
from tests.slack.looking import Found, NotFound, find


@dataclass
class Target:
    """Where to deliver to, and how long things take there."""

    token: str
    api_url: str
    timeout: float = 0.25  # of one request
    settle: float = 1.0  # how long after an unclear attempt a message may still turn up
    pause: float = 0.02  # between two attempts
    end: float = field(default_factory=lambda: time.monotonic() + 60)

    def slack(self) -> Slack:
        return Slack(self.token, api_url=self.api_url, timeout=self.timeout)

    def web_client(self) -> WebClient:
        # The annotation wants whole seconds; the socket takes fractions too.
        return WebClient(self.token, base_url=self.api_url, timeout=self.timeout)  # type: ignore[arg-type]

    def over(self) -> bool:
        return time.monotonic() > self.end

    def rest(self, failure: SlackFailure | None = None) -> None:
        time.sleep(max(self.pause, (failure and failure.retry_after) or 0.0))


Client = Callable[[Target, str, SlackMessage, str], None]


def _post(client: WebClient, channel: str, message: SlackMessage, key: str) -> None:
    client.chat_postMessage(
        channel=channel,
        text=message.text,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
    )


def sdk_defaults(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """The SDK as it comes: it posts again after a cut connection, and knows nothing of 5xx."""
    try:
        _post(target.web_client(), channel, message, key)
    except (SlackApiError, OSError, HTTPException, AttributeError):
        return  # AttributeError: an answer that is a list


def retry_on_error(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """Whatever is not a success is tried again."""
    slack = target.slack()
    while not target.over():
        try:
            slack.post(channel, message, [key])
            return
        except SlackFailure as failure:
            target.rest(failure)


def cut_means_delivered(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """A time-out or a cut connection is taken for a delivery, everything else is tried again."""
    slack = target.slack()
    while not target.over():
        try:
            slack.post(channel, message, [key])
            return
        except SlackFailure as failure:
            if failure.error in ("timed_out", "connection_cut", "unreadable_answer"):
                return
            target.rest(failure)


def look_without_settling(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """Looks after an unclear attempt, as it should, but believes at once what it does not see."""
    _look_then_resend(target, channel, message, key, settle=0)


def give_up(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """One attempt; waits for the rate limit, and leaves it at that for everything else."""
    slack = target.slack()
    while not target.over():
        try:
            slack.post(channel, message, [key])
            return
        except SlackFailure as failure:
            if failure.kind is not FailureKind.WAIT:
                return
            target.rest(failure)


def careful(target: Target, channel: str, message: SlackMessage, key: str) -> None:
    """As the contract has it: not found counts when all was read and the time to settle is over."""
    _look_then_resend(target, channel, message, key, settle=target.settle)


def _look_then_resend(
    target: Target, channel: str, message: SlackMessage, key: str, settle: float
) -> None:
    slack = target.slack()
    while not target.over():
        oldest = time.time() - 600
        try:
            slack.post(channel, message, [key])
            return
        except SlackFailure as failure:
            if failure.kind is not FailureKind.UNKNOWN:
                target.rest(failure)
                continue
        ended = time.monotonic()
        while not target.over():
            settled = time.monotonic() - ended >= settle
            try:
                match find(slack, channel, key, oldest):
                    case Found():
                        return
                    case NotFound(complete=True) if settled:
                        break
            except SlackFailure as failure:
                target.rest(failure)
            target.rest()


WRONG: dict[str, Client] = {
    "sdk_defaults": sdk_defaults,
    "retry_on_error": retry_on_error,
    "cut_means_delivered": cut_means_delivered,
    "look_without_settling": look_without_settling,
    "give_up": give_up,
}
