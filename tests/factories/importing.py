"""Uploaded files of questions."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from lsp.exams.models import ImportDraft
from lsp.exams.rules.kinds import CognitiveLevel
from lsp.exams.services import importing
from lsp.skkni.models import Criterion
from lsp.storage import Storage
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.skkni import make_unit

GIFT = """
// [id:UJI-1]
::Pembuka acara:: Siapa yang membuka konferensi pers? {=Pemandu acara ~Wartawan ~Tamu}

// [id:UJI-2]
::Isi siaran pers:: Siaran pers memuat narahubung. {TRUE}
"""


def make_picture(color: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    """A small PNG of one colour."""
    content = BytesIO()
    Image.new("RGB", size, color).save(content, "PNG")
    return content.getvalue()


def make_criterion(session: Session) -> Criterion:
    """A criterion of a unit of its own."""
    return make_unit(session).elements[0].criteria[0]


def make_import(
    session: Session, folder: Path, content: str | bytes = GIFT, **values: Any
) -> ImportDraft:
    """An upload of these questions, with a criterion and level for all of them."""
    values.setdefault("criterion_id", make_criterion(session).id)
    return importing.start_import(
        session,
        Storage(folder),
        content=content.encode() if isinstance(content, str) else content,
        **{
            "name": "soal.gift",
            "format_name": "auto",
            "person_id": values.pop("person_id", None) or make_person(session).id,
            "now": NOW,
            "level": CognitiveLevel.C2,
            **values,
        },
    )
