"""The words of a question: HTML made safe, formulas drawn, and both told in plain text.

What is stored as ``Markup.HTML`` has been through ``clean``; it is cleaned once more when it is
shown, so that a row written by another hand is no danger either. Formulas are LaTeX between
``\\(`` and ``\\)`` (in the line), ``\\[`` and ``\\]`` or ``$$`` and ``$$`` (on their own), and
become MathML on the server. A picture is ``<img src="media:NAME" alt="…">``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from html import escape, unescape
from urllib.parse import quote

import markupsafe
import nh3

from lsp.exams.rules.formulas import formula, names
from lsp.exams.rules.kinds import Markup

#: Presentation MathML as other programs write it, and the attributes that carry meaning.
MATH_TAGS = names(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle msub msup msubsup munder mover"
    " munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom menclose"
)
TAGS = (
    names(
        "p br div span strong b em i u s mark small sub sup code kbd samp pre blockquote q cite"
        " abbr dfn var ul ol li dl dt dd table caption thead tbody tfoot tr th td hr img ruby rt"
        " rp bdi bdo"
    )
    | MATH_TAGS
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "type", "reversed"},
    "abbr": {"title"},
    "math": {"display", "alttext"},
    **{tag: {"mathvariant", "stretchy", "linethickness"} for tag in MATH_TAGS - {"math"}},
}
#: Their content is no text for a reader, so it goes too.
WITHOUT_CONTENT = names(
    "script style iframe object embed noscript template textarea select title head svg audio"
    " video canvas annotation annotation-xml applet"
)
#: Attributes whose loss changes what a reader sees; other lost attributes are not worth a word.
TELLING = ("style", "href", "src", "data", "srcset", "poster", "background")
#: Tags without a meaning of their own: what is in them is kept.
SILENT = names(
    "html body font center section article main header footer big tt nobr o:p tbody colgroup"
    " col h1 h2 h3 h4 h5 h6 wbr figure figcaption strike ins del"
)
#: A text beyond these is no question; it is taken as text without its tags.
LONGEST, MOST_TAGS, DEEPEST = 200_000, 4000, 60
MEDIA = "media:"
#: Attributes a reader reads; the others (a language, a direction, a form) are single words.
_SAYING = ("alt", "alttext", "title")
_WORD = re.compile(r"[\w.%+-]{1,40}")
_MARK = re.compile(r"\[{2,}")
_NAME = re.compile(r"[\w()][\w .()-]{0,149}")
_TAG = re.compile(r'<(/?)([a-zA-Z][\w-]*)((?:[^<>"]|"[^"]*")*)>')
_HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)
_PICTURE = re.compile(r'<img((?:[^<>"]|"[^"]*")*)>')
_OPENING = re.compile(r"<([a-zA-Z][\w:.-]*)([^<>]*)")
_ATTRIBUTE = re.compile(r"""(?<![\w-])([a-zA-Z][\w-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_CLOSE_THEMSELVES = names(
    "p li dt dd tr td th thead tbody tfoot br hr img col wbr input rt rp option"
)
_SRC = re.compile(r'\bsrc="media:([^"]*)"')
_ALT = re.compile(r'\balt="([^"]*)"')
_CODE = re.compile(r"<(pre|code|math)\b.*?</\1>", re.DOTALL)
#: A command nobody knows, left in a drawn formula; and a formula's first mark.
_UNKNOWN, _BEGUN = re.compile(r">\\[A-Za-z]+<"), re.compile(r"\\[(\[]")
#: The site's own look for the few tags that need one.
_CLASSES = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "table": "govuk-table",
    "caption": "govuk-table__caption",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}
_BLOCKS = names("p div br li tr table ul ol dl dt dd pre blockquote caption hr thead tbody")


def clean(html: str) -> tuple[str, list[str]]:
    """HTML of the tags above and nothing else, and what was taken out, as one writes it.

    Text inside a tag that goes stays, except in scripts, styles and the like. A picture that is
    not one of the question's own media keeps only its alternative text. Headings become bold
    paragraphs, since a question stands below the headings of its page. The list names each thing
    once: ``<script>``, ``onclick=``, ``<img src="https://…">``.
    """
    html = html.replace("\x00", "")
    if not _is_readable(html):
        return escape(_without_tags(html)), ["HTML"]
    return _cleaned(html), _removed(html)


def shown(text: str, markup: Markup | str, media_root: str = "") -> markupsafe.Markup:
    """A text as safe HTML: paragraphs, formulas as MathML, pictures where ``media_root`` leads.

    ``media_root`` is put before a picture's name; without it a picture shows its alternative text.
    A formula that cannot be read stays visible as it was written.
    """
    page = _html(text) if markup == Markup.HTML else _paragraphs(text)
    return markupsafe.Markup(_placed(page, media_root))  # noqa: S704 -- cleaned by nh3, or escaped


def phrase(text: str, markup: Markup | str, media_root: str = "") -> markupsafe.Markup:
    """The same for a line inside a label or a legend: no paragraphs around it."""
    if markup == Markup.HTML:
        page = _placed(_html(text), media_root)
        page = re.sub(r"</(?:p|div)>\s*<(?:p|div)[^>]*>", "<br>", page.strip())
        page = re.sub(r"</?(?:p|div)\b[^>]*>", "", page)
    else:
        page = "<br>".join(_line(line) for line in text.strip().splitlines())
    return markupsafe.Markup(page)  # noqa: S704 -- cleaned by nh3, or escaped


def plain(text: str, markup: Markup | str) -> str:
    """A text without its tags: a line a block, pictures by their alternative text."""
    if markup != Markup.HTML:
        return text
    return _without_tags(_cleaned(text) if _is_readable(text) else text)


def pictures(html: str) -> list[str]:
    """Names of the media that an HTML text shows, each once, in order."""
    return list(dict.fromkeys(unescape(name) for name in _SRC.findall(html)))


def media_name(name: str) -> str:
    """A file's name as a picture may be called: letters, digits and ``. - _ ( )``, no folders."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"[^\w .()-]", "-", name).strip(" .-")
    stem, dot, ending = name.rpartition(".")
    name = f"{stem[:120]}{dot}{ending[:20]}" if dot else name[:140]
    return name or "gambar"


# --- Cleaning -----------------------------------------------------------------------------------


def _cleaned(html: str) -> str:
    html = _HEADING.sub(lambda found: f"<{found[1]}p", html)
    once = _nh3(html)
    # A page that changes when it is cleaned again was built to; its text is enough then.
    return once if _nh3(once) == once else escape(_without_tags(once))


@cache
def _cleaner() -> nh3.Cleaner:
    """Made once: making it takes longer than cleaning a text."""
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(WITHOUT_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"media"},
        link_rel=None,
        strip_comments=True,
    )


def _nh3(html: str) -> str:
    return _cleaner().clean(html)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        known = tag == "img" and value.startswith(MEDIA) and _NAME.fullmatch(value[len(MEDIA) :])
        return value if known else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isdecimal() and len(value) <= 4 else None
    if name in _SAYING:
        # The mark of a gap is for the text: a field put into an attribute would break the page.
        return _MARK.sub("[", value)
    return value if _WORD.fullmatch(value) else None


def _is_readable(html: str) -> bool:
    """Whether a parser can be trusted with it: not too long, not too many tags, not too deep."""
    if len(html) > LONGEST or html.count("<") > MOST_TAGS:
        return False
    depth = deepest = 0
    for slash, name in re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)", html):
        if name.lower() not in _CLOSE_THEMSELVES:
            depth += -1 if slash else 1
            deepest = max(deepest, depth)
    return deepest <= DEEPEST


def _removed(html: str) -> list[str]:
    """What ``clean`` takes out of a page, each thing once, in order."""
    found: dict[str, None] = {}
    for tag, attributes in _OPENING.findall(html):
        name = tag.lower()
        if name not in TAGS and name not in SILENT:
            found[f"<{name[:40]}>"] = None
            continue
        for attribute, quoted in _ATTRIBUTE.findall(attributes):
            told = _removed_attribute(name, attribute.lower(), unescape(quoted.strip("\"'")))
            if told:
                found[told] = None
    return list(found)


def _removed_attribute(tag: str, name: str, value: str) -> str:
    if tag == "img" and name == "src":
        return "" if _attribute(tag, name, value) else f'<img src="{value[:80]}">'
    return f"{name[:40]}=" if name.startswith("on") or name in TELLING else ""


def _without_tags(html: str) -> str:
    html = _PICTURE.sub(lambda found: _alt(found[1]), html)
    html = re.sub(r"[\r\n\t ]+", " ", html)
    html = _TAG.sub(lambda found: "\n" if found[2].lower() in _BLOCKS else "", html)
    lines = (line.strip() for line in unescape(html).split("\n"))
    return "\n".join(line for line in lines if line)


def _alt(attributes: str) -> str:
    found = _ALT.search(attributes)
    return f"[{found[1]}]" if found and found[1].strip() else ""


# --- Showing ------------------------------------------------------------------------------------


@lru_cache(maxsize=4000)
def _html(text: str) -> str:
    """Cleaned HTML with formulas drawn and the site's classes; pictures not yet placed."""
    if not _is_readable(text):
        return _paragraphs(_without_tags(text))
    parts: list[str] = []
    end, in_code = 0, 0
    page = _cleaned(text)
    for tag in _TAG.finditer(page):
        between = page[end : tag.start()]
        parts.append(between if in_code else _formulas(between, unescape))
        name = tag[2].lower()
        if name in ("pre", "code", "math"):
            in_code = max(0, in_code + (-1 if tag[1] else 1))
        parts.append(_dressed(tag))
        end = tag.end()
    parts.append(_formulas(page[end:], unescape))
    return "".join(parts)


def _dressed(tag: re.Match[str]) -> str:
    slash, name, attributes = tag[1], tag[2].lower(), tag[3]
    if name == "table":
        # A wide table scrolls in its own box; a page on a phone does not.
        box = '<div class="lsp-scroll" tabindex="0">'
        return "</table></div>" if slash else f'{box}<table class="{_CLASSES[name]}"{attributes}>'
    if slash or name not in _CLASSES:
        return tag[0]
    return f'<{name} class="{_CLASSES[name]}"{attributes}>'


@lru_cache(maxsize=4000)
def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in text.replace("\r\n", "\n").strip().split("\n\n")]
    return "".join(
        f'<p class="govuk-body">{"<br>".join(_line(line) for line in block.splitlines())}</p>'
        for block in blocks
        if block
    )


