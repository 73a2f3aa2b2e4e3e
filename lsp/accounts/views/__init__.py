"""Pages of accounts: coming in, one's own account, other people's, the audit trail."""

from flask import Blueprint

from lsp.accounts import signed_in  # noqa: F401 -- registers the user loader

accounts = Blueprint("accounts", __name__, template_folder="../templates")
