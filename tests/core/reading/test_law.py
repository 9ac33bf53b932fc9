"""Laws, and notices that promulgate them: one event, named by the document, on the day it takes effect.

Every text is made up, in the forms that legislators, ministries and their sites use.
"""

from __future__ import annotations

import time
from datetime import date
from textwrap import dedent

import pytest

from service.core.events.kinds import Kind
from service.core.reading import laws
from service.core.reading.document import Line, text_lines
from service.core.reading.reader import announcements
from service.documents.html import read_html
from service.documents.limits import DocumentLimits
from service.documents.markdown import read_markdown

ZONE = "Asia/Shanghai"
TODAY = "2026-12-01"


def read(text: str, today: str = TODAY) -> list[tuple[str, str]]:
    found = announcements(text_lines(dedent(text)), date.fromisoformat(today), ZONE)
    return [(one.title, one.when.text) for one in found]


def is_law(text: str) -> bool:
    return laws.read(text_lines(dedent(text)), date.fromisoformat(TODAY), ZONE) is not None


STATUTE = """
    澜江省渡口管理条例
    （2026年11月20日澜江省第十四届人民代表大会常务委员会第二十次会议通过）
    目　录
    第一章　总则
    第二章　渡运
    第三章　附则
    第一章　总则
    第一条　为了加强渡口管理，保障渡运安全，根据《中华人民共和国内河法》等法律、法规，制定本条例。
    第二条　本省行政区域内渡口的设置和管理，适用本条例。
    第二章　渡运
    第三条　县级人民政府应当于每年3月31日前公布渡口名录。
    第四条　主管部门应当自收到申请之日起十五日内作出决定；经营者应当于次月10日前报送客流数据。
    第五条　汛期为每年5月1日至9月30日，汛期内每日巡查不少于两次。
    第三章　附则
    第六条　本条例自2027年3月1日起施行。2009年8月1日起施行的《澜江省渡口管理办法》同时废止。
    """
STATUTE_SAID = [("《澜江省渡口管理条例》施行", "2027-03-01")]


def test_a_statute_is_one_event_named_by_itself() -> None:
    assert read(STATUTE) == STATUTE_SAID
    law = laws.read(text_lines(dedent(STATUTE)), date(2026, 12, 1), ZONE)
    assert law is not None
    (one,) = law.statements
    assert one.kind is Kind.REGULATION
    assert one.line.text.startswith("第六条")


def test_from_the_day_after_its_effect_a_statute_announces_nothing() -> None:
    assert read(STATUTE, "2027-03-01") == STATUTE_SAID
    assert read(STATUTE, "2027-03-02") == []


def test_a_statute_reads_the_same_as_markdown_as_a_page_and_cut_to_a_column() -> None:
    lines = [line.strip() for line in dedent(STATUTE).strip().split("\n")]
    markdown = f"# {lines[0]}\n\n{lines[1]}\n\n" + "\n\n".join(
        f"## {line}" if line.startswith("第") and "章" in line[:4] else f"**{line[:3]}**{line[3:]}"
        for line in lines[6:]
    )
    links = "".join(
        f"<li><a href='#'>{word}</a></li>" for word in ("首页", "要闻", "法律法规", "通知公告")
    )
    page = (
        f"<html><body><ul>{links}</ul><p>当前位置：首页 &gt; 法规文件</p><h1>{lines[0]}</h1>"
        "<p>发布时间：2026-11-28 09:30　来源：省人大　字号：大 中 小</p>"
        + "".join(f"<p>{line}</p>" for line in lines[1:])
        + "<p>【打印本页】</p><div>主办：省人民政府办公厅　备案号：蓝00000001号</div></body></html>"
    )
    column = "\n".join(line[i : i + 20] for line in lines for i in range(0, len(line), 20))
    day = date(2026, 12, 1)
    for form in (
        read_markdown(markdown)[0],
        read_html(page.encode(), None, DocumentLimits())[0],
        text_lines(column),
    ):
        found = announcements(form, day, ZONE)
        assert [(one.title, one.when.text) for one in found] == STATUTE_SAID


