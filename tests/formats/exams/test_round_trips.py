"""Questions with all that a type can have, through each format: equal again, or the loss is named."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsp.exams.formats.package import Media, ReadItem
from lsp.exams.formats.reading import FORMATS, function, read_file
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from tests.formats.exams.moodle import png

HALF, ONE = Decimal("0.5"), Decimal(1)
HTML = '<p>Lihat <img src="media:peta.png" alt="Peta"> dan \\(x^2\\) <b>tebal</b> [[1]] [[2]]</p>'
TEXT = "Apa [[1]] dan [[2]] & <b>?"
AREAS = [("rect", [1, 1, 9, 9]), ("circle", [20, 20, 5]), ("poly", [1, 20, 5, 25, 9, 20])]
GAPS = [
    (writing.choices([("a", True), ("b", False)], single=True, weights=[ONE, HALF]), Decimal(2)),
    (
        writing.short_answer(["x", "y"], case_sensitive=True, shares={"y": HALF}),
        Decimal("0.5"),
    ),
]
RUBRIC = [("Isi | data", Decimal("1.5")), ("Bahasa", ONE)]
BODIES = {
    ItemType.SINGLE_CHOICE: [
        writing.choices(
            [("a", True), ("b", False), ("c", False)],
            single=True,
            weights=[ONE, Decimal("0.3333"), -HALF],
        )
    ],
    ItemType.MULTIPLE_CHOICE: [
        writing.choices([("a", True), ("b", True), ("c", False)], single=False),
        writing.choices(
            [("a", True), ("b", True), ("c", False)],
            single=False,
            weights=[Decimal("0.7"), Decimal("0.3"), Decimal(-1)],
        ),
    ],
    ItemType.TRUE_FALSE: [writing.true_false(False)],
    ItemType.SHORT_ANSWER: [
        writing.short_answer(
            ["Rilis*", "x \\* y"], case_sensitive=True, shares={"x \\* y": HALF}, wildcards=True
        ),
        writing.short_answer(["a|b", "%50%x"], case_sensitive=False, ignore_spaces=True),
    ],
    ItemType.NUMERICAL: [
        writing.numerical("12.5", "0.25", "orang"),
        writing.number_ranges([("1", "2", ONE), ("-5", "10", HALF)], "kg"),
    ],
    ItemType.MATCHING: [writing.matching([("k", "x"), ("l", "y"), ("m", "x")], ["z"])],
    ItemType.ORDERING: [writing.ordering(["a", "b", "c"], exact=exact) for exact in (True, False)],
    ItemType.GAP_FILL: [writing.gap_fill(GAPS, TEXT)],
    ItemType.HOTSPOT: [
        writing.hotspot("peta.png", 40, 30, "Peta", AREAS[:1]),
        writing.hotspot("peta.png", 40, 30, "Peta", AREAS),
    ],
    ItemType.ESSAY: [writing.essay(RUBRIC, "Contoh <jawaban>\n\ndua", 300, Decimal("2.5"))],
    ItemType.FILE_UPLOAD: [
        writing.file_upload(["pdf", "docx"], 5, RUBRIC, "Contoh", Decimal("2.5"))
    ],
}
RICH = [
    ReadItem(
        identifier=f"{kind.name}-{place}-{markup.value}",
        type=kind,
        title="Judul: <b> & “kutip”",
        stem=TEXT if markup is Markup.PLAIN else HTML,
        body=body,
        max_score=Decimal("2.5"),
        markup=markup,
        criterion="KOM.PR02.014.01 1.2",
        level=CognitiveLevel.C4,
        rationale='Karena\nitu <b> & "x"',
        tags=("humas", "a/b; c"),
    )
    for kind, bodies in BODIES.items()
    for place, body in enumerate(bodies)
    for markup in Markup
]
MEDIA = [Media("peta.png", png(40, 30), "Peta")]


@pytest.mark.parametrize("name", ["qti3", "moodle-xml", "gift", "csv", "xlsx"])
def test_what_is_written_is_read_again_whole_or_the_loss_is_named(name):
    content, lost = function(name, FORMATS[name].writer)(RICH, MEDIA)
    found = {
        # Where it stood and by what rules of the file it is scored are the file's own.
        item.identifier: replace(item, where="", processing={}, names={}, response_name="RESPONSE")
        for item in read_file(content, "berkas").items
    }
    changed = {item.identifier for item in RICH if found.get(item.identifier) != item}
    assert changed <= {note.where for note in lost}
    assert name != "qti3" or not changed
