"""The lines of an iCalendar or vCalendar file: unfolded, decoded, and free of QUOTED-PRINTABLE.

iCalendar is UTF-8 (RFC 5545 3.1.4). Programs also write UTF-16, GB18030 and Windows-1252, and vCalendar
1.0 has a CHARSET and an ENCODING for each property.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_PRINTABLE = re.compile(
    rb"(?P<head>[^:]*);(?:ENCODING=)?QUOTED-PRINTABLE(?P<rest>;[^:]*)?:", re.IGNORECASE
)
_CHARSET = re.compile(rb"[^:]*;CHARSET=\"?([\w.-]{2,40})", re.IGNORECASE)
_TWO_BYTES = re.compile(rb"[\x81-\xfe][\x40-\xfe]")


class ContentLine(NamedTuple):
    number: int  # that of its first line in the file, from 1
    text: str


def lines(data: bytes) -> Iterator[ContentLine]:
    """The lines with something in them. What fits no character is U+FFFD."""
    unfolded = _unfolded(_without_marks(data))
    encoding = _encoding([line for _, line in unfolded])
    for number, line in unfolded:
        yield ContentLine(number, _decoded(line, encoding))


def _without_marks(data: bytes) -> bytes:
    """The bytes without a byte order mark; of UTF-16 as UTF-8."""
    start = data[:200]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    if start[1::2].count(0) > len(start) / 4:
        return data.decode("utf-16-le", "replace").encode()
    if start[::2].count(0) > len(start) / 4:
        return data.decode("utf-16-be", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _unfolded(data: bytes) -> list[tuple[int, bytes]]:
    """Unfolded before they are decoded, since a fold may stand inside of a character (RFC 5545 3.1). A
    line of QUOTED-PRINTABLE goes on in the next where it ends in "=" (RFC 2045 6.7)."""
    joined: list[tuple[int, list[bytes]]] = []
    soft = False
    for number, line in enumerate(re.split(b"\r\n|\n|\r", data), 1):
        folded = line[:1] in (b" ", b"\t")
        # A fold may also stand inside of "=E5".
        inside = folded and re.match(rb"[0-9A-Fa-f]{2}", line[1:])
        if joined and (soft or folded):
            pieces = joined[-1][1]
            if soft and not inside:
                pieces[-1] = pieces[-1][:-1]
            pieces.append(line[1:] if folded else line)
        elif line.strip():
            joined.append((number, [line]))
        soft = bool(joined) and line.endswith(b"=") and bool(_PRINTABLE.match(joined[-1][1][0]))
    return [(number, b"".join(pieces)) for number, pieces in joined]


def _encoding(found: Sequence[bytes]) -> str:
    """What the lines are that are no UTF-8; utf-8 where those are few, and damaged."""
    wrong = [line for line in found if not _fits(line, "utf-8")]
    if 2 * len(wrong) <= sum(not line.isascii() for line in found):
        return "utf-8"
    whole = b"\n".join(wrong)
    # Chinese is mostly GB 2312, whose second bytes are no ASCII; in the languages of Windows-1252
    # a letter with an accent mostly stands before one without.
    pairs = _TWO_BYTES.findall(whole)
    chinese = 2 * sum(pair[1] >= 0xA1 for pair in pairs) > len(pairs)
    return "gb18030" if chinese and _fits(whole, "gb18030") else "cp1252"


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str) -> str:
    printable = _PRINTABLE.match(line)
    if printable is None:
        return line.decode(_own(line, encoding, line), "replace")
    value = binascii.a2b_qp(line[printable.end() :])
    text = value.decode(_own(line, encoding, value), "replace")
    head = (printable["head"] + (printable["rest"] or b"")).decode("utf-8", "replace")
    # A line break is written as iCalendar does.
    return f"{head}:" + re.sub("\r\n|\n|\r", r"\\n", text)


def _own(line: bytes, encoding: str, value: bytes) -> str:
    """The encoding of one line's value: the one that it names, else UTF-8 where it fits, else the
    file's."""
    named = _CHARSET.match(line)
    if named and not value.isascii():
        name = named[1].decode("ascii", "replace").lower()
        # Who says GB2312 means what Windows writes, GBK, and GB18030 has all of it.
        name = "gb18030" if name.startswith(("gb", "x-gb")) else name
        try:
            if _fits(value, name):
                return name
        except LookupError:
            pass  # a name that nobody knows says nothing
    if encoding != "gb18030" and _fits(value, "utf-8"):
        return "utf-8"
    return encoding
