import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from lsp import audit
from lsp.skkni.data.texts import TEXTS
from lsp.skkni.models import (
    Completeness,
    Criterion,
    Element,
    Scheme,
    SchemeState,
    Standard,
    Unit,
)
from lsp.skkni.services import get_unit, load_schemes, load_standards
from lsp.skkni.services.loading import DATA
from tests.conftest import NOW
from tests.factories.skkni import make_unit


def rows(session: Session) -> dict[str, int]:
    return {
        model.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (Standard, Unit, Element, Criterion, Scheme)
    }


def test_the_packaged_standards_are_loaded_with_units_elements_and_criteria(
    session: Session,
) -> None:
    load_standards(session, NOW)
    assert rows(session) == {
        "standards": 4,
        "units": 26,
        "elements": 14,
        "criteria": 56,
        "schemes": 0,
    }
    unit = get_unit(session, "kom-pr02-014-01")
    assert unit.completeness is Completeness.CRITERIA
    assert [c.label for c in unit.elements[2].criteria] == ["3.1", "3.2", "3.3"]
    assert unit.elements[0].criteria[0].text == "Tujuan konferensi pers ditetapkan"
    partial = get_unit(session, "s-941000-002-02")
    assert partial.completeness is Completeness.PARTIAL


def test_the_protocol_unit_is_a_draft_without_a_code(session: Session) -> None:
    load_standards(session, NOW)
    unit = get_unit(session, "melaksanakan-aktivitas-protokoler")
    assert unit.code is None
    assert len(unit.elements) == 2


def test_loading_twice_changes_nothing(session: Session) -> None:
    assert load_standards(session, NOW) > 0
    assert load_schemes(session, NOW) > 0
    before = rows(session)
    session.expire_all()
    assert load_standards(session, NOW) == 0
    assert load_schemes(session, NOW) == 0
    assert rows(session) == before
    actions = session.scalars(sa.select(audit.AuditEntry.action)).all()
    assert actions == ["standards.loaded", "schemes.loaded"]


def test_loading_mends_a_packaged_unit_and_leaves_the_lsp_s_own_alone(session: Session) -> None:
    load_standards(session, NOW)
    own = make_unit(session, title="Unit yang dimuat LSP")
    unit = get_unit(session, "kom-pr02-001-01")
    unit.title = "Salah ketik"
    session.flush()
    assert load_standards(session, NOW) == 1
    assert unit.title == "Membuat klipping"
    assert session.get(Unit, own.id) is own
    assert own.title == "Unit yang dimuat LSP"


def test_the_demonstration_scheme_is_open_and_the_real_one_is_not(session: Session) -> None:
    load_standards(session, NOW)
    load_schemes(session, NOW)
    schemes = {scheme.slug: scheme for scheme in session.scalars(sa.select(Scheme))}
    demonstration = schemes["praktisi-humas-pemerintah-peragaan"]
    [version] = demonstration.versions
    assert demonstration.is_demonstration
    assert (version.state, version.effective_on) == (SchemeState.ACTIVE, NOW.date())
    assert [place.unit.code for place in version.units] == [
        "KOM.PR02.014.01",
        "KOM.PR02.036.01",
        "S.941000.019.02",
    ]
    assert len(version.prerequisites) == 3
    [draft] = schemes["humas-yunior"].versions
    assert draft.state is SchemeState.DRAFT
    assert len(draft.units) == 6


def test_a_replaced_version_is_not_opened_again_by_loading(session: Session) -> None:
    load_standards(session, NOW)
    load_schemes(session, NOW)
    scheme = session.scalars(sa.select(Scheme).where(Scheme.is_demonstration)).one()
    scheme.versions[0].state = SchemeState.REPLACED
    session.flush()
    load_schemes(session, NOW)
    session.expire_all()
    assert scheme.versions[0].state is SchemeState.REPLACED


def test_every_sentence_of_ours_in_the_data_is_marked_for_translation() -> None:
    def read(name: str) -> list[dict]:
        return yaml.safe_load((DATA / name).read_text("utf-8"))

    import csv

    ours = {s["status"] for s in read("standards.yaml")} | {
        s["note"] for s in read("standards.yaml")
    }
    lines = (DATA / "units.csv").read_text("utf-8").splitlines()
    ours |= {u["source"] for u in csv.DictReader(lines) if not u["source"].startswith("http")}
    ours |= {u["completeness_note"] for u in read("unit-details.yaml")}
    for scheme in read("schemes.yaml"):
        ours |= {scheme["validity_reason"], *scheme["prerequisites"]}
        ours |= {scheme["source"]} if not scheme["source"].startswith("http") else set()
    assert ours - {""} == set(TEXTS)
