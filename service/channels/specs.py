"""What `channels:` says of one channel: which kind, with which keys; and where its secrets stand.

A secret, or an address that holds one, is `{env: NAME}` or `{file: path}`: the file names the variable
or the file that it stands in. It is looked up when the channel is made, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.channels.channel import Channel
from service.channels.http import Http, usable
from service.core.alerts.deliveries import Repeat
from service.core.text.lines import unknown_key
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class SecretReference:
    """Where a secret stands: the variable or the file of that name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{{{self.kind}: {self.name}}}"


@dataclass(frozen=True)
class Mail:
    """How mails leave: the server's address with what it wants to know (a secret), and whom they
    are from."""

    url: str = ""
    sender: str = ""

    def __repr__(self) -> str:
        return "Mail()"


@dataclass(frozen=True)
class Tools:
    """What a channel is made with. `secret` raises SettingsError where nothing stands there."""

    secret: Callable[[SecretReference], str]
    http: Http = field(default_factory=Http)
    mail: Mail = field(default_factory=Mail)


@dataclass(frozen=True)
class ChannelKind:
    """One kind of channel. `keys`: what may be said of it, each with its reader; `own`: the key that
    names the kind; `connect` makes it of what was read."""

    own: str
    keys: Mapping[str, Reader]
    repeat: Repeat
    connect: Callable[[str, Mapping[str, Any], Tools], Channel]
    required: tuple[str, ...] = ()
    also: str = ""  # what is to be said beside its promise
    remedies: Mapping[str, str] = field(default_factory=dict)  # by the error's word
    means: str | None = None  # the value by which it is told from another of the same word

    def read(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values. Raises InvalidInput with every fault."""
        problems = [
            Problem(f"/{str(key)[:100]}", unknown_key(key, self.keys))
            for key in spec
            if key not in self.keys
        ]
        values: dict[str, Any] = {}
        for key, reader in self.keys.items():
            if spec.get(key) is None:
                if key == self.own or key in self.required:
                    problems.append(Problem(f"/{key}", Sentence("required")))
                continue
            try:
                values[key] = reader(spec[key])
            except InvalidInput as fault:
                problems += [problem.under(f"/{key}") for problem in fault.problems]
        if problems:
            raise InvalidInput(problems)
        return values


def unfit(detail: str) -> InvalidInput:
    return InvalidInput([Problem("", detail)])


def reference(given: Any) -> SecretReference:
    """`{env: NAME}` or `{file: path}`."""
    if isinstance(given, Mapping) and len(given) == 1:
        ((kind, name),) = given.items()
        if kind in ("env", "file") and isinstance(name, str) and 0 < len(name) <= 500:
            return SecretReference(kind, name)
    # Not shown: it may be the secret itself.
    raise unfit(
        "holds a secret, which does not belong into this file; write {env: NAME} or {file: path}, "
        "where it stands"
    )


def address(given: Any) -> SecretReference | str:
    """An address without a secret in it, or where one with a secret stands."""
    if isinstance(given, Mapping):
        return reference(given)
    if not isinstance(given, str) or not usable(given):
        raise unfit(Sentence("no_address"))
    return given


def looked_up(given: SecretReference | str, tools: Tools) -> str:
    """Raises SettingsError."""
    return tools.secret(given) if isinstance(given, SecretReference) else given
