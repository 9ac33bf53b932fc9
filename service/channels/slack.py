"""Slack, as far as Horizon needs it; the only place that knows slack_sdk. As a channel it is
`SlackChannel`, at the end of this file; Socket Mode and the answers to commands are its own.

Every failure is a SlackFailure of one of three kinds, because the one question that decides about
"once" is whether the message may be in the channel:

    PERMANENT  it is not there, and trying again changes nothing until a person has done something
    WAIT       it is not there; trying again later helps
    UNKNOWN    it may be there, or may still come: look for it before sending it again

What is not known is UNKNOWN: a look-up too many costs a request, one too few costs a message that
comes twice or never. `_kind` and the tables above it are the whole of the classification.

Nothing is ever sent twice by this module: the SDK's retries are off (its default posts again when a
connection is cut after Slack took the message), and redirects are not followed. No token and no
webhook address is in an error, a repr or a log.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from http.client import HTTPMessage, IncompleteRead, InvalidURL
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from service.channels.channel import SECOND, ChannelLimits, Looked, Outcome, asked_again
from service.core.alerts import blockkit
from service.core.alerts.blockkit import SlackMessage
from service.core.alerts.deliveries import (
    LOOKUP,
    NONE,
    Composed,
    LookFailed,
    Refused,
    Repeat,
    Sent,
    Unknown,
    Wait,
)
from service.core.alerts.message import Message
from service.errors import HorizonError

if TYPE_CHECKING:
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

EVENT_TYPE = "horizon_delivery"
# What posting once needs (`commands` is needed by the slash command alone).
SCOPES = (
    "chat:write",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "channels:join",
)
# Slack gives at most 15 to some apps whatever is asked for, so no page may be taken for the last
# one because it is short (docs.slack.dev/apis/web-api/rate-limits).
PAGE = 200
_MAX_PAGES = 1000
_LARGEST_ANSWER = 32 * 1024 * 1024
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_URL = re.compile(r"https?://[!-~]+")
_WORD = re.compile(r"[a-z][a-z0-9_]{1,63}")


class FailureKind(Enum):
    PERMANENT = "permanent"
    WAIT = "wait"
    UNKNOWN = "unknown"


class SlackFailure(HorizonError):
    """`error` is Slack's own word for it, or ours; it never holds a secret."""

    def __init__(self, kind: FailureKind, error: str, retry_after: float | None = None) -> None:
        self.kind, self.error, self.retry_after = kind, error, retry_after
        super().__init__(f"{_SENTENCES[kind]} ({error})")


_SENTENCES = {
    FailureKind.PERMANENT: "Slack refuses this",
    FailureKind.WAIT: "Slack cannot be used right now",
    FailureKind.UNKNOWN: "Slack gave no clear answer",
}


@dataclass(frozen=True)
class Posted:
    ts: str
    channel_id: str
    metadata_ok: bool  # False: it is in the channel, but can never be found there by its key


@dataclass(frozen=True)
class Delivered:
    """The keys of all deliveries that a channel's history has, each with the `ts` of its message."""

    keys: Mapping[str, str]
    complete: bool


@dataclass(frozen=True)
class Identity:
    team: str
    user: str
    bot_id: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Membership:
    channel_id: str
    name: str
    member: bool
    private: bool
    archived: bool

    @property
    def history_scope(self) -> str:
        """The scope that reads its history, without which nothing can be looked up."""
        return "groups:history" if self.private else "channels:history"

    def obstacle(self, scopes: frozenset[str]) -> str:
        """What stands against posting once in it by a bot with these scopes, in Slack's words; empty
        where nothing does."""
        if self.archived:
            return "is_archived"
        if not {"chat:write", self.history_scope} <= scopes:
            return "missing_scope"
        joins = "channels:join" in scopes and not self.private
        return "" if self.member or joins else "not_in_channel"


