"""The demonstration: people of an invented LSP, each in the middle of their own work.

Everything is done through the services a person would use, at the times it would have happened, so
the trail, the numbers and the guards are real. Names and offices are invented; numbers are
synthetic. Never loaded into a production installation.
"""

from datetime import UTC, datetime

import sqlalchemy as sa

from lsp.accounts.models import Person
from lsp.db import create_engine, transaction
from lsp.demo.cast import CAST, PASSWORD
from lsp.demo.story import tell
from lsp.settings import Settings
from lsp.storage import Storage
from lsp.vault import Vault

#: What ``lsp serve --demo`` prints: who can sign in and what to try.
GUIDE = (
    "LSP is at {base_url} – sign in with an address below and the password " + PASSWORD,
    "  asesi:   dewi@humas.example (exam open now, token on the invigilator's page), or register",
    "  staff:   admin@ manajer@ asesor@ asesor2@ asesor3@ pengawas@ penyusun@ penyusun2@ auditor@humas.example",
    "  komite:  komite1@ komite2@ komite3@humas.example (three votes make a decision)",
    "  verify:  {base_url}/verifikasi – maya@humas.example holds a certificate; mails are in {outbox}",
)


class NotHere(Exception):
    """The demonstration is never loaded into a production installation."""


def load_demo(settings: Settings) -> bool:
    """Load the demonstration unless it is there; returns whether it was loaded now.

    Raises NotHere in production.
    """
    if settings.is_production:
        raise NotHere("the demonstration is never loaded in production")
    with transaction(create_engine(settings.database)) as session:
        first = CAST[0].email
        if session.scalar(sa.select(Person.id).where(Person.email == first)) is not None:
            return False
        tell(
            session,
            settings=settings,
            vault=Vault(settings),
            storage=Storage(settings.files),
            now=datetime.now(UTC),
        )
    return True
