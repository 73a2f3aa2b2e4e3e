"""Persons: made, found, shown, changed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from lsp import audit, identity
from lsp.accounts.models import Employment, Person, RoleGrant
from lsp.accounts.services.passwords import hash_password
from lsp.roles import Role
from lsp.texts import N_, NotFound, Refusal
from lsp.vault import Vault

PAGE_LENGTH = 25
#: Birth dates and years in a NIP are meant as dates in Indonesia.
JAKARTA = ZoneInfo("Asia/Jakarta")


class EmailTaken(Refusal):
    """Another account has this address."""

    def __init__(self) -> None:
        super().__init__(N_("Alamat e-mail ini sudah dipakai akun lain"))


class NumberTaken(Refusal):
    """Another account has this NIP or NIK."""


def create_person(
    session: Session,
    *,
    vault: Vault,
    email: str,
    full_name: str,
    password: str,
    employment: Employment,
    roles: Iterable[Role],
    now: datetime,
    confirmed: bool = False,
    nip: str = "",
    nik: str = "",
    title_before: str = "",
    title_after: str = "",
    phone: str = "",
    institution: str = "",
    work_unit: str = "",
    position: str = "",
    assessor_registration: str = "",
    language: str = "id",
    granted_by_id: uuid.UUID | None = None,
) -> Person:
    """Make a person with these roles.

    The password is hashed, the address put in lower case, NIP and NIK are encrypted. Raises
    EmailTaken and NumberTaken for what another account has, Refusal for an impossible number.
    """
    password_hash = hash_password(password)  # before the first SQL: it takes its time
    person = Person(
        id=uuid.uuid4(),
        email=email.strip().lower(),
        email_confirmed_at=now if confirmed else None,
        full_name=full_name,
        password_hash=password_hash,
        employment=employment,
        title_before=title_before,
        title_after=title_after,
        phone=phone,
        institution=institution,
        work_unit=work_unit,
        position=position,
        assessor_registration=assessor_registration,
        language=language,
        created_at=now,
    )
    _hide_nip(session, vault, person, nip, now)
    _hide_nik(session, vault, person, nik)
    if session.scalar(sa.select(Person.id).where(Person.email == person.email)):
        raise EmailTaken
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:
        raise EmailTaken from None  # somebody was quicker by a moment
    session.add_all(
        RoleGrant(person_id=person.id, role=role, granted_by_id=granted_by_id, granted_at=now)
        for role in roles
    )
    session.flush()
    return person


def get_person(session: Session, person_id: uuid.UUID) -> Person:
    """A person with their roles, in two statements. Raises NotFound."""
    person = session.scalar(
        sa.select(Person).where(Person.id == person_id).options(selectinload(Person.roles))
    )
    if person is None:
        raise NotFound
    return person


@dataclass(frozen=True)
class PeoplePage:
    """One page of a search: the persons, which page it is, and how many there are in all."""

    people: list[Person]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_LENGTH))


def find_people(
    session: Session, *, text: str = "", role: Role | None = None, page: int = 1
) -> PeoplePage:
    """Persons whose name or address contains ``text`` and who hold ``role``, by name.

    Three statements, however many there are.
    """
    wanted = sa.select(Person)
    if text:
        wanted = wanted.where(
            sa.or_(
                Person.full_name.icontains(text, autoescape=True),
                Person.email.icontains(text, autoescape=True),
            )
        )
    if role is not None:
        wanted = wanted.where(Person.roles.any(RoleGrant.role == role))
    total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    page = min(max(1, page), max(1, -(-total // PAGE_LENGTH)))
    people = session.scalars(
        wanted.order_by(sa.func.lower(Person.full_name), Person.id)
        .offset((page - 1) * PAGE_LENGTH)
        .limit(PAGE_LENGTH)
        .options(selectinload(Person.roles))
    )
    return PeoplePage(list(people), page, total)


@dataclass(frozen=True)
class Numbers:
    """A person's NIP (or NI PPPK) and NIK in clear, empty where there is none."""

    nip: str
    nik: str

    @property
    def masked_nip(self) -> str:
        """The NIP as shown on screens."""
        return identity.mask(self.nip)

    @property
    def masked_nik(self) -> str:
        """The NIK as shown on screens."""
        return identity.mask(self.nik)

    def warnings(self) -> list[str]:
        """Where NIK and NIP deserve a second look; never a reason to refuse."""
        if not self.nik:
            return []
        if not self.nip:
            return identity.nik_warnings(self.nik)
        return identity.nik_warnings(
            self.nik, birth=identity.nip_birth(self.nip), woman=identity.nip_is_woman(self.nip)
        )


