from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.certificates.models import Certificate
from lsp.certificates.rules import Standing, StatusKind
from lsp.certificates.services.looking_up import code_for, find_by_code
from lsp.certificates.services.standing import change_standing
from lsp.roles import Role
from lsp.settings import Settings
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate

TODAY = date(2026, 11, 23)


def change(
    session: Session, certificate: Certificate, kind: StatusKind, **values: object
) -> Certificate:
    return change_standing(
        session,
        **{  # type: ignore[arg-type]
            "certificate_id": certificate.id,
            "kind": kind,
            "reason_class": "scope",
            "note": "BA 12/2026",
            "actor_id": certificate.issued_by_id,
            "now": NOW + timedelta(hours=1),
            **values,
        },
    )


def test_the_public_sees_a_suspension_at_once(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    change(session, certificate, StatusKind.SUSPENDED)
    view = find_by_code(session, certificate.code, TODAY)
    assert view.standing is Standing.SUSPENDED
    assert view.changed_at == NOW + timedelta(hours=1)
    assert view.reason_class == "scope"


def test_a_restored_certificate_is_valid_again(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    change(session, certificate, StatusKind.SUSPENDED)
    change(
        session,
        certificate,
        StatusKind.RESTORED,
        reason_class="remedied",
        now=NOW + timedelta(days=1),
    )
    assert find_by_code(session, certificate.code, TODAY).standing is Standing.VALID


def test_a_withdrawn_certificate_cannot_be_restored(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    change(session, certificate, StatusKind.WITHDRAWN)
    with pytest.raises(Refusal, match="tidak mungkin"):
        change(session, certificate, StatusKind.RESTORED)


def test_the_same_change_sent_twice_is_one_event(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    change(session, certificate, StatusKind.SUSPENDED)
    assert len(change(session, certificate, StatusKind.SUSPENDED).events) == 2


def test_a_change_needs_a_reason(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    with pytest.raises(Refusal, match="alasan"):
        change(session, certificate, StatusKind.SUSPENDED, note="  ")
    with pytest.raises(Refusal, match="alasan"):
        change(session, certificate, StatusKind.SUSPENDED, reason_class="whim")


def test_a_holder_cannot_change_their_own(session: Session, settings: Settings) -> None:
    person = make_person(session, Role.MANAGER, Role.CANDIDATE)
    certificate = make_certificate(session, settings, candidate=person)
    with pytest.raises(Refusal, match="milik sendiri"):
        change(session, certificate, StatusKind.SUSPENDED, actor_id=person.id)


def test_expiry_shows_by_itself(session: Session, settings: Settings) -> None:
    certificate = make_certificate(session, settings)
    last_day = certificate.expires_on
    assert find_by_code(session, certificate.code, last_day).standing is Standing.VALID
    after = find_by_code(session, certificate.code, last_day + timedelta(days=1))
    assert after.standing is Standing.EXPIRED


def test_number_and_check_code_lead_to_the_certificate(
    session: Session, settings: Settings
) -> None:
    certificate = make_certificate(session, settings)
    for typed in ("0000001 2026", "  0000001   2026 ", "00000012026", "0000001-2026"):
        code = code_for(
            session,
            number=typed,
            given_check_code=certificate.printed["check_code"].lower(),
            secret=settings.secret_key,
        )
        assert code == certificate.code


def test_a_wrong_check_code_and_an_unknown_number_are_told_alike(
    session: Session, settings: Settings
) -> None:
    certificate = make_certificate(session, settings)
    for number, given in (
        (certificate.number, "AAA-AAA"),
        ("9999999 2026", certificate.printed["check_code"]),
        ("%", certificate.printed["check_code"]),
    ):
        with pytest.raises(NotFound):
            code_for(session, number=number, given_check_code=given, secret=settings.secret_key)
