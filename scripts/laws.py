"""How well laws are read, on a clone of github.com/LawRefBook/Laws: python scripts/laws.py CLONE

Every Markdown file of the clone that is named after its law's last adoption or publication,
`…(2020-09-25).md`, and has the law's name as its first heading, but for its cases (案例). Its days of effect
are those that a clause 自…年…月…日起施行 (or 实施, 生效, 执行) outside quotation marks states, or the line
`…施行` of its head; found by a few lines below, that know nothing of the reader.

ahead   those with one day of effect, which lies after the day in the file's name; read as from the latter.
        day: that day is told. named: 《name》 and the verb is the title, marks aside. alone: nothing is told
        beside it.
past    those without a later year in them, read as from --today; silent: nothing is told.

--form says how the law reaches the reader: as it stands (markdown), pasted without marks and with its lines
cut to a column (pasted), or as a page with a site's lines around it (html). --errors prints what is wrong,
--share N reads every Nth file only. Nothing of the clone is kept.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.score_dates import plain
from service.core.reading.announcement import Announcement
from service.core.reading.document import Line, text_lines
from service.core.reading.reader import announcements
from service.documents.html import read_html
from service.documents.limits import DocumentLimits
from service.documents.markdown import read_markdown

ZONE = "Asia/Shanghai"
NAMED = re.compile(r"\((\d{4})-(\d\d)-(\d\d)\)\.md$")
DAY = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
EFFECT = re.compile(
    rf"{DAY}\s*起?(?:正式)?(?:施行|实施|生效|执行)(?=[。，；、,;)）]|\s*$)", re.MULTILINE
)
QUOTED = re.compile("“[^”]*”")
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")


@dataclass(frozen=True)
class Text:
    path: Path
    name: str
    day: date
    text: str
    effects: frozenset[date]


def texts(clone: Path, share: int) -> Iterator[Text]:
    files = sorted(p for p in clone.rglob("*.md") if "案例" not in p.parts and NAMED.search(p.name))
    for path in files[::share]:
        text = path.read_text("utf-8")
        first = text.lstrip("\ufeff").lstrip().split("\n", 1)[0]
        found = NAMED.search(path.name)
        if not first.startswith("# ") or found is None:
            continue
        day = _date(*found.groups())
        effects = {_date(*m.groups()) for m in EFFECT.finditer(QUOTED.sub("", text))}
        if day is not None:
            days = frozenset(one for one in effects if one is not None)
            yield Text(path, first.lstrip("# ").strip(), day, text, days)


def _date(*parts: str) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def lines(text: str, form: str) -> tuple[Line, ...]:
    if form == "markdown":
        return read_markdown(text)[0]
    bare = re.sub(r"(?m)^#+\s*|<!--.*?-->", "", text)
    if form == "pasted":
        cut = [re.sub(r"(.{36})(?=.)", r"\1\n", line) for line in bare.split("\n")]
        return text_lines("\n".join(cut))
    body = "\n".join(f"<p>{escape(line)}</p>" for line in bare.split("\n") if line.strip())
    links = "".join(
        f"<li><a href='#'>{word}</a></li>" for word in ("首页", "机构", "政策", "服务", "互动")
    )
    page = (
        f"<html><body><ul>{links}</ul><div>当前位置：首页 &gt; 政策 &gt; 法规</div>{body}"
        "<p>【打印】【关闭】</p><div>主办单位：办公厅　网站标识码 100000</div></body></html>"
    )
    return read_html(page.encode(), None, DocumentLimits())[0]


def ahead(one: Text, form: str, count: Counter[str]) -> list[str]:
    """Read as from its adoption; what is wrong with it."""
    (effect,) = one.effects
    found = announcements(lines(one.text, form), one.day, ZONE)
    right = [a for a in found if a.when.text == effect.isoformat()]
    named = [a for a in right if _named(a, one.name)]
    count["ahead"] += 1
    count["day"] += bool(right)
    count["named"] += bool(named)
    count["alone"] += len(found) <= 1
    wrong = [f"no {effect}"] * (not right) + [f"name: {a.title}" for a in right if a not in named]
    return wrong + [
        f"beside: {a.title} {a.when.text}" for a in found if a not in right or a is not right[0]
    ]


def _named(one: Announcement, name: str) -> bool:
    said = re.sub(r"\W", "", plain(one.title))
    name = re.sub(r"\W", "", plain(name))
    return any(said == name + verb for verb in ("施行", "实施", "生效", "执行"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    parser.add_argument("--form", choices=("markdown", "pasted", "html"), default="markdown")
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    count: Counter[str] = Counter()
    for one in texts(options.clone, options.share):
        wrong: list[str] = []
        if len(one.effects) == 1 and min(one.effects) > one.day:
            wrong += ahead(one, options.form, count)
        if all(int(year) <= options.today.year - 1 for year in YEAR.findall(one.text)):
            found = announcements(lines(one.text, options.form), options.today, ZONE)
            count["past"] += 1
            count["silent"] += not found
            wrong += [f"today: {a.title} {a.when.text}" for a in found]
        if options.errors and wrong:
            print(one.path.relative_to(options.clone), *wrong, sep="\n  ")
    for part, wholes in (("ahead", ("day", "named", "alone")), ("past", ("silent",))):
        told = ", ".join(f"{w} {count[w]} ({count[w] / max(count[part], 1):.1%})" for w in wholes)
        print(f"{part}: {count[part]} laws: {told}")


if __name__ == "__main__":
    main()
