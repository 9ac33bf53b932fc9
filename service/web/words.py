"""Every word of the pages, Chinese and English, in one place.

Dates in words are core.wording's; what an error says to people is made here from what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from service.core.alerts.rules import Days, Weekday
from service.core.dates.duration import Duration
from service.core.dates.when import Precision
from service.core.events import change_words, wording
from service.core.events.event import ChangeKind, Importance, Origin
from service.core.events.items import Item
from service.core.views.timeline import TimeAxis
from service.errors import (
    Busy,
    Conflict,
    Forbidden,
    HorizonError,
    NotFound,
    Outdated,
    Problem,
    StoreReadOnly,
    StoreUnavailable,
    TooMany,
)
from service.sentences import said

_WORDS: dict[str, tuple[str, str]] = {
    # around every page
    "skip": ("跳到正文", "Skip to content"),
    "navigation": ("主导航", "Main navigation"),
    "nav_agenda": ("日程", "Agenda"),
    "nav_subscribe": ("订阅", "Subscribe"),
    "nav_add": ("添加", "Add"),
    "nav_import": ("导入", "Import"),
    "nav_alerts": ("提醒", "Alerts"),
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出", "Sign out"),
    "onward": ("继续", "Go on"),
    # views and filters
    "views": ("视图", "Views"),
    "view_agenda": ("日程", "Agenda"),
    "view_month": ("月历", "Month"),
    "view_timeline": ("时间轴", "Timeline"),
    "search": ("搜索", "Search"),
    "search_hint": ("标题、机构、说明", "Title, organization, description"),
    "kinds": ("类别", "Kinds"),
    "all_kinds": ("全部", "All"),
    "more_filters": ("更多筛选", "More filters"),
    "filter_importance": ("重要程度", "Importance"),
    "filter_tag": ("标签", "Tag"),
    "filter_ticker": ("证券代码", "Ticker"),
    "filter_organization": ("机构", "Organization"),
    "filter_precision": ("日期精确到", "Date known to"),
    "filter_from": ("从", "From"),
    "filter_to": ("至", "To"),
    "any": ("不限", "Any"),
    "apply": ("应用", "Apply"),
    "clear": ("清除筛选", "Clear filters"),
    "filter_at": ("从这一天看", "As from"),
    "filter_month": ("月份", "Month"),
    "filter_before": ("早于", "Before"),
    "not_applied": (
        "这些条件没有生效，下面是没有它们时的结果：",
        "These conditions were not applied; what follows is without them:",
    ),
    "problems": ("有些内容无法使用：", "Some of this cannot be used:"),
    # agenda
    "ahead": ("未来日程", "What is ahead"),
    "as_of": ("截至 {}", "As of {}"),
    "as_from": ("从 {} 看", "As from {}"),
    "filter_as_of": ("按当时所知", "As known on"),
    "known_then": (
        "这是 {} 当天结束时所知的情况，之后的变动不在其中。",
        "This is what was known at the end of {}; later changes are not in it.",
    ),
    "as_of_unusable": (
        "“{}” 不是过去的某一天，例如 2026-05-01；这里是现在所知的情况。",
        "“{}” is not a day of the past, such as 2026-05-01; this is what is known now.",
    ),
    "not_known_then": ("那时还不知道这个事件。", "This event was not known then."),
    "back_to_now": ("回到现在", "Back to now"),
    "subscribe_view": ("订阅此视图", "Subscribe to this view"),
    "copy_as_text": ("复制为文字", "Copy as text"),
    "copied": ("已复制", "Copied"),
    "overdue": ("已过时间窗，仍无日期", "Window passed, still no date"),
    "undated": ("日期待公布", "Date to be announced"),
    "past": ("过去的事件", "Past events"),
    "further": ("更晚的事件", "Later events"),
    "this_week": ("本周", "this week"),
    "next_week": ("下周", "next week"),
    "subscribe_all_ways": ("全部订阅方式与说明", "All ways to subscribe, and what to expect"),
    "nothing_ahead": ("前方暂无事件。", "Nothing is ahead."),
    "nothing_found": ("没有符合筛选条件的事件。", "Nothing fits these filters."),
    "nothing_stored": ("日历还是空的。", "The calendar is still empty."),
    "add_one": ("添加事件", "Add an event"),
    "loopback": (
        "此地址只在本机有效：Google、网页版 Outlook 和新版 Outlook 从各自的服务器读取日历，无法访问它。"
        "请将 HORIZON_BASE_URL 设为公网地址。",
        "This address works on this machine only: Google, Outlook on the web and new Outlook fetch "
        "calendars from their own servers and cannot reach it. Set HORIZON_BASE_URL to a public address.",
    ),
    "inside": (
        "此地址只在内部网络有效：Google、网页版 Outlook 和新版 Outlook 从各自的服务器读取日历，无法访问它；"
        "Apple 日历、Thunderbird 和经典版 Outlook 可以。",
        "This address works inside your network only: Google, Outlook on the web and new Outlook fetch "
        "calendars from their own servers and cannot reach it; Apple Calendar, Thunderbird and classic "
        "Outlook can.",
    ),
    # past
    "past_heading": ("过去的事件", "Past events"),
    "earlier": ("更早的事件", "Earlier events"),
    "to_agenda": ("回到日程", "Back to the agenda"),
    "nothing_past": ("没有更早的事件。", "Nothing earlier."),
    # month and timeline
    "this_month": ("本月", "This month"),
    "dated_this_month": ("本月已定日期", "Dated this month"),
    "nothing_this_month": ("这个月没有事件。", "Nothing in this month."),
    "more_in_day": ("另有 {} 项", "{} more"),
    "year_ahead": ("未来十二个月", "The next twelve months"),
    "year_before": ("前十二个月", "12 months before"),
    "year_after": ("后十二个月", "12 months after"),
    "legend": ("图例", "Legend"),
    "legend_open": ("时间窗，日期待公布", "Window, date to be announced"),
    "legend_dated": ("日期已定", "Date set"),
    "legend_unsure": ("日期为约数或待确认", "Date approximate or unconfirmed"),
    "scrolls": ("表格可以左右滑动", "The table scrolls sideways"),
    "nothing_this_year": ("这段时间没有事件。", "Nothing in these months."),
    "hidden_here": (
        "这段时间的事件太多，有些没有显示；用筛选缩小范围。",
        "There is too much in these days to show all of it; filter to see the rest.",
    ),
    "hidden_rows": (
        "只显示前 {} 项；用筛选看其余的。",
        "Only the first {} are shown; filter to see others.",
    ),
    # note
    "note_heading": ("文字版", "As text"),
    "note_lead": (
        "每行一项，可直接贴进报告；Horizon 也能把它读回来。",
        "One line each, ready for a report; Horizon reads them back. They are in Chinese.",
    ),
    "note_label": ("日程文字", "The agenda's lines"),
    "copy": ("复制", "Copy"),
    # event
    "cancelled": ("已取消", "Cancelled"),
    "high": ("重要", "Important"),
    "recurring": ("定期", "Recurring"),
    "local_time": ("当地 {}", "Local time {}"),
    "certainty_dated": ("日期已定", "Date set"),
    "certainty_timed": ("时间已定", "Date and time set"),
    "certainty_open": ("日期待公布，只知道时间窗", "Not announced; only a window is known"),
    "certainty_about": ("日期为约数", "Approximate date"),
    "certainty_unsure": ("日期待确认", "Date unconfirmed"),
    "certainty_cancelled": ("已取消", "Called off"),
    "official": ("官方来源", "Official source"),
    "unofficial": ("非官方来源", "Not an official source"),
    "source": ("来源", "Source"),
    "no_source": ("没有记录来源。", "No source is recorded."),
    "page_line": ("第 {} 页，第 {} 行", "page {}, line {}"),
    "details": ("详情", "Details"),
    "detail_organizations": ("机构", "Organizations"),
    "detail_tickers": ("证券代码", "Tickers"),
    "detail_tags": ("标签", "Tags"),
    "detail_location": ("地点", "Location"),
    "detail_url": ("网址", "Web page"),
    "detail_recurrence": ("重复", "Recurrence"),
    "detail_local": ("当地时间", "Local time"),
    "detail_when": ("日期写作", "Date as written"),
    "add_to": ("加入我的日历", "Add to my calendar"),
    "add_to_note": (
        "只加入这一次，之后的变动不会跟进；订阅日历会。",
        "Added once: later changes do not follow. A subscription follows.",
    ),
    "apple_ics": ("Apple、Outlook 桌面版（.ics）", "Apple, Outlook desktop (.ics)"),
    "outlook_web": ("网页版 Outlook", "Outlook on the web"),
    "known_that_day": ("当天所知", "as known that day"),
    "told_in_slack": ("发出的消息", "Who was told"),
    "told_hint": (
        "何时发给了哪个频道；汇总只列出链接到此事件的。",
        "To which channel, and when; of digests those that link to this event.",
    ),
    "told_nobody": ("还没有。", "Nobody yet."),
    "sent_at": ("发出", "Sent"),
    "told_with": ("与 {} 合为一条", "in one message with {}"),
    "published_before": ("，发布 {} 后录入", "; entered {} after it was published"),
    "history": ("日期的变化", "How the date changed"),
    "history_picture": ("日期从首次记录到现在的变化", "The date from its first record until now"),
    "from_source": ("出自 {}", "from {}"),
    "by": ("经由 {}", "by {}"),
    "edited_keys": ("改了 {}", "changed {}"),
    "edit": ("编辑", "Edit"),
    "call_off": ("标为已取消", "Call off"),
    "call_off_hint": ("日历中显示为已取消。", "Calendars show it as cancelled."),
    "on_again": ("恢复举行", "On again"),
    "withdraw": ("撤回", "Take out"),
    "withdraw_hint": (
        "误录时使用：从日历和列表中移除，历史保留，可以恢复。",
        "For what was entered by mistake: it leaves calendars and lists; its history stays, and it can "
        "be brought back.",
    ),
    "bring_back": ("恢复此事件", "Bring it back"),
    "withdrawn_words": (
        "此事件已撤回，不在日历和列表中。",
        "This event was taken out of calendars and lists.",
    ),
    "manage": ("管理", "Manage"),
    "saved": ("已保存。", "Saved."),
    # edit and add
    "edit_heading": ("编辑事件", "Edit the event"),
    "field_title": ("标题", "Title"),
    "field_title_en": ("英文标题", "Title in English"),
    "field_title_zh": ("中文标题", "Title in Chinese"),
    "field_when": ("日期", "Date"),
    "field_when_hint": (
        "2026-07-15、2026-05-13/2026-05-14、2026-05（某日）、2026-Q2、[2026-05-21..2026-05-31]；"
        "末尾加 ~ 表示大约",
        "2026-07-15, 2026-05-13/2026-05-14, 2026-05 (some day in May), 2026-Q2, "
        "[2026-05-21..2026-05-31]; a ~ at the end for about",
    ),
    "field_kind": ("类别", "Kind"),
    "field_timezone": ("时区", "Time zone"),
    "field_importance": ("重要程度", "Importance"),
    "field_organizations": ("机构", "Organizations"),
    "field_tickers": ("证券代码", "Tickers"),
    "field_tags": ("标签", "Tags"),
    "field_list_hint": ("用逗号分隔", "separated by commas"),
    "field_location": ("地点", "Location"),
    "field_url": ("网址", "Web page"),
    "field_description": ("说明", "Description"),
    "field_recurrence": ("重复（RRULE）", "Recurrence (RRULE)"),
    "field_exceptions": ("例外日期", "Exceptions"),
    "field_titles": ("其他语言标题", "Titles in other languages"),
    "field_source_title": ("来源标题", "Source title"),
    "field_source_publisher": ("发布者", "Publisher"),
    "field_source_date": ("发布日期", "Published on"),
    "field_source_url": ("来源网址", "Source address"),
    "field_source_excerpt": ("原文", "Its words"),
    "field_source_official": (
        "官方来源（主办方或主管部门本身）",
        "Official (the organizer or authority itself)",
    ),
    "event_group": ("事件", "Event"),
    "more_group": ("更多", "More"),
    "source_group": ("日期出处", "Where the date was read"),
    "save": ("保存", "Save"),
    "cancel_edit": ("不保存", "Do not save"),
    "by_title": ("（按标题判断）", "(by the title)"),
    # subscribe
    "subscribe_lead": (
        "订阅之后，日期确定或改期会自动更新到你的日历。",
        "Once subscribed, dates that firm or move change in your calendar by themselves.",
    ),
    "this_filter": ("当前筛选", "This filter"),
    "open_apple": ("Apple 日历", "Apple Calendar"),
    "open_outlook": ("Outlook（工作或学校）", "Outlook (work or school)"),
    "open_outlook_live": ("Outlook.com（个人）", "Outlook.com (personal)"),
    "open_google": ("Google 日历", "Google Calendar"),
    "address": ("地址", "Address"),
    "copy_address": ("复制地址", "Copy address"),
    "qr_label": (
        "{} 的二维码，用 iPhone 或 iPad 相机扫描",
        "QR code of {}, for an iPhone's or iPad's camera",
    ),
    "qr_hint": ("iPhone、iPad：用相机扫描", "iPhone, iPad: scan with the camera"),
    "changes_feed": ("变动记录（Atom）", "Changes (Atom)"),
    "private_feed": ("私密地址，只给该看的人", "Secret address: only for those it is meant for"),
    "steps_heading": ("用地址订阅", "Subscribe by address"),
    "client": ("客户端", "Client"),
    "steps": ("步骤", "Steps"),
    "change_shows": ("变动多久可见", "A change shows"),
    "honest_heading": ("要知道的几件事", "What to expect"),
    # sign-in
    "sign_in_lead": (
        "添加、编辑、导入和查看提醒需要登录。",
        "Adding, editing, importing and alerts need you to be signed in.",
    ),
    "key_label": ("密钥", "Key"),
    "key_hint": (
        "以 hzn_ 开头；horizon keys create 名称 --scope write 新建一个。",
        "It begins with hzn_; horizon keys create NAME --scope write makes one.",
    ),
    "link_hint": (
        "在终端里启动的 horizon serve 会给出一次性登录链接。",
        "horizon serve, started at a terminal, shows a sign-in link that works once.",
    ),
    "no_key": ("还没有密钥？", "No key yet?"),
    "no_key_file": (
        "第一次启动若不在终端里，会把有全部权限的密钥写进数据库旁边的文件 admin-key（通常是 data/admin-key）。",
        "The first start, where it is not at a terminal, writes a key with every right to the file admin-key "
        "beside the database (mostly data/admin-key).",
    ),
    "no_key_container": (
        "在容器里：docker exec 容器名 horizon keys create 名称 --scope admin"
        "（Compose：docker compose exec horizon-1 horizon keys create 名称 --scope admin）。",
        "In a container: docker exec CONTAINER horizon keys create NAME --scope admin (Compose: docker compose "
        "exec horizon-1 horizon keys create NAME --scope admin).",
    ),
    "no_key_path": (
        "提示找不到 horizon 时，写出它的路径：make serve 之后是 .venv/bin/horizon，"
        "由 systemd 启动的是 /opt/horizon/bin/horizon。在启动服务的那个文件夹里运行，才是同一个数据库。",
        "Where horizon is not found, write where it is: after make serve .venv/bin/horizon, under systemd "
        "/opt/horizon/bin/horizon. Run it in the folder where the service was started, so that it is the "
        "same database.",
    ),
    "link_lead": (
        "此链接以管理者身份登录，只能用一次。",
        "This link signs you in as the owner. It works once.",
    ),
    "link_over": ("此链接已用过或已过期。", "This link was used already or is too old."),
    "key_unknown": ("没有这个密钥，或它已被吊销。", "This key is not known or was revoked."),
    # alerts
    "alerts_lead": (
        "规则写在 events.yaml 里；这里看它们接下来做什么、做过什么。",
        "Rules stand in events.yaml; here is what they will do and have done.",
    ),
    "slack_off": (
        "Slack 未连接：没有设置 HORIZON_SLACK_BOT_TOKEN 或 HORIZON_SLACK_WEBHOOK_URL。",
        "Slack is not connected: neither HORIZON_SLACK_BOT_TOKEN nor HORIZON_SLACK_WEBHOOK_URL is set.",
    ),
    "channels": ("渠道", "Channels"),
    "promised": ("承诺", "Promise"),
    "rules": ("规则", "Rules"),
    "rule": ("规则", "Rule"),
    "rule_kind_digest": ("汇总", "Digest"),
    "rule_kind_reminder": ("提醒", "Reminder"),
    "rule_kind_change": ("变动", "Change"),
    "channel": ("频道", "Channel"),
    "what_it_sends": ("内容", "What"),
    "next_run": ("下一次", "Next"),
    "on_change": ("日期变动时", "when a date changes"),
    "none_upcoming": ("未来 31 天没有", "none in 31 days"),
    "no_rules": (
        "还没有规则。在 events.yaml 的 alerts 下添加。",
        "No rules yet: add some under alerts in events.yaml.",
    ),
    "preview": ("下一条汇总的样子", "The next digest, as Slack will show it"),
    "preview_empty": ("这一天没有可说的，按规则跳过。", "Nothing to say then: the rule skips it."),
    "deliveries": ("发送记录", "Deliveries"),
    "due": ("应发", "Due"),
    "state": ("状态", "State"),
    "why": ("原因", "Reason"),
    "subject": ("对象", "About"),
    "no_deliveries": ("还没有发送记录。", "Nothing was sent or is owed yet."),
    "retry": ("重试", "Retry"),
    "retry_all": ("重试全部失败项", "Retry all that failed"),
    "skip_delivery": ("不再发送", "Skip"),
    "attempts": ("{} 次尝试", "{} attempts"),
    "last_pass": ("上次检查：{}", "Last pass: {}"),
    "no_pass": ("本次启动以来还没有检查过。", "No pass since this start."),
    "uncovered": ("没有提醒规则覆盖的事件", "Events ahead that no reminder covers"),
    "all_covered": ("前方每个事件都有提醒规则。", "Every event ahead has a reminder."),
    "no_reminder_rules": ("没有设置提醒规则。", "No reminder rules are set."),
    "all_states": ("全部", "All"),
    "more_than_shown": ("只显示最近 {} 条。", "Only the latest {} are shown."),
    # add
    "add_heading": ("添加事件", "Add an event"),
    "add_lead": (
        "写一行或贴几行，每行一个事件，例如 “7月15日：《…》正式施行” 或 “May 19-20: Google I/O”。",
        "Write or paste a line, or several with an event each, such as “May 19-20: Google I/O” or "
        "“7月15日：《…》正式施行”.",
    ),
    "line_label": ("一行文字", "The line"),
    "together": ("保存时一并添加 {} 项：", "These {} are added together:"),
    "lines_left": (
        "这些行没有读出日期，不会添加，保存后留在框里：",
        "No date was found in these lines: they are not added, and stay here for you:",
    ),
    "that_is": ("即 {}", "that is {}"),
    "added": ("已添加 {} 项：", "{} were added:"),
    "ref_date": ("文字写于", "Written on"),
    "ref_date_hint": ("没有年份的日期据此判断", "decides the year of dates without one"),
    "read_it": ("读取", "Read it"),
    "understood_hint": (
        "这里显示读出的日期、类别和已有的相似事件；下面每一项都可以改。",
        "Its date, its kind and events like it show here; each part can be corrected below.",
    ),
    "understood": ("读出的内容", "What was understood"),
    "not_understood": (
        "没有读出日期。请在下面填写，或换一种写法。",
        "No date was found in it. Fill it in below, or write it another way.",
    ),
    "look_alikes": ("已有相似的事件", "There are events like it already"),
    "add_it": ("添加到日历", "Add to the calendar"),
    "several": (
        "这段文字里有 {} 个事件，这里只添加第一个；“导入”可以一次处理全部。",
        "This text announces {} events, and this form adds the first. Import takes all of them.",
    ),
    # import
    "import_heading": ("导入文档", "Import a document"),
    "import_lead": (
        "PDF、DOCX、Excel、CSV、文本、网页、.ics 或 Horizon 的导出文件。先看读出了什么，再决定采纳哪些。",
        "PDF, DOCX, Excel, CSV, text, a web page, .ics or an export of Horizon. See what it says first, "
        "then decide what to take.",
    ),
    "file_label": ("文件", "File"),
    "drop_here": ("拖到这里，或点击选择", "Drop it here, or choose one"),
    "or_address": ("或网页、PDF、日历的网址", "or the address of a page, PDF or calendar"),
    "or_text": ("或粘贴文字", "or paste text"),
    "add_source": (
        "来源（可不填，读取后还可更正）",
        "Source (may be left empty; can be corrected later)",
    ),
    "doc_date": ("文档日期", "Date of the document"),
    "read_document": ("读取文档", "Read the document"),
    "model_box": (
        "也请模型 {} 阅读（内容将发送至 {}）",
        "Let the model {} read it too (it will be sent to {})",
    ),
    "model_all": (
        "模型 {} 也会阅读：文档将发送至 {}。",
        "The model {} reads it too: documents will be sent to {}.",
    ),
    "model_public": (
        "从网址读取的文档也由模型 {} 阅读：将发送至 {}；上传和粘贴的内容不会发送。",
        "What is fetched from an address is read by the model {} too: it will be sent to {}. Files and pasted "
        "text are not.",
    ),
    "model_waiting": (
        "模型 {} 正在阅读（{}）；它另外读到的会加在下面，请稍后刷新。规则读出的已经可以处理。",
        "The model {} is reading it ({}); what it adds will stand below, reload in a while. What the rules "
        "read can be decided now.",
    ),
    "model_done": (
        "模型 {} 也读过（{}）：另读到 {} 项，{} 项与规则一致；用量 {} + {} tokens。",
        "The model {} has read it too ({}): {} read by it alone, {} as the rules read; {} + {} tokens.",
    ),
    "model_failed": ("模型 {}（{}）：", "The model {} ({}):"),
    "read_by_model": ("仅模型 {} 读到，须由人确认", "Read by {} alone: a person has to confirm it"),
    "read_by_both": ("规则与模型都读到", "Read by rules and model"),
    "proposals": ("读出的事件", "What it says"),
    "group_create": ("新增", "New"),
    "group_refine": ("更确切", "More precise"),
    "group_move": ("改期", "Moved"),
    "group_cancel": ("取消", "Cancelled"),
    "group_disputed": ("有争议", "Disputed"),
    "group_unchanged": ("无变化", "Unchanged"),
    "disputed_hint": (
        "现有日期出自官方来源而此文档不是，或规则与模型读出的日期不同；要采纳请单独勾选。",
        "The stored date is from an official source and this document is not, or rules and model read "
        "different dates; tick it to take it all the same.",
    ),
    "accept_selected": ("采纳所选", "Take what is ticked"),
    "accept": ("采纳：{}", "Take: {}"),
    "nothing_proposed": ("没有读出任何事件。", "It announces nothing that could be read."),
    "seen_dates": ("看到但未列为事件的日期", "Dates that were seen and are no event"),
    "skipped_entries": ("未能读取的部分", "What could not be read"),
    "applied": ("已采纳 {} 项。", "{} taken."),
    "applied_none": ("没有需要改动的内容。", "Nothing had to be changed."),
    "undo": ("撤销", "Undo"),
    "undone": ("已撤销 {} 项。", "{} undone."),
    "undo_kept": (
        "{} 项此后又有改动，保持不变。",
        "{} were changed since then and stay as they are.",
    ),
    "excerpt": ("原文", "Excerpt"),
    "confidence": ("把握 {}%", "{}% sure"),
    "line": ("第 {} 行", "line {}"),
    "read_as_of": ("日期按 {} 的文档读取。", "Dates are read as from {}."),
    "doc_date_hint": (
        "留空：按文档自己的日期",
        "left empty: the document's own date",
    ),
    "file_or_text": (
        "选择一个文件、填写网址，或粘贴文字",
        "choose a file, name an address, or paste text",
    ),
    "text_too_long": ("文字太长，请作为文件导入", "is too long; import it as a file"),
    "changed_meanwhile": (
        "有事件在此期间被改动，所以什么都没有采纳；已重新比对，请再看一遍。",
        "An event was changed meanwhile, so nothing was taken. It was compared anew; look at it again.",
    ),
    "nothing_ticked": ("没有勾选任何一项。", "Nothing is ticked."),
    "another_document": ("再导入一份", "Import another"),
    # the review
    "import_source": ("文档来源", "Where it comes from"),
    "import_source_hint": (
        "采纳的事件都会注明此来源；请先核对。",
        "Every event that is taken names this source; check it first.",
    ),
    "official_hint": (
        "官方来源可以更改其他来源的日期。",
        "An official source may change dates of other sources.",
    ),
    "save_review": ("保存更正", "Save corrections"),
    "tick_all": ("全选", "Tick all"),
    "tick_none": ("全不选", "Tick none"),
    "tick_sure": ("只选有把握的", "Tick the sure ones"),
    "tick_hint": (
        "已勾选的是有把握的；方向键在各项之间移动，空格勾选。",
        "What is sure is ticked. Arrow keys move from one to the next, the space bar ticks.",
    ),
    "ticked_count": ("已勾选 {} 项，共 {} 项待定", "{} ticked of {} that are open"),
    "accept_and_close": ("采纳并拒绝其余", "Take these, decline the rest"),
    "correct": ("更正", "Correct"),
    "correct_this": ("更正：{}", "Correct: {}"),
    "corrected_row": ("已更正", "Corrected"),
    "read_as": ("读作：{}", "Read as: {}"),
    "means": ("即 {}", "That is {}"),
    "field_end": ("结束", "End"),
    "field_end_hint": ("最后一天或结束时间；可留空", "the last day, or when it ends; may be empty"),
    "field_matches": ("对应事件", "Event it is about"),
    "match_none": ("新事件", "A new event"),
    "field_other": ("或其他事件的编号、网址", "or the id or address of another"),
    "check_row": ("检查并保存", "Check and save"),
    "as_read": ("恢复读出的内容", "Back to what was read"),
    "taken_by": ("{} 于 {} 采纳", "taken by {}, {}"),
    "declined_by": ("{} 于 {} 未采纳", "declined by {}, {}"),
    "undone_by": ("{} 于 {} 撤销", "undone by {}, {}"),
    "outdated_row": ("此事件已被改动", "This event has changed since"),
    "outdated_notice": (
        "有 {} 项所涉事件在比对之后又有改动。",
        "{} of these are about events that have changed since they were compared.",
    ),
    "compare_anew": ("重新比对", "Compare anew"),
    "compared_anew": ("已重新比对。", "Compared anew."),
    "compared_changed": (
        "已重新比对，{} 项有变化，请再看一遍。",
        "Compared anew; {} are different now, look at them again.",
    ),
    "taken_meanwhile": (
        "{} 项已被其他人采纳，没有重复采纳。",
        "{} had been taken by somebody else, and were not taken twice.",
    ),
    "not_corrected": (
        "有 {} 项已被采纳，对它的更正没有保存；请到事件页修改。",
        "{} had been taken already, and your corrections of it were not kept; change the event itself.",
    ),
    "not_saved": (
        "有的更正无法使用，见下；什么都没有采纳。",
        "Some corrections cannot be used, see below; nothing was taken.",
    ),
    "make_proposal": ("列为事件", "Make it an event"),
    "make_proposal_of": ("列为事件：{}", "Make it an event: {}"),
    "picked": ("已列为提议", "It is a proposal now"),
    "seen_date": ("“{}”的日期", "Date of “{}”"),
    "seen_more": ("另有 {} 处未列出。", "{} more are not listed."),
    "page_of": ("第 {} 页，共 {} 页", "Page {} of {}"),
    "page_before": ("上一页", "Page before"),
    "page_after": ("下一页", "Next page"),
    "pages": ("分页", "Pages"),
    # columns of a table
    "columns_heading": ("各列是什么", "What the columns are"),
    "columns_lead": (
        "没有认出表头。请说明哪一列是日期，哪一列是事件。",
        "No row that names the columns was found. Say which has the date, and which the event.",
    ),
    "columns_headed": ("第一行是表头", "The first row names the columns"),
    "columns_read": ("按所选的列读取", "Read it by these columns"),
    "columns_as_is": ("不指定，直接继续", "Go on without"),
    "column_nth": ("第 {} 列", "Column {}"),
    "column_title": ("事件（标题）", "Event (its title)"),
    "column_none": ("不用", "not used"),
    "columns": ("各列", "Columns"),
    # past imports
    "imports_heading": ("历次导入", "Imports"),
    "imports_lead": (
        "最近 30 天导入的文档，不论来自页面、接口还是命令行。",
        "Documents of the last 30 days, whether they came by page, API or command.",
    ),
    "imports_waiting": ("等待决定", "Waiting for a decision"),
    "imports_done": ("已处理", "Decided"),
    "imports_none": ("没有。", "None."),
    "imports_link": ("历次导入", "Past imports"),
    "imports_count": ("{} 份等待决定", "{} wait for a decision"),
    "import_when": ("时间", "When"),
    "import_who": ("由谁", "By"),
    "import_what": ("来源", "Source"),
    "import_counts": ("读出", "Read"),
    "import_state": ("结果", "Result"),
    "import_open": ("{} 项待定", "{} open"),
    "import_applied": ("采纳 {} 项", "{} taken"),
    "import_declined": ("未采纳 {} 项", "{} declined"),
    "import_undone": ("撤销 {} 项", "{} undone"),
    "import_skipped": ("{} 项未能读取", "{} not read"),
    "undo_of": ("撤销：{}，{}", "Undo: {}, {}"),
    "history_read": ("原读作", "read as"),
    "history_made": ("更正为", "corrected to"),
    "history_matched": ("对应事件", "event"),
    "nothing": ("无", "nothing"),
    # errors
    "not_found_heading": ("没有这个页面", "Page not found"),
    "error_heading": ("未能完成", "That did not work"),
    "error_404": ("这里没有内容。", "There is nothing at this address."),
    "error_404_import": (
        "没有这次导入。导入只保留 30 天，其中的事件被清除时也会提前删除；请重新导入文件。",
        "There is no such import. Imports are kept for 30 days, and go earlier when an event of theirs is "
        "purged. Send the document again.",
    ),
    "error_403": (
        "你没有做这件事的权限，或表单已过期。",
        "You may not do this, or the form is too old.",
    ),
    "error_409": (
        "其间情况已变，没有执行任何操作。请重新载入再试。",
        "Things have changed meanwhile, and nothing was done. Load it anew and try again.",
    ),
    "error_429": (
        "请求过于频繁，没有执行任何操作。请在 {} 秒后再试。",
        "Too much was asked for in a short time, and nothing was done. Try again in {} seconds.",
    ),
    "error_busy": (
        "正在读取其他文件，请稍后再试。",
        "Other documents are being read. Try again in a moment.",
    ),
    "error_412": (
        "这个事件在你打开之后又被改过。请重新载入再改。",
        "The event was changed since you opened it. Load it anew and try again.",
    ),
    "error_503": (
        "数据库暂时不可用，请稍后再试。",
        "The database cannot be used now; try again in a moment.",
    ),
    "error_503_read_only": (
        "数据库目前只读，无法保存。",
        "The database is read-only: nothing can be saved.",
    ),
}
_ORIGINS = {
    Origin.FILE: ("events.yaml", "events.yaml"),
    Origin.API: ("API", "API"),
    Origin.SLACK: ("Slack", "Slack"),
    Origin.WEB: ("网页", "a page"),
    Origin.CLI: ("命令行", "a command"),
    Origin.IMPORT: ("导入", "an import"),
}
# What each client does with a subscription and with its changes; INTEROP.md has the evidence.
CLIENTS: tuple[dict[str, tuple[str, str]], ...] = (
    {
        "name": ("Apple 日历（Mac）", "Apple Calendar (Mac)"),
        "steps": (
            "点 “Apple 日历”；或 文件 → 新建日历订阅，粘贴地址。刷新频率自己选。",
            "Press “Apple Calendar”; or File → New Calendar Subscription, and paste the address. Choose "
            "how often it refreshes.",
        ),
        "shows": ("按你选的频率，最快 5 分钟", "as often as you chose, from 5 minutes"),
    },
    {
        "name": ("iPhone、iPad", "iPhone, iPad"),
        "steps": (
            "用相机扫描二维码，或在手机上点 “Apple 日历”。",
            "Scan the QR code with the camera, or press “Apple Calendar” on the phone.",
        ),
        "shows": (
            "按 设置 → 日历 → 账户 → 获取新数据",
            "as Settings → Calendar accounts → Fetch New Data says",
        ),
    },
    {
        "name": ("Outlook 网页版、新版 Outlook", "Outlook on the web, new Outlook"),
        "steps": (
            "点 “Outlook”；或 添加日历 → 从 Web 订阅，粘贴 https 地址。",
            "Press “Outlook”; or Add calendar → Subscribe from web, and paste the https address.",
        ),
        "shows": ("约三小时，有时超过一天", "after about three hours, sometimes more than a day"),
    },
    {
        "name": ("Outlook 桌面版（经典）", "Outlook for Windows (classic)"),
        "steps": (
            "打开日历 → 来自 Internet，粘贴地址。",
            "Open Calendar → From Internet, and paste the address.",
        ),
        "shows": ("下一次发送/接收时", "at the next send/receive"),
    },
    {
        "name": ("Google 日历", "Google Calendar"),
        "steps": (
            "在电脑上点 “Google 日历”；或 其他日历 + → 通过网址添加。手机应用不能添加网址。",
            "On a computer, press “Google Calendar”; or Other calendars + → From URL. The phone's app "
            "cannot add an address.",
        ),
        "shows": (
            "8 至 24 小时，有时更久，无法催促",
            "after 8 to 24 hours, sometimes more; nothing speeds it up",
        ),
    },
    {
        "name": ("Thunderbird", "Thunderbird"),
        "steps": (
            "新建日历 → 在网络上，粘贴地址。",
            "New Calendar → On the Network, and paste the address.",
        ),
        "shows": ("每 30 分钟", "every 30 minutes"),
    },
)
EXPECTATIONS: tuple[tuple[str, str], ...] = (
    (
        "只知道月份或时间窗的事件显示为暂定的全天条目，标题前带 〔5月内〕；日期公布后自动变成那一天。",
        "An event of which only a month or a window is known is a tentative all-day entry that says "
        "[May, date TBD]; once the date is announced it becomes that day.",
    ),
    (
        "取消的事件：Apple 划掉它，Google 让它消失，Outlook 可能仍像正常事件；所以标题里也写明 〔已取消〕。",
        "What is called off: Apple strikes it through, Google removes it, Outlook may show it as if alive; "
        "so the title says [cancelled] too.",
    ),
    (
        "日历默认不占忙碌时间，也不带提醒；要提醒用 ?alarms=P1D（Google 和 Outlook 忽略订阅里的提醒）。",
        "Entries do not block your time and bring no alarms; ?alarms=P1D adds some (Google and Outlook "
        "ignore alarms of a subscription).",
    ),
    (
        "要尽快知道变动，请看 Slack 提醒或 “变动记录”，不要等客户端刷新。",
        "To learn of a change at once, use the alerts in Slack or “Changes”; do not wait for a client.",
    ),
)
_DAYS = {
    Days.DAILY: ("每天", "Daily"),
    Days.WEEKDAYS: ("周一至周五", "Monday to Friday"),
    Days.WORKDAYS: ("工作日", "On working days"),
}
_STATES = {
    "owed": ("待发", "Owed"),
    "sending": ("发送中", "Sending"),
    "uncertain": ("待核实", "Being checked"),
    "retry": ("待重试", "To be retried"),
    "sent": ("已发", "Sent"),
    "failed": ("失败", "Failed"),
    "skipped": ("已跳过", "Skipped"),
    "withdrawn": ("已撤回", "Withdrawn"),
}
_IMPORTANCES = {
    Importance.HIGH: ("重要", "High"),
    Importance.NORMAL: ("一般", "Normal"),
    Importance.LOW: ("次要", "Low"),
}
_PRECISIONS = {
    Precision.MINUTE: ("分钟", "minute"),
    Precision.DAY: ("日", "day"),
    Precision.WINDOW: ("一段时间", "window"),
    Precision.MONTH: ("月", "month"),
    Precision.QUARTER: ("季度", "quarter"),
    Precision.HALF: ("半年", "half-year"),
    Precision.YEAR: ("年", "year"),
}
_HINTS = {
    "tag": ("AI, EU", "AI, EU"),
    "ticker": ("0700.HK, 9988.HK", "0700.HK, 9988.HK"),
    "organization": ("百度, Google", "Google, Microsoft"),
}


class Words:
    """The words of one language: t.save, or t["nav_add"] where the name is put together."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._place = 0 if lang == "zh" else 1

    def __getattr__(self, name: str) -> str:
        try:
            return _WORDS[name][self._place]
        except KeyError:
            raise AttributeError(f"there is no word {name!r}") from None

    def __getitem__(self, name: str) -> str:
        return _WORDS[name][self._place]

    @property
    def importances(self) -> dict[Importance, str]:
        return {value: words[self._place] for value, words in _IMPORTANCES.items()}

    @property
    def field_names(self) -> dict[str, str]:
        """The names of an event's details."""
        return {key: self[word] for key, word in _FIELDS.items()}

    @property
    def origins(self) -> dict[Origin, str]:
        return {value: words[self._place] for value, words in _ORIGINS.items()}

    @property
    def states(self) -> dict[str, str]:
        return {value: words[self._place] for value, words in _STATES.items()}

    @property
    def hints(self) -> dict[str, str]:
        """Examples for the fields of the filter."""
        return {key: words[self._place] for key, words in _HINTS.items()}

    def change(self, kind: ChangeKind) -> str:
        return change_words.WORDS[kind].listed[self._place]

    def choices(self, key: str) -> list[dict[str, str]]:
        """The values that a filter's key can have; none where it takes any text."""
        held: dict[str, dict[str, tuple[str, str]]] = {
            "importance": {str(k): v for k, v in _IMPORTANCES.items()},
            "precision": {str(k): v for k, v in _PRECISIONS.items()},
        }
        return [{"value": v, "label": w[self._place]} for v, w in held.get(key, {}).items()]

    def away(self, item: Item, today: date) -> str:
        """How far off it is: 16 天后, 进行中，第 2 天, 4 天后进入窗口, 还剩 18 天."""
        until, left = (item.first - today).days, (item.last - today).days
        zh = self.lang == "zh"
        if item.event.cancelled:
            return self.cancelled
        if left < 0:
            ago = -left
            if ago == 1:
                return "昨天" if zh else "yesterday"
            return f"{ago} 天前" if zh else f"{ago} days ago"
        if not item.when.dated:
            if until > 0:
                days = "" if until == 1 else "s"
                return f"{until} 天后进入窗口" if zh else f"window opens in {until} day{days}"
            return f"窗口还剩 {left + 1} 天" if zh else f"{left + 1} day{'s' if left else ''} left"
        if until == 0 and left == 0:
            return "今天" if zh else "today"
        if until <= 0:
            number, length = 1 - until, (item.last - item.first).days + 1
            return f"进行中，第 {number}/{length} 天" if zh else f"on now, day {number} of {length}"
        if until == 1:
            return "明天" if zh else "tomorrow"
        return f"{until} 天后" if zh else f"in {until} days"

    def countdown(self, item: Item, now: datetime, today: date) -> str:
        """away(), and to the minute for what begins within two days at a known time: 3 小时 20 分后."""
        start = item.when.start
        if (
            start is None
            or item.event.cancelled
            or not timedelta() < start - now < timedelta(days=2)
        ):
            return self.away(item, today)
        hours, minutes = divmod(int((start - now).total_seconds()) // 60, 60)
        if self.lang == "zh":
            return (f"{hours} 小时 " if hours else "") + f"{minutes} 分后"
        return "in " + (f"{hours} h " if hours else "") + f"{minutes} min"

    def days_of(self, days: Days | tuple[Weekday, ...]) -> str:
        """On which days a rule is at work: 工作日, 周一、周四."""
        zh = self.lang == "zh"
        if isinstance(days, Days):
            return _DAYS[days][self._place]
        # 5 January 2026 is a Monday.
        names = [
            wording.weekday(date(2026, 1, 5 + list(Weekday).index(d)), self.lang) for d in days
        ]
        return ("、" if zh else ", ").join(names)

    def length(self, length: Duration, ahead: bool = False) -> str:
        """How far a digest looks, 未来 14 天, or how early a reminder comes, 提前 7 天."""
        zh = self.lang == "zh"
        days = length.whole_days
        if days == 0 and not ahead:
            return "当天" if zh else "on the day"
        text = length.text if days is None else f"{days} 天" if zh else self.days_moved(days)
        if ahead:
            return f"未来 {text}" if zh else f"the next {text}"
        return f"提前 {text}" if zh else f"{text} before"

    def count_ahead(self, total: int, undated: int, more: bool) -> str:
        """6 项将至，其中 2 项日期待公布。"""
        plus = "+" if more else ""
        if self.lang == "zh":
            tail = f"，其中 {undated} 项日期待公布" if undated else ""
            return f"{total}{plus} 项将至{tail}"
        tail = f", {undated} of them without a date yet" if undated else ""
        return f"{total}{plus} event{'' if total == 1 else 's'} ahead{tail}"

    def count_shown(self, total: int, undated: int) -> str:
        """8 项，其中 2 项日期待公布."""
        if self.lang == "zh":
            return f"{total} 项" + (f"，其中 {undated} 项日期待公布" if undated else "")
        tail = f", {undated} of them without a date yet" if undated else ""
        return f"{total} event{'' if total == 1 else 's'}{tail}"

    def all_past(self, total: int) -> str:
        if self.lang == "zh":
            return f"{total} 项事件，均已过去。"
        return f"{total} event(s), all past."

    def days_moved(self, days: int) -> str:
        return f"{days} 天" if self.lang == "zh" else f"{days} day{'' if days == 1 else 's'}"

    def month(self, day: date) -> str:
        """2026年5月, May 2026."""
        if self.lang == "zh":
            return f"{day.year}年{day.month}月"
        return wording.day(day, "en").partition(" ")[2]

    def month_short(self, day: date) -> str:
        """5月, May."""
        if self.lang == "zh":
            return f"{day.month}月"
        return wording.day(day, "en", years=False).partition(" ")[2][:3]

    def scale(self, months: Sequence[date], line: TimeAxis) -> list[dict[str, object]]:
        """The months on a line; a January is told by its year, and where there is little room two of
        three are left out."""
        return [
            {
                "left": line.at(day),
                "label": str(day.year) if day.month == 1 else self.month_short(day),
                "style": "year" if day.month == 1 else "" if day.month % 3 == 1 else "minor",
            }
            for day in months
        ]

    def days(self, first: date, last: date, today: date) -> str:
        """5月11日—17日, 11–17 May, with the year where it is another."""
        from service.core.dates import when as when_

        return wording.near(when_.day(first, last), self.lang, "UTC", today)

    def told(self, fault: HorizonError) -> str:
        """An error, for the reader of a page."""
        if isinstance(fault, NotFound):
            return self.error_404_import if fault.what == "import" else self.error_404
        if isinstance(fault, Forbidden):
            return self.error_403
        if isinstance(fault, Outdated):
            return self.error_412
        if isinstance(fault, TooMany):
            return self.error_429.format(fault.seconds)
        if isinstance(fault, Busy):
            return self.error_busy
        if isinstance(fault, StoreReadOnly):
            return self.error_503_read_only
        if isinstance(fault, StoreUnavailable):
            return self.error_503
        if isinstance(fault, Conflict):
            return self.error_409
        return said(str(fault), self.lang)


_FIELDS = {
    "title": "field_title",
    "when": "field_when",
    "kind": "field_kind",
    "timezone": "field_timezone",
    "importance": "field_importance",
    "organizations": "field_organizations",
    "tickers": "field_tickers",
    "tags": "field_tags",
    "location": "field_location",
    "url": "field_url",
    "description": "field_description",
    "recurrence": "field_recurrence",
    "exceptions": "field_exceptions",
    "titles": "field_titles",
    "status": "state",
    "source": "source",
    "file": "file_label",
    "column": "columns",
    "end": "field_end",
    "matches": "field_matches",
    "publisher": "field_source_publisher",
    "date": "field_source_date",
    "ref_date": "ref_date",
    "from": "filter_from",
    "to": "filter_to",
    "tag": "filter_tag",
    "ticker": "filter_ticker",
    "organization": "filter_organization",
    "precision": "filter_precision",
    "q": "search",
    "at": "filter_at",
    "month": "filter_month",
    "before": "filter_before",
    "start": "filter_from",
}


def field_name(key: str, t: Words) -> str:
    """What a detail of an event, or a field of a form, is called on the pages; empty for one that
    needs no name there."""
    return t[_FIELDS[key]] if key in _FIELDS else key


def told_problems(problems: Sequence[Problem], lang: str) -> list[str]:
    """What is wrong with a form or an address, each with the name of its field."""
    t = Words(lang)
    told = []
    for problem in problems:
        key = problem.pointer.removeprefix("/").partition("/")[0]
        detail = said(problem.detail, lang)
        label = field_name(key, t)
        colon = "：" if lang == "zh" else ": "
        told.append(f"{label}{colon}{detail}" if label else detail)
    return told
