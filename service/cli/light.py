"""What a start can do without: the other commands, and converting what needs no conversion.

Typer makes all commands whichever is asked for, and reads the annotations of each. It has Pydantic
convert every value that is no flag, also one that was not given, and loading Pydantic takes a quarter
of what `horizon list` takes. A text is a text without it.
"""

from __future__ import annotations

from copy import copy
from typing import Any, get_args

import typer

_TEXTS = (str, list[str])


def asked_for(app: typer.Typer, arguments: list[str]) -> typer.Typer:
    """The program with nothing but the command that the first argument names; as it is where that is
    none, and lists them or says so."""
    name = arguments[0] if arguments else ""
    commands = [
        one
        for one in app.registered_commands
        if name == (one.name or getattr(one.callback, "__name__", ""))
    ]
    groups = [one for one in app.registered_groups if name == one.name]
    if len(commands) + len(groups) != 1:
        return app
    narrowed = copy(app)
    narrowed.registered_commands, narrowed.registered_groups = commands, groups
    return narrowed


def lighten(command: Any) -> None:
    """Have the parameters of a command, and of all those in it, take over what needs no conversion."""
    for each in getattr(command, "commands", {}).values():
        lighten(each)
    # With the option for help, which a command makes when it is asked for its parameters.
    for parameter in command.get_params(command.context_class(command)):
        parameter._runtime_param = _Light()


class _Light:
    """In the place where Typer keeps what converts a parameter's values once it has made that."""

    def coerce(self, value: Any, param: Any, ctx: typer.Context) -> Any:
        """The value, converted if need be. Raises what Typer does."""
        annotation = param.type_descriptor.annotation
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        if annotation in _TEXTS or any(each in _TEXTS for each in get_args(annotation)):
            return list(value) if several else value
        if not several and value is param.default:
            return value
        param._runtime_param = None  # which has Typer make its own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)
