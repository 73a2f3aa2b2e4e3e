"""Pictures put into a question by hand, and words typed as plain text that came to hold some.

Only HTML holds pictures, so plain words with pictures are kept as HTML: paragraphs, then each
picture in a paragraph of its own. ``typed`` gives the writer back what was typed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup

#: Lists of a question's content whose texts are written as the stem is.
ROWS = ("choices", "rows", "left", "right")
_START = "<p><img "
_PICTURE = re.compile(r'<img(?:[^<>"]|"[^"]*")*>')
_ENDING = re.compile(rf"<p>{_PICTURE.pattern}</p>")
_NAME = re.compile(r'\bsrc="media:([^"]*)"')
_ALT = re.compile(r'\balt="([^"]*)"')


@dataclass(frozen=True)
class Typed:
    """A question's words as their writer typed them, and the pictures that follow the stem."""

    markup: Markup
    stem: str
    content: dict[str, Any]
    #: As ``img`` tags.
    pictures: tuple[str, ...] = ()


def typed(stem: str, content: dict[str, Any], markup: Markup) -> Typed:
    """What the writer of a question typed; HTML that plain text cannot say stays HTML."""
    if markup is not Markup.HTML:
        return Typed(markup, stem, content)
    words, pictures = stem, list[str]()
    while (start := words.rfind(_START)) >= 0 and _ENDING.fullmatch(words, start):
        pictures.insert(0, words[start + len("<p>") : -len("</p>")])
        words = words[:start]
    text = unescape(
        words.replace("</p><p>", "\n\n").replace("<br>", "\n")[len("<p>") : -len("</p>")]
    )
    bare = in_rows(content, unescape)
    if pictures and as_html(text) == words and in_rows(bare, line_as_html) == content:
        return Typed(Markup.PLAIN, text, bare, tuple(pictures))
    return Typed(markup, stem, content)


def as_html(text: str) -> str:
    """Plain text as HTML: a paragraph for what stands between blank lines."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").strip().split("\n\n")]
    return "".join(
        f"<p>{'<br>'.join(map(line_as_html, block.splitlines()))}</p>" for block in blocks if block
    )


def line_as_html(text: str) -> str:
    """Plain text that stands in a line, as HTML."""
    return wording.clean(escape(text, quote=False))[0]


def in_rows(content: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """A question's content with the texts of its choices and rows changed."""
    return {
        name: [{**row, "text": change(row["text"])} for row in value] if name in ROWS else value
        for name, value in content.items()
    }


def picture(name: str, alt: str, width: int, height: int) -> str:
    """A picture as the stem shows it; its size keeps the page still while it loads."""
    return (
        f'<img src="{wording.MEDIA}{escape(name)}" alt="{escape(alt)}" width="{width}"'
        f' height="{height}">'
    )


def with_pictures(html: str, pictures: list[str]) -> str:
    """HTML followed by pictures (``img`` tags), each in a paragraph of its own."""
    return wording.clean(html + "".join(f"<p>{tag}</p>" for tag in pictures))[0]


def named(html: str, names: Mapping[str, tuple[str, str]]) -> str:
    """HTML whose pictures go by the names they are kept under.

    ``names`` leads from a name as written to the kept name and the alternative text, which a
    picture written without one takes over.
    """

    def name(found: re.Match[str]) -> str:
        new = names.get(name_of(found[0]))
        if new is None:
            return found[0]
        alt = alt_of(found[0]) or new[1]
        bare = _ALT.sub("", _NAME.sub("", found[0]))[len("<img") :].strip(" ")
        return f'<img src="{wording.MEDIA}{escape(new[0])}" alt="{escape(alt)}" {bare}'

    return wording.clean(_PICTURE.sub(name, html))[0]


def without(html: str, names: set[str]) -> str:
    """HTML without the pictures of these names."""
    page = _ENDING.sub(lambda found: "" if name_of(found[0]) in names else found[0], html)
    return _PICTURE.sub(lambda found: "" if name_of(found[0]) in names else found[0], page)


def name_of(tag: str) -> str:
    """The name of the picture an ``img`` tag shows; empty when it shows none."""
    found = _NAME.search(tag)
    return unescape(found[1]) if found else ""


def alt_of(tag: str) -> str:
    """What an ``img`` tag says its picture shows."""
    found = _ALT.search(tag)
    return unescape(found[1]) if found else ""


def with_alt(tag: str, alt: str) -> str:
    """An ``img`` tag whose picture shows this; the very same where it did before."""
    if alt == alt_of(tag):
        return tag
    return f'<img alt="{escape(alt)}" {_ALT.sub("", tag)[len("<img") :].strip(" ")}'


def pictures_in(html: str) -> dict[str, str]:
    """Pictures in HTML: alternative texts by name, each once, in order."""
    return {name_of(tag): alt_of(tag) for tag in _PICTURE.findall(html) if name_of(tag)}
