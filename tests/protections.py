"""What docs/SECURITY.md promises, taken away piece by piece: each time the tests that hold it must fail.

    make protections                     all of them, in two copies of the sources at a time
    make protections ARGS=limits.py      those whose change is in such a file

A test that has never failed shows nothing. Each Removal below is a change that takes one protection
away; `tests/acceptance/test_security_promises.py` sees that it can still be made, and that each test on
the page is named by one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Edit:
    """In the file at `path`, in place of the text `was`, which stands there once."""

    path: str
    was: str
    becomes: str

    def done(self, text: str) -> str:
        """The file's text without the protection."""
        assert text.count(self.was) == 1, f"{self.path} has {text.count(self.was)} of: {self.was}"
        return text.replace(self.was, self.becomes)


@dataclass(frozen=True)
class Removal:
    """`tests` fail once all `edits` are made. Of one that does not end in `seconds` no more is asked."""

    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    seconds: int = 300


def without(path: str, was: str, becomes: str, *tests: str, seconds: int = 300) -> Removal:
    return Removal((Edit(path, was, becomes),), tests, seconds)


API = "tests/web/test_api.py::"
LIMITS = "tests/web/test_limits.py::"
HEADERS = "tests/web/test_headers.py::"
SIGN_IN = "tests/web/pages/test_sign_in.py::"
HOSTILE = "tests/documents/test_hostile.py::"
FETCHING = "tests/fetching/test_fetching.py::"
STOPPING = "tests/acceptance/test_stopping.py::"
FAULTS = "tests/acceptance/test_database_faults.py::"
HTTP = "tests/web/test_http.py::"
CHANNELS = "tests/channels/test_channels.py::"

