"""The metronome: one pass after the other, whatever a pass does."""

from __future__ import annotations

import threading

import pytest

from service.errors import StoreUnavailable
from service.operations.notices import Notices
from service.scheduler import Metronome, Worker, guarded


def test_it_goes_on_whatever_a_pass_raises_and_never_runs_two_at_once() -> None:
    ran, enough, busy = [], threading.Event(), threading.Lock()
    notices = Notices()

    def run() -> None:
        assert busy.acquire(blocking=False)
        try:
            ran.append(1)
            if len(ran) >= 4:
                enough.set()
            raise ValueError("a fault in a pass")
        finally:
            busy.release()

    metronome = Metronome(guarded(run, notices, None), every=0.01)
    metronome.start()
    assert metronome.running
    assert enough.wait(timeout=30)
    metronome.stop()
    assert not metronome.running
    assert notices.texts() == ["alerts: a pass failed; the reason is in the log"]


def test_what_is_wrong_is_shown_until_it_is_well_again() -> None:
    notices = Notices()
    faults: list[Exception] = [StoreUnavailable("the database is gone")]

    def run() -> None:
        if faults:
            raise faults.pop()

    once = guarded(run, notices, None)
    once()
    assert notices.texts() == ["alerts: the database is gone"]
    once()
    assert notices.texts() == []


def test_a_heartbeat_that_is_not_answered_is_logged_without_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    guarded(lambda: None, Notices(), "http://127.0.0.1:1/s3cret")()
    assert "the heartbeat was not answered" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_worker_goes_on_whatever_its_work_raises_and_stops_when_told() -> None:
    done, enough = [], threading.Event()

    def work() -> bool:
        done.append(1)
        if len(done) == 2:
            raise ValueError("a fault")
        if len(done) >= 5:
            enough.set()
        return len(done) < 4

    worker = Worker(work, every=0.01)
    worker.start()
    assert enough.wait(timeout=30)
    worker.stop()
    before = len(done)
    assert not worker._thread.is_alive()
    assert len(done) == before
