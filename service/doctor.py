"""What is wrong with a service, or will be, and what to do about each.

A check gives its findings and changes nothing. No finding shows a secret: not the database's URL,
not a key, not the address of a private feed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo, available_timezones

from service.channels import Channels, kinds
from service.channels.slack import SCOPES, FailureKind, Slack, SlackFailure, WebhookPoster
from service.core.alerts.deliveries import Refused, State
from service.core.alerts.rules import Days, is_slack
from service.core.alerts.schedule import uncovered
from service.core.calendars import feed
from service.core.calendars.feed import Heading, Options
from service.core.dates import workdays
from service.core.events.fields import known_timezone
from service.core.events.filters import Filter
from service.errors import HorizonError, InvalidFile, ModelFailed, NotFound, StoreUnavailable
from service.operations import catalogue
from service.operations.alerts.stored_rules import AlertRules, read_rules
from service.operations.feeds import LONGEST_ADDRESS, measure
from service.store.condition import LITTLE_ROOM, NO_ROOM, Condition, examined

if TYPE_CHECKING:
    from service.operations.file_sync import SyncReport
    from service.operations.notices import Notices
    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Store

FORGOTTEN_AFTER = timedelta(days=90)
# The next year's holidays are announced in early November: from the middle of it on, a table without
# them is behind, and reminders for the days after New Year's are being planned.
HOLIDAYS_NEEDED = timedelta(days=47)
# A clock may run a little behind another instance's.
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: well (True), worth knowing (None) or wrong (False); and what to do,
    empty where it is well."""

    ok: bool | None
    what: str
    do: str = ""


