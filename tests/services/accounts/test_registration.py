from dataclasses import replace

import sqlalchemy as sa

from lsp.accounts.models import Employment
from lsp.accounts.services.registration import Application, confirm_address, register
from lsp.audit import AuditEntry
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import made_up_nip, make_person

SRI = Application(
    email="sri@contoh.test",
    password="kopi pahit di teras",
    full_name="Sri Wahyuni",
    title_before="",
    title_after="S.I.Kom.",
    employment=Employment.PNS,
    nip=made_up_nip(),
    phone="0812 0000 0000",
    institution="Kementerian Contoh",
    work_unit="Biro Humas",
    position="Pranata Humas Ahli Pertama",
    language="en",
)


def test_registering_makes_a_candidate_and_keeps_the_consent(session, vault):
    registered = register(session, SRI, vault=vault, now=NOW)
    assert registered.is_new
    assert registered.person is not None
    assert [grant.role for grant in registered.person.roles] == [Role.CANDIDATE]
    assert registered.person.language == "en"
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert entry.action == "person.registered"
    assert entry.detail == {"consent": "2026-11"}


def test_a_taken_address_changes_nothing_and_names_its_owner(session, vault):
    owner = make_person(session, email=SRI.email, full_name="Pemilik")
    registered = register(session, SRI, vault=vault, now=NOW)
    assert (registered.is_new, registered.person) == (False, owner)
    assert owner.full_name == "Pemilik"


def test_a_taken_number_makes_no_second_account(session, vault):
    register(session, SRI, vault=vault, now=NOW)
    again = register(session, replace(SRI, email="lain@contoh.test"), vault=vault, now=NOW)
    assert (again.is_new, again.person) == (False, None)


def test_an_address_is_confirmed_once(session):
    person = make_person(session, email_confirmed_at=None)
    confirm_address(session, person, now=NOW)
    confirm_address(session, person, now=NOW)
    session.refresh(person)
    assert person.email_confirmed_at == NOW
    assert [e.action for e in session.scalars(sa.select(AuditEntry))] == ["person.confirmed"]