# ------------------------------------------------------------------ what an answer means


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PERMANENT = _words(
    # Where: the channel.
    "channel_not_found not_in_channel is_archived channel_is_archived restricted_action "
    "restricted_action_read_only_channel restricted_action_thread_only_channel "
    "restricted_action_non_threadable_channel restricted_action_thread_locked "
    "messages_tab_disabled method_not_supported_for_channel_type user_not_found "
    "posting_to_general_channel_denied cannot_reply_to_message "
    # Who: the token and what it may do.
    "not_authed invalid_auth account_inactive token_revoked token_expired no_permission "
    "missing_scope not_allowed_token_type access_denied accesslimited ekm_access_denied "
    "enterprise_is_restricted org_login_required team_access_not_granted team_not_found "
    "app_access_restricted two_factor_setup_required user_is_bot user_is_restricted "
    "user_is_ultra_restricted invalid_token token_rotation_not_enabled "
    # What: the message and the request.
    "msg_too_long msg_blocks_too_long no_text invalid_blocks invalid_blocks_format "
    "invalid_attachments too_many_attachments attachment_payload_limit_exceeded "
    "metadata_too_large invalid_metadata_format invalid_metadata_schema "
    "metadata_must_be_sent_from_app markdown_text_conflict as_user_not_supported "
    "invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data "
    "invalid_post_type missing_post_type missing_charset superfluous_charset invalid_json "
    "json_not_object invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest "
    "invalid_types pagination_not_available deprecated_endpoint method_deprecated unknown_method "
    "upgrade_required "
    # Incoming webhooks answer in these words.
    "invalid_payload no_service no_active_hooks no_team team_disabled action_prohibited "
    "missing_text_or_fallback_or_attachments"
)
_WAIT = _words(
    # 429 says `ratelimited`; chat.postMessage says `rate_limited`, with status 200.
    "ratelimited rate_limited "
    # The whole workspace writes too much: not taken, and it passes.
    "message_limit_exceeded "
    # The workspace moves to an Enterprise organisation: methods are refused until it has moved.
    "team_added_to_org"
)
_UNKNOWN = _words(
    # "It's possible some aspect of the operation succeeded before the error was raised."
    "internal_error fatal_error "
    # Slack says that the POST data came truncated. By the letter nothing was posted; it is also what
    # a slow front end says whose back end has the request already.
    "request_timeout "
    "service_unavailable rollup_error"
)
# Refusals of the request itself, whoever in between gave them; other 4xx may come from a front end
# that lost the answer (408, 409, 425, 499).
_REFUSED = frozenset({400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 422, 431})


def _kind(status: int, word: str) -> FailureKind:
    """What an answer other than success means for the message, by HTTP status and Slack's word."""
    if status == 429:
        return FailureKind.WAIT
    # Above the word: Slack says `service_unavailable` with 503, but a front end's 502 may carry
    # anything while the message was taken behind it. A redirect is nothing that Slack would send.
    if status >= 500 or status < 200 or 300 <= status < 400:
        return FailureKind.UNKNOWN
    for kind, words in (
        (FailureKind.UNKNOWN, _UNKNOWN),
        (FailureKind.WAIT, _WAIT),
        (FailureKind.PERMANENT, _PERMANENT),
    ):
        if word in words:
            return kind
    # A word that is new, with status 200: UNKNOWN, since `ok: false` alone does not say that
    # nothing was posted.
    return FailureKind.PERMANENT if status in _REFUSED else FailureKind.UNKNOWN