class Examined(Protocol):
    """What is looked at: service.app's Horizon, which lies above this module."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def now(self) -> Callable[[], datetime]: ...

    def sync(self, *, check: bool) -> SyncReport: ...
    @property
    def second_reader(self) -> SecondReader | None: ...
    def slack(self) -> Slack | WebhookPoster | None: ...
    def channels(self) -> Channels: ...


class Check(Protocol):
    """One thing to look at; its name says which."""

    __name__: str

    def __call__(self, horizon: Examined, /) -> Iterator[Finding]: ...


def examine(horizon: Examined) -> list[Finding]:
    """Everything that can be looked at, in a fixed order. Raises nothing for what is wrong.

    The horizon's database need not be there, nor have its tables.
    """
    findings = [finding for check in _BEFORE for finding in check(horizon)]
    try:
        condition = examined(horizon.store, horizon.now())
    except StoreUnavailable as fault:
        return [*findings, _fault(fault)]
    findings += _database(condition)
    if not condition.current or not known_timezone(horizon.settings.timezone):
        return findings  # the rest asks tables that are not there yet, and counts days
    for check in _WITH_DATABASE:
        try:
            findings += check(horizon)
        except StoreUnavailable as fault:
            return [*findings, _fault(fault)]
        except Exception as fault:  # rows that cannot be read must not hide the other findings
            # Its name alone: its text may hold anything that is stored.
            topic = check.__name__.strip("_").replace("_", " ")
            what = f"looking at {topic} failed with {type(fault).__name__}"
            findings.append(Finding(False, what, "restore a backup, or report this as a fault"))
    return findings


def _settings(horizon: Examined) -> Iterator[Finding]:
    unknown = horizon.settings.unknown
    for text in unknown:
        name, _, near = text.partition("; did you mean ")
        do = (
            f"write HORIZON_{near.rstrip('?')}"
            if near
            else "remove it, or see the list in docs/SETTINGS.md"
        )
        yield Finding(None, f"there is no setting {name}, and it does nothing", do)
    if not unknown:
        yield Finding(True, "every HORIZON_ variable is a setting")


def _catalogue(horizon: Examined) -> Iterator[Finding]:
    path = horizon.settings.events_file.parent / catalogue.NAME
    if not path.exists():
        return
    try:
        known = catalogue.load(horizon.settings.events_file)
    except InvalidFile as fault:
        first, *others = fault.file_problems
        more = f", and {_counted(len(others), 'more fault')}" if others else ""
        yield Finding(
            False,
            f"{first}{more}",
            f"repair {path.name}, or remove it; until then the service uses the one that ships",
        )
        return
    organizations = _counted(len(known.organizations), "organisation")
    yield Finding(True, f"{path.name} names {organizations}")


def _time_zones(horizon: Examined) -> Iterator[Finding]:
    zone = horizon.settings.timezone
    try:
        data = version("tzdata")
    except PackageNotFoundError:
        data = ""
    if not data or not available_timezones():
        yield Finding(False, "there are no time zone data", "run `pip install tzdata`")
    elif not known_timezone(zone):
        yield Finding(
            False,
            f"the time zone {zone} is not in the data of tzdata {data}",
            "set HORIZON_TIMEZONE to one such as Asia/Shanghai",
        )
    # A package of the year before last lacks what governments have decided since.
    elif data.split(".")[0].isdecimal() and int(data.split(".")[0]) < horizon.now().year - 1:
        yield Finding(
            None,
            f"the time zone data are old: tzdata {data}",
            "update Horizon, or run `pip install --upgrade tzdata`",
        )
    else:
        yield Finding(True, f"time zone {zone}, by tzdata {data}")


def _base_url(horizon: Examined) -> Iterator[Finding]:
    settings = horizon.settings
    url = settings.base_url
    if settings.loopback:
        said = f"is {url}" if settings.base_url_given else "is not set: feeds have an address"
        yield Finding(
            None,
            f"HORIZON_BASE_URL {said}, which only this machine can open: Google Calendar and "
            "Outlook fetch a feed from their own servers and will find nothing",
            "set it to the address under which others reach this service, such as "
            "https://calendar.example.org",
        )
    elif settings.inside:
        yield Finding(
            None,
            f"HORIZON_BASE_URL is {url}, an address of your own network: Google Calendar and "
            "Outlook cannot fetch a feed from there",
            "set it to a public address, if those shall subscribe",
        )
    if url.startswith("https:"):
        yield Finding(True, f"feeds are published under {url}")
        if not settings.trusted_proxies:
            yield Finding(
                None,
                "something before this service speaks https, and it is not told which: all who come "
                "through it count as one address, whose wrong keys are limited together",
                "name it by its IP address in HORIZON_TRUSTED_PROXIES",
            )
    elif not settings.loopback:
        yield Finding(
            None,
            f"HORIZON_BASE_URL is {url}: over http, keys and the secret addresses of private feeds "
            "can be read on the way",
            "put a proxy with a certificate in front, and write https",
        )


def _database(condition: Condition) -> Iterator[Finding]:
    product = condition.product
    if condition.damage:
        yield Finding(
            False,
            f"the database file is damaged: {'; '.join(condition.damage)}",
            "stop the service, keep a copy of the file, and restore the newest backup",
        )
    if condition.revision is None:
        yield Finding(
            None, f"the {product} database has no tables yet", "run `horizon serve` or `sync`"
        )
    elif not condition.current:
        yield Finding(
            None,
            f"the {product} database is of an older Horizon (revision {condition.revision})",
            "make a copy of it; the next `horizon serve` brings it up to date",
        )
    elif condition.refusal is not None:
        yield _fault(condition.refusal)
    elif not condition.damage:
        yield Finding(True, f"{product} can be read and written (revision {condition.revision})")
    if condition.free_bytes is not None:
        yield _room(condition.free_bytes)


def _room(free_bytes: int) -> Finding:
    what = f"{free_bytes // 1_000_000:,} MB are left on the database's disk"
    if free_bytes < NO_ROOM:
        return Finding(False, what, "make room now: without it nothing can be stored")
    if free_bytes < LITTLE_ROOM:
        return Finding(None, what, "make room; a backup needs as much as the database has")
    return Finding(True, what)


def _clock(horizon: Examined) -> Iterator[Finding]:
    now = horizon.now()
    with horizon.store.reading() as reading:
        newest = reading.newest_changes(1)
    if newest and newest[0].at - now > CLOCKS_DIFFER:
        yield Finding(
            False,
            f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the newest change was made "
            f"{newest[0].at:%Y-%m-%d %H:%M} UTC",
            "set the clock by a time server; digests and reminders go by it",
        )
    else:
        yield Finding(True, f"the clock says {now:%Y-%m-%d %H:%M} UTC")


def _events_file(horizon: Examined) -> Iterator[Finding]:
    name = horizon.settings.events_file.name
    try:
        report = horizon.sync(check=True)
    except StoreUnavailable:
        raise
    except NotFound:
        yield Finding(
            None,
            f"there is no file {horizon.settings.events_file}",
            "`horizon init` writes one; or name yours in HORIZON_EVENTS_FILE",
        )
        return
    except InvalidFile as fault:
        first, *others = fault.file_problems
        more = f", and {_counted(len(others), 'more fault')}" if others else ""
        yield Finding(
            False,
            f"{first}{more}",
            f"repair {name}; `horizon sync --check` lists every fault, and until then the last "
            "good state is served",
        )
        return
    except HorizonError as fault:
        yield _fault(fault, f"{name}: ")
        return
    if not report.unchanged:
        yield Finding(None, f"{name} has changes that are not applied", "run `horizon sync`")
    if report.differences:
        values = _counted(len(report.differences), "value")
        yield Finding(
            None,
            f"what is stored differs from {name} in {values}, set since by other means",
            "`horizon sync --check` lists them; `horizon export --format yaml` writes a file that "
            "has them",
        )
    if report.read_otherwise:
        dates = _counted(len(report.read_otherwise), "date")
        yield Finding(
            None,
            f"{dates} in words in {name} would now be read otherwise, and stay as they were",
            "`horizon sync --check` lists them; write the date that is meant, such as 2027-05-13",
        )
    if report.warnings:
        yield Finding(
            None, f"{report.warnings[0]}", "write it into the file; `horizon sync` warns of each"
        )
    told = report.differences or report.warnings or report.read_otherwise
    if report.unchanged and not told:
        yield Finding(True, f"{name} is applied: {_counted(report.events, 'event')}")


def _feeds(horizon: Examined) -> Iterator[Finding]:
    settings = horizon.settings
    feeds = measure(
        horizon.store,
        horizon.now(),
        base_url=settings.base_url,
        timezone=settings.timezone,
        lang=settings.language,
        excerpts=settings.public_excerpts,
    )
    if not feeds:
        yield Finding(
            None,
            "no feed is published",
            f"write one into {settings.events_file.name}, such as "
            "feeds: [{name: all, title: Events}]",
        )
    well = True
    for measured in feeds:
        if measured.made_fit:
            well = False
            yield Finding(
                None,
                f"the feed {measured.name} has {measured.bytes:,} bytes: Google cuts a feed over "
                f"1 MB without a word, so in Horizon's {measured.made_fit}",
                "narrow its filter, or subscribe with ?past=P3M; ?size=all gives everything",
            )
        length = len(measured.address)
        if length > LONGEST_ADDRESS:
            well = False
            yield Finding(
                None,
                f"the address of the feed {measured.name} has {length} characters, and Google takes "
                f"no more than {LONGEST_ADDRESS}",
                "shorten HORIZON_BASE_URL or the feed's name",
            )
    if feeds and well:
        yield Finding(True, f"{_counted(len(feeds), 'feed')} can be subscribed to everywhere")


def _rendering(horizon: Examined) -> Iterator[Finding]:
    settings, now = horizon.settings, horizon.now()
    with horizon.store.reading() as reading:
        events = reading.select(Filter())
    heading = Heading("", settings.base_url, settings.base_url, settings.timezone)
    options = Options(settings.language, past=feed.LONGEST_PAST, size=None)
    day = now.astimezone(ZoneInfo(settings.timezone)).date()
    left_out = feed.render(events, heading, options, day).left_out
    for left in left_out[:5]:
        yield Finding(
            False,
            f"the event {left.id} cannot be shown in a feed: {left.reason}",
            f"`horizon show {left.id}` shows it; set it right, and report this as a fault of "
            "Horizon",
        )
    if not left_out:
        yield Finding(True, f"{_counted(len(events), 'event')} can be shown in feeds")


def _keys(horizon: Examined) -> Iterator[Finding]:
    now = horizon.now()
    with horizon.store.reading() as reading:
        keys = [key for key in reading.api_keys() if key.revoked_at is None]
    if not keys and horizon.settings.admin_key is None:
        yield Finding(
            None,
            "there is no API key, so nobody can write over HTTP",
            "make one if programs shall: `horizon keys create NAME --scope write`",
        )
        return
    forgotten = [
        key for key in keys if now - (key.last_used_at or key.created_at) > FORGOTTEN_AFTER
    ]
    for key in forgotten:
        used = (
            f"was last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "was never used"
        )
        yield Finding(
            None,
            f"the API key {key.name} ({key.scope}) {used}",
            f"if nobody needs it: `horizon keys revoke {key.name}`",
        )
    if not forgotten:
        yield Finding(True, f"{_counted(len(keys), 'API key')}, each in use or new")


def _holidays(horizon: Examined) -> Iterator[Finding]:
    first, last = workdays.known_years()
    with horizon.store.reading() as reading:
        rules = read_rules(reading)
    days = [known.rule.days for known in rules.digests]
    days += [known.rule.days for known in rules.reminders]
    used = Days.WORKDAYS in days
    if used and (horizon.now() + HOLIDAYS_NEEDED).year > last:
        yield Finding(
            None,
            f"China's holidays and make-up days are known up to {last}; after that, `days: workdays` "
            "takes Monday to Friday for working days",
            "update Horizon, or run `pip install --upgrade chinesecalendar`; a year's days are "
            "announced in the November before",
        )
    else:
        unused = "" if used else "; no rule asks for `days: workdays`"
        years = f"from {first} to {last}"
        yield Finding(True, f"China's holidays and make-up days are known {years}{unused}")


def _uncovered(horizon: Examined) -> Iterator[Finding]:
    settings, now = horizon.settings, horizon.now()
    day = now.astimezone(ZoneInfo(settings.timezone)).date()
    with horizon.store.reading() as reading:
        rules = read_rules(reading)
        ahead = [event for event in reading.select(Filter(from_=day)) if not event.cancelled]
    if not rules.reminders:
        yield Finding(True, "no reminders are set; events.yaml can have some under alerts")
        return
    missed = [event.id for event in uncovered(ahead, rules.reminders)]
    if missed:
        few = ", ".join(missed[:5]) + (", …" if len(missed) > 5 else "")
        yield Finding(
            None,
            f"of {_counted(len(missed), 'event')} ahead nobody is reminded: {few}",
            f"if somebody shall be, widen a reminder's filter in {settings.events_file.name}",
        )
    else:
        yield Finding(True, f"every event ahead has a reminder ({len(ahead):,})")


def _slack(horizon: Examined) -> Iterator[Finding]:
    with horizon.store.reading() as reading:
        rules = read_rules(reading)
    channels = list(filter(is_slack, rules.channels))
    slack = horizon.slack()
    if slack is None:
        yield _not_connected(rules)
        if _takes_commands(horizon.settings):
            yield from _commands(horizon.settings)
        return
    if isinstance(slack, WebhookPoster):
        yield from _web_hook(channels)
        return
    scopes = yield from _token(horizon, slack)
    if scopes is not None:
        for channel in channels:
            yield _channel(slack, channel, scopes)
    yield from _commands(horizon.settings)


def _model(horizon: Examined) -> Iterator[Finding]:
    """The language model, where one is set: whether it answers, and what is sent to it."""
    settings = horizon.settings
    if settings.llm_url is None:
        if settings.llm_model or settings.llm_key:
            do = "set HORIZON_LLM_URL, or take the others away"
            yield Finding(None, "a language model is named, but no address of one", do)
        return
    reader = horizon.second_reader
    assert reader is not None  # there is an address
    if settings.llm_key and settings.llm_url.startswith("http://") and not _near(reader.host):
        yield Finding(
            None,
            f"the language model's key and documents go to {reader.host} unencrypted",
            "use https:// in HORIZON_LLM_URL",
        )
    sent = {"ask": "what an import asks for", "all": "every document", "public": "what is fetched"}
    what = f"language model {reader.name} at {reader.host}; it is sent {sent[reader.documents]}"
    try:
        reader.model.ask(_TRIAL, "TEXT", {"type": "object"}, _PATIENCE)
    except ModelFailed as failure:
        yield Finding(False, f"language model: {failure}", "check HORIZON_LLM_URL, _MODEL and _KEY")
    else:
        yield Finding(True, what)


_TRIAL = 'This is a trial. Answer with the JSON object {"events": []} and nothing else.'
_PATIENCE = 30.0  # seconds


def _near(host: str) -> bool:
    """Whether it is this machine or one of a network of one's own."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan"))


