"""Rows of a table to pieces, alike for HTML and DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.core.reading.document import MOST_CELLS, MOST_STRUCK, Piece

_LONG = 200  # characters: a cell that spans rows is repeated in each, but not if that could fill the memory
_MANY = 4  # lines: a cell of more is no value but text, and its table lays out the page


@dataclass(slots=True)
class Cell:
    """The lines in a cell; it spans `spans` rows, counted from its own, and `width` columns."""

    lines: list[str]
    spans: int = 1
    layout: bool = False  # it holds tables, headings or lists
    width: int = 1
    heads: bool = False  # it names its column
    struck: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """Turns a table's rows, one by one, into pieces: ` | ` between the cells, of which empty ones are kept.

    A cell over several rows stands in each of them: it holds for all, and its date, too.
    """

    carried: dict[int, tuple[str, int]] = field(default_factory=dict)  # column: text, rows left

    def pieces(self, cells: Sequence[Cell], columns: bool = False) -> list[Piece]:
        """The row as one piece; as all the lines in it where its table only lays out a page."""
        filled = [cell for cell in cells if cell.lines]
        struck = tuple(text for cell in cells for text in cell.struck)[:MOST_STRUCK]
        if any(cell.layout or len(cell.lines) > _MANY for cell in filled) or (
            len(filled) == 1 and len(filled[0].lines) > 1 and not self.carried
        ):
            self.carried.clear()
            return [Piece(line, None, 0, struck=struck) for cell in filled for line in cell.lines]
        texts = self._texts(cells)
        row = " | ".join(filter(None, texts))
        if not row:
            return []
        heads = columns or (len(cells) > 1 and all(cell.heads for cell in cells))
        kept = tuple(texts[:MOST_CELLS]) if len(texts) > 1 else ()
        return [Piece(row, None, 0, cells=kept, columns=heads and bool(kept), struck=struck)]

    def _texts(self, cells: Sequence[Cell]) -> list[str]:
        texts: list[str] = []
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
                        return texts
                    texts.append("")
                    column += 1
                    continue
                text = " ".join(cell.lines)
                if cell.spans > 1 and len(text) <= _LONG:
                    self.carried[column] = (text, cell.spans - 1)
                wide = min(cell.width, MOST_CELLS) - 1
                if wide > 0:
                    texts += [text, *[""] * (wide - 1)]
                    column += wide
                    text = ""
            texts.append(text)
            column += 1
