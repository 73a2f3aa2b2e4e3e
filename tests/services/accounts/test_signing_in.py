from datetime import timedelta

import pytest
import sqlalchemy as sa

from bench.overhearing import overheard
from lsp.accounts.models import RecoveryCode, SignInFailure
from lsp.accounts.rules.guessing import REMEMBERED
from lsp.accounts.services import totp
from lsp.accounts.services.guessing import Guess, note_failure, waiting_time
from lsp.accounts.services.passwords import check_password, hash_password
from lsp.accounts.services.signing_in import (
    admit,
    admit_code,
    find_credentials,
    finish_sign_in,
)
from lsp.audit import AuditEntry
from lsp.roles import Role
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, give_phone, loaded, made_up_nip, make_person

HERE = "a network"


def try_password(session, vault, person, password, now=NOW):
    found = find_credentials(session, vault, person.email)
    verdict = check_password(found.password_hash, password)
    return admit(session, found, verdict, Guess(str(person.id), HERE), now=now)


def actions(session):
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


def test_an_account_is_found_by_address_or_number_however_typed(session, vault):
    person = make_person(
        session,
        email="sri@contoh.test",
        nip_hidden=vault.hide(made_up_nip()),
        nip_fingerprint=vault.fingerprint(made_up_nip()),
    )
    for identifier in (" SRI@contoh.test", made_up_nip(), "19900327 201503 2 001"):
        found = find_credentials(session, vault, identifier)
        assert found is not None
        assert found.person_id == person.id
    assert find_credentials(session, vault, "tidak ada") is None


def test_the_right_password_admits_and_a_cheap_hash_is_replaced(session, vault):
    person = make_person(session)
    before = person.password_hash
    assert try_password(session, vault, person, PASSWORD) is person
    assert person.password_hash != before
    assert check_password(person.password_hash, PASSWORD).fits
    assert check_password(person.password_hash, PASSWORD).fresh_hash is None


def test_the_same_password_composed_by_another_keyboard_fits():
    assert check_password(hash_password("kafé di pojok"), "kafe\u0301 di pojok").fits


def test_no_hash_and_a_broken_hash_fit_nothing():
    assert not check_password(None, PASSWORD).fits
    assert not check_password("bukan hash", PASSWORD).fits


def test_after_five_wrong_passwords_even_the_right_one_waits_a_minute(session, vault):
    person = make_person(session)
    for _ in range(5):
        assert try_password(session, vault, person, "salah sama sekali") is None
    assert try_password(session, vault, person, PASSWORD) is None
    assert actions(session) == ["person.locked"]
    later = NOW + timedelta(minutes=1)
    assert try_password(session, vault, person, PASSWORD, later) is person


def test_a_guess_that_was_compared_while_others_failed_counts_for_nothing(session, vault):
    person = make_person(session)
    found = find_credentials(session, vault, person.email)
    guess, verdict = Guess(str(person.id), HERE), check_password(found.password_hash, PASSWORD)
    for _ in range(5):
        note_failure(session, guess, NOW)
    assert admit(session, found, verdict, guess, now=NOW) is None


def test_what_is_over_is_forgotten(session):
    guess = Guess("seorang", HERE)
    for _ in range(5):
        note_failure(session, guess, NOW)
    assert waiting_time(session, guess, NOW) == timedelta(minutes=1)
    note_failure(session, Guess("orang lain", HERE), NOW + REMEMBERED)
    assert session.scalar(sa.select(sa.func.count(SignInFailure.id))) == 1


def test_four_wrong_passwords_and_then_the_right_one_begin_anew(session, vault):
    person = make_person(session)
    for _ in range(4):
        try_password(session, vault, person, "salah sama sekali")
    admitted = try_password(session, vault, person, PASSWORD)
    finish_sign_in(session, admitted, now=NOW, user_agent="", network=HERE)
    assert try_password(session, vault, person, "salah sama sekali") is None
    assert try_password(session, vault, person, PASSWORD) is person


