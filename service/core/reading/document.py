"""A document as numbered lines: what a reader would call a line, whatever the file made of it.

Text that comes out of a PDF is cut where the page ended its lines, in mid-word and in mid-date, and often
has an empty line after each. `join` puts such lines together again, by these rules, in this order:

1. A date cut in two is always joined: `5 月 1` / `3 日`, `16` / `日`, `June 10,` / `2026`, `2026-05-` / `13`.
   A month or year that stands alone over several days (`5月`, `13日：…`, `24日：…`) is a heading, not a cut.
2. A line that begins something is never joined to the one above: a bullet, a number, `（四）`, a date with a
   colon, a row of a table, `图1：`, `风险提示`.
3. A word cut by a hyphen is joined, without the hyphen unless it belongs to the word (`long-` / `term`).
4. A bracket or book title that is still open is joined up to where it closes; so is a line that
   begins with what cannot begin one (`，`, `》`), or follows a word that cannot end one (`of`, `（`).
5. Prose in a column: the line does not end a sentence, and the first word of the next one would not have fitted
   behind it within the width of the lines around. That counts only where two full lines are near, and where
   in the end a sentence ends; so a list of titles of like length stays a list.
6. Where dates or words were found cut, or every other line is empty, the rest of an announcement's cut
   name is joined, too: `智能大` / `会`.

Lines that nobody cut stay as they are. No character but spaces, hyphens of rule 3 and marks that
have no shape is lost, and the work is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from service.core.dates.phrases.words import MONTH_CAPITALISED


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph in clean text; cells of a table's row are joined by ` | `.

    `page` counts from 1 in a PDF and is None elsewhere. `line` counts from 1, in a PDF within its page: of
    text and Markdown the lines of the file, of HTML and DOCX the lines that were read. Both say
    where a joined line begins.

    The rest is what the file itself says of the line, as far as it does: `level` of a heading from 1, `item`
    and `quoted` how deep it stands in lists and quotations, `cells` of a row with the empty ones, `columns`
    that they name the columns below, `struck` what was struck out of it, `edge` that it is one of the
    headers or footers that every page repeats, `gap` how many empty lines stand above it.
    """

    text: str
    page: int | None
    line: int
    level: int = 0
    cells: tuple[str, ...] = ()
    columns: bool = False
    item: int = 0
    quoted: int = 0
    struck: tuple[str, ...] = ()
    edge: bool = False
    gap: int = 0

    @property
    def heading(self) -> bool:
        return self.level > 0


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of a file, and what the file says about itself.

    `sha256` is of the file's bytes, in hex; `title` and `dated` are its own metadata, the day in the
    document's own zone; `edges` are the headers and footers that its pages repeat, which are no lines.
    """

    lines: tuple[Line, ...]
    sha256: str
    media_type: str
    title: str | None = None
    dated: date | None = None
    edges: tuple[Line, ...] = ()


# What a hostile file can make of a line: cells of a row, pieces struck out, depth of lists and quotations.
MOST_CELLS, MOST_STRUCK, DEEPEST = 200, 20, 12


class Piece(NamedTuple):
    """A line as it stands on the page; `width` in half the height of its letters (月 is 2 wide)."""

    text: str
    page: int | None
    line: int
    gap: int = 0  # empty lines above it
    width: float | None = None  # None: by its characters
    level: int = 0  # these as in Line
    cells: tuple[str, ...] = ()
    columns: bool = False
    item: int = 0
    quoted: int = 0
    struck: tuple[str, ...] = ()

    def as_line(self, text: str) -> Line:
        """The line that begins here; what was joined to it is no row of cells any more."""
        return Line(
            text,
            self.page,
            self.line,
            self.level,
            self.cells if text == self.text else (),
            self.columns,
            self.item,
            self.quoted,
            self.struck,
            gap=self.gap,
        )


def text_lines(text: str) -> tuple[Line, ...]:
    """The lines of plain text, with what was cut joined (see the module); empty ones are left out."""
    pieces: list[Piece] = []
    gap = 0
    for number, (line, cells) in enumerate(_rows(_shaped(text)), 1):
        if stripped := line.strip():
            pieces.append(Piece(stripped, None, number, gap, cells=cells))
            gap = 0
        else:
            gap += 1
    return join(pieces)


# ---- cleaning ----

_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# Controls, and what has no width and joins nothing: soft hyphen, direction marks, byte order mark.
_SHAPELESS_CLASS = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff"
)
_SHAPELESS = re.compile(f"[{_SHAPELESS_CLASS}]")
# Fonts of many Chinese PDFs say radical (U+2F49 ⽉) where they draw the character (U+6708 月).
_RARE = re.compile(f"[{_SHAPELESS_CLASS}\u2e80-\u2fd5\ue000-\uf8ff]")
_RADICALS = re.compile("[\u2e80-\u2fd5]")
# Those that Unicode maps to nothing.
_SIMPLIFIED = dict(
    zip(
        "⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⺠",
        "西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙民",
        strict=True,
    )
)
# A bullet out of a symbol font, which only that font can draw.
_SYMBOL = re.compile(r"^([^\S\n]*)[\ue000-\uf8ff]", re.MULTILINE)
_MARK = r"[-*+–—•·●○◆◇■□▪▫►▶➢➤✓✔※★☆❖‣◦\ue000-\uf8ff]"
_NUMBER = (
    r"(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:[)）、．]|\.(?!\d)))"
)
_LEADING_MARK = re.compile(rf"\s*(?:{_MARK}|{_NUMBER}|[①-⑳])\Z")
_WIDE_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_CJK = "\u3400-\u9fff\uf900-\ufaff"
# Justified lines of some PDFs: `编 程 基 准 中 取 得`.
_SPREAD = re.compile(rf" (?<=[{_CJK}] )(?:[{_CJK}] ){{4}}")
_SPREAD_GAP = re.compile(
    rf"(?<=[\u3001-\u303f{_CJK}\uff00-\uffef]) (?=[\u3001-\u303f{_CJK}\uff00-\uffef])"
)


def clean(text: str) -> str:
    """The text with one kind of line break and of space, tabs as ` | `, and without what has no shape."""
    text = _shaped(text)
    if "\t" not in text and "   " not in text and not _SPREAD.search(text):
        return text
    return "\n".join(line for line, _ in _rows(text))


def _shaped(text: str) -> str:
    """The text with one kind of line break and of space, and without what has no shape."""
    text = text.replace("\r\n", "\n")
    for instead, kinds in (("\n", _BREAKS), (" ", _SPACES)):
        for kind in kinds:
            text = text.replace(kind, instead)
    if _RARE.search(text):
        text = _SHAPELESS.sub("", text)
        text = _RADICALS.sub(lambda found: _character(found[0]), text)
        text = _SYMBOL.sub(r"\1•", text)
    return text


def _rows(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The lines, tabs and the wide gaps of tables as ` | `; with the cells of one that tabs part, the empty
    ones too."""
    lines = text.split("\n")
    cells: list[tuple[str, ...]] = [()] * len(lines)
    if "\t" in text:
        before = 0  # cells of the row above
        for i, line in enumerate(lines):
            if "\t" in line:
                lines[i], cells[i] = _without_tabs(line, before)
            before = len(cells[i])
    if "   " in text:
        lines = list(_without_wide_gaps(lines))
    if _SPREAD.search(text):
        lines = [_SPREAD_GAP.sub("", line) if _SPREAD.search(line) else line for line in lines]
    return list(zip(lines, cells, strict=True))