ACCESS = (
    without(
        "service/web/access.py",
        "if not caller.scope.allows(scope):",
        "if False:",
        API + "test_writing_needs_a_key_that_may_write",
    ),
    without(
        "service/web/api/alerts.py",
        "def list_deliveries(request: Request) -> Response:\n        api.access.require(request, Scope.READ)",
        "def list_deliveries(request: Request) -> Response:\n        api.access.reader(request)",
        API + "test_writing_needs_a_key_that_may_write",
    ),
    without(
        "service/web/api/alerts.py",
        "def list_rules(request: Request) -> Response:\n            api.access.require(request, Scope.READ)",
        "def list_rules(request: Request) -> Response:\n            api.access.reader(request)",
        API + "test_writing_needs_a_key_that_may_write",
    ),
    without(
        "service/web/access.py",
        'raise Unauthorized("this key is not known or was revoked")',
        "return None",
        API + "test_a_wrong_key_is_told_of_even_where_none_is_needed",
    ),
    without(
        "service/web/access.py",
        "if caller is None and not open_to_all:",
        "if False:",
        API + "test_without_public_read_nothing_but_secret_addresses_is_open",
    ),
    Removal(
        (
            Edit(
                "service/web/access.py",
                "return caller is not None or self.settings.public_excerpts",
                "return True",
            ),
            Edit(
                "service/web/feed_cache.py",
                "quoted = self._settings.public_excerpts",
                "quoted = True",
            ),
        ),
        ("tests/web/test_feeds.py::test_excerpts_are_kept_back_where_the_settings_say_so",),
    ),
    without(
        "service/operations/feeds.py",
        "return hmac.compare_digest(secret.encode(), given.encode())",
        "return True",
        "tests/web/test_feeds.py::test_a_private_feed_is_found_only_by_its_secret_address",
    ),
    without(
        "service/operations/keys.py",
        'return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()',
        "return key",
        "tests/operations/test_keys.py::test_no_key_stands_in_the_database",
    ),
    without(
        "service/operations/keys.py",
        "if held is None or held.revoked_at is not None:\n        return None",
        "if held is None:\n        return None",
        API + "test_a_revoked_key_opens_nothing_and_its_use_was_noted",
    ),
    without(
        "service/operations/sign_in.py",
        "for key in reading.api_keys() if key.revoked_at is None}",
        "for key in reading.api_keys()}",
        SIGN_IN + "test_a_revoked_key_ends_its_sessions",
    ),
    without(
        "service/serving.py",
        'shown.append if terminal else lambda key: keys.write_private(path, f"{key}\\n"),',
        "shown.append,",
        "tests/acceptance/test_readme.py::test_the_first_key_is_in_a_file_of_ones_own_where_nobody_looks_on",
    ),
    without(
        "service/operations/keys.py",
        "os.fchmod(file.fileno(), 0o600)",
        "os.fchmod(file.fileno(), 0o644)",
        "tests/acceptance/test_readme.py::test_the_first_key_is_in_a_file_of_ones_own_where_nobody_looks_on",
    ),
    without(
        "service/operations/sign_in.py",
        "if held.pop(_digest(token), None) is None:",
        "if held.get(_digest(token)) is None:",
        SIGN_IN + "test_a_link_signs_in_once",
    ),
    without(
        "service/web/headers.py",
        "return raw(_READABLE) if public else []",
        "return raw(_READABLE)",
        "tests/web/test_headers.py::test_no_other_page_may_write_or_read_what_needs_a_key",
    ),
    without(
        "service/web/pages/sign_in.py",
        r'if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", target):',
        "if target:",
        SIGN_IN + "test_signing_in_never_leads_elsewhere",
    ),
    without(
        "service/web/pages/site.py",
        "httponly=True,",
        "httponly=False,",
        SIGN_IN + "test_a_key_becomes_a_session_that_scripts_cannot_read",
    ),
    without(
        "service/web/pages/site.py",
        'secure=self.settings.base_url.startswith("https:"),',
        "secure=False,",
        SIGN_IN + "test_over_https_the_cookie_travels_over_https_alone",
    ),
    without(
        "service/web/pages/site.py",
        'if not cookie or not sign_in.same(self.form.one("form"), self._form_token(cookie)):',
        "if False:",
        SIGN_IN + "test_a_form_that_another_page_sent_changes_nothing",
    ),
    without(
        "service/web/access.py",
        '        caller = self._caller(request)\n        if caller is None:\n            raise Unauthorized(f"this',
        '        caller = self._caller(request) or self.member(request)\n        if caller is None:\n            raise Unauthorized(f"this',
        SIGN_IN + "test_a_session_writes_by_forms_alone_and_not_by_the_api",
    ),
    without(
        "service/operations/sign_in.py",
        "if not held or _digest(ticket.seal) in ended:",
        "if not held:",
        SIGN_IN + "test_signing_out_ends_the_session_for_copies_of_its_cookie_too",
    ),
    without(
        "service/operations/sign_in.py",
        "        writing.put_mark(SECRET, secrets.token_urlsafe(32))\n        writing.put_mark(LINKS",
        "        writing.put_mark(LINKS",
        SIGN_IN + "test_one_command_ends_every_session_and_link",
    ),
    without(
        "service/web/slack_requests.py",
        'if not hmac.compare_digest(b"v0=" + signed.hexdigest().encode(), given):',
        "if False:",
        "tests/web/test_slack_requests.py::test_what_slack_has_not_signed_just_now_is_401",
    ),
    without(
        "service/web/slack_requests.py",
        "if abs(now.timestamp() - int(stamp)) > OLDEST:",
        "if False:",
        "tests/web/test_slack_requests.py::test_what_slack_has_not_signed_just_now_is_401",
    ),
    without(
        "service/store/writing.py",
        "        self._erase_mentions(event.id)\n",
        "",
        "tests/store/test_past_and_keys.py::test_a_purged_event_is_in_no_table_and_no_past",
    ),
    without(
        "service/store/writing.py",
        "for table in (event_labels, journal):\n            self._connection.execute(delete(table).where(table.c.event_id == event.id))",
        "for table in (event_labels,):\n            self._connection.execute(delete(table).where(table.c.event_id == event.id))",
        "tests/store/test_past_and_keys.py::test_a_purged_event_is_in_no_table_and_no_past",
    ),
)

