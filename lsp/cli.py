"""The ``lsp`` command."""

import os
from pathlib import Path

import click

from lsp import audit
from lsp.db import create_engine, reading, transaction
from lsp.migrating import migrate as run_migrations
from lsp.settings import Settings, SettingsError, load_settings

INSTANCE = Path(os.environ.get("LSP_INSTANCE", Path(__file__).parent.parent / "instance"))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Competency exams and certification for an LSP."""


def settings() -> Settings:
    """The installation's settings, or a one-line error and exit."""
    try:
        return load_settings(INSTANCE)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    engine = create_engine(settings().database)
    run_migrations(engine)
    click.echo("database is up to date")


@main.group("audit")
def audit_group() -> None:
    """The audit trail."""


@audit_group.command("verify")
def verify_audit() -> None:
    """Prove the chain of the audit trail, or name its first broken entry."""
    with transaction(reading(create_engine(settings().database))) as session:
        report = audit.verify(session)
    if report.intact:
        click.echo(f"intact: {report.entries} entries")
        return
    raise click.ClickException(
        f"broken at entry {report.broken_number}: {report.reason} "
        f"({report.entries} entries before it are intact)"
    )
