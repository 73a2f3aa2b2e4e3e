"""Rows of a question under the names they get in a file, in place of our ids."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules.writing import Body

#: The name of a row by our id, and by the id of its gap where it belongs to one.
Name = Callable[[str, str], str]


def renamed(item: ReadItem, name: Name) -> ReadItem:
    """The question with each row's name where its content and its key have our id."""
    content, key = dict(item.body.content), dict(item.body.key)
    for part in ("choices", "left", "right", "rows"):
        if part in content:
            content[part] = _rows(content[part], name, "")
    key |= _keyed(key, name, "")
    if "gaps" in content:
        content["gaps"] = [
            {**gap, "choices": _rows(gap["choices"], name, gap["id"])} if "choices" in gap else gap
            for gap in content["gaps"]
        ]
        key["gaps"] = {id_: {**of, **_keyed(of, name, id_)} for id_, of in key["gaps"].items()}
    return replace(item, body=Body(content, key))


def _rows(rows: list[dict[str, str]], name: Name, gap: str) -> list[dict[str, str]]:
    return [{**row, "id": name(row["id"], gap)} for row in rows]


def _keyed(key: Mapping[str, Any], name: Name, gap: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        part: [name(id_, gap) for id_ in key[part]] for part in ("correct", "order") if part in key
    }
    if "weights" in key:
        found["weights"] = {name(id_, gap): share for id_, share in key["weights"].items()}
    if "pairs" in key:
        found["pairs"] = {name(a, gap): name(b, gap) for a, b in key["pairs"].items()}
    return found
