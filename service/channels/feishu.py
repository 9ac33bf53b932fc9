"""Feishu (飞书) and Lark: an app of one's own in a group, or a custom robot of the group.

open.feishu.cn. The app (`im/v1/messages`): a card of at most 30 KB, and a `uuid` by which the same
message is taken once within an hour. The robot: 20 KB, 100 messages a minute and five a second, to be
kept off the hour and the half hour, and nothing by which a repeat could be told.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from service.channels import robots
from service.channels.channel import ChannelLimits, Outcome, Unlooked, asked_again
from service.channels.http import Http, HttpAnswer, judged, retry_after
from service.channels.specs import ChannelKind, Tools, address, looked_up, reference, unfit
from service.core.alerts.deliveries import (
    NONE,
    Composed,
    Deduplication,
    Refused,
    Repeat,
    Sent,
    Unknown,
    Wait,
)
from service.core.alerts.markdown import markdown
from service.core.alerts.message import Message, cut

FEISHU = "https://open.feishu.cn"
BY_UUID = Repeat(Deduplication.KEY, timedelta(hours=1))
# Too many messages; every other code is a refusal.
BOT_CODES = robots.Codes("code", busy={11232: 60.0})
# Too often for the app, the chat; `230049`: this very message is being sent.
APP_CODES = robots.Codes("code", busy={99991400: 5.0, 230020: 5.0, 11232: 60.0}, unclear=(230049,))
# The token is no longer good, and another one is to be fetched.
_TOKEN_OVER = (99991661, 99991663, 99991668, 99991671)
# Fetched anew so long before it ends.
_TOKEN_MARGIN = timedelta(minutes=5)
_LONGEST_HEADING = 150


def _card(message: Message) -> dict[str, Any]:
    """An interactive card: the heading above, the rest as Markdown."""
    body = markdown(message, message.body)
    template = "blue" if any(part.items for part in message.parts) else "turquoise"
    return {
        "config": {"wide_screen_mode": True},
        "header": {
            "template": template,
            # Plain text, in which nothing is markup.
            "title": {
                "tag": "plain_text",
                "content": cut(message.heading.words, _LONGEST_HEADING),
            },
        },
        "elements": [{"tag": "markdown", "content": body or "—"}],
    }


@dataclass(repr=False)
class App(Unlooked):
    """An app that is a member of the chat. It remembers its token."""

    name: str
    chat: str
    app_id: str
    secret: str
    base: str
    http: Http
    token: str = field(default="", init=False)
    good_until: datetime | None = field(default=None, init=False)

    # Room for the envelope, in which the card is JSON within JSON.
    limits = ChannelLimits(30_000, timedelta(seconds=1))
    repeat = BY_UUID

    def render(self, message: Message) -> Composed:
        def size(tried: Message) -> int:
            return len(robots.packed({"content": robots.packed(_card(tried)).decode()}))

        told = robots.fit(message, self.limits.size - 500, size)
        return Composed(told, {"card": robots.packed(_card(told)).decode()})

    def ready(self) -> Refused | Wait | None:
        """A tenant's access token, which lives two hours."""
        now = self.http.clock()
        if self.good_until is not None and now < self.good_until:
            return None
        body = robots.packed({"app_id": self.app_id, "app_secret": self.secret})
        url = f"{self.base}/open-apis/auth/v3/tenant_access_token/internal"
        answer = self.http.post(url, body, robots.JSON)
        if not isinstance(answer, HttpAnswer):
            return asked_again(answer, 1.0)
        unclear = judged(answer, now)
        held = robots.read(answer)
        code, token, lives = (held.get(key) for key in ("code", "tenant_access_token", "expire"))
        if isinstance(code, int) and code != 0:
            return Refused(f"code_{code}")
        if unclear is not None:
            return asked_again(unclear, 5.0)
        if not isinstance(token, str) or not token or not isinstance(lives, int):
            return Wait("unreadable_answer", 5.0)
        self.token = token
        self.good_until = now + max(timedelta(seconds=lives) - _TOKEN_MARGIN, timedelta(seconds=10))
        return None

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        body = {
            "receive_id": self.chat,
            "msg_type": "interactive",
            "content": rendered["card"],
            "uuid": uuid(keys[0]),
        }
        headers = {**robots.JSON, "Authorization": f"Bearer {self.token}"}
        url = f"{self.base}/open-apis/im/v1/messages?receive_id_type=chat_id"
        answer = self.http.post(url, robots.packed(body), headers)
        if not isinstance(answer, HttpAnswer):
            return answer
        return self._meant(answer, now)

    def _meant(self, answer: HttpAnswer, now: datetime) -> Outcome:
        code = robots.code_of(answer, "code")
        if answer.status < 500 and code is not None and code != 0:
            # Errors of Feishu's have a status of 400 and more, and the code says which it is.
            if code in _TOKEN_OVER:
                self.good_until = None
                return Wait(f"code_{code}", 0.0)
            if code in APP_CODES.busy or answer.status == 429:
                return Wait(f"code_{code}", retry_after(answer, now, APP_CODES.busy.get(code, 5.0)))
            return Unknown(f"code_{code}") if code in APP_CODES.unclear else Refused(f"code_{code}")
        if (unclear := judged(answer, now)) is not None:
            return unclear
        data = robots.read(answer).get("data")
        made = data.get("message_id") if isinstance(data, dict) else None
        return Sent(made) if isinstance(made, str) and made else Unknown("unreadable_answer")


