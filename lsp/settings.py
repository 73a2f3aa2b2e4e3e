"""Settings of one installation: read once, checked once, then frozen.

Order of precedence, weakest first: the defaults below, ``instance/settings.py`` (Python, names in
capitals), the environment (``LSP_`` + name; ``DATABASE_URL`` and nothing else without the prefix).
"""

import os
import runpy
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

DEVELOPMENT, PRODUCTION, TESTING = "development", "production", "testing"


#: Settings printed on certificates, which production cannot do without.
PRINTED = ("lsp_name", "lsp_licence", "lsp_city", "lsp_director", "lsp_certification_manager")


class SettingsError(Exception):
    """The installation is half set; the message names every missing or wrong setting."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may set. ``docs/operating.md`` has a line for each."""

    #: Folder of what belongs to this installation alone: database, files, secrets.
    instance: Path
    #: Signs cookies and links. At least 32 characters, random.
    secret_key: str
    #: Fernet keys, newest first, comma separated: encrypt NIP, NIK and TOTP secrets at rest.
    data_keys: str
    #: ``development``, ``production`` or ``testing``.
    environment: str = PRODUCTION
    #: SQLAlchemy address; empty means ``instance/lsp.sqlite3``.
    database_url: str = ""
    #: Address under which the public reaches us; printed in QR codes and mails.
    base_url: str = "http://127.0.0.1:8000"
    #: Name of the LSP as printed on certificates.
    lsp_name: str = ""
    #: Licence number given by BNSP, as printed on certificates.
    lsp_licence: str = ""
    #: City where certificates are signed.
    lsp_city: str = ""
    #: Head of the LSP, who signs certificates.
    lsp_director: str = ""
    #: Certification manager, who signs the back page.
    lsp_certification_manager: str = ""
    #: Field printed on certificates, in both languages.
    certificate_field: str = "Hubungan Masyarakat"
    certificate_field_en: str = "Public Relations"
    #: Patterns of certificate and registration numbers; ``{number:07d}`` runs, ``{year}`` is the
    #: year of issue. An LSP writes its own KBLI, KBJI and field codes into them.
    certificate_number_pattern: str = "{number:07d} {year}"
    registration_number_pattern: str = "HUMAS {number:05d} {year}"
    #: Committee members whose votes make a decision (SEP-5; an LSP's own setting, usually 3).
    committee_quorum: int = 3
    #: Seconds after the deadline in which answers chosen before it may still arrive.
    exam_grace_seconds: int = 120
    #: Largest evidence file, in megabytes.
    evidence_megabytes: int = 20
    #: Whether staff must use a one-time code (TOTP) at sign-in.
    staff_totp_required: bool = True
    #: SMTP server as ``host:port``; empty writes mails to ``instance/outbox``.
    smtp: str = ""
    #: SMTP user and password, when the server asks for them.
    smtp_user: str = ""
    smtp_password: str = ""
    #: Sender of mails.
    mail_from: str = "lsp@localhost"
    #: Time zone of the LSP's office, for dates on paper.
    timezone: str = "Asia/Jakarta"
    #: Proxies in front whose word on the visitor's address is believed; 0 when there is none.
    trusted_proxies: int = 0
    #: Storage of rate-limit counters: ``memory://`` or ``redis://…``.
    rate_limit_storage: str = "memory://"

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'lsp.sqlite3'}"
        url = self.database_url
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def files(self) -> Path:
        """Folder of uploaded and issued files; never served directly."""
        return self.instance / "files"

    @property
    def outbox(self) -> Path:
        """Folder where mails land when no SMTP server is set."""
        return self.instance / "outbox"

    @property
    def is_production(self) -> bool:
        return self.environment == PRODUCTION


def load_settings(instance: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings of the installation in ``instance``.

    Raises SettingsError naming everything that is wrong at once.
    """
    values: dict[str, Any] = {"instance": instance.resolve()}
    names = {field.name for field in fields(Settings)} - {"instance"}
    file = instance / "settings.py"
    if file.exists():
        for name, value in runpy.run_path(str(file)).items():
            if name.isupper() and name.lower() not in names:
                raise SettingsError(f"{file}: there is no setting {name}")
            if name.isupper():
                values[name.lower()] = value
    for name in names:
        if f"LSP_{name.upper()}" in environ:
            values[name] = environ[f"LSP_{name.upper()}"]
    if environ.get("DATABASE_URL"):
        values["database_url"] = environ["DATABASE_URL"]
    values |= {name: _typed(name, value) for name, value in values.items() if name in names}
    missing = sorted({"secret_key", "data_keys"} - values.keys())
    if missing:
        raise SettingsError(f"settings missing: {', '.join(missing)} (see docs/operating.md)")
    settings = Settings(**values)
    problems = check(settings)
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def check(settings: Settings) -> list[str]:
    """What is wrong with these settings, in words; empty when they can be run with."""
    problems = []
    if settings.environment not in (DEVELOPMENT, PRODUCTION, TESTING):
        problems.append(f"environment must be {DEVELOPMENT}, {PRODUCTION} or {TESTING}")
    if len(settings.secret_key) < 32:
        problems.append("secret_key must have at least 32 characters")
    try:
        for key in settings.data_keys.split(","):
            Fernet(key.strip())
    except ValueError:
        problems.append("data_keys must be Fernet keys (lsp keys new prints one)")
    if settings.committee_quorum < 1:
        problems.append("committee_quorum must be at least 1")
    if settings.trusted_proxies < 0:
        problems.append("trusted_proxies cannot be negative")
    if settings.exam_grace_seconds < 0:
        problems.append("exam_grace_seconds cannot be negative")
    problems += [
        f"{name} must hold {{number}} and {{year}}"
        for name in ("certificate_number_pattern", "registration_number_pattern")
        if not all(part in getattr(settings, name) for part in ("{number", "{year}"))
    ]
    if settings.smtp and not settings.smtp.rpartition(":")[2].isdigit():
        problems.append("smtp must be host:port")
    if settings.is_production:
        problems += _check_production(settings)
    return problems


def _check_production(settings: Settings) -> list[str]:
    problems = [f"{name} must be set" for name in (*PRINTED, "smtp") if not getattr(settings, name)]
    if urlsplit(settings.base_url).scheme != "https":
        problems.append("base_url must begin with https://")
    if not settings.staff_totp_required:
        problems.append("staff_totp_required cannot be switched off")
    return problems


def _typed(name: str, value: Any) -> Any:
    """Turn an environment string into the type the setting's default has."""
    default = getattr(Settings, name, "")
    if not isinstance(value, str) or isinstance(default, str):
        return value
    if isinstance(default, bool):
        if value.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise SettingsError(f"{name} must be true or false")
        return value.lower() in ("1", "true", "yes")
    try:
        return int(value)
    except ValueError:
        raise SettingsError(f"{name} must be a whole number") from None
