"""Rows of a table to lines, alike for HTML and DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

_LONG = 200  # characters: a cell that spans rows is repeated in each, but not if that could fill the memory
_MANY = 4  # lines: a cell of more is no value but text, and its table lays out the page


@dataclass(slots=True)
class Cell:
    """The lines in a cell; `spans` rows, counted from its own."""

    lines: list[str]
    spans: int = 1
    layout: bool = False  # it holds tables, headings or lists


@dataclass(slots=True)
class Rows:
    """Turns a table's rows, one by one, into lines: ` | ` between the cells.

    A cell over several rows stands in the line of each: it holds for all of them, and its date, too.
    """

    carried: dict[int, tuple[str, int]] = field(default_factory=dict)  # column: text, rows left

    def lines(self, cells: Sequence[Cell]) -> list[str]:
        """The row as one line; as all the lines in it where its table only lays out a page."""
        filled = [cell for cell in cells if cell.lines]
        if any(cell.layout or len(cell.lines) > _MANY for cell in filled) or (
            len(filled) == 1 and len(filled[0].lines) > 1 and not self.carried
        ):
            self.carried.clear()
            return [line for cell in filled for line in cell.lines]
        texts = []
        column = 0
        own = iter(cells)
        while True:
            if column in self.carried:
                text, left = self.carried.pop(column)
                if left > 1:
                    self.carried[column] = (text, left - 1)
            else:
                cell = next(own, None)
                if cell is None:
                    if all(place < column for place in self.carried):
                        break
                    column += 1
                    continue
                text = " ".join(cell.lines)
                if cell.spans > 1 and len(text) <= _LONG:
                    self.carried[column] = (text, cell.spans - 1)
            texts.append(text)
            column += 1
        row = " | ".join(filter(None, texts))
        return [row] if row else []
