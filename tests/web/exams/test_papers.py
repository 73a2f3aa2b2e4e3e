from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Blueprint, Item, Paper
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.items import MultipleScoring, ScoringPolicy
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.passing import PassKind, PassRule
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint, rows_of
from lsp.roles import Role
from lsp.skkni.models import SchemeState, SchemeVersion
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_revision
from tests.factories.skkni import make_scheme_version, make_unit


@pytest.fixture
def manager(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def version(session: Session) -> SchemeVersion:
    """Two units; the first has five single choices and an essay, the second two single choices."""
    one, other = make_unit(session), make_unit(session)
    for n in range(5):
        make_revision(session, criterion=one.elements[n % 2].criteria[0])
    make_revision(session, criterion=one.elements[0].criteria[1], type=ItemType.ESSAY)
    for _ in range(2):
        make_revision(session, criterion=other.elements[0].criteria[0])
    return make_scheme_version(session, units=[one, other])


def form_of(version: SchemeVersion) -> str:
    return f"/kisi-kisi/baru/{version.id}"


def errors(page) -> str:
    return page.select_one(".govuk-error-summary").get_text()


def made(session: Session) -> Blueprint:
    return session.scalars(sa.select(Blueprint)).one()


def test_a_manager_states_bounds_and_rules(
    manager: Browser, session: Session, version: SchemeVersion
) -> None:
    one, other = (place.unit for place in version.units)
    page = manager.page(
        form_of(version),
        data={
            "title": "Naskah utama",
            "length": "6",
            f"n-{one.id}": "3-",
            f"n-{one.id}-essay": "1",
            f"l-{other.id}-C3": "1–2",
            f"e-{one.elements[1].id}": "1-4",
            "l-C1": "0",
            "x-1-about": str(one.elements[0].id),
            "x-1-level": "C3",
            "x-1-type": "single_choice",
            "x-1": "1",
            "max_exposure": "3",
            "multiple": "all_or_nothing",
            "penalty": "25",
            "passing": "criteria",
            "right": "2",
            "of": "3",
            "right_from": "60",
            "shuffles": ["questions"],
        },
    )
    assert "1 sampai 2" in page.get_text()
    assert "paling sedikit 3" in page.get_text()
    blueprint = made(session)
    bounds = [(row.minimum, row.maximum) for row in rows_of(blueprint)]
    assert bounds == [(3, None), (1, 1), (1, 4), (1, 2), (0, 0), (1, 1)]
    combined = rows_of(blueprint)[-1]
    assert combined.unit_id == one.id
    assert combined.element_id == one.elements[0].id
    assert (combined.level, combined.type) == (CognitiveLevel.C3, ItemType.SINGLE_CHOICE)
    scoring = ScoringPolicy.read(blueprint.scoring)
    assert scoring.multiple is MultipleScoring.ALL_OR_NOTHING
    assert (scoring.wrong_penalty * 100, scoring.below_zero) == (25, True)
    assert PassRule.read(blueprint.pass_rule) == PassRule(
        PassKind.CRITERIA, right=2, of=3, right_from=60
    )
    assert (blueprint.shuffles_questions, blueprint.shuffles_choices) == (True, False)


def test_weights_become_counts_that_are_shown_before_they_are_saved(
    manager: Browser, session: Session, version: SchemeVersion
) -> None:
    one, other = (place.unit_id for place in version.units)
    data = {"title": "Berbobot", "length": "7", f"w-{one}": "60", f"w-{other}": "40"}
    page = manager.page(form_of(version), data={**data, "action": "weigh"})
    assert page.find(id=f"n-{one}")["value"] == "4"
    assert page.find(id=f"n-{other}")["value"] == "3"
    assert page.find(id=f"w-{one}")["value"] == "60"
    assert session.scalars(sa.select(Blueprint)).all() == []
    for fault, words in (
        ({"length": ""}, "Isi panjang naskah"),
        ({f"w-{one}": "banyak"}, "Isi bobot"),
        ({f"w-{one}": "", f"w-{other}": ""}, "Isi bobot paling sedikit satu unit"),
    ):
        page = manager.page(form_of(version), data={**data, **fault, "action": "weigh"})
        assert words in errors(page)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"cell": "dua"}, "Isi jumlah soal seperti"),
        ({"cell": "4-2"}, "angka yang lebih kecil"),
        ({"cell": ""}, "Isi jumlah soal untuk paling sedikit satu unit"),
        ({"length": "1"}, "paling sedikit 2 soal"),
        ({"length": "301"}, "1 sampai 300"),
        ({"penalty": "101"}, "0 sampai 100 persen"),
        ({"multiple": "generous"}, "Pilih salah satu"),
        ({"passing": "cut"}, "lebih dari 0%"),
        ({"passing": "criteria", "right": "3", "of": "2"}, "tidak lebih banyak"),
        ({"shuffles": ["seats"]}, ""),
    ],
)
def test_a_faulty_blueprint_keeps_what_was_typed(
    manager: Browser, session: Session, version: SchemeVersion, fault: dict, words: str
) -> None:
    cell = f"n-{version.units[0].unit_id}"
    fault = dict(fault)
    typed = fault.pop("cell", "2")
    page = manager.page(form_of(version), data={"title": "Naskah", cell: typed, **fault})
    assert words in errors(page)
    assert page.find(id=cell).get("value", "") == typed
    assert session.scalars(sa.select(Blueprint)).all() == []


