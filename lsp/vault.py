"""Secrets at rest: encrypting what identifies a person, and finding it again by a keyed hash."""

import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet

from lsp.settings import Settings


class Vault:
    """Encrypts with the newest data key, reads with any of them.

    >>> vault.reveal(vault.hide("3171…")) == "3171…"
    """

    def __init__(self, settings: Settings) -> None:
        keys = [key.strip() for key in settings.data_keys.split(",")]
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._pepper = hashlib.sha256(b"lsp lookup" + settings.secret_key.encode()).digest()

    def hide(self, text: str) -> str:
        """Encrypt a text for the database."""
        return self._fernet.encrypt(text.encode()).decode()

    def reveal(self, hidden: str) -> str:
        """Decrypt what ``hide`` made. Raises cryptography.fernet.InvalidToken for anything else."""
        return self._fernet.decrypt(hidden.encode()).decode()

    def fingerprint(self, text: str) -> str:
        """A keyed hash (hex) by which an encrypted text can be looked up and kept unique."""
        return hmac.new(self._pepper, text.encode(), hashlib.sha256).hexdigest()
