"""The example files of Moodle's own tests, read as Moodle would show them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lsp.exams.formats.moodle import read, write
from lsp.exams.formats.package import Reading

FOLDER = Path(os.environ.get("LSP_CONFORMANCE", "../shared/data")) / "items" / "moodle-xml"
NEED = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the files of others are not here; LSP_CONFORMANCE names their folder",
)
pytestmark = NEED
FILES = sorted(FOLDER.glob("*.xml"))


def reading(name: str) -> Reading:
    return read((FOLDER / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "types", "pictures"),
    [
        ("broken_cloze_questions.xml", [None] * 5, 0),
        ("categories_reverse_order.xml", ["essay", "short_answer"], 0),
        ("category_with_description.xml", ["true_false"], 0),
        ("export_category.xml", ["true_false"], 0),
        ("html_chars_in_idnumbers.xml", ["true_false"], 0),
        ("multianswer.xml", ["gap_fill"], 2),
        ("multichoice.xml", ["single_choice"], 4),
        ("nested_categories.xml", ["true_false"], 0),
        (
            "nested_categories_with_questions.xml",
            ["true_false", "essay", "true_false", "true_false", "true_false"],
            0,
        ),
        ("old_format_file.xml", ["true_false", "true_false"], 0),
        ("sample_questions_with_old_image_tag.xml", ["gap_fill", "single_choice"], 1),
        ("truefalse.xml", ["true_false", "true_false"], 1),
    ],
)
def test_every_question_is_read_as_its_type_with_its_pictures(name, types, pictures):
    found = reading(name)

    assert [item.type for item in found.items] == types
    assert len(found.media) == pictures


def test_the_cities_of_the_cloze_question_belong_to_their_states():
    (item,) = reading("multianswer.xml").items
    right = [
        [
            row["text"]
            for row in gap["choices"]
            if row["id"] in item.body.key["gaps"][gap["id"]]["correct"]
        ]
        for gap in item.body.content["gaps"][:4]
    ]

    assert right == [["California"], ["Arizona"], ["California"], ["Arizona"]]
    assert item.body.key["gaps"]["5"]["shares"] == {"Marseille": "0.5"}
    assert item.max_score == 5


def test_the_greeting_is_french_and_its_sound_is_named():
    found = reading("multichoice.xml")
    (item,) = found.items
    (right,) = (
        row for row in item.body.content["choices"] if row["id"] in item.body.key["correct"]
    )

    assert "French" in right["text"]
    assert any("bonjour.mp3" in str(note.why) for note in found.not_carried)


def test_each_broken_cloze_question_is_named_with_its_reason():
    found = reading("broken_cloze_questions.xml")

    assert len([note for note in found.not_carried if note.what == "Soal"]) == 5
    assert all(item.stem for item in found.items)


def test_the_identifier_with_html_signs_is_kept():
    assert reading("html_chars_in_idnumbers.xml").items[0].identifier == "T & F"


def test_acronyms_are_marked_as_moodle_marks_them():
    keys = [item.body.key["answer"] for item in reading("truefalse.xml").items]

    assert keys == [False, True]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_written_and_read_again_they_are_equal(path):
    found = read(path.read_bytes())
    # What is written has a name of its own.
    kept = [replace(item, where="", is_named=True) for item in found.items if item.type]
    if not kept:
        assert path.stem == "broken_cloze_questions"
        return
    content, lost = write(kept, found.media)
    again = read(content)

    assert lost == []
    assert [replace(item, where="") for item in again.items] == kept
    assert again.media == found.media
