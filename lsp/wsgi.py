"""What the web server loads: ``lsp.wsgi:app``, made from the installation's settings."""

from lsp import create_app
from lsp.cli import INSTANCE
from lsp.settings import load_settings

app = create_app(load_settings(INSTANCE))
