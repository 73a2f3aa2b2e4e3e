"""Content packages: which files of an archive hold questions, in what order, and what is said of them.

The manifest names them; where it is missing or names too little, every XML file is looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import sort_tags
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.qti.bodies import join
from lsp.exams.formats.qti.items import Described
from lsp.exams.formats.qti.names import Element, attr, below, child, children, tag, text
from lsp.exams.rules.kinds import CognitiveLevel
from lsp.texts import N_, Refusal

MANIFEST = "imsmanifest.xml"
#: Roots of files that hold questions, or lead to them.
ITEM, TEST, OLD = "assessmentItem", "assessmentTest", "questestinterop"
#: What a test may say that has no place in the bank, and why.
TEST_PARTS = (
    "outcomeProcessing", "timeLimits", "itemSessionControl", "preCondition", "branchRule",
    "selection", "ordering", "testFeedback", "rubricBlock", "weight", "templateDefault",
)  # fmt: skip
NOT_OF_TEST = N_("Pengaturan ujian di berkas tidak disimpan; atur di kisi-kisi dan sesi ujian.")
NO_SUCH_FILE = N_("Berkas soal ini tidak ikut di dalam arsip.")
LARGEST_XML = 20 * limits.MEGABYTE
#: What the purposes of a classification in our own packages are.
CRITERION_SOURCE, LEVEL_SOURCE = "SKKNI", "Taksonomi Bloom revisi"


@dataclass
class Found:
    """A file with questions: its path, its root, and what the manifest says of it."""

    path: str
    root: Element
    described: Described = field(default_factory=Described)


class Package:
    """An archive with questions."""

    def __init__(self, content: bytes) -> None:
        self.members = limits.open_zip(content)
        self._measure = limits.Measure()
        self.left: list[tuple[str, str, Refusal]] = []
        manifests = [n for n in self.members if n.rpartition("/")[2].lower() == MANIFEST]
        name = min(manifests, key=len, default="")
        self.base = name.rpartition("/")[0]
        self._manifest = self._parsed(name) if name else None
        self._described = dict(self._descriptions())

    def find(self, path: str) -> bytes | None:
        """A file by its path, also below the folder of the manifest; None when there is none."""
        for candidate in (path, f"{self.base}/{path}"):
            if candidate in self.members:
                return self.members[candidate]
        return None

    def template(self, folder: str, address: str) -> Element | None:
        """A response processing template of the package."""
        path = join(folder, address)
        content = self.find(path) if path else None
        return limits.safe_xml(content) if content and len(content) <= limits.MEGABYTE else None

    def files(self) -> list[Found]:
        """Files with questions, in the order of the tests, else of the manifest, else by name."""
        found: dict[str, Found] = {}
        for path in self._paths():
            root = self._parsed(path)
            if root is not None and tag(root) in (ITEM, TEST, OLD):
                found[path] = Found(path, root, self._described.get(path, Described()))
        ordered: dict[str, Found] = {}
        for path, file in found.items():
            if tag(file.root) == TEST:
                for item in self._of_test(path, file.root):
                    if item in found:
                        ordered[item] = found[item]
        rest = {path: file for path, file in found.items() if tag(file.root) != TEST}
        return list({**ordered, **rest}.values())

    def _paths(self) -> Iterable[str]:
        named: dict[str, None] = {}
        if self._manifest is not None:
            for resource in below(self._manifest, "resource"):
                for href in [attr(resource, "href"), *_hrefs(resource)]:
                    path = join(self.base, href) if href else None
                    if path and path in self.members:
                        named[path] = None
        others = sorted(path for path in self.members if path not in named)
        for path in [*named, *others]:
            ending = path.lower().rpartition(".")[2]
            is_manifest = path.rpartition("/")[2].lower() == MANIFEST
            if ending in ("xml", "qti") and not is_manifest:
                yield path

    def _parsed(self, path: str) -> Element | None:
        """The root of an XML file; a broken one is named and passed over."""
        if self.members.size(path) > LARGEST_XML:
            self.left.append((path, path, Refusal(N_("Berkas XML ini terlalu besar."))))
            return None
        try:
            root = limits.safe_xml(self.members[path])
        except BadFile as fault:
            self.left.append((path, path, Refusal(fault.text, **fault.values)))
            return None
        _weigh(root, self._measure)
        return root

    def _of_test(self, path: str, root: Element) -> Iterator[str]:
        folder = path.rpartition("/")[0]
        for name, what in test_parts(root):
            self.left.append((path, f"<{name}> {what}".strip(), Refusal(NOT_OF_TEST)))
        for reference in below(root, "assessmentItemRef", "assessmentSectionRef"):
            target = join(folder, attr(reference, "href")) or ""
            if target not in self.members:
                what = attr(reference, "href") or attr(reference, "identifier")
                self.left.append((path, what, Refusal(NO_SUCH_FILE)))
            else:
                yield target

    def _descriptions(self) -> Iterator[tuple[str, Described]]:
        if self._manifest is None:
            return
        for resource in below(self._manifest, "resource"):
            path = join(self.base, attr(resource, "href"))
            lom = next(below(resource, "lom"), None)
            if path and lom is not None:
                yield path, describe(lom)


def _weigh(root: Element, measure: limits.Measure) -> None:
    """Count an XML file; what has no words in it, a manifest for one, weighs little."""
    for node in root.iter():
        measure.add(node.text or "", 1)


def _hrefs(resource: Element) -> Iterator[str]:
    for file in children(resource, "file"):
        yield attr(file, "href")


def test_parts(root: Element) -> Iterator[tuple[str, str]]:
    """What a test says about sitting it, by element, each name once."""
    seen = set()
    for node in below(root, *TEST_PARTS):
        if tag(node) not in seen:
            seen.add(tag(node))
            yield tag(node), text(node)[:200]


def describe(lom: Element) -> Described:
    """Title, tags, criterion and level from the metadata of a resource (IEEE LOM)."""
    general = child(lom, "general")
    tags = [
        _string(keyword)
        for keyword in (children(general, "keyword") if general is not None else ())
    ]
    described = Described()
    described.criterion, described.level, described.tags = sort_tags([t for t in tags if t][:100])
    title = child(general, "title")
    described.title = _string(title) if title is not None else ""
    for classification in children(lom, "classification"):
        for path in children(classification, "taxonPath"):
            source = _string(path, "source")
            entries = [_string(taxon, "id") or _string(taxon, "entry")
                       for taxon in children(path, "taxon")]  # fmt: skip
            entry = next((e for e in entries if e), "")
            if source == CRITERION_SOURCE:
                described.criterion = entry
            elif source == LEVEL_SOURCE and entry in CognitiveLevel.__members__:
                described.level = CognitiveLevel(entry)
    return described


def _string(node: Element | None, name: str = "") -> str:
    """The text of a LOM string, ``<string>`` or ``<langstring>`` or plain."""
    if name:
        node = child(node, name)
    if node is None:
        return ""
    inner = next(below(node, "string", "langstring"), None)
    return text(inner if inner is not None else node)


def single(content: bytes) -> Element:
    """The root of a file that is no archive. Raises BadFile when it is no QTI."""
    root = limits.safe_xml(content)
    _weigh(root, limits.Measure())
    if tag(root) in (ITEM, TEST, OLD):
        return root
    inner = next(below(root, ITEM, OLD), None)
    if inner is None:
        raise BadFile(N_("Berkas XML ini bukan QTI."))
    return inner if tag(inner) == OLD else root


def items_of(root: Element) -> list[Element]:
    """The items of a file: itself, or those inside an exchange file of several."""
    if tag(root) == ITEM:
        return [root]
    return list(below(root, ITEM))
