"""What goes to Slack: one digest, a pass of alerts, the ledger, and putting it right."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from service.cli.common import Json, opened, print_json, print_table
from service.errors import HorizonError, InvalidInput, Problem, SettingsError

if TYPE_CHECKING:
    from service.app import Horizon
    from service.core.alerts.deliveries import Delivery

Now = Annotated[
    str | None, typer.Option("--now", help="As of this time, such as 2026-05-13T08:30+08:00.")
]
LEFT, FAILED = 3, 1
AHEAD = timedelta(days=14)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(epilog="Example: horizon digest daily --dry-run")(digest)
    alerts = typer.Typer(
        help="Alerts to Slack: passes and the ledger.",
        no_args_is_help=True,
        epilog="Example: horizon alerts list --upcoming",
    )
    alerts.command(epilog="Example: horizon alerts run")(run)
    alerts.command("list", epilog="Example: horizon alerts list --upcoming")(list_)
    alerts.command(epilog="Example: horizon alerts retry --failed")(retry)
    alerts.command(epilog="Example: horizon alerts skip digest/daily/2026-05-13")(skip)
    alerts.command(epilog="Example: horizon alerts test '#ai-events'")(test)
    app.add_typer(alerts, name="alerts")


def digest(
    name: Annotated[str, typer.Argument(help="The digest's name in events.yaml.")],
    now: Now = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the message as JSON, send nothing.")
    ] = False,
) -> None:
    """Send today's digest under its key, unless it was sent or has nothing to say."""
    from service.core.alerts.deliveries import State
    from service.operations import alerts

    with opened() as horizon:
        moment = _moment(now, horizon)
        if dry_run:
            with horizon.store.reading() as reading:
                message = alerts.preview_digest(reading, name, moment, horizon.alert_settings())
            print(
                json.dumps(
                    {"blocks": list(message.blocks), "text": message.text}, ensure_ascii=False
                )
            )
            return
        if horizon.slack() is None:
            raise SettingsError(_NOT_CONNECTED)
        settings = horizon.alert_settings()
        held = alerts.owe_digest(horizon.store, name, moment, horizon.now(), settings)
        if held is None:
            typer.echo(f"{name}: nothing to say yet; at its time it is composed anew")
            return
        if held.state in (State.SENT, State.SKIPPED):
            typer.echo(f"{held.key}: {held.state}{f' ({held.error})' if held.error else ''}")
            return
        horizon.run_alerts(moment)
        with horizon.store.reading() as reading:
            after = reading.delivery(held.key)
    assert after is not None
    typer.echo(f"{after.key}: {after.state}{f' ({after.error})' if after.error else ''}")
    if after.state not in (State.SENT, State.SKIPPED, State.WITHDRAWN):
        raise typer.Exit(FAILED if after.state is State.FAILED else LEFT)


def run(now: Now = None) -> None:
    """One pass: plan, look, send. Exit 0 nothing left owing, 3 something left to retry or settle,
    1 something failed for good."""
    with opened() as horizon:
        report = horizon.run_alerts(_moment(now, horizon) if now else None)
    typer.echo(f"{report.sent} sent, {report.left} left, {report.failed} failed")
    if report.failed or report.left:
        raise typer.Exit(FAILED if report.failed else LEFT)


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
    from service.operations import alerts

    if state is not None and state not in list(State):
        known = ", ".join(State)
        raise InvalidInput([Problem("/state", f"{state!r} is not one of {known}")])
    with opened() as horizon, horizon.store.reading() as reading:
        now, settings = horizon.now(), horizon.settings
        rows: list[tuple[datetime, dict[str, object]]]
        if upcoming:
            dues = alerts.upcoming(reading, now, now + AHEAD)
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
    from service.operations import alerts

    if (key is None) == (not failed):
        raise InvalidInput([Problem("", "give a key, or --failed for all that failed")])
    with opened() as horizon:
        keys = alerts.retry(horizon.store, None if failed else [key or ""], horizon.now())
    typer.echo(f"{len(keys)} to be tried again" if keys else "nothing has failed")


def skip(key: Annotated[str, typer.Argument(help="A delivery's key.")]) -> None:
    """Drop a delivery for good."""
    from service.operations import alerts

    with opened() as horizon:
        alerts.skip(horizon.store, key, horizon.now())
    typer.echo(f"{key}: skipped")


def test(channel: Annotated[str, typer.Argument(help="Such as '#ai-events'.")]) -> None:
    """Send a trial message, and look for it in the channel's history."""
    from service.core.alerts import messages
    from service.slack import SlackFailure

    with opened() as horizon:
        slack = horizon.slack()
        if slack is None:
            raise SettingsError(_NOT_CONNECTED)
        key = f"test/{horizon.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        message = messages.test_message(horizon.settings.language, horizon.settings.base_url)
        try:
            posted = slack.post(channel, message, [key])
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