def _character(radical: str) -> str:
    return _SIMPLIFIED.get(radical) or unicodedata.normalize("NFKC", radical)


def _without_tabs(line: str, before: int) -> tuple[str, tuple[str, ...]]:
    """The line, and its cells where it is a row: two are filled, or as many as in the row above are there."""
    cells = [cell.strip() for cell in line.split("\t")]
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and _LEADING_MARK.match(filled[0]) and not before:
        filled[:2] = [f"{filled[0]} {filled[1]}"]
        cells = filled
    text = " | ".join(filled)
    row = len(filled) > 1 or (filled and len(cells) == before)
    return text, tuple(cells[:MOST_CELLS]) if row else ()


def _without_wide_gaps(lines: list[str]) -> Iterable[str]:
    """Wide gaps part cells where two lines on end have them, else they are spaces."""
    wide = [bool(_WIDE_GAP.search(line)) for line in lines]
    last: int | None = None  # the last line that is not empty
    for i, line in enumerate(lines):
        if wide[i]:
            after = next(
                (k for k in range(i + 1, min(i + 4, len(lines))) if lines[k].strip()), None
            )
            table = (last is not None and wide[last]) or (after is not None and wide[after])
            line = _WIDE_GAP.sub(" | " if table else " ", line)
        if lines[i].strip():
            last = i
        yield line


