"""``lsp items``: what it prints, and how it fails."""

import json

import pytest
from click.testing import CliRunner

from lsp.cli import main
from lsp.exams.commands import packaged_bank
from tests.formats.exams.makers import example_file

GIFT = "::Q1::A?{=Humas ~%50%Tamu#ya}\n\n::Q2::B?{}\n\n::Q3::C?{T}\n"


#: Names that stand for files of a test.
FILES = ("soal", "jawaban", "keluar", "takada", "folder", "kosong", "keterangan", "urutan")


@pytest.fixture
def run(tmp_path):
    (tmp_path / "soal").write_text(GIFT)

    def call(*arguments: str, answers: object = None):
        (tmp_path / "jawaban").write_text(json.dumps(answers))
        paths = [str(tmp_path / a) if a.split("/")[0] in FILES else a for a in arguments]
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


def test_an_answer_that_cannot_be_read_scores_nothing_and_is_named(run):
    answers = {"Q9": {"RESPONSE": "a"}, "\ud800": 1, "Q1": {"RESPONSE": "hijau"}, "Q3": "a"}
    result = run("score", "soal", "jawaban", "--json", answers=answers)
    assert result.exit_code == 0
    scores = json.loads(result.stdout)
    assert [scores[name]["score"] for name in ("Q1", "Q2", "Q3")] == [0, None, 0]
    assert result.stderr.splitlines() == [
        "Q9: tidak ada soal dengan identifier ini",
        "?: tidak ada soal dengan identifier ini",
        "Q1: Pilihan “hijau” tidak ada di soal ini.",
        "Q3: tulis {identifier respons: nilai}",
    ]


def test_a_question_that_was_not_read_is_not_said_to_be_marked(run, tmp_path):
    (tmp_path / "soal").write_text(
        "<quiz><question type='calculated'><name><text>Q1</text></name>"
        "<questiontext><text>Berapa?</text></questiontext></question></quiz>"
    )
    result = run("score", "soal", "jawaban", "--json", answers={})
    (scored,) = json.loads(result.stdout).values()
    assert (scored["score"], scored["why"]) == (None, "tidak dapat dinilai: jenis soal tidak ada")


def test_answers_that_are_no_object_are_an_error(run):
    result = run("score", "soal", "jawaban", "--json", answers=["a"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("read", "soal", "--format", "docx", "--json"), "rusak"),
        (("read", "takada"), "takada: tidak ada"),
        (("read", "folder"), "folder: ini folder"),
        (("read", "kosong"), "kosong: Berkas ini kosong."),
        (("score", "soal", "takada"), "takada: tidak ada"),
        (("score", "soal", "folder"), "folder: ini folder"),
        (("score", "soal", "kosong"), "kosong: bukan JSON"),
        (("write", "folder", "--to", "csv"), "folder: ini folder"),
        (("write", "takada/keluar", "--to", "csv"), "takada: folder ini tidak ada"),
        (("write", "keluar", "--to", "csv", "--from", "takada"), "takada: tidak ada"),
        (("write", "keluar", "--to", "csv", "--from", "keterangan"), "tidak ada soal untuk"),
        (("write", "keluar", "--to", "gift", "--from", "urutan"), "tidak ada soal yang dapat"),
    ],
)
def test_what_cannot_be_read_or_written_is_an_error_of_one_line(run, tmp_path, arguments, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "kosong").touch()
    (tmp_path / "keterangan").write_text("::A::Hanya keterangan.")
    (tmp_path / "urutan").write_text('Pertanyaan,Jenis,Urutan\nUrutkan!,ordering,"a\nb"\n')
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "keluar").exists()


def test_forms_that_earn_a_part_are_told_with_their_points(run, tmp_path):
    text = (
        "A?{=Frog =%50%Cat}\n\nB?{#=5 =%25%5:1}\n\nC?{=x =y}\n\n// [jenis:rumpang]\nA {=p =%50%q} z"
    )
    (tmp_path / "soal").write_text(text)
    items = json.loads(run("read", "soal", "--json").stdout)["items"]
    assert [[(row["text"], row["score"]) for row in item["choices"]] for item in items] == [
        [("Frog", 1), ("Cat", 0.5)],
        [("5", 1), ("4 … 6", 0.25)],
        [],
        [("p", 1), ("q", 0.5)],
    ]
    assert [item["correct"] for item in items] == [
        ["Frog", "Cat"],
        [5, "4 … 6 (25%)"],
        ["x", "y"],
        {"1": ["p", "q"]},
    ]


def test_choices_of_several_gaps_are_told_apart_and_scored_by_their_names(run, tmp_path):
    (tmp_path / "soal").write_text(
        "<quiz><question type='cloze'><name><text>Q1</text></name><questiontext><text>"
        "{1:MC:=x~y} dan {1:MC:x~=y}</text></questiontext></question></quiz>"
    )
    (item,) = json.loads(run("read", "soal", "--json").stdout)["items"]
    assert [row["identifier"] for row in item["choices"]] == ["1:a", "1:b", "2:a", "2:b"]
    assert item["correct"] == {"1": ["1:a"], "2": ["2:b"]}
    for answer in ({"1": "1:a", "2": "b"}, {"RESPONSE": ["1:a", "2:b"]}):
        result = run("score", "soal", "jawaban", "--json", answers={item["identifier"]: answer})
        assert json.loads(result.stdout)[item["identifier"]]["score"] == 2


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