COST = (
    without(
        "service/web/http.py",
        "if self._held > MOST_OF_HEAD and not self._deaf:",
        "if False:",
        HTTP + "test_a_head_has_a_bound_whether_or_not_it_ends",
        HTTP + "test_what_stands_between_chunks_has_a_bound",
    ),
    without(
        "service/web/http.py",
        "if held > MOST_OF_HEAD and _size(self.url, headers) > MOST_OF_HEAD:",
        "if False:",
        HTTP + "test_a_head_has_a_bound_whether_or_not_it_ends",
    ),
    without(
        "service/web/http.py",
        "if len(self.pipeline) >= MOST_AHEAD:",
        "if False:",
        HTTP + "test_who_asks_without_waiting_is_answered_so_far_and_no_further",
    ),
    without(
        "service/web/http.py",
        "self._held, self.headers = 0, []  #",
        "self._held = 0  #",
        HTTP + "test_a_trailer_is_no_header_of_this_request_or_the_next",
    ),
    without(
        "service/web/http.py",
        "data = self._without_upgrade() + data[upgrade.args[0] :]",
        'data = b""',
        HTTP + "test_a_request_for_another_protocol_keeps_its_body",
    ),
    without(
        "service/web/http.py",
        'if hosts > 1 or (hosts == 0 and version == "1.1"):',
        "if False:",
        HTTP + "test_what_is_no_http_is_a_problem",
    ),
    without(
        "service/web/http.py",
        "            self.cycle.keep_alive = False\n            return\n",
        "            pass\n",
        HTTP + "test_requests_that_come_together_are_answered_in_their_order",
    ),
    without(
        "service/web/limits.py",
        'self._check("writes", self._writes.take(key, cost), "changes by this key")',
        "pass",
        LIMITS + "test_who_changes_too_much_is_told_when_to_go_on",
    ),
    without(
        "service/web/limits.py",
        'self._check("documents", self._documents.take(key), "documents from this key")',
        "pass",
        LIMITS + "test_documents_are_counted_apart_and_before_they_are_read",
    ),
    without(
        "service/web/limits.py",
        'self._check("wrong_keys", self._wrong.take(address), "wrong keys from this address")',
        "pass",
        LIMITS + "test_who_guesses_is_no_longer_listened_to_and_right_keys_are",
    ),
    without(
        "service/web/limits.py",
        "known = digest in self._right",
        "known = False",
        LIMITS + "test_who_guesses_is_no_longer_listened_to_and_right_keys_are",
    ),
    without(
        "service/web/limits.py",
        'self._check("all_wrong", wait, "wrong keys")',
        "pass",
        LIMITS + "test_guesses_from_many_addresses_have_one_bound",
    ),
    without(
        "service/web/pages/sign_in.py",
        "with visit.guess(token):",
        "if True:",
        LIMITS + "test_the_sign_in_form_and_its_links_count_as_guesses",
    ),
    without(
        "service/web/pages/sign_in.py",
        "with visit.guess(link or key):",
        "if True:",
        LIMITS + "test_the_sign_in_form_and_its_links_count_as_guesses",
    ),
    without(
        "service/web/pages/site.py",
        "(limits.document if document else limits.write)(caller.name)",
        "limits.write(caller.name)",
        LIMITS + "test_pages_count_changes_and_documents_too",
    ),
    without(
        "service/web/pages/site.py",
        "(limits.document if document else limits.write)(caller.name)",
        "if document:\n                    limits.document(caller.name)",
        LIMITS + "test_pages_count_changes_and_documents_too",
    ),
    without(
        "service/web/limits.py",
        "        if not known:\n            self._begin(address)\n        try:\n            yield\n        except Unauthorized:\n",
        "        try:\n            yield\n        except Unauthorized:\n            if not known:\n                self._begin(address)\n",
        LIMITS + "test_what_many_try_at_once_is_counted_before_it_is_looked_at",
    ),
    without(
        "service/web/limits.py",
        'return name if len(self._full_at) < self._most else ""',
        "return name",
        LIMITS + "test_memory_is_bounded_whatever_names_strangers_invent",
    ),
    without(
        "service/web/feed_cache.py",
        "while len(self._known) >= MAX_KNOWN and asked not in self._known:",
        "while False:",
        "tests/web/test_ready_feeds.py::test_addresses_that_strangers_invent_take_no_more_than_their_share",
    ),
    without(
        "service/operations/feeds.py",
        "while self._held > self._most_bytes and len(self._kept) > 1:",
        "while False:",
        "tests/web/test_ready_feeds.py::test_addresses_that_strangers_invent_take_no_more_than_their_share",
    ),
    without(
        "service/web/metrics.py",
        'return "/static" if scope["path"].startswith("/static/") else "other"',
        'return str(scope["path"])',
        "tests/web/test_metrics.py::test_what_strangers_ask_for_adds_no_label",
    ),
    without(
        "service/web/metrics.py",
        'key = method if method in _METHODS else "other", _route',
        "key = method, _route",
        "tests/web/test_metrics.py::test_what_strangers_ask_for_adds_no_label",
    ),
    without(
        "service/web/bodies.py",
        "if admit is not None and await run_in_threadpool(admit, request) is False:",
        "if False:",
        LIMITS + "test_nothing_is_read_from_whom_it_would_be_refused",
    ),
    without(
        "service/web/bodies.py",
        "if announced.isdigit() and int(announced) > most:",
        "if False:",
        "tests/web/test_api_bad_input.py::test_a_body_that_is_too_large_is_not_read_to_its_end",
    ),
    without(
        "service/web/bodies.py",
        "                    if len(data) > most:\n                        raise too_large\n",
        "",
        "tests/web/test_api_bad_input.py::test_a_body_that_is_too_large_is_not_read_to_its_end",
    ),
    without(
        "service/web/bodies.py",
        "async with asyncio.timeout(MAX_WAIT):",
        "async with asyncio.timeout(None):",
        "tests/web/test_api_bad_input.py::test_a_body_that_does_not_come_is_given_up",
    ),
    without(
        "service/web/limits.py",
        "BoundedSemaphore(most + waiting), BoundedSemaphore(most)",
        "BoundedSemaphore(most + waiting), BoundedSemaphore(most + waiting)",
        "tests/web/test_imports.py::test_who_comes_when_others_are_read_is_told_to_wait",
    ),
    without(
        "service/web/limits.py",
        "BoundedSemaphore(most + waiting), BoundedSemaphore(most)",
        "BoundedSemaphore(10_000), BoundedSemaphore(most)",
        LIMITS + "test_who_waits_for_a_turn_is_bounded_too",
    ),
    without(
        "service/web/bodies.py",
        "    if _depth(value) > _DEEPEST:\n",
        "    if False:\n",
        "tests/web/test_api_bad_input.py::test_a_body_that_cannot_be_used_is_refused",
    ),
    without(
        "service/operations/events.py",
        "if len(items) > MOST_IN_BATCH:",
        "if False:",
        API + "test_a_batch_is_stored_whole_or_not_at_all",
    ),
    without(
        "service/web/pages/forms.py",
        "if len(pieces) > MOST_FIELDS:",
        "if False:",
        "tests/web/pages/test_import.py::test_a_form_of_thousands_of_fields_is_not_taken_apart",
    ),
    without(
        "service/web/pages/forms.py",
        ", max_num_fields=MOST_FIELDS",
        "",
        "tests/web/pages/test_import.py::test_a_form_of_thousands_of_fields_is_not_taken_apart",
    ),
    without(
        "service/documents/word.py",
        "if len(parts) > _MOST_PARTS:",
        "if False:",
        HOSTILE + "test_a_docx_of_ten_thousand_parts_is_refused",
    ),
    without(
        "service/documents/pdf.py",
        "if pages > limits.pages:",
        "if False:",
        HOSTILE + "test_a_hundred_thousand_pages_are_refused_soon",
    ),
    without(
        "service/documents/reading.py",
        "if len(data) > limits.size:",
        "if False:",
        HOSTILE + "test_200_mb_are_refused_without_reading_them",
    ),
    without(
        "service/documents/html.py",
        'if any("depth" in error.message.lower() for error in parser.error_log):',
        "if False:",
        HOSTILE + "test_a_hundred_thousand_nested_elements_are_refused_soon",
    ),
    without(
        "service/fetching.py",
        "if announced.isdigit() and int(announced) > limits.size:",
        "if False:",
        FETCHING + "test_an_answer_that_is_none",
    ),
    without(
        "service/fetching.py",
        "        if len(data) > limits.size:\n",
        "        if False:\n",
        FETCHING + "test_an_answer_that_is_none",
    ),
    without(
        "service/documents/reading.py",
        'environment = {"PYTHONPATH"',
        'environment = {**__import__("os").environ, "PYTHONPATH"',
        HOSTILE + "test_the_process_that_reads_gets_no_secrets",
    ),
    without(
        "service/documents/child.py",
        "        (resource.RLIMIT_AS, limits.memory),\n",
        "",
        HOSTILE + "test_what_needs_more_memory_than_it_may_have_is_refused",
        HOSTILE + "test_a_pdf_that_unpacks_to_gigabytes_is_refused_in_bounded_memory",
    ),
    without(
        "service/documents/reading.py",
        "timer = threading.Timer(limits.seconds, end)",
        "timer = threading.Timer(10_000, end)",
        HOSTILE + "test_the_time_limit_ends_the_process_that_reads",
    ),
    without(
        "service/documents/word.py",
        "if unpacked > limits.unpacked:",
        "if False:",
        HOSTILE + "test_a_bomb_in_a_docx_is_refused_before_it_is_unpacked",
    ),
    # python-docx's parser keeps entities as they are; with one that does not, the file would be read.
    without(
        "service/documents/word.py",
        "    _weigh(data, limits)\n",
        "    _weigh(data, limits)\n"
        "    import docx.oxml.parser as its\n"
        "    its.oxml_parser = etree.XMLParser(remove_blank_text=True, resolve_entities=True)\n"
        "    its.oxml_parser.set_element_class_lookup(its.element_class_lookup)\n",
        HOSTILE + "test_an_entity_cannot_read_a_file_of_this_machine",
    ),
    # A link's text without a bound: each [ is followed to the end of the text.
    without(
        "service/documents/markdown.py",
        r'r"\[([^\[\]\n]{1,500})\](?:\(<?',
        r'r"\[([^\n]+)\](?:\(<?',
        HOSTILE + "test_text_made_to_hurt_takes_linear_time",
        seconds=120,
    ),
)

