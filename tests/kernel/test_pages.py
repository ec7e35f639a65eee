"""The frame and the macros that every page is made of, rendered by the application itself."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mdt.shell.pagesetup import ICONS, TEMPLATES
from tests.world.client import Caller

FIELDS = '{% from "kernel/fields.html" import field, segments %}'
MACROS = '{% from "kernel/macros.html" import avatar, case_state, confirm_form, ring, time %}'


def render(app: Flask, source: str, **facts: object) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(**facts)


def test_every_template_compiles(app: Flask) -> None:
    for path in TEMPLATES.rglob("*.html"):
        app.jinja_env.get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.skipif(not ICONS.exists(), reason="front end not installed")
def test_every_icon_named_in_a_template_exists() -> None:
    named = re.compile(r'(?:icon\(|icon_name=|card_head\([^)]*\), |empty_state\()"([a-z0-9-]+)"')
    for path in TEMPLATES.rglob("*.html"):
        for name in named.findall(path.read_text()):
            assert (ICONS / f"{name}.svg").exists(), f"{Path(path).name}: {name}"


def test_pages_carry_no_inline_script(client: FlaskClient) -> None:
    for script in re.findall(r"<script([^>]*)>", client.get("/login").text):
        assert "src=" in script or 'type="application/json"' in script


def test_the_sign_in_page_offers_demo_accounts_outside_production(client: FlaskClient) -> None:
    page = client.get("/login").text
    assert 'data-fill-username="county"' in page
    assert "huizhen-demo" in page


def test_a_missing_page_says_what_is_safe_and_names_the_request(caller: Caller) -> None:
    answer = caller("county").get("/cases/none-such", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "没有改动任何内容" in answer.text
    assert "请求编号" in answer.text


def test_an_error_is_tied_to_its_field(app: Flask) -> None:
    html = render(app, FIELDS + "{{ field('住院号', 'local_id', errors=['请填写'], hint='提示', required=true) }}")
    assert '<label for="f-local_id">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="f-local_id-error f-local_id-hint"' in html
    assert 'id="f-local_id-error"' in html


def test_values_are_escaped(app: Flask) -> None:
    html = render(app, FIELDS + "{{ field('x', 'x', value) }}", value='"><script>')
    assert "<script>" not in html


def test_a_confirmed_form_asks_first_and_carries_the_token(app: Flask) -> None:
    html = render(app, MACROS + "{{ confirm_form('/x', '撤回', confirm='确定？', tone='bad', fields={'version': 3}) }}")
    assert 'data-confirm="确定？"' in html
    assert 'data-confirm-tone="bad"' in html
    assert 'type="hidden" name="csrf' in html
    assert 'name="version" value="3"' in html


def test_states_are_words_and_times_are_chinas(app: Flask) -> None:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    html = render(app, MACROS + "{{ case_state('returned') }}{{ time(at) }}{{ time(at, 'date') }}{{ ring(54) }}", at=at)
    assert "退回补充" in html
    assert "2026-11-24 00:05" in html
    assert ">2026-11-24<" in html
    assert "ring-bad" in html


def test_a_person_has_one_colour(app: Flask) -> None:
    """`toneOf` of frontend/kernel/people.ts counts in the same way: place of the last sign, modulo 8, plus 1."""
    html = render(
        app, MACROS + "{{ avatar({'id': '01JA', 'name': '周明远'}) }}{{ avatar({'id': '7', 'name': '林静'}) }}"
    )
    assert re.findall(r"tone-\d", html) == ["tone-3", "tone-8"]
