"""Small QTI files for the tests."""

import zipfile
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO

from lsp.exams.formats.package import Reading, ReadItem
from lsp.exams.formats.qti import read
from lsp.exams.formats.scoring import score_item

TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"


def template(name: str) -> str:
    """Response processing by a template of the standard."""
    return f'<responseProcessing template="{TEMPLATES}{name}"/>'


def response(
    cardinality: str = "single",
    base: str = "identifier",
    correct: str = "",
    inner: str = "",
    name: str = "RESPONSE",
) -> str:
    """A response declaration; right values are parted by bars."""
    values = "".join(f"<value>{value}</value>" for value in correct.split("|") if value)
    right = f"<correctResponse>{values}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"{right}{inner}</responseDeclaration>"
    )


def mapping(entries: Mapping[str, object], **bounds: object) -> str:
    """A mapping with these values; bounds are ``lowerBound``, ``upperBound``, ``defaultValue``."""
    attributes = "".join(f' {name}="{value}"' for name, value in bounds.items())
    rows = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items()
    )
    return f"<mapping{attributes}>{rows}</mapping>"


def outcome(name: str = "SCORE", attributes: str = "", inner: str = "") -> str:
    """An outcome declaration of a number."""
    return (
        f'<outcomeDeclaration identifier="{name}" cardinality="single" baseType="float"'
        f" {attributes}>{inner}</outcomeDeclaration>"
    )


def item(
    body: str, declared: str = "", processing: str = "", root: str = "", rest: str = ""
) -> str:
    """An item of QTI 2.1."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="humas-1"'
        f' title="Soal humas" adaptive="false" timeDependent="false" {root}>{declared}{rest}'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )


def choices(most: int = 1, texts: str = "Siaran pers|Undangan|Notula") -> str:
    """A choice interaction with identifiers A, B, C, …"""
    rows = "".join(
        f'<simpleChoice identifier="{chr(65 + n)}">{text}</simpleChoice>'
        for n, text in enumerate(texts.split("|"))
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="{most}">'
        f"<prompt>Apa yang dikirim ke media?</prompt>{rows}</choiceInteraction>"
    )


def reading(xml: str | bytes) -> Reading:
    """What a file is read as."""
    return read(xml.encode() if isinstance(xml, str) else xml, "soal.xml")


def one(xml: str | bytes) -> ReadItem:
    """The only question of a file."""
    (found,) = reading(xml).items
    return found


def reasons(xml: str | bytes) -> list[str]:
    """Why something was not carried, each reason."""
    return [note.why.text for note in reading(xml).not_carried]


def points(found: ReadItem, **responses: object) -> Decimal | None:
    """What an answer earns, in the words of the file."""
    return score_item(found, responses)[0]


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these files."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()