LEAVES = (
    Removal(
        (
            Edit(
                "service/web/request_log.py",
                'masked_path(scope["path"]), round(seconds * 1000)',
                'scope["path"], round(seconds * 1000)',
            ),
            Edit("service/logs.py", "mask = masker(_values(settings))", "mask = str"),
        ),
        ("tests/acceptance/test_secrets.py::test_no_secret_is_in_what_the_service_writes",),
    ),
    without(
        "service/settings.py",
        'raise ValueError("is no address such as https://calendar.example.org")',
        'raise ValueError(f"{text} is no address such as https://calendar.example.org")',
        "tests/acceptance/test_secrets.py::test_no_secret_is_in_what_a_command_says_when_it_fails",
    ),
    without(
        "service/web/problems.py",
        "problem(status, type_, error.outside,",
        "problem(status, type_, str(error),",
        FAULTS + "test_when_the_database_is_gone_and_back_it_goes_on_and_alerts_arrive_once",
    ),
    without(
        "service/store/engine.py",
        'if server and url.count("@") > 1:',
        "if False:",
        "tests/store/test_engine.py::test_a_password_that_is_not_in_percent_form_is_not_told",
    ),
    without(
        "service/core/text/masking.py",
        "return _in_path.sub(_hide, plain)",
        "return plain",
        "tests/core/text/test_masking.py::test_no_path_gives_a_private_feed_away",
    ),
    without(
        "service/logs.py",
        r'line = line.replace("\r", "\\r").replace("\n", "\\n")',
        "pass",
        "tests/test_logs.py::test_no_text_forges_an_entry",
    ),
    without(
        "service/fetching.py",
        "        and address.is_global\n        and not address.is_multicast\n",
        "        or not address.is_multicast\n",
        FETCHING + "test_addresses_inside_are_refused_in_earnest",
    ),
    without(
        "service/fetching.py",
        "    for text in found:\n",
        "    for text in found[:1]:\n",
        FETCHING + "test_every_address_of_a_name_has_to_be_public",
    ),
    without(
        "service/fetching.py",
        "answer = _ask(_checked(asked), ends, limits, resolve, allowed)",
        "answer = _ask(\n                asked, ends, limits, resolve, allowed if asked == url.strip() else lambda _: True\n            )",
        FETCHING + "test_redirects_are_followed_and_checked_each",
    ),
    Removal(
        (
            Edit("service/fetching.py", "    cut.start()\n", ""),
            Edit(
                "service/fetching.py",
                "        time_left(ends)\n        if unpack is None:",
                "        if unpack is None:",
            ),
        ),
        (FETCHING + "test_who_drips_is_cut_off_in_time",),
        seconds=60,
    ),
    without(
        "service/channels/http.py",
        "            if not is_public(address) and not self._own(address):",
        "            if False:",
        CHANNELS + "test_an_address_inside_the_network_is_refused_unless_the_settings_allow_it",
    ),
    without(
        "service/channels/http.py",
        "        if not secure and not self._own(ip_address(found)):",
        "        if False:",
        CHANNELS + "test_http_is_for_the_own_network_alone",
    ),
    without(
        "service/channels/webhook.py",
        '        if 300 <= answer.status < 400:\n            return Refused(f"http_{answer.status}")',
        "        if 300 <= answer.status < 400:\n"
        '            return Sent(self.http.post(answer.header("location"), body, {}).__class__.__name__)',
        CHANNELS + "test_no_redirect_is_followed",
    ),
    without(
        "service/channels/specs.py",
        '    raise unfit(\n        "holds a secret, which',
        '    raise unfit(\n        f"{given} holds a secret, which',
        CHANNELS + "test_what_is_wrong_with_a_description_is_said_without_the_secret",
    ),
    without(
        "service/channels/webhook.py",
        'raise SettingsError(f"{where} holds no secret',
        'raise SettingsError(f"{text} holds no secret',
        CHANNELS + "test_a_variable_that_is_not_set_is_named_and_a_wrong_secret_is_not_shown",
    ),
    without(
        "service/channels/dingtalk.py",
        "@dataclass(frozen=True, repr=False)\nclass DingTalk(Unlooked):",
        "@dataclass(frozen=True)\nclass DingTalk(Unlooked):",
        CHANNELS + "test_no_secret_is_in_a_repr",
    ),
    without(
        "service/channels/kinds.py",
        "    kind_of(spec).read(spec)\n    return dict(spec)",
        "    import os\n\n    kind_of(spec).read(spec)\n"
        '    env = {"DINGTALK_URL": "SECding", **os.environ}\n'
        "    return {\n"
        "        key: {\"env\": f\"{at['env']} {env.get(at['env'], '')}\"}\n"
        '        if isinstance(at, dict) and "env" in at\n'
        "        else at\n"
        "        for key, at in spec.items()\n"
        "    }",
        "tests/cli/test_channel_commands.py::test_an_export_has_the_channels_and_no_secret",
    ),
    without(
        "service/operations/imports.py",
        "def apply_missing(writing: Writing, given: Given, now: datetime) -> Rules:",
        "def apply_missing(writing: Writing, given: Given, now: datetime) -> Rules:\n"
        "    from service.store import StoredChannel\n\n"
        '    writing.put_channels([StoredChannel("evil", 0, {"wecom": {"env": "X"}})])',
        "tests/cli/test_channel_commands.py::test_an_import_brings_no_channel",
    ),
    without(
        "service/core/alerts/markdown.py",
        "        text.translate(_LOOK_ALIKE)",
        "        text",
        CHANNELS + "test_no_title_can_mention_anyone_or_forge_a_link",
    ),
    without(
        "service/channels/email.py",
        "    words = escape(span.words)\n    if span.url:",
        "    words = span.words\n    if span.url:",
        CHANNELS + "test_html_of_a_mail_escapes_what_others_wrote",
    ),
    without(
        "service/channels/email.py",
        "Horizon · {foot}</p>",
        '<img src="https://calendar.example.org/logo.png"> Horizon · {foot}</p>',
        CHANNELS + "test_a_mail_is_text_and_html_without_anything_that_is_fetched",
    ),
    without(
        "service/channels/slack.py",
        "    opener = OpenerDirector()\n    opener.add_handler(HTTPHandler())\n    opener.add_handler(HTTPSHandler())\n",
        '    opener = __import__("urllib.request").request.build_opener()\n',
        "tests/slack/test_slack.py::test_a_redirect_takes_the_token_nowhere",
    ),
    without(
        "service/core/alerts/messages.py",
        'return f"{style.base_url}/events/{event.id}"',
        'return f"{style.base_url}/feeds/{event.id}"',
        "tests/core/alerts/test_messages.py::test_links_lead_to_the_service_and_to_no_feed",
    ),
    without(
        "service/core/alerts/blockkit.py",
        'text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")',
        "text",
        "tests/core/alerts/test_messages.py::test_ten_thousand_hostile_titles_stay_words",
    ),
    without(
        "service/web/layout.py",
        "autoescape=True",
        "autoescape=False",
        "tests/web/pages/test_agenda.py::test_text_from_strangers_is_no_markup",
    ),
    without(
        "service/core/files/exports.py",
        'return f"\'{text}" if text.startswith(_FORMULA + _LED) else text',
        "return text",
        "tests/core/files/test_exports.py::test_csv_as_excel_wants_it",
    ),
    without(
        "service/web/templates/page.html",
        "<body>",
        "<body onload=\"this.className = 'ready'\">",
        "tests/web/pages/test_calendar.py::test_no_page_has_a_style_or_a_script_of_its_own",
    ),
    without(
        "service/web/headers.py",
        "base-uri 'none'; frame-ancestors 'none'",
        "base-uri 'none'",
        HEADERS + "test_every_answer_has_the_security_headers",
    ),
    without(
        "service/web/server.py",
        '"headers": [*given, *every, *own]',
        '"headers": [*given, *own]',
        HEADERS + "test_every_answer_has_the_security_headers",
        HEADERS + "test_answers_to_what_is_refused_have_them_too",
        HEADERS + "test_feeds_have_them_from_memory_and_from_the_routes",
        HEADERS + "test_a_crash_has_them",
    ),
    without(
        "service/web/feed_cache.py",
        "            *self._headers,\n        ]",
        "        ]",
        HEADERS + "test_feeds_have_them_from_memory_and_from_the_routes",
    ),
    without(
        "service/web/problems.py",
        'HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Horizon failed; the reason is in its log"',
        'HTTPStatus.INTERNAL_SERVER_ERROR, "internal", str(error)',
        "tests/web/test_feeds.py::test_a_crash_is_a_problem_without_our_insides",
    ),
    Removal(
        (
            Edit("service/serving.py", "proxy_headers=bool(proxies),", "proxy_headers=True,"),
            Edit(
                "service/serving.py",
                "forwarded_allow_ips=list(proxies),",
                'forwarded_allow_ips="*",',
            ),
        ),
        (HEADERS + "test_a_strangers_word_does_not_change_whose_wrong_keys_are_counted",),
    ),
    without(
        "service/serving.py",
        "proxy_headers=bool(proxies),",
        "proxy_headers=False,",
        HEADERS + "test_a_proxy_that_the_settings_name_tells_who_asks",
    ),
    without(
        "service/web/pages/subscribe.py",
        "base, t = visit.settings.base_url, visit.t",
        'base, t = str(visit.request.base_url).rstrip("/"), visit.t',
        HEADERS + "test_no_header_of_a_request_changes_the_links_that_are_made",
    ),
    Removal(
        (
            Edit("deploy/nginx.conf", "    worker_connections 4096;\n", ""),
            Edit("deploy/nginx.conf", "worker_processes auto;", "worker_processes 1;"),
        ),
        (
            "tests/operations/test_publish.py::test_many_who_connect_and_say_nothing_leave_room_for_others",
        ),
    ),
    without(
        "deploy/nginx.conf",
        "proxy_request_buffering off;",
        "",
        "tests/acceptance/test_compose.py::test_a_body_that_would_be_refused_is_not_taken_first",
    ),
    without(
        "service/operations/publish.py",
        "feeds = reading.feeds() if self.public else []",
        "feeds = reading.feeds()",
        "tests/operations/test_publish.py::test_what_was_published_goes_away_when_reading_needs_a_key",
    ),
    without(
        "service/fetching.py",
        "not any(address in network for network in _INSIDE)",
        "True",
        FETCHING + "test_public_addresses",
    ),
    without(
        "deploy/nginx.conf",
        "error_log stderr emerg;",
        "error_log stderr;",
        "tests/operations/test_publish.py::test_nginx_writes_down_no_private_feeds_address",
    ),
    without(
        "deploy/nginx.conf",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "tests/acceptance/test_compose.py::test_a_strangers_word_does_not_change_whose_wrong_keys_are_counted",
    ),
    without(
        "service/store/backup.py",
        "made.chmod(0o600)",
        "made.chmod(0o644)",
        "tests/store/test_backup.py::test_a_backup_is_one_file_for_its_owner_alone",
    ),
    without(
        "service/store/backup.py",
        "marks.c.name.in_([_BACKUP, SECRET, LINKS, SERVED_AT])",
        "marks.c.name.in_([_BACKUP])",
        SIGN_IN + "test_a_backup_has_nothing_that_makes_sessions",
    ),
)

