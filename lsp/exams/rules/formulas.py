"""Formulas: LaTeX to MathML, with nothing in it but MathML.

latex2mathml builds the tree; we write it out ourselves, because its own output lets
``\\text{<script>}`` and attributes of any kind through.
"""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter


def names(text: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(text.split())


#: Longest formula drawn, in characters; a longer one is shown as it was typed.
LONGEST = 1000
#: A formula on its own line of more characters may be wider than a phone.
WIDE = 40
#: Deepest nesting drawn; far above any formula of a question, far below the stack's end.
DEEPEST = 60
#: Commands that make new commands, or reach out of the formula.
_REFUSED = re.compile(
    r"\\(?:def|gdef|edef|let|newcommand|renewcommand|providecommand|DeclareMathOperator|href|url"
    r"|style|class|cssId|includegraphics|input|include|require|unicode|tag|ref|label)\b"
)
_TAGS = names(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder mover"
    " munderover mtable mtr mtd mpadded mphantom menclose"
)
_ATTRIBUTES = names(
    "display mathvariant stretchy fence form separator accent movablelimits linethickness"
    " displaystyle scriptlevel columnalign rowalign width height depth minsize maxsize lspace"
    " rspace notation linebreak largeop symmetric accentunder"
)
_VALUE = re.compile(r"[\w .%+-]{1,60}")


@lru_cache(maxsize=4000)
def formula(latex: str, *, is_block: bool) -> str | None:
    """LaTeX as a ``math`` element; None when it is empty, too long or cannot be read."""
    if not latex.strip() or len(latex) > LONGEST or _REFUSED.search(latex):
        return None
    if _depth(latex) > DEEPEST:
        return None
    try:
        tree = Converter(display="block" if is_block else "inline").convert_to_element(latex)
        drawn = _written(tree)
    except Exception:  # the library raises what comes; the reader then sees the LaTeX
        return None
    # A wide formula scrolls in its own box, which the keyboard must then reach.
    is_wide = is_block and len(latex) > WIDE
    return f'<span class="lsp-scroll" tabindex="0">{drawn}</span>' if is_wide else drawn


def _depth(latex: str) -> int:
    """How deep groups nest; commands that wait for an argument count as opening one."""
    deepest = depth = 0
    for found in re.finditer(r"\\[{}]|[{}]|\\left\b|\\right\b|\\begin\b|\\end\b|[\^_]", latex):
        mark = found[0]
        if mark in ("{", "\\left", "\\begin"):
            depth += 1
        elif mark in ("}", "\\right", "\\end"):
            depth -= 1
        deepest = max(deepest, depth)
    return deepest


def _written(element: Element) -> str:
    tag = element.tag if element.tag in _TAGS else "mrow"
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and _VALUE.fullmatch(value)
    )
    text = escape(unescape(element.text or ""))
    inner = "".join(_written(child) + escape(unescape(child.tail or "")) for child in element)
    return f"<{tag}{attributes}>{text}{inner}</{tag}>"
