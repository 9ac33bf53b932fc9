"""`horizon`: each command parses, calls one operation, prints.

Imports are made where they are needed, since a shell waits for them.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated
from zoneinfo import reset_tzpath

import typer
from typer.exceptions import TyperException

from service import version
from service.cli import alerts, calendar, events, exchange, extract, imports, keys
from service.cli.light import asked_for, lighten
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
    epilog="Example: horizon serve",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version.running())
        raise typer.Exit


@app.callback()
def program(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version that runs, and nothing else.",
        ),
    ] = False,
) -> None:
    """What stands before every command."""


calendar.add_to(app)
events.add_to(app)
extract.add_to(app)
exchange.add_to(app)
imports.add_to(app)
alerts.add_to(app)
keys.add_to(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line: 0, 2 for wrong input, 1 for other failures."""
    # The locked tzdata alone: an operating system's may be years behind, and two instances with
    # different tables would publish different bytes.
    reset_tzpath(to=())
    _make_streams_writable()
    try:
        command = typer.main.get_command(asked_for(app, arguments))
        lighten(command)
        code = int(
            command(arguments or ["--help"], standalone_mode=False, prog_name="horizon") or 0
        )
        sys.stdout.flush()
        return code
    except TyperException as fault:
        if "Usage:" in fault.format_message():  # a group without a command
            print(fault.format_message(), file=sys.stderr)
            return fault.exit_code
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
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the reader has gone; nothing is left to say
        return 1
    except OSError as fault:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - what is left in its buffer cannot be written
        return _fail(1, [f"the output cannot be written: {fault.strerror or fault}"])


def _make_streams_writable() -> None:
    """A closed stdout, or one in an encoding without Chinese, is no reason to fail."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for the process's life
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(code: int, lines: list[str]) -> int:
    for line in lines:
        print(f"horizon: {line}", file=sys.stderr)
    return code
