from uuid import uuid4

import pytest
import sqlalchemy as sa

from lsp.accounts.models import Person
from lsp.accounts.services.people import get_person
from lsp.audit import AuditEntry
from lsp.roles import Role
from tests.factories.accounts import give_phone, make_person


@pytest.fixture
def admin(session, new_browser):
    return new_browser(make_person(session, Role.ADMINISTRATOR, full_name="Ani Administrator"))


STAFF = {
    "full_name": "Budi Santoso",
    "email": "budi@contoh.test",
    "institution": "LSP Humas",
    "roles": ["assessor", "committee"],
}


def test_people_are_searched_and_listed_at_a_fixed_cost(admin, session, statements):
    for number in range(30):
        make_person(session, Role.ASSESSOR, Role.MANAGER, full_name=f"Asesor {number:02}")
    page = admin.page("/orang?cari=asesor")
    assert "30 orang" in page.caption.text
    assert len(page.select("tbody tr")) == 25
    statements.clear()
    page = admin.page(page.select_one(".govuk-pagination__next a")["href"])
    assert len(statements) == 4  # who is signed in; how many; the persons; their roles
    assert len(page.select("tbody tr")) == 5
    assert "Ani" in admin.page("/orang?peran=administrator").tbody.text
    assert "Tidak ada orang" in admin.page("/orang?cari=%00zzz&peran=raja&halaman=-3").text
    admin.page("/orang?halaman=99999999999999999999")


def test_a_name_is_never_markup(admin, session):
    person = make_person(session, full_name="<script>alert(1)</script>")
    assert admin.page("/orang").main.script is None
    assert admin.page(f"/orang/{person.id}").main.script is None


def test_roles_are_given_and_withdrawn(admin, session):
    person = make_person(session)
    page = admin.page(f"/orang/{person.id}/peran", data={"role": "assessor"})
    assert "Peran Asesor diberikan" in page.text
    admin.page(f"/orang/{person.id}/peran/candidate/cabut", data={})
    assert [grant.role for grant in get_person(session, person.id).roles] == [Role.ASSESSOR]


@pytest.mark.parametrize("role", ["", "raja", "candidate"])
def test_a_role_that_is_not_offered_is_refused(admin, session, role):
    person = make_person(session)
    page = admin.page(f"/orang/{person.id}/peran", data={"role": role})
    assert page.select_one(".govuk-error-summary")


def test_nobody_changes_their_own_roles(admin, session):
    me = session.scalars(sa.select(Person)).one()
    assert admin.page(f"/orang/{me.id}").find("select") is None
    page = admin.page(f"/orang/{me.id}/peran", data={"role": "committee"}, status=409)
    assert "administrator lain" in page.text
    admin.page(f"/orang/{me.id}/peran/administrator/cabut", data={}, status=409)


def test_staff_are_invited_and_choose_their_password(admin, browser, session, outbox, clock):
    page = admin.page("/orang/baru", data=STAFF)
    assert page.h1.text == "Budi Santoso"
    to, subject, _ = outbox.last()
    assert (to, subject) == ("budi@contoh.test", "Undangan: akun Anda di LSP Humas Uji")
    link = outbox.link()
    clock.move(seconds=1)
    admin.page(page.select_one("form[action$='/undang']")["action"], data={})
    assert len(outbox.all()) == 2
    browser.page(link, data={"password": "teh manis hangat sekali"})
    credentials = {"identifier": STAFF["email"], "password": "teh manis hangat sekali"}
    assert "Budi Santoso" in browser.page("/masuk", data=credentials).header.text
    made = session.scalars(sa.select(Person).where(Person.email == STAFF["email"])).one()
    admin.page(f"/orang/{made.id}/undang", data={}, status=409)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"roles": []}, "Pilih paling sedikit satu peran"),
        ({"roles": ["raja"]}, ""),
        ({"roles": ["candidate"]}, ""),
        ({"email": "taken@contoh.test"}, "sudah dipakai akun lain"),
    ],
)
def test_a_mistake_in_an_invitation_is_named(admin, session, outbox, wrong, words):
    make_person(session, email="taken@contoh.test")
    page = admin.page("/orang/baru", data={**STAFF, **wrong})
    assert words in page.select_one(".govuk-error-summary").text
    assert page.find("input", {"name": "full_name"})["value"] == "Budi Santoso"
    assert outbox.all() == []


def test_sessions_pauses_and_phones_of_others_are_ended(admin, new_browser, session, app, clock):
    person = make_person(session, Role.ASSESSOR, locked_until=clock.now().replace(hour=9))
    give_phone(session, person, app.extensions["lsp"].vault, now=clock.now())
    browser = new_browser(person)
    page = admin.page(f"/orang/{person.id}")
    for form in page.select("main form"):
        if not form["action"].endswith(("/peran", "/cabut")):
            admin.page(form["action"], data={})
    assert browser.get("/akun").status_code == 302
    assert person.locked_until is None
    assert person.totp_hidden is None
    actions = set(session.scalars(sa.select(AuditEntry.action)))
    assert actions == {"session.revoked", "person.unlocked", "totp.reset"}


def test_nobody_who_is_not_there_has_a_page(admin):
    admin.page(f"/orang/{uuid4()}", status=404)
    admin.page(f"/orang/{uuid4()}/peran/raja/cabut", data={}, status=404)


def test_an_auditor_reads_and_changes_nothing(new_browser, session):
    auditor = new_browser(make_person(session, Role.AUDITOR))
    person = make_person(session, locked_until=None)
    page = auditor.page(f"/orang/{person.id}")
    assert page.select("main form") == []
    assert auditor.post(f"/orang/{person.id}/peran", data={"role": "manager"}).status_code == 403
    assert auditor.get("/orang/baru").status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}))
def test_other_roles_see_neither_people_nor_trail(new_browser, session, role):
    browser = new_browser(make_person(session, role))
    assert browser.get("/orang").status_code == 403
    assert browser.get("/jejak-audit").status_code == 403


def test_who_registered_themself_needs_no_invitation(admin, session, outbox):
    person = make_person(session, email_confirmed_at=None)
    assert "undangan" not in admin.page(f"/orang/{person.id}").main.text
    admin.page(f"/orang/{person.id}/undang", data={}, status=409)
    assert outbox.all() == []
