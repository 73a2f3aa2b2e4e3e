"""Small Moodle XML files for the tests, and what is asked of a reading."""

import base64
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from lsp.exams.formats.moodle import read
from lsp.exams.formats.package import Reading, ReadItem
from lsp.exams.rules.writing import Body


def quiz(*questions: str) -> bytes:
    """A file of these questions."""
    return f'<?xml version="1.0" encoding="UTF-8"?><quiz>{"".join(questions)}</quiz>'.encode()


def question(
    kind: str, body: str = "", *, stem: str = "<p>Apa?</p>", name: str = "Soal", form: str = "html"
) -> str:
    """A question of this type; the stem goes in as it would in a file of Moodle's."""
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="{form}"><text><![CDATA[{stem}]]></text></questiontext>'
        f"{body}</question>"
    )


def answer(text: str, fraction: object = 0, inner: str = "", form: str = "html") -> str:
    """An answer with the share of the points it earns, in percent."""
    return f'<answer fraction="{fraction}" format="{form}"><text><![CDATA[{text}]]></text>{inner}</answer>'


def one(xml: str) -> ReadItem:
    """The only question of a file that has one."""
    (item,) = read(quiz(xml)).items
    return item


def notes(reading: Reading | str) -> dict[str, str]:
    """What was not carried, with the reason."""
    if isinstance(reading, str):
        reading = read(quiz(reading))
    return {note.what: str(note.why) for note in reading.not_carried}


def best_first(item: ReadItem) -> ReadItem:
    """The question with its accepted words and numbers in the order in which they are written."""
    gaps = item.body.key.get("gaps")
    if gaps:
        key = {**item.body.key, "gaps": {id_: _best_first(gap) for id_, gap in gaps.items()}}
    else:
        key = _best_first(item.body.key)
    return replace(item, body=Body(item.body.content, key))


def _best_first(key: dict[str, Any]) -> dict[str, Any]:
    shares = key.get("shares", {})
    if "accepted" in key:
        forms = sorted(key["accepted"], key=lambda form: -Decimal(shares.get(form, 1)))
        return {**key, "accepted": forms}
    if "ranges" in key:
        return {**key, "ranges": sorted(key["ranges"], key=lambda row: -Decimal(row["share"]))}
    return key


def png(width: int = 4, height: int = 3, colour: int = 0) -> bytes:
    """A small picture."""
    file = BytesIO()
    Image.new("L", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def file(name: str, content: bytes) -> str:
    """A file beside a text."""
    encoded = base64.b64encode(content).decode()
    return f'<file name="{name}" path="/" encoding="base64">{encoded}</file>'


#: One question of each kind, as ground for mutations.
SAMPLE = quiz(
    question("multichoice", answer("A", 100) + answer("B", "-33.33333") + "<single>false</single>"),
    question("truefalse", answer("true", 100)),
    question("shortanswer", answer("a*", 100) + answer("b", 50)),
    question("numerical", answer("2.5", 100, "<tolerance>0.1</tolerance>")),
    question(
        "matching", "<subquestion><text>a</text><answer><text>b</text></answer></subquestion>"
    ),
    question("ordering", answer("A", 1) + answer("B", 2)),
    question("essay", "<defaultgrade>4</defaultgrade>"),
    question("cloze", stem="<p>{1:MC:=A#ya~%50%B} {2:SA:=x~y} {:NM:=1:0.5}</p>"),
    question(
        "gapselect", "<selectoption><text>a</text><group>1</group></selectoption>", stem="[[1]]"
    ),
    question("ddmarker", file("a.png", png())),
)
