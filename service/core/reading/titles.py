"""What is announced, in as few of the text's own words as say it: a clause without its date, the words
that only carried the date, bullets and filler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from service.core.reading import signs
from service.core.text.characters import plain

LONGEST, LONGEST_OF_A_LAW = 120, 300  # a law keeps its own name, which may be long

_BULLET = re.compile(
    r"^(?:[\s•·・●■◆▪▫○◦►▶➢➤√✓✔*+>|※★☆◇□△▲▼▽✦✧◎⊙\-]+(?![0-9])|[\s•·・●■◆▪○►▶➢*]+"
    r"|\(?[0-9]{1,2}(?:\)|、|\.(?=\s|[^0-9\sx]))\s*|\((?:i{1,3}|iv|vi{0,3})\)\s*|[①-⑳⑴-⒇㈠-㈩]\s*"
    r"|\([一二三四五六七八九十]{1,3}\)\s*"
    r"|[一二三四五六七八九十]{1,3}、\s*|第[一二三四五六七八九十]+[、,:]\s*|[IVX]{1,4}\.[0-9]{1,2}\.?\s+|[a-zA-Z][.)]\s+)"
)
_EDGE = " \t,:;、。.·|-~!?*_#/\\→>"
_PREPOSITION_ZH = re.compile(
    r"(?:(?:将|拟|预计|预期|计划|暂|已|初步|现|原|确|改|(?<![重需主必纪摘])要(?=到))?(?:(?<![决规])定|安排|计划|推迟|延期|改期|顺延|提前"
    r"|延长|调整|改)?(?:举行|举办|召开)?(?:于|在|自|从|至|到|为|是|将|(?<![预大签合公])约)+"
    r"|将|拟|预计|预期|计划|有望|暂定|初定|(?<!规)定|(?:原|原先)定?|原计划|截至|最迟|不晚于|最晚"
    r"|的?时间(?:定)?[为是:]|日期[为是:])\s*$"
)
_AFTER_ZH = re.compile(
    r"^\s*(?:起(?=[^步点]|$)|开始(?=[正施实生])|(?:之)?前(?!后|往|夕|瞻)|前后|左右|期间|当[天日]"
    r"|以?内(?![部容测地蒙存])|止|为止|为(?![了此避保便防加确做使方配提增迎满庆期])|\)?\s*(?:的)?(?=举行的|举办的|召开的))"
)
_PREPOSITION_EN = re.compile(
    r"(?:\s*+\b(?:on or before|on|in|from|by|at|for|between|during|before|until|till|through|starting"
    r"|beginning|effective|as of|to|of|the|around|about"
    r"|no later than|prior to|is|are|be|will be|to be|has been|have been|now|currently|tentatively"
    r"|provisionally|scheduled|set|slated|planned|expected|due"
    r"|held|taking place|takes place|take place|happening|runs?|running|returns?|returning|confirmed"
    r"|extended|postponed|rescheduled|moved|delayed|pushed"
    r"|back|forward|brought|was|originally|sometime|coming|begins?|later|early|late|mid|dated?|and"
    r"|with|while|which|that|open)\b\s*+,?+)++\s*$",
    re.IGNORECASE,
)
_KEEP_VERB_EN = re.compile(
    r"\b(?:comes? into (?:force|effect)|takes? effect|goes into effect|is effective|are due|is due"
    r"|due|opens?|closes?|begins?|starts?|launch(?:es)?|ships?)\s*$",
    re.IGNORECASE,
)
_HOLD_ZH = re.compile(
    r"(?:(?:将|拟|正式|隆重|如期|顺利|继续|同期)*(?:(?:在|于|(?<![寒暑放休请長长节])假(?![期日]))(?P<place>[^,。;的]{1,16}?))?(?:线上"
    r"|线下)?(?:正式|隆重|同步)?(?:举行|举办|召开|举行召开|进行))$"
)
_HOLD_ZH_LAST = "行办开"
_HELD_OF_ZH = re.compile(r"(?:举行|举办|召开|开幕)的")
_HOLD_EN = re.compile(
    r"\s+(?:(?:will|is|are|to) )?(?:also )?(?:(?:take|takes|taking) place"
    r"|(?:be |being )?(?:held|hosted)|happens?|returns?|runs|is on|are on|is back|will be)"
    r"(?:\s+(?:in|at)\s+(?P<place>[A-Z][\w' .,-]{1,40}))?\s*$",
    re.IGNORECASE,
)
# Dunmere Forum opens in Hull: what it does belongs to its title, where it does not
_OPENS_EN = re.compile(
    r"(?<=\w) (?:opens|begins|starts)(?P<rest> (?:in|at) (?P<place>[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2}))$"
)
_LEAD_ZH = re.compile(
    r"^(?:据悉|其中|此外|另外|同时|届时|并且|并|且|以及|另|请(?:各单位)?(?:于|在)?|首先|重点关注"
    r"|建议关注|后续关注|关注|留意|预告|预计|预期|有望|我们预计|的|将(?=[^来军])|为(?=补?(?:报名|缴费|申请|提交|注册))|[QA]:)+[,:]?\s*"
)
_LEAD_EN = re.compile(
    r"^(?:the|our|a|an|and|also|then|that|plus|but|meanwhile|finally|next|join us for|don't miss"
    r"|save the date:?|reminder:?|upcoming:?|please note:?)\s+",
    re.IGNORECASE,
)
_TAIL_ZH = re.compile(
    r"(?:的?(?:举办|召开|开始|具体)?(?:时间|日期)(?:为|是|定为|定于)?|为|是|于|在|将|定于|自|至"
    r"|(?<![签报达收见])到|从|计划|拟|预计|原定于?|原计划|的)$"
)
_TAIL_ZH_LAST = "间期为是于在将自至到从划拟计的定"
_DAY_LAST_EN = re.compile(
    r"\s+(?:this (?:morning|afternoon|evening|week)|tonight|later today|that day)$", re.IGNORECASE
)
_TAIL_EN = re.compile(
    r"[\s,]+(?:is|are|was|on|in|from|by|at|for|between|during|before|until|to|and|of|the|which|that"
    r"|with|will|be|has been|starting|now|not)$",
    re.IGNORECASE,
)
_OPEN_GROUP = re.compile(
    rf"\s*[(\[【][^()\[\]【】]*(?:{signs.OPEN_WORDS})[^()\[\]【】]*[)\]】]", re.IGNORECASE
)
_OPEN_TAIL = re.compile(rf"[\s,;:-]*(?:{signs.OPEN_WORDS})[^,;]*$", re.IGNORECASE)
_CLOSING = re.compile(r"[)\]】）〕﹞］]")
_EMPTY_GROUP = re.compile(r"[(\[【（]\s*[,，、;:\s]*\s*[)\]】）]")

_EVENT_NOUN_ZH = (
    r"(?:大会|峰会|论坛|年会|会议|发布会|博览会|展览会|研讨会|展会|展|节|周|赛|沙龙|公开课|直播|讲座"
    r"|路演|说明会|交流会|座谈会|听证会|招聘会|洽谈会|典礼|仪式|开放日|训练营|工作坊|嘉年华|音乐会"
    r"|推介会|恳谈会|全会|例会|股东会|股东大会|电话会|日)"
)
_EVENT_NAME = re.compile(
    rf"(?:{_EVENT_NOUN_ZH}(?:[0-9]{{4}})?(?: ?\([^()]*\))?"
    r"|\b(?:conference|summit|forum|congress|expo|workshop|symposium|meetup|convention|conf|con|day"
    r"|days|week|fair|show|festival|hackathon|webinar|keynote|meeting|awards?|i/o|regatta|hearing"
    r"|open house|auction|roundtable|exhibition|marathon|race|premiere|gala|tour|session|bootcamp"
    r"|retreat|parade|tournament|championship|cup|seminar|lecture|briefing|concert|reception|ceremony"
    r"|vote|call|build|wwdc|gtc|ces|computex|neurips|icml|iclr|cvpr|re:invent|ignite"
    r"|connect)(?: ?(?:20[0-9]{2}|[0-9]{2}))?(?: ?\([^()]*\))?)$",
    re.IGNORECASE,
)
_RESULTS_FROM = re.compile(
    r"^(?P<what>earnings|results)(?: reports?)? (?:from|of|by) (?P<names>[A-Z].+)$", re.IGNORECASE
)
_TOLD = re.compile(
    r"》.{0,6}$|(?:启用|施行|实施|生效|上线|发布|开幕|开业|投产|通车|上市|开售|公布|首飞|首发|揭牌"
    r"|截止|启动|开工)$"
)
# What a statistic, or what a central bank does, is called in the diary of a market.
_FIGURE_NAME = re.compile(
    r"(?:率|指数|指标|人数|GDP|CPI|PPI|PMI|PCE|决议|讲话|发言|初值|终值|修正值|许可|数据|销售|库存|余额|储备|产出|产值|订单|信心|顺差|逆差|账|帐"
    r"|纪要|报告|总数|开工|目标|会议|褐皮书|听证会)(?:\([^()]{1,16}\))?$",
    re.IGNORECASE,
)
_SAME_REMARK = re.compile(
    r"\s*\((?:(?:before|after|pre|post)[- ](?:the )?(?:market |open|close)[^()]*|bmo|amc|q[1-4][^()]*"
    r"|[^()]*(?:earnings|results)|中期|年度|全年|[一二三四]季报?|半年报|年报|业绩|盘前|盘后)\)$",
    re.IGNORECASE,
)
_BOOKS = re.compile(r"《[^《》]{2,60}》(?:\([^()]*\))?")
_BOOKS_TAIL = re.compile(
    r"^(?:等)?(?:(?:均|都|同时|一并|同步|将|拟)*(?:自)?(?:同日|当日)?(?:起)?(?:正式|开始"
    r"|同时)*(?:施行|实施|生效|执行|发布|公布|出台|上映|上线|发售)?)$"
)
_REPORT_ZH = re.compile(
    r"^(?P<names>[^、,和与及]{1,12}(?:(?:、|,|和|与|及)[^、,和与及]{1,12})+?)(?:等)?(?P<rest>(?:分别"
    r"|均|都|将|拟)*(?:发布|公布|披露)?[^、,]{0,10}(?:财报|业绩|季报|半年报|年报|中报)[^、,]{0,6})$"
)
_REPORT_EN = re.compile(
    r"^(?P<names>[A-Z][\w&.' -]{1,30}?(?:(?:, (?:and )?| and | & )[A-Z][\w&.' -]{1,30}?)+)"
    r"(?P<rest> (?:(?:all |both )?(?:report|announce|publish|release)s?\b.*"
    r"|(?:first|second|third|fourth)[- ]quarter.*|q[1-4]\b.*|(?:[\w-]+ )?(?:earnings|results)\b.*))$",
    re.IGNORECASE,
)


def bullet(text: str) -> int:
    """How many characters at the front are a bullet or a number in a list."""
    line = plain(text)
    place = 0
    while match := _BULLET.match(line, place):
        if match.end() == place:
            break
        place = match.end()
    return place


_HAN_LAST = re.compile(r"[\u3400-\u9fff]\s*$")
_HAN_FIRST = re.compile(r"\s*[\u3400-\u9fff]")
_ON_LAST = re.compile(r"\s*\b(?:on|in|from|by|at|for|until|to)(?: the)?\s*$", re.IGNORECASE)


def without(text: str, start: int, end: int) -> str:
    """The text without the date at start … end and the words that carried it."""
    before, after = text[:start], text[end:]
    before = _cut_end(before, _PREPOSITION_ZH)
    chinese = _HAN_LAST.search(plain(before)) or _HAN_FIRST.match(after)
    found = _PREPOSITION_EN.search(plain(before))
    if found and not chinese:
        if _VERB_THAT_SAYS.search(found[0]):
            before = _ON_LAST.sub("", text[:start])
        elif not _KEEP_VERB_EN.search(plain(before)[: found.start()]):
            before = before[: found.start()]
    tail = _AFTER_ZH.match(plain(after))
    if tail:
        after = after[tail.end() :]
    glue = (
        ""
        if not before or not after or _cjk(before.rstrip()[-1:]) or _cjk(after.lstrip()[:1])
        else " "
    )
    if after[:1] in ",，;；、:：" and not before.strip():
        after = after[1:]
    if after.lstrip()[:1] in (",", ";"):
        glue = ""
    return (before.rstrip() + glue + after.lstrip()).strip()


# What would be cut holds the verb that says what happens.
_VERB_THAT_SAYS = re.compile(r"\b(?:due|begins?|open|effective|confirmed)\b", re.IGNORECASE)


def _cut_end(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(plain(text))
    return text[: found.start()] if found else text


def _cjk(char: str) -> bool:
    return bool(char) and ("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef")


_AS_AT_LAST = re.compile(r"截至$")
_PROGRAMME_LAST = re.compile(r"(?:日程|议程)(?:安排|表)?$")


def clean(text: str) -> tuple[str, str]:
    """A title, and the place where it is held if the text says so at the end ("" if not)."""
    title, place = text, ""
    title = title[bullet(title) :]
    for _ in range(3):
        before = title
        title = _strip_edges(title)
        if _CLOSING.search(title):
            title = _remove(title, _OPEN_GROUP)
            title = _remove(title, _EMPTY_GROUP)
        line = plain(title)
        if signs.OPEN.within(line) and (tail := _OPEN_TAIL.search(line)) and tail.start() > 1:
            title = title[: tail.start()]
        line = plain(title)
        if lead := _LEAD_ZH.match(line):
            title = title[lead.end() :] if lead.end() < len(title) else title
        line = plain(title)
        if lead := _LEAD_EN.match(line):
            title = title[lead.end() :]
        line = plain(title)
        if line[-1:] in _HOLD_ZH_LAST and (hold := _HOLD_ZH.search(line)) and hold.start() >= 3:
            place = place or (hold["place"] or "")
            title = title[: hold.start()]
        line = plain(title)
        if (hold := _HOLD_EN.search(line)) and hold.start() >= 3:
            place = place or (hold["place"] or "")
            title = title[: hold.start()]
        if opens := _OPENS_EN.search(plain(title)):
            place = place or opens["place"]
            title = title[: opens.start("rest")]
        title = _HELD_OF_ZH.sub("", title) if title != before else title
        title = _AS_AT_LAST.sub("截止", title)
        line = plain(title)
        if (
            line[-1:] in _TAIL_ZH_LAST
            and (tail := _TAIL_ZH.search(line))
            and tail.start() >= 2
            and _cjk(line[tail.start() - 1])
        ):
            title = title[: tail.start()]
        title = _DAY_LAST_EN.sub("", title)
        line = plain(title)
        if (tail := _TAIL_EN.search(line)) and tail.start() >= 3:
            title = title[: tail.start()]
        if (programme := _PROGRAMME_LAST.search(title)) and event_name(title[: programme.start()]):
            title = title[: programme.start()]
        title = _LEFT_PLANNED.sub("", title)
        if title == before:
            break
    return shortened(_balanced(_unwrapped(title))), place.strip(" ,.")


def light(text: str) -> str:
    """A piece of text as a title that keeps all of its words but those that lead or end no name."""
    title = text[bullet(text) :]
    for _ in range(3):
        before = title
        title = _strip_edges(title)
        title = _remove(title, _EMPTY_GROUP)
        if lead := _LEAD_ZH.match(plain(title)):
            title = title[lead.end() :] if lead.end() < len(title) else title
        if title == before:
            break
    return _balanced(_unwrapped(title))


def _unwrapped(title: str) -> str:
    """Without the bracket that holds all of it."""
    if title[:1] in "(（" and title[-1:] in ")）" and title.count("(") + title.count("（") == 1:
        return title[1:-1].strip()
    return title


# ---- other words for the same ----

_MODAL_ZH = re.compile(
    r"(?<=[^，。；])(?:也|都|还|均|仍|照旧|原则上|初步)?(?:将(?!军|士|领)(?:会|要|于|在|继续|正式|陆续|首次|如期)?|拟(?:于|在|定)?|预计(?:将|于|在)?(?:会)?"
    r"|计划(?:于|在)?|有望(?:于|在)?|即将|定于|正式|开始|(?<=[^\W\d])也)(?=[^\W\d_])"
)
_GIVES_ZH = re.compile(
    r"^(?P<who>[^，。；]{0,30}?)(?P<verb>举行|举办|召开|开展|组织|主办|承办|公布|发布|披露|推出|直播|开启|(?<!欢)迎来|进行|上线|开拍|验收|办一场|办一次)"
    r"(?:一场|一次|了)?(?P<what>[^，。；]{2,60})$"
)
_AT_ZH = re.compile(
    r"(?:在|于|借|赴|(?<![寒暑放休请長长节])假(?![期日]))[^，。；的]{2,20}?(?=举行|举办|召开|开幕|开庭|开|办|与|进行|亮相|上演|首)"
)
_TAIL_VERB_ZH = re.compile(
    r"(?:与(?:大家|观众|读者|市民)见面|亮相|进行|开赛|开打|登场|启幕|揭幕|开幕|拉开帷幕|如期|举行|举办|召开)$"
)
_OF_ZH = re.compile(r"^[^，。；：:《“]{1,14}的(?=[^，。；]{3,})")
_GROUP_LAST = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]$")
_AT_LAST = re.compile(r"\s*(?:@|＠)\s*[^@，。；,]{2,40}$")
_CITY_LAST = re.compile(r"(?<=\S)\s+[\u3400-\u9fff]{2,4}$")
_AT_LAST_EN = re.compile(
    r"(?:,| [-–—]| at| in)\s+(?:the )?[A-Z][\w.'’-]*(?:,? (?:[A-Z][\w.'’-]*|of|and|the))*\.?$"
)
_WILL_EN = re.compile(
    r"^(?P<who>.{2,90}?)\s+(?:will|is (?:set|due|scheduled|expected|slated) to"
    r"|are (?:set|due|scheduled|expected) to|plans? to|expects? to|intends? to"
    r"|is to|are to)"
    r"\s+(?:also |again |now |officially )?(?!be )(?P<verb>[a-z]+)(?P<rest>.*)$"
)
_GIVES_EN = re.compile(
    r"^(?:post|report|publish|release|announce|host|hold|present|issue|run|give|launch|open|ship|introduce|unveil)(?:s|es|ing)?$"
)
_OURS_EN = re.compile(r"^ (?:(?:its|their|his|her|our|the|a|an) )?(?P<what>.{3,})$")
_LEAD_WORDS_EN = re.compile(
    r"^(?:(?:please |come |do )*(?:join(?: us)?|attend|register|come along|don't miss(?: it)?"
    r"|(?:we(?:'re| are| will be|'ll be)?|i am)?(?: (?:very |so )?(?:pleased"
    r"|happy|excited|delighted|proud|thrilled)(?: and (?:excited|happy))? to)?(?: hosting"
    r"| holding| announce| host| hold| invite you)?"
    r"|you(?:'re| are) invited|save the date|mark your calendars?|reminder|note"
    r"|welcome(?= (?:to|our|the)\b)|announcing|introducing|the target(?: date)?|target(?: date)?)"
    r"(?: to| for| at| of| that)?[:,!]?\s+)(?:(?:the|our|a|an|its|first)\s+)?",
    re.IGNORECASE,
)
_FOR_EN = re.compile(
    r"^(?:for|to|at|of|with|is|are|being|marks|as|on|in|(?:and )?will be(?: attending"
    r"| hosting| holding)?|invites? you to (?:participate in|attend|join|take part in))\s+(?:the "
    r"|our |a |an )?",
    re.IGNORECASE,
)
_SINGLE_MOST = 7  # forms of one piece


@lru_cache(maxsize=512)  # a heading is offered to each date below it
def forms(piece: str) -> tuple[tuple[str, str, str], ...]:
    """The titles that a piece of text may be cut to: each with how it was cut ("light", "full", and "bare",
    "what", "name" for what remains without words that only say that it will be), and the place named."""
    full, place = clean(piece)
    found: dict[str, tuple[str, str]] = {}

    def add(form: str, title: str, where: str = "") -> None:
        title = _balanced(_strip_edges(title))
        if title and title not in found:
            found[title] = (form, where or place)

    add("full", full)
    kept = light(piece)
    add("light", kept)
    for form, title, where in _further(full):
        add(form, title, where)
    first = list(found.items())[:_SINGLE_MOST]
    return tuple((form, title, where) for title, (form, where) in first)


_FIGURES_LAST = re.compile(
    r"\s+(?:\|\s*)?(?:前值?|估|预期?|预测|上期|公布值?|before|guess|prev(?:ious"
    r"|\.)?|forecast|consensus|est\.?|exp(?:ected|\.)?|prior|actual)[: ]*[-+]?[$€£]?[0-9].*$",
    re.IGNORECASE,
)


_TAG_FIRST = re.compile(
    r"^\s*(?:\[[^\[\]]{1,12}\]|【[^【】]{1,12}】|〔[^〔〕]{1,12}〕|★[^★]{1,6}★)\s*(?=\S)"
)
_GROUPS = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]")


def _further(title: str) -> Iterator[tuple[str, str, str]]:
    if tag := _TAG_FIRST.match(title):
        title = title[tag.end() :]
        yield "untagged", title, ""
    ungrouped = _GROUPS.sub("", title)
    if ungrouped != title and not title.rstrip().endswith((")", "）", "]")):
        yield "groupless", ungrouped, ""
        title = ungrouped
    line = plain(title)
    if (figures := _FIGURES_LAST.search(line)) and figures.start() > 1:
        title = title[: figures.start()]
        line = plain(title)
        yield "figureless", title, ""
        if parted := re.search(r"\s+[A-Z][a-z]{2}\.?$|\s{2,}\S{1,8}$", line):
            yield "figureless", title[: parted.start()], ""
    cut, where = _without_place(title)
    if cut:
        yield "placeless", cut, where
        title, line = cut, plain(cut)
    if not line.isascii():
        yield from _further_zh(title)
        return
    if lead := _LEAD_WORDS_EN.match(title):
        title = title[lead.end() :]
        yield "bare", title, ""
    if lead := _FOR_EN.match(title):
        title = title[lead.end() :]
        yield "bare", title, ""
    for pattern in (_MARKET_LAST, _PLANNED_EN, _COPULA_EN):
        cut = pattern.sub("", title)
        if cut != title and named(cut):
            title = cut
            yield "bare", title, ""
    if found := _HEADLINE_EN.match(title):
        if not _PRONOUN_LAST.search(found["who"]):
            yield "who+what", f"{found['who']} {found['what']}", ""
        yield "what", found["what"], ""
    elif found := _WILL_EN.match(title):
        who, verb, rest = found["who"], found["verb"], found["rest"]
        if _PRONOUN_LAST.search(who):
            if what := _OURS_EN.match(rest):
                yield "what", what["what"], ""
            return
        if what := _GIVES_EN.match(verb) and _OURS_EN.match(rest):
            yield "who+what", f"{who} {what['what']}", ""
            yield "what", what["what"], ""
        yield "present", f"{who} {_third_person(verb)}{rest}", ""
        yield "who", who, ""


# …, today announced that it will …
_PRONOUN_LAST = re.compile(r"\b(?:it|they|he|she|we|which|who|that|the company)$", re.IGNORECASE)
# Harwick Tools to Report Third Quarter Results: who, and what
_HEADLINE_EN = re.compile(
    r"^(?P<who>[A-Z].{1,90}?) (?:to (?:host|hold|report|announce|release|present(?: at)?|participate in"
    r"|attend|webcast|launch|unveil|showcase|issue|publish|sponsor|discuss|conduct|exhibit at|speak at)"
    r"|announces?|schedules?|sets|hosts?|holds|reports|releases|presents|unveils|confirms"
    r"|invites (?:you|all|investors) to"
    r"|(?:will be |is |are )?(?:hosting|holding|presenting|launching))"
    r"(?: (?:dates?|timing)(?: of| for)?)?(?: (?:the|its|their|an?|our))? (?P<what>.{4,})$",
    re.IGNORECASE,
)
_COPULA_EN = re.compile(
    r"\s+(?:is|are|was|were|will be|has been|have been|being)(?= (?:payable|due"
    r"|open|closed|available|released|required|expected|submitted|announced|published"
    r"|complete|over|live|effective)\b)"
)
_PLANNED_EN = re.compile(
    r"\s+(?:is|are|will be)\s+(?:now |currently |also |tentatively )?(?:planned"
    r"|scheduled|expected|due|set|slated)(?: to be (?:released|held|published"
    r"|launched|announced|completed))?(?: for)?$",
    re.IGNORECASE,
)
_MARKET_LAST = re.compile(
    r",?\s+(?:after|before|prior to|following)(?: the)? ?(?:u\.s\. )?(?:stock )?(?:market"
    r"|financial markets|trading|close|open|opening|bell)\b.*$",
    re.IGNORECASE,
)


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2:-1] not in "aeou" else f"{verb}s"


def _without_place(title: str) -> tuple[str, str]:
    """Without a place or a remark at its end: … @ 旧金山, … in Leeds, …（深圳）."""
    line = plain(title)
    for pattern in (_AT_LAST, _GROUP_LAST, _CITY_LAST, _AT_LAST_EN):
        found = pattern.search(line)
        if (
            found
            and found.start() >= 3
            and (pattern is not _AT_LAST_EN or len(line[: found.start()].split()) > 1)
        ):
            return title[: found.start()], title[found.start() : found.end()].strip(
                " @＠()（）[]【】,-–—"
            )
    return "", ""


def _further_zh(title: str) -> Iterator[tuple[str, str, str]]:
    bare = _MODAL_ZH.sub("", title)
    if bare != title:
        yield "bare", bare, ""
    placed = _AT_ZH.sub("", bare)
    if placed != bare:
        yield "bare", placed, ""
        bare = placed
    if (tail := _TAIL_VERB_ZH.search(bare)) and tail.start() >= 3:
        bare = bare[: tail.start()]
        yield "name", bare, ""
    if of := _OF_ZH.match(bare):
        yield "of", bare[of.end() :], ""
    if found := _GIVES_ZH.match(bare):
        who, what = found["who"], found["what"]
        if who:
            yield "who+what", f"{who}{what}", ""
        yield "what", what, ""
        if not who:
            yield "what+verb", f"{what}{found['verb']}", ""


_LEFT_PLANNED = re.compile(r"(?<=\w)\s+(?:planned|scheduled|slated|set)$", re.IGNORECASE)


def _remove(text: str, pattern: re.Pattern[str]) -> str:
    line = plain(text)
    for found in reversed(list(pattern.finditer(line))):
        text = text[: found.start()] + text[found.end() :]
    return text


def _strip_edges(text: str) -> str:
    line = plain(text)
    start, end = 0, len(line)
    while (
        start < end
        and line[start] in _EDGE
        and not (line[start] == "." and line[start + 1 : start + 3].isalpha())
    ):
        start += 1
    while end > start and line[end - 1] in _EDGE + "…":
        end -= 1
    if text[start:end].endswith("Inc") or text[start:end].endswith("Corp"):
        end = min(len(text), end + 1)
    return text[start:end].strip()


_PAIRS = {"(": ")", "（": "）", "[": "]", "【": "】", "《": "》", "“": "”", "「": "」"}


def _balanced(text: str) -> str:
    """Without a bracket at either end that has lost its other half."""
    for opening, closing in _PAIRS.items():
        if text.count(opening) == text.count(closing):
            continue
        if text.count(opening) > text.count(closing):
            place = text.rfind(opening)
            text = text[:place] if len(text) - place < 4 else text[:place] + text[place + 1 :]
        else:
            place = text.find(closing)
            text = text[place + 1 :] if place < 3 else text[:place] + text[place + 1 :]
    return text.strip(" ,，、;；:：")


def shortened(title: str, most: int = LONGEST) -> str:
    """At most that many characters, cut where a clause ends if one does; a list of several is left whole."""
    if len(title) <= most or (title.count("、") > 1 and len(names(title)) > 1):
        return title
    cut = max(
        title.rfind(mark, 20, most) for mark in (",", "，", ";", "；", "。", ". ", " - ", "(")
    )
    if cut < 20:
        cut = title.rfind(" ", 20, most) if " " in title[20:most] else most
    return title[:cut].rstrip(" ,，;；(（")


_LIST_MARK = re.compile(r"、|;|；|,? and |, |和|及")
_BETWEEN_BOOKS = re.compile(r"[\s、,，和与及/]*(?:以及)?")
_ALL_OF_THEM = re.compile(r"^等|均|都|同时|一并|同步")
_NAMES_ZH = re.compile(r"、|,|，|和|与|及")
_EACH = re.compile(r"^(?:分别|均|都)")
_REMARK_MARK = re.compile(r", |;|、|，")
_NAMES_EN = re.compile(r", and |, | and | & ")
_ALL_OR_BOTH = re.compile(r"^ (?:all|both) ")
_STRONG_MARK = re.compile(r"、|;|；|和|及|与| and | & ")


def names(title: str, every: bool = False) -> list[str]:
    """The title, or those of the several things with names of their own that it lists. `every`: in a
    list of companies each is one."""
    if every:
        parts = [part.strip() for part in _LIST_MARK.split(title)]
        if len(parts) > 1 and all(1 < len(part) <= 24 and named(part) for part in parts):
            return parts
    books = list(_BOOKS.finditer(title))
    if len(books) > 1:
        between = [title[a.end() : b.start()] for a, b in pairwise(books)]
        head, tail = title[: books[0].start()], title[books[-1].end() :]
        if all(_BETWEEN_BOOKS.fullmatch(gap) for gap in between) and _BOOKS_TAIL.match(plain(tail)):
            tail = _ALL_OF_THEM.sub("", tail)
            return [
                f"{head if index == 0 else ''}{book[0]}{tail}".strip()
                for index, book in enumerate(books)
            ]
    if found := _REPORT_ZH.match(plain(title)):
        listed, rest = title[: found.end("names")], title[found.start("rest") : found.end("rest")]
        parts = _NAMES_ZH.split(listed)
        if all(1 < len(part.strip()) <= 10 for part in parts):
            return [part.strip() + _EACH.sub("", rest) for part in parts]
    remarked = [part.strip() for part in _REMARK_MARK.split(title)]
    if len(remarked) > 1 and all(_SAME_REMARK.search(plain(part)) for part in remarked):
        return [_SAME_REMARK.sub("", part).strip() for part in remarked]
    if found := _RESULTS_FROM.match(title):
        parts = [part.strip() for part in _NAMES_EN.split(found["names"])]
        if len(parts) > 1 and all(0 < len(part.split()) <= 4 for part in parts):
            return [f"{part} {found['what']}" for part in parts]
    if found := _REPORT_EN.match(title):
        parts = [part.strip() for part in _NAMES_EN.split(found["names"])]
        if all(0 < len(part.split()) <= 4 for part in parts):
            return [part + _ALL_OR_BOTH.sub(" ", found["rest"]) for part in parts]
    told = [part.strip() for part in title.split("、")]
    if len(told) > 2 and all(len(part) > 2 and _FIGURE_NAME.search(plain(part)) for part in told):
        return told
    if len(told) > 1 and all(
        len(part) > 3 and (_EVENT_NAME.search(plain(part)) or _TOLD.search(part)) for part in told
    ):
        return told
    for mark in (
        r"[;；]",
        r"、",
        r"\s/\s",
        r"(?:以及|和|及|与)",
        r",\s+and\s+|\s+and\s+|\s+&\s+|,\s+|，",
    ):
        parts = [part.strip() for part in re.split(mark, title)]
        if mark == r"\s/\s" and len(parts) > 1 and all(len(part) > 5 for part in parts):
            return parts
        if len(parts) == 2 and not _STRONG_MARK.search(title):
            continue  # Rookery Summit, members' session
        if len(parts) > 1 and all(
            _whole_name(part) and _EVENT_NAME.search(plain(_HOLD_ZH.sub("", part)))
            for part in parts
        ):
            return [_HOLD_ZH.sub("", part) for part in parts]
    return [title]


def _whole_name(part: str) -> bool:
    """Whether a part of a list can stand alone: Orchard Summit & Fair is one event."""
    return len(part) > 3 and (not part.isascii() or len(part.split()) > 1)


_DIGITS = re.compile(r"[0-9]+")
_NAMES = re.compile(r"\b[A-Z][A-Za-z0-9]+")
_WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_LITTLE = frozenset((
    "a", "an", "the", "of", "for", "and", "or", "to", "in", "on", "at", "by", "with", "from", "its", "their",
    "our", "will", "be", "is", "are",
))  # fmt: skip


def alike(one: str, other: str, strictly: bool = False) -> bool:
    """Whether two titles name the same: one holds the other, or (unless `strictly`) most words of the shorter
    one, and no other number."""
    a, b = _letters(one), _letters(other)
    if a == b or (min(len(a), len(b)) >= 4 and (a in b or b in a)):
        return True
    if strictly or {*_DIGITS.findall(one)} ^ {*_DIGITS.findall(other)}:
        return False
    words, more = _words(one), _words(other)
    if len(words) > len(more):
        one, words, more = other, more, words
    if len(words) < 2 or len(words & more) < _MOST_OF * len(words):
        return False
    # Acme's third quarter results call is not Vellum's.
    return not any(
        word.lower() not in more and word.lower() in words for word in _NAMES.findall(plain(one))
    )


_MOST_OF = 0.8


def _letters(title: str) -> str:
    return _NO_LETTERS_OR_DIGITS.sub("", plain(title).lower())


_NO_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")


def _words(title: str) -> frozenset[str]:
    """Its words without little ones; of Chinese its pairs of characters."""
    found = _WORDS.findall(plain(title).lower())
    pairs = {a + b for a, b in pairwise(found) if len(a) == len(b) == 1 and not (a + b).isascii()}
    return frozenset(pairs | {word for word in found if len(word) > 1 and word not in _LITTLE})


def event_name(text: str) -> bool:
    """Whether it ends as the names of events do (…大会, … Summit 2027)."""
    return _EVENT_NAME.search(plain(text.strip())) is not None


_NO_LETTERS = re.compile(r"[\W\d_]+")
_REACHED = re.compile(
    r"(?:https?://|www\.)\S+|(?:phone|tel|telephone|fax|e-?mail|website) ?:.*", re.IGNORECASE
)


# A slot that nobody has taken
_VACANT = re.compile(r"open|free|vacant|available|tb[acd]|n/?a|none|空缺?|待定|未定", re.IGNORECASE)


def named(text: str) -> bool:
    """Whether there is enough in it to tell one event from another."""
    if _REACHED.fullmatch(text) or _VACANT.fullmatch(text.strip()):
        return False
    line = _NO_LETTERS.sub("", text)
    chinese = sum(1 for char in line if _cjk(char))
    return chinese >= 2 or len(line) - chinese >= 3


_CALLED_OFF_ZH = re.compile(
    r"^原定的?|(?:宣布|已|将|被|确认)*(?:取消|停办|不再举行|叫停)(?:举办|举行)?$"
)
_CALLED_OFF_EN = re.compile(
    r"\s+(?:has been |have been |is |was |are )?(?:called off|cancell?ed|scrapped)$", re.IGNORECASE
)


def without_calling_off(title: str) -> str:
    """The title of what was called off, without the words that say so."""
    return _CALLED_OFF_EN.sub("", _CALLED_OFF_ZH.sub("", title).strip(" ,，")) or title


# ---- names that name nothing of their own ----

_GENERIC_WORDS = """
    a an the of for and or to by on at in is are be will with all any each no new next first second
    third last final early late full short regular extended firm hard soft round phase stage track
    main day date dates time times deadline deadlines due submission submissions submit submitted
    paper papers abstract abstracts poster posters demo demos proposal proposals manuscript
    manuscripts camera ready version versions notification notifications acceptance author authors
    decision decisions review reviews rebuttal registration registrations register open opens
    opening opened close closes closing closed begin begins start starts end ends call calls cfp
    conference conferences workshop workshops tutorial tutorials symposium meeting meetings event
    events session sessions program programme schedule agenda application applications apply
    nomination nominations entries entry results result announcement announced announce publication
    published release released releases launch update updates milestone freeze feature code string
    branch cut beta alpha candidate rc ga general availability effective takes effect force comes
    into comment comments period response responses questions answers tender tenders bid bids award
    contract payment payable dividend record ex ex-dividend annual shareholders earnings quarter
    quarterly report reports financial keynote webinar online virtual in-person hybrid bird standard
    late-breaking breaking doctoral consortium student students industry research camera-ready
    upload uploads confirmation deadline: travel grant grants scholarship hotel room block booking
    letter intent kick-off kickoff q&a check-in break lunch dinner welcome ceremony remarks panel
    breakout expected planned estimated target tentative latest important key our your this that it
    holiday support maintenance eol life lts active initial stable development window
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
# Possessive, and longer words first: what begins otherwise is not tried again, however long the line.
_GENERIC_ZH = re.compile(
    r"(?:[0-9]++|正式版|下一次|阶段|期限|日程|日期|初试|初审|复试|复审|预赛|决赛|终稿|正式|提前|常规|早鸟"
    r"|线上|线下|网上|现场|现金|红利|论文|摘要|全文|稿件|投稿|征稿|征文|报名|注册|缴费|提交|录用|通知|发布|公布"
    r"|公示|评审|审核|答辩|截止|截稿|开始|结束|开放|开幕|闭幕|报到|签到|会议|大会|活动|比赛|竞赛|培训|讲座|考试"
    r"|面试|笔试|资格|审查|成绩|名单|结果|材料|作品|时间|申请|申报|登记|股权|除权|除息|派息|发放|交易|投标|开标"
    r"|招标|文件|领取|获取|踏勘|意见|反馈|征求|征集|实施|施行|生效|适用|上线|下线|内测|公测|测试|议程|安排|下次"
    r"|本次|举行|举办|召开|[第轮期批次首初复决预终日的和与及、:()\s一二三四五六七八九十])++"
)


