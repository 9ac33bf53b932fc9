"""What sort of thing an event is, and what its title says about that when nobody did."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from service.core.text.bilingual import WordPatterns
from service.core.text.characters import plain


class Kind(StrEnum):
    CONFERENCE = "conference"
    LAUNCH = "launch"
    REGULATION = "regulation"
    CONSULTATION = "consultation"
    DEADLINE = "deadline"
    EARNINGS = "earnings"
    POLICY = "policy"
    DATA_RELEASE = "data-release"
    OTHER = "other"


KIND_WORDS: dict[str, dict[Kind, str]] = {
    "zh": {
        Kind.CONFERENCE: "会议",
        Kind.LAUNCH: "产品发布",
        Kind.REGULATION: "法规施行",
        Kind.CONSULTATION: "征求意见截止",
        Kind.DEADLINE: "截止",
        Kind.EARNINGS: "业绩发布",
        Kind.POLICY: "政策会议",
        Kind.DATA_RELEASE: "数据公布",
        Kind.OTHER: "其他",
    },
    "en": {
        Kind.CONFERENCE: "Conference",
        Kind.LAUNCH: "Launch",
        Kind.REGULATION: "Regulation",
        Kind.CONSULTATION: "Consultation",
        Kind.DEADLINE: "Deadline",
        Kind.EARNINGS: "Earnings",
        Kind.POLICY: "Policy meeting",
        Kind.DATA_RELEASE: "Data release",
        Kind.OTHER: "Other",
    },
}

# The first that matches wins: a consultation on rules is no regulation yet, a rate decision that is due no
# deadline, and a developers' conference at which things are released is a conference. `ascii`, as in
# 10月IFO商业景气指数.
_SIGNS: tuple[tuple[Kind, WordPatterns], ...] = tuple(
    (kind, WordPatterns(chinese, english, ascii=True))
    for kind, chinese, english in (
        (
            Kind.CONSULTATION,
            r"征求(?:《[^》]*》)?(?:的)?意见|意见反馈|反馈.{0,40}意见|意见征集|提出(?:.{0,40}的)?意见|咨询期",
            r"\bconsultations?\b|\bcomment period\b"
            r"|\bcomments?\b.*\b(?:due|clos\w+|receiv\w+|must|should|reach|by|send)\b"
            r"|\bsend (?:us )?your comments\b"
            r"|\bviews on\b.*\binvited\b|\bresponses?\b.*\b(?:should|must|due|sent)\b"
            r"|\bfeedback (?:is )?(?:open|period|due|closes)\b",
        ),
        (
            Kind.REGULATION,
            r"施行|生效|开始适用|正式实施|起实施|》.{0,8}(?:实施|执行)|[》>](?:同日)?实施$"
            r"|^《[^》]*(?:条例|办法|规定|规则|规范|细则|法)(?:[(（][^()（）]*[)）])?》$",
            r"\btakes? effect\b|\bcomes? into (?:force|effect)\b"
            r"|\benters? into force\b|\bgoes into effect\b|\b(?:start|begin)s? to apply\b"
            r"|\bobligations?\b.*\bapply\b|\bshall apply\b|\beffective date\b"
            r"|\b(?:act|rules?|regulations?|directive|order|law|code|ordinance)\b.*\b"
            r"(?:(?:is|are|becomes?) effective|in force|appl(?:y|ies)|kicks in|starts?)\b",
        ),
        (
            Kind.POLICY,
            r"国常会|常务会议|政治局|两会|全国人大|议息|利率决议|货币政策(?:委员会)?(?:会议|例会)"
            r"|经济工作会议|[一二三四五]中全会",
            r"\bfomc\b|\brate (?:decision|announcement|setting)\b|\bpolicy meeting\b"
            r"|\bgoverning council\b|\bbank of \w+ decision\b",
        ),
        (
            Kind.EARNINGS,
            r"业绩|财报|[一二三四]季报|半年报|季度报告|半?年度报告|年报|中报|法说会",
            r"\bearnings\b"
            r"|\bresults\b|\btrading (?:statement|update)\b"
            r"|\bquarterly (?:figures|call|report|update)\b"
            r"|\b(?:first|second|third|fourth)[- ]quarter (?:call|figures|report|update)\b"
            r"|\b(?:q[1-4]|[1-4]q[0-9]{2,4}) "
            r"(?:numbers|figures|call|update|report|business updates?|trading statement)\b"
            r"|\breports? (?:q[1-4]|[1-4]q[0-9]{2,4})\b"
            r"|\bto report [1-4]q|(?<!of )(?<!in )(?<!by )\bq[1-4]$|\binterims\b|\bfinals$"
            r"|\bhalf[- ]year(?:ly)? (?:report|results)\b|\bfull[- ]year (?:numbers|figures)\b",
        ),
        (
            Kind.DATA_RELEASE,
            r"数据公布|非农|失业|社融|工业增加值"
            r"|零售(?:销售|总额)|社会消费品|就业人数|通胀|物价(?:指数)?|房价|外汇储备"
            r"|工业企业利润|经济运行情况|贸易帐|原油库存|制造业指数|初请|耐用品|新屋|成屋|景气指数|信心指数",
            r"\b(?:cpi|ppi|pmi|gdp|pce|hicp|ifo|zew|adp|ism)\b"
            r"|\bnonfarm\b|\bpayrolls\b|\bjobless claims\b"
            r"|\b(?:un)?employment (?:rate|report|figures|data)\b|\bretail (?:sales|turnover)\b"
            r"|\binflation\b|\bconsumer (?:prices?|confidence)\b"
            r"|\b(?:house|home|price) (?:prices?|sales|index)\b"
            r"|\bbuilding approvals\b|\bpersonal income\b|\bdurable goods\b|\bfactory orders\b"
            r"|\bindustrial production\b|\bleading index\b|\btrade balance\b|\bhousing starts\b",
        ),
        (
            Kind.DEADLINE,
            r"截止|截稿|报名结束|投稿|报送",
            r"\bddl\b|\bdeadlines?\b|\bsubmissions?\b"
            r"|\bcall for papers\b|\bcfp\b|\bdue\b|\bearly[- ]bird\b|\bcamera[- ]ready\b"
            r"|\b(?:registration|applications|entries|nominations)\b.*\b(?:ends?|closes?)\b"
            r"|\b(?:abstract|paper) registration\b|^(?:full |long |short )?(?:abstracts?|papers?)$"
            r"|\bmay be submitted\b",
        ),
        (Kind.LAUNCH, r"发布会|新品发布", r"(?!)"),
        (
            Kind.CONFERENCE,
            r"大会|峰会|高峰会|论坛|年会|会议|研讨会|博览会|展览|展会|电脑展|车展|技术周|开发者日"
            r"|研讨|策略会|沙龙|交流会|宣贯会|座谈会|说明会",
            r"\b(?:conference|summit|forum|congress|expo|workshop|symposium|meetup|convention"
            r"|colloquium|assembly|dialogue|roundtable|seminar|webinar|conf)\b"
            r"|\bdev(?:eloper)? ?(?:day|days|con)\b|\bwwdc|\bgoogle i/o\b"
            r"|\bmicrosoft (?:build|ignite)\b|\bembedded world\b"
            r"|\b(?:ces|gtc|computex|re:invent|neurips|icml|iclr|aaai|cvpr)\b",
        ),
        (
            Kind.LAUNCH,
            r"发布(?!会)|上线|上市|开售|首发|首销|发售|问世|推出",
            r"\blaunch(?:es|ed)?\b|\breleases?\b|\bunveil(?:s|ing)?\b"
            r"|\bships?\b|\bgeneral availability\b|\bga\b|\b(?:goes? )?on sale\b"
            r"|\broll(?:s )?out\b",
        ),
    )
)


@lru_cache(maxsize=1024)  # the same title is asked for by several steps of a reading
def infer_kind(title: str) -> Kind:
    """The kind that a title speaks of, else `other`."""
    line = plain(title)
    return next((kind for kind, words in _SIGNS if words.within(line)), Kind.OTHER)
