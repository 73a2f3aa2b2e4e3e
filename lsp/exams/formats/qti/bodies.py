"""The words of a QTI question: from elements of an item's body to HTML or plain text.

What is more than paragraphs becomes HTML (cleaned later by ``rules.wording``); pictures become
media; feedback, templates and other parts that have no place in the bank are named.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from io import BytesIO
from urllib.parse import unquote

from PIL import Image

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import NO_FEEDBACK, Words
from lsp.exams.formats.package import Media
from lsp.exams.formats.qti.names import Element, attr, below, child, raw_text, tag, text
from lsp.exams.rules.wording import media_name
from lsp.texts import N_, Refusal

Note = Callable[[str, Refusal], None]
#: Finds a file of the package by its path; None when it is not there.
FindFile = Callable[[str], bytes | None]

NO_TEMPLATES = N_("Bagian yang berubah-ubah menurut variabel tidak didukung.")
NOT_SHOWN = N_("Bagian ini tidak bisa ditampilkan di soal.")
NO_PICTURE = N_("Gambar ini tidak ikut di dalam berkas, atau bukan PNG, JPEG, GIF, atau WebP.")
#: Parts that are named and left out, with why.
LEFT_OUT = {
    **dict.fromkeys(("feedbackBlock", "feedbackInline", "modalFeedback"), NO_FEEDBACK),
    **dict.fromkeys(("templateBlock", "templateInline", "printedVariable"), NO_TEMPLATES),
    **dict.fromkeys(
        ("infoControl", "stylesheet", "include", "endAttemptInteraction", "catalogInfo"), NOT_SHOWN
    ),
}
PLAIN_TAGS = frozenset(("p", "div", "span", "br"))
_VOID = frozenset(("br", "hr", "img", "col", "wbr"))
_TAG = re.compile(r"<([a-z][a-z0-9-]*)")
_SPACE = re.compile(r"[ \t\r\n]+")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)


class Pictures:
    """The pictures of a file that its questions show, each once, by path."""

    def __init__(self, find: FindFile | None = None) -> None:
        self._find = find or (lambda _: None)
        #: Whether this is an item by itself, whose pictures cannot have come with it.
        self.is_alone = find is None
        self._names: dict[str, str | None] = {}
        self.media: dict[str, Media] = {}

    def name(self, address: str, folder: str = "", alt: str = "") -> str | None:
        """The media name of a picture by its address in an item; None when it cannot be had."""
        if found := _DATA.match(address[:60]):
            return self._embedded(found[1], address[found.end() :], alt)
        address = unquote(address.partition("#")[0].partition("?")[0]).replace("\\", "/")
        address = address.replace("$IMS-CC-FILEBASE$", "web_resources")
        for path in dict.fromkeys((join(folder, address), join("", address))):
            if path is None:
                continue
            if path not in self._names:
                self._names[path] = self._take(path, self._find(path), alt)
            if self._names[path] is not None:
                return self._names[path]
        return None

    def _embedded(self, kind: str, written: str, alt: str) -> str | None:
        try:
            content = base64.b64decode(written[: limits.LARGEST_PICTURE * 2], validate=False)
        except (binascii.Error, ValueError):
            return None
        return self._take(f"gambar-{len(self.media) + 1}.{kind.lower()}", content, alt)

    def _take(self, path: str, content: bytes | None, alt: str) -> str | None:
        if content is None or len(content) > limits.LARGEST_PICTURE or not is_picture(content):
            return None
        wanted = media_name(path)
        stem, dot, ending = wanted.rpartition(".")
        name, n = wanted, 1
        while name in self.media:
            if self.media[name].content == content:
                return name
            n += 1
            name = f"{stem}-{n}{dot}{ending}"
        self.media[name] = Media(name, content, alt)
        return name

    def size(self, name: str) -> tuple[int, int] | None:
        """Width and height of a picture in pixels; None when it cannot be read."""
        try:
            with Image.open(BytesIO(self.media[name].content)) as picture:
                return picture.size
        except Exception:  # Pillow raises whatever a broken picture leads to
            return None


def is_picture(content: bytes) -> bool:
    """Whether this begins as a picture that browsers show."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith(_SIGNATURES)


