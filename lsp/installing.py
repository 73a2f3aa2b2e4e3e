"""Preparing ``instance/`` on a machine where nothing is yet: for a first look, never production."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet

SETTINGS = '''"""Settings of this installation; docs/operating.md explains each. Written by `lsp serve --demo`."""

ENVIRONMENT = "development"
SECRET_KEY = "{secret_key}"
DATA_KEYS = "{data_key}"
BASE_URL = "{base_url}"
LSP_NAME = "LSP Humas Pemerintah Nusantara"
LSP_LICENCE = "BNSP-LSP-0000-ID (contoh)"
LSP_CITY = "Jakarta"
LSP_DIRECTOR = "Bambang Wicaksono"
LSP_CERTIFICATION_MANAGER = "Ratna Kusumawardhani"
STAFF_TOTP_REQUIRED = False
'''


def prepare_instance(folder: Path, *, base_url: str) -> bool:
    """Write development settings with fresh random secrets where there are none.

    Returns whether it wrote any. The file is readable by its owner alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "settings.py"
    if file.exists():
        return False
    file.touch(mode=0o600)
    file.write_text(
        SETTINGS.format(
            secret_key=secrets.token_urlsafe(48),
            data_key=Fernet.generate_key().decode(),
            base_url=base_url,
        )
    )
    return True
