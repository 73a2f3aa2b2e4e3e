"""A blueprint as the beginning of another: for a new edition of its scheme, or for a scheme like it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lsp.exams.forms.blueprints import CHOICES, EXTRA_ROWS, QUESTIONS, all_cells
from lsp.exams.models import Blueprint, BlueprintRow
from lsp.exams.rules.assembling import Row
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.passing import PassKind, PassRule
from lsp.skkni.models import SchemeVersion


@dataclass(frozen=True)
class BlueprintCopy:
    """What the form of a new blueprint starts with."""

    #: Values of the fields.
    data: Mapping[str, Any]
    #: The counts, by the names of their cells.
    given: Mapping[str, str]
    #: Rows that have no place here: their unit is not in the scheme, or no free row is left.
    lost: list[BlueprintRow]


def copy_of(blueprint: Blueprint, version: SchemeVersion) -> BlueprintCopy:
    """A blueprint of any scheme version, for this one.

    Nothing is saved: the manager looks it through.
    """
    names = {
        replace(cell.row, minimum=0, maximum=None): cell.name
        for cell in all_cells(version, {})
        if not cell.name.startswith("x-")
    }
    free = [f"x-{n}" for n in EXTRA_ROWS]
    given: dict[str, str] = {}
    lost: list[BlueprintRow] = []
    for row in blueprint.rows:
        place = _place(row, version)
        if place is None:
            lost.append(row)
        elif place in names and names[place] not in given:
            given[names[place]] = _bounds(row)
        elif free:
            given |= _combined(free.pop(0), place, row)
        else:
            lost.append(row)
    return BlueprintCopy(_fields(blueprint), given, lost)


def _place(row: BlueprintRow, version: SchemeVersion) -> Row | None:
    """The same row without its numbers; None where this scheme version has no such unit."""
    unit_id = row.element.unit_id if row.element is not None else row.unit_id
    if unit_id is not None and unit_id not in {place.unit_id for place in version.units}:
        return None
    return Row(0, unit_id=unit_id, element_id=row.element_id, level=row.level, type=row.type)


def _bounds(row: BlueprintRow) -> str:
    """Bounds as they are typed: 3, 2-4, 2-."""
    if row.maximum == row.minimum:
        return str(row.minimum)
    return f"{row.minimum}-{'' if row.maximum is None else row.maximum}"


def _combined(name: str, place: Row, row: BlueprintRow) -> dict[str, str]:
    """The fields of a free row."""
    about = place.element_id or place.unit_id
    return {
        name: _bounds(row),
        f"{name}-about": str(about) if about else "",
        f"{name}-level": place.level.value if place.level else "",
        f"{name}-type": place.type.value if place.type else "",
    }


def _fields(blueprint: Blueprint) -> dict[str, Any]:
    scoring = ScoringPolicy.read(blueprint.scoring)
    rule = PassRule.read(blueprint.pass_rule)
    shuffled = {QUESTIONS: blueprint.shuffles_questions, CHOICES: blueprint.shuffles_choices}
    return {
        "title": blueprint.title,
        "length": blueprint.length,
        "pilot_count": blueprint.pilot_count or None,
        "max_exposure": blueprint.max_exposure,
        "multiple": scoring.multiple,
        "penalty": int(scoring.wrong_penalty * 100) or None,
        "shuffles": [name for name, is_on in shuffled.items() if is_on],
        **({} if rule is None else {"passing": rule.kind, **_rule_fields(rule)}),
    }


def _rule_fields(rule: PassRule) -> dict[str, Any]:
    if rule.kind is PassKind.CUT:
        return {"percent": rule.percent}
    return {"right": rule.right, "of": rule.of, "right_from": rule.right_from}
