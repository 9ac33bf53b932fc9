"""How far each channel can be trusted: what stands against it, whether its receiver has ended it, and
what whoever runs the service should know."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.channels import kinds
from service.channels.channel import promise
from service.core.alerts import deliveries
from service.core.alerts import rules as rules_
from service.core.alerts.deliveries import LOOKUP, NONE, Refused, State
from service.errors import HorizonError
from service.operations.alerts.alert_run import AlertRun
from service.operations.alerts.stored_rules import read_rules

if TYPE_CHECKING:
    from service.channels import Channels
    from service.store import Reading, Store

log = logging.getLogger(__name__)

ENDED, ENDED_WORD = "channel_ended", "http_410"
OBSTACLES = "channel_obstacles"
NOTHING = "nothing arrives"
NOT_CONNECTED = "not connected"
ASK_CHANNELS_AFTER = timedelta(minutes=10)
LATE_TO_TELL = timedelta(minutes=15)


def ask_channels(run: AlertRun) -> None:
    """Note what stands against each channel that a rule names, so that /readyz can tell without
    asking: of Slack's now and then, and when a rule names another one."""
    clock_now = run.clock()
    with run.store.reading() as reading:
        channels = sorted(read_rules(reading).channels)
        asked_at, known = _obstacles(reading)
    of_slack = [name for name in channels if rules_.is_slack(name)]
    found: dict[str, str | None] = {name: known.get(name) for name in of_slack}
    for name in channels:
        if name not in found:
            channel = run.channels.of(name)
            found[name] = channel.error if isinstance(channel, Refused) else ""
    slack = run.channels.slack
    if of_slack and slack is not None and slack.can_look:
        new = any(channel not in known for channel in of_slack)
        fresh = asked_at is not None and timedelta(0) <= clock_now - asked_at < ASK_CHANNELS_AFTER
        if new or not fresh:
            asked_at = clock_now
            try:
                found.update(slack.obstacles(of_slack))
            except HorizonError as failure:
                log.info("Slack could not be asked about channels (%s)", failure)
    if asked_at is clock_now or found != known:
        held = {"at": (asked_at or clock_now).isoformat(), "channels": found}
        with run.store.writing(clock_now) as writing:
            writing.put_mark(OBSTACLES, json.dumps(held))


def _obstacles(reading: Reading) -> tuple[datetime | None, dict[str, str | None]]:
    """When Slack was last asked, and what stands against each channel: None where it is not known,
    empty where nothing does."""
    text = reading.mark(OBSTACLES)
    if text is None:
        return None, {}
    held = json.loads(text)
    return datetime.fromisoformat(held["at"]), held["channels"]


def grades(reading: Reading, *, bot: bool, webhook: bool) -> dict[str, str]:
    """What is promised of the messages to each channel that a rule names."""
    described = {channel.name: channel.spec for channel in reading.named_channels()}
    _, known = _obstacles(reading)
    found = {}
    for channel in sorted(read_rules(reading).channels):
        if rules_.is_slack(channel) and not bot:
            found[channel] = promise(NONE) if webhook else NOT_CONNECTED
            continue
        spec = described.get(channel)
        well = promise(LOOKUP) if spec is None else kinds.promised(spec)
        word = known.get(channel)
        told = f"{NOTHING} ({word})" if word else well
        found[channel] = "not known yet" if word is None else told
    return found


def promises(reading: Reading, channels: Channels, *, bot: bool, webhook: bool) -> dict[str, str]:
    """The same of every channel that is described or that a rule names, by how they can be used now."""
    found = grades(reading, bot=bot, webhook=webhook)
    for described in reading.named_channels():
        made = channels.of(described.name)
        well = kinds.promised(described.spec)
        against = f"{NOTHING} ({made.error})" if isinstance(made, Refused) else well
        found[described.name] = against
    return found


def warnings(reading: Reading, clock_now: datetime, *, bot: bool, webhook: bool) -> list[str]:
    """What whoever runs it should know of the alerts: how far they can be trusted, what is late and
    what failed. `bot`, `webhook`: how Slack is connected."""
    channels = read_rules(reading).channels
    if not channels:
        return []
    found = []
    if any(map(rules_.is_slack, channels)):
        if not (bot or webhook):
            found.append("alerts are set in the file, but Slack is not connected")
        elif not bot:
            found.append(
                "alerts go through a web hook, which cannot be looked into: digests at most once, "
                "reminders and changes at least once"
            )
    found += [
        f"{channel}: {grade}; `horizon doctor` says what to do"
        for channel, grade in grades(reading, bot=bot, webhook=webhook).items()
        if grade.startswith(NOTHING)
    ]
    late = [
        d for d in reading.deliveries(deliveries.UNFINISHED) if clock_now - d.due_at > LATE_TO_TELL
    ]
    if late:
        found.append(f"{len(late)} alerts are late; `horizon alerts list --state owed` shows them")
    failed = reading.deliveries([State.FAILED])
    if failed:
        found.append(
            f"{len(failed)} alerts failed ({failed[0].channel}: {failed[0].error}); "
            "`horizon alerts list --state failed` shows them, `horizon alerts retry --failed` tries again"
        )
    return found


def end_channel(run: AlertRun, name: str, refusal: Refused) -> None:
    """A receiver that wants nothing more gets nothing more, until the file gives another address or
    a person tries it (`reopen`)."""
    with run.store.writing(run.clock()) as writing:
        spec = next((c.spec for c in writing.named_channels() if c.name == name), None)
        writing.put_mark(f"{ENDED}/{name}", json.dumps(spec, sort_keys=True))
    run.channels.named[name] = refusal


def without_ended_channels(store: Store, channels: Channels) -> Channels:
    with store.reading() as reading:
        ended = {
            channel.name
            for channel in reading.named_channels()
            if reading.mark(f"{ENDED}/{channel.name}") == json.dumps(channel.spec, sort_keys=True)
        }
    return channels.without(ended, Refused(ENDED_WORD, final=True))


def reopen(store: Store, name: str, clock_now: datetime) -> None:
    """A channel whose receiver wanted nothing more is used again."""
    with store.writing(clock_now) as writing:
        if writing.mark(f"{ENDED}/{name}"):
            writing.put_mark(f"{ENDED}/{name}", "")
