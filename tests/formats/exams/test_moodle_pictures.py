"""Pictures in Moodle files, beside texts, in them, and under markers."""

import base64

import pytest

from lsp.exams.formats.moodle import read
from lsp.exams.rules.kinds import ItemType
from tests.formats.exams.moodle import answer, file, notes, one, png, question, quiz


def with_picture(name: str, content: bytes, src: str = "", alt: str = "") -> str:
    """A true-false question that shows a picture."""
    stem = f'<img src="{src or f"@@PLUGINFILE@@/{name}"}" alt="{alt}">'
    return (
        f'<question type="truefalse"><questiontext format="html"><text><![CDATA[{stem}]]></text>'
        f"{file(name, content)}</questiontext>{answer('true', 100)}</question>"
    )


def test_a_picture_is_carried_with_what_it_shows():
    reading = read(
        quiz(with_picture("peta kota.png", png(), "@@PLUGINFILE@@/peta%20kota.png", "Peta"))
    )

    (media,) = reading.media
    assert (media.name, media.alt, media.content) == ("peta kota.png", "Peta", png())
    assert 'src="media:peta kota.png"' in reading.items[0].stem


def test_one_picture_in_two_questions_is_kept_once():
    reading = read(quiz(with_picture("a.png", png()), with_picture("a.png", png())))

    assert [media.name for media in reading.media] == ["a.png"]


def test_two_pictures_of_one_name_get_two_names():
    reading = read(quiz(with_picture("a.png", png()), with_picture("a.png", png(colour=9))))

    assert [media.name for media in reading.media] == ["a.png", "a-2.png"]
    assert 'src="media:a-2.png"' in reading.items[1].stem


def test_pictures_of_choices_are_carried():
    picture = '<img src="@@PLUGINFILE@@/id.png" alt="Bendera">'
    item = one(
        question("multichoice", answer(picture, 100, file("id.png", png())) + answer("Bukan"))
    )

    assert 'src="media:id.png"' in item.body.content["choices"][0]["text"]


def test_a_picture_inside_the_html_is_carried_too():
    encoded = base64.b64encode(png()).decode()
    stem = f'<p><img src="data:image/png;base64,{encoded}" alt="Grafik"></p>'
    reading = read(quiz(question("truefalse", answer("true", 100), stem=stem)))

    assert [(media.name, media.alt) for media in reading.media] == [("gambar.png", "Grafik")]
    assert 'src="media:gambar.png"' in reading.items[0].stem


def test_the_old_picture_below_the_words_is_carried():
    encoded = base64.b64encode(png()).decode()
    old = f"<image>gambar/lama.png</image><image_base64>\n{encoded[:40]}\n{encoded[40:]}</image_base64>"
    reading = read(quiz(question("truefalse", old + answer("true", 100), stem="Lihat.")))

    assert [media.name for media in reading.media] == ["gambar_lama.png"]
    assert reading.items[0].stem == 'Lihat. <img src="media:gambar_lama.png">'


@pytest.mark.parametrize(
    "content", [b"ID3 suara", b"<svg onload='x()'/>", b"RIFF0000WAVE", b"MZ\x90", b""]
)
def test_what_is_no_picture_is_named_and_left_out(content):
    reading = read(quiz(with_picture("berkas.png", content, alt="Suara")))

    assert reading.media == []
    assert "berkas.png" in notes(reading)["Berkas"]
    assert "media:" not in reading.items[0].stem


def test_a_link_to_a_file_keeps_its_words():
    stem = '<a href="@@PLUGINFILE@@/suara.mp3">Dengarkan</a>'
    xml = question("truefalse", answer("true", 100), stem=stem)

    assert one(xml).stem == "Dengarkan"
    assert "suara.mp3" in notes(xml)["Berkas"]


def test_a_picture_from_elsewhere_is_named():
    stem = '<p>Ini <img src="https://contoh.id/a.png" alt="Logo"></p>'

    assert (
        "https://contoh.id/a.png"
        in notes(question("truefalse", answer("true", 100), stem=stem))["Bagian HTML"]
    )


def marker(shape: str, coords: str, drags: int = 1) -> str:
    drag = "".join(
        f"<drag><no>{n}</no><text>Monas</text><noofdrags>1</noofdrags></drag>"
        for n in range(1, drags + 1)
    )
    drop = (
        f"<drop><no>1</no><shape>{shape}</shape><coords>{coords}</coords><choice>1</choice></drop>"
    )
    return question("ddmarker", file("peta.png", png(40, 30)) + drag + drop, stem="<p>Di mana?</p>")


@pytest.mark.parametrize(
    ("shape", "coords", "ours", "points"),
    [
        ("circle", "10,20;5", "circle", [10, 20, 5]),
        ("rectangle", "10,20;5,6", "rect", [10, 20, 15, 26]),
        ("polygon", "0,0;10,0;5.4,8", "poly", [0, 0, 10, 0, 5, 8]),
    ],
)
def test_one_marker_for_one_zone_is_a_point_to_be_found(shape, coords, ours, points):
    xml = marker(shape, coords)
    item = one(xml)

    assert item.type is ItemType.HOTSPOT
    assert item.stem == "<p>Di mana?</p><p>Monas</p>"
    assert (item.body.content["width"], item.body.content["height"]) == (40, 30)
    assert item.body.key["areas"] == [{"id": "a", "shape": ours, "coords": points}]
    assert "Teks pengganti gambar" in notes(xml)


@pytest.mark.parametrize("xml", [marker("circle", "1,1;1", 2), marker("circle", "1,1")])
def test_other_markers_are_named(xml):
    assert one(xml).type is None
    assert "Soal" in notes(xml)


def test_files_that_no_text_shows_are_named():
    xml = with_picture("skema.png", png(), src="@@PLUGINFILE@@/lain.png")
    assert "skema.png" in notes(xml)["Berkas"]
    assert "Berkas" not in notes(with_picture("skema.png", png()))
