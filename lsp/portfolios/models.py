"""Evidence, what it is claimed to show, and how an assessor judges the claim."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id
from lsp.skkni.models import Criterion


class Evidence(Base):
    """A file a candidate offers as proof of competence."""

    __tablename__ = "evidence"

    id: Mapped[Id]
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    title: Mapped[str]
    #: Kind of work result: press release, event documentation, … (``portfolios.rules.KINDS``).
    kind: Mapped[str]
    #: When the work was done.
    made_on: Mapped[date]
    #: What part the candidate had in it.
    contribution: Mapped[str] = mapped_column(sa.Text, default="")
    #: Name the file had on the candidate's device.
    filename: Mapped[str]
    #: Type found by looking at the content.
    media_type: Mapped[str]
    #: Bytes.
    size: Mapped[int]
    #: Of the content, in hex.
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    storage_key: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    #: When the owner withdrew it; only what nobody has judged can be withdrawn.
    withdrawn_at: Mapped[datetime | None]

    claims: Mapped[list["Claim"]] = relationship(back_populates="evidence")

    __table_args__ = (
        # One person offers one file once; withdrawn, it may be offered again.
        sa.Index(
            "uq_evidence_owner_id_sha256",
            "owner_id",
            "sha256",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )


class Claim(Base):
    """That a piece of evidence shows a criterion is met."""

    __tablename__ = "claims"

    id: Mapped[Id]
    evidence_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence.id"))
    criterion_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("criteria.id"), index=True)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    evidence: Mapped[Evidence] = relationship(back_populates="claims")
    criterion: Mapped[Criterion] = relationship()
    judgements: Mapped[list["Judgement"]] = relationship(
        back_populates="claim", order_by="Judgement.at"
    )

    __table_args__ = (sa.UniqueConstraint("evidence_id", "criterion_id"),)


class Judgement(Base):
    """An assessor's VATM judgement of a claim. Append-only: the newest of an assessor counts."""

    __tablename__ = "judgements"

    id: Mapped[Id]
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"), index=True)
    assessor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    #: Valid: it relates to the criterion.
    is_valid: Mapped[bool]
    #: Asli: it is the candidate's own work.
    is_authentic: Mapped[bool]
    #: Terkini: it is recent enough.
    is_current: Mapped[bool]
    #: Memadai: it is enough in amount and quality.
    is_sufficient: Mapped[bool]
    #: Needed where one of the four is no.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]

    claim: Mapped[Claim] = relationship(back_populates="judgements")

    @property
    def is_accepted(self) -> bool:
        """All four are yes."""
        return self.is_valid and self.is_authentic and self.is_current and self.is_sufficient


class ReaderGrant(Base):
    """That an assessor may read and judge a candidate's evidence, from a day until it ends."""

    __tablename__ = "reader_grants"

    id: Mapped[Id]
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    reader_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        # One open grant for a pair, so that ending it ends it.
        sa.Index(
            "uq_reader_grants_open",
            "owner_id",
            "reader_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
