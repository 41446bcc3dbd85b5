"""A session ships its calls from a thread that waits for calls in progress and never holds up the end."""

from itertools import count
from pathlib import Path

import pytest

from monitor.call import lock
from monitor.settings.config import Objects, Settings
from monitor.shipping import shipment
from monitor.shipping.after_calls import AfterCalls
from monitor.shipping.background import Background
from tests.made_calls import info, make
from tests.stores.desks import Desk, in_store, whole_calls
from tests.waiting import until

pytest.importorskip("obstore")


class Index:
    """Takes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def started(self, folder: Path) -> None:
        self.told.append(f"started {folder.name}")

    def ended(self, folder: Path) -> None:
        self.told.append(f"ended {folder.name}")


def test_a_call_is_shipped_when_it_is_over_and_not_while_another_one_is_in_progress(sam: Desk, store: Path) -> None:
    index, after = Index(), AfterCalls(Settings(objects=Objects(url=sam.store)), sam.calls)
    observer = after.observer(index)
    running = make(sam.calls, about=info(closed=False), name="cccccc")
    today = sam.calls / f"{info().started.now():%Y-%m-%d}"
    today.mkdir()
    running = running.rename(today / running.name)
    with lock.hold(running):
        observer.started(running)
        folder = sam.call()
        observer.ended(folder)
        assert not [name for name in in_store(store) if name.startswith("calls/")]
    until(lambda: whole_calls(store, sam.calls) == 1, "the call is in the store")
    after.close()
    assert index.told == [f"started {running.name}", f"ended {folder.name}"]


def test_a_session_whose_store_is_away_ends_at_once_and_the_log_says_why(
    sam: Desk, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.rmdir()
    sam.call("marzipan")
    after = AfterCalls(Settings(objects=Objects(url=sam.store)), sam.calls)
    until(lambda: bool(caplog.messages), "the log says something")
    after.close()
    assert caplog.messages == [f"There is no folder {store}. Connect its drive, create it, or correct objects.url."]


def test_a_server_ships_while_calls_are_in_progress_and_says_once_what_fails(
    sam: Desk, store: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship, tries = shipment.ship, count()
    monkeypatch.setattr(shipment, "ship", lambda *args: next(tries) < 0 or ship(*args))
    today = sam.calls / f"{info().started.now():%Y-%m-%d}"
    today.mkdir(parents=True)
    made = make(sam.calls, about=info(closed=False), name="cccccc")
    running = made.rename(today / made.name)
    sam.call("marzipan")
    away = store.rename(store.with_name("away"))
    with lock.hold(running):
        shipping = Background(sam.store, sam.calls, "", during_calls=True)
        for number in range(3):
            shipping.wake()
            until(lambda number=number: repr(tries) > f"count({number})", "it has tried")
        away.rename(store)
        shipping.wake()
        until(lambda: whole_calls(store, sam.calls) == 1, "the call is in the store")
        shipping.close()
    assert caplog.messages == [f"There is no folder {store}. Connect its drive, create it, or correct objects.url."]


def test_without_a_store_nothing_is_done(sam: Desk) -> None:
    index, after = Index(), AfterCalls(Settings(), sam.calls)
    after.observer(index).ended(sam.call())
    after.wake()
    after.close()
    assert len(index.told) == 1