def _broken(fault: Exception) -> SlackFailure:
    """What an exchange that ended in an exception means for the message."""
    cause = fault.reason if isinstance(fault, URLError) else fault
    match cause:
        # Before the connection is made. (urllib gives some of its reasons as text.)
        case SlackRequestError() | InvalidURL() | str():
            return SlackFailure(FailureKind.PERMANENT, "invalid_url")
        # These three happen before a byte of the request has left, so nothing was posted.
        case ConnectionRefusedError():
            return SlackFailure(FailureKind.WAIT, "connection_refused")
        case socket.gaierror():
            return SlackFailure(FailureKind.WAIT, "host_not_found")
        case ssl.SSLCertVerificationError():
            return SlackFailure(FailureKind.WAIT, "certificate_not_trusted")
        # Not told apart: whether the connection was still being made, or the request had been read.
        case TimeoutError():
            return SlackFailure(FailureKind.UNKNOWN, "timed_out")
        case OSError() | IncompleteRead():
            return SlackFailure(FailureKind.UNKNOWN, "connection_cut")
    return SlackFailure(FailureKind.UNKNOWN, "unreadable_answer")


def _refusal(status: int, word: object, headers: Mapping[str, str]) -> SlackFailure:
    # Only what looks like one of Slack's words is repeated: a proxy's page may quote the request.
    known = isinstance(word, str) and _WORD.fullmatch(word) is not None
    error = str(word) if known else "unreadable_answer" if status == 200 else f"http_{status}"
    kind = _kind(status, error)
    return SlackFailure(kind, error, _retry_after(headers) if kind is FailureKind.WAIT else None)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = _header(headers, "retry-after")
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d+)?", text) else None


def _header(headers: Mapping[str, str], name: str) -> str:
    # The SDK hands the headers on as an ordinary dict, in the letters that the server chose.
    return next((str(v).strip() for k, v in headers.items() if k.lower() == name), "")


def _unreadable() -> SlackFailure:
    return SlackFailure(FailureKind.UNKNOWN, "unreadable_answer")


# ------------------------------------------------------------------ one exchange over the network


class _Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: str


def _opener(url: str) -> OpenerDirector:
    """Opens http and https, returns every status as an answer, and follows no redirect: urllib would
    turn the POST into a GET and take the token along to the other host."""
    opener = OpenerDirector()
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPSHandler())
    # HTTPS_PROXY, HTTP_PROXY and NO_PROXY as everywhere else. The SDK's own reading of them knows
    # no NO_PROXY and takes the HTTPS proxy for http too.
    if not _on_this_machine(url):
        opener.add_handler(ProxyHandler())
    return opener


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        return bool(_URL.fullmatch(url) and parts.hostname and parts.port != 0)
    except ValueError:
        return False


