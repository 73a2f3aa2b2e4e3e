"""Writing QTI 3.0: a content package with a manifest, an item a question, and the pictures."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from lsp.exams.formats.own_rules import differs, is_written
from lsp.exams.formats.package import Media, NotCarried, NotWritten, ReadItem
from lsp.exams.formats.qti.making import media_path, possible
from lsp.exams.formats.qti.names import Element
from lsp.exams.formats.qti.packages import CRITERION_SOURCE, LEVEL_SOURCE, MANIFEST
from lsp.exams.formats.qti.writing_items import item_xml, safe_identifier
from lsp.exams.rules.wording import media_name, pictures
from lsp.texts import N_, Refusal

CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
OTHER_RULES = N_("Ditulis dengan aturan penilaian bank soal, bukan aturan berkas asalnya.")
#: Archives of the same questions are the same, byte by byte.
TIME = (2026, 1, 1, 0, 0, 0)


def write(items: Sequence[ReadItem], media: Sequence[Media]) -> tuple[bytes, list[NotCarried]]:
    """A content package of QTI 3.0, and what of the questions could not be written."""
    left: list[NotCarried] = []
    known = {picture.name: picture for picture in media}
    manifest = _manifest()
    resources = manifest[-1]
    target = BytesIO()
    shown: dict[str, Media] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, item in enumerate(items, 1):
            if item.type is None:
                why = Refusal(N_("Soal tanpa jenis tidak bisa ditulis sebagai QTI."))
                left.append(NotWritten(item.identifier, item.title, why))
                continue
            for name in _pictures(item):
                if name in known and media_name(name) == name:
                    shown[name] = known[name]
                else:
                    why = Refusal(N_("Gambar ini tidak ada."))
                    left.append(NotCarried(item.identifier, name, why))
            if differs(item) and not is_written(item):
                left.append(NotCarried(item.identifier, item.title, Refusal(OTHER_RULES)))
            path = f"items/{place:04}.xml"
            _put(archive, path, item_xml(item, place))
            _describe(resources, item, place, path)
        for name, picture in shown.items():
            _put(archive, f"media/{name}", picture.content)
        _put(archive, MANIFEST, etree.tostring(manifest, encoding="UTF-8", xml_declaration=True))
    return target.getvalue(), left


def _put(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _pictures(item: ReadItem) -> list[str]:
    """Names of the pictures a question shows, each once."""
    content = item.body.content
    texts = [item.stem, item.rationale]
    for name in ("choices", "rows", "left", "right"):
        texts += [row["text"] for row in content.get(name, ())]
    for gap in content.get("gaps", ()):
        texts += [row["text"] for row in gap.get("choices", ())]
    found = pictures("".join(texts)) if item.markup == "html" else []
    return [*dict.fromkeys([*found, *([content["picture"]] if "picture" in content else [])])]


def _manifest() -> Element:
    root = etree.Element(f"{{{CP}}}manifest", nsmap={None: CP, "lom": LOM})  # type: ignore[dict-item]
    root.set("identifier", "bank-soal")
    metadata = etree.SubElement(root, f"{{{CP}}}metadata")
    etree.SubElement(metadata, f"{{{CP}}}schema").text = "QTI Package"
    etree.SubElement(metadata, f"{{{CP}}}schemaversion").text = "3.0.0"
    etree.SubElement(root, f"{{{CP}}}organizations")
    etree.SubElement(root, f"{{{CP}}}resources")
    return root


def _describe(resources: Element, item: ReadItem, place: int, path: str) -> None:
    """The resource of an item with what the bank knows of it."""
    resource = etree.SubElement(resources, f"{{{CP}}}resource")
    resource.set("identifier", f"{safe_identifier(item.identifier, place)}-{place}")
    resource.set("type", "imsqti_item_xmlv3p0")
    resource.set("href", path)
    lom = etree.SubElement(etree.SubElement(resource, f"{{{CP}}}metadata"), f"{{{LOM}}}lom")
    general = _lom(lom, "general")
    _string(_lom(general, "title"), item.title)
    for tag in item.tags:
        _string(_lom(general, "keyword"), tag)
    for source, entry in (
        (CRITERION_SOURCE, item.criterion),
        (LEVEL_SOURCE, item.level.value if item.level else ""),
    ):
        if entry:
            _classify(lom, source, entry)
    for href in [path, *(media_path(name) for name in _pictures(item))]:
        etree.SubElement(resource, f"{{{CP}}}file").set("href", str(PurePosixPath(href)))


def _classify(lom: Element, source: str, entry: str) -> None:
    classification = _lom(lom, "classification")
    purpose = _lom(classification, "purpose")
    _lom(purpose, "source").text = "LOMv1.0"
    is_criterion = source == CRITERION_SOURCE
    _lom(purpose, "value").text = "competency" if is_criterion else "educational objective"
    path = _lom(classification, "taxonPath")
    _string(_lom(path, "source"), source)
    taxon = _lom(path, "taxon")
    _lom(taxon, "id").text = possible(entry)
    _string(_lom(taxon, "entry"), entry)


def _lom(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{LOM}}}{name}")


def _string(parent: Element, text: str) -> None:
    node = _lom(parent, "string")
    node.set("language", "id")
    node.text = possible(text)