def join(folder: str, address: str) -> str | None:
    """A path inside the package from a folder and a relative address; None when it leads out."""
    if "://" in address or address.startswith("data:"):
        return None
    parts: list[str] = [] if address.startswith("/") else [p for p in folder.split("/") if p]
    for part in address.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Texts:
    """Turns elements into words; one for each item."""

    def __init__(self, pictures: Pictures, folder: str, note: Note) -> None:
        self.pictures, self.folder, self.note = pictures, folder, note

    def words(
        self, node: Element, stand_ins: Mapping[Element, str] | None = None, mode: str = ""
    ) -> Words:
        """The content of an element.

        ``stand_ins`` is HTML for elements inside (interactions, gaps). ``mode`` is ``plain`` or
        ``html`` for what we wrote ourselves: it is then taken as it stands.
        """
        if mode == "plain":
            return Words(own_plain(node, stand_ins))
        used: set[str] = set()
        html = self._inner(node, stand_ins or {}, used, is_exact=mode == "html").strip()
        if mode == "html" or used - PLAIN_TAGS:
            return Words(html, "html")
        return Words(plain_of(html))

    def _inner(
        self, node: Element, stand_ins: Mapping[Element, str], used: set[str], *, is_exact: bool
    ) -> str:
        parts = [_escaped(node.text, is_exact=is_exact)]
        for part in node:
            parts.append(self._outer(part, stand_ins, used, is_exact=is_exact))
            parts.append(_escaped(part.tail, is_exact=is_exact))
        return "".join(parts)

    def _outer(
        self, node: Element, stand_ins: Mapping[Element, str], used: set[str], *, is_exact: bool
    ) -> str:
        name = tag(node)
        if node in stand_ins:
            used.update(_TAG.findall(stand_ins[node]))
            return stand_ins[node]
        if name in LEFT_OUT:
            self.note(f"<{name}> {text(node)}", Refusal(LEFT_OUT[name]))
            return ""
        if name == "rubricBlock":
            return ""  # whoever reads the item takes care of it
        if name == "picture":
            shown = child(node, "img")
            return "" if shown is None else self._picture(shown, used)
        if name == "img" or (name == "object" and attr(node, "type").startswith("image/")):
            return self._picture(node, used, is_exact=is_exact)
        is_exact = is_exact or name == "pre"
        inner = self._inner(node, stand_ins, used, is_exact=is_exact)
        if not name.islower():
            return f"<div>{inner}</div>"
        used.add(name)
        start = f"<{name}{_attributes(node)}>"
        return start if name in _VOID else f"{start}{inner}</{name}>"

    def _picture(self, node: Element, used: set[str], *, is_exact: bool = False) -> str:
        used.add("img")
        address = attr(node, "src") or attr(node, "data")
        alt = attr(node, "alt") or text(node)
        own = address.startswith("media:") and address[6:] in self.pictures.media
        name = address[6:] if own else self.pictures.name(address, self.folder, alt)
        if name is None:
            self.note(f"<img> {address[:80]}", Refusal(NO_PICTURE))
            used.discard("img")
            return f"[{escape(alt, quote=False)}]" if alt else ""
        source = f"media:{escape(name)}"
        if is_exact:
            return f"<img{_attributes(node, source)}>"
        size = "".join(
            f' {side}="{attr(node, side)}"'
            for side in ("width", "height")
            if attr(node, side).isdecimal()
        )
        return f'<img src="{source}" alt="{escape(alt)}"{size}>'

    def picture_of(self, node: Element) -> tuple[str, int, int, str] | None:
        """Media name, width, height and description of an interaction's picture."""
        shown = next(below(node, "object", "img"), None)
        if shown is None:
            return None
        address = attr(shown, "data") or attr(shown, "src")
        alt = attr(shown, "alt") or text(shown)
        name = self.pictures.name(address, self.folder, alt)
        if name is None and (not self.pictures.is_alone or _DATA.match(address[:60])):
            self.note(f"<img> {address[:80]}", Refusal(NO_PICTURE))
            return None
        # The question is told without it, too: what it asks for are places, by their numbers.
        name = name or media_name(address)
        width, height = attr(shown, "width"), attr(shown, "height")
        if width.isdecimal() and height.isdecimal() and 0 < len(width + height) < 10:
            return name, int(width), int(height), alt
        size = self.pictures.size(name) if name in self.pictures.media else None
        if size is None:
            self.note(f"<img> {address[:80]}", Refusal(NO_PICTURE))
        return None if size is None else (name, *size, alt)


def _escaped(written: str | None, *, is_exact: bool) -> str:
    if not written:
        return ""
    return escape(written if is_exact else _SPACE.sub(" ", written), quote=False)


def _attributes(node: Element, source: str = "") -> str:
    """The attributes as they stand, with another ``src`` if one is given."""
    found = []
    for name, value in node.attrib.items():
        plain = str(name)
        if plain.endswith("}lang"):
            plain = "lang"
        if "}" not in plain and not plain.startswith("data-"):
            written = source if source and plain == "src" else escape(str(value))
            found.append(f' {plain}="{written}"')
    return "".join(found)


def plain_of(html: str) -> str:
    """Paragraphs of HTML as plain text: a blank line parts them."""
    html = re.sub(r"<br[^>]*>", "\n", html)
    html = re.sub(r"</?(?:p|div)\b[^>]*>", "\n\n", html)
    written = unescape(re.sub(r"</?span\b[^>]*>", "", html))
    lines = [re.sub(" +", " ", line).strip(" ") for line in written.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def own_plain(node: Element, stand_ins: Mapping[Element, str] | None = None) -> str:
    """Plain text as we wrote it: an element a paragraph, ``br`` for a line end, spaces kept."""
    blocks = []
    for part in node:
        lines = [part.text or ""]
        for inner in part:
            known = "\n" if tag(inner) == "br" else raw_text(inner)
            lines += [(stand_ins or {}).get(inner, known), inner.tail or ""]
        blocks.append("".join(lines))
    return "\n\n".join(blocks) if blocks else node.text or ""