@lru_cache(maxsize=4000)
def _line(text: str) -> str:
    return _formulas(text, str, escape)


def _formulas(text: str, read: Callable[[str], str], write: Callable[[str], str] = str) -> str:
    """A run of text with its formulas drawn; ``read`` gives LaTeX as typed, ``write`` the rest."""
    if "\\(" not in text and "\\[" not in text and "$$" not in text:
        return write(text)
    parts = []
    for piece, latex, is_block in _pieces(text):
        drawn = formula(read(latex), is_block=is_block) if latex else None
        parts.append(drawn or write(piece))
    return "".join(parts)


def unreadable(text: str, markup: Markup | str) -> str:
    """The first formula of a text that cannot be drawn, as it was typed; empty when all can.

    So is a command that LaTeX does not have, and a formula that is begun and not ended.
    """
    parts = [text]
    if markup == Markup.HTML:
        parts = [unescape(part) for part in _TAG.split(_CODE.sub("", _cleaned(text)))[::4]]
    for part in parts:
        for piece, latex, is_block in _pieces(part):
            drawn = formula(latex, is_block=is_block) if latex else None
            if latex and (drawn is None or _UNKNOWN.search(drawn)):
                return piece
            begun = None if latex else _BEGUN.search(piece)
            if begun:
                return piece[begun.start() :]
    return ""


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """Runs of text and formulas in order: the run, its LaTeX (empty for text), and its display."""
    at = start = 0
    gone: set[str] = set()  # closing marks that no longer follow
    while at < len(text):
        opening = text[at : at + 2]
        closing = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}.get(opening)
        end = -1 if closing is None or closing in gone else text.find(closing, at + 2)
        if closing is None or end < 0:
            gone |= {closing} if closing else set()
            at += 1
            continue
        if at > start:
            yield text[start:at], "", False
        yield text[at : end + 2], text[at + 2 : end].strip(), opening != "\\("
        at = start = end + 2
    if start < len(text):
        yield text[start:], "", False


def _placed(page: str, media_root: str) -> str:
    """The page with its pictures' addresses, or their alternative texts where there is none."""
    if "<img" not in page:
        return page

    def place(found: re.Match[str]) -> str:
        source = _SRC.search(found[1])
        if source is None or not media_root:
            return f"<span>{_alt(found[1])}</span>"
        address = f'src="{escape(media_root)}{quote(unescape(source[1]))}"'
        attributes = _SRC.sub(lambda _: address, found[1])
        return f"<img{attributes}>" if _ALT.search(attributes) else f'<img{attributes} alt="">'

    return _PICTURE.sub(place, page)
