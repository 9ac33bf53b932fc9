"""A robot in a group of DingTalk (钉钉), by its address and the secret that signs.

open.dingtalk.com, custom robots: Markdown, 20,000 bytes; at most 20 messages a minute, or it is blocked
for ten; a keyword, an IP address or a signature is compulsory.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from service.channels import robots
from service.channels.channel import ChannelLimits, Outcome, Unlooked
from service.channels.http import Http
from service.channels.specs import ChannelKind, Tools, looked_up, reference
from service.core.alerts.deliveries import NONE, Composed
from service.core.alerts.markdown import markdown
from service.core.alerts.message import Message, cut

BLOCKED = 600.0
CODES = robots.Codes("errcode", busy={130101: BLOCKED}, unclear=(-1,))
_TITLE = 60


@dataclass(frozen=True, repr=False)
class DingTalk(Unlooked):
    name: str
    url: str
    secret: str
    http: Http

    # 18 in a minute: two short of what is allowed, since clocks and networks differ.
    limits = ChannelLimits(
        20_000, timedelta(seconds=60 / 18), excess="it is blocked for ten minutes"
    )

    def render(self, message: Message) -> Composed:
        told = robots.fit(message, self.limits.size, lambda tried: len(robots.packed(_body(tried))))
        return Composed(told, _body(told))

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        url = signed(self.url, self.secret, now) if self.secret else self.url
        return robots.send(self.http, url, rendered, CODES, now)


def signed(url: str, secret: str, now: datetime) -> str:
    """The address with its signature, which holds for an hour: the secret is the key, and signs the
    time in milliseconds and itself. (Feishu's is the other way round.)"""
    stamp = str(int(now.timestamp() * 1000))
    signed = f"{stamp}\n{secret}".encode()
    sign = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
    return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote(sign, safe='')}"


def _body(message: Message) -> dict[str, Any]:
    title = cut(message.heading.words, _TITLE)
    # A line of DingTalk's Markdown ends with two blanks, or runs on.
    text = markdown(message, message.parts).replace("\n", "  \n").replace("  \n  \n", "\n\n")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _connect(name: str, values: Mapping[str, Any], tools: Tools) -> DingTalk:
    secret = looked_up(values["secret"], tools) if "secret" in values else ""
    return DingTalk(name, looked_up(values["dingtalk"], tools), secret, tools.http)


KIND = ChannelKind(
    "dingtalk",
    {"dingtalk": reference, "secret": reference},
    NONE,
    _connect,
    remedies={
        "errcode_310000": "the robot's security settings refuse it: set the secret (加签) right, or "
        "add this machine's IP address there",
        "errcode_300001": "the robot's address is wrong or was revoked: copy it anew",
        "errcode_130101": "too many messages in a minute; it takes them again after ten",
    },
)
