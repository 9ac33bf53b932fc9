"""Whether real PDFs that announce nothing stay silent: the test files of pdf.js and of pypdf.

    silent_pdfs.py CLONE… [--today 2026-11-30] [--list]

A clone is a git directory of github.com/mozilla/pdf.js or github.com/py-pdf/pypdf, with or without a work
tree. The selection: every *.pdf of its HEAD that is there. Counted are those with text, less the few that
do announce something (ANNOUNCING): copies of one paper that name the conference where it will be read, a
school's newsletter, vouchers with their last day. Each is read as `horizon extract` would, from the day
that it gives itself. Exit 1 where more than one in a hundred gives an event, or a file takes too long.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from service import documents
from service.core.reading.reader import tell
from service.core.reading.reference import reference_day
from service.errors import DocumentError

ANNOUNCING = re.compile(
    r"tracemonkey|pr12564\.pdf|issue1350\.pdf"
    # The same paper again, under the numbers of bugs that were seen with it.
    r"|(?:bug1992868|comments|highlights|issue(?:12337|14438|15012|16316|18911|19239))\.pdf"
)
MOST = 0.01
TOO_LONG = "takes longer than"


class Outcome(NamedTuple):
    path: str
    refused: str  # why it could not be read
    events: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clones", nargs="+", metavar="CLONE", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 30))
    parser.add_argument("--list", action="store_true", help="the files that give events")
    given = parser.parse_args()
    files = [each for clone in given.clones for each in _files(clone)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda each: _read(*each, given.today), files))
    read = [one for one in found if not one.refused]
    counted = [one for one in read if not ANNOUNCING.search(one.path)]
    loud = [one for one in counted if one.events]
    late = [one for one in found if TOO_LONG in one.refused]
    for reason, number in Counter(one.refused for one in found if one.refused).most_common():
        print(f"{number:5}  {reason}")
    if given.list:
        for one in loud:
            print(one.path, *one.events[:5], sep="\n    ")
    share = len(loud) / max(len(counted), 1)
    print(
        f"{len(found)} files, {len(read)} with text, {len(read) - len(counted)} announce something"
    )
    print(f"of {len(counted)} others {len(loud)} give events: {share:.2%} (at most {MOST:.0%})")
    return 1 if share > MOST or late or not counted else 0


def _files(clone: Path) -> Iterator[tuple[str, bytes]]:
    git = ["git", "-C", str(clone)]
    listed = subprocess.run(
        [*git, "ls-tree", "-r", "HEAD"], capture_output=True, check=True, text=True
    )
    for line in listed.stdout.splitlines():
        about, _, path = line.partition("\t")
        if path.lower().endswith(".pdf"):
            blob = subprocess.run([*git, "cat-file", "blob", about.split()[2]], capture_output=True)
            if blob.returncode == 0 and blob.stdout:  # a partial clone may lack it
                yield path, blob.stdout


def _read(path: str, data: bytes, today: date) -> Outcome:
    try:
        document = documents.read(data, name=path)
    except DocumentError as refusal:
        return Outcome(path, str(refusal), ())
    day = reference_day(document, today).day
    told = tell((*document.lines, *document.edges), day, "Asia/Shanghai")
    return Outcome(path, "", tuple(f"{one.when}  {one.title}" for one in told.announcements))


if __name__ == "__main__":
    sys.exit(main())
