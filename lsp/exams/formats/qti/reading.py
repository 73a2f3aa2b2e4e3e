"""Reading QTI: from a file or an archive to questions and what could not be carried."""

from dataclasses import dataclass, field

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import Gathering
from lsp.exams.formats.package import BadFile, Reading
from lsp.exams.formats.qti.bodies import Pictures
from lsp.exams.formats.qti.items import Described, Source, read_item
from lsp.exams.formats.qti.names import Element, attr, below, tag
from lsp.exams.formats.qti.old_items import NOT_READ, OldSource, read_old_file
from lsp.exams.formats.qti.packages import (
    NO_SUCH_FILE,
    NOT_OF_TEST,
    OLD,
    TEST,
    Package,
    items_of,
    single,
    test_parts,
)
from lsp.exams.formats.qti.question import Effort
from lsp.texts import Refusal


def read(content: bytes, name: str = "") -> Reading:
    """The questions of a QTI file or content package, of any version.

    Raises BadFile when it is neither, is harmful or has no question.
    """
    gathering = Gathering("qti")
    if limits.is_zip(content):
        package = Package(content)
        reader = _Reader(gathering, Pictures(package.find), package)
        files = package.files()
        for where, what, why in package.left:
            gathering.leave(where, what, why)
        for file in sorted(files, key=lambda file: _is_poorer(file.path)):
            reader.read(file.root, file.path, file.path.rpartition("/")[0], file.described)
    else:
        root = single(content)
        reader = _Reader(gathering, Pictures())
        if tag(root) == TEST:
            _name_test(gathering, name or "qti", root)
        reader.read(root, name or "qti", "", Described())
    return gathering.reading(list(reader.pictures.media.values()))


def _is_poorer(path: str) -> bool:
    """Canvas writes a quiz twice; the file it calls ``assessment_qti.xml`` has fewer types."""
    return path.endswith("/assessment_qti.xml")


@dataclass
class _Reader:
    """Reads files one after the other."""

    gathering: Gathering
    pictures: Pictures
    package: Package | None = None
    #: Identifiers of the items of QTI 1.2 read so far.
    seen: set[str] = field(default_factory=set)
    effort: Effort = field(default_factory=Effort)

    def read(self, root: Element, where: str, folder: str, described: Described) -> None:
        """Read all items of one file."""
        if tag(root) == OLD:
            source = OldSource(where, folder, self.pictures, self.gathering, self.effort, self.seen)
            read_old_file(root, source)
            return
        for node in items_of(root):
            place = where if node is root else f"{where}: {attr(node, 'identifier')}"
            self._item(
                node, Source(place, folder, self.pictures, self.gathering, described, self.effort)
            )

    def _item(self, node: Element, source: Source) -> None:
        if self.package is not None:
            source.find_template = self.package.template
        try:
            item = read_item(node, source)
        except BadFile:
            raise
        except Refusal as refusal:
            source.note(attr(node, "identifier"), refusal)
        except (ValueError, ArithmeticError, LookupError):
            source.note(attr(node, "identifier"), Refusal(NOT_READ))
        else:
            self.gathering.add(item, own=item.identifier, title=attr(node, "title"))


def _name_test(gathering: Gathering, where: str, root: Element) -> None:
    for name, what in test_parts(root):
        gathering.leave(where, f"<{name}> {what}".strip(), Refusal(NOT_OF_TEST))
    for reference in below(root, "assessmentItemRef", "assessmentSectionRef"):
        gathering.leave(where, attr(reference, "href"), Refusal(NO_SUCH_FILE))
