"""What the columns of a table are for: by the words of its header, else by what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from service.core.dates.phrases import Phrase, find
from service.core.text.characters import plain


class Role(StrEnum):
    """What a column holds."""

    DATE = "date"
    START = "start"
    END = "end"
    CLOCK = "clock"
    WAS = "was"  # the date before it was moved
    WHO = "who"  # the company, the ticker: who does what the name says
    NAME = "name"
    PERIOD = "period"  # what a figure or a report is about
    PLACE = "place"
    IMPORTANCE = "importance"
    STATUS = "status"
    SIDE = "side"  # numbers, notes, links: nothing of an event
    OTHER = "other"


# The first that fits a header's cell.
_BY_HEADER: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (Role.SIDE, r"^(?:序号|编号|no\.?|#|id|周次|week|前值|预期|预测|实际|公布值|现价|作业)$"),
        (Role.SIDE, r"^(?:备注|说明|链接|网址)$|入口|下载|回放|录像|\b(?:slides?|video|recording)\b"),
        (Role.WAS, r"^(?:was|原定|原日期|原时间|原计划|原定日期|former(?:ly)?|previous date|old date)$"),
        (Role.START, r"^(?:起|自|(?:开始|起始|开幕)(?:日期|时间|日)?|from|starts?|begins?"
         r"|(?:start|begin|opening)(?: |-)(?:date|day|time|on|at)|date (?:start|from))$"),
        (Role.END, r"^(?:止|至|(?:结束|终止|闭幕)(?:日期|时间|日)?|to|until|ends?"
         r"|(?:end|finish)(?: |-)(?:date|day|time|on|at)|date (?:end|to|until))$"),
        (Role.CLOCK, r"^(?:时刻|钟点|时段|几点|hour|clock|time of day)$"),
        (Role.IMPORTANCE, r"^(?:重要(?:性|程度|度)?|优先级|级别|关注度|影响(?:程度)?)$"),
        (Role.IMPORTANCE, r"^(?:importance|priority|impact)$"),
        (Role.STATUS, r"^(?:状态|进展|进度|status|state)$"),
        (Role.PERIOD, r"^(?:报告期|期间|财季|财报期|统计期|月份|month|(?:fiscal )?(?:quarter|period))$"),
        (Role.PLACE, r"地点|城市|地区|会场|会址|场馆|^(?:place|city|venue|location|where|town)$"),
        (Role.SIDE, r"国家|规模|主办|承办|人数|国别|内容提要|主讲|讲者|讲师|分享人|主持|嘉宾|講者|主持人"
         r"|\b(?:speakers?|presenters?|affiliation|hosts?|sponsors?|tickets?|website|register|instructors?)\b"),
        (Role.SIDE, r"\b(?:country|notes?|link|url|size|organi[sz]er"
         r"|previous|forecast|consensus|actual|owner|to whom|why|read|tests?)\b"),
        (Role.WHO, r"^(?:公司|企业|简称|标的|证券简称|股票(?:简称)?)(?:/.*)?$"),
        (Role.WHO, r"^(?:ticker|tckr|symbol|company|drug|issuer)$"),
        (Role.NAME, r"事件|会议|活动|名称|项目|文件|公司|企业|展会|赛道|产品|法规|标题|内容|指标|课程|主题"
         r"|研讨会|论坛|比赛|基金|版本|股票|简称|题目|事项|议程|阶段|催化"
         r"|\b(?:event|conference|company|name|title|release|version|fund|product|meeting|indicator|topic|figure"
         r"|item|what|workshop|show|milestone|project|document|rule|step|part|stream|catalyst|build|subject|summary|talk)\b"),
        (Role.DATE, r"日期|时间|会期|档期|日程|日子|[日期]$|\b(?:dates?|when|day|time|timing|held)\b"),
    )
)  # fmt: skip
# A column of dates under one of these dates the row itself; under any other it dates what the header says.
_OWN = re.compile(
    r"^(?:(?:活动|会议|举办|召开|大会|展会|开展|计划|预计|预约|实际)?(?:日期|时间|会期|展期|档期|日子|日)"
    r"|(?:预约|计划|预计|实际)?(?:披露|公布|发布|举办|召开)(?:日期|时间|日)"
    r"|(?:event |conference |meeting |planned |due |release )?(?:dates?(?: range)?|when|day|time|timing"
    r"|held)|planned"
    r"|conference|expected|eta|est\.?|target|month|月份|月)$",
    re.IGNORECASE,
)
_MONTHS = re.compile(r"月份|months?", re.IGNORECASE)
_DEADLINE = re.compile(r"截止|截稿|deadline|freeze|cut|closes", re.IGNORECASE)
_CLOCK = re.compile(r"[0-9]:[0-9]{2}")
_NUMBERS = re.compile(r"\d[/.]\d")
_NO_LETTER = re.compile(r"[\W_]")
_FIGURE = re.compile(
    r"[-+(]?[\d.,]+\)? ?(?:%|bn|m|k|million|billion|万|亿|倍|个|人|元)?|[-–—－/]+|n/?a",
    re.IGNORECASE,
)
LEVELS = {
    **dict.fromkeys(("高", "重要", "重大", "high", "***", "★★★", "critical", "1级", "一级"), "high"),
    **dict.fromkeys(("中", "一般", "普通", "medium", "normal", "mid", "**", "★★", "moderate"), "normal"),
    **dict.fromkeys(("低", "次要", "low", "*", "★", "minor"), "low"),
}  # fmt: skip


def named(header: str) -> Role | None:
    """The role that the words of a header's cell give; None where they say nothing."""
    line = plain(header).strip()
    return next((role for role, pattern in _BY_HEADER if pattern.search(line)), None)