def generic(title: str) -> bool:
    """Whether a title is made of words that any event of its sort has: Camera-ready papers due, 报名截止."""
    line = plain(title)
    if not line.isascii():
        return _GENERIC_ZH.fullmatch(line) is not None
    words = re.findall(r"[a-z&-]+", line.lower())
    return (
        bool(words) and all(word in _GENERIC for word in words) and not re.search(r"[0-9]{2}", line)
    )


# ---- names of sections ----

_SECTION_ZH = re.compile(
    r"(?:本[次届期场])?(?:(?:活动|会议|大会|比赛|赛事|课程|培训|论坛|讲座|报名|考试|参会|参赛|基本|详细|具体|重要|相关|时间|地点|日程|日期|信息|详情"
    r"|须知|说明|介绍|简介|概况|概要|内容|流程|方式|要求|对象|背景|目的|主题|安排|议程|日历|一览|提示|事项|预告|公告|通知|联系|费用|嘉宾|赛程|赛制"
    r"|关于|更多|近期|往期|最新|其他|附件|备注|温馨)|[和与及、/\s&])++"
)
_SECTION_EN = re.compile(
    r"(?:(?:date|dates|time|times|venue|venues|location|locations|place|details?|info|information|overview|about|agenda|schedule"
    r"|programme|program|course|event|events|meeting|key|important|general|background|introduction|summary|highlights?|logistics"
    r"|registration|how|to|register|join|contact|contacts|more|and|the|us|for|of|on|what|when|where|who|why|notes?|updates?|news"
    r"|announcements?|takeaways|next|steps|topics?|speakers?|sponsors?|format|attendees|participants|description|timeline|deadlines?"
    r"|calendar|upcoming|latest|fees?|costs?|faq|links?|resources?|content|contents|table|this|week|month|today)\b[\s&/,:-]*+)++",
    re.IGNORECASE,
)