CHINESE = {
    "a title alone on two lines": (
        """
        云岭市人民政府
        关于规范共享轮椅停放的若干规定
        第一条　为规范停放，制定本规定。
        第二条　运营单位每月5日前报送数据。
        第三条　本规定自2027年2月1日起施行。
        """,
        [("《云岭市人民政府关于规范共享轮椅停放的若干规定》施行", "2027-02-01")],
    ),
    "a trial": (
        """
        云岭市低空观光管理办法（试行）
        第一条　为规范低空观光，制定本办法。
        第二条　本办法自2027年2月1日起试行。
        """,
        [("《云岭市低空观光管理办法（试行）》试行", "2027-02-01")],
    ),
    "its history stands at its head": (
        """
        云岭市养犬条例
        （2011年5月6日云岭市第三届人大常委会第九次会议通过　2011年7月1日起施行　根据2019年3月2日《云岭市人大常委会关于修改〈云岭市养犬条例〉的决定》第一次修正　2026年11月25日修订）
        第一条　为了规范养犬，制定本条例。
        第二条　每年4月1日至6月30日集中免疫。
        第三条　本条例自2027年5月1日起施行。
        """,
        [("《云岭市养犬条例》施行", "2027-05-01")],
    ),
    "an order": (
        """
        某某部令
        第 12 号
        《海底光缆检修规定》已经2026年11月12日第8次部务会议审议通过，现予公布，自2027年3月1日起施行。
        部长　林某
        2026年11月25日
        """,
        [("《海底光缆检修规定》施行", "2027-03-01")],
    ),
    "an order in two sentences": (
        """
        某某监督管理委员会令
        （2026年第7号）
        《信用卡分期业务办法》已于2026年11月10日经2026年第13次委务会议通过。现予公布，自2027年1月1日起施行。
        主席　周某
        2026年11月16日
        """,
        [("《信用卡分期业务办法》施行", "2027-01-01")],
    ),
    "an order with the law behind it, which has no name of its own": (
        """
        某某部令
        第88号
        《网约货运规定》已于2026年11月12日经第6次部务会议通过，现予公布，自2027年10月1日起施行。
        2026年11月25日
        第一条　为了加强管理，制定本规定。
        第二条　平台应当在每月5日前报送上月数据。
        第三条　本规定自2027年10月1日起施行。
        """,
        [("《网约货运规定》施行", "2027-10-01")],
    ),
    "an order that puts two laws into force": (
        """
        云岭市人民政府令
        第31号
        《云岭市公园条例实施细则》、《云岭市绿道管理办法》已经市政府常务会议通过，现予公布，自2027年1月15日起施行。
        市长　韩某
        2026年11月18日
        """,
        [
            ("《云岭市公园条例实施细则》施行", "2027-01-15"),
            ("《云岭市绿道管理办法》施行", "2027-01-15"),
        ],
    ),
    "a decision that amends": (
        """
        云岭市人民代表大会常务委员会关于修改《云岭市养犬条例》的决定
        （2026年11月27日云岭市第五届人民代表大会常务委员会第二十一次会议通过）
        云岭市第五届人民代表大会常务委员会第二十一次会议决定，对《云岭市养犬条例》作如下修改：
        一、将第九条修改为：“每年12月1日前完成年检。”
        二、将第四十条修改为：“本条例自2028年1月1日起施行。”
        本决定自2027年2月1日起施行。
        """,
        [
            (
                "《云岭市人民代表大会常务委员会关于修改〈云岭市养犬条例〉的决定》施行",
                "2027-02-01",
            )
        ],
    ),
    "a decision in force since it was published": (
        """
        某某部关于修改《渔船检验规定》的决定
        现予发布，自发布之日起施行。
        部长　王某
        2026年11月28日
        一、删去第三条。
        二、将“每年6月1日”修改为“每年7月1日”。
        本决定自发布之日起施行。
        """,
        [],
    ),
    "articles that apply earlier": (
        """
        数字藏品条例
        第一条　为规范数字藏品，制定本条例。
        第二条　发行人应当登记。
        第九条　本条例第二条、第三条自2027年1月1日起施行，其余条款自2027年7月1日起施行。
        """,
        [
            ("《数字藏品条例》第二条、第三条施行", "2027-01-01"),
            ("《数字藏品条例》施行", "2027-07-01"),
        ],
    ),
    "all but an article": (
        """
        数字藏品条例
        第一条　为规范数字藏品，制定本条例。
        第二条　发行人应当登记。
        第九条　除第二条自2028年1月1日起施行外，本条例自2027年7月1日起施行。
        """,
        [
            ("《数字藏品条例》第二条施行", "2028-01-01"),
            ("《数字藏品条例》施行", "2027-07-01"),
        ],
    ),
    "a transition": (
        """
        户外广告设施办法
        第一条　为规范户外广告设施，制定本办法。
        第二条　已设置的设施，过渡期至2027年12月31日，期满不符合本办法的应当拆除。
        第三条　本办法自2027年1月1日起施行。
        """,
        [
            ("《户外广告设施办法》过渡期结束", "2027-12-31"),
            ("《户外广告设施办法》施行", "2027-01-01"),
        ],
    ),
    "it ends, too": (
        """
        云岭市创业补贴办法
        第一条　为支持创业，制定本办法。
        第二条　补贴凭证有效期至2029年6月30日的，可以展期。
        第三条　本办法自2027年1月1日起施行，有效期至2031年12月31日。
        """,
        [
            ("《云岭市创业补贴办法》施行", "2027-01-01"),
            ("《云岭市创业补贴办法》有效期届满", "2031-12-31"),
        ],
    ),
    "so long after its publication": (
        """
        某某银行业数据治理规定
        （2026年11月20日公布）
        第一条　为加强数据治理，制定本规定。
        第二条　机构应于每年1月15日前报送自评估报告。
        第三条　本规定自公布之日起满三个月后施行。
        """,
        [("《某某银行业数据治理规定》施行", "2027-02-20")],
    ),
    "so long after a publication that is not dated": (
        """
        某某银行业数据治理规定
        第一条　为加强数据治理，制定本规定。
        第二条　机构应于每年1月15日前报送自评估报告。
        第三条　本规定自公布之日起三十日后施行。
        """,
        [],
    ),
    "in force for years": (
        """
        澜江省湿地保护条例
        （2019年9月27日澜江省第十三届人大常委会第十一次会议通过）
        第七条　每年2月2日前后开展宣传活动。
        第二十条　自收到申请之日起二十日内办结。
        第四十一条　本条例自2020年1月1日起施行。
        """,
        [],
    ),
    "nothing is said of its effect": (
        """
        澜江省湿地保护条例
        第七条　每年2月2日前后开展宣传活动。
        第二十条　自收到申请之日起二十日内办结。
        第二十一条　12月31日前公布名录。
        """,
        [],
    ),
    "the other law's day": (
        """
        渔港监督细则
        第一条　《渔港法》自2027年1月1日起施行，为贯彻该法，制定本细则。
        第二条　渔港应当登记。
        第三条　本细则自2027年4月1日起施行，《渔港监督规定》自2027年4月1日起废止。
        """,
        [("《渔港监督细则》施行", "2027-04-01")],
    ),
    "a notice with its law behind it": (
        """
        某某部关于印发《算力券发放办法》的通知
        部发〔2026〕41号
        各省、自治区、直辖市主管厅局：
        现将《算力券发放办法》印发给你们，请认真贯彻执行。
        某某部
        2026年11月28日
        算力券发放办法
        第一条　为规范发放，制定本办法。
        第二条　受理机构应当在5个工作日内审核。
        第三条　本办法自2027年1月1日起施行。
        """,
        [("《算力券发放办法》施行", "2027-01-01")],
    ),
    "a notice that asks for something": (
        """
        某某部关于印发《数字人标识指引》的通知
        各有关单位：
        现将《数字人标识指引》印发给你们，自2027年3月1日起施行。请于2026年12月20日前报送联络人。
        某某部
        2026年11月28日
        """,
        [("《数字人标识指引》施行", "2027-03-01"), ("报送联络人", "2026-12-20")],
    ),
    "a notice of its own": (
        """
        云岭市财政局关于调整停车收费的通知
        各区财政局：
        一、小型车首小时5元。
        二、本通知自2027年1月1日起执行。
        云岭市财政局
        2026年11月26日
        """,
        [("《云岭市财政局关于调整停车收费的通知》执行", "2027-01-01")],
    ),
    "a day without its year is read from the document's own": (
        """
        云岭市财政局关于调整停车收费的通知
        各区财政局：
        一、小型车首小时5元。
        二、本通知自4月1日起执行。
        云岭市财政局
        2027年3月10日
        """,
        [("《云岭市财政局关于调整停车收费的通知》执行", "2027-04-01")],
    ),
    "a day without its year in an old notice": (
        """
        云岭市财政局关于调整停车收费的通知
        各区财政局：
        一、小型车首小时5元。
        二、本通知自4月1日起执行。
        云岭市财政局
        2019年3月10日
        """,
        [],
    ),
    "a numbered announcement, called by what stands in its brackets": (
        """
        某某署公告2026年第9号（关于推行电子舱单的公告）
        公告〔2026〕9号
        为便利通关，现公告如下：
        经营人应当在到港前申报。
        本公告自2027年2月1日起施行。
        特此公告。
        某某署
        2026年11月29日
        """,
        [("《关于推行电子舱单的公告》施行", "2027-02-01")],
    ),
    "a tax measure with its term": (
        """
        某某部　某某总局关于延续小微企业减税政策的公告
        为支持小微企业发展，现将有关政策公告如下：
        一、减按5%征收。
        二、本公告执行期限为2027年1月1日至2029年12月31日。
        某某部　某某总局
        2026年11月20日
        """,
        [
            ("《某某部 某某总局关于延续小微企业减税政策的公告》施行", "2027-01-01"),
            ("《某某部 某某总局关于延续小微企业减税政策的公告》有效期届满", "2029-12-31"),
        ],
    ),
    "its day in a table of the site": (
        """
        索引号：00-11-2026
        发布机关：某某部
        成文日期：2026年11月20日
        施行日期：2027年2月1日
        标题：渔船检验规定
        渔船检验规定
        第一条　为了加强检验，制定本规定。
        第二条　每年检验一次。
        第三条　检验机构应当于次月5日前报送。
        """,
        [("《渔船检验规定》施行", "2027-02-01")],
    ),
    "in numerals": (
        """
        渔港条例
        （二〇二六年十一月二十日公布）
        第一条　为了管理渔港，制定本条例。
        第二条　本条例自二〇二七年十月一日起施行。
        """,
        [("《渔港条例》施行", "2027-10-01")],
    ),
    "in traditional characters": (
        """
        漁港條例
        第1條　本條例旨在管理漁港。
        第2條　主管機關應於每年3月31日前公布名錄。
        第3條　本條例自2027年1月1日起實施。
        """,
        [("《漁港條例》实施", "2027-01-01")],
    ),
    "a national standard": (
        """
        国家标准《智能灯塔 通信要求》（报批稿）
        前言　本文件按照给定规则起草。
        本文件将于2027年5月1日起实施，代替2018年版。
        """,
        [("《智能灯塔 通信要求》实施", "2027-05-01")],
    ),
    "a clause cut by a column": (
        """
        云岭市海水浴场
        管理办法
        第一条　为了保障安全，制定本
        办法。
        第二条　本办法由市文旅局负责解释，自
        2027年6月1日起施行。
        """,
        [("《云岭市海水浴场管理办法》施行", "2027-06-01")],
    ),
    "two laws in one gazette": (
        """
        渔港条例
        （2026年11月20日公布）
        第一条　为了管理渔港，制定本条例。
        第二条　本条例自2027年1月1日起施行。
        渔船检验规定
        （2026年11月21日公布）
        第一条　为了检验渔船，制定本规定。
        第二条　本规定自2027年2月1日起施行。
        """,
        [("《渔港条例》施行", "2027-01-01"), ("《渔船检验规定》施行", "2027-02-01")],
    ),
}


