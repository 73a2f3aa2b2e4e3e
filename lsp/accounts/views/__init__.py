"""Pages of accounts: coming in, one's own account, other people's, the audit trail."""

from flask import Blueprint

from lsp.accounts import signed_in  # noqa: F401 -- registers the user loader

accounts = Blueprint("accounts", __name__, template_folder="../templates")

from lsp.accounts.views import (  # noqa: E402 -- they hang their routes on the blueprint
    audit_trail,
    one_time_codes,
    own,
    passwords,
    people,
    registration,
    signing_in,
)

__all__ = [
    "accounts",
    "audit_trail",
    "one_time_codes",
    "own",
    "passwords",
    "people",
    "registration",
    "signing_in",
]
