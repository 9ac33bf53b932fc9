"""API keys: create, list, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.common import Json, opened, print_json
from service.errors import InvalidInput, Problem

Name = Annotated[str, typer.Argument(help="What the key is for, such as crawler.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    keys = typer.Typer(
        help="Keys for programs that use the API.",
        no_args_is_help=True,
        epilog="Example: horizon keys create crawler --scope write",
    )
    keys.command(epilog="Example: horizon keys create crawler --scope write")(create)
    keys.command("list", epilog="Example: horizon keys list")(list_)
    keys.command(epilog="Example: horizon keys revoke crawler")(revoke)
    keys.command("sign-out-all", epilog="Example: horizon keys sign-out-all")(sign_out_all)
    app.add_typer(keys, name="keys")


def create(
    name: Name,
    scope: Annotated[str, typer.Option(help="read, write (also reads) or admin (also purges).")],
) -> None:
    """Make a key. It is shown once, alone on the last line."""
    from service.operations import keys

    try:
        right = keys.Scope(scope)
    except ValueError:
        raise InvalidInput([Problem("/scope", f"{scope!r} is not read, write or admin")]) from None
    with opened() as horizon:
        key = keys.create(horizon.store, name, right, horizon.now())
    typer.echo(f"The key {name} with the scope {right}. It is not shown again:")
    typer.echo(key)


def list_(as_json: Json = False) -> None:
    """The keys that were made, with when each was last used."""
    from service.core.events.representation import instant
    from service.operations import keys

    with opened() as horizon:
        held = keys.listed(horizon.store)
    rows = [
        {
            "name": key.name,
            "scope": key.scope,
            "created_at": instant(key.created_at),
            "last_used_at": instant(key.last_used_at) if key.last_used_at else None,
            "revoked_at": instant(key.revoked_at) if key.revoked_at else None,
        }
        for key in held
    ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("no keys yet; horizon keys create NAME --scope write makes one")
    for row in rows:
        used = f"last used {row['last_used_at']}" if row["last_used_at"] else "never used"
        gone = f", revoked {row['revoked_at']}" if row["revoked_at"] else ""
        typer.echo(f"{row['name']}  {row['scope']}  made {row['created_at']}, {used}{gone}")


def revoke(name: Name) -> None:
    """Take a key's rights for good."""
    from service.operations import keys

    with opened(existing=True) as horizon:
        keys.revoke(horizon.store, name, horizon.now())
    typer.echo(f"{name} is revoked; requests with it are refused from now on")


def sign_out_all() -> None:
    """End every session of the pages, and every sign-in link that was not used yet."""
    from service.operations import sign_in

    with opened(existing=True) as horizon:
        sign_in.end_all(horizon.store, horizon.now())
    typer.echo("All sessions are ended; whoever has a key signs in again with it")
