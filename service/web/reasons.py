"""Why something is proposed, in the reader's language.

A proposal says it in English (core.proposals, core.fit), where it is found. Here each of those sentences
has a Chinese form. Where one of several is not known the whole stays English: half a reason in each
language would be worse.
"""

from __future__ import annotations

import re

from service.web.chinese import forms, in_chinese
from service.web.words import Words, field_name

_MET = re.compile(r"(\S+), (the same \w+|a title \S+ alike|as chosen)(?:, (.+?))?: (.+)", re.DOTALL)
_DIFFER = re.compile(r"([\w, ]+) differs?")
_NAMES = forms(
    (r"the same title", "标题相同"),
    (r"a title (\S+) alike", r"标题 \1 相似"),
    (r"the same (UID|id)", r"\1 相同"),
    (r"as chosen", "由人指定"),
)
_DATES = forms(
    (r"the dates agree", "日期一致"),
    (r"the dates overlap", "日期有重叠"),
    (r"one of its dates", "是其中一次的日期"),
    (r"the document names its old date, (\S+)", r"文中提到原日期 \1"),
    (r"(\d+) days? apart", r"相差 \1 天"),
    (r"a rule takes effect once", "法规只施行一次"),
    (r"the edition of (\d+)", r"同为 \1 年"),
)
_WHOLE = forms(
    (r"no event like it is stored", "没有与之相似的事件"),
    (r"a new event, as chosen", "按指定作为新事件"),
    (
        r"(.+) looks? like it, but not clearly enough to be the same event",
        r"与 \1 相似，但不足以断定是同一事件",
    ),
)
_CLAUSES = forms(
    (r"nothing differs", "没有变化"),
    (r"called off", "已取消"),
    (
        r"older than what is stored, (SEQUENCE|DTSTAMP) (\S+) against (\S+)",
        r"比现有的旧：\1 为 \2，现有 \3",
    ),
    (r"it was called off already", "先前已取消"),
    (r"it was called off, and is named again", "先前已取消，这里又提到"),
    (
        r"it recurs; what is called off may be one of its dates: add an exception",
        "这是重复的事件，取消的可能只是其中一次：请添加例外",
    ),
    (r"it was withdrawn, and would be brought back", "已撤回，接受后恢复"),
    (
        r"it was withdrawn, and stays so until somebody adds it again",
        "已撤回，有人重新添加之前不再出现",
    ),
    (r"it is one of its dates", "是其中一次的日期"),
    (r"more exact, (\S+) becomes (\S+)", r"更精确：\1 → \2"),
    (r"less exact, (\S+) becomes (\S+)", r"更模糊：\1 → \2"),
    (r"all of its days, (\S+) becomes (\S+)", r"补全各天：\1 → \2"),
    (r"another date, (\S+) becomes (\S+)", r"日期不同：\1 → \2"),
    (r"(\d+) days? later, (\S+) becomes (\S+)", r"推迟 \1 天：\2 → \3"),
    (r"(\d+) days? earlier, (\S+) becomes (\S+)", r"提前 \1 天：\2 → \3"),
    (r"(\S+) is one of the days of (\S+)", r"\1 是 \2 中的一天"),
    (
        r"(\S+) is less exact than the stored (\S+), and does not contradict it",
        r"\1 不如现有的 \2 精确，且不矛盾",
    ),
    (
        r"the stored (\S+) is from a newer source \((\S+)\) than this one \((\S+)\)",
        r"现有的 \1 出自更新的来源（\2），此处为 \3",
    ),
    (
        r"disputed, since the stored source is official and this one is not",
        "有争议：现有来源是官方的，此处不是",
    ),
)


def reason(said: str, lang: str) -> tuple[str, str]:
    """The reason of a proposal, and the language in which it is said: English where a part of it is
    not known in the one asked for."""
    found = _whole(said) if lang == "zh" else None
    return (found, "zh-CN") if found else (said, "en")


def _whole(said: str) -> str | None:
    if whole := in_chinese(said, _WHOLE):
        return whole
    met = _MET.fullmatch(said)
    if met is None:
        return None
    id_, name, dates, rest = met.groups()
    how = [in_chinese(name, _NAMES), *([in_chinese(dates, _DATES)] if dates else [])]
    # One of the sentences has a semicolon of its own.
    whole = _clause(rest)
    told = [whole] if whole else [_clause(clause) for clause in rest.split("; ")]
    if None in how or None in told:
        return None
    return f"{id_}，{'，'.join(filter(None, how))}：{'；'.join(filter(None, told))}"


def _clause(text: str) -> str | None:
    if known := in_chinese(text, _CLAUSES):
        return known
    if differ := _DIFFER.fullmatch(text):
        t = Words("zh")
        return f"{'、'.join(field_name(key, t) for key in differ[1].split(', '))}有变化"
    return None
