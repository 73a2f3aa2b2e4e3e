"""Hostile and broken Moodle files: an error in words or a bounded reading, never a crash."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.formats.moodle import read
from lsp.exams.formats.package import BadFile
from tests.formats.exams.moodle import answer, file, notes, one, png, question, quiz


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"PK\x03\x04",
        b"<quiz><question>",
        b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>',
        b'<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
        b"<quiz>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</quiz>",
        b"<quiz>" + b"<question/>" * 300_001 + b"</quiz>",
        quiz(question("multichoice", answer("x") * 300_000)),
        quiz(question("truefalse", stem="x" * (11 * 1024 * 1024))),
        quiz(question("truefalse", answer("true", 100)) * 2_001),
        b" " * (51 * 1024 * 1024),
        b"<quiz>" + b" " * (51 * 1024 * 1024) + b"</quiz>",
    ],
)
def test_a_file_beyond_the_limits_is_refused(content):
    with pytest.raises(BadFile):
        read(content)


@pytest.mark.parametrize(
    "xml",
    [
        question("multichoice", answer("x", 100) * 5_000),
        question("shortanswer", "".join(answer(f"a*{n}", 100) for n in range(5_000))),
        question("ordering", answer("x", 1) * 5_000),
        question("matching", "<subquestion><text>a</text></subquestion>" * 5_000),
        question("cloze", stem="{1:MC:" + "=a~" * 50_000 + "}"),
        question("cloze", stem="{1:SA:=a}" * 5_000),
        question("cloze", stem="{1:SA:" * 30_000),
        question("truefalse", answer("true", 100), stem="x" * 250_000),
        question("truefalse", answer("true", 100), stem="<b>" * 40_000),
        question("numerical", answer("1e999999999", 100)),
        question("numerical", answer("9" * 100_000, 100)),
        question("essay", "<defaultgrade>-5</defaultgrade><attachments>NaN</attachments>"),
    ],
)
def test_a_question_beyond_the_limits_is_named_or_brought_inside(xml):
    assert len(read(quiz(xml)).items) == 1
    assert notes(xml)


def test_a_huge_file_beside_a_text_is_no_picture():
    content = base64.b64encode(png() + b"\0" * (7 * 1024 * 1024)).decode()
    beside = f'<file name="a.png" encoding="base64">{content}</file>'
    xml = question(
        "multichoice", answer('<img src="@@PLUGINFILE@@/a.png" alt="A">', 100, beside) + answer("B")
    )

    assert "a.png" in notes(xml)["Berkas"]


def test_one_picture_shown_a_thousand_times_is_decoded_once():
    beside = file("a.png", png() + b"\0" * 1_000_000)
    shown = '<img src="@@PLUGINFILE@@/a.png" alt="A">' * 200
    reading = read(quiz(question("multichoice", answer(shown, 100, beside) + answer("B"))))

    assert len(reading.media) == 1


def test_names_of_files_lead_nowhere():
    stem = '<img src="@@PLUGINFILE@@/../../etc/passwd.png" alt="A">'
    xml = question(
        "multichoice", answer(stem, 100, file("../../etc/passwd.png", png())) + answer("B")
    )

    assert [media.name for media in read(quiz(xml)).media] == ["passwd.png"]


def test_a_hostile_title_stays_a_title():
    item = one(
        question("truefalse", answer("true", 100), name="&lt;script&gt;x&lt;/script&gt;" * 50)
    )

    assert len(item.title) <= 200


@given(
    text=st.text(st.sampled_from("{}1:MCSANRV=~#%50*\\&;<>[]a "), max_size=60),
    kind=st.sampled_from(["cloze", "gapselect", "shortanswer", "multichoice"]),
)
def test_any_text_in_any_place_is_read(text, kind):
    inner = answer(text, 100) + answer(f"{text}b", 50)
    inner += f"<selectoption><text><![CDATA[{text}]]></text></selectoption>"
    content = quiz(question(kind, inner, stem=text.replace("]]>", "")))
    try:
        reading = read(content)
    except BadFile:
        return
    assert len(reading.items) == 1
