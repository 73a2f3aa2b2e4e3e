"""One exam for all journeys through a sitting, made once and copied for each."""

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.clock import Clock
from lsp.db import create_engine, transaction
from lsp.exams.models import Seat
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.exams.services.media import add_media
from lsp.storage import Storage
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat, png
from tests.factories.skkni import make_unit
from tests.journeys.conftest import DATABASE, holding
from tests.journeys.sitting import CHOICES, begin

WITH_PICTURE = {
    "markup": Markup.HTML,
    "stem": "<p>Apa ini menurut KepMen 371/KEP/M.KOMINFO/8/2007-PASAL-3-AYAT-2?</p>"
    "<table><tr><th>371/KEP/M.KOMINFO/8/2007-PASAL-3-AYAT-2</th></tr></table>"
    '<p><img src="media:peta.png" alt="Peta"></p>',
}


@pytest.fixture(scope="session")
def exam_folder(tmp_path_factory, empty_folder):
    """An installation with one seat at a paper of choices, a number and an essay; the second
    question has a picture and a long code."""
    folder = tmp_path_factory.mktemp("exam") / "installation"
    shutil.copytree(empty_folder, folder)
    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    with transaction(engine) as session:
        _make_seat(session, Storage(folder / "files"))
    engine.dispose()
    return folder


def _make_seat(session, storage):
    now = Clock().now()
    criterion = make_unit(session).elements[0].criteria[0]
    types = [ItemType.SINGLE_CHOICE] * CHOICES + [ItemType.NUMERICAL, ItemType.ESSAY]
    revisions = [
        make_revision(session, type=type_, criterion=criterion, **(WITH_PICTURE if n == 1 else {}))
        for n, type_ in enumerate(types)
    ]
    add_media(
        session,
        storage,
        item_id=revisions[1].item_id,
        name="peta.png",
        content=png(40, 30),
        now=now,
    )
    exam_session = make_exam_session(
        session,
        paper=make_paper(session, revisions=revisions),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=5),
    )
    make_seat(session, exam_session=exam_session, cleared_at=now)


@pytest.fixture
def server(running, exam_folder):
    return holding(running, exam_folder)


@pytest.fixture
def seat(server):
    with server.transaction() as session:
        seat = session.scalars(sa.select(Seat)).one()
        assert seat.candidate.full_name
        return seat


@pytest.fixture
def page(server, new_context, seat):
    page = new_context(seat.candidate).new_page()
    page.clock.install()  # it goes on by itself; a test may let time pass
    begin(server, page, seat)
    return page
