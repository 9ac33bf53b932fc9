"""Bytes of a text to text: by its mark, by what it is said to be, else UTF-8, else GB18030."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']")
# A label says less than the bytes: pages that say GB2312 hold GBK, those that say Latin-1 Windows-1252
# (the WHATWG's Encoding Standard reads them so, too).
_LABELS = (
    (re.compile(r"(?:x-)?gb\w*(?:[-_:]\d+)?|chinese|csgb2312|hz-gb-2312"), "gb18030"),
    (re.compile(r"big5\w*(?:-hkscs)?|x-x-big5|csbig5"), "big5hkscs"),
    (
        re.compile(r"(?:iso[-_]?8859[-_]?1|latin-?1|l1|us-ascii|ascii|windows-1252|cp1252)"),
        "cp1252",
    ),
    (re.compile(r"utf[-_]?8"), "utf-8"),
    (re.compile(r"utf-?16(?:le)?"), "utf-16-le"),
    (re.compile(r"utf-?16be"), "utf-16-be"),
    (re.compile(r"shift[-_]jis|sjis|ms932|windows-31j"), "cp932"),
    (re.compile(r"euc-jp"), "euc_jp"),
    (re.compile(r"euc-kr|ks_c_5601-1987"), "cp949"),
    (re.compile(r"koi8-[ru]"), "koi8_u"),
)
_SINGLE_BYTES = re.compile(r"(?:windows-|cp)(125[0-8])|iso[-_]?8859[-_](\d{1,2})")


def decode(data: bytes, media_type: str | None = None, *, html: bool = False) -> str:
    """The text of the bytes; what fits no character is U+FFFD. Never raises."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    labels = _DECLARED.findall(media_type or "")[:1]
    if html:
        start = data[:4096]
        labels += [
            found.decode("ascii") for found in (*_XML.findall(start)[:1], *_META.findall(start)[:1])
        ]
    for codec in filter(None, map(_codec, labels)):
        # A page that was read, and so found to begin `<meta`, is not UTF-16 whatever it says.
        if codec.startswith("utf-16") and b"\x00" not in data[:64]:
            continue
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= 0.01 * len(text):
            return text
    if (width := _utf16(data[:4096])) is not None:
        return data.decode(width, "replace")
    try:
        # Not final: a character that was cut off at the end is left away.
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
        if len(text.encode()) == len(data) or not text.isascii():
            return text
    except UnicodeDecodeError:
        if _nearly(text := data.decode("utf-8", "replace")):
            return text
    text = data.decode("gb18030", "replace")
    if _nearly(text):
        return text
    return data.decode("cp1252", "replace")


def _nearly(text: str) -> bool:
    """A few bytes lost do not make it another encoding."""
    return text.count("\ufffd") <= 0.02 * sum(character > "\x7f" for character in text)


def _codec(label: str) -> str | None:
    label = label.lower()
    for pattern, codec in _LABELS:
        if pattern.fullmatch(label):
            return codec
    if found := _SINGLE_BYTES.fullmatch(label):
        codec = f"cp{found[1]}" if found[1] else f"iso8859_{found[2]}"
        try:
            b"".decode(codec)
        except LookupError:
            return None
        return codec
    return None


def _utf16(start: bytes) -> str | None:
    half = len(start) / 2
    if start[1::2].count(0) > 0.3 * half and start[::2].count(0) < 0.01 * half:
        return "utf-16-le"
    if start[::2].count(0) > 0.3 * half and start[1::2].count(0) < 0.01 * half:
        return "utf-16-be"
    return None
