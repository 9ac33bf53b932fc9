"""The doctor: a healthy service has nothing to do, and each fault is named with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service import doctor
from service.app import Horizon, build
from service.core.calendars import feed as feed_
from service.core.dates import when
from service.core.events import event as event_
from service.core.events.event import Details, Origin
from service.doctor import Finding, examine
from service.operations import keys
from service.operations.notices import Notices
from service.settings import Settings, read_settings
from service.store import Store, open_engine
from service.store import condition as condition_module
from service.store.condition import Condition

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
FILE = """\
timezone: Asia/Shanghai
events:
  - {id: google-io-2026, title: Google I/O 2026, when: 2026-05, kind: conference}
  - {id: rules, title: 《办法》正式施行, when: 2026-07-15}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: portfolio, title: 持仓相关, filter: {ticker: [9888.HK]}, private: true}
"""


@pytest.fixture
def healthy(database_url: str, tmp_path: Path) -> Iterator[Horizon]:
    """A service with nothing to complain of, on either database."""
    file = tmp_path / "events.yaml"
    file.write_text(FILE, encoding="utf-8")
    settings = Settings(
        database_url=database_url,
        events_file=file,
        base_url="https://calendar.example.org",
        trusted_proxies=("127.0.0.1",),
        base_url_given=True,
    )
    horizon = build(settings, lambda: NOW)
    horizon.sync()
    keys.create(horizon.store, "crawler", keys.Scope.WRITE, NOW)
    yield horizon
    horizon.close()


def with_settings(horizon: Horizon, **changes: Any) -> Horizon:
    return replace(horizon, settings=replace(horizon.settings, **changes))


def at(horizon: Horizon, now: datetime) -> Horizon:
    return replace(horizon, now=lambda: now)


def troubles(horizon: Horizon) -> list[Finding]:
    found = [finding for finding in examine(horizon) if not finding.ok]
    assert all(finding.what and finding.do for finding in found)
    return found


def only(horizon: Horizon) -> Finding:
    found = troubles(horizon)
    assert len(found) == 1, found
    return found[0]


def record(horizon: Horizon, id_: str, now: datetime = NOW, **given: Any) -> None:
    details = Details(
        **{"title": "大会", "when": when.parse("2026-06-01"), "timezone": "Asia/Shanghai", **given}
    )
    with horizon.store.writing(now) as writing:
        writing.record(event_.new(id_, details, now, Origin.API), who="x", origin=Origin.API)


def test_a_healthy_service_has_nothing_to_do(healthy: Horizon) -> None:
    findings = examine(healthy)
    assert {finding.ok for finding in findings} == {True}
    assert {finding.do for finding in findings} == {""}
    said = "\n".join(finding.what for finding in findings)
    for part in (
        "every HORIZON_ variable is a setting",
        "time zone Asia/Shanghai, by tzdata 20",
        "https://calendar.example.org",
        "can be read and written (revision",
        "the clock says 2026-04-27 00:30 UTC",
        "events.yaml is applied: 2 events",
        "2 feeds can be subscribed to everywhere",
        "2 events can be shown in feeds",
        "1 API key, each in use or new",
    ):
        assert part in said
    if healthy.settings.database_url.startswith("sqlite"):
        assert "MB are left on the database's disk" in said


def test_looking_changes_nothing(healthy: Horizon) -> None:
    with healthy.store.reading() as reading:
        before = reading.position()
    examine(healthy)
    with healthy.store.reading() as reading:
        assert reading.position() == before


def test_an_unknown_setting_is_named_with_the_one_that_is_meant(
    healthy: Horizon, tmp_path: Path
) -> None:
    given = read_settings({"HORIZON_BASE_URI": "x", "HORIZON_QWERTYUIOP": "x"}, tmp_path)
    found = troubles(with_settings(healthy, unknown=given.unknown))
    assert [(finding.ok, finding.what, finding.do) for finding in found] == [
        (
            None,
            "there is no setting HORIZON_BASE_URI, and it does nothing",
            "write HORIZON_BASE_URL",
        ),
        (
            None,
            "there is no setting HORIZON_QWERTYUIOP, and it does nothing",
            "remove it, or see the list in docs/SETTINGS.md",
        ),
    ]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:8000", ["only this machine can open"]),
        ("http://localhost:8000", ["only this machine can open"]),
        ("https://192.168.1.5", ["your own network"]),
        ("https://calendar", ["your own network"]),
        ("https://calendar.corp.internal", ["your own network"]),
        ("http://10.0.0.7", ["your own network", "can be read on the way"]),
        ("http://calendar.example.org", ["can be read on the way"]),
        ("https://[2001:4860:4860::8888]", []),
    ],
)
def test_an_address_that_calendars_cannot_use_is_a_note(
    healthy: Horizon, url: str, words: list[str]
) -> None:
    found = troubles(with_settings(healthy, base_url=url))
    assert [finding.ok for finding in found] == [None] * len(words)
    for finding, text in zip(found, words, strict=True):
        assert text in finding.what
        assert url in finding.what


def test_a_proxy_that_is_not_named_is_a_note(healthy: Horizon) -> None:
    found = only(with_settings(healthy, trusted_proxies=()))
    assert found.ok is None
    assert "HORIZON_TRUSTED_PROXIES" in found.do


def test_time_zone_data_that_lack_the_services_zone(healthy: Horizon) -> None:
    found = only(with_settings(healthy, timezone="Asia/Atlantis"))
    assert found.ok is False
    assert "Asia/Atlantis is not in the data" in found.what
    assert "HORIZON_TIMEZONE" in found.do


def test_no_time_zone_data_and_old_ones(healthy: Horizon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda _: "2024.1")
    old = only(healthy)
    assert (old.ok, old.what) == (None, "the time zone data are old: tzdata 2024.1")
    monkeypatch.setattr(doctor, "available_timezones", set)
    none = only(healthy)
    assert (none.ok, none.do) == (False, "run `pip install tzdata`")


def test_a_database_that_is_not_there(healthy: Horizon) -> None:
    """Everything that does not need it is still looked at."""
    store = Store(open_engine("postgresql://me:s3cr3t-pass@127.0.0.1:1/horizon"))
    findings = examine(replace(healthy, store=store))
    store.close()
    assert len(findings) > 2
    last = findings[-1]
    assert last.ok is False
    assert "the database cannot be reached" in last.what
    assert "HORIZON_DATABASE_URL" in last.do
    assert "s3cr3t" not in str(findings)


def test_a_file_that_is_no_database(healthy: Horizon, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("no database\n" * 1000)
    store = Store(open_engine(f"sqlite:///{path}"))
    last = examine(replace(healthy, store=store))[-1]
    store.close()
    assert last.ok is False
    assert "damaged or is none" in last.what


def test_a_database_without_tables(healthy: Horizon, tmp_path: Path) -> None:
    store = Store(open_engine(f"sqlite:///{tmp_path}/new.db"))
    found = troubles(replace(healthy, store=store))
    store.close()
    assert [(finding.ok, finding.what) for finding in found] == [
        (None, "the SQLite database has no tables yet")
    ]


def set_revision(horizon: Horizon, revision: str) -> None:
    with horizon.store.writing(NOW) as writing:
        writing._connection.exec_driver_sql(
            f"UPDATE alembic_version SET version_num = '{revision}'"
        )


def test_a_database_of_an_older_or_a_newer_horizon(healthy: Horizon) -> None:
    set_revision(healthy, "0001")
    older = only(healthy)
    assert older.ok is None
    assert "older Horizon (revision 0001)" in older.what
    set_revision(healthy, "9999")
    newer = only(healthy)
    assert newer.ok is False
    assert "newer Horizon (revision 9999)" in newer.what
    assert newer.do == "install that version or restore a backup"


def test_a_database_that_cannot_be_written(healthy: Horizon) -> None:
    if healthy.settings.database_url.startswith("sqlite"):
        path = healthy.settings.database_url.removeprefix("sqlite:///")
        store = Store(open_engine(f"sqlite:///file:{path}?mode=ro&uri=true"))
    else:
        store = Store(open_engine(healthy.settings.database_url))
        with store.reading() as reading:
            reading._connection.exec_driver_sql(
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || "
                "' SET default_transaction_read_only = on'; END $$"
            )
        store.close()
    found = only(replace(healthy, store=store))
    store.close()
    assert found.ok is False
    assert "can be read but not written" in found.what


def test_a_damaged_file_and_a_full_disk(healthy: Horizon, monkeypatch: pytest.MonkeyPatch) -> None:
    well = condition_module.examined(healthy.store, NOW)

    def found_with(**changes: Any) -> list[tuple[bool | None, str]]:
        changed: Condition = replace(well, **changes)
        monkeypatch.setattr(doctor, "examined", lambda *_: changed)
        return [(finding.ok, finding.what) for finding in troubles(healthy)]

    assert found_with(damage=("page 7 is never used", "row 3 missing")) == [
        (False, "the database file is damaged: page 7 is never used; row 3 missing")
    ]
    assert found_with(free_bytes=49_000_000) == [(False, "49 MB are left on the database's disk")]
    assert found_with(free_bytes=400_000_000) == [(None, "400 MB are left on the database's disk")]
    assert found_with(free_bytes=None) == []


def test_damage_is_found_by_sqlites_own_check(tmp_path: Path) -> None:
    horizon = build(Settings(database_url=f"sqlite:///{tmp_path}/horizon.db"), lambda: NOW)
    for number in range(300):
        record(horizon, f"e-{number}", description="x" * 200)
    horizon.close()
    path = tmp_path / "horizon.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(data)
    horizon = Horizon(
        horizon.settings, Store(open_engine(f"sqlite:///{path}")), Notices(), lambda: NOW
    )
    found = [finding.what for finding in examine(horizon) if finding.ok is False]
    horizon.close()
    assert any("damaged" in what for what in found)


def test_a_clock_that_was_set_back(healthy: Horizon) -> None:
    found = only(at(healthy, NOW - timedelta(hours=2)))
    assert found.ok is False
    assert "clock says 2026-04-26 22:30 UTC" in found.what
    assert "2026-04-27 00:30 UTC" in found.what


def test_a_catalogue_of_one_s_own(healthy: Horizon) -> None:
    path = healthy.settings.events_file.parent / "catalogue.yaml"
    path.write_text("organizations: [{names: [蓝湾], tickers: [1234.HK]}]\n", "utf-8")
    assert troubles(healthy) == []
    assert Finding(True, "catalogue.yaml names 1 organisation") in examine(healthy)
    path.write_text("organizations: [{names: 蓝湾}]\n", "utf-8")
    found = only(healthy)
    assert "organizations[1]: names: must be a list of texts" in found.what
    assert found.do.startswith("repair catalogue.yaml, or remove it")


def test_an_events_file_that_is_missing(healthy: Horizon, tmp_path: Path) -> None:
    found = only(with_settings(healthy, events_file=tmp_path / "other.yaml"))
    assert found.ok is None
    assert "there is no file" in found.what
    assert "HORIZON_EVENTS_FILE" in found.do


def write(horizon: Horizon, text: str) -> None:
    horizon.settings.events_file.write_text(text, encoding="utf-8")


def test_an_events_file_with_faults(healthy: Horizon) -> None:
    write(
        healthy, FILE.replace("kind: conference", "kind: party").replace("when: 2026-07-15", "x: 1")
    )
    found = only(healthy)
    assert found.ok is False
    assert re.match(r"events\.yaml:3:\d+: .*, and \d more faults?$", found.what)
    assert "horizon sync --check" in found.do


def test_an_events_file_that_is_not_applied(healthy: Horizon) -> None:
    write(healthy, FILE.replace("2026-07-15", "2026-07-16"))
    found = only(healthy)
    assert (found.ok, found.do) == (None, "run `horizon sync`")
    write(healthy, "events: []\n")
    write(healthy, FILE)
    assert troubles(healthy) == []


def test_an_events_file_that_lost_most_of_its_events(healthy: Horizon) -> None:
    events = "".join(f"  - {{id: e-{n}, title: T, when: 2026-07-15}}\n" for n in range(8))
    write(healthy, FILE.replace("feeds:", events + "feeds:"))
    healthy.sync()
    write(healthy, FILE[: FILE.index("  - {id: rules")] + FILE[FILE.index("feeds:") :])
    found = only(healthy)
    assert found.ok is False
    assert found.what.startswith("events.yaml: the file no longer has 9 of its 10 events")
    assert "horizon sync --allow-removals" in found.do


def test_values_that_were_set_otherwise_since(healthy: Horizon) -> None:
    with healthy.store.writing(NOW) as writing:
        stored = writing.event("rules")
        assert stored is not None
        change = event_.revise(stored, replace(stored.details, location="北京"), NOW)
        assert change is not None
        writing.record(change, who="x", origin=Origin.API)
    found = only(healthy)
    assert found.ok is None
    assert found.what == (
        "what is stored differs from events.yaml in 1 value, set since by other means"
    )
    assert "export --format yaml" in found.do


def test_words_of_the_file_that_would_now_be_read_otherwise(healthy: Horizon) -> None:
    write(healthy, FILE.replace("feeds:", WORDS + "feeds:"))
    healthy.sync()
    with healthy.store.writing(NOW) as writing:  # as another release had read them
        values = writing.file_events(["fair"])["fair"].values
        assert values is not None
        writing.set_file_values("fair", {**values, "when": "2027-06-08"})
    found = next(one for one in troubles(healthy) if "in words" in one.what)
    assert found.ok is None
    assert found.what.startswith("1 date in words in events.yaml would now be read otherwise")
    assert "sync --check" in found.do


WORDS = "  - {id: fair, title: 石桥博览会, when: 2027年6月9日}\n"


def test_an_entry_without_an_id_is_a_note(healthy: Horizon) -> None:
    write(healthy, FILE.replace("id: rules, ", ""))
    healthy.sync()
    found = only(healthy)
    assert found.ok is None
    assert "events.yaml:4" in found.what


def test_no_feeds(healthy: Horizon) -> None:
    write(healthy, FILE[: FILE.index("feeds:")])
    healthy.sync(allow_removals=True)
    found = only(healthy)
    assert (found.ok, found.what) == (None, "no feed is published")
    assert "events.yaml" in found.do


@pytest.mark.slow
def test_a_feed_that_google_would_cut(healthy: Horizon) -> None:
    for number in range(12):
        record(healthy, f"long-{number}", description="长" * 30_000)
    found = only(healthy)
    assert found.ok is None
    assert re.match(r"the feed all has 1,\d\d\d,\d\d\d bytes", found.what)
    assert found.what.endswith("so in Horizon's descriptions are shortened")


@pytest.mark.slow
def test_a_feed_of_too_many_events_ahead_says_that_they_are_left_out(healthy: Horizon) -> None:
    """It used to be told that the oldest went, where the farthest did."""
    for number in range(1500):
        record(healthy, f"long-{number}", title="长" * 500)
    found = only(healthy)
    assert re.search(
        r"in Horizon's descriptions are shortened, \d+ events ahead are left out, the farthest first$",
        found.what,
    )


def test_an_address_that_is_too_long_is_named_without_its_secret(healthy: Horizon) -> None:
    with healthy.store.reading() as reading:
        feed = reading.feed("portfolio")
    assert feed is not None
    assert feed.secret is not None
    long = "https://" + "x" * 55 + ".example.org"
    found = only(with_settings(healthy, base_url=long))
    assert found.ok is None
    assert "the address of the feed portfolio has 118 characters" in found.what
    assert feed.secret not in str(examine(with_settings(healthy, base_url=long)))


def test_an_event_that_no_feed_can_show(healthy: Horizon, monkeypatch: pytest.MonkeyPatch) -> None:
    component = feed_.component

    def fail(event: Any, *rest: Any) -> bytes:
        if event.id == "rules":
            raise ValueError("no such day")
        return component(event, *rest)

    monkeypatch.setattr(feed_, "component", fail)
    found = only(healthy)
    assert found.ok is False
    assert "the event rules cannot be shown in a feed: ValueError: no such day" in found.what
    assert "horizon show rules" in found.do


def test_no_key_is_a_note_unless_the_settings_have_one(healthy: Horizon) -> None:
    keys.revoke(healthy.store, "crawler", NOW)
    found = only(healthy)
    assert found.ok is None
    assert "nobody can write over HTTP" in found.what
    secret = "a-very-secret-admin-key"
    findings = examine(with_settings(healthy, admin_key=secret))
    assert {finding.ok for finding in findings} == {True}
    assert secret not in str(findings)


def test_keys_that_nobody_uses(healthy: Horizon) -> None:
    keys.create(healthy.store, "old", keys.Scope.ADMIN, NOW)
    used = keys.create(healthy.store, "used", keys.Scope.READ, NOW)
    keys.identify(healthy.store, used, None, NOW + timedelta(days=60))
    healthy.store.mark_used("crawler", NOW + timedelta(days=1))
    found = troubles(at(healthy, NOW + timedelta(days=100)))
    assert [(finding.ok, finding.what, finding.do) for finding in found] == [
        (
            None,
            "the API key crawler (write) was last used 2026-04-28",
            "if nobody needs it: `horizon keys revoke crawler`",
        ),
        (
            None,
            "the API key old (admin) was never used",
            "if nobody needs it: `horizon keys revoke old`",
        ),
    ]


def test_notices_of_the_running_service(healthy: Horizon) -> None:
    healthy.notices.set("feed all", "all leaves out 1 event")
    found = only(healthy)
    assert (found.ok, found.what) == (None, "all leaves out 1 event")


def test_a_database_that_goes_away_while_it_is_looked_at(
    healthy: Horizon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise doctor.StoreUnavailable("the database cannot be reached; check that it runs")

    monkeypatch.setattr(doctor, "measure", gone)
    last = examine(healthy)[-1]
    assert (last.ok, last.what) == (False, "the database cannot be reached")
    assert last.do == "check that it runs"


def test_rows_that_cannot_be_read_do_not_hide_the_rest(healthy: Horizon) -> None:
    with healthy.store.writing(NOW) as writing:
        writing._connection.exec_driver_sql("UPDATE feeds SET filter = 's3cr3t'")
    found = troubles(healthy)
    assert [finding.ok for finding in found] == [False, False]
    assert [finding.what for finding in found] == [
        "looking at events file failed with JSONDecodeError",
        "looking at feeds failed with JSONDecodeError",
    ]
    assert "s3cr3t" not in str(found)
    assert "API key" in examine(healthy)[-1].what


def test_a_finding_never_sends_the_reader_back_to_the_doctor(
    healthy: Horizon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Callable[..., None]:
        raise doctor.StoreUnavailable(
            "the database cannot be used: disk I/O error; `horizon doctor` looks closer"
        )

    monkeypatch.setattr(doctor, "examined", broken)
    last = examine(healthy)[-1]
    assert "disk I/O error" in last.what
    assert "doctor" not in last.what + last.do
