"""Parameters of commands that need no conversion.

Typer has Pydantic convert every value that is no flag, also one that was not given, and loading
Pydantic takes a quarter of what `horizon list` takes. A text is a text without it.
"""

from __future__ import annotations

from typing import Any, get_args

import typer

_TEXTS = (str, list[str])


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
