from uuid import uuid4

import pytest
import sqlalchemy as sa

from lsp.accounts.models import Employment, Person
from lsp.accounts.services.passwords import check_password
from lsp.accounts.services.people import (
    EmailTaken,
    NumberTaken,
    Profile,
    change_profile,
    create_person,
    find_people,
    get_person,
    numbers_of,
)
from lsp.audit import AuditEntry
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import made_up_nip, make_person


def make(session, vault, **values):
    return create_person(
        session,
        vault=vault,
        **{
            "email": "Sri@Contoh.test ",
            "full_name": "Sri Wahyuni",
            "password": "kopi pahit di teras",
            "employment": Employment.PNS,
            "roles": [Role.CANDIDATE],
            "now": NOW,
            "nip": made_up_nip(),
            "nik": "3171046703900001",
            **values,
        },
    )


def test_a_new_person_has_a_lower_case_address_a_hashed_password_and_hidden_numbers(session, vault):
    person = make(session, vault)
    assert person.email == "sri@contoh.test"
    assert person.email_confirmed_at is None
    assert check_password(person.password_hash, "kopi pahit di teras").fits
    row = session.execute(sa.select(Person.__table__)).mappings().one()
    stored = " ".join(str(value) for value in row.values())
    assert made_up_nip() not in stored
    assert "3171046703900001" not in stored
    assert numbers_of(vault, person).nip == made_up_nip()
    assert numbers_of(vault, person).masked_nik == "317104••••••0001"


def test_a_number_typed_with_spaces_is_the_same_number(session, vault):
    make(session, vault, nip="19900327 201503 2 001")
    with pytest.raises(NumberTaken):
        make(session, vault, email="lain@contoh.test", nik="")


def test_an_address_belongs_to_one_person(session, vault):
    make(session, vault)
    with pytest.raises(EmailTaken):
        make(session, vault, email="SRI@contoh.test", nip="", nik="")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nip": "199003272015032000"},
        {"nip": made_up_nip(middle="202524")},
        {"nik": "123"},
        {"employment": Employment.OTHER},
    ],
)
def test_an_impossible_number_is_refused(session, vault, wrong):
    with pytest.raises(Refusal):
        make(session, vault, **wrong)


def test_a_pppk_may_have_24_where_a_pns_has_a_month(session, vault):
    person = make(session, vault, nip=made_up_nip(middle="202524"), employment=Employment.PPPK)
    assert person.nip_fingerprint


def profile_of(person, **values):
    fields = (
        "full_name",
        "title_before",
        "title_after",
        "language",
        "employment",
        "phone",
        "institution",
        "work_unit",
        "position",
    )
    kept = {name: getattr(person, name) for name in fields}
    return Profile(**{**kept, "nip": "", "nik": "", **values})


def test_an_empty_number_keeps_the_stored_one(session, vault):
    person = make(session, vault)
    change_profile(session, person, profile_of(person, full_name="Sri W."), vault=vault, now=NOW)
    assert numbers_of(vault, person).nip == made_up_nip()
    assert person.full_name == "Sri W."


def test_who_leaves_the_civil_service_leaves_the_number_behind(session, vault):
    person = make(session, vault)
    changed = profile_of(person, employment=Employment.OTHER)
    change_profile(session, person, changed, vault=vault, now=NOW)
    assert numbers_of(vault, person).nip == ""
    assert make(session, vault, email="baru@contoh.test", nik="").nip_fingerprint


def test_the_record_of_a_change_names_the_fields_and_never_a_number(session, vault):
    person = make(session, vault)
    changed = profile_of(person, nip=made_up_nip(2), phone="0812 0000 0000")
    change_profile(session, person, changed, vault=vault, now=NOW)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert entry.action == "person.profile_changed"
    assert entry.detail == {"fields": ["nip", "phone"]}


def test_saving_without_a_change_records_nothing(session, vault):
    person = make(session, vault)
    change_profile(session, person, profile_of(person), vault=vault, now=NOW)
    assert session.scalars(sa.select(AuditEntry)).all() == []


def test_a_nik_that_disagrees_with_the_nip_is_a_warning_and_is_stored(session, vault):
    person = make(session, vault, nik="3171042803900001")
    assert len(numbers_of(vault, person).warnings()) == 2  # another day, and a man's


def test_people_are_found_by_a_part_of_name_or_address_and_by_role(session):
    sri = make_person(session, Role.ASSESSOR, full_name="Sri Wahyuni")
    budi = make_person(session, full_name="Budi 100%", email="b_d@contoh.test")
    assert find_people(session, text="wahyu").people == [sri]
    assert find_people(session, text="b_d@").people == [budi]
    assert find_people(session, role=Role.ASSESSOR).people == [sri]
    assert find_people(session, text="%").people == [budi]
    assert find_people(session, text="tidak ada").people == []


def test_a_search_costs_three_statements_however_many_are_found(session, statements):
    for _ in range(30):
        make_person(session, Role.ASSESSOR, Role.MANAGER)
    session.expire_all()
    statements.clear()
    page = find_people(session)
    assert [len(person.roles) for person in page.people] == [2] * 25
    assert (page.total, page.last) == (30, 2)
    assert len(statements) == 3
    assert len(find_people(session, page=99).people) == 5


def test_nobody_is_nobody(session):
    with pytest.raises(NotFound):
        get_person(session, uuid4())
