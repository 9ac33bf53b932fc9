"""Whether a known vulnerability is in what requirements.lock pins. See `make audit`.

pip-audit asks the database at osv.dev. Exit 0: none is known. 1: some are, and are listed. 3: the
data cannot be reached from here, so nothing is known either way.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUDIT = (sys.executable, "-m", "pip_audit")
OPTIONS = (
    *("--vulnerability-service", "osv", "--timeout", "20"),
    *("--disable-pip", "--progress-spinner", "off"),
)
UNREACHED = 3
# As pip-audit, requests and urllib3 word it.
NO_ANSWER = ("ConnectionError", "ServiceError", "Failed to resolve", "Max retries", "timed out")


def main(command: Sequence[str] = AUDIT) -> int:
    lock = str(ROOT / "requirements.lock")
    done = subprocess.run(
        [*command, *OPTIONS, "--requirement", lock, *sys.argv[1:]],
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode and any(words in done.stderr for words in NO_ANSWER):
        print(
            "audit: the data of osv.dev cannot be reached from here, so it is not known whether "
            "the locked packages have vulnerabilities. Run it where the internet is.",
            file=sys.stderr,
        )
        return UNREACHED
    print(done.stdout + done.stderr, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
