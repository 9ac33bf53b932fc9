"""The labelled passages that the reader was fitted on and measured with, rebuilt from clones.

    passages.py rebuild MANIFEST… --clones FOLDER --out FOLDER
    passages.py index LOT.jsonl… --clones FOLDER --out FOLDER

What others wrote stays where it is published: tests/data/passages/*.jsonl holds of each passage its address
(repository@commit:path), where it stands in that file, its SHA-256 and its labels. `rebuild` writes the
lots from which it was made, in the form of scripts/fit_reading.py; `index` writes a manifest of a lot.
FOLDER/owner+name or FOLDER/owner/name is a clone, with or without a work tree, at any depth below.

`shared` marks a passage of a last lot whose page has a passage of another lot too: it is left out of a first
reading. A label's titles are lists of pieces: a pair is from where to where in the passage, a string is
what the passage does not hold. A passage that its file no longer has as it was is left out and named;
exit 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.conformance import clones

SOURCE = re.compile(r"github:(?P<name>[^@]+)@(?P<commit>[0-9a-f]{7,40}):(?P<path>.+?)(?:#.*)?$")
SHORTEST = 2  # characters of a piece that is looked for in the passage
_KEPT = ("id", "lot", "source", "kind", "lang", "ref_date", "timezone", "shared")
_LABEL = ("when", "kind", "optional")
_TITLES = ("title", "title_contains")

Piece = str | list[int]


def pieces(title: str, passage: str) -> list[Piece]:
    """A title as pieces of the passage, the longest first, and what is not there in between."""
    found: list[Piece] = []
    place = 0
    while place < len(title):
        end = _longest(title, place, passage)
        if end - place >= SHORTEST:
            at = passage.index(title[place:end])
            found.append([at, at + end - place])
        else:
            end = place + 1
            if found and isinstance(found[-1], str):
                found[-1] += title[place]
            else:
                found.append(title[place])
        place = end
    return found


def _longest(title: str, place: int, passage: str) -> int:
    end = place
    while end < len(title) and title[place : end + 1] in passage:
        end += 1
    return end


def whole(title: Iterable[Piece], passage: str) -> str:
    """The title of such pieces."""
    return "".join(each if isinstance(each, str) else passage[each[0] : each[1]] for each in title)


def entry(item: dict[str, Any], file: str) -> dict[str, Any] | None:
    """The manifest's line for a labelled passage of a file; None where the file does not hold it."""
    text = item["text"]
    at = file.find(text)
    if at < 0:
        return None
    events = [
        {
            **{key: event[key] for key in _LABEL if key in event},
            **{key: [pieces(one, text) for one in event.get(key, [])] for key in _TITLES},
        }
        for event in item["events"]
    ]
    return {
        **{key: item[key] for key in _KEPT if key in item},
        "at": [at, at + len(text)],
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "events": events,
    }


def passage(line: dict[str, Any], file: str) -> dict[str, Any] | None:
    """The labelled passage that a manifest's line stands for; None where the file is another."""
    text = file[slice(*line["at"])]
    if hashlib.sha256(text.encode()).hexdigest() != line["sha256"]:
        return None
    events = [
        {
            **event,
            **{key: [whole(one, text) for one in event[key]] for key in _TITLES if event[key]},
        }
        for event in line["events"]
    ]
    kept = {key: line[key] for key in _KEPT if key in line}
    return {**kept, "text": text, "events": [_without_empty(each) for each in events]}


def _without_empty(event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in _TITLES or value}


# ---- clones ----


class Clones:
    """Files of commits, from git directories below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.directories: dict[str, Path | None] = {}

    def file(self, source: str) -> str | None:
        """The text at an address, its line ends as \\n; None where the clone, commit or file is missing."""
        match = SOURCE.match(source)
        if match is None:
            return None
        directory = self._directory(match["name"])
        if directory is None:
            return None
        try:
            data = clones.data(directory, match["path"], match["commit"])
        except subprocess.CalledProcessError:  # git has said why
            return None
        return data.decode("utf-8", "replace").replace("\r\n", "\n")

    def _directory(self, name: str) -> Path | None:
        if name not in self.directories:
            folders = [self.folder / name.replace("/", "+"), self.folder / name]
            heads = (
                head
                for folder in folders
                if folder.is_dir()
                for head in sorted(folder.rglob("HEAD"))
            )
            self.directories[name] = next(
                (head.parent for head in heads if (head.parent / "objects").is_dir()), None
            )
        return self.directories[name]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").split("\n"):
        if line:
            yield json.loads(line)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=("rebuild", "index"))
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    folder, make = Clones(given.clones), entry if given.what == "index" else passage
    lost = 0
    given.out.mkdir(parents=True, exist_ok=True)
    for path in given.files:
        made = []
        for item in _lines(path):
            file = folder.file(item["source"])
            one = make(item, file) if file is not None else None
            if one is None:
                lost += 1
                why = "no such file" if file is None else "not in the file as it was"
                print(f"{path.name}: {item['id']}: {why}: {item['source']}", file=sys.stderr)
            else:
                made.append(json.dumps(one, ensure_ascii=False))
        (given.out / path.name).write_text("".join(f"{line}\n" for line in made), "utf-8")
        print(f"{path.name}: {len(made)}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
