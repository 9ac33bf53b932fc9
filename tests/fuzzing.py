"""Texts and files that nobody would write, for the readers of dates and of documents.

    check_text(text), check_document(data)      raise where a reader breaks its word
    python -m tests.fuzzing --seconds 300       what `make fuzz` does

What is sent are the labelled texts of tests/data/dates and documents made here, cut, spliced, repeated
and sprinkled with what dates are made of. A worker process writes down each input before it tries it, so
that one which hangs or kills it is known too. Findings are made as short as they go, and kept under
tests/data/fuzz, where a test reads each of them from then on; the run ends with 1 if there were any.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import docx

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, find, read
from service.core.events.fields import known_timezone
from service.core.events.kinds import Kind
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements
from service.documents import DocumentLimits
from service.documents import read as read_document
from service.errors import DocumentError
from tests.documents.making import pdf, word

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "tests/data/fuzz"
TODAY, ZONE = date(2026, 4, 27), "Asia/Shanghai"
SLOW = 2.0  # seconds of this process's time, for a text of at most LONGEST characters
LONGEST = 4000
LONGEST_TITLE, LONGEST_OF_A_LAW = 120, 300
HANGS = 20.0
LIMITS = DocumentLimits(seconds=10, memory=512 * 1024 * 1024)


class Broken(AssertionError):
    """A reader did what it says that it never does."""


# ------------------------------------------------------------------ what must be true


def check_text(text: str) -> None:
    """Whatever the text: dates that exist, at places in it, and announcements that could be stored."""
    began = time.process_time()
    anchor = Anchor(TODAY, ZONE)
    for phrase in find(text):
        _must(0 <= phrase.start < phrase.end <= len(text), "a phrase outside the text")
        made = read(phrase, anchor)
        if made is not None:
            _must(when_.parse(made.when.text) == made.when, f"{made.when.text} is no when")
    for one in announcements(text_lines(text), TODAY, ZONE):
        most = LONGEST_OF_A_LAW if one.kind is Kind.REGULATION else LONGEST_TITLE
        _must(bool(one.title.strip()) and len(one.title) <= most, f"the title {one.title!r}")
        _must(when_.parse(one.when.text) == one.when, f"{one.when.text} is no when")
        _must(0 <= one.confidence <= 1, f"a confidence of {one.confidence}")
        _must(bool(one.excerpt.strip()) and one.line >= 1, "no place in the text")
        _must(one.timezone is None or known_timezone(one.timezone), f"the zone {one.timezone}")
    spent = time.process_time() - began
    _must(spent < SLOW, f"it takes {spent:.1f} s")


def check_document(data: bytes) -> None:
    """Whatever the bytes: lines, or one sentence that says what is wrong."""
    try:
        document = read_document(data, limits=LIMITS)
    except DocumentError as refusal:
        _must("\n" not in str(refusal) and len(str(refusal)) < 400, f"it says {str(refusal)!r}")
        return
    _must(bool(document.lines), "neither lines nor a reason")
    for line in document.lines:
        _must("\n" not in line.text and bool(line.text.strip()), f"the line {line.text[:80]!r}")
    check_text("\n".join(line.text for line in document.lines)[:LONGEST])


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise Broken(otherwise)


# ------------------------------------------------------------------ what is sent

PIECES = (
    "5月13日", "13日-14日", "2026年", "2026-05-20", "5/20", "May 19-20", "19 May", "next Tuesday", "周五",
    "下周三", "5月下旬", "Q2", "H1", "二季度", "上半年", "今年", "次日", "10am PT", "10:00", "北京时间", "UTC+8",
    "至", "-", "~", "—", "～", "、", "，", "。", "；", "：", ":", "（", "）", "《", "》", "(", ")", "[", "]", "|", "\t", "\n",
    "\n\n", "- ", "1. ", "# ", "|---|", " ", "\u3000", "\u00a0", "\u200b", "\u2060", "\ufeff", "\u202e", "é", "🤖", "人",
    "每年", "每月第一个周五", "截止", "施行", "will be held", "deadline", "postponed to", "推迟至", "取消", "原定",
    "the day after", "three weeks after", "the last week of", "the 13th", "twenty-third", "tonight at", "from", "of",
    "next", "this evening", "1900-2130 hours", "16h45", "Nov/2", "Easter Monday", "after Thanksgiving", "FY27", "or",
    "春节前", "国庆期间", "腊月廿三", "今晚", "下午三点二十分", "第三周", "前两个月", "中上旬", "之间", "或", "财年", "半",
    "0", "1", "9", "00", "99", "31", "32", "２０２６", "一", "十", "廿", "零", "II", "th", "st", "at the", "to be",
)  # fmt: skip


def seeds() -> list[str]:
    found = []
    for path in sorted((ROOT / "tests/data/dates").glob("*.jsonl")):
        found += [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
    return found


def texts(chance: random.Random) -> Iterator[bytes]:
    known = seeds()
    while True:
        text = "".join(
            chance.choice(known) + chance.choice(("", "\n")) for _ in range(chance.randint(1, 3))
        )
        for _ in range(chance.randint(1, 8)):
            text = _altered(text, chance)
        yield text[:LONGEST].encode("utf-8", "replace")


def _altered(text: str, chance: random.Random) -> str:
    first = chance.randint(0, len(text))
    last = min(len(text), first + chance.randint(1, 30))
    match chance.randrange(6):
        case 0:
            return text[:first] + text[last:]
        case 1:
            return text[:last] + text[first:last] * chance.randint(1, 60) + text[last:]
        case 2:
            return text[:first] + chance.choice(PIECES) * chance.randint(1, 40) + text[first:]
        case 3:
            return text[:first] + text[first:last][::-1] + text[last:]
        case 4:
            return "".join(
                chance.choice("0123456789") if char.isdigit() and chance.random() < 0.3 else char
                for char in text
            )
        case _:
            return text[:first] + chance.choice(PIECES) + text[first:]


def documents(chance: random.Random) -> Iterator[bytes]:
    lines = ["5月13日-14日：示例大会", "", "May 19-20: Example Conference", "1. 7月15日施行"] * 3
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    made.add_table(2, 2).cell(0, 0).text = "5月"
    paged, packed = pdf(lines, lines[:3], title="示例"), word(made)
    table = "<table><tr><td>5月13日<td rowspan=2>大会<tr><td>9月</table>"
    page = f"<!doctype html><title>x</title><p>{'<p>'.join(lines)}{table}".encode()
    mark = (
        "# 日程\n\n" + "\n".join(f"- {line}" for line in lines) + "\n\n|a|b|\n|-|-|\n|5月|x|\n"
    ).encode()
    plain = "\n".join(lines).encode("gb18030")
    kinds = ((page, 8), (mark, 8), (plain, 6), (paged, 2), (packed, 2))
    while True:
        (data,) = chance.choices([data for data, _ in kinds], [weight for _, weight in kinds])
        if data is packed and chance.random() < 0.7:
            yield _repacked(packed, chance)
            continue
        for _ in range(chance.randint(1, 20)):
            data = _damaged(data, chance)
        yield data


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A DOCX that is whole as an archive, and damaged within."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.startswith("word/d") or chance.random() < 0.1:
                for _ in range(chance.randint(1, 4)):
                    content = _damaged(content, chance)
            new.writestr(part.filename, content)
    return out.getvalue()


def _damaged(data: bytes, chance: random.Random) -> bytes:
    first = chance.randint(0, len(data))
    last = min(len(data), first + chance.randint(1, 60))
    match chance.randrange(5):
        case 0:
            return data[:first] + data[last:]
        case 1:
            return data[:last] + data[first:last] * chance.randint(1, 50) + data[last:]
        case 2:
            return data[:first] + chance.randbytes(last - first) + data[last:]
        case 3:
            return data[:first] + chance.choice(PIECES).encode() + data[first:]
        case _:
            return data[:first] + bytes([chance.randrange(256)]) + data[first + 1 :]


# ------------------------------------------------------------------ the worker and the parent

Check = Callable[[bytes], None]


def _as_text(data: bytes) -> None:
    check_text(data.decode("utf-8", "replace"))


SUBJECTS: dict[str, tuple[Callable[[random.Random], Iterator[bytes]], Check, str]] = {
    "dates": (texts, _as_text, ".txt"),
    "documents": (documents, check_document, ".bin"),
}


def fault(check: Check, data: bytes) -> str | None:
    """What the check has against it: the kind of fault, and where it arose."""
    try:
        check(data)
    except Exception as found:
        place = found.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        assert place is not None
        code = place.tb_frame.f_code
        where = f"{Path(code.co_filename).name}:{place.tb_lineno}"
        return f"{type(found).__name__} at {where}: {str(found)[:200]}"
    return None


def shortened(check: Check, data: bytes, found: str, tries: int = 300) -> bytes:
    """As much of it as has the same fault at the same place."""
    kind = found.partition(":")[0]
    size = max(1, len(data) // 2)
    while size and tries > 0:
        at = 0
        while at < len(data) and tries > 0:
            tries -= 1
            less = data[:at] + data[at + size :]
            if less and (fault(check, less) or "").partition(":")[0] == kind:
                data = less
            else:
                at += size
        size //= 2
    return data


def work(subject: str, seed: int, seconds: float, current: Path) -> int:
    """Tries one input after another; prints how many, and each new kind of fault as JSON."""
    make, check, suffix = SUBJECTS[subject]
    end, tried = time.monotonic() + seconds, 0
    known: set[str] = set()
    for data in make(random.Random(seed)):
        if time.monotonic() > end or len(known) >= 10:
            break
        current.write_bytes(data)
        tried += 1
        found = fault(check, data)
        if found is not None and found.partition(":")[0] not in known:
            known.add(found.partition(":")[0])
            keep(subject, shortened(check, data, found), suffix, found)
    print(json.dumps({"tried": tried}), flush=True)
    return 0


def keep(subject: str, data: bytes, suffix: str, what: str) -> None:
    folder = KEPT / subject
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"found-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    path.write_bytes(data)
    print(json.dumps({"found": str(path.relative_to(ROOT)), "what": what}), flush=True)


def run(subject: str, seed: int, seconds: float, folder: Path) -> tuple[int, list[str]]:
    """How many inputs were tried, and what was found."""
    end, tried, found = time.monotonic() + seconds, 0, []
    current = folder / subject
    while (left := end - time.monotonic()) > 1:
        command = [sys.executable, "-W", "ignore", "-m", "tests.fuzzing", "--worker", subject]
        command += ["--seed", str(seed), "--seconds", str(left), "--current", str(current)]
        current.unlink(missing_ok=True)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
            hung = _watched(worker, current)
            assert worker.stdout is not None
            lines = [json.loads(line) for line in worker.stdout]
        tried += sum(line.get("tried", 0) for line in lines)
        found += [f"{line['found']}: {line['what']}" for line in lines if "found" in line]
        if worker.returncode == 0:
            break
        what = "it hangs" if hung else f"it ends the process ({worker.returncode})"
        keep(subject, current.read_bytes(), SUBJECTS[subject][2], what)
        found.append(f"{subject}: {what}")
        seed += 1
    return tried, found


def _watched(worker: subprocess.Popen[str], current: Path) -> bool:
    """Waits for the worker; ends it when one input takes too long, and says so."""
    while worker.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if time.time() - current.stat().st_mtime > HANGS:
                worker.kill()
                worker.wait(10)
                return True
        time.sleep(0.2)
    return False


def main() -> int:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=300, help="in all")
    parser.add_argument("--seed", type=int, help="another one each time, if not given")
    parser.add_argument("--worker", choices=[*SUBJECTS], help="for this module's own use")
    parser.add_argument("--current", type=Path)
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    if given.worker:
        return work(given.worker, seed, given.seconds, given.current)
    everything: list[str] = []
    with tempfile.TemporaryDirectory(prefix="horizon-fuzz-") as folder:
        for subject in SUBJECTS:
            tried, found = run(subject, seed, given.seconds / len(SUBJECTS), Path(folder))
            print(f"{subject}: {tried:,} inputs (seed {seed}), {len(found)} findings", flush=True)
            for line in found:
                print(f"  {line}", flush=True)
            everything += found
    return int(bool(everything))


if __name__ == "__main__":
    sys.exit(main())