# ---- joining ----

_TERMINAL = frozenset("。！？!?；;：:…｡")
_CLOSERS = "”’」』\"'）)》〉】]"
# A line cannot begin with these, nor end with those.
_NEVER_FIRST = frozenset("，。、；：！？）》〉】」』”’,;!?)]}%％")
_NEVER_LAST = frozenset("，、（《〈【「『“‘([{&＆")
_OPEN = {"《": "》", "（": "）", "(": ")", "【": "】", "「": "」", "“": "”"}
_OPENING = re.compile("[《（(【「“]")
_MONTHS = rf"{MONTH_CAPITALISED}\.?"
# The dots between a chapter and its page.
_LEADERS = re.compile(r"[.·…] ?(?:[.·…] ?){4}")
_FIGURE_ENDS = frozenset("0123456789%x倍AE)）-–—/OHKZS")
_CLAUSE = re.compile("[，。；：、]")
_FIGURE = re.compile(
    r"[$¥€£]|[-+(（]?[$¥€£]?\d[\d,.]*(?:%|x|倍|[AE])?[)）]?|[-–—/]|\d{4,6}\.[A-Z]{1,2}"
)
_ABBREVIATED = re.compile(
    rf"(?:^|[\s(])(?:{MONTH_CAPITALISED}|Inc|Co|Corp|Ltd|Dr|Mr|Ms|Mrs|Prof|St|No|vs|[A-Z])\.$"
)
_LITTLE_WORD = re.compile(
    r"(?:^|[\s(])(?:the|a|an|of|and|or|for|in|on|at|to|by|with|from|its|their|our|as|than|between|into|via|de|du|der|und)$"
)
_HYPHEN = re.compile(r"[^\W\d_]{2,}[-‐\u00ad]$")
# First parts of words that keep their hyphen.
_KEEPS_HYPHEN = re.compile(
    "(?:all|anti|best|co|cross|cutting|end|ex|face|first|four|full|half|hands|high|in|inter|large|late|long|low"
    "|mid|multi|near|next|non|off|on|one|open|post|pre|re|real|second|self|semi|short|single|small|state|third"
    "|three|time|top|two|up|ultra|well|world|year)"
)

