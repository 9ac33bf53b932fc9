"""What the robots of group chats have in common: one POST of JSON to an address that is a secret, and
an answer of 200 that may hold an error."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.channels.channel import Outcome
from service.channels.http import Http, HttpAnswer, judged
from service.core.alerts.deliveries import Refused, Sent, Unknown, Wait
from service.core.alerts.message import Message, fitted

JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Codes:
    """What the codes of a robot's answers mean: `busy` to wait for so many seconds; `unclear` that
    nobody knows; every other one but 0 is a refusal."""

    key: str
    busy: Mapping[int, float]
    unclear: Collection[int] = ()


def packed(value: Mapping[str, Any]) -> bytes:
    """As JSON, as short as it can be written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def fit(message: Message, size: int, measure: Any) -> Message:
    """The message in the roomiest shape of which `measure` gives no more bytes than `size`."""
    return fitted(message, lambda tried: measure(tried) <= size)


def send(http: Http, url: str, body: Mapping[str, Any], codes: Codes, now: datetime) -> Outcome:
    """One POST; what the answer means for the message."""
    answer = http.post(url, packed(body), JSON)
    if not isinstance(answer, HttpAnswer):
        return answer
    return judged(answer, now) or meant(answer, codes)


def meant(answer: HttpAnswer, codes: Codes) -> Outcome:
    """What an answer of 200 means."""
    code = code_of(answer, codes.key)
    if code is None or code in codes.unclear:
        return Unknown("unreadable_answer" if code is None else f"{codes.key}_{code}")
    if code in codes.busy:
        return Wait(f"{codes.key}_{code}", codes.busy[code])
    return Sent("") if code == 0 else Refused(f"{codes.key}_{code}")


def code_of(answer: HttpAnswer, key: str) -> int | None:
    """The answer's code; None where it has none. Nothing else of it is repeated: it may quote the
    request."""
    held = read(answer)
    code = held.get(key)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def read(answer: HttpAnswer) -> Mapping[str, Any]:
    """The answer's object; empty where it is none."""
    try:
        held = json.loads(answer.body)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}
