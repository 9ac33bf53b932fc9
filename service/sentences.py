"""What errors and reasons say to people, by code: the one catalogue of their words.

A sentence that has words in more languages than English is a Sentence. It is its English, so that the API,
logs and the command line take it as any text; pages and Slack have it said in the reader's language. Plain
text has no words but its own, and is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

_LANGUAGES = ("zh", "en")
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Sentence(str):
    """The English of a sentence, with its code and arguments.

    Arguments are texts, numbers, sentences, or tuples: of sentences, or of keys that have a name in each
    language.
    """

    code: str
    args: Mapping[str, Any]

    def __new__(cls, code: str, /, **args: Any) -> Sentence:
        made = super().__new__(cls, _Speaker("en").say(code, args))
        made.code, made.args = code, args
        return made

    def __str__(self) -> str:
        return self  # the text of an exception that was given one is that Sentence, not a copy in English

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.code,), dict(self.args)


def said(text: str, lang: str, names: Mapping[str, str] = _NO_NAMES) -> str:
    """The text in that language; `names` are those of the keys in it.

    As it is where it is no Sentence, or where a part of it has no words in that language: half a reason in
    each would be worse.
    """
    if not isinstance(text, Sentence):
        return text
    try:
        return _Speaker(lang, names).say(text.code, text.args)
    except _NoWords:
        return text


def joined(*clauses: str) -> str:
    """The clauses as one sentence."""
    return clauses[0] if len(clauses) == 1 else Sentence("clauses", clauses=clauses)


def write(text: str) -> Any:
    """The text as JSON: a Sentence with its code and arguments."""
    if not isinstance(text, Sentence):
        return text
    return {"code": text.code, "args": {key: _write(value) for key, value in text.args.items()}}


def read(written: Any) -> str:
    """What write() wrote. Raises LookupError for a sentence that this Horizon does not know."""
    if isinstance(written, str):
        return written
    return Sentence(written["code"], **{k: _read(arg) for k, arg in written["args"].items()})


def _write(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_write(each) for each in value]
    return value if isinstance(value, int | float) else write(str(value))


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_read, value))
    return read(value) if isinstance(value, dict) else value


class _NoWords(Exception):
    """Inside this file: a part has no words in the language."""


class _Speaker(Formatter):
    """Says sentences in one language. Beside Python's own, a field's format is

    q        the text in Chinese quotes, what cannot be printed as in its repr()
    one|two  which of the words goes with the number, or with how many there are
    a mark   of a tuple what stands between its parts
    """

    def __init__(self, lang: str, names: Mapping[str, str] = _NO_NAMES) -> None:
        self._place, self._names = _LANGUAGES.index("zh" if lang == "zh" else "en"), names

    def say(self, code: str, args: Mapping[str, Any]) -> str:
        template = CATALOGUE[code][self._place]
        return self.vformat(template, (), args) if "{" in template else template

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            number = len(value) if isinstance(value, tuple) else value
            return format_spec.split("|")[number != 1]
        if isinstance(value, tuple):
            return format_spec.join(map(self._part, value))
        if isinstance(value, Sentence):
            return self.say(value.code, value.args)
        return f"“{repr(value)[1:-1]}”" if format_spec == "q" else format(value, format_spec)

    def _part(self, part: str) -> str:
        if isinstance(part, Sentence):
            return self.say(part.code, part.args)
        if _LANGUAGES[self._place] == "en":
            return part
        if part not in self._names:
            raise _NoWords
        return self._names[part]


# By code the Chinese and the English.
# fmt: off
CATALOGUE: dict[str, tuple[str, str]] = {
    "clauses": ("{clauses:；}", "{clauses:; }"),
    "in_file": ("{where}{detail}", "{where}{detail}"),
    # any field
    "required": ("必填", "is required"),
    "empty": ("不能为空", "is empty"),
    "empty_filter": ("不能为空", "is empty; leave the key out to mean all"),
    "empty_list": ("不能为空", "is empty; leave the key out for its default"),
    "empty_channel": ("不能为空", 'is empty: # begins a comment in YAML; write "#ai-events", in quotes'),
    "no_address": ("不是网址，例如 https://example.org/page", "is no address such as https://example.org/horizon"),
    "no_mail_address": ("{text:q} 不是邮箱地址，例如 desk@example.org",
                        "{text!r} is no address such as desk@example.org"),
    "did_you_mean": ("；是不是 {near}？", "; did you mean {near}?"),
    "unknown_key": ("没有这个键{near}", "unknown key{near}"),
    "unknown_query_key": ("没有这个筛选项{near}", "unknown query key{near}"),
    "too_long": ("有 {count} 个字符，最多 {most} 个", "has {count} characters; at most {most} are kept"),
    "more_characters": ("超过 {most} 个字符", "has more than {most} characters"),
    "more_entries": ("超过 {most} 项", "has more than {most} entries"),
    "control_character": ("第 {position} 个字符 {character} 是控制字符，请删除",
                          "the character {character} at position {position} is a control character; remove it"),
    "not_one_of": ("没有 {word:q} 这个选项", "{word!r} is not one of {known}{near}"),
    "no_url": ("{text:q} 不是网址，例如 https://example.org/page",
               "{text!r} is no address such as https://example.org/page"),
    "no_time_zone": ("{name:q} 不是时区，例如 Asia/Shanghai",
                     "{name!r} is no IANA time zone such as Asia/Shanghai{near}"),
    # dates
    "date_empty": ("不能为空；例如 2026-05-13 或 2026-05",
                   "the date is empty; write one such as 2026-05-13 or 2026-05"),
    "no_such_day": ("没有 {text} 这一天：{month} 只有 {days} 天",
                    "{text} does not exist: {month} has {days} days"),
    "no_such_month": ("{text}：没有 {month} 月", "{text}: there is no month {month}"),
    "no_such_part": ("{text}：没有 {number} 月",
                     "{text}: there is no month {number} (33 to 36 are quarters, 40 and 41 half-years)"),
    "year_outside": ("{year} 年不在 {years} 之内", "the year {year} is outside {years}"),
    "ends_before_start": ("结束（{last}）早于开始（{first}）", "it ends ({last}) before it starts ({first})"),
    "window_ends_before_start": ("结束（{last}）早于开始（{first}）",
                                 "the window ends ({last}) before it starts ({first})"),
    "no_such_time": ("{text}：没有这个时刻", "{text}: there is no such time of day"),
    "seconds": ("{text}：时间只到分钟，不写秒",
                "{text}: times are kept to the minute; leave the seconds out"),
    "one_day_between": ("{text}：若是其间某一天，请写 {window}",
                        "{text}: for one day between the two write {window}"),
    "needs_t": ("{text}：日期与时间之间写 T：{right}", "{text}: put a T between date and time: {right}"),
    "ends_differ": ("{text}：首尾写法要一致，例如 2026-05-13/2026-05-14",
                    "{text}: write both ends alike, such as 2026-05-13/2026-05-14"),
    "window_open": ("{text}：时间窗要写出首尾：[2026-05-21..2026-05-31]",
                    "{text}: a window has both ends: [2026-05-21..2026-05-31]"),
    "write_as": ("{text}：请写成 {right}", "{text}: write {right}"),
    "season": ("{text}：季节南北不同，请写时间窗，例如 {window}",
               "{text}: a season begins and ends differently in north and south; write the window, "
               "such as {window}"),
    "several_dates": ("{text}：多个日期请分成多个事件",
                      "{text}: several dates are several events; of one day in a window write [first..last]"),
    "no_date": ("{text:q} 不是日期；例如 2026-05-13、2026-05-13/2026-05-14、2026-05-20T10:00、2026-05、2026-Q2",
                "{text!r} is no date; write 2026-05-13, 2026-05-13/2026-05-14, 2026-05-20T10:00+08:00, "
                "2026-05, [2026-05-21..2026-05-31], 2026-Q2, 2026-H1 or 2026"),
    "date_long": ("日期最多 {most} 个字符", "a date has at most {most} characters"),
    "percent": ("请写 {text}~（大约）或 {text}?（不确定），不写 %",
                "write {text}~ (approximate) or {text}? (uncertain) instead of %"),
    "one_mark": ("~ 或 ? 只写一个，放在末尾：{text}~", "one ~ or ? may stand at the very end: {text}~"),
    "midnight": ("{text}：24:00 请写成次日 00:00", "{text}: write 24:00 as 00:00 of the next day"),
    "no_offset": ("{text}：没有 {offset} 这个时差，应在 -14:00 与 +14:00 之间",
                  "{text}: {offset} is no offset from UTC (they lie between -14:00 and +14:00)"),
    "offset_missing": ("{text}：请写出时差，例如 {text}+08:00，或给出时区",
                       "{text}: add the offset, such as {text}+08:00, or give a timezone"),
    "time_left_out": ("{zone} 没有 {text} 这个时刻：时钟正好拨快跳过了它",
                      "{text} does not exist in {zone}: clocks are put forward over it"),
    "time_twice": ("{zone} 有两个 {text}，因为时钟拨慢；请写 {one} 或 {two}",
                   "{text} comes twice in {zone}, since clocks are put back; write {one} or {two}"),
    "quarter_or_half": ("{text}：请写 {year}-Q1 至 {year}-Q4、{year}-H1 或 {year}-H2",
                        "{text}: write {year}-Q1 to {year}-Q4, {year}-H1 or {year}-H2"),
    "duration_empty": ("不能为空；例如 P7D（7 天）、PT2H（2 小时）、P1M（1 个月）、P1Y",
                       "the duration is empty; write one such as P7D (7 days), PT2H (2 hours), P1M (1 month) "
                       "or P1Y"),
    "duration_negative": ("{text}：时长不能为负，请去掉 -",
                          "{text}: a duration is not negative; leave the - out"),
    "no_duration": ("{text:q} 不是时长；例如 P7D（7 天）、PT2H（2 小时）、P1M（1 个月）、P1Y",
                    "{text!r} is no duration; write one such as P7D (7 days), PT2H (2 hours), P1M (1 month) or "
                    "P1Y"),
    "duration_long": ("{text} 超过 {most} 年", "{text} is longer than {most} years"),
    "minutes_or_months": ("{text}：请写 PT{number}M（分钟）或 P{number}M（月）",
                          "{text}: write PT{number}M (minutes) or P{number}M (months)"),
    "no_day": ("“{text}” 不是日期；例如 2026-05-13、2026-05-13/2026-05-14、2026-05-20T10:00、2026-05、2026-Q2",
               "'{text}' is no date; write 2026-05-13"),
    "not_one_day": ("{text} 不是某一天，例如 2026-05-13", "{text} is not one day such as 2026-05-13"),
    "must_be_one_day": ("应是某一天，例如 2026-05-13", "must be one day such as 2026-05-13"),
    "before_from": ("{last} 早于开始（{first}）", "{last} is before from ({first})"),
    "undated_recurs": ("日期未定的事件不能重复；请先写出日期",
                       "an event whose day is not known ({when}) cannot recur; give its day first"),
    # events as they are added and changed
    "no_event_in_line": ("没有读出日期和事件；请写在一行里，例如 “7月15日：《办法》正式施行”",
                         "no date with an event was understood; write both in one line, such as "
                         "`7月15日：《办法》正式施行` or `May 19-20: Google I/O`"),
    "event_not_found": ("没有事件 {id:q}",
                        "there is no event {id!r}; `horizon list --from 1970-01-01` shows all ids"),
    "changed_since_read": ("此事件已有新的改动；请看过再改",
                           "the event has changed since it was read; read it again and try anew"),
    "next_takes_length": ("next 后面写时长，例如 30d；按日期查找用 search",
                          "next takes a length, such as 30d; search takes days"),
    # corrections of an import
    "end_of_undated": ("只有某一天或某个时刻才有结束；时间窗请写在日期里",
                       "only a day or a time has an end; write the window itself as the date"),
    "before_start": ("早于开始", "is before the start"),
    "must_be_day": ("应是某一天，因为开始是某一天", "must be a day, since the start is one"),
    "must_be_time": ("应写日期和时刻，因为开始有时刻",
                     "must be a time with its day, since the start is one"),
    "no_event": ("没有事件 {id:q}", "there is no event {id!r}"),
    "event_withdrawn": ("事件 {id:q} 已撤回", "the event {id!r} was withdrawn"),
    "event_taken": ("{others} 也对应事件 {id:q}；只能采纳其一",
                    "{others} is about {id!r} too; accept one of them"),
    "unread_date": ("{text:q} 读不出日期，请写出是哪一天",
                    "{text!r} could not be read as a date; say which it is"),
    "applied_without": ("已由 {who} 采纳，没有这一更正；请直接修改事件",
                        "was applied by {who} without this correction; change the event itself"),
    "columns_unsaid": ("请说明哪一列是日期、哪一列是事件",
                       "say which column has the date and which the event"),
    "columns_alike": ("两列不能是同一内容", "two columns cannot hold the same"),
    # documents
    "document_empty": ("文件是空的", "the document is empty"),
    "document_binary": ("文件是二进制数据，无法读取；可读 PDF、DOCX、文本、Markdown 和网页",
                        "the document is binary data{called}; {read}"),
    "document_miscalled": ("文件名是 {kind}，内容却不是；它已损坏或不完整",
                           "the document is called {article} {kind} but does not begin as one; it is broken or "
                           "cut off"),
    "zip_broken": ("DOCX 或 ZIP 文件已损坏或不完整", "the document is a broken or cut off DOCX or ZIP file"),
    "document_archive": ("文件是压缩包（ZIP），请先解压",
                         "the document is an archive (ZIP); unpack it: {read}"),
    "document_powerpoint": ("文件是 PowerPoint 演示文稿，请另存为 PDF",
                            "the document is a PowerPoint presentation; save it as PDF: {read}"),
    "document_opendocument": ("文件是 OpenDocument 格式，请另存为 DOCX 或 PDF",
                              "the document is an OpenDocument file; save it as DOCX or PDF: {read}"),
    "html_page": ("HTML", "HTML page"),
    "excel_workbook": ("Excel 工作簿", "Excel workbook"),
    "document_long": ("文件超过 {most:,} 个字符", "the document has more than {most:,} characters"),
    "document_large": ("文件有 {size}，最多读取 {most}", "the document has {size}; at most {most} are read"),
    "no_text": ("{name} 中没有可读的文字（可能是扫描件）", "the {name} has no text to read"),
    "file_long": ("{name} 超过 {most:,} 个字符", "the {name} has more than {most:,} characters"),
    "file_slow": ("读取 {name} 超过了 {seconds:g} 秒",
                  "the {name} takes longer than {seconds:g} seconds to read"),
    "file_broken": ("{name} 已损坏，无法打开", "the {name} is broken and cannot be read"),
    "file_broken_or_large": ("{name} 已损坏，无法打开",
                             "the {name} is broken or needs more than {most:,} MB of memory to be read"),
    "file_encrypted": ("{name} 有密码，请另存为无密码的文件",
                       "the {name} is encrypted; save it without a password"),
    "csv_broken": ("CSV 已损坏，无法打开",
                   "the CSV is broken at line {line}: a quotation mark is left open, or a cell has more than "
                   "{most:,} characters"),
    "docx_broken": ("DOCX 已损坏，无法打开", "the DOCX is broken or is no Word document"),
    "pdf_encrypted": ("PDF 有密码，请另存为无密码的文件",
                      "the PDF is encrypted and asks for a password; save it without one"),
    "pdf_broken": ("PDF 已损坏，无法打开", "the PDF is broken or cut off and cannot be opened"),
    "pdf_unreadable": ("PDF 已损坏，无法打开", "the PDF is broken: none of its pages can be read"),
    "pdf_long": ("PDF 有 {pages:,} 页，最多读取 {most:,} 页",
                 "the PDF has {pages:,} pages; at most {most:,} are read"),
    "pdf_without_pages": ("PDF 没有页面", "the PDF has no pages"),
    # addresses that are fetched
    "url_scheme": ("须以 https://、http:// 或 webcal:// 加主机名开头",
                   "must begin with https://, http:// or webcal:// and a host's name"),
    "url_unfit": ("不是网址，例如 https://example.org/page",
                  "is no address such as https://example.org/calendar.ics"),
    "url_with_password": ("含有用户名或密码；只读取无需登录的内容",
                          "has a user name or password in it; only what needs none is read"),
    "url_host_unfit": ("主机名无法使用", "has a host whose name cannot be used"),
    "url_inside": ("指向 {host}，不在公共互联网上", "leads to {host}, which is not on the public internet"),
    "no_host": ("没有主机 {host}；请检查网址", "there is no host {host}; check the address"),
    "host_slow": ("{host} 未在 {seconds:g} 秒内发完",
                  "{host} did not send everything within {seconds:g} seconds"),
    "host_answers": ("{host} 的回答是 {status}", "{host} answers with {status} {phrase}"),
    "host_redirects": ("{host} 重定向超过 {most} 次", "{host} redirects more than {most} times"),
    "host_silent": ("{host} 没有回应", "{host} cannot be read: nothing answers there"),
    "host_unreadable": ("{host} 无法读取：{reason}", "{host} cannot be read: {reason}"),
    "answer_large": ("内容超过 {most:,} 字节", "the answer is larger than {most:,} bytes"),
    "answer_cut_off": ("内容中途断开", "the answer was cut off"),
    "answer_packed": ("内容的压缩方式无法读取",
                      "the answer is packed in a way that is not read: {packing}"),
    "answer_packed_broken": ("内容的压缩方式无法读取", "the answer is packed, and broken"),
    # why something is proposed: which event it is about,
    "reason": ("{event}，{met:，}：{because}", "{event}, {met:, }: {because}"),
    "no_event_like_it": ("没有与之相似的事件", "no event like it is stored"),
    "new_as_chosen": ("按指定作为新事件", "a new event, as chosen"),
    "not_clearly_alike": ("与 {named} 相似，但不足以断定是同一事件",
                          "{named} {count:looks|look} like it, but not clearly enough to be the same event"),
    # how the two met,
    "same_title": ("标题相同", "the same title"),
    "title_alike": ("标题 {alike:.0%} 相似", "a title {alike:.0%} alike"),
    "same_uid": ("UID 相同", "the same UID"),
    "same_id": ("id 相同", "the same id"),
    "as_chosen": ("由人指定", "as chosen"),
    "dates_agree": ("日期一致", "the dates agree"),
    "dates_overlap": ("日期有重叠", "the dates overlap"),
    "one_of_its_dates": ("是其中一次的日期", "one of its dates"),
    "names_old_date": ("文中提到原日期 {when}", "the document names its old date, {when}"),
    "days_apart": ("相差 {days} 天", "{days} {days:day|days} apart"),
    "rule_once": ("法规只施行一次", "a rule takes effect once"),
    "edition": ("同为 {year} 年", "the edition of {year}"),
    # and what of it changes, or stays
    "nothing_differs": ("没有变化", "nothing differs"),
    "called_off": ("已取消", "called off"),
    "keys_differ": ("{keys:、}有变化", "{keys:, } {keys:differs|differ}"),
    "older_version": ("比现有的旧：{what} 为 {ours}，现有 {theirs}",
                      "older than what is stored, {what} {ours} against {theirs}"),
    "called_off_already": ("先前已取消", "it was called off already"),
    "called_off_named_again": ("先前已取消，这里又提到", "it was called off, and is named again"),
    "recurs_called_off": ("这是重复的事件，取消的可能只是其中一次：请添加例外",
                          "it recurs; what is called off may be one of its dates: add an exception"),
    "brought_back": ("已撤回，接受后恢复", "it was withdrawn, and would be brought back"),
    "stays_withdrawn": ("已撤回，有人重新添加之前不再出现",
                        "it was withdrawn, and stays so until somebody adds it again"),
    "is_one_of_its_dates": ("是其中一次的日期", "it is one of its dates"),
    "more_exact": ("更精确：{old} → {new}", "more exact, {old} becomes {new}"),
    "less_exact": ("更模糊：{old} → {new}", "less exact, {old} becomes {new}"),
    "all_its_days": ("补全各天：{old} → {new}", "all of its days, {old} becomes {new}"),
    "another_date": ("日期不同：{old} → {new}", "another date, {old} becomes {new}"),
    "days_later": ("推迟 {days} 天：{old} → {new}", "{days} {days:day|days} later, {old} becomes {new}"),
    "days_earlier": ("提前 {days} 天：{old} → {new}", "{days} {days:day|days} earlier, {old} becomes {new}"),
    "one_of_the_days": ("{new} 是 {old} 中的一天", "{new} is one of the days of {old}"),
    "less_exact_than": ("{new} 不如现有的 {old} 精确，且不矛盾",
                        "{new} is less exact than the stored {old}, and does not contradict it"),
    "uid_shared": ("UID 在文件中出现 {count} 次，事件各不相同",
                   "its UID stands {count} times in the file, for events that differ"),
    "newer_source": ("现有的 {old} 出自更新的来源（{theirs}），此处为 {ours}",
                     "the stored {old} is from a newer source ({theirs}) than this one ({ours})"),
    "official_stored": ("有争议：现有来源是官方的，此处不是",
                        "disputed, since the stored source is official and this one is not"),
}
# fmt: on