_GOES_ON_COMPOUND = re.compile("(?:of|to|in|and|the|by|on|for|up)-")  # state- | of-the-art
_DASH = r"[-–—－~～〜至到]"
_DAY = r"\d{1,2}\s*[日号號]"
_BARE_DAY = re.compile(rf"{_DAY}|\d{{1,2}}(?:\s*{_DASH}\s*\d{{1,2}})?\s*[:：]")
_BARE_MONTH = re.compile(r"\d{1,2}\s*月")
_DATE = (
    rf"(?:\d{{2,4}}\s*年|\d{{1,2}}\s*月|{_DAY}|[一二三四]季度|[上下]半年|Q[1-4]\b|{_MONTHS}\s*\d|\d{{1,2}}\s+{_MONTHS}\b"
    rf"|{_MONTHS}\s*[:：]|\d{{4}}[-/.]\d{{1,2}}|\d{{1,2}}[./]\d{{1,2}}\s|\d{{1,2}}:\d\d)"
)
_DATED = re.compile(
    rf"(?:约|预计于?|(?:周|星期|礼拜)[一二三四五六日天]\s*|[A-Z][a-z]+day,?\s+)?\s*{_DATE}"
)
# The date, then what belongs to it, then a colon, a cell's edge or a gap.
_DATED_ITEM = re.compile(
    rf"(?:约|预计|(?:周|星期|礼拜)[一二三四五六日天]\s*|[A-Z][a-z]+day,?\s+)?\s*{_DATE}"
    r"(?:[^，。；：:|（(]|[（(][^（()）]{0,40}[）)]){0,24}?(?:：|:(?!\d)|:(?=\d\d\b)|\||\s[-–—]\s)"
)
_BEGINS_SOMETHING = re.compile(
    rf"{_MARK}\s|[•·●○◆◇■□▪▫►▶➢➤✓✔※★☆❖‣◦\ue000-\uf8ff]|{_NUMBER}|[①-⑳]|#|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]|"
    r"(?:图|表|附件|附表|附录|专栏)\s*[\d一二三四五六七八九十]{1,3}\s*[：:、.．\s]|"
    r"(?:资料|数据)来源|来源[：:]|注[：:]|备注[：:]|风险提示|投资建议|证券研究报告|相关研究报告|联系人|联系方式|分析师|"
    r"(?:Source|Note|Figure|Table|Contact)s?\b.{0,6}:|"
    # The labels of a notice's head, over what they name.
    r"(?:标题|索引号|(?:发文)?[文字]号|发文(?:机关|机构|单位)|发布(?:机关|机构|单位)|公文种类|主题(?:词|分类)"
    r"|(?:成文|发文|发布|印发|生效|施行|实施|失效|废止)(?:日期|时间)|有效性|效力状态)\s*[：:]\s*$"
)
_LABEL = re.compile(r"[^\s，。；：:、,;（(《]{1,10}\s*[：:](?!\d)")
_HEADING_OF_DATES = re.compile(
    rf"(?:\d{{4}}\s*年\s*)?(?:\d{{1,2}}\s*月)?|\d{{4}}|{_MONTHS}(?:\s+\d{{4}})?"
)

_LATIN_LAST = ".,;:!?%)]'\"’”&"
_LATIN_FIRST = "([\"'“‘$€£&#@"
_UNIT = re.compile(r"[\x21-\u2e7f]+")

