"""Plain text in whatever bytes it comes."""

from __future__ import annotations

import hashlib

import pytest

from service.documents import DocumentLimits, read
from service.errors import DocumentError

TEXT = "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会\n7 月：峰会"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
        TEXT.encode("gbk"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16le", "utf-16be", "gb18030", "gbk", "crlf"],
)
def test_every_usual_charset_gives_the_same_lines(data: bytes) -> None:
    found = read(data, name="note.txt")
    assert [(line.line, line.text) for line in found.lines] == list(enumerate(TEXT.split("\n"), 1))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.media_type, found.title, found.dated) == ("text/plain", None, None)


def test_the_charset_of_the_content_type_is_heeded_unless_it_cannot_be() -> None:
    assert (
        read("7月：峰會".encode("big5"), media_type="text/plain; charset=Big5").lines[0].text
        == "7月：峰會"
    )
    for wrong in ("us-ascii", "utf-16", "no-such", "zip", "shift_jis"):
        assert (
            read(TEXT.encode(), media_type=f"text/plain; charset={wrong}").lines[1].text
            == "7 月：峰会"
        )


def test_latin_letters_outside_utf8_and_utf16_without_a_mark_are_read() -> None:
    assert (
        read("Café conference – Zürich, May 13".encode("cp1252")).lines[0].text
        == "Café conference – Zürich, May 13"
    )
    assert (
        read("May 13: Forum\nJune 4: Summit".encode("utf-16-le")).lines[1].text == "June 4: Summit"
    )


def test_a_file_cut_off_inside_a_character_is_still_utf8() -> None:
    assert read(TEXT.encode()[:-1]).lines[0].text == TEXT.split("\n")[0]


def test_too_much_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="more than 10 characters"):
        read(TEXT.encode(), limits=DocumentLimits(characters=10))
