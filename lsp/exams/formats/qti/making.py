"""Making XML of QTI 3.0: elements, words of a question, and response processing from plain data."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from lxml import etree
from lxml import html as lxml_html

from lsp.exams.formats.qti.names import Element, tag
from lsp.exams.formats.qti.rules import standard_template

NS = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATH = "http://www.w3.org/1998/Math/MathML"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
#: What XML 1.0 cannot hold.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VOID = re.compile(r"<(br|hr|img|wbr)\b((?:[^<>\"]|\"[^\"]*\")*)>")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_GAP = re.compile(r"\[\[(\d{1,3})\]\]")


def possible(text: str) -> str:
    """A text without the characters XML cannot hold."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def kebab(name: str) -> str:
    """A name of QTI 2.x as 3.0 writes it: ``simpleChoice`` → ``simple-choice``."""
    return _CAPITAL.sub("-", name.replace("LT", "Lt").replace("GTE", "Gte")).lower()


def add(parent: Element, name: str, text: str = "", /, **attributes: object) -> Element:
    """A new element of QTI below ``parent``; names are those of 2.x, with ``_`` for ``-``."""
    node = etree.SubElement(parent, f"{{{NS}}}qti-{kebab(name)}")
    return _fill(node, text, attributes)


def add_html(parent: Element, name: str, text: str = "", /, **attributes: object) -> Element:
    """A new element of HTML below ``parent``."""
    return _fill(etree.SubElement(parent, f"{{{NS}}}{name}"), text, attributes)


def _fill(node: Element, text: str, attributes: Mapping[str, object]) -> Element:
    for name, value in attributes.items():
        if value is not None:
            written = str(value).lower() if isinstance(value, bool) else str(value)
            node.set(kebab(name).replace("_", "-"), possible(written))
    if text:
        node.text = possible(text)
    return node


# --- Words --------------------------------------------------------------------------------------


def put_plain(node: Element, text: str) -> None:
    """Plain text as paragraphs; a line end is a ``br``. ``bodies.own_plain`` reads it back."""
    for block in possible(text).split("\n\n"):
        first, *lines = block.split("\n")
        paragraph = add_html(node, "p", first)
        for line in lines:
            add_html(paragraph, "br").tail = line


def put_html(node: Element, html: str) -> None:
    """Cleaned HTML as elements; pictures lead to the package's media folder."""
    root = _parsed(possible(html))
    node.text = root.text
    for part in root:
        node.append(_moved(part, NS))


def _parsed(html: str) -> Element:
    """What cleaning leaves is XML but for elements without an end."""
    written = _VOID.sub(lambda found: f"<{found[1]}{found[2].rstrip('/')}/>", html)
    try:
        return etree.fromstring(f"<div>{written.replace('&nbsp;', '&#160;')}</div>")
    except etree.XMLSyntaxError:
        found: Element = lxml_html.fragment_fromstring(html, create_parent="div")
        return found


def _moved(node: Element, namespace: str) -> Element:
    name = tag(node)
    namespace = MATH if name == "math" else namespace
    nsmap = {None: MATH} if name == "math" else None
    copy = etree.Element(f"{{{namespace}}}{name}", nsmap=nsmap)  # type: ignore[arg-type]
    for key, value in node.attrib.items():
        source = str(value)
        if key == "src" and source.startswith("media:"):
            source = media_path(source[6:], "../")
        copy.set(str(key), source)
    copy.text, copy.tail = node.text, node.tail
    for part in node:
        copy.append(_moved(part, namespace))
    return copy


def media_path(name: str, before: str = "") -> str:
    """Where a picture lies in the package, as an address."""
    return f"{before}media/{quote(name)}"


def put_gaps(node: Element, gaps: Mapping[str, Element]) -> None:
    """Put elements where ``[[1]]``, ``[[2]]``, … stand in the words below ``node``."""
    for part in list(node.iter()):
        _split(part, gaps, is_tail=False)
        if part is not node:
            _split(part, gaps, is_tail=True)


def _split(node: Element, gaps: Mapping[str, Element], *, is_tail: bool) -> None:
    written = (node.tail if is_tail else node.text) or ""
    found = [hit for hit in _GAP.finditer(written) if hit[1] in gaps]
    if not found:
        return
    before = written[: found[0].start()]
    if is_tail:
        node.tail = before
        parent = node.getparent()
        assert parent is not None  # noqa: S101 -- for mypy: a tail stands inside something
        at = parent.index(node) + 1
    else:
        node.text, parent, at = before, node, 0
    for n, hit in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(written)
        gap = gaps[hit[1]]
        gap.tail = written[hit.end() : end]
        parent.insert(at + n, gap)


