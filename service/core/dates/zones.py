"""What people call the time zones: how a text names them, and how they are shown.

`in_text`   beside a time (9:00 am eastern time, 上午九点北京时间). A standard or daylight time is its offset,
            since that is what it says: EST is five hours behind UTC in July too.
`in_notes`  in a note on all times of a page (All times Eastern). There EST means what the clocks in New York
            show, whatever the season.
`shown`     in Chinese and English; of a zone without them its offset is shown.

An IANA name or an offset; "" is the place of the text, and "cst" China's time or that of the middle of North
America, which only the text around it can tell.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ZoneNames:
    in_text: tuple[str, ...] = ()
    in_notes: tuple[str, ...] = ()
    shown: tuple[str, str] | None = None


NAMES = {
    "Asia/Shanghai": ZoneNames(
        ("北京时间", "中国时间", "京时", "beijing time", "china time", "china standard time"),
        ("beijing", "北京时间"),
        ("北京时间", "Beijing time"),
    ),
    "Asia/Hong_Kong": ZoneNames(
        ("香港时间", "hong kong time", "hkt"),
        ("hong kong", "香港时间"),
        ("香港时间", "Hong Kong time"),
    ),
    "Asia/Taipei": ZoneNames(("台北时间", "taipei time"), ("台北时间",), ("台北时间", "Taipei time")),
    "Asia/Tokyo": ZoneNames(
        ("东京时间", "日本时间", "tokyo time", "jst"),
        ("japan", "jst", "tokyo", "东京时间"),
        ("东京时间", "Tokyo time"),
    ),
    "Asia/Seoul": ZoneNames(("韩国时间", "首尔时间", "kst")),
    "Asia/Singapore": ZoneNames(
        ("新加坡时间", "singapore time", "sgt"), ("singapore",), ("新加坡时间", "Singapore time")
    ),
    "Asia/Kolkata": ZoneNames(("印度时间", "ist")),
    "Australia/Sydney": ZoneNames(("悉尼时间",)),
    "+10:00": ZoneNames(("aest",)),
    "+11:00": ZoneNames(("aedt",)),
    "Europe/London": ZoneNames(
        ("伦敦时间", "英国时间", "london time", "uk time"),
        ("london", "伦敦时间"),
        ("伦敦时间", "London time"),
    ),
    "+01:00": ZoneNames(("bst",)),
    "Europe/Berlin": ZoneNames(
        ("欧洲中部时间", "柏林时间", "法兰克福时间", "central european time", "cet"),
        ("cet", "cest", "central european"),
    ),
    "Europe/Paris": ZoneNames(("巴黎时间",)),
    "+02:00": ZoneNames(("central european summer time", "cest")),
    "Europe/Athens": ZoneNames(("eet",)),
    "+03:00": ZoneNames(("eest",)),
    "Europe/Moscow": ZoneNames(("msk", "莫斯科时间")),
    "America/New_York": ZoneNames(
        (
            "美国东部时间", "美东时间", "东部时间", "纽约时间", "eastern time", "et", "new york time",
            "eastern",
        ),
        ("eastern", "et", "new york", "edt", "est", "美东时间", "美国东部时间"),
        ("美国东部时间", "US Eastern time"),
    ),
    "-05:00": ZoneNames(("est", "eastern standard time", "cdt")),
    "-04:00": ZoneNames(("edt", "eastern daylight time")),
    "America/Chicago": ZoneNames(
        ("美国中部时间", "美中时间", "central time", "ct"),
        ("central",),
        ("美国中部时间", "US Central time"),
    ),
    "America/Denver": ZoneNames(("mt", "mountain time")),
    "-07:00": ZoneNames(("mst", "pdt", "pacific daylight time")),
    "-06:00": ZoneNames(("mdt",)),
    "America/Los_Angeles": ZoneNames(
        (
            "美国太平洋时间", "美西时间", "太平洋时间", "美国西部时间", "西部时间", "加州时间",
            "旧金山时间", "洛杉矶时间", "pacific time", "pacific", "pt",
        ),
        ("pacific", "pt", "太平洋时间"),
        ("美国太平洋时间", "US Pacific time"),
    ),
    "-08:00": ZoneNames(("pst", "pacific standard time")),
    "UTC": ZoneNames(
        (
            "格林尼治时间", "格林尼治标准时间", "格林威治时间", "世界时", "世界协调时", "utc", "gmt",
            "coordinated universal time", "greenwich mean time", "z",
        ),
        ("utc", "gmt"),
        ("UTC", "UTC"),
    ),
    "Etc/UTC": ZoneNames(shown=("UTC", "UTC")),
    "-12:00": ZoneNames(("aoe", "anywhere on earth")),
    "": ZoneNames(("当地时间", "local time", "本地时间"), ("local",)),
    "cst": ZoneNames(("cst",)),
}  # fmt: skip
IN_TEXT = {name: zone for zone, names in NAMES.items() for name in names.in_text}
IN_NOTES = {name: zone for zone, names in NAMES.items() for name in names.in_notes}
