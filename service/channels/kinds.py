"""The table of channels that `channels:` can name; a new one is entered here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.channels import dingtalk, email, feishu, webhook, wecom
from service.channels.channel import Channel, promise
from service.channels.specs import ChannelKind, Tools
from service.core.alerts.deliveries import Refused
from service.core.text.lines import nearest
from service.errors import InvalidInput, Problem, SettingsError

KINDS: Mapping[str, tuple[ChannelKind, ...]] = {
    # Where a word means several, the first one is meant whose own key has such a value.
    "feishu": (feishu.BOT, feishu.APP),
    "email": (email.KIND,),
    "webhook": (webhook.KIND,),
    "wecom": (wecom.KIND,),
    "dingtalk": (dingtalk.KIND,),
}


def kind_of(spec: Mapping[str, Any]) -> ChannelKind:
    """Raises InvalidInput."""
    words = [word for word in KINDS if word in spec]
    if len(words) != 1:
        known = ", ".join(KINDS)
        near = next((near for key in spec if (near := nearest(str(key), tuple(KINDS)))), "")
        said = "names two kinds" if words else "names no kind of channel"
        raise InvalidInput([Problem("", f"{said}; it has one of the keys {known}{near}")])
    kinds = KINDS[words[0]]
    fitting = [kind for kind in kinds if kind.means is None or kind.means == spec[words[0]]]
    return fitting[0]


def word(spec: Mapping[str, Any]) -> str:
    """The word for its kind; `unknown` for one that this version does not know."""
    return next((known for known in KINDS if known in spec), "unknown")


def read(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What the events file says of a channel, as it is kept. Raises InvalidInput with every fault."""
    kind_of(spec).read(spec)
    return dict(spec)


def connect(name: str, spec: Mapping[str, Any], tools: Tools) -> Channel | Refused:
    """The channel, or what stands against it."""
    try:
        kind = kind_of(spec)
        return kind.connect(name, kind.read(spec), tools)
    except (InvalidInput, SettingsError) as fault:
        return Refused(str(fault))


def remedy(spec: Mapping[str, Any], error: str) -> str:
    """What to do about an error of a channel so described; empty where that is not known."""
    try:
        return kind_of(spec).remedies.get(error, "")
    except InvalidInput:
        return ""


def promised(spec: Mapping[str, Any]) -> str:
    """What is promised of the messages to a channel so described."""
    try:
        kind = kind_of(spec)
    except InvalidInput as fault:
        return f"not connected ({fault})"
    return promise(kind.repeat) + kind.also