@pytest.mark.parametrize("form", CHINESE)
def test_chinese_laws_and_notices(form: str) -> None:
    text, expected = CHINESE[form]
    assert read(text) == expected


ENGLISH = {
    "an act, by what it is cited as": (
        """
        An Act about the keeping of data on ferns
        1. Register
        The registrar must publish a report by 31 March each year.
        14. Short title and commencement
        (1) This Act may be cited as the Fern Data Act 2026.
        (2) This Act comes into force on 1 April 2027.
        """,
        [("Fern Data Act 2026 comes into force", "2027-04-01")],
    ),
    "an act with a table of contents": (
        """
        BEACH WHEELS ACT 2026
        CONTENTS
        1 Register
        2 Commencement
        [Assented to 15 October 2026]
        1 Register
        It prints the register by 31 March each year; no wheel is ridden from 1 June to 31 August.
        2 Commencement
        This Act comes into force on the 9th day of January 2027.
        """,
        [("Beach Wheels Act 2026 comes into force", "2027-01-09")],
    ),
    "a statutory instrument": (
        """
        2026 No. 0412
        HARBOURS
        The Smart Buoy (Fees) Regulations 2026
        Made                                24th November 2026
        Laid before the Assembly            26th November 2026
        Coming into force                   1st January 2027
        The Secretary makes these Regulations.
        1. These Regulations may be cited as the Smart Buoy (Fees) Regulations 2026 and come into force on
        1st January 2027.
        2. The harbour master must report by 30 June 2028.
        """,
        [("Smart Buoy (Fees) Regulations 2026 come into force", "2027-01-01")],
    ),
    "the short name in a long title": (
        """
        AN ACT concerning harbour drones (the Quay Drone Act)
        SECTION 1. An operator shall register within 15 days after purchase.
        SECTION 2. Fees are due on January 31 of each year.
        SECTION 9. This Act takes effect July 1, 2027.
        """,
        [("Quay Drone Act takes effect", "2027-07-01")],
    ),
    "a regulation of the union, with its nickname and parts": (
        """
        REGULATION (EU) 2026/3141 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL
        of 18 November 2026
        laying down rules on synthetic voices and amending Directive 2019/77/EC (Synthetic Voices Act)
        (Text with EEA relevance)
        Whereas:
        (1) The prohibitions of this Regulation should already apply from 5 March 2027.
        Article 30
        Entry into force and application
        This Regulation shall enter into force on the twentieth day following that of its publication in the
        Official Journal of the European Union.
        It shall apply from 5 September 2027. However, Chapter II and Article 5 shall apply from 5 March 2027.
        """,
        [
            ("Regulation (EU) 2026/3141 (Synthetic Voices Act) applies", "2027-09-05"),
            (
                "Regulation (EU) 2026/3141 (Synthetic Voices Act): Chapter II and Article 5 apply",
                "2027-03-05",
            ),
        ],
    ),
    "the twentieth day after a publication that is dated": (
        """
        Official Journal of the European Union L 2026/3142, 30.11.2026
        COMMISSION IMPLEMENTING REGULATION (EU) 2026/3142
        of 27 November 2026
        fixing the size of buoys
        Article 2
        This Regulation shall enter into force on the twentieth day following that of its publication.
        """,
        [
            (
                "Commission Implementing Regulation (EU) 2026/3142 fixing the size of buoys enters into force",
                "2026-12-20",
            )
        ],
    ),
    "the twentieth day after a publication that is not": (
        """
        COMMISSION IMPLEMENTING REGULATION (EU) 2026/3142
        of 27 November 2026
        fixing the size of buoys, as required by Regulation (EU) 2024/17 (OJ L 17, 3.1.2024, p. 1)
        Article 2
        This Regulation shall enter into force on the twentieth day following that of its publication.
        """,
        [],
    ),
    "a directive is to be transposed": (
        """
        DIRECTIVE (EU) 2026/99 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL
        of 4 November 2026
        on ferry tickets
        Article 9
        Member States shall adopt and publish, by 13 December 2028, the laws necessary to comply with this Directive.
        They shall apply those measures from 13 June 2029.
        """,
        [
            ("Directive (EU) 2026/99 on ferry tickets applies", "2029-06-13"),
            ("Directive (EU) 2026/99 on ferry tickets: transposition due", "2028-12-13"),
        ],
    ),
    "a rule of the register, and what its discussion says": (
        """
        [Rules and Regulations]
        DEPARTMENT OF PORTS
        Harbor Service
        33 CFR Part 7
        [Docket No. HS-2026-0012]
        RIN 1601-AA11

        Porch Robot Standard; Safety
        Zones

        AGENCY: Harbor Service, DOP.

        ACTION: Interim final rule with request for comments.

        SUMMARY: This rule sets a standard. The proposed rule was published October 5, 2026.

        DATES: This interim final rule is effective January 29, 2027. Comments must be received on or before
        February 15, 2027.

        ADDRESSES: Send comments to the docket.

        SUPPLEMENTARY INFORMATION: The sister rule is effective March 1, 2027, and section 4 of the Robots Act
        applies from June 1, 2027.
        """,
        [
            ("Porch Robot Standard; Safety Zones takes effect", "2027-01-29"),
            ("Porch Robot Standard; Safety Zones: comments due", "2027-02-15"),
        ],
    ),
    "a section's own label": (
        """
        Minnow Protection Act
        Section 1. [REPORTS.] The agency must report by January 15, 2028.
        EFFECTIVE DATE. This act is effective August 1, 2027.
        """,
        [("Minnow Protection Act takes effect", "2027-08-01")],
    ),
    "it commences": (
        """
        Drone Noise Ordinance 2026
        1. This Ordinance may be cited as the Drone Noise Ordinance 2026.
        2. This Ordinance shall come into operation on 1 February 2027.
        """,
        [("Drone Noise Ordinance 2026 comes into operation", "2027-02-01")],
    ),
    "sections of their own day": (
        """
        Tide Pools Act 2026
        1 Short title
        This Act is the Tide Pools Act 2026.
        2 Commencement
        (1) Sections 3 and 4 come into force on 1 July 2027.
        (2) The rest of this Act comes into force on 1 March 2027.
        """,
        [
            ("Tide Pools Act 2026: Sections 3 and 4 come into force", "2027-07-01"),
            ("Tide Pools Act 2026 comes into force", "2027-03-01"),
        ],
    ),
    "an order that brings another act into force": (
        """
        2026 No. 1050 (C. 71)
        The Tide Pools Act 2025 (Commencement No. 5) Regulations 2026
        Made 21st November 2026
        1. These Regulations may be cited as the Tide Pools Act 2025 (Commencement No. 5) Regulations 2026.
        2. Section 9 of the Tide Pools Act 2025 (offence of taking limpets at night) comes into force on 31st January 2027.
        """,
        [
            (
                "Tide Pools Act 2025 (Commencement No. 5) Regulations 2026: Section 9 of the Tide Pools Act 2025"
                " comes into force",
                "2027-01-31",
            )
        ],
    ),
    "in force for years": (
        """
        Orchard Noise Order 2021
        3. The council must meet by 30 June in every year.
        9. This Order came into force on 1 May 2021.
        """,
        [],
    ),
    "on a day to be appointed": (
        """
        Orchard Noise Act 2026
        3. The council must meet by 30 June 2027.
        9. This Act comes into force on a day to be appointed by order.
        """,
        [],
    ),
}


