"""House rules about routes: each says who may call it, and its address reads well."""

import re
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from lsp.roles import PERMISSIONS, ROLE_NAMES, Role, permitted
from lsp.security import OPEN, access_of

ROOT = Path(__file__).parents[2]


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in rules(app) if access_of(app, rule.endpoint) is None]
    assert silent == [], "add @may(permission) or @open_to_all"


def test_every_permission_in_use_is_in_the_table(app: Flask) -> None:
    used = {access_of(app, rule.endpoint) for rule in rules(app)} - {OPEN, None}
    assert used <= PERMISSIONS.keys()


def test_every_permission_in_the_table_is_in_use(app: Flask) -> None:
    used = {access_of(app, rule.endpoint) for rule in rules(app)}
    asked = {
        name
        for path in (ROOT / "lsp").rglob("*")
        if path.suffix in {".py", ".html"} and path.name != "roles.py"
        for name in re.findall(r"may\([\"']([a-z.]+)[\"']\)", path.read_text())
    }
    assert PERMISSIONS.keys() - used - asked == set()


def test_addresses_are_lower_case_with_hyphens(app: Flask) -> None:
    odd = []
    for rule in rules(app):
        plain = re.sub(r"<[^>]+>", "x", rule.rule)
        if not re.fullmatch(r"[a-z0-9/.-]*", plain):
            odd.append(rule.rule)
    assert odd == []


def test_every_place_in_an_address_has_a_type(app: Flask) -> None:
    untyped = [
        rule.rule for rule in rules(app) if re.search(r"<(?![a-z]+(\([^)]*\))?:)", rule.rule)
    ]
    assert untyped == [], "write <uuid:…>, <int:…> or <string:…>"


def test_nothing_changes_by_a_plain_get(app: Flask) -> None:
    doing = [
        rule.rule
        for rule in rules(app)
        if "GET" in (rule.methods or ())
        and re.search(r"/(hapus|kirim|terbitkan|cabut|keluar|tandatangan)$", rule.rule)
        and "POST" not in (rule.methods or ())
    ]
    assert doing == []


def test_every_role_has_a_name_and_some_permission() -> None:
    for role in Role:
        assert role in ROLE_NAMES
        assert any(permitted(frozenset({role}), name) for name in PERMISSIONS)


def test_the_auditor_only_reads() -> None:
    held = {name for name in PERMISSIONS if permitted(frozenset({Role.AUDITOR}), name)}
    assert {name for name in held if not name.endswith((".read", ".own"))} == set()