def numbers_of(vault: Vault, person: Person) -> Numbers:
    """Decrypt a person's numbers. Show them masked only."""
    return Numbers(
        vault.reveal(person.nip_hidden) if person.nip_hidden else "",
        vault.reveal(person.nik_hidden) if person.nik_hidden else "",
    )


@dataclass(frozen=True)
class Profile:
    """What a person says of themself; an empty NIP or NIK leaves the stored one as it is."""

    full_name: str
    title_before: str
    title_after: str
    language: str
    employment: Employment
    nip: str
    nik: str
    phone: str
    institution: str
    work_unit: str
    position: str


def change_profile(
    session: Session, person: Person, profile: Profile, *, vault: Vault, now: datetime
) -> None:
    """Change one's own data.

    Raises Refusal for an impossible number, NumberTaken for one another account has.
    """
    changed_kind = profile.employment is not person.employment
    person.employment = profile.employment
    if profile.employment is Employment.OTHER:
        person.nip_hidden = person.nip_fingerprint = None
    elif profile.nip or changed_kind:
        _hide_nip(session, vault, person, profile.nip, now)
    if profile.nik:
        _hide_nik(session, vault, person, profile.nik)
    for name in (
        "full_name",
        "title_before",
        "title_after",
        "language",
        "phone",
        "institution",
        "work_unit",
        "position",
    ):
        setattr(person, name, getattr(profile, name))
    fields = sorted(
        attribute.key
        for attribute in sa.inspect(person).attrs
        if attribute.history.has_changes() and not attribute.key.endswith("_hidden")
    )
    if fields:
        audit.record(
            session,
            action="person.profile_changed",
            subject_type="person",
            subject_id=person.id,
            actor_id=person.id,
            now=now,
            detail={"fields": [field.removesuffix("_fingerprint") for field in fields]},
        )


def _hide_nip(session: Session, vault: Vault, person: Person, text: str, now: datetime) -> None:
    number = identity.digits(text)
    if person.employment is Employment.OTHER:
        if number:
            raise Refusal(N_("Kosongkan NIP, atau pilih PNS atau PPPK"))
        return
    if not number:
        person.nip_hidden = person.nip_fingerprint = None
        return
    error = identity.nip_error(
        number,
        is_pppk=person.employment is Employment.PPPK,
        today=now.astimezone(JAKARTA).date(),
    )
    if error:
        raise Refusal(error)
    fingerprint = vault.fingerprint(number)
    if _has_another(session, person, Person.nip_fingerprint == fingerprint):
        raise NumberTaken(N_("NIP ini sudah dipakai akun lain. Hubungi LSP bila ini NIP Anda"))
    person.nip_hidden, person.nip_fingerprint = vault.hide(number), fingerprint


def _hide_nik(session: Session, vault: Vault, person: Person, text: str) -> None:
    number = identity.digits(text)
    if not number:
        return
    error = identity.nik_error(number)
    if error:
        raise Refusal(error)
    fingerprint = vault.fingerprint(number)
    if _has_another(session, person, Person.nik_fingerprint == fingerprint):
        raise NumberTaken(N_("NIK ini sudah dipakai akun lain. Hubungi LSP bila ini NIK Anda"))
    person.nik_hidden, person.nik_fingerprint = vault.hide(number), fingerprint


def _has_another(session: Session, person: Person, condition: sa.ColumnElement[bool]) -> bool:
    with session.no_autoflush:
        return (
            session.scalar(sa.select(Person.id).where(condition, Person.id != person.id))
            is not None
        )
