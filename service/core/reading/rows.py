"""The rows of a table: what each is called, its dates with what they date, where it is, how much it matters.

What a column is for, columns.py says. Of a row:
1. Its date is that of its date column, with the clock beside it; a start and an end are one date. An empty
   date cell takes the date above, where the row has a clock or names an event.
2. A date under a header of its own (截止日, Payment date) dates what the header says of the row.
3. It is called by its name; by who and what, where both have columns; by who and for which period.
4. What its status or note says is over announces nothing; what is called off is an event called off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.core.dates.phrases import find
from service.core.events.event import Importance
from service.core.events.kinds import Kind, infer_kind
from service.core.reading import columns, signs, titles
from service.core.reading.blocks import Block
from service.core.reading.blocks import Kind as BlockKind
from service.core.reading.columns import Role
from service.core.text.characters import plain


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says: a name, and dates each with the words of its column ("" for the event's own).

    A date of "" is that of the heading above the table. `told`: the row is read whole; another has its dates
    in running text.
    """

    name: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    place: str = ""
    importance: Importance | None = None
    cancelled: bool = False
    told: bool = True
    named: bool = False  # a column of names, or of who, gave the name


_DONE = re.compile(
    r"已(?:结束|举办|举行|完成|发布|施行|取消报名)|结束|完成|done|over|closed|ended|completed|past|released",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")
_HAN_END, _HAN_START = re.compile(r"[\u3400-\u9fff]$"), re.compile(r"^[\u3400-\u9fff0-9]")
_OPEN = re.compile(
    r"待[定公]|未定|另行通知|\btb[acd]\b|to be (?:announced|confirmed|decided)", re.IGNORECASE
)
# A place as a cell says it: Austin, Main Hall, 云岭会展中心
_PLACE_CELL = re.compile(r"[\u3400-\u9fff·]{2,8}|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}")
_DAYS_OF_GRID = 2
_EVENTS = re.compile(
    r"事件|会议|活动|指标|\b(?:events?|conference|meeting|indicator|figure|report)\b", re.IGNORECASE
)
_TICKER = re.compile(r"ticker|tckr|symbol|代码", re.IGNORECASE)
_OF_DAY = (Role.DATE, Role.START, Role.END)


def rows(table: Sequence[Block]) -> Iterator[tuple[Block, Row]]:
    """The rows of one table, its header left out."""
    blocks = [block for block in table if block.kind is BlockKind.ROW]
    reader = _Reader(blocks)
    for block in blocks:
        for row in reader.grid(block) or (reader.row(block),):
            yield block, row


@dataclass(slots=True)
class _Reader:
    blocks: Sequence[Block]
    header: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    above: dict[int, str] = field(
        default_factory=dict
    )  # the cells that hold for the rows below, too

    def __post_init__(self) -> None:
        self.header = next((block.header for block in self.blocks if block.header), ())
        self.roles = columns.roles(self.header, [block.cells for block in self.blocks])
        names = [column for column, role in enumerate(self.roles) if role is Role.NAME]
        if len(names) > 1:
            best = max(names, key=lambda column: (self._telling(column), -column))
            self.roles = tuple(
                Role.OTHER if role is Role.NAME and column != best else role
                for column, role in enumerate(self.roles)
            )

    def grid(self, block: Block) -> tuple[Row, ...]:
        """The cells of a timetable, each a row of its own: its days stand above it, its hours before it."""
        days = [
            column for column, head in enumerate(self.header) if columns.only_date(head, beside=12)
        ]
        if (
            len(days) < _DAYS_OF_GRID
            or 0 in days
            or not block.cells
            or not columns.only_clock(block.cells[0])
        ):
            return ()
        clock = columns.first_clock(block.cells[0])
        return tuple(
            Row(cell, (("", f"{self.header[column]} {clock}"),), named=True)
            for column in days
            if column < len(block.cells) and _LETTER.search(cell := block.cells[column])
        )

    def _telling(self, column: int) -> bool:
        """Whether the cells of a column tell its rows apart, by names of their own."""
        cells = [row.cells[column] for row in self.blocks if column < len(row.cells)]
        cells = [cell for cell in cells if cell]
        own = sum(not titles.generic(cell) for cell in cells)
        return bool(cells) and 2 * len(set(cells)) > len(cells) + 1 and 2 * own >= len(cells)

    def row(self, block: Block) -> Row:
        cells = self._in_place(block.cells)
        if not set(self.roles) & {*_OF_DAY, Role.CLOCK}:
            # Running text may say a date; figures side by side do not.
            words = self._of(
                cells, *(set(Role) - {Role.PERIOD, Role.SIDE})
            )  # Q4 is what it is about
            dated = any(not phrase.weak for cell in words for phrase in find(cell))
            if not dated and (name := self._under_a_day(cells)):
                return Row(name, (("", ""),), self._place(cells), named=True)
            return Row(told=not dated)
        remarks = [cell for cell in self._of(cells, Role.STATUS, Role.SIDE) if cell]
        if any(_DONE.fullmatch(plain(cell).strip()) for cell in remarks):
            return Row()
        name = self._name(cells)
        dates = self._dates(cells, name)
        self._keep(cells)
        if not name or not dates:
            return Row()
        return Row(
            name,
            dates,
            self._place(cells),
            self._importance(cells),
            any(signs.CANCELLED.within(plain(cell)) for cell in remarks),
            named=bool({Role.NAME, Role.WHO} & set(self.roles)),
        )

    def _in_place(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of a row whose day stands only in a row above, as copied from a page: its hour is first."""
        shifted = (
            self.roles[:2] == (Role.DATE, Role.CLOCK)
            and len(cells) > 2
            and not cells[-1]
            and columns.only_clock(cells[0])
            and not columns.only_clock(cells[1])
        )
        return ("", *cells[:-1]) if shifted else cells

    def _under_a_day(self, cells: Sequence[str]) -> str:
        """The name of a row in a table without dates that may stand below its day: who reports, what is on."""
        events = any(_EVENTS.search(plain(head)) for head in self.header)
        return self._name(cells) if Role.WHO in self.roles or events else ""

    def _of(self, cells: Sequence[str], *roles: Role) -> list[str]:
        return [cell for cell, role in zip(cells, self.roles, strict=False) if role in roles]

    def _head(self, column: int) -> str:
        return self.header[column] if column < len(self.header) else ""

    # -- dates

    def _dates(self, cells: Sequence[str], name: str) -> tuple[tuple[str, str], ...]:
        clock = next(
            (
                columns.first_clock(cell)
                for cell in self._of(cells, Role.CLOCK)
                if columns.only_clock(cell)
            ),
            "",
        )
        start, end = (next(iter(self._of(cells, role)), "") for role in (Role.START, Role.END))
        found: list[tuple[str, str]] = []
        if start and end and start != end and find(start) and find(end):
            found.append(("", f"{start} - {end}"))
        elif start and find(start):
            found.append(("", start))
        elif end and find(end):
            found.append((self._head(self.roles.index(Role.END)), end))
        for column, role in enumerate(self.roles):
            if role is Role.DATE and column < len(cells):
                head = self._head(column)
                label = "" if columns.own_date(head) else head
                cell = cells[column]
                if not cell and not label and not found:
                    cell = self._continued(column, clock, name)
                if cell and find(cell):
                    found.append((label, f"{cell} {clock}" if clock and not label else cell))
        if not found and Role.CLOCK in self.roles and not set(self.roles) & {*_OF_DAY}:
            return (("", clock),)  # on the day of the heading above
        return tuple(found)

    def _continued(self, column: int, clock: str, name: str) -> str:
        """Rule 1: the date above, for a row that is another of its events."""
        event = titles.event_name(name) or infer_kind(name) is not Kind.OTHER
        told = clock or event or signs.HAPPENS.within(plain(name))
        return self.above.get(column, "") if told else ""

    def _keep(self, cells: Sequence[str]) -> None:
        for column, (cell, role) in enumerate(zip(cells, self.roles, strict=False)):
            if cell and role in (Role.DATE, Role.WHO):
                self.above[column] = cell

    # -- the rest

    def _name(self, cells: Sequence[str]) -> str:
        said = {role: cell for cell, role in zip(cells, self.roles, strict=False) if cell}
        first: dict[Role, str] = {}
        for column, (cell, role) in enumerate(zip(cells, self.roles, strict=False)):
            if cell and _LETTER.search(cell):
                if role is Role.WHO and _TICKER.match(plain(self._head(column))):
                    first[role] = first.get(role, cell)
                elif role is Role.WHO and first.get(role, "").isupper():
                    first[role] = cell  # the company rather than its ticker
                else:
                    first.setdefault(role, cell)
        who = first.get(Role.WHO, "")
        if not who and Role.WHO in self.roles:
            who = self.above.get(self.roles.index(Role.WHO), "")
        what = first.get(Role.NAME, "") or said.get(Role.NAME, "")
        if who and what and who != what:
            return f"{who}：{what}" if signs.HAN.search(what) else f"{who}: {what}"
        if who and not what and (period := said.get(Role.PERIOD)):
            glue = "" if _HAN_END.search(who) and _HAN_START.search(period) else " "
            return f"{who}{glue}{period}"
        name = what or who or self._unnamed(cells)
        if _OPEN.fullmatch(plain(name).strip()):
            return ""
        return name or next(
            (cell for cell in self._of(cells, Role.PLACE) if _LETTER.search(cell)), ""
        )

    def _unnamed(self, cells: Sequence[str]) -> str:
        """The name in a table whose header does not say where it stands."""
        others = [cell for cell in self._of(cells, Role.OTHER) if _LETTER.search(cell)]
        if not others or self.header:
            return others[0] if others else ""
        if self._guessed_place(cells):
            return others[0]
        return " ".join(others[:3])

    def _guessed_place(self, cells: Sequence[str]) -> str:
        """Without a header, a place is what stands behind the name and looks like one in every row."""
        if self.header or Role.PLACE in self.roles:
            return ""
        others = [column for column, role in enumerate(self.roles) if role is Role.OTHER]
        if len(others) < 2 or (len(self.blocks) < 2 and Role.IMPORTANCE not in self.roles):
            return ""
        column = others[1]
        every = [row.cells[column] for row in self.blocks if column < len(row.cells)]
        looks = all(
            _PLACE_CELL.fullmatch(cell) and not titles.event_name(cell) for cell in every if cell
        )
        return cells[column] if looks and any(every) and column < len(cells) else ""

    def _place(self, cells: Sequence[str]) -> str:
        place = next((cell for cell in self._of(cells, Role.PLACE) if cell), "")
        place = place or self._guessed_place(cells)
        return "" if _OPEN.search(plain(place)) or not _LETTER.search(place) else place[:200]

    def _importance(self, cells: Sequence[str]) -> Importance | None:
        for cell in self._of(cells, Role.IMPORTANCE):
            if level := columns.LEVELS.get(plain(cell).strip().lower()):
                return Importance(level)
        return None
