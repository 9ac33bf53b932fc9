"""What goes out: one digest, a pass of alerts, the ledger and putting it right, and the channels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from service.cli.common import Json, opened, print_json, print_table
from service.errors import HorizonError, InvalidInput, Problem, SettingsError

if TYPE_CHECKING:
    from service.app import Horizon
    from service.core.alerts.deliveries import Delivery
    from service.core.alerts.message import Message

Now = Annotated[
    str | None, typer.Option("--now", help="As of this time, such as 2026-05-13T08:30+08:00.")
]
UNFINISHED, FAILED = 3, 1
AHEAD = timedelta(days=14)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon digest daily --dry-run")(digest)
    alerts = typer.Typer(
        help="Alerts to Slack and other channels: passes and the ledger.",
        no_args_is_help=True,
        epilog="Example: horizon alerts list --upcoming",
    )
    alerts.command(epilog="Example: horizon alerts run")(run)
    alerts.command("list", epilog="Example: horizon alerts list --upcoming")(list_)
    alerts.command(epilog="Example: horizon alerts retry --failed")(retry)
    alerts.command(epilog="Example: horizon alerts skip digest/daily/2026-05-13")(skip)
    alerts.command(epilog="Example: horizon alerts test '#ai-events'")(test)
    app.add_typer(alerts, name="alerts")
    channels = typer.Typer(
        help="Where alerts go, and what is promised of each channel.",
        no_args_is_help=True,
        epilog="Example: horizon channels list",
    )
    channels.command("list", epilog="Example: horizon channels list")(list_channels)
    channels.command(epilog="Example: horizon channels test mail")(test)
    app.add_typer(channels, name="channels")


def digest(
    name: Annotated[str, typer.Argument(help="The digest's name in events.yaml.")],
    now: Now = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the message as JSON, send nothing.")
    ] = False,
) -> None:
    """Send today's digest under its key, unless it was sent or has nothing to say."""
    from service.core.alerts.deliveries import State
    from service.operations.alerts import on_request, stored_rules

    with opened() as horizon:
        moment = _moment(now, horizon)
        if dry_run:
            with horizon.store.reading() as reading:
                message = on_request.preview_digest(reading, name, moment, horizon.alert_settings())
                channel = stored_rules.digest_rule(reading, name).channels[0]
            print(json.dumps(_rendered(horizon, channel, message), ensure_ascii=False))
            return
        channels, settings = horizon.channels(), horizon.alert_settings()
        with horizon.store.reading() as reading:
            named = stored_rules.digest_rule(reading, name).channels
        wanted = [channel for channel in named if channels.of(channel) is not None]
        if not wanted:
            raise SettingsError(_NOT_CONNECTED)
        held = [
            on_request.owe_digest(horizon.store, name, moment, horizon.now(), settings, channel)
            for channel in wanted
        ]
        rows = [row for row in held if row is not None]
        if not rows:
            typer.echo(f"{name}: nothing to say yet; at its time it is composed anew")
            return
        if not all(row.state in (State.SENT, State.SKIPPED) for row in rows):
            horizon.run_alerts(moment)
        with horizon.store.reading() as reading:
            after = list(reading.existing_deliveries(row.key for row in rows).values())
    _tell(after)


def _tell(rows: Sequence[Delivery]) -> None:
    """What became of a digest in each of its channels; the worst is the exit code."""
    from service.core.alerts.deliveries import State

    for row in rows:
        typer.echo(f"{row.key}: {row.state}{f' ({row.error})' if row.error else ''}")
    states = {row.state for row in rows} - {State.SENT, State.SKIPPED, State.WITHDRAWN}
    if states:
        raise typer.Exit(FAILED if State.FAILED in states else UNFINISHED)


def _rendered(horizon: Horizon, name: str, message: Message) -> object:
    """The message as its channel would send it; as Slack's where that channel cannot be made."""
    from service.channels.channel import Channel
    from service.core.alerts import blockkit
    from service.core.alerts.deliveries import Refused

    channel: Channel | Refused | None = horizon.channels().of(name)
    if channel is None or isinstance(channel, Refused):
        return blockkit.write(blockkit.render(message)[0])
    return channel.render(message).rendered


def run(now: Now = None) -> None:
    """One pass: plan, look, send. Exit 0 nothing left owing, 3 something left to retry or settle,
    1 something failed for good."""
    with opened() as horizon:
        report = horizon.run_alerts(_moment(now, horizon) if now else None)
    typer.echo(f"{report.sent} sent, {report.left} left, {report.failed} failed")
    if report.failed or report.left:
        raise typer.Exit(FAILED if report.failed else UNFINISHED)


def list_(
    state: Annotated[str | None, typer.Option(help="owed, sent, failed, …")] = None,
    upcoming: Annotated[bool, typer.Option("--upcoming", help="What comes in 14 days.")] = False,
    as_json: Json = False,
) -> None:
    """The ledger of alerts, or what comes next; times in HORIZON_TIMEZONE, with --json in UTC."""
    from service.core.alerts.deliveries import State
    from service.core.alerts.ledger import time_words
    from service.core.events import wording
    from service.core.events.representation import instant
    from service.operations.alerts import plan

    if state is not None and state not in list(State):
        known = ", ".join(State)
        raise InvalidInput([Problem("/state", f"{state!r} is not one of {known}")])
    with opened() as horizon, horizon.store.reading() as reading:
        now, settings = horizon.now(), horizon.settings
        rows: list[tuple[datetime, dict[str, object]]]
        if upcoming:
            dues = plan.upcoming(reading, now, now + AHEAD)
            rows = [
                (
                    due.due_at,
                    {"key": due.key, "channel": channel, "due_at": instant(due.due_at)},
                )
                for due, channel in dues
            ]
        else:
            held = reading.deliveries([State(state)] if state else None)
            rows = [(delivery.due_at, delivery_row(delivery)) for delivery in held]
    if as_json:
        print_json([row for _, row in rows])
    elif rows:
        zone, lang = ZoneInfo(settings.timezone), settings.language
        today = now.astimezone(zone).date()
        columns = ["key", "channel"] + ([] if upcoming else ["state", "error"])
        print_table(
            [f"due ({wording.zone_name(settings.timezone, now, lang)})", *columns],
            [[time_words(at, zone, today, lang), *map(row.get, columns)] for at, row in rows],
        )
    else:
        typer.echo("nothing comes in the next 14 days" if upcoming else "nothing in the ledger yet")


