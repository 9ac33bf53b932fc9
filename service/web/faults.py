"""What is wrong with a form, an address or a document, in the reader's language.

The rest of Horizon says it in English, where it is found; here those sentences that a page can lead
to have a Chinese form. One without stays as it is: better English than nothing.
"""

from __future__ import annotations

from service.web.chinese import forms, in_chinese

_FORMS = forms(
    (r"is required", "必填"),
    (r"unknown query key; did you mean (\S+)\?", r"没有这个筛选项；是不是 \1？"),
    (r"unknown query key", "没有这个筛选项"),
    (r"is empty.*", "不能为空"),
    (r"has (\d+) characters; at most (\d+) are kept", r"有 \1 个字符，最多 \2 个"),
    (r"has more than (\d+) characters", r"超过 \1 个字符"),
    (r"has more than (\d+) entries", r"超过 \1 项"),
    # dates
    (r"the date is empty.*", "不能为空；例如 2026-05-13 或 2026-05"),
    (r"(\S+) does not exist: (\S+) has (\d+) days", r"没有 \1 这一天：\2 只有 \3 天"),
    (r"(\S+): there is no month (\d+).*", r"\1：没有 \2 月"),
    (r"the year (\d+) is outside (\S+)", r"\1 年不在 \2 之内"),
    (
        r"(?:it|the window) ends \((.+?)\) before it starts \((.+?)\)",
        r"结束（\1）早于开始（\2）",
    ),
    (r"(\S+): there is no such time of day", r"\1：没有这个时刻"),
    (
        r"(\S+): times are kept to the minute; leave the seconds out",
        r"\1：时间只到分钟，不写秒",
    ),
    (r"(\S+): for one day between the two write (\S+)", r"\1：若是其间某一天，请写 \2"),
    (r"(.+): put a T between date and time: (\S+)", r"\1：日期与时间之间写 T：\2"),
    (r"(\S+): write both ends alike.*", r"\1：首尾写法要一致，例如 2026-05-13/2026-05-14"),
    (r"(\S+): a window has both ends.*", r"\1：时间窗要写出首尾：[2026-05-21..2026-05-31]"),
    (r"(\S+): write (\S+)", r"\1：请写成 \2"),
    (r"(.+): a season begins .*? such as (\S+)", r"\1：季节南北不同，请写时间窗，例如 \2"),
    (r"(.+): several dates are several events.*", r"\1：多个日期请分成多个事件"),
    (
        r"'(.*)' is no date; write .*",
        r"“\1” 不是日期；例如 2026-05-13、2026-05-13/2026-05-14、2026-05-20T10:00、2026-05、2026-Q2",
    ),
    (r"(\S+) is not one day such as .*", r"\1 不是某一天，例如 2026-05-13"),
    (r"must be one day such as .*", "应是某一天，例如 2026-05-13"),
    (r"(\S+) is before from \((\S+)\)", r"\1 早于开始（\2）"),
    # other fields
    (r"'(.*)' is no address such as .*", r"“\1” 不是网址，例如 https://example.org/page"),
    (r"'(.*)' is no IANA time zone.*", r"“\1” 不是时区，例如 Asia/Shanghai"),
    (r"'(.*)' is not one of .*", r"没有 “\1” 这个选项"),
    (
        r"the character (U\+\w+) at position (\d+) is a control.*",
        r"第 \2 个字符 \1 是控制字符，请删除",
    ),
    (r"an event whose day is not known.*", "日期未定的事件不能重复；请先写出日期"),
    # corrections of an import
    (
        r"only a day or a time has an end; write the window itself as the date",
        "只有某一天或某个时刻才有结束；时间窗请写在日期里",
    ),
    (r"is before the start", "早于开始"),
    (r"must be a day, since the start is one", "应是某一天，因为开始是某一天"),
    (r"must be a time with its day, since the start is one", "应写日期和时刻，因为开始有时刻"),
    (r"there is no event '(.*)'", r"没有事件 “\1”"),
    (r"the event '(.*)' was withdrawn", r"事件 “\1” 已撤回"),
    (r"(.+) is about '(.*)' too; accept one of them", r"\1 也对应事件 “\2”；只能采纳其一"),
    (
        r"'(.*)' could not be read as a date; say which it is",
        r"“\1” 读不出日期，请写出是哪一天",
    ),
    (
        r"was applied by (.+) without this correction; change the event itself",
        r"已由 \1 采纳，没有这一更正；请直接修改事件",
    ),
    (r"say which column has the date and which the event", "请说明哪一列是日期、哪一列是事件"),
    (r"two columns cannot hold the same", "两列不能是同一内容"),
    # documents
    (r"the document is empty", "文件是空的"),
    (
        r"the document is binary data.*",
        "文件是二进制数据，无法读取；可读 PDF、DOCX、文本、Markdown 和网页",
    ),
    (r"the document is called a (\w+) but .*", r"文件名是 \1，内容却不是；它已损坏或不完整"),
    (r"the document is a broken or cut off .*", "DOCX 或 ZIP 文件已损坏或不完整"),
    (r"the document is an archive \(ZIP\).*", "文件是压缩包（ZIP），请先解压"),
    (r"the document is an Excel workbook.*", "文件是 Excel 工作簿，请另存为 PDF"),
    (
        r"the document is a PowerPoint presentation.*",
        "文件是 PowerPoint 演示文稿，请另存为 PDF",
    ),
    (
        r"the document is an OpenDocument file.*",
        "文件是 OpenDocument 格式，请另存为 DOCX 或 PDF",
    ),
    (r"the document has more than ([\d,]+) characters", r"文件超过 \1 个字符"),
    (r"the document has (.+?); at most (.+?) are read", r"文件有 \1，最多读取 \2"),
    (r"the (\w+) is encrypted.*", r"\1 有密码，请另存为无密码的文件"),
    (r"the (\w+)(?: page)? has no text to read", r"\1 中没有可读的文字（可能是扫描件）"),
    (
        r"the (\w+) has ([\d,]+) pages; at most ([\d,]+) are read",
        r"\1 有 \2 页，最多读取 \3 页",
    ),
    (r"the (\w+)(?: page)? has more than ([\d,]+) characters", r"\1 超过 \2 个字符"),
    (r"the (\w+) takes longer than (\S+) seconds to read", r"读取 \1 超过了 \2 秒"),
    (r"the (\w+) is broken.*", r"\1 已损坏，无法打开"),
    (r"the (\w+) has no pages", r"\1 没有页面"),
    # addresses that are fetched
    (r"must begin with https://.*", "须以 https://、http:// 或 webcal:// 加主机名开头"),
    (r"is no address such as .*", "不是网址，例如 https://example.org/page"),
    (r"has a user name or password in it.*", "含有用户名或密码；只读取无需登录的内容"),
    (r"has a host whose name cannot be used", "主机名无法使用"),
    (r"leads to (\S+), which is not on the public internet", r"指向 \1，不在公共互联网上"),
    (r"there is no host (\S+); check the address", r"没有主机 \1；请检查网址"),
    (r"(\S+) did not send everything within (\S+) seconds", r"\1 未在 \2 秒内发完"),
    (r"(\S+) answers with (\d+) .*", r"\1 的回答是 \2"),
    (r"(\S+) redirects more than (\d+) times", r"\1 重定向超过 \2 次"),
    (r"(\S+) cannot be read: nothing answers there", r"\1 没有回应"),
    (r"(\S+) cannot be read: (.*)", r"\1 无法读取：\2"),
    (r"the answer is larger than ([\d,]+) bytes", r"内容超过 \1 字节"),
    (r"the answer was cut off", "内容中途断开"),
    (r"the answer is packed.*", "内容的压缩方式无法读取"),
)


def worded(detail: str, lang: str) -> str:
    """The sentence in that language, as far as it is known there."""
    return (in_chinese(detail, _FORMS) if lang == "zh" else None) or detail