def _on_this_machine(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _exchange(opener: OpenerDirector, request: Request, timeout: float) -> _Answer:
    """One request. `timeout` bounds each wait for the network, and the reading of the body as a
    whole, so that an answer that trickles ends too."""
    with opener.open(request, timeout=timeout) as answer:
        end, parts, size = time.monotonic() + timeout, [], 0
        while part := answer.read1(65536):
            parts.append(part)
            size += len(part)
            if time.monotonic() > end or size > _LARGEST_ANSWER:
                raise TimeoutError
        # read1 does not notice that the connection ended before Content-Length.
        if answer.length:
            raise IncompleteRead(b"", answer.length)
        charset = answer.headers.get_content_charset() or "utf-8"
        return _Answer(answer.status, answer.headers, b"".join(parts).decode(charset))


def _silent() -> logging.Logger:
    """A logger that nothing hears, whatever level the process logs at: the SDK writes whole requests
    at DEBUG, and answers that it cannot read at ERROR."""
    logger = logging.Logger("slack_sdk, silenced by horizon", level=logging.CRITICAL + 1)
    logger.disabled = True
    return logger


class _Client(WebClient):
    """The SDK's client without what it does on its own: retries, proxies, redirects and logging."""

    def __init__(self, token: str, api_url: str, timeout: float) -> None:
        super().__init__(token, base_url=api_url, retry_handlers=[], logger=_silent())
        self._opener, self._seconds = _opener(api_url), timeout

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        # The one private method of the SDK that Horizon knows (tests/slack/test_slack.py holds it).
        return _exchange(self._opener, req, self._seconds)._asdict()


# ------------------------------------------------------------------ with a bot token


class Slack:
    """One workspace, by a bot token. May be used by several threads.

    timeout     seconds that a request may wait for the network, each time it waits
    patience    seconds that the reading of one history or list may wait in all for Slack's rate
                limit between two pages; reading it anew would meet the same limit again
    list_age    seconds that the list of channels is believed; one that the bot is in stays known
    clock       this machine's time, to know how far Slack's is from it
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "https://slack.com/api/",
        timeout: float = 10,
        patience: float = 30,
        list_age: float = 60,
        clock: Callable[[], float] = time.time,
    ) -> None:
        # What http.client and urllib would refuse in words that repeat it.
        self._unusable = (
            "invalid_auth"
            if not re.fullmatch(r"[!-~]+", token.strip())
            else ("" if _usable(api_url) else "invalid_url")
        )
        self._client = _Client(token, api_url, timeout)
        self._patience, self._list_age, self._clock = patience, list_age, clock
        self._ahead = 0.0  # Slack's clock minus ours, by the last answer
        self._ids: dict[str, str] = {}  # channels that the bot is in, by name
        self._listed: tuple[float, dict[str, Membership]] | None = None

    can_look = True

    def __repr__(self) -> str:
        return "Slack()"

    # -------- messages

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        """Post once. UNKNOWN means that this very message may be in the channel."""
        payload = {"key": keys[0]}
        if len(keys) > 1:
            payload["keys"] = "\n".join(keys)
        blocks = [dict(block) for block in message.blocks]
        try:
            json.dumps(blocks)
            channel_id = self.channel_id(channel)
        except (TypeError, ValueError):
            raise SlackFailure(FailureKind.PERMANENT, "invalid_blocks") from None
        except SlackFailure as failure:
            if failure.kind is not FailureKind.UNKNOWN:
                raise
            # The channel could not be looked up, so nothing was posted.
            raise SlackFailure(FailureKind.WAIT, failure.error) from None
        answer = self._call(
            "chat_postMessage",
            forget=channel_id,
            channel=channel_id,
            text=message.text,
            blocks=blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": payload},
            unfurl_links=False,
            unfurl_media=False,
        )
        ts, posted_to, posted = answer.get("ts"), answer.get("channel"), answer.get("message")
        if not isinstance(ts, str) or not ts:
            raise _unreadable()
        # Slack drops metadata that it does not like and posts the message all the same.
        kept = _keys(posted) if isinstance(posted, dict) else ()
        return Posted(
            ts, posted_to if isinstance(posted_to, str) else channel_id, set(keys) <= set(kept)
        )

    def delivered(self, channel: str, oldest: float) -> Delivered:
        """What the history has since `oldest` (a time of this machine): one reading for all of a channel's
        deliveries."""
        found: dict[str, str] = {}
        # A second reading only if the first showed that Slack's clock is behind the time asked for.
        for _ in range(2):
            start, complete = self._start(oldest), False
            for page in self._history(channel, start):
                for keys, ts in page.messages:
                    found.update(dict.fromkeys(keys, ts))
                complete = page.last
            if self._start(oldest) > start - 2:
                return Delivered(found, complete)
        return Delivered(found, complete=False)

    def _start(self, oldest: float) -> float:
        """`oldest` by Slack's clock if that is behind ours; if it is ahead, reading more is safe."""
        return max(0.0, oldest + min(0.0, self._ahead))

    def _history(self, channel: str, start: float) -> Iterator[_HistoryPage]:
        channel_id = self.channel_id(channel)
        for answer in self._pages(
            "conversations_history",
            forget=channel_id,
            channel=channel_id,
            oldest=f"{start:.6f}",
            inclusive=True,
            include_all_metadata=True,
            limit=PAGE,
        ):
            messages = answer.get("messages")
            if not isinstance(messages, list):
                raise _unreadable()
            found = [
                (_keys(message), message["ts"])
                for message in messages
                if isinstance(message, dict) and isinstance(message.get("ts"), str)
            ]
            # `has_more` without a cursor would be a history that cannot be read on.
            yield _HistoryPage(found, not _cursor(answer) and not answer.get("has_more"))

    # -------- channels

    def channel_id(self, name: str) -> str:
        """The id of `#name`, whose bot is a member; it joins a public channel. Ids pass through."""
        if _CHANNEL_ID.fullmatch(name):
            return name
        known = self._ids.get(_plain(name))
        if known:
            return known
        channel = self._look_up(name)
        if channel.archived:
            raise SlackFailure(FailureKind.PERMANENT, "is_archived")
        if not channel.member:
            # A private channel that it is not in cannot be joined; Slack lists none.
            self._call("conversations_join", channel=channel.channel_id)
        self._ids[_plain(name)] = channel.channel_id
        return channel.channel_id

    def membership(self, channel: str) -> Membership:
        """How the bot stands to a channel; changes nothing."""
        if not _CHANNEL_ID.fullmatch(channel):
            self._listed = None
            return self._look_up(channel)
        return _membership(self._call("conversations_info", channel=channel).get("channel"))

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        """For each channel what stands against posting once in it, in Slack's words; empty where
        nothing does. Changes nothing. Raises SlackFailure where Slack cannot be asked."""
        scopes: frozenset[str] = frozenset()
        refusal = ""
        try:
            scopes = self.check().scopes
        except SlackFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            refusal = failure.error
        self._listed = None
        return {name: refusal or self._obstacle(name, scopes) for name in names}

    def _obstacle(self, name: str, scopes: frozenset[str]) -> str:
        try:
            # One that is known is asked for by its id: a large workspace's list takes many pages.
            known = name if _CHANNEL_ID.fullmatch(name) else self._ids.get(_plain(name))
            channel = self.membership(known) if known else self._look_up(name)
        except SlackFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            return failure.error
        return channel.obstacle(scopes)

    def _look_up(self, name: str) -> Membership:
        listed = self._listed
        # Forty rows for a channel that does not exist are one list, not forty.
        if listed is None or time.monotonic() - listed[0] >= self._list_age:
            listed = self._listed = time.monotonic(), self._list()
        channel = listed[1].get(_plain(name))
        if channel is None:
            raise SlackFailure(FailureKind.PERMANENT, "channel_not_found")
        return channel

    def _list(self) -> dict[str, Membership]:
        channels: dict[str, Membership] = {}
        for answer in self._pages(
            "conversations_list", types="public_channel,private_channel", limit=PAGE
        ):
            listed = answer.get("channels")
            if not isinstance(listed, list):
                raise _unreadable()
            for channel in map(_membership, listed):
                # A name is free again once its channel is archived.
                if not (channel.archived and channel.name in channels):
                    channels[channel.name] = channel
        return channels

    def _forget(self, channel_id: str) -> None:
        """What was known of this channel is no longer true: its name may stand for another one."""
        self._ids = {name: known for name, known in self._ids.items() if known != channel_id}
        self._listed = None

    # -------- the token

    def check(self) -> Identity:
        """Who the token is, and what it may do."""
        headers: dict[str, str] = {}
        answer = self._call("auth_test", headers=headers)
        scopes = _header(headers, "x-oauth-scopes").split(",")
        return Identity(
            team=str(answer.get("team") or ""),
            user=str(answer.get("user") or ""),
            bot_id=str(answer.get("bot_id") or ""),
            scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
        )

    # -------- requests

    def _pages(
        self, method: str, *, forget: str = "", **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Each page's answer, to the end. Not the SDK's own paging, which checks less."""
        patience, cursor = self._patience, ""
        answer: dict[str, Any] = {}
        for number in range(_MAX_PAGES):
            if cursor:
                arguments["cursor"] = cursor
            while True:
                try:
                    answer = self._call(method, forget=forget, **arguments)
                    break
                except SlackFailure as failure:
                    pause = failure.retry_after
                    if number == 0 or failure.kind is not FailureKind.WAIT or pause is None:
                        raise
                    patience -= max(pause, 0.1)
                    if patience < 0:
                        raise
                    time.sleep(pause)
            yield answer
            previous, cursor = cursor, _cursor(answer)
            if not cursor:
                return
            if cursor == previous:
                break
        raise _unreadable()  # pages without end

    def _call(
        self,
        method: str,
        *,
        forget: str = "",
        headers: dict[str, str] | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """One request; its answer if that is `ok`, else a SlackFailure that holds on to nothing.

        forget      the channel that the request is about: what is known of it goes if it is gone
        headers     is filled with the answer's
        """
        if self._unusable:
            raise SlackFailure(FailureKind.PERMANENT, self._unusable)
        answer: dict[str, Any] = {}
        failure: SlackFailure | None = None
        try:
            response = getattr(self._client, method)(**arguments)
            self._note_clock(response.headers)
            if headers is not None:
                headers.update(response.headers)
            answer = response.data
        except SlackApiError as fault:
            response = fault.response
            self._note_clock(response.headers)
            word = response.data.get("error") if isinstance(response.data, dict) else None
            failure = _refusal(response.status_code, word, response.headers)
        except Exception as fault:
            failure = _broken(fault)
        if failure is not None:
            if failure.error in ("channel_not_found", "is_archived", "not_in_channel") and forget:
                self._forget(forget)
            # Outside the handler: the SDK's exceptions hold the request with its token, and would be
            # this one's context.
            raise failure
        return answer

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        try:
            theirs = parsedate_to_datetime(_header(headers, "date")).timestamp()
        except ValueError:
            return
        self._ahead = theirs - self._clock()


class _HistoryPage(NamedTuple):
    messages: list[tuple[Sequence[str], str]]
    last: bool


def _cursor(answer: Mapping[str, Any]) -> str:
    metadata = answer.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, dict) else None
    return cursor if isinstance(cursor, str) else ""


def _keys(message: Mapping[str, Any]) -> Sequence[str]:
    """The delivery keys of a message, from its metadata. Other apps' metadata may be anything."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return ()
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict):
        return ()
    texts = [payload.get("key"), payload.get("keys")]
    return [key for text in texts if isinstance(text, str) for key in text.split("\n") if key]


def _membership(channel: object) -> Membership:
    if not isinstance(channel, dict) or not isinstance(channel.get("id"), str):
        raise _unreadable()
    return Membership(
        channel_id=channel["id"],
        name=_plain(str(channel.get("name") or "")),
        member=bool(channel.get("is_member")),
        private=bool(channel.get("is_private")),
        archived=bool(channel.get("is_archived")),
    )


def _plain(name: str) -> str:
    return name.strip().removeprefix("#").lower()


# ------------------------------------------------------------------ with an incoming webhook


class IncomingWebhook:
    """An incoming webhook: one channel that can be posted to, and never looked into."""

    def __init__(self, url: str, *, timeout: float = 10) -> None:
        self._url, self._timeout, self._opener = url, timeout, _opener(url)

    def __repr__(self) -> str:
        return "IncomingWebhook()"

    def post(self, message: SlackMessage) -> None:
        if not _usable(self._url):
            raise SlackFailure(FailureKind.PERMANENT, "invalid_url")
        try:
            body = {
                "text": message.text,
                "blocks": [dict(block) for block in message.blocks],
                "unfurl_links": False,
                "unfurl_media": False,
            }
            data = json.dumps(body).encode()
        except (TypeError, ValueError):
            raise SlackFailure(FailureKind.PERMANENT, "invalid_blocks") from None
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "horizon"}
        request = Request(self._url, data, headers, method="POST")
        failure: SlackFailure | None = None
        try:
            answer = _exchange(self._opener, request, self._timeout)
            if answer.status != 200 or answer.body.strip() != "ok":
                failure = _refusal(answer.status, answer.body.strip(), dict(answer.headers))
        except Exception as fault:
            failure = _broken(fault)
        if failure is not None:
            raise failure


