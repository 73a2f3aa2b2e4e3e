import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry
from lsp.portfolios.models import Evidence
from lsp.portfolios.services import evidence as services
from lsp.portfolios.services.evidence import (
    ReceivedFile,
    add_evidence,
    found_elsewhere,
    get_own_evidence,
    get_readable_evidence,
    own_evidence,
    receive_file,
    withdraw_evidence,
)
from lsp.portfolios.services.readers import end_reader, grant_reader
from lsp.roles import Role
from lsp.storage import Storage
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.portfolios import (
    make_claim,
    make_evidence,
    make_judgement,
    pdf_bytes,
    picture_bytes,
)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")


def receive(storage: Storage, content: bytes, filename: str = "berkas.pdf") -> ReceivedFile:
    return receive_file(storage, io.BytesIO(content), filename=filename, megabytes=1)


def add(session: Session, owner: Person, file: ReceivedFile, **values: Any) -> Evidence:
    given = {
        "title": "Siaran pers",
        "kind": "siaran_pers",
        "made_on": date(2026, 9, 1),
        "now": NOW,
        **values,
    }
    return add_evidence(session, owner_id=owner.id, file=file, **given)


def stored(storage: Storage) -> list[Path]:
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_type_size_and_hash(session: Session, storage: Storage) -> None:
    owner, content = make_person(session), pdf_bytes()
    evidence = add(session, owner, receive(storage, content, "naskah.docx"))
    assert evidence.media_type == "application/pdf"
    assert evidence.filename == "naskah.pdf"
    assert evidence.size == len(content)
    with storage.open(evidence.storage_key) as file:
        assert file.read() == content
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject_id) == ("evidence.added", str(evidence.id))


def test_an_empty_file_and_one_too_large_are_refused(storage: Storage) -> None:
    with pytest.raises(Refusal, match="kosong"):
        receive(storage, b"")
    with pytest.raises(Refusal, match="lebih dari 1 MB"):
        receive(storage, b"a" * (1024 * 1024 + 1))
    assert stored(storage) == []


def test_a_refused_type_leaves_nothing_behind(storage: Storage) -> None:
    with pytest.raises(Refusal, match="EXE"):
        receive(storage, b"MZ\x90\0" + b"\0" * 100, "surat.pdf")
    assert stored(storage) == []


def test_a_photograph_is_stored_without_its_place(session: Session, storage: Storage) -> None:
    file = receive(storage, picture_bytes(gps=True), "foto.jpg")
    with storage.open(file.key) as stream:
        assert 0x8825 not in Image.open(stream).getexif()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\rina\\naskah final.v2.pdf", "naskah final.v2.txt"),
        ("a\r\nSet-Cookie: x.html", "aSet-Cookie x.txt"),
        ("", "berkas.txt"),
        ("...", "berkas.txt"),
        ("x" * 500 + ".txt", "x" * 120 + ".txt"),
    ],
)
def test_file_names_lose_folders_control_characters_and_false_endings(
    storage: Storage, given: str, kept: str
) -> None:
    assert receive(storage, b"halo", given).filename == kept


def test_the_same_file_again_names_the_earlier_evidence(session: Session, storage: Storage) -> None:
    owner = make_person(session)
    add(session, owner, receive(storage, pdf_bytes()), title="Siaran pers Mei")
    with pytest.raises(Refusal, match="Siaran pers Mei"):
        add(session, owner, receive(storage, pdf_bytes()))


def test_the_same_photograph_with_a_place_is_the_same_file_again(
    session: Session, storage: Storage
) -> None:
    owner, photo = make_person(session), picture_bytes(gps=True)
    add(session, owner, receive(storage, photo))
    with pytest.raises(Refusal, match="sudah Anda unggah"):
        add(session, owner, receive(storage, photo))


