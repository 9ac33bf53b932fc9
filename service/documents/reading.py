"""The way in: `read`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from service import sentences
from service.core.reading.document import Document, Line
from service.documents.charset import decode
from service.documents.kinds import MEDIA_TYPES, Kind, kind_of
from service.documents.limits import MEBIBYTE, DocumentLimits
from service.documents.markdown import read_markdown, read_text
from service.errors import DocumentError
from service.sentences import Sentence

_NAMES: dict[Kind, str] = {
    "text": "text",
    "markdown": "Markdown",
    "html": Sentence("html_page"),
    "pdf": "PDF",
    "docx": "DOCX",
    "csv": "CSV",
    "xlsx": Sentence("excel_workbook"),
}
_ROOT = Path(__file__).resolve().parents[2]


def read(
    data: bytes,
    *,
    media_type: str | None = None,
    name: str | None = None,
    limits: DocumentLimits = DocumentLimits(),  # noqa: B008 (frozen)
    progress: Callable[[int, int], None] | None = None,
) -> Document:
    """The lines of a text, Markdown, HTML, PDF, DOCX, CSV or XLSX file.

    `media_type` (a Content-Type) and `name` are hints; the bytes decide. `progress` is told the page that
    has been read and how many a PDF has. Raises DocumentError for what is none of these, is broken,
    encrypted, without text, or exceeds a limit.
    """
    if len(data) > limits.size:
        size, most = _megabytes(len(data)), _megabytes(limits.size)
        raise DocumentError(Sentence("document_large", size=size, most=most))
    kind = kind_of(data, media_type, name)
    title: str | None = None
    dated: date | None = None
    if kind == "text":
        lines, title, dated = read_text(_limited(decode(data, media_type), limits))
    elif kind == "markdown":
        lines, title, dated = read_markdown(_limited(decode(data, media_type), limits))
    elif kind == "csv":
        from service.documents.sheets import read_csv

        lines = read_csv(_limited(decode(data, media_type), limits))
    else:
        lines, title, dated = _read_apart(kind, data, media_type, limits, progress)
    if not lines:
        raise DocumentError(Sentence("no_text", name=_NAMES[kind]))
    if len(lines) > limits.lines:
        raise DocumentError(f"the document has more than {limits.lines:,} lines")
    inner = tuple(line for line in lines if not line.edge)
    edges = tuple(line for line in lines if line.edge)
    sha256 = hashlib.sha256(data).hexdigest()
    return Document(inner, sha256, MEDIA_TYPES[kind], title, dated, edges)


def _limited(text: str, limits: DocumentLimits) -> str:
    if len(text) > limits.characters:
        raise DocumentError(Sentence("document_long", most=limits.characters))
    return text


def _megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:,.0f} MB" if size >= MEBIBYTE else f"{size:,} bytes"


def _read_apart(
    kind: Kind,
    data: bytes,
    media_type: str | None,
    limits: DocumentLimits,
    progress: Callable[[int, int], None] | None,
) -> tuple[tuple[Line, ...], str | None, date | None]:
    """What `service.documents.child` reads; it is ended when the time is over."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "service.documents.child",
        kind,
        json.dumps(asdict(limits)),
    ]
    # Nothing of this process's environment, which holds secrets, but where to find Horizon.
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        process = subprocess.Popen(
            [*command, media_type or ""],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _answer(process, progress)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
    if answer is None:
        name = _NAMES[kind]
        if late.is_set():
            raise DocumentError(Sentence("file_slow", name=name, seconds=limits.seconds))
        memory = limits.memory // MEBIBYTE
        raise DocumentError(Sentence("file_broken_or_large", name=name, most=memory))
    if answer[0] == "refused":
        raise DocumentError(sentences.read(answer[1]))
    _, lines, title, dated = answer
    return tuple(map(_line, lines)), title, dated and date.fromisoformat(dated)


def _line(said: list[Any]) -> Line:
    """A line as the process wrote it: JSON knows lists only."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in said]
    return Line(*values)


def _answer(
    process: subprocess.Popen[bytes], progress: Callable[[int, int], None] | None
) -> list[Any] | None:
    """The last word of the process; None when it ended without."""
    assert process.stdout is not None
    for said in process.stdout:
        if not said.endswith(b"\n"):
            return None
        try:
            word = json.loads(said)
        except ValueError:
            return None
        if word[0] != "page":
            return list(word)
        if progress is not None:
            progress(word[1], word[2])
    return None