@dataclass(frozen=True, repr=False)
class Bot(Unlooked):
    """A custom robot of a group, by its address; `secret` signs, where it is set."""

    name: str
    url: str
    secret: str
    http: Http

    limits = ChannelLimits(20_000, timedelta(seconds=1), spread=timedelta(seconds=25))

    def render(self, message: Message) -> Composed:
        def size(tried: Message) -> int:
            return len(robots.packed(_envelope(_card(tried))))

        told = robots.fit(message, self.limits.size - 200, size)
        return Composed(told, _envelope(_card(told)))

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        signed = signature(self.secret, now) if self.secret else {}
        return robots.send(self.http, self.url, {**signed, **rendered}, BOT_CODES, now)


def signature(secret: str, now: datetime) -> dict[str, str]:
    """`timestamp` in seconds and `sign`: both together with the secret are the key, and sign nothing.
    (DingTalk's is the other way round.)"""
    stamp = str(int(now.timestamp()))
    key = f"{stamp}\n{secret}".encode()
    return {
        "timestamp": stamp,
        "sign": base64.b64encode(hmac.digest(key, b"", "sha256")).decode(),
    }


def uuid(key: str) -> str:
    """At most 50 characters, of the delivery's key."""
    return sha256(key.encode()).hexdigest()[:40]


def _envelope(card: Mapping[str, Any]) -> dict[str, Any]:
    return {"msg_type": "interactive", "card": card}


def _chat(given: Any) -> str:
    if not isinstance(given, str) or not given.startswith("oc_") or len(given) > 100:
        raise unfit("is no chat such as oc_0123…; or write `feishu: webhook` for a group's robot")
    return given


def _robot(given: Any) -> str:
    return str(given)


def _connect_app(name: str, values: Mapping[str, Any], tools: Tools) -> App:
    return App(
        name,
        values["feishu"],
        looked_up(values["app_id"], tools),
        looked_up(values["secret"], tools),
        looked_up(values.get("base", FEISHU), tools).rstrip("/"),
        tools.http,
    )


def _connect_bot(name: str, values: Mapping[str, Any], tools: Tools) -> Bot:
    secret = looked_up(values["secret"], tools) if "secret" in values else ""
    return Bot(name, looked_up(values["url"], tools), secret, tools.http)


def _app_id(given: Any) -> Any:
    if isinstance(given, str) and given.startswith("cli_"):
        return given
    return reference(given)


APP = ChannelKind(
    "feishu",
    {"feishu": _chat, "app_id": _app_id, "secret": reference, "base": address},
    BY_UUID,
    _connect_app,
    required=("app_id", "secret"),
    remedies={
        "code_230002": "add the app to the chat as a robot",
        "code_230001": "the chat's id is wrong; it begins with oc_",
        "code_230006": "turn on the robot among the app's abilities, and publish a version",
        "code_10003": "app_id or secret is wrong; copy them anew from the developer console",
        "code_10014": "app_id or secret is wrong; copy them anew from the developer console",
        "code_99991672": "give the app the right im:message:send_as_bot, and publish a version",
    },
)
BOT = ChannelKind(
    "feishu",
    {"feishu": _robot, "url": reference, "secret": reference},
    NONE,
    _connect_bot,
    required=("url",),
    means="webhook",
    remedies={
        "code_19021": "the secret (签名校验) is wrong, or this machine's clock is",
        "code_19022": "add this machine's IP address to the robot's white list",
        "code_19024": "the robot asks for a keyword; take that out, and set a secret instead",
        "code_19001": "the robot's address is wrong, or it was taken out of the group: copy it anew",
        "code_11232": "too many messages; it takes them again after a minute",
    },
)
