"""Content packages: which files are read, in what order, and what is said of them."""

import pytest

from lsp.exams.formats.package import BadFile
from lsp.exams.formats.qti import read
from lsp.exams.formats.qti.packages import NO_SUCH_FILE, NOT_OF_TEST
from lsp.exams.rules.kinds import CognitiveLevel
from tests.formats.exams.moodle import png
from tests.formats.exams.qti import archive, choices, item, points, response, template

MATCH = template("match_correct")
LOM = "http://ltsc.ieee.org/xsd/LOM"


def named(identifier: str, processing: str = MATCH) -> str:
    """An item called so."""
    return item(choices(), response(correct="A"), processing).replace("humas-1", identifier)


def manifest(*paths: str, metadata: str = "") -> str:
    """A manifest that names these files."""
    rows = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p1" href="{path}">{metadata}'
        f'<file href="{path}"/></resource>'
        for n, path in enumerate(paths)
    )
    return f"<manifest><resources>{rows}</resources></manifest>"


def exam(*paths: str) -> str:
    """A test with these items, of at most two attempts."""
    rows = "".join(
        f'<assessmentItemRef identifier="i{n}" href="{path}"/>' for n, path in enumerate(paths)
    )
    return (
        '<assessmentTest identifier="T" title="Ujian"><testPart identifier="p"><itemSessionControl'
        f' maxAttempts="2"/><assessmentSection identifier="s">{rows}</assessmentSection></testPart>'
        "</assessmentTest>"
    )


def test_questions_come_in_the_order_of_the_test_and_the_rest_after_them():
    found = read(
        archive(
            {
                "imsmanifest.xml": manifest("tests/t.xml", "items/a.xml", "items/b.xml"),
                "tests/t.xml": exam("../items/b.xml", "../items/a.xml", "../items/gone.xml"),
                "items/a.xml": named("A-1"),
                "items/b.xml": named("B-1"),
                "items/c.xml": named("C-1"),
            }
        )
    )
    assert [one.identifier for one in found.items] == ["B-1", "A-1", "C-1"]
    assert [(note.what, note.why.text) for note in found.not_carried] == [
        ("<itemSessionControl>", NOT_OF_TEST),
        ("../items/gone.xml", NO_SUCH_FILE),
    ]


def test_items_are_found_without_a_manifest_and_below_a_folder():
    bare = read(archive({"a.xml": named("A-1"), "catatan.txt": "x"}))
    inside = read(archive({"kuis/imsmanifest.xml": manifest("a.xml"), "kuis/a.xml": named("A-1")}))
    assert [len(found.items) for found in (bare, inside)] == [1, 1]


def test_a_broken_file_is_named_and_the_others_are_read():
    found = read(archive({"a.xml": named("A-1"), "b.xml": "<assessmentItem>"}))
    assert [one.identifier for one in found.items] == ["A-1"]
    assert [note.where for note in found.not_carried] == ["b.xml"]


def test_one_identifier_in_two_files_is_told_apart():
    found = read(archive({"a.xml": named("A-1"), "b.xml": named("A-1")}))
    assert [one.identifier for one in found.items] == ["A-1", "A-1-2"]


def test_a_template_of_the_package_scores():
    rules = """<responseProcessing><responseCondition><responseIf><match>
      <variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">3</baseValue>
      </setOutcomeValue></responseIf></responseCondition></responseProcessing>"""
    called = '<responseProcessing template="http://x.test/own" templateLocation="../rp/own.xml"/>'
    found = read(archive({"items/a.xml": named("A-1", called), "rp/own.xml": rules}))
    assert (found.items[0].max_score, points(found.items[0], RESPONSE="A")) == (3, 3)


def test_a_picture_of_the_package_is_carried_and_none_from_outside():
    body = '<p>Lihat <img src="../media/denah%20a.png" alt="Denah"/></p>' + choices()
    inside = item(body, response(correct="A"), MATCH)
    outside = inside.replace("../media/denah%20a.png", "../../../etc/passwd")
    found = read(archive({"items/a.xml": inside, "media/denah a.png": png()}))
    assert [picture.content for picture in found.media] == [png()]
    assert f"media:{found.media[0].name}" in found.items[0].stem
    assert not read(archive({"items/a.xml": outside})).media


def test_metadata_says_the_criterion_the_level_and_tags():
    described = f"""<metadata><lom xmlns="{LOM}"><general><keyword><string>C4</string></keyword>
      <keyword><string>KOM.PR02.014.01 1.2</string></keyword><keyword><string>media</string>
      </keyword></general></lom></metadata>"""
    found = read(
        archive({"imsmanifest.xml": manifest("a.xml", metadata=described), "a.xml": named("A-1")})
    ).items[0]
    assert (found.criterion, found.level, found.tags) == (
        "KOM.PR02.014.01 1.2",
        CognitiveLevel.C4,
        ("media",),
    )


def test_an_archive_without_questions_is_refused():
    with pytest.raises(BadFile):
        read(archive({"imsmanifest.xml": manifest(), "a.txt": "x"}))
