"""The ``lsp`` command."""

import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from threading import Event, Thread

import click
from cryptography.fernet import Fernet
from flask import Flask

from lsp import audit
from lsp.db import create_engine, reading, transaction
from lsp.exams.commands import items_group
from lsp.migrating import migrate as run_migrations
from lsp.migrating import revisions
from lsp.settings import Settings, SettingsError, load_settings

INSTANCE = Path(os.environ.get("LSP_INSTANCE", Path(__file__).parent.parent / "instance"))
#: Seconds that a process has for what is under way when its server is gone.
GRACE = 10
#: Seconds until jobs that ended are started again.
RESTART_AFTER = 5


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
@click.option("--demo", is_flag=True, help="Prepare everything for a first look, then serve it.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--workers",
    type=int,
    default=lambda: min(len(os.sched_getaffinity(0)), 4),
    show_default="one a processor, four at most",
    help="Processes.",
)
@click.option("--threads", default=2, show_default=True, help="Threads in each process.")
@click.option("--jobs/--no-jobs", default=True, help="Run the jobs beside the server.")
def serve(*, demo: bool, host: str, port: int, workers: int, threads: int, jobs: bool) -> None:
    """Serve the application with granian."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if is_taken(host, port):
        raise click.ClickException(f"port {port} is taken: stop what serves there, or use --port")
    if demo:
        # A first look moves with its port; a real installation has one public address.
        os.environ.setdefault("LSP_BASE_URL", f"http://{host}:{port}")
        prepare_demo(f"http://{host}:{port}")
    current, newest = revisions(create_engine(settings().database))
    if current != newest:
        raise click.ClickException(
            f"the database is at revision {current}, this program needs {newest}: run lsp migrate"
        )
    stopping = Event()
    keeper = Thread(target=keep_jobs, args=(stopping,), daemon=True)
    if jobs:
        keeper.start()
    try:
        Granian(
            "lsp.wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            websockets=False,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
        ).serve(target_loader=partial(load_app, os.getpid()), wrap_loader=False)
    finally:
        stopping.set()
        if jobs:
            keeper.join(timeout=20)


def load_app(server: int) -> Flask:
    """The application, in a worker process of the server, which does not outlive it."""
    # Forked from the server, it has the server's own handler, which would lose a signal to end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with(server)
    from lsp.wsgi import app

    return app


def keep_jobs(stopping: Event) -> None:
    """Run the jobs in a process that does not outlive this one, until ``stopping`` is set.

    One that ended by itself, or was killed for its memory, is started again: without the jobs no
    overdue sitting would be closed, and nobody would notice.
    """
    command = [sys.executable, "-m", "lsp", "jobs", "--beside", str(os.getpid())]
    while not stopping.is_set():
        with subprocess.Popen(command) as jobs:  # noqa: S603 -- our own program and a number
            while jobs.poll() is None and not stopping.wait(1):
                pass
            jobs.terminate()
        if not stopping.wait(RESTART_AFTER):
            click.echo(f"the jobs ended (exit {jobs.returncode}) and are started again", err=True)


def is_taken(host: str, port: int) -> bool:
    """Whether somebody serves there already; granian would share the port and not say so."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def prepare_demo(base_url: str) -> None:
    """Settings, tables, standards and demonstration people, as far as they are not there yet."""
    from lsp.demo import GUIDE, load_demo
    from lsp.installing import prepare_instance

    prepare_instance(INSTANCE, base_url=base_url)
    run_migrations(create_engine(settings().database))
    load_demo(settings())
    for line in GUIDE:
        click.echo(line.format(base_url=settings().base_url, outbox=settings().outbox))


@main.command()
@click.option("--beside", type=int, hidden=True, help="End when this parent process is gone.")
def jobs(*, beside: int | None) -> None:
    """Run what the system does by itself: ending overdue attempts."""
    from huey.consumer import Consumer

    from lsp.tasks import make_jobs

    if beside is not None:
        end_with(beside)
    Consumer(make_jobs(settings(), INSTANCE), workers=1, periodic=True).run()


def end_with(parent: int) -> None:
    """Let this process end when its parent is gone, also one that was killed and could not say so.

    ``parent`` is the parent's own word for who it is, so one that went before is missed, too.
    """
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    # What is under way may be finished, and no more.
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    run_migrations(create_engine(settings().database))
    click.echo("database is up to date")


@main.command()
def demo() -> None:
    """Load the standards and the demonstration, as far as they are not there yet."""
    prepare_demo("http://127.0.0.1:8000")


@main.command()
def standards() -> None:
    """Load the packaged standards and schemes, without any demonstration person."""
    from lsp.clock import Clock
    from lsp.skkni.services.loading import load_schemes, load_standards

    with transaction(create_engine(settings().database)) as session:
        load_standards(session, Clock().now())
        load_schemes(session, Clock().now())
    click.echo("standards and schemes are loaded")


@main.group("keys")
def keys_group() -> None:
    """Keys that encrypt data at rest."""


@keys_group.command("new")
def new_key() -> None:
    """Print a fresh key for the setting data_keys; put it before the older ones."""
    click.echo(Fernet.generate_key().decode())


@main.group("audit")
def audit_group() -> None:
    """The audit trail."""


@audit_group.command("verify")
def verify_audit() -> None:
    """Prove the chain of the audit trail, or name its first broken entry."""
    with transaction(reading(create_engine(settings().database))) as session:
        report = audit.verify(session)
    if not report.intact:
        raise click.ClickException(
            f"broken at entry {report.broken_number}: {report.reason} "
            f"({report.entries} entries before it are intact)"
        )
    click.echo(f"intact: {report.entries} entries")


main.add_command(items_group)