def own_date(header: str) -> bool:
    """Whether a date in that column is the row's own, not that of what the header names."""
    line = plain(header).strip()
    return not line or _OWN.match(line) is not None or named(header) in (Role.START, Role.END)


def roles(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Role, ...]:
    """The role of each column. `header` is () where there is none; the rows have its length or less."""
    width = max((len(header), *map(len, rows)), default=0)
    found = []
    figures = sum(any(map(_dotted, _column(rows, column))) for column in range(width))
    for column in range(width):
        said = header[column] if column < len(header) else ""
        cells = [cell for cell in _column(rows, column) if cell]
        found.append(_role(said, cells, bool(header), column, figures == 1))
    dated = [column for column, role in enumerate(found) if role is Role.DATE]
    weekdays = [n for n in dated if all(map(_weekday, filter(None, _column(rows, n))))]
    if len(weekdays) < len(dated):
        for column in weekdays:  # Thursday beside 13 June is that day, and no date of its own
            found[column] = Role.SIDE
    if Role.CLOCK in found and not any(
        role in (Role.DATE, Role.START) and any(map(_day, _column(rows, column)))
        for column, role in enumerate(found)
    ):
        # 10:00 | Hiring gauge | Feb.: a month beside a clock is what the figure is about.
        return tuple(Role.PERIOD if role is Role.DATE else role for role in found)
    if not {Role.DATE, Role.START, Role.CLOCK} & set(found):
        # A column of months is the date where there is no other.
        found = [
            Role.DATE if role is Role.PERIOD and _MONTHS.fullmatch(plain(header[column])) else role
            for column, role in enumerate(found)
        ]
    return tuple(found)


def _column(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in rows if column < len(row)]


def _dotted(cell: str) -> bool:
    """9.12: a figure, or a day."""
    return _FIGURE.fullmatch(plain(cell)) is not None and all(each.weak for each in find(cell))


def _weekday(cell: str) -> bool:
    """A weekday and nothing else."""
    written = [phrase.first for phrase in find(cell)]
    return only_date(cell, beside=0) and all(
        one is not None and one.weekday is not None and not one.number and one.month is None
        for one in written
    )


def _day(cell: str) -> bool:
    return any(phrase.exact and phrase.first is not None for phrase in find(cell))


