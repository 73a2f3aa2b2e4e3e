"""The documents say what there is: each setting, command, permission, table and page."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from lsp.cli import main
from lsp.roles import PERMISSIONS
from lsp.settings import Settings

ROOT = Path(__file__).parents[2]
OPERATING = (ROOT / "docs/operating.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(group: click.Group, path: str = "lsp") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
        else:
            found.append(f"{path} {name}")
    return found


@pytest.mark.parametrize(
    "name", [field.name for field in fields(Settings) if field.name != "instance"]
)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in OPERATING


@pytest.mark.parametrize("command", commands(main))
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}`" in OPERATING


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_permission_is_documented(permission: str) -> None:
    assert f"| `{permission}` |" in OPERATING


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_a_document_names_is_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_a_document_names_is_there(document: Path) -> None:
    names = set(
        re.findall(r"`((?:lsp|tests|scripts|assets|migrations)/[\w./-]+)`", document.read_text())
    )
    assert [name for name in names if not (ROOT / name).exists()] == []
