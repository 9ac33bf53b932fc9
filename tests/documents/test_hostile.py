"""Files that are broken, are something else, or were made to hurt: one clear sentence, soon, in bounded memory."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import random
import time
import zipfile
import zlib
from collections.abc import Iterator

import docx
import psutil
import pytest
from docx.oxml.ns import nsdecls

from service.core.reading.document import text_lines
from service.documents import DocumentLimits, read
from service.errors import DocumentError, HorizonError
from tests.documents.making import pdf, scanned_pdf, with_part, word

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@contextlib.contextmanager
def refused(sentence: str) -> Iterator[None]:
    with pytest.raises(DocumentError, match=sentence) as told:
        yield
    assert "\n" not in str(told.value)
    assert isinstance(told.value, HorizonError)


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("正文")
    return word(document)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the document is empty"),
        (b" \n\t\r\n", "the document is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture \\(PNG\\); text, Markdown, HTML, PDF, DOCX, CSV and XLSX are read"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a picture \\(JPEG\\)"),
        (b"\x1f\x8b\x08" + bytes(100), "a compressed file \\(gzip\\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office file or one with a password"),
        (b"{\\rtf1 a}", "RTF; save it as DOCX or PDF"),
        (random.Random(7).randbytes(10_000), "binary data"),
        (b"PK\x03\x04" + bytes(100), "broken or cut off DOCX or ZIP"),
        (b"%PDF-1.7\n" + bytes(100), "the PDF is broken or cut off"),
        (b"%PDF-1.7\n%%EOF", "the PDF is broken or cut off"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(data: bytes, sentence: str) -> None:
    with refused(sentence):
        read(data)


def test_other_archives_and_office_files_are_named() -> None:
    def archive(*names: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for name in names:
                file.writestr(name, "x")
        return out.getvalue()

    with refused("an archive \\(ZIP\\); unpack it"):
        read(archive("a.txt"))
    with refused("the Excel workbook is broken or is none"):
        read(archive("[Content_Types].xml", "xl/workbook.xml"))
    with refused("a binary Excel workbook; save it as XLSX"):
        read(archive("[Content_Types].xml", "xl/workbook.bin"))
    with refused("the DOCX is broken or is no Word document"):
        read(archive("[Content_Types].xml", "word/document.xml"))
    with refused("an OpenDocument file"):
        read(archive("mimetype", "content.xml"))


@pytest.mark.slow
def test_the_bytes_decide_what_a_file_is_not_what_it_is_called() -> None:
    page = b"<!DOCTYPE html><p>5\xe6\x9c\x8813\xe6\x97\xa5</p>"
    for media_type in (
        "application/pdf",
        DOCX,
        "text/plain",
        "application/octet-stream",
        None,
        "nonsense",
    ):
        assert read(page, media_type=media_type).lines[0].text == "5月13日"
    assert (
        read(pdf(["正文"]), media_type="text/html", name="a.docx").media_type == "application/pdf"
    )
    assert read(a_docx(), media_type="text/plain", name="a.pdf").media_type == DOCX
    with refused("called a PDF but does not begin as one"):
        read(b"Not Found", media_type="application/pdf")
    with refused("called a DOCX but does not begin as one"):
        read(b"Not Found", name="a.DOCX")


def test_a_scan_says_that_it_has_no_text() -> None:
    with refused(
        "the PDF has no text: its pages are pictures \\(a scan\\); run text recognition \\(OCR\\)"
    ):
        read(scanned_pdf())


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_pdf_that_was_cut_off_is_read_as_far_as_it_goes_or_refused(share: float) -> None:
    data = pdf(["正文"] * 20, ["第二页"] * 20)
    with contextlib.suppress(DocumentError):
        assert read(data[: int(share * len(data))]).lines


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_never_raise_anything_else(seed: int) -> None:
    chance = random.Random(seed)
    for data in (pdf(["正文"] * 5), a_docx()):
        damaged = bytearray(data)
        for _ in range(30):
            damaged[chance.randrange(8, len(damaged))] = chance.randrange(256)
        with contextlib.suppress(DocumentError):
            read(bytes(damaged))


def test_200_mb_are_refused_without_reading_them() -> None:
    with refused("the document has 200 MB; at most 64 MB are read"):
        read(bytes(200 * 1024 * 1024))


@pytest.mark.slow
def test_a_pdf_that_unpacks_to_gigabytes_is_refused_in_bounded_memory() -> None:
    packer = zlib.compressobj(9)
    zeros = b"0 0 m " * 100_000
    stream = b"".join(packer.compress(zeros) for _ in range(5000)) + packer.flush()
    bomb = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
        % (len(stream), stream)
    )
    before = psutil.Process().memory_info().rss
    # Where a process's memory cannot be limited (macOS), its time ends it.
    with refused("more than 512 MB of memory|takes longer than"):
        read(bomb, limits=DocumentLimits(seconds=30, memory=512 * 1024 * 1024))
    assert psutil.Process().memory_info().rss - before < 100 * 1024 * 1024


@pytest.mark.slow
def test_what_needs_more_memory_than_it_may_have_is_refused() -> None:
    page = b"<html><body>" + b"<p>one <b>two</b></p>" * 100_000 + b"</body></html>"
    assert read(page, media_type="text/html").lines
    # Which of the two it is, a library that runs out of memory does not always say.
    with refused("more than 90 MB of memory|the HTML is broken"):
        read(page, media_type="text/html", limits=DocumentLimits(memory=90 * 1024 * 1024))


def test_a_hundred_thousand_pages_are_refused_soon() -> None:
    kids = b" ".join(b"3 0 R" for _ in range(100_000))
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids["
        + kids
        + b"]/Count 100000>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>endobj\ntrailer<</Root 1 0 R>>\n"
    )
    with refused("the PDF has 100,000 pages; at most 3,000 are read"):
        read(data)


@pytest.mark.slow
def test_a_bomb_in_a_docx_is_refused_before_it_is_unpacked() -> None:
    with refused("the DOCX unpacks to 300 MB; at most 256 MB are read"):
        read(with_part(a_docx(), "word/media/image1.png", bytes(300 * 1024 * 1024)))


def test_a_docx_of_ten_thousand_parts_is_refused() -> None:
    out = io.BytesIO(a_docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"word/media/{number}", b"")
    with refused("the DOCX has 10,0.. parts; at most 10,000 are read"):
        read(out.getvalue())


def test_a_docx_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(with_part(a_docx(), "word/document.xml", b"<x>" + b" " * 5_000_000 + b"</x>"))
    true = (5_000_007).to_bytes(4, "little")
    assert data.count(true) == 2
    with refused("the DOCX is broken or is no Word document"):
        read(bytes(data.replace(true, (100).to_bytes(4, "little"))))


def test_entities_that_would_fill_the_memory_are_refused() -> None:
    letters = "abcdefghij"
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in itertools.pairwise(letters))
        + f"]><w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
    )
    with refused("DOCX"):
        read(with_part(a_docx(), "word/document.xml", bomb.encode()))


def test_an_entity_cannot_read_a_file_of_this_machine() -> None:
    data = with_part(
        a_docx(),
        "word/document.xml",
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {nsdecls("w")}><w:body>'
        "<w:p><w:r><w:t>正文&f;</w:t></w:r></w:p></w:body></w:document>".encode(),
    )
    with contextlib.suppress(DocumentError):
        assert "root" not in "".join(line.text for line in read(data).lines)


def test_a_hundred_thousand_nested_elements_are_refused_soon() -> None:
    with refused("nests its elements too deeply"):
        read(b"<!doctype html>" + b"<div>" * 100_000 + b"x" + b"</div>" * 100_000)
    with refused("nests its elements too deeply"):
        read(b"<!doctype html>" + b"<table><tr><td>" * 50_000 + b"x")


def test_a_cell_over_many_rows_does_not_fill_the_memory() -> None:
    page = (
        "<!doctype html><table><tr><td rowspan=99999>"
        + "甲" * 150
        + "<td>x"
        + "<tr><td>y" * 2000
        + "</table>"
    )
    assert len(read(page.encode()).lines) == 2001


def test_a_document_without_text_says_so() -> None:
    with refused("the HTML page has no text"):
        read(b"<!doctype html><script>var a</script>")
    with refused("the DOCX has no text"):
        read(word(docx.Document()))


@pytest.mark.slow
def test_the_time_limit_ends_the_process_that_reads() -> None:
    data = pdf(*[[f"第 {page} 页"] * 40 for page in range(400)])
    children = psutil.Process().children(recursive=True)
    with refused("the PDF takes longer than 0.5 seconds to read"):
        read(data, limits=DocumentLimits(seconds=0.5))
    assert psutil.Process().children(recursive=True) == children


def test_the_process_that_reads_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that took the process over would find none in its environment."""
    from service.documents import reading

    seen: list[dict[str, str]] = []
    popen = reading.subprocess.Popen

    def spying(*arguments: object, **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return popen(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("HORIZON_ADMIN_KEY", "secret")
    monkeypatch.setattr(reading.subprocess, "Popen", spying)
    read(pdf(["正文"]))
    assert os.environ["HORIZON_ADMIN_KEY"] == "secret"
    assert seen
    assert not any(
        "secret" in value or name.startswith("HORIZON") for name, value in seen[0].items()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "5月13日1" * 120_000,
        "1" * 1_000_000,
        "月" * 400_000,
        "5 月 " * 200_000,
        "周一" + " " * 1_000_000 + "x",
        "a" + " \t" * 300_000 + "b",
        "（《(" * 300_000,
        "《a\n" * 200_000,
        "1\n日\n" * 150_000,
        "- \n" * 300_000,
        "Work-\nshop\n" * 100_000,
        "1 2 3 " * 150_000 + "\n" + "9 " * 300_000,
        "|" * 1_000_000,
        "**a **" * 150_000,
        "[a](" * 200_000,
        "<!--" * 200_000,
        "~~a" * 300_000,
        "`" * 1_000_000,
        "\\*" * 300_000,
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_text_made_to_hurt_takes_linear_time(text: str) -> None:
    begun = time.process_time()
    text_lines(text)
    assert time.process_time() - begun < 5
    begun = time.process_time()
    with contextlib.suppress(DocumentError):
        read(text.encode(), name="a.md")
    assert time.process_time() - begun < 10


def test_a_document_of_more_lines_than_are_read_says_so() -> None:
    with refused("the document has more than 1,000 lines"):
        read(b"a\n\n" * 1001, limits=DocumentLimits(lines=1000))
