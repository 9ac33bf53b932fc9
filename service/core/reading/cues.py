"""Words that say what a date beside them is for: one lexicon, read over a sentence in one pass.

Each row is a cue: its id, the language, the role that it gives to a date, on which side of the date it
counts, its pattern (for plain lines, core/text/characters.py; English in small letters), and an example that
it must find, which the suite asks of every row. A cue decides nothing: it is a feature that scoring.py weighs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a cue makes of a date."""

    FUTURE = "future"
    HOLD = "hold"
    EFFECT = "effect"
    LAUNCH = "launch"
    DUE = "due"
    BEGIN = "begin"
    END = "end"
    JOIN = "join"
    WHEN = "when"
    PUBLISHED = "published"
    DONE = "done"
    REPORT = "report"
    OLD = "old"
    NEW = "new"
    OFF = "off"
    PERIOD = "period"
    FIGURE = "figure"
    RECURS = "recurs"
    UNKNOWN = "from unknown"
    SINCE = "since"
    AS_OF = "as of"
    HOLDS = "holds"
    CONDITION = "condition"
    NOT = "not"
    SIGNED = "signed"
    CITED = "cited"
    AHEAD = "ahead"
    BACK = "back"
    OF = "of"
    CONTACT = "contact"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the lexicon. `side`: "before" the date or "after" it, "any", or "heading": in a
    heading or label above it."""

    id: str
    language: str
    role: Role
    side: str
    pattern: str
    example: str


ROWS: tuple[Cue, ...] = (
    # -- something is to come
    Cue("zh-will", "zh", Role.FUTURE, "any",
        r"将(?!军|士|领)|(?<!规)拟(?!人|合|态)|预计|预期|计划于|计划在|有望|定于|定在|即将|届时|敬请|力争|暂定|初定|择日|准备于|料将|会在|会于",
        "大会将于5月举行"),
    Cue("en-will", "en", Role.FUTURE, "any",
        r"\b(?:will|shall|'ll|to be (?:held|released|published|announced)|is to"
        r"|are to|set to|set for|slated|scheduled"
        r"|expected|expects?|plans? to|planned|planning|upcoming|coming|aims? to|going to|intends?|tentatively"
        r"|mark your calendars?|save the dates?|looking forward|targeting|targeted|target date)\b",
        "the release is scheduled for may"),
    Cue("zh-hold", "zh", Role.HOLD, "any",
        r"举行|举办|召开|开幕|闭幕|开会|开赛|开讲|开营|开馆|开展|亮相|首演|首映|上映|开播|直播|路演|听证|开庭|审议|表决|投票|颁奖|揭幕|揭牌|发射|首飞|见面",
        "在上海举行"),
    Cue("en-hold", "en", Role.HOLD, "any",
        r"\b(?:held|takes? place|taking place|holds?|hosts?|hosting|convenes?"
        r"|gathers?|meets?|kicks? off|returns?"
        r"|join us|live|webinar|conference call|meeting|hearing|vote|voting|election"
        r"|premieres?|airs?|speaks?)\b",
        "will be held on 5 may"),
    Cue("zh-effect", "zh", Role.EFFECT, "any",
        r"施行|生效|(?<!切)实施|(?:开始|起)执行|适用|废止|失效|启用|调整|取消", "自5月1日起施行"),
    Cue("en-effect", "en", Role.EFFECT, "any",
        r"\b(?:takes? effect|comes? into (?:force|effect)|enters? into force|goes into effect"
        r"|effective|in force"
        r"|appl(?:y|ies) (?:from|to|as of)|becomes? mandatory|compliance date"
        r"|sunset|deprecated|end of (?:life|support)"
        r"|eol|expires?|expiration)\b", "takes effect on 1 may"),
    Cue("zh-launch", "zh", Role.LAUNCH, "any",
        r"发布|推出|上线|上市|开售|发售|预售|首发|首销|问世|公测|内测|公布|披露|出炉|开源|量产|交付|投产|开工|竣工|通车|开通|开业|开放|启动|挂牌|申购|交割",
        "将于5月发布"),
    Cue("en-launch", "en", Role.LAUNCH, "any",
        r"\b(?:launch(?:es|ing)?|releas(?:e|es|ing)|ships?|shipping|unveils?|debuts?"
        r"|rolls? out|available|availability"
        r"|goes live|go live|ga\b|on sale|beta|rc ?[0-9]?|alpha|publish(?:es)?"
        r"|reports?|report earnings|announce (?:its|their|the)"
        r"|opens?|starts?|begins?|migration|maintenance|upgrade|freeze)\b", "launches in june"),
    Cue("zh-due", "zh", Role.DUE, "any",
        r"截止|截稿|截至.{0,6}(?:报名|提交|投稿)|报名|申报|投稿|提交|反馈|征求意见|意见征集|缴费|报送|递交|投标|开标|征稿",
        "报名截止5月1日"),
    Cue("en-due", "en", Role.DUE, "any",
        r"\b(?:due|deadlines?|submi(?:t|ssions?)|appl(?:y by|ications?)|registrations?"
        r"|register|comments?|responses?"
        r"|proposals?|abstracts?|nominations?|entries|early[- ]bird|rsvp|feedback"
        r"|bids?|closes?|closing|notification|camera[- ]ready"
        r"|cfp|must be (?:received|submitted|postmarked)|no later than)\b", "submissions are due on 5 may"),
    Cue("zh-begin", "zh", Role.BEGIN, "after",
        r"起(?![草诉源点步伏码])|开始|开幕|开启|上午|下午|至", "5月1日起"),
    Cue("zh-end", "zh", Role.END, "any", r"结束|为止|止(?!损|于)|闭幕|到期|届满|截止", "至5月1日止"),
    Cue("en-end", "en", Role.END, "any",
        r"\b(?:ends?|until|till|through|concludes?|last day|final day|closes?)\b", "runs until 5 may"),
    Cue("zh-join", "zh", Role.JOIN, "any",
        r"欢迎|邀请|参加|请(?!示|求)|务必|敬请|报名方式|扫码|名额|预约", "欢迎参加"),
    Cue("en-join", "en", Role.JOIN, "any",
        r"\b(?:please|join|invited?|invitation|welcome|attend|sign up|tickets?|agenda"
        r"|details|don't miss)\b", "please join us"),
    # -- labels
    Cue("zh-when", "zh", Role.WHEN, "before",
        r"(?:时间|日期|会期|档期|日子|钟点|时刻)(?:[为是]|定于)? ?[:为]? ?$|日 ?: ?$|期 ?: ?$", "会议时间："),
    Cue("en-when", "en", Role.WHEN, "before",
        r"\b(?:when|dates?|time|day|date and time)\b ?[:=-]? ?$", "when: "),
    # -- the document's own dates, and what happened
    Cue("zh-published", "zh", Role.PUBLISHED, "any",
        r"(?:发布|发表|印发|成文|发文|公布|更新|签发|修订|编辑|修改|制定|批准"
        r"|打印|出版|收稿|录用|登记|注册|填报|制表|刊登|提问|回复|上传|创建|录入)(?:日期"
        r"|时间|于|日)|作者|来源[:于]|浏览|阅读量|点击|字号[:]|编辑 ?:|责编|记者"
        r"|供稿|稿源",
        "发布时间：2026-05-01"),
    Cue("en-published", "en", Role.PUBLISHED, "any",
        r"\b(?:published|posted|updated|last (?:modified|updated|reviewed|changed)"
        r"|modified|created|dated?|issued|printed|retrieved|accessed"
        r"|revised|written|submitted|signed|filed|released|archived|authored|committed"
        r"|merged|closed|opened by|by [a-z]+ [a-z]+ on"
        r"|revision|rev\.|copyright|draft)\b(?: ?(?:on|at|by|date))? ?:? ?", "last updated on 5 may"),
    Cue("zh-done", "zh", Role.DONE, "any",
        r"已(?![定确]|经定)|了(?=[,。;]|$)|曾(?!国)|此前|日前|近日|昨|去年|上年|上月|上周|以来|回顾|当年|当时|历史|成立于|创办于|始于|生于|毕业|获得|荣获|当选|任职|累计|同比|环比",
        "已于5月1日完成"),
    Cue("en-done", "en", Role.DONE, "any",
        r"\b(?:was|were|had|did|has been|have been|ago|yesterday|last (?:year"
        r"|month|week|quarter)|since|founded|established|born|died"
        r"|first|previously|recently|so far|history|completed|fixed|added|removed"
        r"|changed|held (?:on|in)|took place|happened|occurred"
        r"|increased|decreased|compared|joined|elected|appointed|became|won|received|reported|announced|launched|started|began|ended"
        r"|introduced|approved|adopted|passed|enacted|amended)\b", "it was founded in 2010"),
    Cue("zh-report", "zh", Role.REPORT, "any",
        r"宣布|表示|指出|强调|透露|获悉|报道|据悉|公告称|消息|讯(?=[,:  ])|电(?=[,:  ])", "公司宣布"),
    Cue("en-report", "en", Role.REPORT, "any",
        r"\b(?:said|says|told|according to|noted|stated|wrote|announced (?:today"
        r"|that)|confirmed that)\b", "she said"),
    Cue("zh-signed", "zh", Role.SIGNED, "any",
        r"(?:委员会|办公室|局|部|厅|公司|政府|学院|大学|协会|中心|处|董事会|银行) ?$"
        r"|签字|盖章|签名|联系人|落款|特此", "某某市人民政府"),
    Cue("en-signed", "en", Role.SIGNED, "any",
        r"\b(?:signed|sincerely|regards|secretary|chair(?:man|person)?|clerk|president"
        r"|director|editor)\b", "sincerely"),
    Cue("zh-cited", "zh", Role.CITED, "any",
        r"》 ?[-(]{1,3}$|号\)? ?$|〔|第[0-9]+号|主席令|国令|参考文献|见[^,。]{0,12}公告"
        r"|\[[0-9J]\]", "国令第700号"),
    Cue("en-cited", "en", Role.CITED, "any",
        r"\b(?:no\. ?[0-9]+|vol\.|pp?\.|doi|isbn|issn|arxiv|et al|see also|journal"
        r"|proceedings|chapter|section [0-9]|article [0-9]|public law|u\.s\.c)\b", "doi 10"),
    # -- moves
    Cue("zh-old", "zh", Role.OLD, "before",
        r"(?:原(?:定|计划|本|来|先|拟|时间|日期|排)?[^,。;]{0,10}|(?<![自理])由[^,。;]{0,6}"
        r"|本来[^,。;]{0,6}|本应|本该|原先)(?:于|在|为|:)? ?$", "原定于"),
    Cue("en-old", "en", Role.OLD, "before",
        r"\b(?:should have|was to|were to|had been|originally|previously|initially"
        r"|formerly|instead of|rather than|not|postponed from|moved from|rescheduled from"
        r"|was|from)\b[^,;.]{0,24}$",
        "originally scheduled for "),
    Cue("zh-new", "zh", Role.NEW, "before",
        r"(?:推迟|延期|延后|改期|延长|顺延|提前|调整|改|延|变更|更改|改定|现定)(?:举行"
        r"|举办|召开)?(?:至|到|为|于|在)?了? ?$|-{1,2}> ?$|→ ?$", "推迟至"),
    Cue("en-new", "en", Role.NEW, "before",
        r"\b(?:postponed|rescheduled|moved|delayed|pushed|shifted|brought forward"
        r"|changed|extended|now|new date)\b[^;.]{0,40}\b(?:to|until|till|for|through"
        r"|on|is)? ?:? ?$",
        "postponed to "),
    Cue("zh-off", "zh", Role.OFF, "any",
        r"取消(?!关税|限制|限购|补贴)|停办|不再(?:举行|举办)|叫停|中止|暂缓|推迟"
        r"|延期|改期|停(?:映|演|课|赛)", "宣布取消"),
    Cue("en-off", "en", Role.OFF, "any",
        r"\b(?:called off|cancell?ed|scrapped|postponed|rescheduled|won't take place"
        r"|will not take place|on hold|suspended|withdrawn)\b", "has been cancelled"),
    # -- what a figure or a report is about
    Cue("zh-period", "zh", Role.PERIOD, "after",
        r"^ ?(?:份|度|期间)?(?:的)?(?:[^\W\d]{0,6})(?:CPI|PPI|PMI|GDP|PCE|数据"
        r"|财报|业绩|季报|年报|报告(?!会)|营收|收入|利润|销量|交付量|产量|统计"
        r"|报表|进出口|社融|信贷|零售|增加值|指数|同比|环比)",
        "5月CPI数据"),
    Cue("en-period", "en", Role.PERIOD, "after",
        r"^ ?(?:[a-z]+ ){0,2}(?:cpi|ppi|pmi|gdp|pce|inflation|results?|earnings"
        r"|revenues?|report|figures|data|numbers|sales|quarter|fiscal|payrolls"
        r"|minutes|financials|update)\b",
        " retail sales"),
    Cue("zh-year-end", "zh", Role.PERIOD, "any",
        r"年度|报告期|会计|财年|学年|届|级|版(?!权)|型号|赛季|考试|招生|计划生|招聘"
        r"|预算", "2026年度"),
    Cue("en-year-end", "en", Role.PERIOD, "any",
        r"\b(?:fiscal|year ended|quarter ended|months ended|ended|ending|for the (?:year"
        r"|quarter|period)|budget|season|edition|version|class of|vintage)\b", "the year ended "),
    Cue("zh-figure", "zh", Role.FIGURE, "any",
        r"(?:突破|超过|达到?|增至|降至|增长|下降|升至|贡献|占到?|约|下跌|上涨"
        r"|跌|涨)[^,。;]{0,8}[0-9.]+ ?(?:%|亿|万|倍|元|个百分点|家|人)|市场规模"
        r"|复合增(?:长|速)|渗透率|目标价|市盈率|估值", "收入增长12.5%"),
    Cue("en-figure", "en", Role.FIGURE, "any",
        r"(?:[$€£]|\brmb|\busd) ?[0-9]|[0-9]%|\b(?:million|billion|percent|per cent"
        r"|tonnes|mw|gwh)\b", "rose 12%"),
    # -- no single day
    Cue("zh-recurs", "zh", Role.RECURS, "any",
        r"每[年月周日天个逢]|逢|按月|按季|按年|定期|年年|常年|历年", "每年3月31日前"),
    Cue("en-recurs", "en", Role.RECURS, "any",
        r"\b(?:every|each|annually|yearly|monthly|weekly|daily|annual|anniversary"
        r"|usually|typically|always|recurring)\b", "every year"),
    Cue("zh-unknown", "zh", Role.UNKNOWN, "any",
        r"自[^,。;]{1,16}之日|之日起|收到[^,。;]{0,10}后|[0-9一二三四五六七八九十]+ ?个?(?:工作)?日内"
        r"|届满|满[0-9一二三四五六七八九十]+", "自收到之日起15日内"),
    Cue("en-unknown", "en", Role.UNKNOWN, "any",
        r"\bwithin [0-9a-z]+ (?:\([0-9]+\) )?(?:business |working |calendar )?(?:days?"
        r"|weeks?|months?|years?|hours?)\b|\b(?:days?|months?|weeks?) (?:of|after"
        r"|before|prior|following)\b", "within 30 days"),
    Cue("zh-since", "zh", Role.SINCE, "after",
        r"^ ?(?:以来|至今|起至今|起任|起担任|出生|成立|创立|创办|生(?=[,。])|毕业"
        r"|加入|入职|注册|登记|签署|通过|发布的|公布的|的|版)", "5月1日以来"),
    Cue("en-since", "en", Role.SINCE, "before",
        r"\b(?:since|dated|as early as|as far back as|after|following|before)(?: the)? ?$", "since "),
    Cue("zh-as-of", "zh", Role.AS_OF, "before", r"截[至止](?:到)? ?$", "截至"),
    Cue("en-as-of", "en", Role.AS_OF, "before", r"\bas (?:of|at)(?: the)? ?$", "as of "),
    Cue("zh-holds", "zh", Role.HOLDS, "any",
        r"有效期|保质期|任期|营业时间|工作时间|办公时间|开放时间|服务时间|合同期"
        r"|租期|期限为|放假|休市|假期", "有效期至2027年"),
    Cue("en-holds", "en", Role.HOLDS, "any",
        r"\b(?:valid (?:until|through|from|to)|validity|licen[cs]ed? until|term of office"
        r"|office hours|opening hours|business hours|open (?:daily|monday)|warranty"
        r"|matures?|maturity|term)\b", "valid until 5 may"),
    Cue("zh-condition", "zh", Role.CONDITION, "any",
        r"(?:如果?|若|一旦|倘若|凡)(?![下期何此意实])|逾期|未在|超过|情况下|方可"
        r"|不得", "若5月1日前未完成"),
    Cue("en-condition", "en", Role.CONDITION, "any",
        r"\b(?:if|unless|should the|in case|in the event|whether|provided that|who"
        r"|those|until such|may be)\b", "if by 5 may"),
    Cue("zh-not", "zh", Role.NOT, "any",
        r"没有时间表|不(?:会|能|再|予|是)(?!少)|未能|并非|无法|尚未|怎么看|能否|是否"
        r"|吗\?|吗$", "不会在5月"),
    Cue("en-not", "en", Role.NOT, "any",
        r"\b(?:not|no longer|never|won't|cannot|can't|don't|doesn't|didn't|without)\b", "will not"),
    Cue("zh-closed", "zh", Role.CLOSED, "any",
        r"结束了|已结束|已过期|往期|过往|历届|上届|上一届|完结|归档", "已结束"),
    Cue("en-closed", "en", Role.CLOSED, "any",
        r"\b(?:past|previous|archived?|over|closed|expired|ended|deprecated|earlier"
        r"|old|legacy|changelog|history|what's changed|bug ?fix(?:es)?)\b", "past events"),
    Cue("zh-contact", "zh", Role.CONTACT, "any",
        r"电话|传真|邮编|邮箱|QQ|备案|许可证|编号|联系|证书|账号|地址[:]|门票|票价"
        r"|分机", "联系电话：010"),
    Cue("en-contact", "en", Role.CONTACT, "any",
        r"\b(?:tel|phone|fax|e-?mail|isbn|licen[cs]e|room|suite|ext\.?|price|fee"
        r"|cost|address)\b", "tel: 020"),
    Cue("zh-of", "zh", Role.OF, "after", r"^ ?的", "5月1日的"),
    Cue("en-of", "en", Role.OF, "after",
        r"^(?:'s|-[a-z]{3,}| (?:edition|version|report|issue|draft|release of|amendments?"
        r"|agreement|decision|order|act|law)\b)", "'s report"),
    # -- what a heading or a label says of the lines below
    Cue("zh-ahead", "zh", Role.AHEAD, "heading",
        r"预告|日程|日历|展望|前瞻|未来|即将|关注|下周|下月|本周重点|后续|安排"
        r"|计划|路线图|重要日期|重要时间|时间节点|议程|看点|催化|预览|征稿|报名"
        r"|活动|通知|邀请|公告|征求意见", "近期日程"),
    Cue("en-ahead", "en", Role.AHEAD, "heading",
        r"\b(?:ahead|upcoming|coming|calendar|looking|next|important dates|key dates"
        r"|schedule|agenda|to watch|what's on|roadmap|save the date"
        r"|diary|forthcoming|planned|programme|program|timeline|milestones?|deadlines?"
        r"|events?|dates|call for|register|submission|announcements?|notice|plan)\b", "upcoming events"),
    Cue("zh-back", "zh", Role.BACK, "heading",
        r"纪要|记录|实录|已施行|已结束|行情|回顾|往期|历史|已举办|过往|动态|上周"
        r"|要闻|新闻|大事记|已完成|小结|总结|历程|沿革|简介|参考|附表|资料来源"
        r"|更新日志|版本|变更|修订|声明|免责|风险", "上周回顾"),
    Cue("en-back", "en", Role.BACK, "heading",
        r"\b(?:recap|past|previous|last (?:week|month|year|quarter)|archives?"
        r"|in the news|highlights|history|what happened|earlier|in review|completed"
        r"|changelog"
        r"|release notes|changes|background|references|about|biography|disclaimer"
        r"|minutes|done|fixed|log|revision|versions?|bugs?|acknowledg\w+|authors?"
        r"|contributors?|licen[cs]e)\b", "release history"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    return tuple((cue, re.compile(cue.pattern)) for cue in ROWS if cue.side != "heading")


@lru_cache(maxsize=1)
def _of_headings() -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    return tuple((cue, re.compile(cue.pattern)) for cue in ROWS if cue.side == "heading")


def around(line: str, start: int, end: int, clause: tuple[int, int]) -> frozenset[str]:
    """What the cues of a plain line say of the date at start … end: "role:near-before", "role:before",
    "role:near-after", "role:after", and "role:line" for those outside of its clause."""
    lower = line.lower()
    before, after = lower[clause[0] : start], lower[end : clause[1]]
    near_before, near_after = before[-14:], after[:10]
    found: set[str] = set()
    chinese = not line.isascii()
    outside = lower[: clause[0]] + " / " + lower[clause[1] :]
    for cue, pattern in _compiled():
        if cue.language == "zh" and not chinese:
            continue
        name = cue.role.value
        if cue.side in ("before", "any"):
            if pattern.search(near_before):
                found.add(f"{name}:near-before")
            elif pattern.search(before):
                found.add(f"{name}:before")
        if cue.side in ("after", "any"):
            if pattern.search(near_after):
                found.add(f"{name}:near-after")
            elif pattern.search(after):
                found.add(f"{name}:after")
        if cue.side == "any" and pattern.search(outside):
            found.add(f"{name}:line")
    return frozenset(found)


def of_heading(lines: Sequence[str]) -> frozenset[str]:
    """What the headings above say, the nearest first: "ahead:1", "back:2" …"""
    found: set[str] = set()
    for depth, line in enumerate(lines[:3], 1):
        lower = line.lower()
        for cue, pattern in _of_headings():
            if pattern.search(lower):
                found.add(f"{cue.role.value}:{min(depth, 2)}")
    return frozenset(found)


def finds(cue: Cue, line: str) -> bool:
    """Whether the cue stands anywhere in a plain line."""
    return re.search(cue.pattern, line.lower()) is not None
