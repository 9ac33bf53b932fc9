"""HTML to lines."""

from __future__ import annotations

from datetime import date

import pytest

from service.documents import read


def lines(page: str) -> list[str]:
    return [line.text for line in read(page.encode(), media_type="text/html").lines]


def test_blocks_and_breaks_are_lines_and_inline_marks_are_not() -> None:
    assert lines(
        "<h2>会议</h2><p>5月<b>13</b>日：<a href=x>百度 Create&nbsp;2026</a>\n  大会<br>6月&#49;0日：SuperAI</p>"
        "<ul><li>甲<li>乙</ul><div>丙<div>丁</div>戊</div>"
    ) == [
        "会议",
        "5月13日：百度 Create 2026 大会",
        "6月10日：SuperAI",
        "甲",
        "乙",
        "丙",
        "丁",
        "戊",
    ]


def test_a_row_of_a_table_is_one_line_and_a_cell_over_rows_stands_in_each() -> None:
    assert lines(
        "<table><caption>日程</caption><thead><tr><th>日期<th>事件<th>地点</thead>"
        "<tr><td rowspan=2>5月20日<td>甲大会<td>包头<tr><td>乙论坛<br>（闭门）<td>北京"
        "<tr><td>5月21日<td>丙峰会<td></table>"
    ) == [
        "日程",
        "日期 | 事件 | 地点",
        "5月20日 | 甲大会 | 包头",
        "5月20日 | 乙论坛 （闭门） | 北京",
        "5月21日 | 丙峰会",
    ]


def test_a_table_that_lays_out_the_page_gives_its_lines() -> None:
    assert lines(
        "<table><tr><td><h1>News</h1><p>One.</p><p>Two.</p></td><td>"
        "<table><tr><td>June 4<td>Forum</table></td></tr></table>"
    ) == ["News", "One.", "Two.", "June 4 | Forum"]


def test_what_a_reader_does_not_see_is_left_out() -> None:
    assert lines(
        "<head><title>t</title><style>a{}</style></head><nav>首页 5月1日</nav><script>var d='5月2日'</script>"
        "<p hidden>5月3日</p><p style='color:red; display : none'>5月4日</p><noscript>5月5日</noscript>"
        "<select><option>5月6日</select><!-- 5月7日 --><p>看见的 <del>5月8日</del> 5月9日</p><footer>© 2026</footer>"
        "<template>5月10日</template>尾"
    ) == ["看见的 5月9日", "尾"]


def test_headings_are_marked() -> None:
    found = read(b"<h1>A</h1><p>b", media_type="text/html")
    assert [(line.text, line.heading, line.line) for line in found.lines] == [
        ("A", True, 1),
        ("b", False, 2),
    ]


@pytest.mark.parametrize(
    "about",
    [
        '<meta property="article:published_time" content="2026-04-27T23:30:00+08:00">',
        '<META NAME="PubDate" CONTENT="2026-04-27 09:00">',
        '<meta name="citation_publication_date" content="20260427">',
        '<script type="application/ld+json">{"datePublished": "2026-04-27T01:00:00Z"}</script>',
        '<time class="published" datetime="2026-04-27">x</time>',
        '<time itemprop="datePublished">2026-04-27</time>',
    ],
)
def test_title_and_day_of_publication(about: str) -> None:
    found = read(f"<title>\n 周报 \n</title>{about}<p>正文".encode(), media_type="text/html")
    assert (found.title, found.dated) == ("周报", date(2026, 4, 27))


def test_a_time_that_is_an_events_is_not_the_pages() -> None:
    assert (
        read(b'<p><time datetime="2026-05-20">20 May</time>: launch', media_type="text/html").dated
        is None
    )


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "utf-8", "big5"])
def test_a_page_is_read_in_the_charset_it_names(charset: str) -> None:
    page = (
        f'<html><head><meta charset="{charset}"></head><body><p>百度 Create 大會</p></body></html>'
    )
    data = page.encode({"gb2312": "gb18030", "GBK": "gbk"}.get(charset, charset))
    assert read(data).lines[0].text == "百度 Create 大會"
    assert read(data, media_type="text/html").media_type == "text/html"


def test_the_charset_of_the_header_and_the_bytes_count_where_the_page_names_none() -> None:
    page = "<!doctype html><p>七月十五日正式施行".encode("gb18030")
    assert read(page, media_type="text/html; charset=gb2312").lines[0].text == "七月十五日正式施行"
    assert read(page).lines[0].text == "七月十五日正式施行"


def test_preformatted_lines_stay_lines() -> None:
    assert lines("<pre>5月13日：甲\n6月14日：乙</pre>") == ["5月13日：甲", "6月14日：乙"]
