"""Long computing leaves the event loop, but never while a transaction holds the database."""

import threading

import pytest

from mdt.kernel import hub
from mdt.kernel.actor import SYSTEM
from mdt.kernel.hub import off_loop
from mdt.kernel.settings import Settings
from mdt.kernel.transaction import transaction


def test_computing_stays_in_the_loop_while_a_transaction_is_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "is_module_patched", lambda _name: True)
    here = threading.get_ident()
    assert off_loop(threading.get_ident) != here
    with transaction(SYSTEM):
        assert off_loop(threading.get_ident) == here
    assert off_loop(threading.get_ident) != here