SURVIVES = (
    without(
        "service/store/engine.py",
        'connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")',
        'connection.exec_driver_sql("SELECT 1" if writes else "BEGIN")',
        "tests/acceptance/test_crash.py::test_whenever_a_writer_is_killed_nothing_is_lost_or_half_done",
        "tests/store/test_migrations.py::test_a_migration_that_fails_leaves_nothing",
        seconds=600,
    ),
    without(
        "service/serving.py",
        "    _stop_on_signals(server)\n",
        "",
        STOPPING + "test_a_request_under_way_ends_and_new_ones_are_refused",
    ),
    without(
        "service/serving.py",
        "timeout_graceful_shutdown=GRACE,",
        "timeout_graceful_shutdown=None,",
        STOPPING + "test_a_request_that_does_not_end_keeps_nobody_waiting_for_ever",
    ),
    without(
        "service/serving.py",
        "stopping=lambda: server.should_exit",
        "stopping=lambda: False",
        STOPPING + "test_alerts_that_were_not_sent_are_another_instances_at_once",
    ),
    without(
        "service/store/engine.py",
        "if revision is not None and revision not in REVISIONS:",
        "if False:",
        "tests/store/test_migrations.py::test_a_database_of_a_newer_horizon_is_left_alone",
        "tests/store/test_migrations.py::test_a_command_on_a_newer_database_says_so_in_one_sentence",
    ),
    without(
        "service/store/engine.py",
        '    event.listen(engine, "begin", _begin_sqlite)\n    event.listen(engine, "handle_error", _translate, retval=True)\n',
        '    event.listen(engine, "begin", _begin_sqlite)\n',
        FAULTS + "test_when_the_disk_is_full_reading_goes_on_and_writing_once_there_is_room",
    ),
    without(
        "service/store/engine.py",
        "if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):",
        "if False:",
        FAULTS + "test_a_database_that_may_only_be_read_is_served",
    ),
    without(
        "service/operations/feeds.py",
        "if kept is None or not _admits(kept.secret, address.secret):\n                raise",
        "if True:\n                raise",
        FAULTS + "test_when_the_database_is_gone_and_back_it_goes_on_and_alerts_arrive_once",
    ),
    without(
        "Dockerfile",
        "USER horizon",
        "USER root",
        "tests/acceptance/test_dockerfile.py::test_it_runs_as_someone_without_rights",
    ),
    without(
        "Dockerfile",
        "install --require-hashes -r runtime.txt",
        "install -r runtime.txt",
        "tests/acceptance/test_dockerfile.py::test_what_it_downloads_is_pinned_by_hashes",
    ),
    without(
        "deploy/horizon.service",
        "User=horizon",
        "User=root",
        "tests/acceptance/test_deployment.py::test_it_runs_as_someone_without_rights_in_its_own_folder",
    ),
)

