"""`horizon`: each command parses, calls one operation, prints.

Imports are made where they are needed, since a shell waits for them.
"""

from __future__ import annotations

import sys
from zoneinfo import reset_tzpath

import typer
from typer.exceptions import TyperException

from service.cli import calendar, events, exchange, keys
from service.errors import (
    Conflict,
    HorizonError,
    InvalidFile,
    InvalidInput,
    NotFound,
    SettingsError,
)

app = typer.Typer(
    name="horizon",
    help="A calendar and alert service for what is about to happen in an industry.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
calendar.add_to(app)
events.add_to(app)
exchange.add_to(app)
keys.add_to(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line: 0, 2 for wrong input, 1 for other failures."""
    # The locked tzdata alone: an operating system's may be years behind, and two instances with
    # different tables would publish different bytes.
    reset_tzpath(to=())
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except TyperException as fault:
        hint = " (see horizon --help)" if fault.exit_code == 2 else ""
        return _fail(fault.exit_code, [f"{fault.format_message()}{hint}"])
    except (typer.Abort, KeyboardInterrupt):
        return _fail(1, ["stopped"])
    except InvalidFile as fault:
        return _fail(2, [str(problem) for problem in fault.file_problems])
    except InvalidInput as fault:
        return _fail(2, [f"{p.pointer.lstrip('/') or 'input'}: {p.detail}" for p in fault.problems])
    except (NotFound, SettingsError, Conflict) as fault:
        return _fail(2, [str(fault)])
    except HorizonError as fault:
        return _fail(1, [str(fault)])
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nothing is left to say
        return 1


def _fail(code: int, lines: list[str]) -> int:
    for line in lines:
        print(f"horizon: {line}", file=sys.stderr)
    return code
