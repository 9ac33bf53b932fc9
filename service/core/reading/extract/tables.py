"""Rows of a table: which cell is the name, which are dates, and what the columns are for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.core.dates.phrases import Phrase, find
from service.core.reading.extract import signs
from service.core.text.characters import plain

_BAR = re.compile(r"\s*[|┃│¦]\s*|\s*\t+\s*")
_MARK = re.compile(r"[|┃│¦\t]")
_WIDE = re.compile(r" {2,}|\u3000+")
_NAME = re.compile(
    r"事件|会议|活动|名称|项目|文件|公司|企业|展会|赛道|产品|法规|标题|内容|指标|课程|主题|研讨会"
    r"|论坛|比赛|基金|版本|股票|简称|题目"
    r"|\b(?:event|conference|company|name|title|release|version|fund|product|meeting|indicator|topic"
    r"|item|what|workshop|show|milestone|project|document|rule)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"日期|时间|会期|档期|日程|\b(?:dates?|when|day|time|timing|held)\b", re.IGNORECASE
)
_PLAIN_DATE = re.compile(
    r"^(?:(?:活动|会议|举办|召开|大会|展会|开展)?(?:日期|时间|会期|展期|档期)"
    r"|(?:event |conference |meeting )?(?:dates?|when|day|time|timing|held)|conference)$",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"地点|城市|规模|主办|备注|状态|链接|网址|级别|编号|序号|人数|前值|预期"
    r"|\b(?:place|city|venue|location|where|country|notes?|status|link|size|organi[sz]er|id|no"
    r"|previous|forecast|consensus)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says: a name, and dates each with the words of its column ("" for the event's own)."""

    name: str
    dates: tuple[tuple[str, str], ...]
    place: str = ""


# A catalyst's row: whose it is, what happens.
_WHO = re.compile(r"公司|简称|标的|\b(?:ticker|tckr|symbol|company|drug)\b", re.IGNORECASE)
_WHAT = re.compile(r"事件|事项|催化|\b(?:event|catalyst|milestone)\b", re.IGNORECASE)
# ---, :--:
_RULE_OR_EMPTY = re.compile(r":?-{2,}:?|")
_PLACE = re.compile(r"地点|城市|place|city|venue|location|where", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")
_DEADLINE_COLUMN = re.compile("截|deadline|due|clos|施行", re.IGNORECASE)


class Table:
    """The columns of the rows being read; forgotten when a row does not fit them."""

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()

    def cells(self, text: str) -> list[str] | None:
        """The cells of a row, or None where the line is none."""
        if _MARK.search(text):
            parts = [part.strip() for part in _BAR.split(text.strip().strip("|┃│¦\t"))]
            if len(parts) < len(self.columns):
                wide = [part.strip() for cell in parts for part in _WIDE.split(cell)]
                parts = wide if len(wide) == len(self.columns) else parts
        elif ("  " in text or "\u3000" in text) and (
            self.columns or _header([p.strip() for p in _WIDE.split(text)])
        ):
            parts = [part.strip() for part in _WIDE.split(text.strip())]
            if self.columns and len(parts) != len(self.columns):
                return None
        else:
            self.columns = ()
            return None
        return parts if len(parts) > 1 else None

    def row(self, cells: Sequence[str]) -> Row | None:
        """The row's name and dates; None for the head, which is kept, and for rows without either."""
        if all(_RULE_OR_EMPTY.fullmatch(cell) for cell in cells):
            return None
        if _header(cells):
            self.columns = tuple(cells)
            return None
        cells = _timed(cells)
        columns = self.columns if len(self.columns) == len(cells) else ("",) * len(cells)
        dates, names, place = [], [], ""
        for column, cell in zip(columns, cells, strict=True):
            if not cell:
                continue
            named = column and _NAME.search(plain(column)) and not _DATE.search(plain(column))
            if named and (column is columns[0] or not _only_date(cell)):
                names.append((column, cell))
            elif _only_date(cell) or (
                column and _DATE.search(plain(column)) and _begins_with_date(cell)
            ):
                label = "" if not column or _PLAIN_DATE.match(plain(column)) else column
                dates.append((label, cell))
            elif column and _SIDE.search(plain(column)) and not _NAME.search(plain(column)):
                place = cell if _PLACE.search(plain(column)) else place
            elif _LETTER.search(cell) or (columns[0] and not names):
                names.append((column, cell))
        if not dates or not names:
            return None
        chosen = next(
            (cell for column, cell in names if column and _NAME.search(plain(column))), None
        )
        who = next((cell for column, cell in names if column and _WHO.search(plain(column))), None)
        what = next(
            (cell for column, cell in names if column and _WHAT.search(plain(column))), None
        )
        if who and what and who != what:
            chosen = f"{who}：{what}" if signs.HAN.search(what) else f"{who}: {what}"
        if chosen is None:
            chosen = names[0][1] if any(columns) else " ".join(cell for _, cell in names[:3])
        if (
            len(dates) == 1
            and _DATE.search(plain(dates[0][0]))
            and not _DEADLINE_COLUMN.search(plain(dates[0][0]))
        ):
            dates = [("", dates[0][1])]
        return Row(chosen, tuple(dates), place)


_CLOCK = re.compile(r"[0-9]:[0-9]{2}")
_DEADLINE_HEAD = re.compile("截止|截稿|deadline|freeze|cut|closes", re.IGNORECASE)


def _header(cells: Sequence[str]) -> bool:
    """Names of columns: no date among them, and one that speaks of dates or names."""
    if any(_only_date(cell) or _CLOCK.search(plain(cell)) for cell in cells) or any(
        len(cell) > 30 for cell in cells
    ):
        return False
    return any(
        _DATE.search(plain(cell)) or _NAME.search(plain(cell)) or _DEADLINE_HEAD.search(plain(cell))
        for cell in cells
    ) and not any(phrase.exact and not phrase.weak for cell in cells for phrase in find(cell))


def _begins_with_date(cell: str) -> bool:
    phrases = find(cell)
    return (
        bool(phrases)
        and phrases[0].exact
        and not signs.WORD.search(plain(cell)[: phrases[0].start])
    )


def _timed(cells: Sequence[str]) -> list[str]:
    """The cells, with a time that has a cell of its own put behind the date before it."""
    kept = list(cells)
    for place in range(1, len(kept)):
        if (
            _CLOCK.search(plain(kept[place]))
            and _only_date(kept[place - 1])
            and (found := find(kept[place]))
            and len(found) == 1
            and found[0].first is None
            and found[0].end - found[0].start == len(kept[place])
        ):
            kept[place - 1], kept[place] = f"{kept[place - 1]} {kept[place]}", ""
    return kept


_NUMBERS = re.compile(r"\d[/.]\d")
_NO_LETTER = re.compile(r"[\W_]")


def _only_date(cell: str) -> bool:
    phrases: list[Phrase] = [p for p in find(cell) if p.first is not None]
    if not phrases:
        return False
    line = plain(cell)
    rest = line[: phrases[0].start] + line[phrases[-1].end :]
    if phrases[0].weak and not _NUMBERS.search(line):
        return False
    return len(_NO_LETTER.sub("", rest)) <= (4 if phrases[0].exact else 0)