def _role(header: str, cells: Sequence[str], headed: bool, column: int, alone: bool) -> Role:
    role = named(header) if header else None
    if role in (Role.PLACE, Role.SIDE, Role.IMPORTANCE, Role.STATUS, Role.WAS, Role.PERIOD):
        return role
    dates = sum(only_date(cell) for cell in cells)
    if dates and all(map(_dotted, cells)):
        # 9.12 is a day where the header says so, or in rows without one that hold no other figure.
        # (2.2) is neither, but the number of an equation.
        dated = role in (Role.DATE, Role.START, Role.END) or (not headed and alone)
        dated = dated and not any(cell.startswith(("(", "（")) for cell in cells)
        dates = dates if dated else 0
    clocks = sum(only_clock(cell) for cell in cells)
    if role in (Role.START, Role.END):
        return role if dates else Role.CLOCK if clocks else Role.OTHER
    # A first column of names may hold one that is a date, too (2026-06): most decide.
    if cells and clocks > dates and 2 * clocks >= len(cells):
        return Role.CLOCK
    if cells and 2 * dates >= len(cells) and not (role is Role.NAME and column == 0):
        return Role.DATE
    if role is Role.DATE and cells and not any(map(find, cells)):
        return Role.NAME  # "Important dates" over what is due on them
    if role is not None:
        return role
    if cells and all(plain(cell).strip().lower() in LEVELS for cell in cells):
        return Role.IMPORTANCE
    if (
        header
        and dates
        and 3 * sum(len(cell) > 12 and not only_date(cell) for cell in cells) <= len(cells)
    ):
        return Role.DATE  # a column of dates with empty or open cells
    if cells and all(_FIGURE.fullmatch(plain(cell).strip()) for cell in cells):
        return Role.SIDE
    return Role.OTHER


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns: no date or clock in it, no long cell, and one word of a header's."""
    if sum(map(bool, cells)) < 2 or any(
        len(cell) > 30 or _CLOCK.search(plain(cell)) or only_date(cell) for cell in cells if cell
    ):
        return False
    if any(cell.isdigit() for cell in cells):
        return False
    if any(phrase.exact and not phrase.weak for cell in cells for phrase in find(cell)):
        return False
    said = [named(cell) for cell in cells if cell]
    return any(
        role in (Role.DATE, Role.NAME, Role.WHO, Role.START, Role.CLOCK) for role in said
    ) or any(_DEADLINE.search(plain(cell)) for cell in cells)


def heads(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a first row names the columns of the rows below by contrast: they hold dates, clocks or
    figures where it has words."""
    if not rows or any(not cell or len(cell) > 30 or _FIGURE.fullmatch(cell) for cell in cells):
        return False
    below = [row for row in rows if len(row) == len(cells)]
    figures = sum(all(map(_FIGURE.fullmatch, map(plain, filter(None, row[1:])))) for row in below)
    if below and figures == len(below):
        return True
    return not any(re.search("[0-9]", cell) or only_date(cell) for cell in cells) and any(
        only_date(cell) or only_clock(cell) for row in rows for cell in row[: len(cells)]
    )


_LEADS_DATE = re.compile(r"\W*(?:throughout|during|from|on|in) (?=\S)", re.IGNORECASE)


def only_date(cell: str, beside: int = 4) -> bool:
    """Whether the cell is a date or several, with a remark of so many letters at most."""
    phrases: list[Phrase] = [phrase for phrase in find(cell) if phrase.first is not None]
    if not phrases:
        return False
    line = plain(cell)
    if phrases[0].weak and not _NUMBERS.search(line):
        return False
    if lead := _LEADS_DATE.match(line):
        beside += lead.end()
    rest = line
    for phrase in reversed(phrases):
        rest = rest[: phrase.start] + rest[phrase.end :]
    return len(_NO_LETTER.sub("", rest)) <= (
        beside if phrases[0].exact and not phrases[0].weak else 0
    )


def figure(cell: str) -> bool:
    """Whether the cell is a number with its unit: 1.37 million."""
    return _FIGURE.fullmatch(plain(cell).strip()) is not None


def only_clock(cell: str) -> bool:
    """Whether the cell is a time of day or a span of them."""
    phrases = find(cell)
    if not phrases or any(phrase.first is not None for phrase in phrases):
        return False
    line = plain(cell)
    rest = line[: phrases[0].start] + line[phrases[-1].end :]
    # Noon ET/11 AM CT Register: in several zones, and a link
    most = 10 if phrases[0].zone and "/" in line[: phrases[-1].end] else 2
    return phrases[0].clock is not None and len(_NO_LETTER.sub("", rest)) <= most


def first_clock(cell: str) -> str:
    """The time of day in a cell, the first one where it stands there in several zones."""
    phrase = find(cell)[0]
    return cell[phrase.start : phrase.end]
