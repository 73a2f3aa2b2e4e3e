import pytest
from sqlalchemy.orm import Session

from lsp.skkni.models import SchemeState
from lsp.skkni.rules import Count
from lsp.skkni.services import (
    active_scheme_versions,
    get_scheme,
    get_scheme_version,
    get_standard,
    get_unit,
    load_standards,
    schemes_with_unit,
    search_catalogue,
)
from lsp.skkni.services.catalogue import MOST_UNITS, Catalogue
from lsp.texts import NotFound
from tests.conftest import NOW
from tests.factories.skkni import make_scheme_version, make_standard, make_unit


def codes(catalogue: Catalogue) -> set[str | None]:
    return {u.code for s in catalogue.standards for _, units in s.groups for u in units}


def test_the_decree_of_2008_counts_8_of_71_units_without_the_draft(session: Session) -> None:
    load_standards(session, NOW)
    listings = {s.standard.slug: s for s in search_catalogue(session).standards}
    assert listings["kep-39-2008"].count == Count(8, 71)
    assert listings["kep-39-2008"].group_counts == {
        "umum": Count(2, 7),
        "inti": Count(6, 55),
        "khusus": Count(0, 9),
    }
    assert listings["kepmenaker-629-2016"].count == Count(7, None)
    assert listings["kepmenaker-32-2022"].count == Count(10, None)
    assert listings["permenkominfo-12-2015"].count == Count(0, None)
    assert get_standard(session, "kep-39-2008").count == Count(8, 71)


def test_groups_come_in_the_order_of_the_decree(session: Session) -> None:
    load_standards(session, NOW)
    assert [name for name, _ in get_standard(session, "kep-39-2008").groups] == ["umum", "inti", ""]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("konferensi PERS", {"KOM.PR02.014.01"}),
        ("kom.pr02.036", {"KOM.PR02.036.01"}),
        ("bahasa inggris", {"KOM.PR01.002.01", "S.941000.002.02"}),
        ("pidato 269", {"S.941000.023.02"}),
        ("protokoler", {None}),
        ("%", set()),
        ("_", set()),
        ("tidak ada di mana pun", set()),
    ],
)
def test_a_search_finds_by_code_title_and_standard(
    session: Session, query: str, expected: set[str | None]
) -> None:
    load_standards(session, NOW)
    assert codes(search_catalogue(session, query)) == expected


def test_269_leads_to_the_units_of_kepmenaker_629(session: Session) -> None:
    load_standards(session, NOW)
    assert codes(search_catalogue(session, "269")) == codes(search_catalogue(session, "629"))
    assert len(codes(search_catalogue(session, "269"))) == 7


def test_a_search_shows_a_bounded_number_and_says_so(session: Session) -> None:
    standard = make_standard(session)
    for _ in range(MOST_UNITS + 1):
        make_unit(session, standard=standard, elements=0)
    catalogue = search_catalogue(session)
    assert catalogue.is_cut
    assert catalogue.found == len(codes(catalogue)) == MOST_UNITS


def test_what_does_not_exist_is_not_found(session: Session) -> None:
    for fetch in (get_unit, get_standard, get_scheme):
        with pytest.raises(NotFound):
            fetch(session, "tidak-ada")
    unit = make_unit(session)
    with pytest.raises(NotFound):
        get_scheme_version(session, unit.id)


def test_only_active_versions_can_be_applied_for(session: Session) -> None:
    active = make_scheme_version(session)
    make_scheme_version(session, state=SchemeState.DRAFT)
    assert active_scheme_versions(session) == [active]
    assert get_scheme_version(session, active.id) is active


def test_a_unit_names_the_schemes_that_use_it(session: Session) -> None:
    version = make_scheme_version(session)
    unit = version.units[0].unit
    make_scheme_version(session, units=[unit], state=SchemeState.REPLACED)
    assert schemes_with_unit(session, unit.id) == [version.scheme]