def _not_connected(rules: AlertRules) -> Finding:
    waiting = sum(any(map(is_slack, rule.channels)) for _, rule in rules.all)
    if not waiting:
        return Finding(True, "Slack is not connected, and no alert asks for it (docs/ALERTS.md)")
    return Finding(
        None,
        f"{_counted(waiting, 'alert rule')} wait for Slack, which is not connected",
        "make an app of slack-manifest.yaml at https://api.slack.com/apps, install it, and set "
        "HORIZON_SLACK_BOT_TOKEN (docs/ALERTS.md)",
    )


def _channels(horizon: Examined) -> Iterator[Finding]:
    """Each channel beside Slack: what is promised of it, or what stands against it."""
    with horizon.store.reading() as reading:
        described = reading.named_channels()
        named = read_rules(reading).channels
    if not described:
        return
    channels = horizon.channels()
    for channel in described:
        made, name = channels.of(channel.name), channel.name
        if isinstance(made, Refused):
            do = kinds.remedy(channel.spec, made.error) or (
                "set it where the service runs, or put the events file right (docs/ALERTS.md)"
            )
            yield Finding(False, f"{name}: nothing arrives, since {made.error}", do)
            continue
        unused = "" if name in named else "; no rule names it"
        spread = ""
        if made is not None and made.limits.spread:
            seconds = made.limits.spread.total_seconds()
            spread = f"; what is due at :00 or :30 leaves up to {seconds:.0f} seconds later"
        yield Finding(True, f"{name}: {kinds.promised(channel.spec)}{spread}{unused}")


