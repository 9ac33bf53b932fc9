"""What a form sends: fields by name, and files, of both encodings that browsers have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from service.web.problems import Unreadable

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
TYPES = (URLENCODED, MULTIPART)
MOST_FIELDS = 2000


@dataclass(frozen=True)
class Upload:
    """A file that was chosen; without a name, none was."""

    name: str
    data: bytes


class Form:
    """The fields of a form, and its files."""

    def __init__(
        self, fields: list[tuple[str, str]], files: dict[str, Upload] | None = None
    ) -> None:
        self._fields, self._files = fields, files or {}

    def one(self, name: str) -> str:
        """The field's value, the empty text where it is not there."""
        return next((value for key, value in self._fields if key == name), "")

    def every(self, name: str) -> list[str]:
        """The values of a field that may stand more than once."""
        return [value for key, value in self._fields if key == name]

    def file(self, name: str) -> Upload | None:
        """The chosen file."""
        return self._files.get(name)


def read(data: bytes, content_type: str) -> Form:
    """The form of a request's body. Raises Unreadable."""
    if content_type.partition(";")[0].strip().lower() != MULTIPART:
        try:
            return Form(
                parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
            )
        except ValueError as fault:
            raise Unreadable(f"the form cannot be read: {fault}") from None
    match = re.search(r'boundary="?([^";,]{1,200})"?', content_type)
    if match is None:
        raise Unreadable("the form names no boundary")
    fields: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for name, file_name, value in _parts(data, match[1].encode()):
        if file_name is None:
            fields.append((name, value.decode("utf-8", "replace")))
        elif file_name:
            files[name] = Upload(file_name, value)
    return Form(fields, files)


def _parts(data: bytes, boundary: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Name, file name (None of a field) and content of each part (RFC 7578)."""
    pieces = (b"\r\n" + data).split(b"\r\n--" + boundary)
    if len(pieces) > MOST_FIELDS:
        raise Unreadable("the form has too many fields")
    for piece in pieces[1:]:
        head, blank, value = piece.partition(b"\r\n\r\n")
        if piece.startswith(b"--") or not blank:
            return
        disposition = re.search(rb"(?i)content-disposition:([^\r\n]*)", head)
        text = disposition[1].decode("utf-8", "replace") if disposition else ""
        name = _parameter(text, "name")
        if name is not None:
            yield name, _parameter(text, "filename"), value


def _parameter(text: str, name: str) -> str | None:
    match = re.search(rf'(?<![a-z]){name}="([^"]*)"', text)
    # Browsers write a quotation mark as %22 (HTML, multipart/form-data encoding).
    return match[1].replace("%22", '"') if match else None
