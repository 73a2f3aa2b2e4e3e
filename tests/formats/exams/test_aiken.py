"""Aiken: questions with one right choice, and faults named by their line."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats import aiken
from lsp.exams.formats.package import BadFile, Reading
from lsp.exams.formats.reading import FORMATS, function, read_file
from tests.formats.exams.makers import example_file

GOOD = "Siapa?\nA. Tamu\nB) Humas\nANSWER: B\n"


def test_a_question_is_read_with_its_key():
    (item,) = aiken.read(GOOD.encode()).items
    assert (item.stem, item.body.key, item.where) == ("Siapa?", {"correct": ["b"]}, "baris 1")


@pytest.mark.parametrize("format_name", ["moodle-xml", "gift", "csv", "xlsx", "qti3"])
def test_its_letters_are_kept_or_named_as_lost(format_name):
    (item,) = aiken.read(GOOD.encode()).items
    content, lost = function(format_name, FORMATS[format_name].writer)([item], [])
    (again,) = read_file(content, "berkas").items
    told = [str(note.why) for note in lost if note.what == "Nama pilihan"]
    if again.names == item.names:
        assert told == []
    else:
        assert told == ["Berkas ini menamai pilihan menurut urutannya: A → a, B → b."]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("A?\nA. x\nB. y\nANSWER: C\n", "baris 4"),
        ("A?\nA. x\nC. y\nANSWER: A\n", "baris 4"),
        ("A?\nA. x\nB. y\nANSWER: A, B\n", "baris 4"),
        ("A?\nA. x\nB. y\n", "baris 1"),
        ("A?\nA. x\nANSWER: A\n", "baris 3"),
        ("ANSWER: A\n", "baris 1"),
    ],
)
def test_a_fault_is_named_by_its_line_and_the_rest_is_read(text, where):
    reading = aiken.read(f"{text}\n{GOOD}".encode() if "ANSWER" in text else text.encode())
    assert [note.where for note in reading.not_carried] == [where]
    assert len(reading.items) == (1 if "ANSWER" in text else 0)


def test_the_examples_of_moodle_are_read_and_html_in_them_is_text():
    reading = aiken.read(example_file("aiken/questions.aiken.txt"))
    assert [item.body.key["correct"] for item in reading.items] == [["b"], ["a"]]
    assert '<html class="cool"> & images:' in reading.items[1].stem


@settings(max_examples=100, deadline=None)
@given(st.text("AB.) \nANSWER:x", max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(BadFile):
        assert isinstance(aiken.read(text.encode()), Reading)


def test_a_remark_below_an_answer_is_no_part_of_the_next_question():
    reading = aiken.read(
        b"A?\nA. x\nB. y\nANSWER: A\nCatatan: ragu\n\nB?\nA. x\nB. y\nANSWER: B\nC?\n\nA. x\nB. y\nANSWER: A\n\nD:\n\nd?\nA. x\nB. y\nANSWER: A\n"
    )
    assert [item.stem for item in reading.items] == ["A?", "B?", "C?", "D:\nd?"]
    assert [(note.where, note.what) for note in reading.not_carried] == [
        ("baris 5", "Catatan: ragu")
    ]
