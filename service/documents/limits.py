"""How much of a document is read, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What exceeds one of these is refused with a DocumentError that names it."""

    size: int = 64 * MEBIBYTE  # bytes of the file
    unpacked: int = 256 * MEBIBYTE  # bytes of all that a DOCX or XLSX packs
    memory: int = 1024 * MEBIBYTE  # address space of the process that opens it, in bytes
    seconds: float = 60.0  # until it has been read
    pages: int = 3000  # of a PDF
    characters: int = 20_000_000  # of its text
    lines: int = 1_000_000