def _web_hook(channels: list[str]) -> Iterator[Finding]:
    yield Finding(
        None,
        "Slack is connected by a web hook alone, whose messages cannot be looked up: digests come at "
        "most once, reminders and changes at least once (a repeat is marked)",
        "for once each, set HORIZON_SLACK_BOT_TOKEN (docs/ALERTS.md)",
    )
    if len(channels) > 1:
        yield Finding(
            None,
            f"the rules name {len(channels)} channels ({', '.join(channels)}), but a web hook posts to "
            "its own alone",
            "name one channel, or set HORIZON_SLACK_BOT_TOKEN",
        )


def _token(horizon: Examined, slack: Slack) -> Generator[Finding, None, frozenset[str] | None]:
    """Whether Slack knows the token, and which scopes it has; None where nothing can be asked."""
    settings = horizon.settings
    if not (settings.slack_bot_token or "").startswith("xoxb-"):
        yield Finding(
            None,
            "HORIZON_SLACK_BOT_TOKEN does not begin with xoxb-, as a bot's token does",
            "copy the Bot User OAuth Token from OAuth & Permissions at https://api.slack.com/apps",
        )
    try:
        identity = slack.check()
    except SlackFailure as failure:
        yield _refused(failure, "the bot token")
        return None
    needed = [*SCOPES, *(["commands"] if _takes_commands(settings) else [])]
    missing = [scope for scope in needed if scope not in identity.scopes]
    if missing:
        yield Finding(
            False,
            f"the bot token lacks {_counted(len(missing), 'scope')}: {', '.join(missing)}",
            "at https://api.slack.com/apps open your app, OAuth & Permissions, Bot Token Scopes, Add "
            "an OAuth Scope; then press Reinstall to Workspace at the top",
        )
    if "chat:write.public" in identity.scopes:
        yield Finding(
            None,
            "the bot token has chat:write.public, which lets it post where it cannot look",
            "take it out under OAuth & Permissions, Bot Token Scopes, and reinstall the app",
        )
    if not missing:
        yield Finding(True, f"Slack knows the bot as {identity.user} of {identity.team}")
    return identity.scopes


