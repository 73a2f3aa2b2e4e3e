"""``python -m lsp`` is the ``lsp`` command."""

from lsp.cli import main

main()
