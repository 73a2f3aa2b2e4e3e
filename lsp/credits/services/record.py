"""Enter, change and remove what a person records about their own credit points."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person
from lsp.credits.models import CreditStanding, PerformancePeriod
from lsp.credits.rules import Period, Predicate, Standing, find_ladder
from lsp.credits.services.tables import conversion_2023, ladders_2005
from lsp.texts import N_, NotFound, Refusal

REGIMES = (2005, 2023)
#: Standings one person may keep: twenty years of two a year.
MOST_STANDINGS = 40


def own_standings(session: Session, person_id: uuid.UUID) -> list[CreditStanding]:
    """A person's standings, newest first."""
    return list(
        session.scalars(
            sa.select(CreditStanding)
            .where(CreditStanding.person_id == person_id)
            .order_by(CreditStanding.as_of.desc(), CreditStanding.regime.desc())
        )
    )


def own_periods(session: Session, person_id: uuid.UUID) -> list[PerformancePeriod]:
    """A person's periods, newest first. At most twelve a year."""
    return list(
        session.scalars(
            sa.select(PerformancePeriod)
            .where(PerformancePeriod.person_id == person_id)
            .order_by(PerformancePeriod.year.desc(), PerformancePeriod.first_month.desc())
        )
    )


def get_own_standing(
    session: Session, person_id: uuid.UUID, standing_id: uuid.UUID
) -> CreditStanding:
    """This person's standing. Raises NotFound, also for another person's."""
    standing = session.get(CreditStanding, standing_id)
    if standing is None or standing.person_id != person_id:
        raise NotFound
    return standing


def get_own_period(
    session: Session, person_id: uuid.UUID, period_id: uuid.UUID
) -> PerformancePeriod:
    """This person's period. Raises NotFound, also for another person's."""
    period = session.get(PerformancePeriod, period_id)
    if period is None or period.person_id != person_id:
        raise NotFound
    return period


def enter_standing(
    session: Session,
    *,
    person_id: uuid.UUID,
    regime: int,
    given: Standing,
    document: str,
    today: date,
    now: datetime,
) -> CreditStanding:
    """Record the credits of a PAK. Raises Refusal for a place the regime does not know, a day to
    come, or a second standing of one regime on one day."""
    _lock(session, person_id)
    kept = own_standings(session, person_id)
    if len(kept) >= MOST_STANDINGS:
        raise Refusal(
            N_("Catatan sudah %(limit)s. Hapus dahulu catatan yang tidak perlu."),
            limit=MOST_STANDINGS,
        )
    standing = CreditStanding(person_id=person_id, regime=regime, created_at=now)
    _check_standing(kept, standing, given, today)
    _fill_standing(standing, given, document)
    session.add(standing)
    _record(session, "credit.standing_entered", standing, now)
    return standing


def change_standing(
    session: Session,
    standing: CreditStanding,
    *,
    given: Standing,
    document: str,
    today: date,
    now: datetime,
) -> None:
    """Mend a standing, under the same conditions as entering one."""
    _lock(session, standing.person_id)
    _check_standing(own_standings(session, standing.person_id), standing, given, today)
    _fill_standing(standing, given, document)
    _record(session, "credit.standing_changed", standing, now)


def remove_standing(session: Session, standing: CreditStanding, *, now: datetime) -> None:
    """Take a standing out of the record."""
    _record(session, "credit.standing_removed", standing, now)
    session.delete(standing)
    session.flush()


def _check_standing(
    kept: list[CreditStanding], standing: CreditStanding, given: Standing, today: date
) -> None:
    if not is_place(standing.regime, given.level, given.grade):
        raise Refusal(N_("Pilih jenjang dan golongan yang ada di daftar"))
    if given.as_of > today:
        raise Refusal(N_("Tanggal angka kredit tidak boleh setelah hari ini"))
    for other in kept:
        is_same_day = (other.regime, other.as_of) == (standing.regime, given.as_of)
        if other.id != standing.id and is_same_day:
            raise Refusal(N_("Sudah ada catatan per tanggal itu. Ubah catatan yang ada."))


def _fill_standing(standing: CreditStanding, given: Standing, document: str) -> None:
    standing.level = given.level
    standing.grade = given.grade
    standing.credits = given.credits
    standing.as_of = given.as_of
    standing.document = document


def is_place(regime: int, level: str, grade: str) -> bool:
    """Whether the regime knows this level at this grade."""
    if regime == 2005:
        return find_ladder(ladders_2005(), level, grade) is not None
    known = conversion_2023().levels.get(level)
    return known is not None and grade in known.grades


def enter_period(
    session: Session, *, person_id: uuid.UUID, period: Period, today: date, now: datetime
) -> PerformancePeriod:
    """Record a predicate. Raises Refusal for months that overlap, are not over, or lie before the
    conversion began (SE MenPANRB 8/2023)."""
    _lock(session, person_id)
    _check_period(own_periods(session, person_id), period, None, today)
    row = PerformancePeriod(person_id=person_id, created_at=now)
    _fill_period(row, period)
    session.add(row)
    _record(session, "credit.period_entered", row, now)
    return row


def change_period(
    session: Session, row: PerformancePeriod, *, period: Period, today: date, now: datetime
) -> None:
    """Mend a period, under the same conditions as entering one."""
    _lock(session, row.person_id)
    _check_period(own_periods(session, row.person_id), period, row.id, today)
    _fill_period(row, period)
    _record(session, "credit.period_changed", row, now)


def remove_period(session: Session, row: PerformancePeriod, *, now: datetime) -> None:
    """Take a period out of the record."""
    _record(session, "credit.period_removed", row, now)
    session.delete(row)
    session.flush()


def period_of(row: PerformancePeriod) -> Period:
    """A row as the rules want it."""
    return Period(row.year, row.first_month, row.last_month, row.level, Predicate(row.predicate))


def _check_period(
    kept: list[PerformancePeriod], period: Period, own_id: uuid.UUID | None, today: date
) -> None:
    tables = conversion_2023()
    if period.level not in tables.levels:
        raise Refusal(N_("Pilih jenjang yang ada di daftar"))
    if period.year < tables.since:
        raise Refusal(
            N_("Predikat dikonversi mulai tahun %(year)s. Isi tahun itu atau sesudahnya."),
            year=tables.since,
        )
    if period.first_month > period.last_month:
        raise Refusal(N_("Bulan terakhir tidak boleh sebelum bulan pertama"))
    if period.last_day >= today:
        raise Refusal(N_("Masa kinerja itu belum selesai. Catat setelah bulan terakhirnya lewat."))
    for other in kept:
        if other.id != own_id and period_of(other).overlaps(period):
            raise Refusal(
                N_(
                    "Bulannya bertumpang tindih dengan masa bulan %(first)s sampai %(last)s tahun "
                    "%(year)s. Ubah bulannya, atau ubah catatan yang ada."
                ),
                first=other.first_month,
                last=other.last_month,
                year=other.year,
            )


def _fill_period(row: PerformancePeriod, period: Period) -> None:
    row.year = period.year
    row.first_month = period.first_month
    row.last_month = period.last_month
    row.level = period.level
    row.predicate = period.predicate


def _lock(session: Session, person_id: uuid.UUID) -> None:
    """Make a person's entries queue, so that two sent at once cannot overlap unseen."""
    session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update())


def _record(
    session: Session, action: str, row: CreditStanding | PerformancePeriod, now: datetime
) -> None:
    session.flush()
    audit.record(
        session,
        action=action,
        subject_type=row.__tablename__,
        subject_id=row.id,
        actor_id=row.person_id,
        now=now,
    )