class WebhookPoster:
    """A web hook in the place of a bot: whatever the channel, it posts to its own, and what was
    posted can never be looked for."""

    can_look = False

    def __init__(self, url: str, *, timeout: float = 10) -> None:
        self._webhook = IncomingWebhook(url, timeout=timeout)

    def __repr__(self) -> str:
        return "WebhookPoster()"

    def channel_id(self, name: str) -> str:
        """A web hook knows no channel but its own."""
        return name

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        """Nothing can be asked."""
        return {}

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        """Post once; the answer has no `ts`."""
        self._webhook.post(message)
        return Posted("", channel, metadata_ok=True)

    def delivered(self, channel: str, oldest: float) -> Delivered:
        """Nothing can be read."""
        return Delivered({}, complete=False)


# ------------------------------------------------------------------ people who ask


class Answers:
    """What people in Slack are answered with: messages to the address that came with their request,
    and dialogs, which need a bot token."""

    def __init__(self, token: str | None, *, api_url: str, timeout: float = 10) -> None:
        self._slack = None if token is None else Slack(token, api_url=api_url, timeout=timeout)
        self._timeout = timeout

    def __repr__(self) -> str:
        return "Answers()"

    @property
    def dialogs(self) -> bool:
        """Whether dialogs can be opened."""
        return self._slack is not None

    def answer(self, response_url: str, message: SlackMessage, *, replace: bool = False) -> None:
        """Show it to the one who asked, in the place of the message whose button was pressed or
        beside it. Raises SlackFailure."""
        if not _usable(response_url):
            raise SlackFailure(FailureKind.PERMANENT, "invalid_url")
        how = {"replace_original": True} if replace else {"response_type": "ephemeral"}
        body = {"text": message.text, "blocks": [dict(b) for b in message.blocks], **how}
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "horizon"}
        request = Request(response_url, json.dumps(body).encode(), headers, method="POST")
        failure: SlackFailure | None = None
        try:
            answer = _exchange(_opener(response_url), request, self._timeout)
            if answer.status != 200:
                failure = _refusal(answer.status, answer.body.strip(), dict(answer.headers))
        except Exception as fault:
            failure = _broken(fault)
        if failure is not None:
            raise failure  # outside the handler: the address in it is a secret

    def open_dialog(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Raises SlackFailure; Slack takes a trigger for three seconds only."""
        if self._slack is None:
            raise SlackFailure(FailureKind.PERMANENT, "not_authed")
        self._slack._call("views_open", trigger_id=trigger_id, view=dict(view))


class SocketMode:
    """Requests over a connection that Horizon opens itself, so that Slack need not reach it.

    take        gets each request's payload and gives what to acknowledge it with, at once
    """

    AGAIN = 30.0

    def __init__(
        self,
        token: str,
        take: Callable[[Mapping[str, Any]], Mapping[str, Any] | None],
        *,
        api_url: str = "https://slack.com/api/",
        timeout: float = 10,
    ) -> None:
        self._take, self._stopping = take, threading.Event()
        from slack_sdk.socket_mode import SocketModeClient

        # The SDK logs whole addresses, which hold a ticket.
        self._client = SocketModeClient(
            token,
            logger=_silent(),
            web_client=_Client(token, api_url, timeout),
            on_error_listeners=[_log_broken],
        )
        self._client.socket_mode_request_listeners.append(self._on_request)
        self._thread = threading.Thread(target=self._connect, name="socket-mode", daemon=True)

    def __repr__(self) -> str:
        return "SocketMode()"

    def start(self) -> None:
        """Connect in the background, as often as it takes; the SDK keeps the connection up then."""
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._client.close()

    def _connect(self) -> None:
        while not self._stopping.is_set():
            try:
                self._client.connect_to_new_endpoint()
                log.info("connected to Slack by Socket Mode")
                return
            except SlackApiError as fault:
                data = fault.response.data
                word = data.get("error") if isinstance(data, dict) else None
                failure = _refusal(fault.response.status_code, word, fault.response.headers)
            except Exception as fault:
                failure = _broken(fault)
            log.error("Socket Mode is not connected (%s); trying again", failure.error)
            self._stopping.wait(self.AGAIN)

    def _on_request(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            answer = self._take(request.payload)
        except Exception:
            log.exception("a request from Slack failed")
            answer = None
        from slack_sdk.socket_mode.response import SocketModeResponse

        client.send_socket_mode_response(
            SocketModeResponse(request.envelope_id, dict(answer) if answer else None)
        )


def _log_broken(fault: Exception) -> None:
    # Its kind alone: its text may hold the address. The SDK connects anew.
    log.warning("the connection of Socket Mode broke (%s)", type(fault).__name__)


# ------------------------------------------------------------------ as a channel


class Poster(Protocol):
    """A bot or a web hook, as far as deliveries need it; tests have a stand-in."""

    @property
    def can_look(self) -> bool: ...
    def channel_id(self, name: str) -> str: ...
    def obstacles(self, names: Iterable[str]) -> dict[str, str]: ...
    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted: ...
    def delivered(self, channel: str, oldest: float) -> Delivered: ...


class SlackChannel:
    """A channel of Slack's, through a bot or a web hook."""

    medium = "slack"
    limits = ChannelLimits(blockkit.MAX_JSON, SECOND)
    wants_data = False

    def __init__(self, poster: Poster, name: str) -> None:
        self._poster, self.name, self._address = poster, name, name

    @property
    def repeat(self) -> Repeat:
        return LOOKUP if self._poster.can_look else NONE

    def render(self, message: Message) -> Composed:
        # A web hook's button would be pressed in vain.
        made, told = blockkit.render(message, interactive=self._poster.can_look)
        return Composed(told, blockkit.write(made))

    def marked(self, composed: Composed, lang: str) -> Composed:
        made = blockkit.marked_as_repeat(blockkit.read(composed.rendered), lang)
        return Composed(composed.says, blockkit.write(made))

    def ready(self) -> Refused | Wait | None:
        try:
            self._address = self._poster.channel_id(self.name)
        except SlackFailure as failure:
            # Of a look at the channels nothing is unclear: it is taken again.
            return asked_again(_outcome(failure), 1.0)
        return None

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        try:
            posted = self._poster.post(self._address, blockkit.read(rendered), keys)
        except SlackFailure as failure:
            return _outcome(failure)
        if not posted.metadata_ok:
            log.warning("%s was sent, but Slack dropped its metadata", keys[0])
        return Sent(posted.ts)

    def delivered(self, oldest: float) -> Looked | LookFailed | Refused:
        """What the channel's history has since then (a time of this machine)."""
        try:
            found = self._poster.delivered(self.name, oldest)
        except SlackFailure as failure:
            outcome = _outcome(failure)
            if isinstance(outcome, Refused):
                return outcome
            answered = isinstance(outcome, Wait)
            return LookFailed(failure.error, failure.retry_after or 0.0, answered)
        return Looked(found.keys, found.complete)


def _outcome(failure: SlackFailure) -> Refused | Wait | Unknown:
    """What it means for the message, or the question, that it failed."""
    match failure.kind:
        case FailureKind.PERMANENT:
            return Refused(failure.error)
        case FailureKind.WAIT:
            return Wait(failure.error, failure.retry_after or 1.0)
        case FailureKind.UNKNOWN:
            return Unknown(failure.error)
