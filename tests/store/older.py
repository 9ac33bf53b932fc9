"""Databases as earlier versions of Horizon left them.

tests/data/older/NNNN.json holds the rows that the Horizon of that schema wrote: an events.yaml synced
twice, then by and by what that version could do besides (keys, a purge, alerts of which one was under
way, an import). Nothing of today's code makes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from service.store.engine import REVISIONS as ALL
from service.store.engine import WRITES

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data/older"
REVISIONS = tuple(path.stem for path in sorted(DATA.glob("*.json")))
NEWEST = ALL[-1]

Held = dict[str, list[dict[str, Any]]]


def rows(revision: str) -> Held:
    """What that version wrote, by table."""
    read: Held = json.loads((DATA / f"{revision}.json").read_text("utf-8"))
    return read


def make(engine: Engine, revision: str) -> None:
    """Brings an empty database to that schema, and fills it with SQL."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "service/store/migrations"))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        given = rows(revision)
        # Labels come after their events.
        for name in sorted(given, key=lambda name: name == "event_labels"):
            connection.exec_driver_sql(f"DELETE FROM {name}")
            for row in given[name]:
                columns = ", ".join(row)
                values = ", ".join(f":{column}" for column in row)
                connection.execute(
                    sa.text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), row
                )


def held(engine: Engine) -> Held:
    """Every row of every table that the newest of the older schemas had."""
    tables = set(rows(REVISIONS[-1])) & set(sa.inspect(engine).get_table_names())
    with engine.connect() as connection:
        return {
            name: [
                dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()
            ]
            for name in sorted(tables)
        }


def revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())


def differences(before: Held, after: Held) -> list[str]:
    """What an upgrade lost or changed; what it adds is its own affair."""
    found = []
    for name, old in before.items():
        columns = old[0] if old else {}
        new = [{column: row.get(column) for column in columns} for row in after.get(name, [])]
        if sorted(map(repr, map(_sorted, old))) != sorted(map(repr, map(_sorted, new))):
            found.append(f"{name} is no longer what it was")
    return found


def _sorted(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(row.items())