READER = "tests/operations/test_second_reader.py::"
MODEL = (
    without(
        "service/operations/second_reader.py",
        "log = logging.getLogger(__name__)",
        "import service.core.model.prompt\n\nlog = logging.getLogger(__name__)",
        "tests/web/test_model.py::test_off_nothing_of_it_is_imported",
    ),
    without(
        "service/operations/second_reader.py",
        "if asked is False or (asked is None and (reader is None or reader.documents == ASK)):",
        "if reader is None:",
        READER + "test_which_documents_are_sent",
        "tests/web/test_model.py::test_unasked_nothing_is_sent",
    ),
    without(
        "service/model.py",
        "if 300 <= status < 400:",
        "if False:",
        "tests/model/test_model.py::test_a_redirect_is_not_followed",
    ),
    without(
        "service/model.py",
        'return self._failed(f"answers with {status}", f"回答 {status}")',
        'return self._failed(f"answers with {status} {self._key}", f"回答 {status}")',
        "tests/model/test_model.py::test_a_key_in_an_error_is_never_shown",
    ),
    without(
        "service/model.py",
        "if len(data) > LARGEST:",
        "if False:",
        "tests/model/test_model.py::test_an_answer_of_2_mb_is_not_read",
    ),
    without(
        "service/core/model/prompt.py",
        'return text.replace("⟦", "[").replace("⟧", "]")',
        "return text",
        "tests/core/model/test_prompt.py::test_no_line_of_the_document_can_pass_for_ours",
    ),
    without(
        "service/core/model/answer.py",
        'raise _EventRefused("its title does not stand in the text")',
        "return piece, 0",
        "tests/core/model/test_answer.py::test_a_title_that_does_not_stand_in_the_text_is_none",
        "tests/core/model/test_answer.py"
        "::test_whatever_a_model_says_nothing_comes_of_it_but_the_documents_words_on_its_dates",
    ),
    without(
        "service/operations/decisions.py",
        "and not reviews.by_model_alone(p)",
        "and True",
        READER + "test_what_the_model_alone_read_is_never_ticked_sure_or_applied_by_all",
    ),
    without(
        "service/core/model/agreement.py",
        "return held if sure else _with_doubt(held)",
        "return _with_doubt(held)",
        READER + "test_a_hostile_model_changes_no_event_and_nothing_that_is_sure",
    ),
    without(
        "service/core/imports/match_events.py",
        "alone = [number for number, one in enumerate(wanted) if one.by_model_alone]",
        "alone: list[int] = []",
        "tests/core/model/test_agreement.py"
        "::test_a_model_alone_is_never_sure_and_takes_no_event_from_the_rules",
    ),
)

