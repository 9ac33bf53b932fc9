"""Running the service in one process: the socket, the log, the start-up lines, the server."""

from __future__ import annotations

import logging
import signal
import socket as socket_
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TextIO, cast
from zoneinfo import ZoneInfo

from service.core.alerts.rules import key_parts
from service.core.events.filters import Filter
from service.errors import HorizonError, InvalidFile, SettingsError, StoreReadOnly
from service.operations import keys, sign_in

if TYPE_CHECKING:
    import asyncio

    import uvicorn

    from service.app import Horizon
    from service.channels.slack import SocketMode
    from service.scheduler import Metronome, Worker


log = logging.getLogger(__name__)

GRACE = 10


class PortTaken(HorizonError):
    pass


@contextmanager
def bound(host: str, port: int) -> Iterator[socket_.socket]:
    """A socket that listens on host and port. Raises PortTaken or SettingsError."""
    try:
        family, kind, protocol, _, address = socket_.getaddrinfo(
            host, port, type=socket_.SOCK_STREAM, flags=socket_.AI_PASSIVE
        )[0]
    except OSError as fault:
        raise SettingsError(f"--host {host}: is no address of this machine ({fault})") from fault
    with socket_.socket(family, kind, protocol) as socket:
        socket.setsockopt(socket_.SOL_SOCKET, socket_.SO_REUSEADDR, 1)
        try:
            socket.bind(address)
            socket.listen(1024)
        except OSError as fault:
            raise PortTaken(
                f"cannot listen on {host}:{port} ({fault.strerror}); is Horizon running there already? "
                "Another port: horizon serve --port 8001"
            ) from fault
        yield socket


def web_server(horizon: Horizon) -> uvicorn.Server:
    """The server of the web application, to be run on sockets."""
    import uvicorn

    from service.web.http import HttpProtocol

    proxies, app = horizon.settings.trusted_proxies, horizon.web()
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=cast("type[asyncio.Protocol]", partial(HttpProtocol, at_once=app.at_once)),
            ws="none",
            log_config=None,
            access_log=False,  # it would write private feeds' addresses
            server_header=False,
            # uvicorn by itself believes whoever connects from this machine.
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            date_header=False,  # uvicorn's lags by up to a second; the application writes its own
            timeout_graceful_shutdown=GRACE,
            lifespan="off",
        )
    )


def serve(horizon: Horizon, socket: socket_.socket, out: TextIO, alerts: bool = True) -> None:
    """Apply the events file, say where everything is, serve and send alerts until stopped.

    Where everything is stands on `out`, but in the log where that is JSON: whoever reads both in one
    stream can then read each line."""
    as_log = horizon.settings.log_format == "json"
    terminal = out.isatty() and not as_log
    for name in horizon.settings.unknown:
        log.warning("the setting %s is not known", name)
    applied = horizon.file_print()
    result = horizon.keep_in_step()
    # A file that was refused is not applied: it is tried again now and then.
    watch = horizon.watch(applied if not isinstance(result, HorizonError) else (0, 0, 1))
    remember_address(horizon)
    server = web_server(horizon)
    host, port = socket.getsockname()[:2]
    for line in (
        *start_lines(horizon, host, port, result),
        *admin_lines(horizon, terminal),
        *sign_in_lines(horizon, terminal),
        *next_lines(horizon),
    ):
        if as_log:
            log.info("%s", line.strip())
        else:
            print(line, file=out, flush=True)
    _stop_on_signals(server)
    metronome = _metronome(horizon, server) if alerts else None
    socket_mode = _socket_mode(horizon)
    asking = _asking(horizon)
    watch.start()
    if metronome is not None:
        metronome.start()
    if socket_mode is not None:
        socket_mode.start()
    if asking is not None:
        asking.start()
    try:
        server.run(sockets=[socket])
    finally:
        if asking is not None:
            asking.stop()
        if socket_mode is not None:
            socket_mode.stop()
        watch.stop()
        if metronome is not None:
            metronome.stop()


def remember_address(horizon: Horizon) -> None:
    """Lets the commands that print addresses know this one, which `--port` may have decided."""
    # Where nothing can be written, feeds are served all the same.
    with suppress(StoreReadOnly):
        horizon.store.remember_address(horizon.settings.base_url, horizon.now())


def _metronome(horizon: Horizon, server: uvicorn.Server) -> Metronome:
    from service.scheduler import Metronome, guarded

    run = partial(horizon.pass_alerts, stopping=lambda: server.should_exit)
    once = guarded(run, horizon.notices, horizon.settings.heartbeat_url)
    return Metronome(once)


def _asking(horizon: Horizon) -> Worker | None:
    """What asks the language model about imports that wait for it, where the settings name one."""
    if horizon.second_reader is None:
        return None
    from service.scheduler import Worker

    return Worker(horizon.ask_model)


