"""`make audit` tells "none is known" from "it cannot be asked"."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/audit.py"
ASKED = (
    "import sys; from pathlib import Path; assert Path(sys.argv[-1]).name == 'requirements.lock'\n"
)
FOUND = "print('jinja2 2.4.1 GHSA-g3rq-g295-4j3m'); sys.exit(1)"
CUT_OFF = "sys.exit('requests.exceptions.ConnectionError: Failed to resolve api.osv.dev')"


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("print('No known vulnerabilities found')", 0, "No known vulnerabilities found"),
        (FOUND, 1, "GHSA-g3rq-g295-4j3m"),
        (CUT_OFF, 3, "it is not known whether the locked packages have vulnerabilities"),
        ("sys.exit('usage: pip-audit')", 1, "usage: pip-audit"),
    ],
)
def test_what_the_audit_came_to_is_its_exit_code(
    tmp_path: Path, answer: str, code: int, said: str
) -> None:
    (tmp_path / "pip_audit.py").write_text(ASKED + answer)
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr
