"""The words by which a text tells what is announced from what is reported. Patterns for plain lines
(phrases.characters.plain), Chinese and English."""

from __future__ import annotations

import re

from service.core.text.bilingual import WordPatterns as Words

HAN = re.compile(r"[\u3400-\u9fff]")


# What happens on a date: with one of these beside it, a date is more than a circumstance.
HAPPENS = Words(
    r"举行|举办|召开|开幕|闭幕|开会|发布|推出|上线|上市|开售|发售|预售|首发|亮相|揭牌|揭幕|启动|启用"
    r"|开工|投产|量产|交付|公布|披露|出炉|公开(?!招|课)"
    r"|生效|施行|实施|执行|适用|截止|截至|截稿|申报|报名|提交|送审|报批|收费|反馈|征集|开放|开启|开始|结束|关闭|下线"
    r"|停产|停服|停止|落地|商用|试运行|运行|运营|通车|开通"
    r"|出海|组网|发射|上映|开播|播出|开赛|开考|开学|开课|开营|开讲|开馆|开园|开展|开板|推送|公测|内测"
    r"|交割|分红|除权|派息|解禁|退市|挂牌|申购|招股|路演|审议"
    r"|表决|投票|听证|开庭|宣判|裁决|议息|讲话|致辞|访问|会晤|到期|缴款|登场|揭晓|颁奖|公示|完成|升级"
    r"|更新|发行|入驻|首飞|试飞|登陆|交接|调整|恢复|定档|官宣|开机|杀青|首演|首映|开票|通线|投运|通车"
    r"|贯通|满产|竣工|完工|建成|落成|达产|试产|下水|封顶|开建|动工|奠基|点火|并网|送样|验收|流片|获批|上会"
    r"|过会|聆讯|递表|招标|开标|签约|试营业|开业|搬迁|移师|试飞|组网|见面|首航|开服|上架|开闸|换届",
    r"\b(?:meets?|holds?|hosts?|opens?|closes?|begins?|(?:re)?starts?|ends?|launch(?:es)?|releases?"
    r"|ships?|reports?|publish(?:es)?"
    r"|retires?|arrives?|debuts?|returns?|runs?|lands?|takes? (?:place|effect)|comes? into"
    r"|enters? into|goes|kicks? off"
    r"|convenes?|gathers?|presents?|unveils?|rolls? out|effective|apply|applies|due|deadline"
    r"|vote[sd]?|hearing|expires?"
    r"|becomes?|available|availability|resumes?|concludes?|wraps? up|drops?|premieres?|airs?|speaks?"
    r"|lists?|debut|freezes?"
    r"|trades?|pays?|sunsets?|shuts? down|ceases?|stops?|requires?|submit|register|apply by|attempt"
    r"|join us|inaugurates?)\b",
)

