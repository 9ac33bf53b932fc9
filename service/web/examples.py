"""The examples of /openapi.json and /docs: one story, told from beginning to end.

A program adds what a weekly report of 国信证券 announces, the date of one event becomes known, and a
reader follows along. tests/web/test_openapi.py replays it, so every request here works and every
answer is what the service really gives.
"""

from __future__ import annotations

from typing import Any

_REPORT = {
    "title": "人工智能周报（26年第17周）",
    "publisher": "国信证券",
    "date": "2026-04-27",
    "url": "",
    "official": False,
}
_READ = "2026-04-27T00:30:00Z"


def _source(excerpt: str) -> dict[str, Any]:
    return {**_REPORT, "excerpt": excerpt}


# A date that came without a source.
_BY_HAND = {
    "title": "2026年4月27日手工录入",
    "publisher": "",
    "date": "2026-04-27",
    "url": "",
    "official": False,
    "excerpt": "",
}


def _event(id_: str, given: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """An event as it is returned: what was given, its defaults, and what Horizon makes of it."""
    return {
        "id": id_,
        "uid": f"{id_}@horizon",
        "title": "",
        "titles": {},
        "when": "",
        "timezone": "Asia/Shanghai",
        "kind": "other",
        "organizations": [],
        "tickers": [],
        "tags": [],
        "importance": "normal",
        "location": "",
        "url": "",
        "description": "",
        "recurrence": None,
        "exceptions": [],
        "status": "confirmed",
        **given,
        "start": "",
        "end": "",
        "precision": "day",
        "when_text": "",
        "sequence": 0,
        "origin": "api",
        "status_set": False,
        "created_at": _READ,
        "updated_at": _READ,
        **made,
    }


GOOGLE_IO = {
    "title": "Google I/O 2026 开发者大会",
    "titles": {"en": "Google I/O 2026"},
    "when": "2026-05",
    "kind": "conference",
    "timezone": "America/Los_Angeles",
    "tickers": ["GOOGL.O"],
    "organizations": ["Google"],
    "importance": "high",
    "source": _source("5月：Google I/O 2026 开发者大会"),
}
BAIDU = {
    "title": "百度 Create 2026 AI 开发者大会",
    "titles": {"en": "Baidu Create 2026"},
    "when": "2026-05-13/2026-05-14",
    "kind": "conference",
    "organizations": ["百度"],
    "tickers": ["9888.HK"],
    "source": _source("5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"),
}
RULES = {
    "title": "《人工智能拟人化互动服务管理暂行办法》正式施行",
    "when": "2026-07-15",
    "source": _source("7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行"),
}
PATCH = {"when": "2026-05-19/2026-05-20"}
BATCH = {"events": [RULES, {"id": "baidu-create-2026", **BAIDU}]}
FEED_INPUT = {
    "name": "conferences",
    "title": "会议与产品发布",
    "filter": {"kind": ["conference", "launch"]},
}
FEED_PATCH = {"title": "AI 会议与产品发布"}

DOCUMENT = "AI 事件更新（2026年4月27日）\n\n6 月 2 日-3 日：微软 Build 2026 开发者大会\n"
ADDRESS = {"url": "https://example.org/conferences.ics"}
ACCEPT = {
    "accept": ["p1"],
    "edits": {"p1": {"location": "Fort Mason Center"}},
}
IMPORT_PATCH = {"source": {"publisher": "Example Research", "official": False}}
PICK = {"seen": 0, "title": "AI 事件更新"}
BUILD_ID = "build-2026-998a1a"
IMPORT_ID = "6d414f41e4e22bda"

GOOGLE_IO_ID = "google-i-o-2026-b8e611"
RULES_ID = "event-5ce2b3"
CURSOR = "WzQsICIyMDI2LTA1LTEzIiwgImJhaWR1LWNyZWF0ZS0yMDI2IiwgMTQ5MDgyMzM4M10"
GOOGLE_IO_ADDED = _event(
    GOOGLE_IO_ID,
    GOOGLE_IO,
    {
        "status": "tentative",
        "start": "2026-05-01",
        "end": "2026-05-31",
        "precision": "month",
        "when_text": "2026年5月，具体日期待公布",
    },
)
GOOGLE_IO_DATED = {
    **GOOGLE_IO_ADDED,
    **PATCH,
    "status": "confirmed",
    "start": "2026-05-19",
    "end": "2026-05-20",
    "precision": "day",
    "when_text": "2026年5月19日—20日",
    "source": _BY_HAND,
    "sequence": 1,
}
BAIDU_ADDED = _event(
    "baidu-create-2026",
    BAIDU,
    {"start": "2026-05-13", "end": "2026-05-14", "when_text": "2026年5月13日—14日"},
)
RULES_ADDED = _event(
    RULES_ID,
    RULES,
    {
        "kind": "regulation",
        "start": "2026-07-15",
        "end": "2026-07-15",
        "when_text": "2026年7月15日",
    },
)
CREATED_CHANGE = {
    "seq": 1,
    "at": _READ,
    "event_id": GOOGLE_IO_ID,
    "change": "created",
    "from": None,
    "to": "2026-05",
    "days": None,
    "source": GOOGLE_IO["source"],
}
CREATED_STEP = {
    "seq": 1,
    "at": _READ,
    "version": 1,
    "change": "created",
    "who": "crawler",
    "origin": "api",
    "from": None,
    "to": "2026-05",
    "days": None,
    "changed": {
        key: {"from": None, "to": GOOGLE_IO_ADDED[key]}
        for key in (
            "title",
            "titles",
            "when",
            "timezone",
            "kind",
            "organizations",
            "tickers",
            "tags",
            "importance",
            "location",
            "url",
            "description",
            "exceptions",
            "source",
        )
    },
    "source": GOOGLE_IO["source"],
}
FIRMED_STEP = {
    "seq": 3,
    "at": _READ,
    "version": 2,
    "change": "firmed",
    "who": "crawler",
    "origin": "api",
    "from": "2026-05",
    "to": "2026-05-19/2026-05-20",
    "days": None,
    "changed": {
        "when": {"from": "2026-05", "to": "2026-05-19/2026-05-20"},
        "source": {"from": GOOGLE_IO["source"], "to": _BY_HAND},
    },
    "source": _BY_HAND,
}
FEED = {
    "name": "conferences",
    "title": "会议与产品发布",
    "filter": {"kind": ["conference", "launch"]},
    "private": False,
    "origin": "api",
    "address": "http://127.0.0.1:8000/feeds/conferences.ics",
    "created_at": _READ,
    "updated_at": _READ,
}
FEED_OF_FILE = {
    **FEED,
    "name": "all",
    "title": "AI 事件日历",
    "filter": {},
    "origin": "file",
    "address": "http://127.0.0.1:8000/feeds/all.ics",
}
FEED_CHANGED = {**FEED, **FEED_PATCH}
DIGEST = {
    "name": "daily",
    "title": "AI 事件日历",
    "channel": "#ai-events",
    "at": "08:30",
    "days": "workdays",
    "ahead": "P14D",
    "when_empty": "skip",
    "filter": {},
    "timezone": "Asia/Shanghai",
    "lang": "zh",
}
REMINDER = {
    "name": "regulation",
    "channel": "#compliance",
    "at": "09:00",
    "before": ["P30D", "P7D", "P1D", "P0D"],
    "days": "workdays",
    "filter": {"kind": ["regulation", "consultation"]},
    "timezone": "Asia/Shanghai",
    "lang": "zh",
}
CHANGE_RULE = {
    "name": "changes",
    "channel": "#ai-events",
    "filter": {"importance": ["high", "normal"]},
    "timezone": "Asia/Shanghai",
    "lang": "zh",
}
PROPOSAL = {
    "id": "p1",
    "action": "create",
    "event": {
        "id": BUILD_ID,
        "title": "微软 Build 2026 开发者大会",
        "titles": {},
        "when": "2026-06-02/2026-06-03",
        "timezone": "Asia/Shanghai",
        "kind": "conference",
        "organizations": ["Microsoft"],
        "tickers": ["MSFT.O"],
        "tags": [],
        "importance": "normal",
        "location": "",
        "url": "",
        "description": "",
        "recurrence": None,
        "exceptions": [],
        "status": None,
        "source": {
            "title": "AI 事件更新（2026年4月27日）",
            "publisher": "",
            "date": "2026-04-27",
            "url": "",
            "official": False,
            "excerpt": "6 月 2 日-3 日：微软 Build 2026 开发者大会",
            "line": 3,
            "sha256": "4eea276e2a42c4c28f995962d87cb17a2eecc278d1aac9ebc16d59965b8b3b8f",
        },
        "start": "2026-06-02",
        "end": "2026-06-03",
        "precision": "day",
        "when_text": "2026年6月2日—3日",
    },
    "matches": None,
    "confidence": 0.99,
    "sure": True,
    "doubts": [
        {
            "code": "year-assumed",
            "veto": False,
            "text": {"zh": "年份未写明", "en": "the text leaves out the year"},
        }
    ],
    "excerpt": "6 月 2 日-3 日：微软 Build 2026 开发者大会",
    "page": None,
    "line": 3,
    "reason": "no event like it is stored",
    "similar": [],
    "read_by": "rules",
}
IMPORT = {
    "id": IMPORT_ID,
    "created_at": "2026-04-27T00:30:00Z",
    "who": "crawler",
    "source": {
        "title": "AI 事件更新（2026年4月27日）",
        "publisher": "",
        "date": "2026-04-27",
        "url": "",
        "official": False,
    },
    "ref_date": "2026-04-27",
    "ref_date_from": "date line",
    "proposals": [PROPOSAL],
    "applied": [],
    "declined": [],
    "outdated": [],
    "seen": [
        {
            "text": "2026年4月27日",
            "when": "2026-04-27",
            "reason": "是文件自身的日期",
            "line": 1,
            "page": None,
            "excerpt": "AI 事件更新（2026年4月27日）",
        }
    ],
    "skipped": [],
}
APPLIED = {
    "id": IMPORT_ID,
    "applied": [{"id": "p1", "event_id": BUILD_ID, "change": "created"}],
}
