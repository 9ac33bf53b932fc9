"""A signed call to a program (Standard Webhooks 1.0.0): `horizon.digest`, `horizon.reminder` and
`horizon.change`, each with the events as the API gives them.

`webhook-id` is the delivery's and stays the same, by which a receiver knows a repeat; every answer of
2xx means that it has it, 410 that nothing more is to come.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from service.channels import robots
from service.channels.channel import ChannelLimits, Outcome
from service.channels.http import Http, HttpAnswer, judged
from service.channels.specs import ChannelKind, Tools, address, looked_up, reference
from service.core.alerts.deliveries import RECEIVER, Composed, Refused, Sent
from service.core.alerts.message import Message, as_text
from service.core.alerts.payload import shortened
from service.errors import SettingsError

PREFIX = "whsec_"


@dataclass(frozen=True, repr=False)
class Webhook:
    """`secrets`: the one that signs, and while it is changed for another the one before too."""

    name: str
    url: str
    secrets: tuple[bytes, ...]
    http: Http

    limits = ChannelLimits(20_000, timedelta(seconds=0.1))
    repeat = RECEIVER
    wants_data = True

    @property
    def medium(self) -> str:
        return self.name

    def render(self, message: Message) -> Composed:
        data = message.data or {"type": "horizon.test", "data": {}}
        for most in (None, 50, 40, 30, 20, 15, 10, 8, 5, 3, 2, 1, 0):
            text = as_text(message) if most is None or most > 5 else message.heading.words
            body = robots.packed(shortened(data, most, text))
            if len(body) <= self.limits.size:
                return Composed(message, {"body": body.decode()})
        raise AssertionError("without events it always fits")

    def marked(self, composed: Composed, lang: str) -> Composed:
        """Its id says it."""
        return composed

    def ready(self) -> None:
        """Nothing has to be known before."""

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        body = rendered["body"].encode()
        answer = self.http.post(
            self.url, body, {**robots.JSON, **signed(keys[0], body, self.secrets, now)}
        )
        if not isinstance(answer, HttpAnswer):
            return answer
        if answer.status == 410:
            return Refused("http_410", final=True)
        if 300 <= answer.status < 400:
            return Refused(f"http_{answer.status}")
        return judged(answer, now) or Sent("")


def signed(key: str, body: bytes, secrets: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The headers of a call: a signature by each of the secrets."""
    id_, stamp = identity(key), str(int(now.timestamp()))
    content = f"{id_}.{stamp}.".encode() + body
    signatures = (
        "v1," + base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
        for secret in secrets
    )
    return {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def identity(key: str) -> str:
    """The delivery's id: its key may have dots, which part what is signed."""
    return f"msg_{sha256(key.encode()).hexdigest()[:32]}"


def _secret(text: str, where: object) -> bytes:
    try:
        made = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        made = b""
    if not text.startswith(PREFIX) or not 24 <= len(made) <= 64:
        raise SettingsError(f"{where} holds no secret such as whsec_…: 24 to 64 bytes in base64")
    return made


def _connect(name: str, values: Mapping[str, Any], tools: Tools) -> Webhook:
    places = [values[key] for key in ("secret", "previous") if key in values]
    secrets = tuple(_secret(looked_up(place, tools), place) for place in places)
    return Webhook(name, looked_up(values["webhook"], tools), secrets, tools.http)


KIND = ChannelKind(
    "webhook",
    {"webhook": address, "secret": reference, "previous": reference},
    RECEIVER,
    _connect,
    required=("secret",),
    remedies={
        "http_410": "the receiver wants nothing more; take the channel out of the file, or give it "
        "another address; `horizon channels test NAME` opens it again",
        "http_401": "the receiver does not take the signature: do both have the same secret?",
        "http_403": "the receiver does not take the signature: do both have the same secret?",
        "not_https": "write https, or name the receiver's network in HORIZON_CHANNEL_NETWORKS",
    },
)
