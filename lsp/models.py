"""Every table, imported in one place, for whoever needs them all: migrations and commands."""

from lsp import audit, counters
from lsp.accounts import models as accounts
from lsp.assessments import models as assessments
from lsp.certificates import models as certificates
from lsp.credits import models as credits_
from lsp.db import Base
from lsp.exams import models as exams
from lsp.portfolios import models as portfolios
from lsp.skkni import models as skkni

__all__ = [
    "Base",
    "accounts",
    "assessments",
    "audit",
    "certificates",
    "counters",
    "credits_",
    "exams",
    "portfolios",
    "skkni",
]