# --- Declarations and rules ---------------------------------------------------------------------


def put_response(parent: Element, name: str, declared: Mapping[str, Any]) -> None:
    """A response declaration."""
    node = _declared(parent, "responseDeclaration", name, declared)
    if "correct" in declared:
        _values(add(node, "correctResponse"), declared["correct"])
    if "default" in declared:
        _values(add(node, "defaultValue"), declared["default"])
    if table := declared.get("mapping"):
        mapping = _bounded(node, "mapping", table)
        for key, worth, is_exact in table["entries"]:
            add(mapping, "mapEntry", map_key=key, mapped_value=worth, case_sensitive=is_exact)
    if table := declared.get("areas"):
        areas = _bounded(node, "areaMapping", table)
        for entry in table["entries"]:
            coords = ",".join(entry["coords"])
            add(
                areas, "areaMapEntry",
                shape=entry["shape"], coords=coords, mapped_value=entry["value"],
            )  # fmt: skip


def put_outcome(parent: Element, name: str, declared: Mapping[str, Any]) -> None:
    """An outcome declaration, with its lookup table if it has one."""
    node = _declared(parent, "outcomeDeclaration", name, declared)
    if "maximum" in declared:
        node.set("normal-maximum", declared["maximum"])
    if "default" in declared:
        _values(add(node, "defaultValue"), declared["default"])
    if table := declared.get("lookup"):
        kind = "matchTable" if table["kind"] == "match" else "interpolationTable"
        rows = add(node, kind, default_value=table["default"])
        for row in table["rows"]:
            is_in = None if table["kind"] == "match" else row["included"]
            add(
                rows, f"{kind}Entry", source_value=row["source"], target_value=row["target"],
                include_boundary=is_in,
            )  # fmt: skip


def _declared(parent: Element, kind: str, name: str, declared: Mapping[str, Any]) -> Element:
    base = None if declared["base"] == "record" else declared["base"]
    return add(parent, kind, identifier=name, cardinality=declared["cardinality"], base_type=base)


def _values(node: Element, values: Sequence[str]) -> None:
    for value in values:
        add(node, "value", value)


def _bounded(parent: Element, kind: str, table: Mapping[str, Any]) -> Element:
    return add(
        parent, kind, default_value=table["default"],
        lower_bound=table.get("lower"), upper_bound=table.get("upper"),
    )  # fmt: skip


def put_rules(parent: Element, rules: Sequence[Any], response: str) -> None:
    """Response processing: a template of the standard where the rules are one, else as they are."""
    for name in ("match_correct", "map_response", "map_response_point"):
        if list(rules) == standard_template(name, "RESPONSE") and response == "RESPONSE":
            add(parent, "responseProcessing", template=f"{TEMPLATES}{name}.xml")
            return
    node = add(parent, "responseProcessing")
    for rule in rules:
        _put_rule(node, rule)


def _put_rule(parent: Element, rule: Sequence[Any]) -> None:
    kind, attributes, parts = rule
    if kind == "if":
        node = add(parent, "responseCondition")
        for n, (condition, rules) in enumerate(parts):
            name = "responseIf" if n == 0 else "responseElseIf"
            branch = add(node, "responseElse" if condition is None else name)
            if condition is not None:
                _put_expression(branch, condition)
            for inner in rules:
                _put_rule(branch, inner)
    elif kind in ("set", "lookup"):
        name = "setOutcomeValue" if kind == "set" else "lookupOutcomeValue"
        _put_expression(add(parent, name, identifier=attributes["id"]), parts[0])
    elif kind == "block":
        node = add(parent, "responseProcessingFragment")
        for inner in parts:
            _put_rule(node, inner)
    else:
        add(parent, "exitResponse")


def _put_expression(parent: Element, expression: Sequence[Any]) -> None:
    operator, attributes, operands = expression
    if operator == "base":
        add(parent, "baseValue", attributes["value"], base_type=attributes["base"])
        return
    written = {
        "identifier" if key == "id" else key: ",".join(value) if key == "coords" else value
        for key, value in attributes.items()
    }
    node = add(parent, operator, **written)
    for operand in operands:
        _put_expression(node, operand)