def _channel(slack: Slack, name: str, scopes: frozenset[str]) -> Finding:
    """A channel's grade: what is promised of the messages to it."""
    try:
        found = slack.membership(name)
    except SlackFailure as failure:
        if failure.error != "channel_not_found":
            return _refused(failure, name)
        return Finding(
            False,
            f"{name}: the bot sees no such channel",
            "a private one: write /invite and the bot's name in it; else set the name right in the "
            "events file",
        )
    match found.obstacle(scopes):
        case "" if found.member:
            return Finding(True, f"{name}: each message once, since the bot is in it and can look")
        case "":
            return Finding(True, f"{name}: each message once; the bot joins it with the first")
        case "is_archived":
            return Finding(
                False,
                f"{name} is archived",
                "open it in Slack, its settings, Unarchive; or name another channel in the events file",
            )
        case "missing_scope" if found.history_scope in scopes:
            return Finding(
                False, f"{name}: the bot may not write", "add the scope chat:write as above"
            )
        case "missing_scope":
            return Finding(
                False,
                f"{name}: its history cannot be read, so nothing can be looked up and what is "
                "uncertain waits for ever",
                f"add the scope {found.history_scope} as above",
            )
    return Finding(
        False,
        f"{name}: the bot is not in it",
        "write /invite and the bot's name in that channel",
    )


