"""The names of laws in Chinese: lines that somebody would put on a cover.

A name ends in 法, 条例, 办法, 规定, 决定, 通知 …, and holds no sentence. What stands behind it in brackets is
not of it (2026年11月20日…通过), unless it is a trial, a draft or a number: （试行）, （二）. What a column cut
off into the lines above is put back: the organs above 关于…, the words above 若干问题的规定.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.core.reading.laws.text import Text, bare
from service.core.text.characters import plain

NUMERAL = "[0-9〇零○一二三四五六七八九十百两]"
# A day; its first sign is asked for alone, since most places of a text have none.
DAY = (
    rf"(?=[中华民本今明次当{NUMERAL[1:-1]}])"
    rf"(?:(?:中?华?民国\s?)?{NUMERAL}{{2,4}}\s?年\s?(?:{NUMERAL}{{1,3}}|元)\s?月\s?{NUMERAL}{{1,3}}\s?日"
    r"|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])"
    rf"|(?:(?:本年|今年|明年|次年|当年)\s?)?(?<![年0-9])(?<!{NUMERAL}){NUMERAL}{{1,3}}\s?月\s?{NUMERAL}{{1,3}}\s?日)"
)

_DATED = re.compile(rf"\W*{DAY}")

_LEGAL = "法典|条例|办法|规定|细则|规则|决定|决议|解释|规范|规程|准则|通则|修正案"
_OTHER = (
    "章程|安排|标准|指引|指南|意见|通知|公告|通告|布告|批复|答复|复函|方案|措施|目录|清单|制度|要求|命令|令"
    "|文件|政策|协定|守则|预案|名单"
)
# No law: 方法, 看法, 算法 (but 预算法), 司法 (but 公司法), 用法 (but 适用法)
_STATUTE = r"(?<![方说做看语执立违合依书无守普想手])(?<![^预决清]算)(?<![^公]司)(?<![^适]用)法"
NOUN = rf"(?:{_LEGAL}|{_OTHER}|{_STATUTE})"
# What belongs to a name in brackets behind it: (试行), (二)
_KEPT = "(?:试行|暂行|草案|[一二三四五六七八九十]{1,3}|[0-9]{1,2})"
ENDS = re.compile(rf"(?P<noun>{NOUN})(?:\({_KEPT}\)){{0,2}}$")
LEGAL_NAME = re.compile(rf"(?:{_LEGAL}|{_STATUTE})(?:\({_KEPT}\)){{0,2}}$")
# What stands behind a name in its line: (2026年11月20日…通过), (报批稿)
_BEHIND = re.compile(rf"\s*\((?!{_KEPT}\))(?:[^()]|\([^()]{{0,60}}\)){{1,200}}\)$")
# 某署公告2026年第9号(关于…的公告): what it is called stands in the brackets
_ISSUE = re.compile(
    r"^[^()《》。]{2,30}[0-9]+号\((?P<name>关于.{4,120}(?:公告|通告|通知|决定|办法|规定|意见))\)$"
)
# 某行公告〔2027〕第9号 stands for a name where there is none; its number may stand in the line below.
_NOTICE = re.compile(
    r"[^,。;:《》()]{2,40}(?P<noun>公告|通告) ?[\[〔(](?:19|20)[0-9]{2}[\]〕)] ?第? ?[0-9]{1,4} ?号"
)
_NUMBER = re.compile(r"[\[〔(](?:19|20)[0-9]{2}[\]〕)] ?第? ?[0-9]{1,4} ?号")
# What a document is, not what it is called.
_SORT = re.compile(r"(?:行政)?规范性文件|其他文件")
_LABEL = re.compile(r"^(?:文件)?(?:标 ?题|名 ?称|法规名称|文件名称)\s*[::]\s*")
_SITE = re.compile(r"\s*(?:[-_|]{1,2}\s*[^-_|《》]{2,30})$")
_NUMBERED = re.compile(
    rf"(?:第{NUMERAL}{{1,5}}[编章节条部]|[(]?[一二三四五六七八九十]{{1,3}}[)、.]|[(]?[0-9]{{1,3}}[)、.]|附件|附[:：]|目录|[-•·●○◆■□▪►※★*])"
)
_NO_NAME = re.compile(r"[。;!?:,|]|\.{3}|…|(?:根据|按照|依照|现将|为了|已经|请各|以及|如下)")
BOOK = re.compile(r"《((?:[^《》]|《[^《》]{1,80}》){2,120})》")
_ONLY_BOOK = re.compile(r"^(?!关于)[^《》,。;]{0,12}《([^《》]{2,80})》(?:\([^()]{1,30}\))?$")
# What is no name without the line above it: 管理办法, 若干问题的解释
_STEM = re.compile(
    r"^(?:的|和|与|及|、|适用|应用|具体应用|执行)?(?:法律|问题)*(?:的)?(?:若干|有关)?(?:问题)?的?"
    r"(?:暂行|实施|管理|试行|监督|工作|具体|补充)*(?:条例|办法|规定|细则|规则|决定|规范|意见|通知|公告|解释)"
    rf"(?:\({_KEPT}\))?$"
)
_ORGAN = re.compile(r"(?:政府|委员会|[部局署院会厅室行]|法院|检察院|中心|办公厅|人大常委会)$")
_SERIAL = re.compile(r"[〔\[(（]\s?(?:19|20)[0-9]{2}\s?[〕\])）]|第?\s?[0-9]+\s?号$|^\W*$")
ISSUED = re.compile(
    r"关于(?:修订|重新)?(?:印发|发布|公布|颁布|批转|转发|颁发|下发)(?P<name>.{4,100}?)的(?:通知|公告|通告|决定|令)$"
)
# A name whose text goes on in the same line: 《…规范》（报批稿）前言 …, …办法（…通过）第一条 …
_LEADING_BOOK = re.compile(
    r"(?:国家|行业|地方|团体)?标准《(?P<name>[^《》]{2,80})》(?:\([^()]{1,30}\))?(?=前言|引言|目次|\s|$)"
)
_LEADING = re.compile(
    rf"(?P<name>[^,。;:!?\s]{{2,60}}?(?:\s[^,。;:!?\s]{{2,60}}?)?{NOUN}(?:\({_KEPT}\))?)"
    r"(?:\s*\([^()]{6,300}\))?\s*(?=第[一1][章条编]|目\s*录|(?:19|20)[0-9]{2}\s?年\s?[0-9]{1,2}\s?月"
    r"|各[^。;]{1,60}:|为[了支促规加便贯落]|根据|按照|现将|现就|经[国省市区县])"
)
_HEAD = 5
_MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class Name:
    """A name at a line: `text` as it stands, `noun` the word that 本… repeats."""

    line: int
    text: str
    noun: str


def _name_of(line: str, text: str) -> tuple[str, str] | None:
    """The name that a line is, with its noun, or None."""
    if inner := _ISSUE.match(line):
        line, text = inner["name"], text[inner.start("name") : inner.end("name")]
    while found := _BEHIND.search(line):
        line, text = line[: found.start()], text[: found.start()]
    if label := _LABEL.match(line):
        line, text = line[label.end() :], text[label.end() :]
    if only := _ONLY_BOOK.match(line):
        name = text[only.start(1) : only.end(1)]
        ends = ENDS.search(only[1])
        return name.strip(), ends["noun"] if ends else ""
    if notice := _NOTICE.fullmatch(line):
        return text.strip(), notice["noun"]
    if (site := _SITE.search(line)) and not ENDS.search(line):
        line, text = line[: site.start()], text[: site.start()]
    ends = ENDS.search(line)
    if _DATED.match(line) or not ends or not 2 <= len(line) <= _MOST_NAME or _NUMBERED.match(line):
        return None
    if _NO_NAME.search(line) or _SORT.fullmatch(line):
        return None
    return text.strip(), ends["noun"]


def _leading(line: str, text: str) -> tuple[str, str] | None:
    """The name that a line of the head begins with, where the text goes on in the same line."""
    if found := _LEADING_BOOK.match(line):
        ends = ENDS.search(found["name"])
        return text[found.start("name") : found.end("name")], ends["noun"] if ends else ""
    if found := _LEADING.match(line):
        ends = ENDS.search(found["name"])
        return (text[: found.end("name")], ends["noun"]) if ends else None
    return None


def names_in(text: Text) -> list[Name]:
    """Every line that is a name, with what was cut off above it put back."""
    names: list[Name] = []
    for number, (line, raw) in enumerate(zip(text.plains, text.raws, strict=True)):
        found = _leading(bare(line), bare(raw)) if number < _HEAD else None
        if found is None and 0 < len(line) <= 3 * _MOST_NAME:
            found = _name_of(bare(line), bare(raw))
        if found is None:
            continue
        name, noun = found
        name = _whole(text, number, name)
        below = text.plains[number + 1].strip() if number + 1 < len(text.plains) else ""
        if noun in ("公告", "通告") and _NUMBER.fullmatch(below):
            name += re.sub(r"\s", "", text.raws[number + 1])
        earlier = next(
            (old for old in names[:3] if _letters(old.text).endswith(_letters(name))), None
        )
        if earlier:  # a page's heading and the document's own
            name = earlier.text
        names.append(Name(number, name, noun))
    return names


def _whole(text: Text, number: int, name: str) -> str:
    """The name with what was cut off into the lines above: the organs, the words before 若干问题的规定."""
    for above in range(number - 1, max(number - 5, -1), -1):
        raw, line = bare(text.raws[above]), bare(text.plains[above])
        if not raw or len(line) > 60 or _NO_NAME.search(line) or _NUMBERED.match(line):
            break
        if _SERIAL.search(line) or ENDS.search(line):
            break
        begun = name.startswith("关于") and _ORGAN.search(line)
        if not (begun or _STEM.match(plain(name)) or "关于" in line):
            break
        name = raw + name
    return name


def _letters(name: str) -> str:
    return re.sub(r"\W+", "", name)


def quoted(name: str) -> str:
    inner = re.sub(r"\s+", " ", name).strip()
    whole = BOOK.fullmatch(inner)
    inner = whole[1] if whole else inner
    return "《" + inner.replace("《", "〈").replace("》", "〉") + "》"
