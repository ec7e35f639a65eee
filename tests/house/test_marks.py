"""Every door names what it leads to, or why it is open."""

import re

import pytest
from flask import Flask

from mdt.kernel.operation import registry as operations
from mdt.kernel.query import registry as queries
from mdt.shell import gate, permissions


def test_every_route_leads_to_an_operation_or_says_why_it_is_open(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        targets, reason = getattr(view, "__mdt_targets__", ()), getattr(view, "__mdt_public__", "")
        assert bool(targets) != bool(reason), rule.rule


def test_a_door_without_a_mark_stops_the_start(app: Flask) -> None:
    app.view_functions["bare"] = lambda: ""
    app.url_map._got_first_request = False  # type: ignore[attr-defined]
    app._got_first_request = False
    app.add_url_rule("/bare", "bare")
    with pytest.raises(RuntimeError, match="/bare"):
        gate.demand_marks(app)


def test_the_permission_table_names_every_operation_and_query(app: Flask) -> None:
    rows = permissions.table(app)
    assert {row.target for row in rows if row.target} == {*operations, *queries}
    assert all(row.permission for row in rows if row.target)
    assert all(row.public for row in rows if not row.target)


def test_audit_verbs_are_in_the_a_plain_form() -> None:
    verbs = [each.audit for each in operations.values()]
    assert all(re.fullmatch(r"[a-z_.]+", verb) for verb in verbs)