# Rule 1: what the upper line ends with, what the lower one begins with.
_DAY_GOES_ON = r"[日号號](?![本元经經产產均前常报報化线線程间間内內志历曆后後光照子])"
_CUTS = tuple(
    (re.compile(upper), re.compile(lower))
    for upper, lower in (
        # 16 | 日,  五月十 | 三日
        (r"(?<![\d.])\d{1,2}$", _DAY_GOES_ON),
        (r"[月-][初一二三四五六七八九十廿]{1,2}$", r"[一二三四五六七八九十]{0,2}[日号號](?!本)"),
        # 五 | 月十三日,  二〇二 | 六年
        (r"年\s*[一二三四五六七八九十]{1,2}$", r"月"),
        (r"二[〇零○][〇零○一二三四五六七八九]?$", r"[〇零○一二三四五六七八九]{1,2}年"),
        # 5 月下 | 旬,  …于 5 月 | 下旬,  下半 | 年,  二季 | 度
        (r"月\s*[上中下]$", r"旬"),
        (r"[^\s\d年月]\s*\d{1,2}\s*月$", r"[上中下]旬|[初底末](?!次|期|步|始)"),
        (r"年\s*\d{1,2}\s*月$", r"[上中下]旬(?!\s*[：:])"),
        (r"[上下]半$", r"年"),
        (r"[一二三四]季$", r"度"),
        # 凌晨 1 | 点,  上午 10: | 30
        (r"(?:[午晨晚早夜日]|时间)\s*\d{1,2}$", r"[点點时時](?![间間代期候])"),
        (r"(?:[午晨晚早夜日]|时间)\s*\d{1,2}[:：]$", r"\d\d(?!\d)"),
        # 4 | 月 23 日
        (r"(?<![\d.])\d{1,2}$", r"月\s*(?:\d|[上中下]旬|[初底末内份]|[：:，,、]|$)"),
        (r"(?:年\s*|^\W{0,3})1$", r"[0-2]\s*月"),
        # 2026 | 年 5 月
        (r"(?<![\d.])\d{4}$", r"年\s*(?:\d|[上下]半年|[一二三四]季|第|[初底末内]|[：:，,、）)]|$)"),
        # 5 月 1 | 3 日,  5 月 12 日-1 | 4 日
        (r"月\s*[0-3]$", r"\d\s*[日号號]"),
        (rf"(?:[日号號]|月\s*\d{{1,2}})\s*{_DASH}\s*[0-3]$", r"\d\s*[日号號]"),
        # 5 月 13 日- | 14 日,  5 月 13 日 | -14 日
        (rf"\d\s*[日号號月]\s*{_DASH}$", r"\d{1,2}\s*[日号號月年]"),
        (rf"月\s*\d{{1,2}}\s*{_DASH}$", rf"{_DAY}"),
        (r"\d\s*[日号號]$", rf"{_DASH}\d{{1,2}}\s*[日号號月]"),
        (r"月\s*\d{1,2}$", rf"{_DASH}{_DAY}"),
        # 2026-05- | 13
        (r"(?<!\d)(?:19|20|21)\d\d([-/.])(?:\d{1,2}\1)$", r"\d{1,2}(?![\d.])"),
        (r"(?<!\d)(?:19|20|21)\d\d([-/])\d\d\1[0-3]$", r"\d(?![\d.])"),
        (r"(?<!\d)(?:19|20|21)\d\d[-/]$", r"\d{1,2}[-/]\d{1,2}(?!\d)"),
        (r"(?<!\d)(?:19|20|21)\d\d[-/]\d{1,2}$", r"[-/]\d{1,2}(?!\d)"),
        # June 10, | 2026
        (
            rf"\b{_MONTHS}\s*\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–—]\s*\d{{1,2}})?\s*,$",
            r"(?:19|20|21)\d\d\b",
        ),
        (rf"\b{_MONTHS}\s*\d{{1,2}}\s*[-–—]$", rf"(?:{_MONTHS}\s*)?\d{{1,2}}\b"),
        (rf"\b{_MONTHS}\s*\d{{1,2}}$", r"[-–—]\s?\d{1,2}\b(?!\s*[:：])"),
        (rf"\b{_MONTHS}\s*[1-3]$", r"\d(?:,|:(?!\d\d)|\s*[-–—]\s*\d)"),
        # 17 | July 2025: …
        (r"^\d{1,2}$", rf"{_MONTHS}\s+(?:19|20|21)\d\d\b"),
    )
)
# Asked for first, since a text of dashes has one in every line.
_CUT_START = re.compile("|".join(f"(?:{start.pattern})" for _, start in _CUTS))
_YEAR_CUT = re.compile(r"(?<![\d.])(?:1|2|19|20|21|19\d|20\d|21\d)$")
_YEAR_REST = re.compile(r"(\d{1,3})\s*年")
_MONTH_END = re.compile(rf"(\d\s*[月年]|\b{_MONTHS})$")
_DAY_START = re.compile(rf"{_DAY}|\d{{1,2}}(?:st|nd|rd|th)?\b(?![.%])")
# 9-10 June, below 28-29 April: no day of April's
_WHOLE_DATE = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–—]\s*\d{{1,2}})?\s+{_MONTHS}(?!\w)")
_CUT_ENDS = frozenset(
    "0123456789０１２３４５６７８９年月日号號-–—－~～〜至到/.,:：上中下半季〇零○初一二三四五六七八九十廿yhltrebcnvgp"
)
_CUT_STARTS = frozenset(
    "0123456789０１２３４５６７８９年月日号號-–—－~～〜至到/一二三四五六七八九十〇零○上中下旬初底末度点點时時"
)

# Rule 6: nouns that end the name of what is announced, and so tell whether it is whole.
_NOUNS = (
    "大会|峰会|年会|论坛|会议|展会|展览|[研博览布谈流明证东介]会|沙龙|大赛|竞赛|活动|仪式|开幕|闭幕|发布|上线|上市|施行|实施"
    "|生效|截止|公布|披露|开始|结束|办法|条例|规定|法案|意见|财报|业绩|报告|数据|指数|决议|日|周|节|展"
)
_HEADING_WORD = re.compile(
    "近期|重[点要]|其[他它]|[本下上]周|[本下上]月|海外|国内|国际|相关|主要|以下|后续|未来|更多|会议|活动|数据"
)
_WHOLE_NOUN = re.compile(f"(?:{_NOUNS})$")
_NOUN_AT_END = re.compile(f"(?:{_NOUNS}|[会坛赛行布法效线])(?:[（(].*)?$")