DEADLINE = Words(
    r"截止|截稿|截至|报名|申报|投稿|提交|反馈|意见|征集|申请|注册|缴费|报送|递交|回复|答辩前|整改|备案",
    r"\b(?:due|deadlines?|submi\w*|appl(?:y|ications?|icants?)|registrations?|register|comments?"
    r"|responses?|respond|reply"
    r"|proposals?|abstracts?|papers?|nominat\w*|entries|early[- ]bird|fees?|pay|payments?|closes?"
    r"|rsvp|feedback|bids?|tenders?|offers?|consultations?)\b",
)
CANCELLED = Words(
    r"取消(?!关税|限制|限购|补贴|对|了?[^,。]{0,4}(?:关税|限制|门槛|资格))|停办|不再(?:举行|举办)"
    r"|叫停|中止举办",
    r"\b(?:called off|cancell?ed|scrapped|(?:will not|won't) (?:take place|be held|go ahead)|axed)\b",
)
POSTPONED = Words(
    r"推迟|延期|延后|改期|延至|顺延|提前(?:至|到|于)|改(?:至|为|到|在|于)|调整(?:至|为|到)|延长(?:至|到)",
    r"\b(?:postponed|rescheduled|moved|delayed|pushed|put back|deferred|shifted|brought forward"
    r"|changed|extended|slip(?:s|ped|ping)?|moves?|new date)\b",
)
# Right before a date: it is the new one.
_NEW_BEFORE = re.compile(
    r"(?:(?:推迟|延期|延后|改期|延长|顺延|提前|调整|改|延|变更|更改)(?:举行|举办|召开|开幕)?(?:至|到"
    r"|为|于|在)了?|-{1,2}>|→|现定于|改定于|新日期[:为]?"
    r"|\b(?:postponed|rescheduled|moved|delayed|pushed|put|deferred|shifted|brought|changed|extended"
    r"|slip(?:s|ped)|moves?|now|will now|it is now)"
    r"(?: (?:back|forward|up|again|from [^,;.]{3,40}?))?(?: (?:to|until|till|for|through|on|no earlier than"
    r"|takes? place(?: on)?|set for|scheduled for|happening on|due(?: on)?|be held(?: on)?"
    r"|take place(?: on)?|run(?: from)?|start(?: on)?|open(?: on)?|on"
    r"|(?:arrive|launch|ship|debut|premiere|begin|apply|come out)(?: on| in| from)?))*(?: the)?"
    r"|\bnew date!? ?[^;.]{0,60}:) ?$"
)
# Right before a date: it is the old one.
_OLD_BEFORE = re.compile(
    r"(?:(?:原|原先)定?(?:计划|本|拟|预约|约定)?(?:定|将|安排)?(?:于|在|的|为)?|原计划(?:于|在)?"
    r"|此前(?:定|计划)?(?:于|在)|(?:由|从)原来的|由|从(?=$)|原本(?:定)?(?:于|在)?|原时间[:为]?"
    r"|\b(?:originally|previously|initially|formerly"
    r"|first)(?: (?:scheduled|planned|set|slated|due|announced|expected))?(?: (?:for|on|in|to))*"
    r"|原(?:定|来)?的?(?:截止|报名|申报|提交|投标|开标|举办|举行|召开|开幕|会议|活动|考试){0,2}"
    r"(?:日|日期|时间|截止)(?:为|是|:)?"
    r"|\bonce (?:due|planned|expected|set|slated|scheduled)(?: (?:for|on|in|to [a-z]+))*"
    r"|(?:无法|不能|不会|未能|难以)再?(?:按计划|按原计划|如期|按期|按时)?(?:于|在)"
    r"|\bhad been (?:scheduled|planned|expected|due|set|slated)(?: (?:for|on|in))*"
    r"|\boriginally (?:due|meant|scheduled|planned|set) to (?:start|begin|open|close|end|apply|launch"
    r"|run|take (?:place|effect)|(?:come|enter) into (?:force|effect))(?: on| in| from)?"
    r"|[(,] ?was|\bit was to be|\bwas to (?:be|take place)(?: held)?(?: on)?"
    r"|\bfirst (?:planned|scheduled|set) for"
    r"|\bwas (?:originally |previously |first )?(?:scheduled|planned|set|slated|due"
    r"|meant)(?: (?:for|on|in|to (?:take place|start|open|be held)(?: on| in)?))*"
    r"|\b(?:planned|scheduled|slated|set) for|\binstead of|\bnot|\brather than"
    r"|\b(?:postponed|rescheduled|moved|delayed|pushed back|shifted|changed|brought forward"
    r"|extended) from)"
    r"(?: the| on)? ?$"
)
# The date of something being made public, from which an effect may be counted.
PUBLISHED = Words(
    r"公布|发布|印发|颁布|签署|通过|刊登",
    r"\b(?:published|issued|adopted|signed|promulgated|publication|enacted|passed)\b",
)
FROM_PUBLICATION = Words(
    r"(?:公布|发布|印发|颁布|签署|公告|刊登)(?:之日|(?<=[公发印颁]布|印发)后?满?(?=[0-9一二三四五六七八九十]))",
    r"\b(?:after|from|following|of) (?:its |the (?:date of )?)?(?:official )?(?:publication"
    r"|promulgation|adoption|issuance|signature|enactment)\b"
    r"|\bafter (?:it is |being )?(?:published|issued|adopted|signed|enacted)\b",
)

# A quantity that is forecast: nothing happens on a day.
FORECAST = Words(
    r"(?:用户|客户|收入|营收|利润|规模|市场|销量|出货|产能|占比|渗透率|份额|市值|价格|需求|投资额?"
    r"|人数|数量|装机|成本|增速|目标价|市占率|复合|产量|总量|缺口|估值|覆盖率|比例|排产|库存|保有量"
    r"|交易额|产值|薪酬|资本开支)"
    r"[^,。;]{0,30}(?:突破|超过?|达到?|增至|增长|降至|下降|提升|提高|翻|约|触及|接近|占|维持|保持"
    r"|扩大|上升|回落|降低|修复|回暖|好转|改善|走强|企稳|恢复|放缓|加剧|[0-9])"
    r"|逐[季月年](?:改善|提升|增长|下降)"
    r"|(?:突破|超过|达到?|增至|降至|升至|增长|翻|下降|提升至|贡献|占到)[^,。;]{0,8}[0-9.]+ ?(?:%|亿|万"
    r"|千|百|倍|[Gg][Ww]|吉瓦|元|美元|EFLOPS|个百分点)",
    r"\b(?:revenues?|sales|markets?|users?|customers?|shipments?|capacity|demand|prices?|profits?"
    r"|share|spending|growth|output"
    r"|subscribers|emissions|costs?|volumes?|deliveries|population|headcount|penetration|adoption"
    r"|investment|capex|margins?|gdp|inflation|rates?|economy|workforce)\b"
    r"[^;.]{0,60}\b(?:reach|exceed|surpass|hit|grow|rise|fall|double|triple|top|total|be worth"
    r"|decline|increase|climb"
    r"|account for|shrink|expand|drop|remain|average|peak|quadruple|approach|stay)(?:s|es|p?ing)?\b"
    r"|\b(?:reach|exceed|surpass|grow to|rise to|fall to|be worth|valued at|top)(?:s|es"
    r"|ing)? (?:about |around |nearly |over |more than )?(?:\$|€|£|us\$)?[0-9][0-9.,]*",
)