def test_the_right_password_alone_does_not_forget_wrong_codes(session, vault):
    person = make_person(session)
    give_phone(session, person, vault, now=NOW)
    for _ in range(5):
        assert try_password(session, vault, person, PASSWORD) is person
        assert admit_code(session, person.id, "000000", vault=vault, now=NOW) is None
    assert try_password(session, vault, person, PASSWORD) is None
    assert person.locked_until == NOW + timedelta(minutes=15)


def test_a_code_from_the_phone_works_once(session, vault):
    person = make_person(session)
    phone = give_phone(session, person, vault, now=NOW)
    code = phone.at(NOW)
    assert admit_code(session, person.id, f"{code[:3]} {code[3:]}", vault=vault, now=NOW) is person
    assert admit_code(session, person.id, code, vault=vault, now=NOW) is None


def test_during_a_pause_no_code_is_looked_at(session, vault):
    person = make_person(session, locked_until=NOW + timedelta(minutes=1))
    phone = give_phone(session, person, vault, now=NOW)
    assert admit_code(session, person.id, phone.at(NOW), vault=vault, now=NOW) is None


def set_up(session, vault, person):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    import pyotp

    return totp.confirm_totp(
        session,
        person,
        vault=vault,
        secret=secret,
        code=pyotp.TOTP(secret).at(NOW),
        token="",
        now=NOW,
    )


def test_ten_recovery_codes_of_80_bits_each_work_once_and_only_for_their_owner(session, vault):
    person, other = make_person(session), make_person(session)
    codes = set_up(session, vault, person)
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)

    def use(who, code):
        return admit_code(session, who.id, code, vault=vault, now=NOW, is_recovery=True)

    assert use(other, codes[0]) is None
    assert use(person, codes[0].lower()) is person
    assert use(person, codes[0]) is None
    assert use(person, codes[1]) is person
    assert totp.count_recovery_codes(session, person.id) == 8
    stored = list(session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not set(stored) & set(codes)


def test_new_recovery_codes_replace_the_old_ones(session, vault):
    person = make_person(session)
    [old, *_] = set_up(session, vault, person)
    [new, *_] = totp.renew_recovery_codes(session, person, now=NOW)
    assert not totp.use_recovery_code(session, person, old, now=NOW)
    assert totp.use_recovery_code(session, person, new, now=NOW)


def test_a_wrong_first_code_ties_no_phone(session, vault):
    person = make_person(session)
    with pytest.raises(Refusal):
        totp.confirm_totp(
            session,
            person,
            vault=vault,
            secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            code="000000",
            token="",
            now=NOW,
        )
    assert person.totp_hidden is None
    assert person.totp_confirmed_at is None


def test_tying_a_phone_ends_the_sessions_that_were_opened_without_it(session, vault):
    person = make_person(session)
    token = finish_sign_in(session, person, now=NOW, user_agent="", network=HERE)
    set_up(session, vault, person)
    assert loaded(session, token, NOW) is None
    assert actions(session)[-1] == "totp.confirmed"


def test_only_sign_ins_of_staff_are_recorded(session):
    finish_sign_in(
        session, make_person(session, Role.CANDIDATE), now=NOW, user_agent="", network=HERE
    )
    assert actions(session) == []
    finish_sign_in(
        session, make_person(session, Role.ASSESSOR), now=NOW, user_agent="", network=HERE
    )
    assert actions(session) == ["person.signed_in"]


def test_the_signed_in_person_is_loaded_by_one_statement(session):
    person = make_person(session, Role.ASSESSOR, Role.MANAGER)
    token = finish_sign_in(session, person, now=NOW, user_agent="x" * 500, network=HERE)
    with overheard(session.connection().connection.driver_connection) as statements:
        found = loaded(session, token, NOW)
    assert found is not None
    assert found[4] == {Role.ASSESSOR, Role.MANAGER}
    assert len(statements) == 1