_NEAR = 6  # lines above and below whose width tells the column's
_COLUMN = 34.0  # no column of prose is narrower


def join(given: Sequence[Piece]) -> tuple[Line, ...]:
    """The lines of the pieces, with what was cut joined by the rules above."""
    texts = [piece.text for piece in given]
    widths = [
        by_characters if piece.width is None else piece.width
        for piece, by_characters in zip(given, _widths(texts), strict=True)
    ]
    headings = frozenset(i for i, piece in enumerate(given) if piece.level)
    return tuple(
        given[i].as_line(text)
        for i, text in _joined(texts, [piece.gap for piece in given], widths, headings)
    )


def _widths(texts: Sequence[str]) -> list[float]:
    """A character that takes three bytes is as wide as it is high, a letter half as wide."""
    return [(len(text.encode("utf-8", "replace")) + len(text)) / 2 for text in texts]


def _joined(
    texts: list[str], gaps: list[int], widths: list[float], headings: Collection[int]
) -> Iterable[tuple[int, str]]:
    """Each line's text, with the number of the piece where it begins."""
    verdicts = _Joiner(texts, gaps, widths, headings).verdicts()
    if not any(verdicts):
        yield from enumerate(texts)
        return
    spaced: bool | None = None
    start, parts = 0, texts[:1]
    for i in range(1, len(texts)):
        verdict = verdicts[i]
        if not verdict:
            yield start, parts[0] if len(parts) == 1 else "".join(parts)
            start, parts = i, [texts[i]]
            continue
        if verdict == _HYPHENATED:
            parts[-1] = parts[-1][:-1]
        else:
            if spaced is None:
                spaced = _spaced(texts)
            parts.append(_between(parts[-1], texts[i], verdict, spaced))
        parts.append(texts[i])
    yield start, "".join(parts)


_NO, _CUT, _HYPHENATED, _PROSE = 0, 1, 2, 3


def _between(upper: str, lower: str, verdict: int, spaced: bool) -> str:
    """What stands between two joined pieces: a space or nothing."""
    last, first = upper[-1], lower[0]
    latin_start = (first < "\u0600" and first.isalnum()) or first in _LATIN_FIRST
    if verdict == _CUT:
        # `June 10,` and `May` go on after a space, `5 月 1` and `2026-` without one.
        return " " if latin_start and (last == "," or (last.isascii() and last.isalpha())) else ""
    if latin_start and ((last < "\u0600" and last.isalnum()) or last in _LATIN_LAST):
        return " "
    words = last.isalnum() and first.isalnum()
    return " " if spaced and words and (last.isascii() or first.isascii()) else ""


def _spaced(texts: Sequence[str]) -> bool:
    """Whether the document writes a space between Chinese characters and Latin letters or digits."""
    text = "\n".join(texts[:2000])
    apart = len(re.findall(rf"[{_CJK}] [0-9A-Za-z]", text))
    return apart > len(re.findall(rf"[{_CJK}][0-9A-Za-z]", text))


