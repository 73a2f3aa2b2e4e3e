import pytest
from sqlalchemy.orm import Session

from lsp.exams.rules.assembling import Row, exactly
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.exams.rules.passing import PassKind, PassRule
from lsp.exams.services.blueprints import (
    BlueprintDraft,
    available,
    get_blueprint,
    list_blueprints,
    make_blueprint,
    rows_of,
)
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.exams import make_revision
from tests.factories.skkni import make_scheme_version, make_unit


def make(session: Session, version, *rows: Row, **values):
    draft = BlueprintDraft("Naskah", rows, **values)
    return make_blueprint(session, scheme_version_id=version.id, draft=draft, now=NOW)


def test_a_blueprint_keeps_rows_and_rules(session: Session) -> None:
    version = make_scheme_version(session)
    unit = version.units[0].unit
    rows = [
        exactly(3, unit.id, ItemType.ESSAY),
        Row(1, 2, unit_id=unit.id, element_id=unit.elements[1].id, level=CognitiveLevel.C4),
        Row(2, None, level=CognitiveLevel.C1),
    ]
    rule = PassRule(PassKind.UNIT, right=2, of=3)
    made = make(session, version, *rows, length=10, max_exposure=4, pass_rule=rule)
    session.expire_all()
    found = get_blueprint(session, made.id)
    assert rows_of(found) == rows
    assert (found.length, found.max_exposure) == (10, 4)
    assert PassRule.read(found.pass_rule) == rule


def test_its_length_is_the_least_the_rows_ask_for_unless_it_is_said(session: Session) -> None:
    version = make_scheme_version(session)
    one, other = (row.unit_id for row in version.units)
    rows = [
        exactly(3, one, ItemType.ESSAY),
        exactly(4, one, ItemType.SINGLE_CHOICE),
        Row(5, None, unit_id=one),
        Row(2, 6, unit_id=other),
        Row(4, None, level=CognitiveLevel.C4),
    ]
    assert make(session, version, *rows).length == 9
    assert make(session, version, *rows, length=12).length == 12
    with pytest.raises(Refusal, match="paling sedikit 9 soal"):
        make(session, version, *rows, length=8)


def test_it_holds_units_and_elements_of_its_scheme_only(session: Session) -> None:
    version, other = make_scheme_version(session), make_unit(session)
    unit = version.units[0].unit
    with pytest.raises(Refusal, match="unit dari skemanya"):
        make(session, version, exactly(1, other.id))
    with pytest.raises(Refusal, match="elemen dari unitnya"):
        make(session, version, Row(1, 1, element_id=other.elements[0].id))
    second = version.units[1].unit.elements[0].id
    with pytest.raises(Refusal, match="elemen dari unitnya"):
        make(session, version, Row(1, 1, unit_id=unit.id, element_id=second))


@pytest.mark.parametrize(
    "values", [{"length": 301}, {"length": 0}, {"pilot_count": 51}, {"max_exposure": 0}]
)
def test_numbers_out_of_reach_are_refused(session: Session, values: dict[str, int]) -> None:
    with pytest.raises(Refusal):
        make(session, make_scheme_version(session), Row(0, 3), **values)


def test_a_blueprint_without_rows_is_refused(session: Session) -> None:
    with pytest.raises(Refusal, match="Isi jumlah soal"):
        make(session, make_scheme_version(session))


def test_an_unknown_blueprint_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        get_blueprint(session, make_unit(session).id)


def test_the_list_costs_one_statement(session: Session, statements: list[str]) -> None:
    version = make_scheme_version(session)
    made = [make(session, version, Row(1)) for _ in range(4)]
    session.expire_all()
    statements.clear()
    found = list_blueprints(session)
    assert {row.id for row in found} == {row.id for row in made}
    assert all(row.scheme_version.scheme.title for row in found)
    assert len(statements) == 1


def test_what_is_available_is_counted_by_type_level_and_element(session: Session) -> None:
    unit = make_unit(session)
    first = unit.elements[0].criteria[0]
    make_revision(session, criterion=first)
    make_revision(session, criterion=unit.elements[1].criteria[0])
    make_revision(session, criterion=first, type=ItemType.ESSAY)
    make_revision(session, criterion=first).item.state = ItemState.DRAFT
    session.flush()
    found = available(session, [unit.id])
    assert found.types == {(unit.id, ItemType.SINGLE_CHOICE): 2, (unit.id, ItemType.ESSAY): 1}
    assert found.levels == {(unit.id, CognitiveLevel.C3): 3}
    assert found.elements == {unit.elements[0].id: 2, unit.elements[1].id: 1}
    assert found.of_unit(unit.id) == 3
