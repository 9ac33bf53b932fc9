"""What stands around a text and announces nothing: stamps, letterheads, headers and footers of pages.

A frame line is made of nothing but such parts, side by side: a date, a label with a date (`发布时间：…`,
`Updated: …`), whose it is (`责编：…`, `By …`), a page number, an address of the web, how often it was read,
a short name. Which frame it is follows from the parts (`kind`). One part that is none of them, and the
line is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from service.core.dates.phrases.words import MONTH_NAMES, one_of
from service.core.text.characters import plain

LONGEST = 160  # characters of a frame line


class Frame(StrEnum):
    """What a line around the text is."""

    STAMP = "stamp"  # when it was published, changed, printed; by whom
    LETTERHEAD = "letterhead"  # an organisation and a date
    DATELINE = "dateline"  # the document's own date, alone or before its text
    EDGE = "edge"  # header or footer of a page, as printed
    RIGHTS = "rights"  # copyright, disclaimer


_MONTH = rf"(?:{one_of(MONTH_NAMES)})\.?"
_WEEKDAY = (
    r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?"
    r"|\(?(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\)?\.?)"
)
_DAY = (
    r"(?:(?:19|20)[0-9]{2} ?[年./-] ?[0-9]{1,2} ?[月./-] ?[0-9]{1,2} ?日?"
    rf"|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-](?:(?:19|20)[0-9]{{2}}|[0-9]{{2}})(?![0-9])"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?:19|20)[0-9]{{2}}"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})"
)
_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2})?(?: ?[ap]\.?m\.?)?"
_ZONE = r"(?:\(?(?:utc|gmt|[a-z]{2,4}t)?(?: ?[+-][0-9]{1,2}(?::?[0-9]{2})?)?\)?|\(?北京时间\)?)"
_MOMENT = rf"(?:{_WEEKDAY},? ?)?{_DAY}(?:,? ?{_WEEKDAY})?(?:[ ,t]{{0,2}}{_CLOCK}(?: ?{_ZONE})?)?"
_REMARK = r"(?: ?\([^()]{1,24}\))?"

_ONLY_MOMENT = re.compile(rf"\W*{_MOMENT}{_REMARK}\W*", re.IGNORECASE)
_HAS_CLOCK = re.compile(rf"{_DAY}(?:,? ?{_WEEKDAY})?[ ,t]{{0,2}}{_CLOCK}", re.IGNORECASE)
_HAS_DAY = re.compile(_DAY, re.IGNORECASE)
# What happened to a text at that moment. 更新 and 发布 alone may also be what is announced.
_DONE_ZH = (
    r"(?:最后|最近|本页|本文|本帖|网页|页面|行情|数据|系统)?(?:发布|发表|发文|发稿|刊发|更新|刷新|修订|修改|编辑|印发"
    r"|成文|收稿|修回|录用|接受|打印|下载|访问|采集|截图|上传|回帖|发帖|回复|提问|评论|浏览|整理|制表|填表|签署"
    r"|出版|报告|公布|改过?|印|截稿|收录|加入|添加|录入)"
)
_DONE_EN = (
    r"(?:first |last |date |final )?(?:published|updated|posted|printed|modified|changed|revised|reviewed"
    r"|edited|received|accepted|issued|released|retrieved|accessed|written|filed|submitted online"
    r"|put (?:up|out)|archived|signed|assented to|date of issue|issue date|publication date)"
)
_LABELLED = re.compile(
    rf"\W*(?:footer ?: ?)?(?:{_DONE_ZH}(?:时间|日期)?(?: ?[于在]| ?:| )|{_DONE_EN}(?: (?:on|at|to))?:?)"
    rf" ?{_MOMENT}{_REMARK}(?: ?{_DONE_ZH})?\W*"
    rf"|\W*{_MOMENT} ?{_DONE_ZH}(?:稿)?\W*"
    rf"|\W*(?:本帖)?最后由 ?[^ ]{{1,16}} ?\S{{0,16}} ?于 ?{_MOMENT} ?编辑\W*"
    rf"|\W*signed at [^,]{{1,40}},? {_MOMENT}\W*"
    rf"|\W*(?:this (?:notice|page|document|text) )?(?:was )?(?:sent|put up|put out|printed)(?: on)?"
    rf" {_MOMENT}\W*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\W*(?:责任编辑|责编|编辑|美编|作者|文|图|记者|通讯员|来源|稿源|信息来源|文章来源|供稿|摄影|校对|审核|审稿|监制"
    r"|值班|整理|分析师|研究员|发布单位|发布机构|发布人|楼主|阅读|浏览|点击|字号|字体|版块)(?:数|次数|量)?"
    r" ?[:/] ?\S.{0,40}"
    r"|\W*(?:by|author|source|editor|reporter|photo|credit):? [A-Z][\w .,'&-]{1,60}",
)
_BY = re.compile(
    rf"\W*[Bb]y [A-Z][\w .'’-]{{1,40}}(?:, [\w .'’-]{{1,40}}){{0,2}}\s*(?i:[-|·,]+\s*{_MOMENT})?\W*",
)
_PAGE = re.compile(
    r"\W*(?:第 ?[0-9]{1,4} ?页(?: ?[,/] ?(?:共|总) ?[0-9]{1,4} ?页)?|[0-9]{1,4} ?/ ?[0-9]{1,4}"
    r"|(?:page|pg?\.?|seite|página)(?: ?:)? ?[0-9]{1,4}(?: ?(?:of|/) ?[0-9]{1,4})?"
    r"|[0-9]{1,4} (?:of|sur|von|de|di) [0-9]{1,4})\W*",
    re.IGNORECASE,
)
_ONLY_PAGE = re.compile(r"\| ?1/1$")
_WEB = re.compile(
    r"\W*(?:https?|file)://\S+\W*|\S+\.(?:pdf|docx?|html?)|\W*www\.\S+\W*", re.IGNORECASE
)
_READ = re.compile(
    r"(?:阅读|看过|浏览|点击|回复|评论|点赞|转发|人气)(?:数|量)?[:]? ?[0-9][0-9.,]*[万亿k+]? ?[人次条]?"
)
_COUNT = re.compile(
    rf"\W*(?:{_READ.pattern}"
    r"|[0-9]{1,5} ?[楼#层](?:[楼层]主)?|沙发|楼主|(?:[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten)"
    r" (?:min(?:ute)?s?(?: read)?|views?|comments?|reads?))\W*",
    re.IGNORECASE,
)
# A browser prints day and hour at the left and the page's title at the right, the address below.
_BROWSER = re.compile(
    rf"\W*(?:[0-9]{{1,4}}/[0-9]{{1,2}}/[0-9]{{1,4}}),? {_CLOCK}(?:\s*\||\s{{2,}}|\s*$|\s+[0-9]+ of [0-9]+)"
    r"|\W*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}, [0-9]{1,2}:[0-9]{2} [AP]M\b"
    r"|\W*(?:https?|file)://\S+ +[0-9]{1,4}/[0-9]{1,4}\W*$"
    r"|.{0,80}\| ?page ?:? ?[0-9]{1,4} ?(?:/|of) ?[0-9]{1,4}\W*$",
    re.IGNORECASE,
)
_RESERVED = re.compile(r"©|\ball rights reserved\b|版权所有", re.IGNORECASE)
_RIGHTS = re.compile(
    r"©|\(c\) ?(?:19|20)[0-9]{2}|\ball rights reserved\b|版权所有|保留(?:所有|一切)?权利|免责声明|末页声明"
    r"|请务必阅读|此件(?:公开|主动|依申请)|(?:京|沪|粤|浙|苏)?ICP ?备|公网安备",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"(?:研究[所院部]|公司|集团|委员会|[局厅部院社处室署司台]|中心|办公[厅室]|董事会|监事会|秘书处|组委会|协会|学会|商会|联合会"
    r"|大学|学院|学校|小学|中学|银行|证券|基金|保险|交易所|法院|政府|日报|晚报|周报|周刊|月刊|研报|晨报|快讯|来信|简报|通讯"
    r"|律师事务所|事务所|新闻网|网)$"
    r"|^(?:department|ministry|office|bank|bureau|council|university|institute|board) (?:of|for)\b"
    r"|\b(?:research|department|ministry|office|agency|commission|authority|council|board|committee|bank|exchange"
    r"|securities|capital|llp|llc|ltd|inc|plc|gmbh|group|institute|university|college|society|association|trust"
    r"|bureau|secretariat|newsroom|press|client alert|company announcement|weekly|daily|newsletter)\.?$",
    re.IGNORECASE,
)
# The head of a letter or an issue: 第31封, No. 118, 晨会纪要（第49周）
_ISSUE = re.compile(
    r"\W*(?:总?第 ?[0-9一二三四五六七八九十]+ ?[期号封卷版]|no\.? ?[0-9]+|vol\.? ?[0-9]+|issue [0-9]+"
    r"|[^,。:]{0,12}(?:证券研究报告|行业[深动]?[度态]?报告|研究报告|周报"
    r"|月报|日报|晨报|早报|晚报|纪要|快讯|简报|研报|周刊|来信)(?: ?\([^()]{1,16}\))?)\W*",
    re.IGNORECASE,
)
# 2026年12月21日 某某: a Chinese name behind a date, and no event's
_PERSONS_NAME = re.compile(r"[ |][\u4e00-\u9fff]{1,2}[^\u0000-\u4dff会展节赛日市课]\W*$")
_MOMENT_IN = re.compile(_MOMENT + _REMARK, re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]")
# A frame line without any number has one of these.
_UNDATED = re.compile(rf"{_RIGHTS.pattern}|[:/]|\b[Bb]y\b|沙发|楼主", re.IGNORECASE)
_PARTS = re.compile(
    r"\s*(?:\||·|•|;|(?<=[0-9])\.(?= [A-Z])|\s{2,}|\t|(?<=\S),(?= (?:19|20)[0-9]{2}-))\s*"
)
_WORD = re.compile(r"\w")
_SENTENCE = re.compile(r"[。!?！？]|\.\s+[A-Z]")
# DUNMERE, January 13, 2027 - …; 云岭，2026年11月24日——…
_PRESS_DATELINE = re.compile(
    rf"(?:[A-Z][\w.']*(?: [A-Z][\w.']*){{0,2}}|[\u4e00-\u9fff·]{{2,8}})[,(] ?(?i:{_MOMENT})\)?(?: ?[电讯])?"
    r"(?: ?\([^()]{2,30}\))?(?:\s+-{1,2}\s*|-{2}\s*)(?=\S{2})"
)


class Part(StrEnum):
    """One of the parts that a frame line is made of."""

    MOMENT = "moment"
    LABELLED = "labelled"
    PERSON = "person"
    PAGE = "page"
    WEB = "web"
    COUNT = "count"
    ISSUE = "issue"
    ORGANISATION = "organisation"
    NAME = "name"


def kind(text: str) -> Frame | None:
    """Which frame the line is; None for one that belongs to the text."""
    if len(text) > LONGEST:
        return None
    line = _parted(text.strip())
    if not _WORD.search(line):
        return None
    if not _NUMBER.search(line) and not _UNDATED.search(line):
        return None
    if _RIGHTS.search(line) and (_RESERVED.search(line) or not _SENTENCE.search(line[:-1])):
        return Frame.RIGHTS
    if _BROWSER.match(line):
        return Frame.EDGE
    if _ONLY_MOMENT.fullmatch(line):
        return Frame.STAMP if _HAS_CLOCK.search(line) else Frame.DATELINE
    if _LABELLED.fullmatch(line) or _BY.fullmatch(line):
        return Frame.STAMP
    parts = _parts(_PARTS.split(line))
    if parts is None and (moment := _MOMENT_IN.search(line)):
        # 4楼 某甲 2026-12-01 12:40:33: parted by single spaces alone
        beside, counts = _READ.subn(" ", f"{line[: moment.start()]} {line[moment.end() :]}")
        words = beside.split()
        others = _parts(words) if len(words) <= 4 else None
        others = [*(others or []), Part.COUNT] if counts and others is not None else others
        parts = [Part.MOMENT, *others] if others else None
    return _of_parts(parts, line) if parts else None


def _parts(texts: Iterable[str]) -> list[Part] | None:
    parts: list[Part] = []
    for each in texts:
        if _WORD.search(each):
            found = _part(each)
            if found is None:
                return None
            parts += found
    return parts


def _parted(text: str) -> str:
    """The plain line, where an ideographic space parts as two spaces do."""
    return plain(text.replace("\u3000", "  "))


def _part(text: str) -> list[Part] | None:
    """What a part of a line is, or the two or three that follow in it without a gap; None: text."""
    for pattern, part in (
        (_ONLY_MOMENT, Part.MOMENT),
        (_LABELLED, Part.LABELLED),
        (_PAGE, Part.PAGE),
        (_WEB, Part.WEB),
        (_COUNT, Part.COUNT),
        (_PERSON, Part.PERSON),
        (_BY, Part.PERSON),
        (_ISSUE, Part.ISSUE),
    ):
        if pattern.fullmatch(text) and (part is not Part.PERSON or not _HAS_DAY.search(text)):
            return [part]
    if _SENTENCE.search(text):
        return None
    if moment := _MOMENT_IN.search(text):
        sides = (text[: moment.start()].rstrip(" ,-."), text[moment.end() :].lstrip(" ,-."))
        found = [_part(side) for side in sides if _WORD.search(side)]
        if not found or None in found:
            return None
        return [Part.MOMENT, *(part for side in found if side for part in side)]
    if _NUMBER.search(text) or "," in text:
        return None
    if _is_organisation(text.rstrip(" .")):
        return [Part.ORGANISATION]
    return [Part.NAME] if len(text) <= 40 else None


def _of_parts(parts: list[Part], line: str) -> Frame | None:
    have = set(parts)
    names = parts.count(Part.NAME)
    said = "页" in line or "page" in line.lower()
    if Part.PAGE in have or (Part.WEB in have and len(parts) > 1):
        known = have & {Part.MOMENT, Part.LABELLED, Part.WEB, Part.ISSUE, Part.ORGANISATION}
        sure = known or said or (names == 0 and "/" in line) or _ONLY_PAGE.search(line)
        return Frame.EDGE if sure or Part.MOMENT in have else None
    if Part.LABELLED in have or Part.PERSON in have:
        return Frame.STAMP if names <= 1 else None
    if Part.COUNT in have:
        return Frame.STAMP if names <= 1 else None
    if parts.count(Part.MOMENT) == 1 and have & {Part.ORGANISATION, Part.ISSUE} and names <= 1:
        return Frame.LETTERHEAD
    if parts == [Part.MOMENT, Part.NAME] and _PERSONS_NAME.search(line):
        return Frame.STAMP
    return None


def organisation(text: str) -> bool:
    """Whether a line is the name of an organisation and nothing else."""
    line = plain(text).strip()
    if len(line) > 40 or _SENTENCE.search(line) or _NUMBER.search(line) or ":" in line:
        return False
    return _is_organisation(line)


def _is_organisation(line: str) -> bool:
    # An English one has capitals: Town Council, not "a full council".
    found = _ORGANISATION.search(line)
    return found is not None and not found[0][:1].islower()


def dateline(text: str) -> int:
    """Where the text begins behind a press dateline (`DUNMERE, January 13, 2027 - …`); 0 without one."""
    found = _PRESS_DATELINE.match(plain(text[:LONGEST]))
    return found.end() if found else 0


# `资料来源：` and its like name where a figure is from, not who published the document.
_SOURCE = re.compile(
    r"(?:(?<!资料)(?<!数据)(?<!图表)(?<!图片)来源|稿源|信息来源|文章来源|发布单位|发布机构"
    r"|source|publisher) ?: ?",
    re.IGNORECASE,
)


def publisher(text: str) -> str:
    """Who published it, where a frame line says so: behind 来源：, or the organisation of a letterhead."""
    line = text.replace("\u3000", "  ")
    if found := _SOURCE.search(plain(line)):
        return _name(line[found.end() :])
    if kind(text) is not Frame.LETTERHEAD:
        return ""
    begin = 0
    for mark in (*_PARTS.finditer(plain(line)), None):
        name = _name(line[begin : mark.start() if mark else len(line)])
        if _is_organisation(plain(name)):
            return name
        begin = mark.end() if mark else begin
    return ""


def _name(text: str) -> str:
    """The text up to the next part or date."""
    line = plain(text)
    places = [found.start() for found in (_PARTS.search(line), _HAS_DAY.search(line)) if found]
    return text[: min(places, default=len(text))].strip(" ,，;；|｜·")[:80]