def _commands(settings: Settings) -> Iterator[Finding]:
    if settings.slack_app_token is not None:
        if not settings.slack_app_token.startswith("xapp-"):
            yield Finding(
                False,
                "HORIZON_SLACK_APP_TOKEN does not begin with xapp-, as an app-level token does",
                "at https://api.slack.com/apps open your app, Basic Information, App-Level Tokens, "
                "Generate, with the scope connections:write",
            )
        else:
            yield Finding(True, "/horizon and buttons come by Socket Mode")
    elif settings.slack_signing_secret is None:
        yield Finding(
            None,
            "/horizon and the buttons in messages are not heard",
            "set HORIZON_SLACK_SIGNING_SECRET (Basic Information, App Credentials), or "
            "HORIZON_SLACK_APP_TOKEN for Socket Mode, which needs no public address",
        )
    elif _unreachable(settings):
        yield Finding(
            None,
            f"Slack cannot reach {settings.base_url}/slack/events, so /horizon and buttons do nothing",
            "set HORIZON_BASE_URL to a public https address, or use Socket Mode: "
            "slack-manifest-socket.yaml and HORIZON_SLACK_APP_TOKEN",
        )
    else:
        yield Finding(True, f"/horizon and buttons come to {settings.base_url}/slack/events")


def _takes_commands(settings: Settings) -> bool:
    return bool(settings.slack_signing_secret or settings.slack_app_token)


def _unreachable(settings: Settings) -> bool:
    url = settings.base_url
    return settings.loopback or settings.inside or not url.startswith("https:")


_REMEDIES = {
    "invalid_auth": "copy the Bot User OAuth Token anew from OAuth & Permissions at "
    "https://api.slack.com/apps",
    "invalid_url": "set HORIZON_SLACK_API_URL right, or remove it",
    "missing_scope": "add the missing scopes under OAuth & Permissions and reinstall the app",
}
_REMEDIES |= dict.fromkeys(
    ("not_authed", "token_revoked", "token_expired", "account_inactive", "invalid_token"),
    _REMEDIES["invalid_auth"],
)


def _refused(failure: SlackFailure, what: str) -> Finding:
    if failure.kind is not FailureKind.PERMANENT:
        return Finding(
            None,
            f"{what}: Slack could not be asked ({failure.error})",
            "see https://slack-status.com and whether this machine reaches slack.com; alerts wait "
            "meanwhile",
        )
    do = _REMEDIES.get(failure.error, "look the word up at https://docs.slack.dev")
    return Finding(False, f"{what}: Slack refuses it ({failure.error})", do)


def _deliveries(horizon: Examined) -> Iterator[Finding]:
    with horizon.store.reading() as reading:
        failed = reading.deliveries([State.FAILED])
        described = {channel.name: channel.spec for channel in reading.named_channels()}
    if failed:
        reasons = ", ".join(dict.fromkeys(f"{d.channel}: {d.error}" for d in failed[:5]))
        known = (kinds.remedy(described.get(d.channel, {}), d.error) for d in failed)
        first = next((f"{remedy}; " for remedy in known if remedy), "")
        yield Finding(
            False,
            f"{_counted(len(failed), 'alert')} could not be sent ({reasons})",
            f"{first}put right what is named, then `horizon alerts retry --failed`; `horizon alerts list "
            "--state failed` shows each",
        )
    else:
        yield Finding(True, "no alert has failed")


def _notices(horizon: Examined) -> Iterator[Finding]:
    for text in horizon.notices.texts():
        yield Finding(None, text, "see the log of `horizon serve`")


_BEFORE: tuple[Check, ...] = (_settings, _time_zones, _base_url, _catalogue)
_WITH_DATABASE: tuple[Check, ...] = (
    _clock,
    _events_file,
    _feeds,
    _rendering,
    _holidays,
    _uncovered,
    _slack,
    _model,
    _channels,
    _deliveries,
    _keys,
    _notices,
)


def _fault(fault: HorizonError, where: str = "") -> Finding:
    """A finding of an error, whose text ends with what to do."""
    what, _, do = str(fault).rpartition("; ")
    if not what or "horizon doctor" in do:
        what, do = str(fault).removesuffix(f"; {do}"), "look into the database's own log"
    return Finding(False, where + what, do)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
