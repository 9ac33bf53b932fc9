"""Documents as blocks: what each line is, and what it stands under."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.core.reading.blocks import Block, Kind, build, written
from service.core.reading.document import DEEPEST, MOST_CELLS, Line, text_lines

FOLDER = Path(__file__).parents[2] / "data" / "blocks"


def blocks(text: str) -> tuple[Block, ...]:
    return build(text_lines(text))


def kinds(text: str) -> list[str]:
    return [str(block.kind) for block in blocks(text)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_documents_blocks_are_as_they_were_looked_at(path: Path) -> None:
    """A pair of files, the text and its blocks, is a test; `written` makes the second from the first."""
    assert written(blocks(path.read_text("utf-8"))) == path.with_suffix(".blocks").read_text(
        "utf-8"
    )


def test_the_forty_documents_are_there() -> None:
    assert len(list(FOLDER.glob("*.txt"))) == 40


def test_empty_cells_stay_where_they_are() -> None:
    found = blocks("日期\t事件\t地点\n12月9日\t砚台大会\t\n\t资料另发\t\n12月11日\t\t南洲")
    assert [block.cells for block in found] == [
        ("日期", "事件", "地点"),
        ("12月9日", "砚台大会", ""),
        ("", "资料另发", ""),
        ("12月11日", "", "南洲"),
    ]
    assert [block.kind for block in found] == [Kind.COLUMNS, Kind.ROW, Kind.ROW, Kind.ROW]
    assert found[1].header == ("日期", "事件", "地点")


def test_a_markdown_row_with_an_empty_first_cell_keeps_its_columns() -> None:
    *_, row = blocks("| 12月5日 | 08:10 | 签到 |\n| | 09:00 | 报告 |")
    assert row.cells == ("", "09:00", "报告")


def test_labels_may_stand_over_their_values() -> None:
    found = blocks("展会报名\n\n截止日期：\n2026年12月9日\n地点：\n屿城展馆\n")
    assert [(block.label, block.value) for block in found if block.kind is Kind.LABEL] == [
        ("截止日期", "2026年12月9日"),
        ("地点", "屿城展馆"),
    ]


def test_what_was_struck_out_is_kept_apart() -> None:
    (block,) = blocks("投稿截止：~~10月9日~~ 10月23日")
    assert (block.value, block.struck) == ("10月23日", ("10月9日",))


def test_a_block_knows_what_it_stands_under() -> None:
    *_, last = blocks(
        "水声研讨会\n\n一、重要日期\n（一）投稿\n1. 摘要：12月9日\n2. 全文：12月19日\n"
    )
    assert [above.text for above in last.parents] == ["（一）投稿", "一、重要日期", "水声研讨会"]


def test_a_mail_says_how_deep_it_is_quoted() -> None:
    found = blocks("改到5日。\n> 定在3日。\n>> 定在1日。\n\n-----Original Message-----\n定在30日。")
    assert [(block.text, block.quoted) for block in found] == [
        ("改到5日。", 0),
        ("定在3日。", 1),
        ("定在1日。", 2),
        ("-----Original Message-----", 1),
        ("定在30日。", 1),
    ]


def test_a_press_dateline_is_a_block_of_its_own() -> None:
    head, text = blocks("DUNMERE, January 13, 2027 - Kestering has started a line.")
    assert (head.kind, head.text) == (Kind.DATELINE, "DUNMERE, January 13, 2027")
    assert text.text == "Kestering has started a line."


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("苔原证券经济研究所  2026年11月30日", Kind.LETTERHEAD),
        ("发布时间：2026-11-30 07:23　责编：小满　青禾网", Kind.STAMP),
        ("By Mara Tell, Staff Writer — December 1, 2026", Kind.STAMP),
        ("file:///srv/w.html | 1/1", Kind.EDGE),
        ("11/30/26, 8:31 PM | w48", Kind.EDGE),
        ("Page 3 of 12 · Printed 12/1/2026", Kind.EDGE),
        ("© 2027 Pellwood Ltd. All rights reserved.", Kind.RIGHTS),
        ("2026年12月1日", Kind.DATELINE),
        # An event in the form of a letterhead, a card's own date, and a sentence:
        ("云杉论坛　2026年12月10日", Kind.PARAGRAPH),
        ("时间：2026年12月10日（星期四）16:00", Kind.LABEL),
        ("云杉大会将于12月10日在合肥举行。", Kind.PARAGRAPH),
        ("发布会定于2026年12月10日举行", Kind.PARAGRAPH),
    ],
)
def test_what_stands_around_a_text_is_told_from_it(line: str, kind: Kind) -> None:
    (block,) = blocks(line)
    assert block.kind is kind


def test_hostile_documents_give_no_more_and_no_deeper_blocks_than_lines() -> None:
    deep = "\n".join(f"{'>' * 500} {'#' * 3} {i}.1 {'(1) ' * 50}甲" for i in range(3000))
    found = blocks(deep)
    assert len(found) <= 2 * 3000
    assert max(block.quoted for block in found) <= DEEPEST
    assert max(sum(1 for _ in block.parents) for block in found) <= 2 * DEEPEST
    (row,) = build([Line("a | " * 5000, None, 1, cells=("12月9日",) * 5000)])
    assert len(row.cells) <= MOST_CELLS


def test_headings_and_items_of_a_file_nest_no_deeper_than_is_read() -> None:
    headings = [Line(f"第{i}级", None, i, level=i) for i in range(1, 200)]
    items = [Line(f"第{i}项", None, 200 + i, item=i) for i in range(1, 200)]
    found = build([*headings, *items])
    assert len(found) == 398
    assert max(sum(1 for _ in block.parents) for block in found) <= 2 * DEEPEST
