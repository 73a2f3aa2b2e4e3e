"""Names of QTI 2.x and 3.0 alike: ``qti-simple-choice`` and ``simpleChoice`` are the same thing.

Namespaces are passed over, since many programs write none, an old one or a wrong one.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

Element = etree._Element

#: Numbers of a file stay below ten to this, with at most so many characters.
LARGEST_POWER, LONGEST_NUMBER = 30, 60
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
#: Names of 2.x that have several capitals at their end.
_CAPITALS = {"durationLt": "durationLT", "durationGte": "durationGTE"}
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_AFTER_DASH = re.compile(r"-([a-z0-9])")


def tag(node: Element) -> str:
    """What an element is called in QTI 2.x: ``simpleChoice``, ``responseDeclaration``, ``p``."""
    name = str(node.tag).rpartition("}")[2]
    if name.startswith("qti-"):
        name = _AFTER_DASH.sub(lambda found: found[1].upper(), name[4:])
        return _CAPITALS.get(name, name)
    return name


def attr(node: Element, name: str, default: str = "") -> str:
    """An attribute by its name in QTI 2.x, in either spelling, without spaces around it."""
    value = node.get(name)
    if value is None:
        value = node.get(_CAPITAL.sub("-", name).lower(), default)
    return value.strip()


def children(node: Element, *names: str) -> Iterator[Element]:
    """Child elements of these names, or all of them."""
    for child in node:
        if not names or tag(child) in names:
            yield child


def child(node: Element | None, name: str) -> Element | None:
    """The first child element of that name."""
    return next(children(node, name), None) if node is not None else None


def below(node: Element, *names: str) -> Iterator[Element]:
    """Elements of these names anywhere inside, in the order of the file."""
    for found in node.iter():
        if found is not node and tag(found) in names:
            yield found


def raw_text(node: Element) -> str:
    """All text inside, as it stands."""
    return "".join(str(part) for part in node.itertext())


def text(node: Element | None) -> str:
    """All text inside, white space folded."""
    return " ".join(raw_text(node).split()) if node is not None else ""


def number(value: object) -> Decimal | None:
    """A number as a file or an answer writes it; None for what is none or absurd.

    A decimal comma is taken too, since candidates in Indonesia write one.
    """
    written = str(value).strip()
    if len(written) > LONGEST_NUMBER:
        return None
    if "," in written and "." not in written:
        written = written.replace(",", ".")
    if not _NUMBER.fullmatch(written):
        return None
    found = Decimal(written)
    return found if found == 0 or abs(found.adjusted()) <= LARGEST_POWER else None


def flag(node: Element, name: str, *, default: bool = False) -> bool:
    """A yes-or-no attribute."""
    return attr(node, name, str(default)).lower() in ("true", "1", "yes")
