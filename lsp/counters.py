"""Running numbers (certificates, minutes, registrations): one locked row for each kind and year."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from lsp.db import Base


class NumberCounter(Base):
    """The last number given of a kind in a year; the row is locked while one is taken."""

    __tablename__ = "number_counters"

    #: ``certificate``, ``minutes``, ``application``, …
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Last number given.
    last: Mapped[int]


def take_number(session: Session, kind: str, year: int) -> int:
    """The next number of this kind in this year, from 1, in the caller's transaction.

    Two takers queue on the row, so no number is given twice; a rollback gives it back, so none
    is skipped either.
    """
    insert = sa.insert(NumberCounter)
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        session.execute(
            pg_insert(NumberCounter).values(kind=kind, year=year, last=0).on_conflict_do_nothing()
        )
    else:
        session.execute(insert.prefix_with("OR IGNORE").values(kind=kind, year=year, last=0))
    number = session.execute(
        sa.update(NumberCounter)
        .where(NumberCounter.kind == kind, NumberCounter.year == year)
        .values(last=NumberCounter.last + 1)
        .returning(NumberCounter.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return int(number)
