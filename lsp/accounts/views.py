from flask import Blueprint

from lsp.accounts import signed_in  # noqa: F401 -- registers the user loader

accounts = Blueprint("accounts", __name__, template_folder="templates")