def test_the_database_itself_keeps_one_file_of_one_person_once(
    session: Session, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, file = make_person(session), receive(storage, pdf_bytes())
    add(session, owner, file, title="Yang pertama")
    looked = iter([False, True])
    look = services._refuse_repetition

    def blind_at_first(*args: Any) -> None:
        if next(looked):
            look(*args)

    monkeypatch.setattr(services, "_refuse_repetition", blind_at_first)
    with pytest.raises(Refusal, match="Yang pertama"):
        add(session, owner, receive(storage, pdf_bytes()))
    assert len(own_evidence(session, owner.id)) == 1


def test_another_person_may_hand_in_the_same_file_and_it_is_noticed(
    session: Session, storage: Storage
) -> None:
    first, second = make_person(session), make_person(session)
    one = add(session, first, receive(storage, pdf_bytes()))
    assert found_elsewhere(session, [one]) == set()
    two = add(session, second, receive(storage, pdf_bytes()))
    alone = add(session, second, receive(storage, pdf_bytes("lain")))
    assert found_elsewhere(session, [one, two, alone]) == {one.id, two.id}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"made_on": NOW.date() + timedelta(days=1)}, "masa depan"),
        ({"kind": "rahasia"}, "jenis bukti"),
    ],
)
def test_wrong_details_are_refused(
    session: Session, storage: Storage, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        add(session, make_person(session), receive(storage, pdf_bytes()), **values)


def test_a_portfolio_has_an_upper_limit(
    session: Session, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_PIECES", 1)
    owner = make_person(session)
    add(session, owner, receive(storage, pdf_bytes()))
    with pytest.raises(Refusal, match="1 berkas"):
        add(session, owner, receive(storage, pdf_bytes("lain")))


def test_only_the_owner_gets_own_evidence(session: Session) -> None:
    owner, stranger = make_person(session), make_person(session)
    evidence = make_evidence(session, owner=owner)
    assert get_own_evidence(session, owner.id, evidence.id) is evidence
    with pytest.raises(NotFound):
        get_own_evidence(session, stranger.id, evidence.id)


def test_an_assessor_reads_only_while_the_grant_is_open(session: Session) -> None:
    owner, assessor = make_person(session), make_person(session, Role.ASSESSOR)
    evidence = make_evidence(session, owner=owner)
    with pytest.raises(NotFound):
        get_readable_evidence(session, assessor.id, evidence.id)
    grant_reader(session, owner_id=owner.id, reader_id=assessor.id, now=NOW)
    grant_reader(session, owner_id=owner.id, reader_id=assessor.id, now=NOW)
    assert get_readable_evidence(session, assessor.id, evidence.id) is evidence
    end_reader(session, owner_id=owner.id, reader_id=assessor.id, now=NOW)
    with pytest.raises(NotFound):
        get_readable_evidence(session, assessor.id, evidence.id)


def test_a_grant_opens_no_other_persons_portfolio(session: Session) -> None:
    assessor = make_person(session, Role.ASSESSOR)
    grant_reader(session, owner_id=make_person(session).id, reader_id=assessor.id, now=NOW)
    with pytest.raises(NotFound):
        get_readable_evidence(session, assessor.id, make_evidence(session).id)


def test_nobody_is_let_into_their_own_portfolio_as_an_assessor(session: Session) -> None:
    person = make_person(session, Role.CANDIDATE, Role.ASSESSOR)
    with pytest.raises(Refusal):
        grant_reader(session, owner_id=person.id, reader_id=person.id, now=NOW)


def test_withdrawn_evidence_is_gone_for_assessors_and_may_be_handed_in_again(
    session: Session, storage: Storage
) -> None:
    owner, assessor = make_person(session), make_person(session, Role.ASSESSOR)
    grant_reader(session, owner_id=owner.id, reader_id=assessor.id, now=NOW)
    evidence = add(session, owner, receive(storage, pdf_bytes()))
    claim = make_claim(session, evidence=evidence)
    withdraw_evidence(session, evidence_id=evidence.id, person_id=owner.id, now=NOW)
    session.refresh(claim)
    assert claim.withdrawn_at == NOW
    assert own_evidence(session, owner.id) == []
    assert get_readable_evidence(session, owner.id, evidence.id) is evidence
    with pytest.raises(NotFound):
        get_readable_evidence(session, assessor.id, evidence.id)
    with pytest.raises(Refusal, match="sudah ditarik"):
        withdraw_evidence(session, evidence_id=evidence.id, person_id=owner.id, now=NOW)
    assert add(session, owner, receive(storage, pdf_bytes())).id != evidence.id


def test_judged_evidence_cannot_be_withdrawn(session: Session) -> None:
    claim = make_claim(session)
    make_judgement(session, claim=claim, assessor=make_person(session, Role.ASSESSOR))
    with pytest.raises(Refusal, match="sudah dinilai"):
        withdraw_evidence(
            session,
            evidence_id=claim.evidence_id,
            person_id=claim.evidence.owner_id,
            now=NOW,
        )
    assert claim.evidence.withdrawn_at is None


def test_nobody_withdraws_another_persons_evidence(session: Session) -> None:
    with pytest.raises(NotFound):
        withdraw_evidence(
            session,
            evidence_id=make_evidence(session).id,
            person_id=make_person(session).id,
            now=NOW,
        )


def test_listing_own_evidence_costs_three_statements(
    session: Session, statements: list[str]
) -> None:
    owner = make_person(session)
    for _ in range(4):
        evidence = make_evidence(session, owner=owner)
        claim = make_claim(session, evidence=evidence)
        make_judgement(session, claim=claim, assessor=make_person(session, Role.ASSESSOR))
    session.expire_all()
    owner_id = owner.id
    statements.clear()
    found = own_evidence(session, owner_id)
    assert [len(claim.judgements) for each in found for claim in each.claims] == [1] * 4
    assert len(statements) == 3