def test_a_scheme_that_is_not_in_force_has_no_form(manager: Browser, session: Session) -> None:
    version = make_scheme_version(session)
    assert version.scheme.title in manager.page("/kisi-kisi/baru").get_text()
    manager.page(f"/kisi-kisi/baru/{make_exam_session(session).id}", status=404)


@pytest.fixture
def blueprint(manager: Browser, session: Session, version: SchemeVersion) -> Blueprint:
    cell = f"n-{version.units[0].unit_id}-single_choice"
    manager.page(form_of(version), data={"title": "Naskah", cell: "2"})
    return made(session)


def test_papers_are_made_and_shown_side_by_side(
    manager: Browser, session: Session, blueprint: Blueprint
) -> None:
    page = manager.page(f"/kisi-kisi/{blueprint.id}/naskah/baru", data={"papers": "2", "seed": "7"})
    text = page.get_text()
    assert "2 naskah disusun" in text
    assert "Tidak semua naskah menanyakan KUK" in text
    papers = session.scalars(sa.select(Paper).order_by(Paper.number)).all()
    assert [paper.seed for paper in papers] == [7, 7]
    address = f"/naskah/{papers[0].batch_id}"
    questions = manager.page(f"{address}/2").get_text()
    assert papers[1].questions[0].revision.item.identifier in questions
    manager.page(f"{address}/3", status=404)
    assert f'href="{address}"' in str(manager.page(f"/kisi-kisi/{blueprint.id}"))
    assert f'href="{address}"' in str(manager.page("/kisi-kisi"))


def test_what_stands_in_the_way_is_said_at_the_form(
    manager: Browser, session: Session, blueprint: Blueprint
) -> None:
    address = f"/kisi-kisi/{blueprint.id}/naskah/baru"
    page = manager.page(address, data={"papers": "3", "seed": "7"})
    assert "perlu boleh berbagi" in errors(page)
    assert "Pilihan tunggal) kurang 1 soal" in errors(page)
    assert page.select_one("#papers")["value"] == "3"
    assert "Isi bilangan" in errors(manager.page(address, data={"papers": "1", "seed": "-1"}))


def test_reasons_that_are_not_shown_are_counted(manager: Browser, session: Session) -> None:
    units = [make_unit(session) for _ in range(12)]
    blueprint = make_blueprint(
        session,
        scheme_version_id=make_scheme_version(session, units=units).id,
        draft=BlueprintDraft("Kisi", [exactly(1, unit.id) for unit in units]),
        now=NOW,
    )
    data = {"papers": "1", "overlap": "0", "seed": "1"}
    page = manager.page(f"/kisi-kisi/{blueprint.id}/naskah/baru", data=data)
    lines = [line.get_text().strip() for line in page.select(".govuk-error-summary li")]
    assert len(lines) == 11
    assert lines[-1] == "Dan 2 hal lain yang menghalangi."


def test_what_the_bank_has_is_folded_unit_by_unit(manager: Browser, blueprint: Blueprint) -> None:
    page = manager.page(f"/kisi-kisi/{blueprint.id}")
    folded = [" ".join(node.get_text().split()) for node in page.select("main details > summary")]
    one, other = (place.unit for place in blueprint.scheme_version.units)
    assert folded == [
        f"6 soal aktif, 4 KUK: {one.label}",
        f"2 soal aktif, 4 KUK: {other.label}",
    ]
    # Nothing stands open that has a row a criterion.
    assert all(table.find_parent("details") for table in page.select("main .lsp-table-stack"))


def test_papers_are_for_who_may_read_the_bank(
    manager: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    blueprint: Blueprint,
) -> None:
    manager.page(f"/kisi-kisi/{blueprint.id}/naskah/baru", data={"papers": "1", "seed": "7"})
    batch_id = session.scalars(sa.select(Paper.batch_id)).one()
    auditor = new_browser(make_person(session, Role.AUDITOR))
    invigilator = new_browser(make_person(session, Role.INVIGILATOR))
    for address in (
        "/kisi-kisi",
        f"/kisi-kisi/{blueprint.id}",
        f"/naskah/{batch_id}",
        f"/naskah/{batch_id}/1",
    ):
        auditor.page(address)
        invigilator.page(address, status=403)
    auditor.page(f"/kisi-kisi/{blueprint.id}/naskah/baru", status=403)


