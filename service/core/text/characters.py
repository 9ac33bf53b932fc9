"""A line in the form that the patterns are written for, character by character.

Full-width characters, the many dashes, and the traditional forms of the characters that stand in the
patterns are one form each; the length stays, so that a place in the one is that place in the other.
"""

from __future__ import annotations

from functools import lru_cache

# Traditional forms of the characters that stand in the patterns, here and in core/extract, the names of
# holidays among them.
_TRADITIONAL = (
    "將舉辦開發佈報價幣實訊聯佔會議論壇學節賽講說動態資訂於點時間週號後際內從禮兩幾當個這來歲晝淩預計"
    "劃擬屆備籌擇暫閉"
    "產線啟啓執適饋徵結關運營車組網課園館測紅權掛購審決聽證話辭訪問繳場頒獎級駐飛陸調復見順變業績財數"
    "據統貨條規則準標"
    "顧歷聞紀錄體應術專題覽樂華億萬長達過諮詢總記無請為與對給貸貿進險選機構電導圖簡稅務協簽約續終減試"
    "驗質擴併歐國韓紐"
    "倫亞傳聲廣視師團參觀環競錦盃獲創優評書單項階層連補貼繫門員衆許風養齊係餘庫設裡擊撥廳灣臺檢繼讓賣"
    "買轉農島鐵橋錶獨"
    "離歡釋隨礎戰鬥絡雲齡歸擁擔貢糧蘭嶺陽鐘儲潔遊戲碼縮鏈氫舊"
    "勞婦兒慶聖雙軍親樹臘曆費陣諸爾齋馬龍頭靈驚蟄穀滿處東燈黨種顯難誕"
)
_SIMPLIFIED = (
    "将举办开发布报价币实讯联占会议论坛学节赛讲说动态资订于点时间周号后际内从礼两几当个这来岁昼凌预计"
    "划拟届备筹择暂闭"
    "产线启启执适馈征结关运营车组网课园馆测红权挂购审决听证话辞访问缴场颁奖级驻飞陆调复见顺变业绩财数"
    "据统货条规则准标"
    "顾历闻纪录体应术专题览乐华亿万长达过咨询总记无请为与对给贷贸进险选机构电导图简税务协签约续终减试"
    "验质扩并欧国韩纽"
    "伦亚传声广视师团参观环竞锦杯获创优评书单项阶层连补贴系门员众许风养齐系余库设里击拨厅湾台检继让卖"
    "买转农岛铁桥表独"
    "离欢释随础战斗络云龄归拥担贡粮兰岭阳钟储洁游戏码缩链氢旧"
    "劳妇儿庆圣双军亲树腊历费阵诸尔斋马龙头灵惊蛰谷满处东灯党种显难诞"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME = {
    **dict.fromkeys("‐‑‒–—―−－﹣⁃ー", "-"),
    **dict.fromkeys("～〜∼˜∽", "~"),
    **dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\u2007", " "),
    **dict.fromkeys("〔﹝", "("),
    **dict.fromkeys("〕﹞", ")"),
    **dict.fromkeys("︰﹕∶", ":"),
    **dict.fromkeys("’‘", "'"),
    "İ": "I",  # the one letter that in lower case would take two places
    **dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)),
}
_PLAIN: dict[int, int | str] = {**_WIDE, **{ord(char): same for char, same in _SAME.items()}}


@lru_cache(maxsize=256)  # the same line is asked for by every step of its reading
def plain(text: str) -> str:
    """The text in the form that the patterns are written for, character by character."""
    return text.translate(_PLAIN)
