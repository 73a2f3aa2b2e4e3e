"""``lsp items``: what it prints, and how it fails."""

import json

import pytest
from click.testing import CliRunner

from lsp.cli import main
from lsp.exams.commands import packaged_bank
from tests.formats.exams.makers import example_file

GIFT = "::Q1::A?{=Humas ~%50%Tamu#ya}\n\n::Q2::B?{}\n\n::Q3::C?{T}\n"


@pytest.fixture
def run(tmp_path):
    (tmp_path / "soal").write_text(GIFT)

    def call(*arguments: str, answers: object = None):
        (tmp_path / "jawaban").write_text(json.dumps(answers))
        paths = [str(tmp_path / a) if a in ("soal", "jawaban", "keluar") else a for a in arguments]
        return CliRunner().invoke(main, ["items", *paths])

    return call


def test_reading_prints_questions_choices_key_and_what_was_left(run):
    data = json.loads(run("read", "soal", "--json").stdout)
    assert data["format"] == "gift"
    assert data["items"][0] == {
        "identifier": "Q1",
        "type": "single_choice",
        "title": "Q1",
        "stem": "A?",
        "choices": [
            {"identifier": "a", "text": "Humas", "score": 1},
            {"identifier": "b", "text": "Tamu", "score": 0.5},
        ],
        "correct": ["a"],
        "max_score": 1,
    }
    assert {note["where"] for note in data["not_carried"]} == {"baris 1", "baris 3"}


def test_reading_prints_a_list_for_people(run):
    assert "Tidak terbawa: 2" in run("read", "soal").stdout


def test_scoring_prints_points_and_leaves_essays_to_a_person(run):
    result = run("score", "soal", "jawaban", "--json", answers={"Q1": {"RESPONSE": "b"}})
    assert json.loads(result.stdout) == {
        "Q1": {"score": 0.5, "max_score": 1},
        "Q2": {"score": None, "max_score": 1, "why": "dinilai asesor"},
        "Q3": {"score": 0, "max_score": 1},
    }


@pytest.mark.parametrize(
    "answers", [{"Q9": {"RESPONSE": "a"}}, {"Q1": {"RESPONSE": "z"}}, {"Q1": "a"}, ["a"]]
)
def test_a_bad_answer_is_an_error_and_prints_nothing(run, answers):
    result = run("score", "soal", "jawaban", "--json", answers=answers)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")


def test_a_file_of_another_format_is_an_error(run):
    result = run("read", "soal", "--format", "docx", "--json")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("target", ["gift", "csv", "moodle-xml", "qti3"])
def test_each_question_of_the_packaged_bank_is_written_and_read_again_or_named(run, target):
    written = run("write", "keluar", "--to", target)
    assert written.exit_code == 0
    data = json.loads(run("read", "keluar", "--json").stdout)
    assert data["format"] == target.rstrip("3")
    read = {item["identifier"]: item["type"] for item in data["items"]}
    for item in packaged_bank():
        assert read.get(item.identifier) == item.type or item.identifier in written.stdout
    assert len(read) > 80


def test_a_file_is_written_in_another_format(run):
    result = run("write", "keluar", "--to", "csv", "--from", "soal")
    assert "umpan balik" in result.stdout
    data = json.loads(run("read", "keluar", "--json").stdout)
    assert [item["identifier"] for item in data["items"]] == ["Q1", "Q2", "Q3"]


def test_moodles_examples_are_read_from_the_command_line(run, tmp_path):
    path = tmp_path / "moodle"
    path.write_bytes(example_file("gift/questions.gift.txt"))
    data = json.loads(run("read", str(path), "--json").stdout)
    assert len(data["items"]) == 9


def test_a_file_is_read_from_standard_input():
    result = CliRunner().invoke(main, ["items", "read", "-", "--json"], input=b"Benar?{T}")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["items"][0]["type"] == "true_false"