def _socket_mode(horizon: Horizon) -> SocketMode | None:
    """Slack's commands and buttons over a connection of ours, where the settings have its token."""
    settings = horizon.settings
    if settings.slack_app_token is None:
        return None
    from service.channels.slack import SocketMode
    from service.web.slack_requests import from_settings

    requests = from_settings(horizon.store, settings, horizon.now)
    return SocketMode(settings.slack_app_token, requests.take, api_url=settings.slack_api_url)


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Have SIGTERM and SIGINT end the server and nothing else, at whatever time they come. While it
    runs it takes them itself, and raises them once more after its shutdown, which would kill the
    process before the rest of it has ended.

    New connections are refused from then on, and requests under way have GRACE seconds. A pass of
    alerts ends the request to Slack that it is in, and gives back what it has not sent."""

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def start_lines(horizon: Horizon, host: str, port: int, result: object) -> Iterator[str]:
    """What the person who started the service should know and do next."""
    settings = horizon.settings
    today = horizon.now().astimezone(ZoneInfo(settings.timezone)).date()
    with horizon.store.reading() as reading:
        total = reading.count().total
        ahead = reading.select(Filter(from_=today))
        first = reading.select(Filter(), limit=1)
        feeds = reading.feeds()
        named = [channel.name for channel in reading.named_channels()]
        waiting_for_slack = any("" in key_parts(rule.spec) for rule in reading.rules())
    shown = f"[{host}]" if ":" in host else host
    yield f"Horizon listens on http://{shown}:{port}"
    if isinstance(result, HorizonError):
        yield f"{settings.events_file} is not applied; the last good state is served:"
        faults = result.file_problems if isinstance(result, InvalidFile) else (result,)
        yield from (f"  {fault}" for fault in faults)
        if not settings.events_file.exists():
            yield "  `horizon init` writes one to start from"
    if not total:
        yield "No events yet."
    elif not ahead:
        yield f"{total} events, all past; `horizon list --from {first[0].when.first}` shows them"
    else:
        yield f"{total} events, {len(ahead)} of them ahead"
    public = [feed for feed in feeds if not feed.private]
    if public:
        yield "Calendars to subscribe to:"
        yield from (f"  {feed.title}: {settings.base_url}/feeds/{feed.name}.ics" for feed in public)
    if len(public) < len(feeds):
        yield "  `horizon feeds list` shows the addresses of private ones"
    if horizon.connected:
        yield "Alerts go to Slack; `horizon alerts list --upcoming` shows what comes next"
    elif waiting_for_slack:
        yield "Alerts are set in the file, but Slack is not connected: set HORIZON_SLACK_BOT_TOKEN"
    if named:
        yield f"Alerts go to {', '.join(named)}; `horizon channels list` says what is promised"
    if settings.loopback:
        yield (
            "These addresses work on this machine only: Google, Outlook on the web and new Outlook fetch "
            "calendars from their own servers and cannot reach them."
        )
        yield "  Set HORIZON_BASE_URL to an address that others reach, such as https://calendar.example.org"


def next_lines(horizon: Horizon) -> Iterator[str]:
    """What to do now."""
    settings = horizon.settings
    yield (
        f"Next: open {settings.base_url}/, subscribe, edit {settings.events_file} "
        "(a change shows within three seconds). Ctrl-C stops."
    )


def sign_in_lines(horizon: Horizon, terminal: bool) -> Iterator[str]:
    """A link that signs in to the pages once, for the person at a terminal alone: what a service
    prints ends up in a log."""
    if not terminal:
        return
    try:
        token = sign_in.new_link(horizon.store, horizon.now())
    except StoreReadOnly:
        return
    yield "To sign in to the pages, open this once, within half an hour:"
    yield f"  {horizon.settings.base_url}/sign-in?token={token}"


def admin_lines(horizon: Horizon, terminal: bool) -> Iterator[str]:
    """The first key, where there is none yet: shown to the person at a terminal, else put into a
    file, since what a service prints ends up in a log."""
    settings = horizon.settings
    if settings.admin_key is not None:
        return
    path = settings.data_directory / "admin-key"
    shown: list[str] = []
    try:
        if keys.first_admin_key(
            horizon.store,
            horizon.now(),
            shown.append if terminal else lambda key: keys.write_private(path, f"{key}\n"),
        ):
            yield (
                f"Your admin key for the API, shown this once: {shown[0]}"
                if terminal
                else f"The admin key for the API is in {path}, readable by this user alone."
            )
    except OSError as fault:
        yield (
            f"No admin key was made, since {path} cannot be written ({fault.strerror or fault}); "
            "`horizon keys create NAME --scope admin` makes one"
        )