def test_the_pages_of_papers_cost_a_fixed_number_of_statements(
    manager: Browser, session: Session, blueprint: Blueprint, statements: list[str]
) -> None:
    counts = []
    for count in ("1", "2"):
        manager.page(
            f"/kisi-kisi/{blueprint.id}/naskah/baru", data={"papers": count, "seed": count}
        )
        batch_id = session.scalars(
            sa.select(Paper.batch_id).where(Paper.seed == int(count)).limit(1)
        ).one()
        session.commit()
        statements.clear()
        manager.page(f"/naskah/{batch_id}")
        manager.page(f"/kisi-kisi/{blueprint.id}")
        manager.page("/kisi-kisi")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def filled(page) -> dict[str, str]:
    """What a form holds, without what is empty."""
    fields = {f["name"]: f.get("value", "") for f in page.select("main input[type=text]")}
    fields |= {f["name"]: f["value"] for f in page.select("main input[checked]")}
    for select in page.select("main select"):
        chosen = select.select_one("option[selected]")
        fields[select["name"]] = chosen["value"] if chosen else ""
    return {name: value for name, value in fields.items() if value}


def test_a_blueprint_begins_another_of_a_newer_version_or_a_scheme_like_it(
    manager: Browser, session: Session, version: SchemeVersion
) -> None:
    one, other = (place.unit for place in version.units)
    stated = {
        "title": "Naskah utama",
        "length": "6",
        f"n-{one.id}": "3-",
        f"n-{one.id}-essay": "1",
        f"l-{other.id}-C3": "1-2",
        f"e-{one.elements[1].id}": "1-4",
        "x-1-about": str(one.elements[0].id),
        "x-1-level": "C3",
        "x-1-type": "single_choice",
        "x-1": "1",
        "max_exposure": "3",
        "multiple": "all_or_nothing",
        "penalty": "25",
        "passing": "criteria",
        "right": "2",
        "of": "3",
        "right_from": "60",
        "shuffles": "questions",
    }
    manager.page(form_of(version), data=stated)
    old = made(session)
    # The scheme gets a new version without the second unit; the old one is no longer in force.
    newer = make_scheme_version(session, units=[one])
    version.state = SchemeState.REPLACED
    session.flush()
    page = manager.page(f"/kisi-kisi/{old.id}")
    choice = manager.page(page.find("a", string="Salin menjadi kisi-kisi baru")["href"])
    page = manager.page(choice.select_one("main li a")["href"])
    lost = f"l-{other.id}-C3"
    assert filled(page) == {name: said for name, said in stated.items() if name != lost}
    warning = page.select_one(".lsp-alert--warning").get_text()
    assert other.code in warning
    assert "1–2" in warning
    manager.page(page.select_one("main form")["action"], data=filled(page))
    copy = session.scalars(sa.select(Blueprint).where(Blueprint.id != old.id)).one()
    assert copy.scheme_version_id == newer.id
    assert rows_of(copy) == [row for row in rows_of(old) if row.unit_id != other.id]
    assert (copy.scoring, copy.pass_rule) == (old.scoring, old.pass_rule)
    assert copy.shuffles_questions
    assert not copy.shuffles_choices
    # A blank form offers both to begin with, and nothing that is not there.
    offered = {o["value"] for o in manager.page(form_of(newer)).select("#dari option")}
    assert offered == {str(old.id), str(copy.id)}
    for made_up in ("x", str(newer.id)):
        manager.page(f"{form_of(newer)}?dari={made_up}", status=404)


def test_the_pages_say_by_what_papers_are_balanced(
    manager: Browser, session: Session, blueprint: Blueprint
) -> None:
    address = f"/kisi-kisi/{blueprint.id}/naskah/baru"
    assert "Belum ada soal yang tingkat kemudahannya diketahui" in manager.page(address).get_text()
    page = manager.page(address, data={"papers": "1", "seed": "7"})
    assert "belum diimbangkan menurut kesulitan" in page.get_text()
    items = session.scalars(sa.select(Item)).all()
    items[0].facility = Decimal("0.6")
    session.flush()
    text = manager.page(address).get_text()
    assert f"Tingkat kemudahan 1 dari {len(items)} soal itu diketahui" in text
    for item in items:
        item.facility = Decimal("0.6")
    session.flush()
    assert "Tingkat kemudahan semua soal itu diketahui" in manager.page(address).get_text()
    page = manager.page(address, data={"papers": "1", "seed": "8"})
    assert "belum diimbangkan" not in page.get_text()
    assert "60%" in page.get_text()
    assert "sasaran" not in page.get_text().lower()
    for target, said in (("99", "39 poin persen di bawah sasaran 99%"), ("60", "")):
        page = manager.page(address, data={"papers": "1", "seed": "8", "target": target})
        cell = page.select_one("td[data-label='Perkiraan nilai rata-rata']").get_text()
        assert cell == f"60%{said}"
        assert f"Sasaran perkiraan nilai rata-rata: {target}%" in page.get_text()