def of_section(title: str) -> bool:
    """Whether a heading only says what stands below it, not of which event: 活动时间地点, Date & Venue."""
    line = plain(title).strip()
    return (_SECTION_EN if line.isascii() else _SECTION_ZH).fullmatch(line) is not None


# ---- titles of calendars ----

# Words of which the title of a calendar, a report or a section is made. It holds events and is none.
_OF_CALENDARS = """
    重点 跟踪 重要 重大 近期 后续 未来 本期 下期 本周 本月 下周 下月 一周 一月 全年 年度 全球 国内 海外
    行业 公司 财经 经济 数据 学术 会议 展会 活动 事件 大事 日历 日期 名称 日程 日程表 行事历 行事曆
    安排 预告 提示 前瞻 展望 看点 焦点 关注 催化 催化剂 要闻 新闻 动态 观点 回顾 总结 纪要 一览
    一览表 大事记 时间 时间轴 时间表 时间线 速递 速览 汇总 清单 列表 盘点 行情 市场 市场回顾 业绩
    发布 周报 双周报 月报 日报 早报 晚报 简报 周刊 月刊 专刊 通讯 周评 月评 点评 研报 报告 策略 排期
    议程 主会场 分会场 新规 政策 时点 节点 路线图 计划 表 及 与 和 的 事项 以后 之后 以及 接下来
    previous earlier past the in of for and to at a our this next week month quarter year ahead
    upcoming coming up forthcoming key important major main economic earnings event events calendar
    calendars schedule date dates diary agenda outlook preview look looking forward watch what's on
    deck happening timeline roadmap release releases train meeting meetings conference conferences
    webinar webinars talk talks seminar seminars programme program news digest newsletter bulletin
    brief weekly monthly daily report edition issue vol no list overview review recap summary save
    mark your update updates deadline deadlines corporate macro data company industry market markets
    global day leap
"""
_CALENDAR_WORDS = frozenset(_OF_CALENDARS.split())
_CALENDAR_WORD_LENGTHS = tuple(sorted({len(word) for word in _CALENDAR_WORDS}))
# Between them: 第3期, 十、, 2026
_OF_NUMBERS = re.compile(r"第?[0-9一二三四五六七八九十]+[期周章部分号]?|[\s\W_]+")
_CALENDAR_END = re.compile(
    r"(?:日历|日程|日程表|前瞻|周报|双周报|月报|日报|早报|晚报|简报|周刊|周评|月评|速递|行事历|行事曆"
    r"|看点|要闻|回顾|大事记|大事|一览|(?<!业绩)预告|纪要|时间轴|时间表|排期|议程|月历|年历|路线图|汇总"
    r"|\b(?:calendar|week ahead|month ahead|year ahead|digest|newsletter|bulletin|weekly|monthly"
    r"|quarterly|review|letter|journal|notes|agenda|diary|roadmap|timeline|edition|outlook|dates"
    r"|schedule))(?: ?\([^()]*\)| ?[#第][0-9]+期?)?$"
    r"|^(?:the )?(?:year|month|week|quarter) ahead\b"
    r"|^(?:call for|important dates|key dates|cfp\b|save the date)",
    re.IGNORECASE,
)


def _made_of_calendar_words(title: str) -> bool:
    """Whether nothing else stands in a title. Each place is reached at most once, however many ways there
    are to part the title into words: as one pattern it would try them all."""
    lower = title.lower()
    reached, reach = {0}, [0]
    while reach:
        place = reach.pop()
        if place == len(lower):
            return True
        ends = [
            place + n for n in _CALENDAR_WORD_LENGTHS if lower[place : place + n] in _CALENDAR_WORDS
        ]
        if number := _OF_NUMBERS.match(lower, place):
            # 十月 may be 十 and 月报; a number's last sign may begin a word.
            ends += [end for end in range(number.end() - 1, number.end() + 1) if end > place]
        reach += [end for end in ends if end not in reached]
        reached.update(ends)
    return False


_CALL_OR_SAVE = re.compile(r"call for|save the date", re.IGNORECASE)


def calendar_title(line: str) -> bool:
    """Whether a title is that of a calendar, a report or a section: it holds events and is none."""
    if _made_of_calendar_words(line):
        return True
    return signs.HAN.search(line) is not None and (
        not _CALL_OR_SAVE.match(line) and _CALENDAR_END.search(line) is not None
    )
