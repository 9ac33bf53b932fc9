"""Cases of dongrixinyu/JioNLP: test/test_time_parser.py, which is read and not run.

Each is a list of a text, a reference and what is expected; a time_point or a time_span counts, given
as its first and last second. time_delta and time_period are durations and sets. A reference without
a day is its first day (2021: 1 January); where it is the moment of the run nothing hangs on it, and
the text is read on the first wanted day.

Left out besides what cases.py leaves out: open ends (inf); spans that end at the reference ("since
X") or begin at it, except those that say "within" (before X); times with seconds; lunar dates under
their other names, and days of a month in words without 日 or 号, which are lunar there; seasons and
solar terms, whose year is the lunar one there; a day that hangs on one which is not in the text
(次日, 第三天); what is reckoned from a reference without a day.

Taken either way besides what cases.py takes so: what is marked as blur (年底: from 1 November or from
1 December); weeks, months and years from now as that window or as the day in it; the n-th week of a
month, also by sevens from the 1st and with the 1st in the first week; a date without a year or month
that is moved on although it lies ahead (ret_future).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scripts.conformance import clones
from scripts.conformance.cases import CLOCK, Case, Want, days, in_scope

SUITE = "JioNLP"
ZONE = "Asia/Shanghai"
_OUT = re.compile(
    r"[阴旧]历|腊月|冬月|闰|廿|初[一二三四五六七八九十0-9]|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
    r"|月[一二三四五六七八九十]+(?![日号月一二三四五六七八九十])"
    r"|[春夏秋冬](?!节)|雨水|惊蛰|谷雨|小满|芒种|[大小][暑寒雪]|处暑|白露|寒露|霜降"
    r"|以来|几十年"
)
_DAY = re.compile(
    r"[年月日号周节假]|(?<!白)天|星期|礼拜|今|明|昨|除夕|元旦|国庆|清明|端午|中秋|重阳|元宵"
    r"|[0-9][-./· ][0-9]|[0-9]{6}|^十一$"
)
_HANGS = re.compile(r"[次翌当][日天]|同[月日年]|^第.{1,3}[天日年]|全天")
_RECKONED = re.compile(r"[后内未过近]")
_WITHIN = re.compile(r"内|未来|今后")
_LATER = re.compile(r"后$")
_WEEK_OF_MONTH = re.compile(r"月份?的?第([一二三四五1-5])(?:个?星期|周)$")
_RUN = "the moment of the run"


def cases(clone: Path) -> Iterator[Case]:
    tree = ast.parse(clones.text(clone, "test/test_time_parser.py"))
    named = {
        node.targets[0].id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.List) and len(node.elts) in (3, 4):
            text, reference, *_, expected = (_value(part, named) for part in node.elts)
            if isinstance(text, str) and isinstance(expected, dict):
                case = _case(text, reference, expected)
                if case is not None and in_scope(case):
                    yield case


def _value(node: ast.expr, named: dict[str, Any]) -> Any:
    """What a literal, a name or a call that makes a reference says; None for anything else."""
    match node:
        case ast.Name():
            return named.get(node.id)
        case ast.Call() if ast.unparse(node.func) == "datetime.datetime":
            return [_value(part, named) for part in node.args]
        case ast.Call():
            return _RUN if ast.unparse(node.func) == "time.time" else None
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _case(text: str, reference: Any, expected: dict[str, Any]) -> Case | None:
    if _OUT.search(text) or not _DAY.search(_HANGS.sub("", text)):
        return None
    now, whole = _reference(reference)
    if (now is None and reference != _RUN) or (not whole and _RECKONED.search(text)):
        return None
    want = _want(text, expected, now)
    if want is None:
        return None
    today = now.date() if now else want.days[0]
    wants = [want, *_moved_on(text, want, today), *_weeks_of_month(text, want)]
    if want.blur and _LATER.search(text):
        wants += _that_day(today, want)
    return Case(SUITE, "zh", text, today, ZONE, tuple(wants), (0, len(text)))


def _reference(reference: Any) -> tuple[datetime | None, bool]:
    """The reference, of seconds since 1970, [year, month, ...] or {"year": ...}; if it has a day."""
    if isinstance(reference, int | float):
        return datetime.fromtimestamp(reference, ZoneInfo(ZONE)).replace(tzinfo=None), True
    if isinstance(reference, dict):
        names = ("year", "month", "day", "hour", "minute", "second")
        reference = [reference[name] for name in names if name in reference]
    if not isinstance(reference, list) or not all(isinstance(part, int) for part in reference):
        return None, True
    parts = reference + [1] * (3 - len(reference))
    return datetime(*parts), len(reference) >= 3  # noqa: DTZ001 - the wall clock's


def _want(text: str, expected: dict[str, Any], now: datetime | None) -> Want | None:
    if expected.get("type") not in ("time_point", "time_span"):
        return None
    try:
        start, end = (datetime.fromisoformat(one) for one in expected["time"])
    except ValueError:  # inf, -inf, a year of five digits
        return None
    blur = expected.get("definition") == "blur" and start.date() != end.date()
    if now is not None and now.time() > datetime.min.time():
        if end in (now, now.replace(second=59)):
            return None
        if start == now:
            ends = (end.date(), end.date() + timedelta(1))
            return days(start.date(), *ends, blur=True) if _WITHIN.search(text) else None
    if start.second or end.second not in (0, 59):
        return None
    if (start.hour, start.minute, end.hour, end.minute) == (0, 0, 23, 59):
        return days(start.date(), end.date(), blur=blur)
    if expected["type"] == "time_point" and CLOCK.search(text):
        return Want(start, frozenset())  # the minute, or the hour, that was said
    return Want(start, _ends(end))


def _ends(end: datetime) -> frozenset[date | datetime]:
    """A last second as the end: 12:10:59 is 12:10 or 12:11, and 17:59:59 also 17:00."""
    minute = end.replace(second=0)
    if not end.second:
        return frozenset({minute})
    whole = {minute.replace(minute=0)} if minute.minute == 59 else set()
    return frozenset({minute, minute + timedelta(minutes=1)} | whole)


def _moved_on(text: str, want: Want, today: date) -> Iterator[Want]:
    """The same date a year (or a month, where none is said) before, if it lies ahead too."""
    if "号" not in text or "年" in text or want.ends - {want.first}:
        return
    months = 12 if "月" in text else 1
    year, month = divmod(want.first.year * 12 + want.first.month - 1 - months, 12)
    try:
        earlier = want.first.replace(year=year, month=month + 1)
    except ValueError:  # 31 June
        return
    if Want(earlier, frozenset()).days[0] >= today:
        yield Want(earlier, frozenset({earlier} if want.ends else ()))


def _weeks_of_month(text: str, want: Want) -> Iterator[Want]:
    found = _WEEK_OF_MONTH.search(text)
    if found is None or want.timed:
        return
    number = "一二三四五".find(found[1]) + 1 or int(found[1])
    first_sunday = want.days[0] + timedelta(6 - 7 * (number - 1))
    month = first_sunday.replace(day=1)
    by_sevens = month + timedelta(7 * (number - 1))
    for first in (by_sevens, by_sevens - timedelta(by_sevens.weekday())):
        yield days(first, first + timedelta(6))


def _that_day(today: date, want: Want) -> Iterator[Want]:
    """Today's weekday in a week, its day in a month, its day and month in a year."""
    first, last = want.days
    length = (last - first).days + 1
    for number in range(length):
        day = first + timedelta(number)
        if length <= 7:
            same = day.weekday() == today.weekday()
        else:
            same = day.day == today.day and (length <= 31 or day.month == today.month)
        if same:
            yield days(day)
