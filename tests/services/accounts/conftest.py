import pytest

from lsp.vault import Vault


@pytest.fixture
def vault(settings):
    return Vault(settings)