ALL = (*ACCESS, *COST, *LEAVES, *SURVIVES, *MODEL)


def seen(removal: Removal, folder: Path) -> dict[str, str]:
    """What became of each of its tests in the copy in `folder`, which is left as it was."""
    before = {edit.path: (folder / edit.path).read_text("utf-8") for edit in removal.edits}
    try:
        for edit in removal.edits:
            place = folder / edit.path
            place.write_text(edit.done(place.read_text("utf-8")), "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", *removal.tests]
        try:
            done = subprocess.run(
                [*command, "-p", "no:cacheprovider", "-W", "ignore"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=removal.seconds,
            )
        except subprocess.TimeoutExpired:
            return dict.fromkeys(removal.tests, f"did not end in {removal.seconds} s")
    finally:
        for path, text in before.items():
            (folder / path).write_text(text, "utf-8")
    said = re.findall(r"^(FAILED|ERROR) (\S+?::\w+)", done.stdout, re.MULTILINE)
    failed = {name for word, name in said if word == "FAILED"}
    if not said and done.returncode != 0:
        raise AssertionError(f"{removal.edits[0].path}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {test: "failed" if test in failed else "PASSED" for test in removal.tests}


def copied(folder: Path) -> Path:
    """The sources as they are now, in a folder of their own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for made in (".venv", "tests/js/node_modules"):
        if (ROOT / made).exists():
            (folder / made).symlink_to(ROOT / made)
    return folder


def main() -> int:
    wanted = sys.argv[1:]
    removals = [
        removal
        for removal in ALL
        if not wanted or any(word in edit.path for word in wanted for edit in removal.edits)
    ]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="horizon-protections-") as made:
        copies = [copied(Path(made) / name) for name in ("one", "two")]
        lock = threading.Lock()

        def try_(removal: Removal) -> list[str]:
            with lock:
                folder = copies.pop()
            begun = time.monotonic()
            try:
                found = seen(removal, folder)
            finally:
                with lock:
                    copies.append(folder)
            spent = round(time.monotonic() - begun)
            paths = ", ".join(dict.fromkeys(edit.path for edit in removal.edits))
            return [f"{what:7} {spent:4} s  {paths}  {test}" for test, what in found.items()]

        with ThreadPoolExecutor(2) as pool:
            for lines in pool.map(try_, removals):
                print(*lines, sep="\n", flush=True)
                survived += sum(line.startswith("PASSED") for line in lines)
    print(f"{len(removals)} protections taken away; {survived} tests did not notice")
    return 1 if survived or not removals else 0


if __name__ == "__main__":
    # Nothing that a test under way would take for its settings.
    for name in [name for name in os.environ if name.startswith("HORIZON_")]:
        del os.environ[name]
    sys.exit(main())