@pytest.mark.parametrize("form", ENGLISH)
def test_english_laws_and_rules(form: str) -> None:
    text, expected = ENGLISH[form]
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        """
        合规周报（2026年第48周）
        一、要闻
        《联网玩具安全条例》将于2027年2月1日起施行，本条例分三章，厂商应当尽快清点型号并核对合同条款。
        《渔港监督细则》
        本细则自2027年4月1日起施行。
        二、下周日程
        12月8日：百川大会
        """,
        """
        第五届澜江杯机器人竞赛规则
        一、比赛时间：2027年5月1日
        二、本规则自发布之日起施行，报名截止2027年3月1日。
        """,
        "《智能门锁安全办法》拟于2027年5月18日公布，自公布之日起施行。",
        "自2027年1月1日起施行。",
        "《渔港条例》草案昨日通过初审。该条例拟于2027年5月1日起施行。",
        """
        灯塔律师事务所　快讯
        新规分步走
        《渔港条例》上周通过，不是一天之内全部生效：
        （1）禁止性条款从2027年2月1日起适用；
        （2）其余条款从2028年2月1日起适用。
        库存可以卖到2027年12月31日。
        """,
        """
        Compute Weekly
        The Synthetic Voices Act applies from 5 September 2027, regulators said on Monday.
        Robot Expo opens on 3 March 2027
        """,
        """
        Rules for the Robot Regatta
        These rules apply to all crews. The regatta starts on 3 May 2027.
        """,
    ],
)
def test_what_only_speaks_of_laws_is_left_to_the_reader_of_announcements(text: str) -> None:
    assert not is_law(text)