class _Joiner:
    """Decides for each piece but the first whether it goes on from the one before it."""

    def __init__(
        self, texts: list[str], gaps: list[int], widths: list[float], headings: Collection[int]
    ) -> None:
        self.texts, self.gaps, self.widths, self.headings = texts, gaps, widths, headings
        # An empty line after nearly every line says nothing, as in text copied from a PDF.
        self.allowed = 1 if gaps[1:].count(1) >= 0.6 * (len(gaps) - 1) else 0
        # A few lines in a hundred may be wider than the column: those were not cut.
        self.widest = sorted(widths)[-1 - len(widths) // 50] if widths else 0.0

    def verdicts(self) -> list[int]:
        texts, gaps, widths, headings = self.texts, self.gaps, self.widths, self.headings
        allowed = self.allowed
        found = [_NO] * len(texts)
        cut = False
        full: list[int] = []  # rule 5, to be confirmed
        until = 0  # rule 4: the pieces up to this one go on
        for i in range(1, len(texts)):
            gap = gaps[i]
            if gap > 1:
                continue
            upper, lower = texts[i - 1], texts[i]
            last, first = upper[-1], lower[0]
            if i <= until:
                found[i] = _PROSE
            elif headings and (i in headings or i - 1 in headings):
                continue
            elif first in _CUT_STARTS and last in _CUT_ENDS and self._date_cut(i):
                found[i] = _CUT
                cut = True
            elif gap > allowed:
                continue
            elif first in _NEVER_FIRST:
                found[i] = _PROSE
            elif last in _TERMINAL:
                continue
            elif last in "-‐" and (hyphen := _hyphen(upper, lower)):
                found[i] = hyphen
                cut = cut or hyphen == _HYPHENATED
            elif (
                (bracket := _OPENING.search(upper))
                or widths[i - 1] >= _COLUMN
                or last in _NEVER_LAST
                or "a" <= last <= "z"
            ) and not self._apart(i):
                if bracket and (end := self._closing(i)):
                    found[i] = _PROSE
                    until = end
                elif self._goes_on(i):
                    found[i] = _PROSE
                elif self._fills_column(i):
                    full.append(i)
        for i in self._confirmed(full, found):
            found[i] = _PROSE
        if cut or allowed:
            for i in range(1, len(texts)):
                if not found[i] and gaps[i] <= allowed and self._completes_name(i, found):
                    found[i] = _PROSE
        return found

    def _apart(self, i: int) -> bool:
        """Rule 2, and a line that ends a sentence."""
        upper, lower = self.texts[i - 1], self.texts[i]
        return bool(
            _ends_sentence(upper)
            or _LEADERS.search(upper)
            or " | " in upper
            or " | " in lower
            or begins_something(lower)
            or is_figures(upper)
            or is_figures(lower)
        )

    def _date_cut(self, i: int) -> bool:
        """Rule 1."""
        upper, lower = self.texts[i - 1][-24:], self.texts[i][:24]
        if _DATED_ITEM.match(self.texts[i]) and (
            " | " in self.texts[i - 1] or _DATED_ITEM.match(self.texts[i - 1])
        ):
            return False  # one announcement under the other
        if _CUT_START.match(lower) and any(
            start.match(lower) and end.search(upper) for end, start in _CUTS
        ):
            return True
        if (rest := _YEAR_REST.match(lower)) and (begun := _YEAR_CUT.search(upper)):
            return len(begun[0] + rest[1]) == 4
        if not _MONTH_END.search(upper) or _WHOLE_DATE.match(lower):
            return False
        whole = self.texts[i - 1]
        heading = len(whole) < 20 and bool(_HEADING_OF_DATES.fullmatch(whole))
        if upper[-1] == "年":
            if not _BARE_MONTH.match(lower):
                return False
            others = _BARE_MONTH
        else:
            if not (_BARE_DAY if upper[-1] == "月" else _DAY_START).match(lower):
                return False
            others = _BARE_DAY
        if heading:  # `5月` over `13日：…`, `24日：…`, or cut from its day?
            return not any(others.match(text) for text in self.texts[i + 1 : i + 4])
        return not _DATED_ITEM.match(lower) and not re.match(r"\d{1,2}\s*[:：]", lower)

    def _closing(self, i: int) -> int | None:
        """Rule 4: the piece in which a bracket closes that is open at the end of the piece above i."""
        upper = self.texts[i - 1]
        opened, close = -1, ""
        for open_mark, close_mark in _OPEN.items():
            at = upper.rfind(open_mark)
            if at > opened and at > upper.rfind(close_mark):
                opened, close = at, close_mark
        if opened < 0:
            return None
        for k in range(i, min(i + 3, len(self.texts))):
            text = self.texts[k]
            if k > i and (
                self.gaps[k] > self.allowed
                or k in self.headings
                or " | " in text
                or begins_something(text)
            ):
                return None
            closed = text.find(close)
            if closed >= 0:
                again = text.find(upper[opened])
                return k if again < 0 or again > closed else None
        return None

    def _goes_on(self, i: int) -> bool:
        """Rule 4, and 3 where a range's dash or a slash ends the line."""
        upper, lower = self.texts[i - 1], self.texts[i]
        if upper[-1] in _NEVER_LAST:
            return self.widths[i - 1] >= 16 or upper[-1] not in "，、"
        if lower[0].islower() and lower[0].isascii():
            return bool(upper[-1].isascii() and self.widths[i - 1] >= 40 and _UNIT.match(lower))
        return bool(_LITTLE_WORD.search(upper[-12:])) and self.widths[i - 1] >= 12

    def _fills_column(self, i: int) -> bool:
        """Rule 5: the next line's first word would not have fitted behind the line."""
        width = self.widths[i - 1]
        if width < _COLUMN:
            return False
        near = sorted(self.widths[max(0, i - 1 - _NEAR) : i + _NEAR])
        column = min(near[-1], self.widest)
        unit = _UNIT.match(self.texts[i])
        first = min(len(unit[0]) + 1, column / 2) if unit else 2
        if width + first + 0.08 * column <= column:
            return False
        return near[-2] >= 0.85 * column

    def _confirmed(self, full: list[int], found: list[int]) -> Iterable[int]:
        """Rule 5: those of the full lines whose paragraph ends in a sentence, or all once most do."""
        if not full:
            return ()
        texts = self.texts
        open_ = set(full)
        chains: list[tuple[list[int], bool]] = []
        chain: list[int] = []
        for place, i in enumerate(full):
            chain.append(i)
            end = i
            while end + 1 < len(texts) and found[end + 1] and end - i < 40 and end + 1 not in open_:
                end += 1
            if place + 1 < len(full) and full[place + 1] == end + 1:
                continue
            chains.append((chain, _ends_sentence(texts[end]) or texts[end][-1] in _TERMINAL))
            chain = []
        good = sum(len(c) for c, ends in chains if ends)
        if good >= 3 and good >= 0.4 * len(full):
            return full
        return [i for c, ends in chains if ends for i in c]

    def _completes_name(self, i: int, found: list[int]) -> bool:
        """Rule 6."""
        upper, lower = self.texts[i - 1], self.texts[i]
        bare = lower.rstrip("。；;，,、")
        # Prose that ends here: `…，横琴跨境数据流` / `动论坛将在珠海举行。`
        ends = lower[-1] in "。；;" and "，" in upper and len(lower) <= 24
        if " | " in upper or not (ends or (len(bare) <= 12 and _NOUN_AT_END.search(bare))):
            return False
        if _HEADING_WORD.match(lower) or not upper[-1].isalpha() or upper[-1].isascii():
            return False
        if begins_something(lower) or _LABEL.match(lower) or _DATED.match(lower):
            return False
        k = i - 1
        while k > 0 and found[k] and i - k < 6:
            k -= 1
        return (
            bool(_DATED.match(self.texts[k]))
            and not _ends_sentence(upper)
            and not _WHOLE_NOUN.search(upper)
        )


def begins_something(line: str) -> bool:
    """Rule 2: whether the line cannot go on from the one above it."""
    return bool(_BEGINS_SOMETHING.match(line) or _DATED_ITEM.match(line))


def _ends_sentence(line: str) -> bool:
    line = line.rstrip(_CLOSERS)
    return (
        not line
        or line[-1] in _TERMINAL
        or (line[-1] == "." and not _ABBREVIATED.search(line[-8:]))
    )


def is_figures(line: str) -> bool:
    """A row of numbers, with a name at most."""
    if line[-1] not in _FIGURE_ENDS:
        return False
    words = line.split(None, 40)
    if len(words) < 3 or not _FIGURE.fullmatch(words[-1]) or _CLAUSE.search(line):
        return False
    return 2 * sum(_FIGURE.fullmatch(word) is not None for word in words) >= len(words)


def _hyphen(upper: str, lower: str) -> int | None:
    """Rule 3: how to join a word cut by a hyphen; None: it is none."""
    if not _HYPHEN.search(upper[-24:]):
        return None
    if lower[0].isalpha() and lower[0].islower():
        word = re.split(r"[\W\d_]", upper[:-1][-24:])[-1].lower()
        compound = _KEEPS_HYPHEN.fullmatch(word) or _GOES_ON_COMPOUND.match(lower)
        return _CUT if compound else _HYPHENATED
    return (
        _CUT if lower[0].isalnum() and lower[0].isascii() and not begins_something(lower) else None
    )
