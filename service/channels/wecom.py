"""A robot in a group of WeCom (企业微信), by its address, which holds its key.

developer.work.weixin.qq.com, 群机器人: Markdown of at most 4,096 bytes, so that of a long digest a short
form goes out, with the link to the rest; at most 20 messages a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.channels import robots
from service.channels.channel import ChannelLimits, Outcome, Unlooked
from service.channels.http import Http
from service.channels.specs import ChannelKind, Tools, looked_up, reference
from service.core.alerts.deliveries import NONE, Composed
from service.core.alerts.markdown import markdown
from service.core.alerts.message import Message

CODES = robots.Codes("errcode", busy={45009: 60.0}, unclear=(-1,))


@dataclass(frozen=True, repr=False)
class WeCom(Unlooked):
    name: str
    url: str
    http: Http

    limits = ChannelLimits(4096, timedelta(seconds=60 / 18), excess="it takes none for a minute")

    def render(self, message: Message) -> Composed:
        told = robots.fit(message, self.limits.size, lambda tried: len(_text(tried).encode()))
        return Composed(told, {"msgtype": "markdown", "markdown": {"content": _text(told)}})

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        return robots.send(self.http, self.url, rendered, CODES, now)


def _text(message: Message) -> str:
    # WeCom's Markdown has no lists.
    return markdown(message, message.parts, bullet="• ")


def _connect(name: str, values: Mapping[str, Any], tools: Tools) -> WeCom:
    return WeCom(name, looked_up(values["wecom"], tools), tools.http)


KIND = ChannelKind(
    "wecom",
    {"wecom": reference},
    NONE,
    _connect,
    remedies={
        "errcode_93000": "the robot's address is wrong, or it was taken out of the group: copy it anew",
        "errcode_45009": "too many messages in a minute; it takes them again after one",
    },
)