def retry(
    key: Annotated[str | None, typer.Argument(help="A delivery's key.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
) -> None:
    """Have what failed tried again in the next pass."""
    from service.operations.alerts import on_request

    if (key is None) == (not failed):
        raise InvalidInput([Problem("", "give a key, or --failed for all that failed")])
    with opened() as horizon:
        keys = on_request.retry(horizon.store, None if failed else [key or ""], horizon.now())
    typer.echo(f"{len(keys)} to be tried again" if keys else "nothing has failed")


def skip(key: Annotated[str, typer.Argument(help="A delivery's key.")]) -> None:
    """Drop a delivery for good."""
    from service.operations.alerts import on_request

    with opened() as horizon:
        on_request.skip(horizon.store, key, horizon.now())
    typer.echo(f"{key}: skipped")


def list_channels(as_json: Json = False) -> None:
    """Every channel that the file describes or a rule names, and what is promised of messages to it."""
    from service.channels import kinds
    from service.core.alerts.rules import is_slack
    from service.operations.alerts import channel_health

    with opened() as horizon:
        settings, channels = horizon.settings, horizon.channels()
        bot, webhook = bool(settings.slack_bot_token), bool(settings.slack_webhook_url)
        with horizon.store.reading() as reading:
            told = channel_health.promises(reading, channels, bot=bot, webhook=webhook)
            named = {channel.name: channel.spec for channel in reading.named_channels()}
    rows = [
        {
            "name": name,
            "kind": "slack"
            if is_slack(name)
            else (kinds.word(named[name]) if name in named else "none"),
            "promise": words,
        }
        for name, words in told.items()
    ]
    if as_json:
        print_json(rows)
    elif rows:
        columns = ["name", "kind", "promise"]
        print_table(columns, [[str(row[column]) for column in columns] for row in rows])
    else:
        typer.echo("no channel yet; docs/ALERTS.md says how to describe one in the events file")


def test(
    channel: Annotated[str, typer.Argument(help="Such as mail, or '#ai-events' in Slack.")],
) -> None:
    """Send a trial message; in Slack, see that it could be found in the channel's history."""
    from service.channels.channel import Outcome
    from service.core.alerts import messages
    from service.core.alerts.deliveries import HandedOver, Refused, Sent, Unknown
    from service.core.alerts.rules import is_slack
    from service.operations.alerts import channel_health

    with opened() as horizon:
        message = messages.test_message(horizon.settings.language, horizon.settings.base_url)
        key = f"test/{horizon.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        if is_slack(channel):
            _test_slack(horizon, channel, message, key)
            return
        found = horizon.channels().of(channel)
        assert found is not None
        outcome: Outcome
        if isinstance(found, Refused):
            outcome = found
        elif (unready := found.ready()) is not None:
            outcome = unready
        else:
            outcome = found.send(found.render(message).rendered, [key], horizon.now())
        if isinstance(outcome, Unknown):
            raise _Unsent(f"{channel}: no clear answer ({outcome.error}); it may have arrived")
        if not isinstance(outcome, Sent | HandedOver):
            raise _Unsent(f"{channel}: {outcome.error}; `horizon doctor` says what to do")
        channel_health.reopen(horizon.store, channel, horizon.now())
    note = f"; {outcome.note}" if isinstance(outcome, HandedOver) and outcome.note else ""
    typer.echo(f"sent to {channel}{note}")


def _test_slack(horizon: Horizon, channel: str, message: Message, key: str) -> None:
    from service.channels.slack import SlackFailure
    from service.core.alerts import blockkit

    slack = horizon.slack()
    if slack is None:
        raise SettingsError(_NOT_CONNECTED)
    try:
        posted = slack.post(channel, blockkit.render(message)[0], [key])
    except SlackFailure as failure:
        raise _Unsent(f"{channel}: {failure}") from failure
    typer.echo(f"sent to {channel}")
    if slack.can_look and not posted.metadata_ok:
        raise _Unsent("Slack dropped the message's metadata: it could not be found again")


class _Unsent(HorizonError):
    pass


_NOT_CONNECTED = (
    "Slack is not connected: set HORIZON_SLACK_BOT_TOKEN (see docs/ALERTS.md), "
    "or HORIZON_SLACK_WEBHOOK_URL"
)


def delivery_row(delivery: Delivery) -> dict[str, object]:
    """A row of the ledger as programs read it."""
    from service.core.alerts.ledger import delivery as represented

    return represented(delivery)


def _moment(text: str | None, horizon: Horizon) -> datetime:
    if text is None:
        return horizon.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            [Problem("/now", f"{text!r} is no time such as 2026-05-13T08:30+08:00")]
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(horizon.settings.timezone))
    return moment.astimezone(UTC)