# Behind a year: it is of those taken on, and they apply the year before.
INTAKE = re.compile(r"[^,。;:]{0,20}?(?:考试|招生|招考|招聘|校招|录用)")

_OPEN_ZH = (
    r"(?:具体)?(?:举办|召开|举行)?(?:日期|时间|日程|档期)(?:仍|尚|还)?(?:待定|未定|待公布|待确认"
    r"|另行通知|未公布|待官宣|另定)|待定|待公布|另行通知|时间另定|具体日期"
)
_OPEN_EN = (
    r"\b(?:exact |final |specific )?(?:dates?|times?|day) (?:are |is )?(?:still |yet )?(?:tba|tbd|tbc"
    r"|to be (?:announced|determined|confirmed|decided)|not (?:yet )?(?:set|announced|fixed))"
    r"|\b(?:tba|tbd)\b"
)
OPEN = Words(_OPEN_ZH, _OPEN_EN)
OPEN_WORDS = rf"{_OPEN_ZH}|{_OPEN_EN}"

# A month or quarter right before one of these is what a figure is about, not when it is published.
FIGURE = re.compile(
    r"^ ?(?:份)?(?:的)?(?:全国|中国|美国|欧元区|德国|日本|英国|法国|官方|财新|制造业|非制造业|服务业"
    r"|核心|规模以上|社会|城镇|居民|未季调|季调后|工业|进出口|新增|末季|ISM|Markit|ADP|S&P|标普)*"
    r"(?:CPI|PPI|PMI|GDP|PCE|IFO|ZEW|LPR|M[012]|CPI|社融|社会融资|信贷|贷款|零售|社零|消费|工业"
    r"|增加值|利润|就业|非农|失业|通胀|物价|贸易|出口|进口|外汇|外储|房价|房地产|投资|固定资产|耐用品"
    r"|新屋|成屋|营建|职位|初请|订单|景气|信心|指数"
    r"|财报|业绩|季报|年报|报告(?!会)|指引|归母|扣非|净利|毛利|营收|利润|数据|销量|交付量|产销|经济数据|金融数据|统计|会议纪要"
    r"|利率决议|议息|账单|工资|国际收支|消费者|采购经理|薪资|零售销售|褐皮书|通胀率)"
    r"|^ ?(?:core |preliminary |flash |final |advance |headline |us |u\.s\. |uk |euro(?:zone| area) "
    r"|german |chinese? |japan(?:ese)? |ism |manufacturing |services |private |adp |retail |existing "
    r"|new |industrial )*"
    r"(?:cpi|ppi|pmi|gdp|pce|ifo|zew|inflation|jobs?|payrolls?|nonfarm|employment|unemployment|sales"
    r"|production|trade|results?|earnings|revenues?|report|figures|data|numbers|financials|update"
    r"|minutes|output|housing|home|durable|orders|confidence|sentiment|survey|index|deliveries"
    r"|shipments|dividend|trading (?:update|statement)|quarterly)\b",
    re.IGNORECASE,
)


# Beside a date that is no event's: a number to call, hours, how long something holds.
ASIDE = Words(
    r"(?:QQ ?群?|群号|联系人|热线|电话|传真|邮编|客服|邮箱|备案号|许可证号|注册号|编号"
    r"|订单号)[::]? ?[0-9A-Za-z\[(]|有效期|保质期|任期(?:自|至|为)|营业时间|工作时间|办公时间|服务时间"
    r"|假[设定](?=[0-9于在])"
    r"|最长不超过|最多|不少于|不超过",
    r"\b(?:valid (?:until|through|from|to|till)\b|validity\b"
    r"|expiry date\b|licen[cs]ed? (?:until|through)\b|term of office\b"
    r"|(?:opening|office|business|working) hours\b(?=[: ]*(?:[0-9]|are\b|from\b|mon))"
    r"|(?:is|are) open\b.*\b(?:daily|every day|weekdays)\b|last (?:entry|admission)\b|at most\b)"
    r"|qq[:]? ?[0-9a-z\[(]",
)


_NEAR = 160  # characters before a date in which its words stand


def new_before(before: str) -> bool:
    """Whether the words before a date make it the new one of something moved."""
    return _NEW_BEFORE.search(before[-_NEAR:].lower()) is not None


def old_before(before: str) -> bool:
    """Whether the words before a date make it the one that no longer holds."""
    return _OLD_BEFORE.search(before[-_NEAR:].lower()) is not None