HOSTILE = (
    "本办法自2027年1月1日起施行。\n",
    "第一条 甲。\n",
    "关于印发某办法的通知\n本办法自2027年1月1日起施行。\n",
    "关于甲\n实施办法\n",
    "《",
    "“",
    "自公布之日起",
    "有效期甲乙至",
    "(",
    "This Act comes into force on 1 January 2027.\n",
    "Section 4 comes into force on 1 January 2027.\n",
    "comes into force on ",
    "may be cited as the A ",
    "Member States shall ",
    "AGENCY: A\nACTION: Final rule.\nDATES: effective January 1, 2027.\n",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = "某市供水办法\nFern Act 2026\n" + (piece * (size // len(piece) + 1))[:size]
        lines = [Line(line, None, n) for n, line in enumerate(text.split("\n"), 1) if line]
        start = time.perf_counter()
        laws.read(lines, date(2026, 12, 1), ZONE)
        return time.perf_counter() - start

    short = min(seconds(10_000) for _ in range(2))
    assert seconds(80_000) < 30 * short + 1


@pytest.mark.parametrize(
    "head",
    ["澜江渡运署公告〔2026〕第19号", "澜江渡运署公告\n（2026）第 19 号"],
)
def test_an_announcement_without_a_title_is_named_by_its_number(head: str) -> None:
    text = f"{head}\n为便利渡运，现就渡口开放时间公告如下：\n一、渡口全天开放。\n二、本公告自2027年1月1日起施行。"
    ((title, when),) = read(text)
    assert title.replace(" ", "").startswith("《澜江渡运署公告")
    assert "2026" in title
    assert "第19号" in title
    assert when == "2027-01-01"


def test_the_head_of_a_sites_notice_names_it_and_says_its_day_once() -> None:
    """What the notice is (规范性文件) was taken for its name, its labels ran into the lines above."""
    text = """
        澜江渡运署 澜江航道局
        关于跨江渡运票证管理有关事项的通知
        标题：
        澜江渡运署 澜江航道局
        关于跨江渡运票证管理有关事项的通知
        索引号：
        LJ/2026-0000001
        文号：
        澜渡发〔2026〕4号
        公文种类：
        规范性文件
        发布日期：
        2026年12月01日
        生效日期：
        2027年02月18日
        主题词：
        渡运 票证
        各渡口：
        为规范票证管理，现将有关事项通知如下：
        一、票证由各渡口发放。
        二、本通知自2027年2月18日起执行。
        """
    ((title, when),) = read(text)
    assert "关于跨江渡运票证管理有关事项的通知" in title
    assert when == "2027-02-18"


@pytest.mark.parametrize("after", ["9999年", "900年", "30个工作日"])
def test_an_effect_so_long_after_publication_that_no_day_can_be_told_gives_none(after: str) -> None:
    """9999年后 stopped the reading of the whole document."""
    text = f"""
        澜江省渡口管理办法
        （2026年11月1日公布）
        第一条　本办法适用于渡口。
        第二条　渡口应当保障安全。
        第三条　本办法自公布之日起{after}后施行。
        """
    assert read(text, "2026-11-01") == []
    assert read(text.replace(f"起{after}后", "起两个月后"), "2026-11-01") == [
        ("《澜江省渡口管理办法》施行", "2027-01-01")
    ]
