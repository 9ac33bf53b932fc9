"""What sort of thing an event is, and what its title says about that when nobody did."""

from __future__ import annotations

import re
from enum import StrEnum


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

# The first that matches wins: a consultation on rules is no regulation yet, and a developers'
# conference at which things are released is a conference.
_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    # ASCII: \b then stands between a Latin letter and a Chinese one too (10月IFO商业景气指数).
    (kind, re.compile(signs, re.IGNORECASE | re.ASCII))
    for kind, signs in (
        (
            Kind.CONSULTATION,
            r"征求意见|意见反馈|\bconsultations?\b|\bcomments? (?:period|due|close)",
        ),
        (
            Kind.REGULATION,
            r"施行|生效|开始适用|正式实施|起实施|\btakes? effect\b|\bcomes? into (?:force|effect)\b"
            r"|\benters? into force\b|\b(?:start|begin)s? to apply\b|\bobligations?\b.*\bapply\b"
            r"|\beffective date\b",
        ),
        (
            Kind.DEADLINE,
            r"截止|截稿|报名结束|投稿|\bdeadlines?\b|\bsubmissions? due\b|\bcall for papers\b|\bdue\b",
        ),
        (
            Kind.EARNINGS,
            r"业绩|财报|[一二三四]季报|季度报告|年报|中报|\bearnings\b|\bresults\b",
        ),
        (
            Kind.DATA_RELEASE,
            r"数据公布|\b(?:CPI|PPI|PMI|GDP|PCE|IFO|ZEW)\b|非农|失业率|社融"
            r"|\bnonfarm\b|\bpayrolls\b|\bjobless claims\b",
        ),
        (
            Kind.POLICY,
            r"国常会|常务会议|政治局|两会|全国人大|议息|利率决议|货币政策会议|经济工作会议|[一二三四五]中全会"
            r"|\bFOMC\b|\brate decision\b|\bpolicy meeting\b|\bgoverning council\b",
        ),
        (Kind.LAUNCH, r"发布会|新品发布"),
        (
            Kind.CONFERENCE,
            r"大会|峰会|论坛|年会|会议|研讨会|博览会|展览|展会|电脑展|车展|技术周|开发者日|研讨"
            r"|\b(?:conference|summit|forum|congress|expo|workshop|symposium|meetup|convention)\b"
            r"|\bdev(?:eloper)? ?(?:day|days|con)\b|\bWWDC|\bGoogle I/O\b|\bMicrosoft (?:Build|Ignite)\b"
            r"|\bCES\b|\bGTC\b|\bComputex\b|\bre:Invent\b|\bNeurIPS\b|\bICML\b|\bICLR\b|\bAAAI\b|\bCVPR\b",
        ),
        (
            Kind.LAUNCH,
            r"发布|上线|上市|开售|首发|问世|推出|\blaunch(?:es|ed)?\b|\breleases?\b|\bunveil(?:s|ing)?\b"
            r"|\bships?\b|\bgeneral availability\b",
        ),
    )
)


def infer_kind(title: str) -> Kind:
    """The kind that a title speaks of, else `other`."""
    return next((kind for kind, sign in _SIGNS if sign.search(title)), Kind.OTHER)
