"""The process that opens one PDF, DOCX, XLSX or HTML file and ends.

`python -m service.documents.child KIND LIMITS`.

The file comes on standard input. Standard output is lines of JSON: `["page", 3, 200]` as it goes, at
last `["read", lines, title, day]` or `["refused", what sentences.write() writes]`. It gets no setting and
no secret.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import astuple
from datetime import date

from service import sentences
from service.core.reading.document import Line
from service.documents.limits import MEBIBYTE, DocumentLimits
from service.errors import DocumentError
from service.sentences import Sentence

if sys.platform != "win32":
    import resource

Progress = Callable[[int, int], None]


def main() -> None:
    kind, limits = sys.argv[1], DocumentLimits(**json.loads(sys.argv[2]))
    media_type = sys.argv[3] if len(sys.argv) > 3 else None
    _confine(limits)
    out = sys.stdout.buffer

    def say(*what: object) -> None:
        out.write(json.dumps(what, ensure_ascii=True).encode() + b"\n")
        out.flush()

    def progress(page: int, pages: int) -> None:
        if page == pages or page % max(1, pages // 200) == 0:
            say("page", page, pages)

    try:
        lines, title, dated = _read(kind, sys.stdin.buffer.read(), media_type, limits, progress)
        said = [astuple(line) for line in lines]
        say("read", said, title, dated and dated.isoformat())
    except DocumentError as error:
        say("refused", sentences.write(error.problems[0].detail))
    except MemoryError:
        say("refused", out_of_memory(limits))
    except Exception as error:
        # Whatever a reader raises over a broken file: none of its exceptions leave this process.
        if "memory" in str(error).lower() or "alloc" in str(error).lower():
            say("refused", out_of_memory(limits))
        else:
            say("refused", sentences.write(Sentence("file_broken", name=_NAMES[kind])))


_NAMES = {"pdf": "PDF", "docx": "DOCX", "html": "HTML", "xlsx": Sentence("excel_workbook")}


def out_of_memory(limits: DocumentLimits) -> str:
    return f"the document needs more than {limits.memory // MEBIBYTE:,} MB of memory to be read"


def _read(
    kind: str, data: bytes, media_type: str | None, limits: DocumentLimits, progress: Progress
) -> tuple[tuple[Line, ...], str | None, date | None]:
    # Each reader is imported only where it is needed: it takes a tenth of a second.
    if kind == "pdf":
        from service.documents.pdf import read_pdf

        return read_pdf(data, limits, progress)
    if kind == "docx":
        from service.documents.word import read_docx

        return read_docx(data, limits)
    if kind == "xlsx":
        from service.documents.sheets import read_xlsx

        return read_xlsx(data, limits), None, None
    from service.documents.html import read_html

    return read_html(data, media_type, limits)


def _confine(limits: DocumentLimits) -> None:
    if sys.platform == "win32":  # has no such limits; that of time holds there, too
        return
    cpu = int(limits.seconds) + 2
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            hard = resource.getrlimit(what)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue  # macOS does not limit the address space


if __name__ == "__main__":
    main()
