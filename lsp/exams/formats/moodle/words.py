"""Texts of a Moodle file: their format, the files beside them, and the pictures they show."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from lsp.exams.formats.limits import LARGEST_PICTURE
from lsp.exams.formats.package import Media
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup

#: The beginnings of the pictures a browser shows and the bank takes.
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"RIFF": "webp",
}
#: Formats of Moodle in which a tag is a tag; ``moodle_auto_format`` may have tags too.
PLAIN_FORMATS = ("plain_text", "markdown", "wiki_like")

_FILE_LINK = re.compile(
    r"""(?P<name>\b(?:src|href|poster|data)\s*=\s*)(?P<quote>["'])@@PLUGINFILE@@(?P<path>/.*?)(?P=quote)""",
    re.DOTALL,
)
_DATA_LINK = re.compile(
    r"""(?P<name>\bsrc\s*=\s*)(?P<quote>["'])data:image/[a-z+.]+;base64,(?P<data>[^"']*)(?P=quote)""",
    re.IGNORECASE,
)
_IMG = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_SRC = re.compile(r"""\bsrc\s*=\s*["']media:([^"']*)["']""")
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_MARKED_UP = re.compile(r"<[a-zA-Z/!]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);")
_BLOCK = re.compile(r"<(?:p|br|div|ul|ol|table|h[1-6]|pre|blockquote)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """A text as it stands in the file."""

    raw: str
    #: ``html``, ``moodle_auto_format``, ``plain_text``, ``markdown`` or ``wiki_like``.
    format: str = "html"
    #: Files beside the text by their path (``/logo.jpg``), still in Base64.
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_html(self) -> bool:
        """Whether tags in this text are tags."""
        if self.format == "moodle_auto_format":
            return _MARKED_UP.search(self.raw) is not None
        return self.format not in PLAIN_FORMATS

    @property
    def is_blank(self) -> bool:
        """Whether a reader sees nothing of it."""
        if not self.is_html or ("<" not in self.raw and "&" not in self.raw):
            return not self.raw.strip()
        return not wording.plain(self.raw, Markup.HTML).strip() and "<img" not in self.raw.lower()


class Shelf:
    """The pictures of a whole file: each content once, each name for one content only."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self._names: dict[tuple[str, str], str] = {}

    def put(self, wanted: str, content: bytes) -> str:
        """Keep a picture; the name it got, which is the one wanted unless another has it."""
        wanted = wording.media_name(wanted)
        digest = hashlib.sha256(content).hexdigest()
        known = self._names.get((wanted, digest))
        if known:
            return known
        name, count = wanted, 1
        stem, dot, ending = wanted.rpartition(".")
        while name in self._media:
            count += 1
            name = f"{stem}-{count}.{ending}" if dot else f"{wanted}-{count}"
        self._media[name] = Media(name=name, content=content)
        self._names[wanted, digest] = name
        return name

    def describe(self, name: str, alt: str) -> None:
        """Say what a picture shows, unless that is known."""
        media = self._media.get(name)
        if media and alt and not media.alt:
            self._media[name] = Media(name=name, content=media.content, alt=alt)

    def content(self, name: str) -> bytes:
        """The bytes of a picture."""
        return self._media[name].content

    @property
    def media(self) -> list[Media]:
        """All pictures in the order in which they were first shown."""
        return list(self._media.values())


def picture(encoded: str) -> bytes | None:
    """The bytes of a picture in Base64; None for anything that is no picture the bank takes."""
    if len(encoded) > LARGEST_PICTURE * 3 // 2:
        return None
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) > LARGEST_PICTURE:
        return None
    if not any(content.startswith(beginning) for beginning in PICTURES):
        return None
    return content if content[:4] != b"RIFF" or content[8:12] == b"WEBP" else None


def placed(words: Words, shelf: Shelf) -> tuple[str, list[str]]:
    """HTML whose pictures are ``media:NAME``; and what of its files could not be taken over."""
    lost: list[str] = []
    names: dict[str, str | None] = {}  # so that a picture shown often is decoded once

    def named(path: str) -> str | None:
        if path not in names:
            content = picture(words.files.get(path, ""))
            names[path] = shelf.put(path.rsplit("/", 1)[-1], content) if content else None
        return names[path]

    def file_link(found: re.Match[str]) -> str:
        path = unquote(unescape(found["path"]).split("?")[0])
        name = named(path)
        if name is None or not found["name"].lower().startswith("src"):
            lost.append(path.removeprefix("/")[:100])
            return f'{found["name"]}""'
        return f'{found["name"]}"media:{escape(name)}"'

    def data_link(found: re.Match[str]) -> str:
        content = picture(found["data"])
        if content is None:
            lost.append("data:")
            return f'{found["name"]}""'
        ending = next(kind for start, kind in PICTURES.items() if content.startswith(start))
        return f'{found["name"]}"media:{escape(shelf.put(f"gambar.{ending}", content))}"'

    html = _DATA_LINK.sub(data_link, words.raw)
    html = _FILE_LINK.sub(file_link, html)
    for img in _IMG.findall(html):
        src, alt = _SRC.search(img), _ALT.search(img)
        if src and alt:
            shelf.describe(unescape(src[1]), unescape(alt[1][1:-1]).strip())
    return html, list(dict.fromkeys(lost))


def with_breaks(words: Words) -> Words:
    """The words with line ends as Moodle's own format shows them."""
    if words.format != "moodle_auto_format" or _BLOCK.search(words.raw):
        return words
    return Words(words.raw.strip().replace("\n", "<br>"), "html", words.files)
