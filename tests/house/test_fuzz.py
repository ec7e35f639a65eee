"""Strange requests, made from the OpenAPI document itself: refused as described, never a 500."""

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from mdt.shell import wiring
from mdt.shell.apidocs import document
from tests.world.client import Caller

EXAMPLES = 15 * int(os.environ.get("MDT_TEST_SEEDS", "1"))
"""Of each operation; `make test-long` sends more."""
ENDS_ALL = ("DELETE /api/v1/session", "POST /api/v1/session", "DELETE /api/v1/me/sessions")
"""Would sign the fuzzer out; their own tests are in tests/identity."""
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = sorted(
    {
        name
        for api in wiring.API
        for path, entry in api.paths.items()
        for method in METHODS
        if getattr(entry, method) is not None and (name := f"{method.upper()} {path}") not in ENDS_ALL
    }
)

Check = Callable[[str], None]


@pytest.fixture
def check(app: Flask, caller: Caller) -> Check:
    """Send invalid and valid made-up requests of one operation as an administrator and a physician."""
    schema = schemathesis.openapi.from_dict(document(app))
    callers = [caller("qingxi_admin"), caller("county")]

    def run(name: str) -> None:
        method, path = name.split(" ")
        operation = schema[path][method]

        @given(case=operation.as_strategy(), who=st.sampled_from(callers))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any, who: Any) -> None:
            headers = {"X-CSRF-Token": who.csrf}
            answer = case.call(app=app, headers=headers, cookies=cookies_of(who))
            case.validate_response(
                answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
            )

        send()

    return run


def cookies_of(who: Any) -> dict[str, str]:
    return {name: who.client.get_cookie(name).value for name in ("mdt_session", "mdt_csrf")}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_made_up_request_breaks_the_house(check: Check, name: str) -> None:
    check(name)
