"""One question as an item of QTI 3.0, in such a way that reading it gives the same question."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from lsp.exams.formats.own_rules import is_written
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti.conditions import GUARDS
from lsp.exams.formats.qti.making import (
    NS,
    add,
    add_html,
    media_path,
    possible,
    put_gaps,
    put_html,
    put_outcome,
    put_plain,
    put_response,
    put_rules,
)
from lsp.exams.formats.qti.names import Element
from lsp.exams.formats.qti.naming import renamed
from lsp.exams.formats.qti.plans import Plan, plan
from lsp.exams.formats.qti.question import best_score
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.exams.rules.wording import clean

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def item_xml(item: ReadItem, place: int) -> bytes:
    """The item as a file; ``place`` makes an identifier where its own is none for XML."""
    return bytes(
        etree.tostring(_Writer(item, place).root(), encoding="UTF-8", xml_declaration=True)
    )


def safe_identifier(identifier: str, place: int) -> str:
    """An identifier as XML Schema wants it; its own where it is one."""
    return identifier if _SAFE.fullmatch(identifier) else f"soal-{place}"


class _Writer:
    """Writes one item."""

    def __init__(self, item: ReadItem, place: int) -> None:
        self.item, self.place = item, place
        self.is_html = item.markup is Markup.HTML
        self.has_own_rules = is_written(item)
        # Rules of ours speak of ``RESPONSE`` alone.
        self.response = item.response_name if self.has_own_rules else "RESPONSE"
        #: The same with the names of the file for our ids.
        self.named = renamed(item, self._name)

    def root(self) -> Element:
        item = self.item
        root = etree.Element(f"{{{NS}}}qti-assessment-item", nsmap={None: NS})  # type: ignore[dict-item]
        root.set("identifier", safe_identifier(item.identifier, self.place))
        root.set("title", possible(item.title))
        root.set("adaptive", "false")
        root.set("time-dependent", "false")
        root.set(_XML_LANG, "id")
        rules = self._declare(root)
        body = add(root, "itemBody")
        stem = self._stem(body)
        self._answers(body, stem)
        self._blocks(body)
        if rules:
            put_rules(root, rules, self.response)
        return root

    def _name(self, id_: str, gap: str = "") -> str:
        """What the file calls a row: its name there, or ``_1`` for what begins with a digit."""
        name = self.item.names.get(f"{gap}:{id_}" if gap else id_, id_)
        if self.has_own_rules or _SAFE.fullmatch(name):
            return name
        return next(n for n in (f"_{name}", f"_{id_}") if _SAFE.fullmatch(n))

    def _declare(self, root: Element) -> Sequence[Any]:
        item = self.item
        if self.has_own_rules:
            found = Plan(dict(item.processing["responses"]), list(item.processing["rules"]))
            guards = {name for name in GUARDS if f"'{name}'" in str(found.rules)}
            boolean = {"cardinality": "single", "base": "boolean"}
            outcomes = {
                **dict.fromkeys(sorted(guards), boolean),
                **item.processing.get("outcomes", {}),
            }
        else:
            found = plan(self.named, {id_: self._name(id_) for id_ in ("true", "false")})
            outcomes = {}
        for name, declared in found.responses.items():
            put_response(root, name, declared)
        allowed = {item.response_name: item.body.content.get("most", 0)}
        if not self.has_own_rules or best_score(item.processing, allowed) != item.max_score:
            score = {"cardinality": "single", "base": "float", "default": ["0"]}
            most = f"{item.max_score.normalize():f}"
            outcomes["SCORE"] = {**score, **outcomes.get("SCORE", {}), "maximum": most}
            outcomes["MAXSCORE"] = {**score, "default": [most]}
            parts = sorted({f"SCORE_{name}" for name in found.responses if name != "RESPONSE"})
            if not self.has_own_rules and "SCORE_RESPONSE" in str(found.rules):
                parts = [*parts, "SCORE_RESPONSE"]
            used = str(found.rules)
            outcomes |= {name: score for name in parts if f"'{name}'" in used}
        for name, declared in outcomes.items():
            put_outcome(root, name, declared)
        return found.rules

    # --- Words ----------------------------------------------------------------------------------

    def _stem(self, body: Element) -> Element:
        item = self.item
        own: dict[str, str | None] = {
            "data_lsp_markup": "html" if self.is_html else "plain",
            "data_lsp_type": item.type.value if item.type else None,
            "data_lsp_key": self._key(),
        }
        if not _SAFE.fullmatch(item.identifier):
            own["data_lsp_identifier"] = item.identifier
        node = add_html(body, "div", **own)
        if self.is_html:
            put_html(node, item.stem)
        else:
            put_plain(node, item.stem)
        return node

    def _key(self) -> str | None:
        with_key = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.SHORT_ANSWER,
                    ItemType.NUMERICAL, ItemType.ORDERING, ItemType.GAP_FILL)  # fmt: skip
        if self.item.type not in with_key or self.has_own_rules:
            return None
        return json.dumps(self.item.body.key, ensure_ascii=False, separators=(",", ":"))

    def _words(self, node: Element, text: str) -> None:
        if self.is_html:
            put_html(node, text)
        else:
            node.text = possible(text)

    # --- Places to answer -----------------------------------------------------------------------

    def _answers(self, body: Element, stem: Element) -> None:
        content = self.named.body.content
        match self.item.type:
            case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
                self._choices(body, content["choices"])
            case ItemType.TRUE_FALSE:
                node = self._interaction(body, "choiceInteraction", max_choices=1)
                for id_, text in (("true", "Benar"), ("false", "Salah")):
                    add(node, "simpleChoice", text, identifier=self._name(id_))
            case ItemType.SHORT_ANSWER | ItemType.NUMERICAL:
                unit = content.get("unit")
                paragraph = add_html(body, "p")
                self._interaction(paragraph, "textEntryInteraction", data_lsp_unit=unit)
                if unit:
                    add_html(paragraph, "span", unit)
            case ItemType.MATCHING:
                self._matching(body, content)
            case ItemType.ORDERING:
                node = self._interaction(body, "orderInteraction", shuffle=True)
                for row in content["rows"]:
                    choice = add(node, "simpleChoice", identifier=row["id"])
                    self._words(choice, row["text"])
            case ItemType.GAP_FILL:
                put_gaps(stem, {gap["id"]: self._gap(gap) for gap in content["gaps"]})
            case ItemType.HOTSPOT:
                self._place(body, content)
            case ItemType.FILE_UPLOAD:
                self._interaction(
                    body, "uploadInteraction", data_lsp_kinds=" ".join(content["kinds"]),
                    data_lsp_megabytes=content["max_megabytes"],
                )  # fmt: skip
            case _:
                self._interaction(
                    body, "extendedTextInteraction", data_lsp_words=content.get("max_words")
                )

    def _interaction(self, parent: Element, kind: str, **attributes: object) -> Element:
        return add(parent, kind, response_identifier=self.response, **attributes)

    def _choices(self, body: Element, rows: Sequence[Mapping[str, Any]]) -> None:
        content = self.item.body.content
        most = 1 if self.item.type is ItemType.SINGLE_CHOICE else content.get("most", 0)
        shuffle = not content.get("fixed")
        node = self._interaction(body, "choiceInteraction", shuffle=shuffle, max_choices=most)
        self._rows(node, "simpleChoice", rows)

    def _rows(self, node: Element, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            choice = add(node, kind, identifier=row["id"], fixed=row.get("fixed"))
            self._words(choice, row["text"])

    def _matching(self, body: Element, content: Mapping[str, Any]) -> None:
        most = len(content["left"])
        node = self._interaction(body, "matchInteraction", shuffle=True, max_associations=most)
        for side, each in (("left", "1"), ("right", "0")):
            group = add(node, "simpleMatchSet")
            for row in content[side]:
                choice = add(group, "simpleAssociableChoice", identifier=row["id"], match_max=each)
                self._words(choice, row["text"])

    def _gap(self, gap: Mapping[str, Any]) -> Element:
        holder = etree.Element(f"{{{NS}}}div")
        names = self.item.names if self.has_own_rules else {}
        response = names.get(gap["id"], f"RESPONSE_{gap['id']}")
        if gap["kind"] != "choice":
            return add(
                holder, "textEntryInteraction",
                response_identifier=response, data_lsp_unit=gap.get("unit"),
            )  # fmt: skip
        node = add(holder, "inlineChoiceInteraction", response_identifier=response, shuffle=True)
        self._rows(node, "inlineChoice", gap["choices"])
        return node

    def _place(self, body: Element, content: Mapping[str, Any]) -> None:
        node = self._interaction(body, "selectPointInteraction", max_choices=1)
        add_html(
            node, "img", src=media_path(content["picture"], "../"), alt=content["alt"],
            width=content["width"], height=content["height"],
        )  # fmt: skip

    # --- For those who mark ---------------------------------------------------------------------

    def _blocks(self, body: Element) -> None:
        item, key = self.item, self.item.body.key
        if "rubric" in key:
            block = self._block(body, "rubric", "scorer", use="scoring")
            rows = add_html(block, "ul")
            for row in key["rubric"]:
                add_html(rows, "li", row["aspect"], data_lsp_points=row["points"])
            if key["model_answer"]:
                block = self._block(body, "model-answer", "scorer", use="scoring")
                put_plain(block, key["model_answer"])
        if item.rationale:
            is_html = self.is_html and clean(item.rationale)[0].strip() == item.rationale
            block = self._block(
                body, "rationale", "author tutor", data_lsp_markup="html" if is_html else None
            )
            if is_html:
                put_html(block, item.rationale)
            else:
                put_plain(block, item.rationale)

    def _block(self, body: Element, part: str, view: str, **attributes: object) -> Element:
        return add(body, "rubricBlock", view=view, data_lsp_part=part, **attributes)
