"""Default deny, held for every route: a stranger meets the sign-in page, a wrong role a refusal."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lsp.roles import PERMISSIONS, Role
from lsp.security import OPEN, access_of, asks_itself
from tests.conftest import Browser
from tests.factories.accounts import make_person

SAMPLES = {
    "UUIDConverter": uuid.UUID(int=1),
    "IntegerConverter": 1,
    "UnicodeConverter": "x",
    "PathConverter": "x",
}


def closed_routes(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every route that asks for a permission, with a method and the permission."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access in (OPEN, None):
            continue
        found += [
            (rule, method, str(access))
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]
    return found


def address(app: Flask, rule: Rule) -> str:
    values = {
        name: SAMPLES[type(converter).__name__] for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=None)


def test_a_stranger_gets_nothing_but_the_way_to_sign_in(app: Flask, browser: Browser) -> None:
    for rule, method, _access in closed_routes(app):
        response = browser.open(address(app, rule), method=method)
        expected = {"GET": {302}, "POST": {401}}[method]
        assert response.status_code in expected, (rule.rule, method, response.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_exactly_what_the_table_grants(
    app: Flask, session: Session, new_browser: Callable[..., Browser], role: Role
) -> None:
    browser = new_browser(make_person(session, role))
    for rule, method, access in closed_routes(app):
        response = browser.open(address(app, rule), method=method)
        if role in PERMISSIONS[access]:
            assert response.status_code != 403 or method == "POST", (rule.rule, method)
            assert response.status_code < 500, (rule.rule, method)
        else:
            assert response.status_code == 403, (rule.rule, method, response.status_code)


def test_only_saving_an_answer_asks_for_its_permission_itself(app: Flask) -> None:
    asking = {name for name, view in app.view_functions.items() if asks_itself(view)}
    assert asking == {"exams.save"}
