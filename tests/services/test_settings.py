from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lsp.installing import prepare_instance
from lsp.settings import SettingsError, load_settings

KEYS = {"LSP_SECRET_KEY": "s" * 40, "LSP_DATA_KEYS": Fernet.generate_key().decode()}
PRODUCTION = {
    **KEYS,
    "LSP_BASE_URL": "https://lsp.contoh.test",
    "LSP_LSP_NAME": "LSP",
    "LSP_LSP_LICENCE": "BNSP-LSP-0000-ID",
    "LSP_LSP_CITY": "Jakarta",
    "LSP_LSP_DIRECTOR": "Ketua",
    "LSP_LSP_CERTIFICATION_MANAGER": "Manajer",
    "LSP_SMTP": "mail.contoh.test:587",
}


def test_nothing_starts_without_secrets(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="data_keys, secret_key"):
        load_settings(tmp_path, {})


def test_production_names_everything_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path, KEYS)
    for name in (
        "lsp_name",
        "lsp_licence",
        "lsp_city",
        "lsp_director",
        "lsp_certification_manager",
        "smtp",
        "base_url",
    ):
        assert name in str(error.value)


def test_a_whole_production_installation_starts(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, PRODUCTION)
    assert settings.is_production
    assert settings.database == f"sqlite:///{tmp_path / 'lsp.sqlite3'}"


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('LSP_NAME = "Dari berkas"\nCOMMITTEE_QUORUM = 5\n')
    settings = load_settings(tmp_path, {**PRODUCTION, "LSP_LSP_NAME": "Dari lingkungan"})
    assert settings.lsp_name == "Dari lingkungan"
    assert settings.committee_quorum == 5


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('LSP_NAMES = "x"\n')
    with pytest.raises(SettingsError, match="no setting LSP_NAMES"):
        load_settings(tmp_path, PRODUCTION)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("LSP_SECRET_KEY", "short", "secret_key must have"),
        ("LSP_DATA_KEYS", "not a key", "data_keys must be"),
        ("LSP_ENVIRONMENT", "staging", "environment must be"),
        ("LSP_COMMITTEE_QUORUM", "0", "committee_quorum"),
        ("LSP_COMMITTEE_QUORUM", "three", "whole number"),
        ("LSP_EXAM_GRACE_SECONDS", "-1", "exam_grace_seconds"),
        ("LSP_TRUSTED_PROXIES", "-1", "trusted_proxies"),
        ("LSP_STAFF_TOTP_REQUIRED", "no", "cannot be switched off"),
        ("LSP_STAFF_TOTP_REQUIRED", "maybe", "true or false"),
        ("LSP_BASE_URL", "http://lsp.contoh.test", "https://"),
        ("LSP_SMTP", "mail", "host:port"),
        ("LSP_CERTIFICATE_NUMBER_PATTERN", "{year}", "must hold"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Path, name: str, value: str, problem: str
) -> None:
    with pytest.raises(SettingsError, match=problem):
        load_settings(tmp_path, {**PRODUCTION, name: value})


def test_a_postgresql_address_is_given_its_driver(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {**PRODUCTION, "DATABASE_URL": "postgresql://x/y"})
    assert settings.database == "postgresql+psycopg://x/y"


def test_a_first_look_gets_fresh_secrets_that_only_its_owner_reads(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert prepare_instance(tmp_path / name, base_url="http://127.0.0.1:8000")
    one, other = (load_settings(tmp_path / name, {}) for name in ("a", "b"))
    assert one.secret_key != other.secret_key
    assert (tmp_path / "a/settings.py").stat().st_mode & 0o077 == 0
    assert not prepare_instance(tmp_path / "a", base_url="http://127.0.0.1:9000")
