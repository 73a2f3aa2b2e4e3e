"""Items of QTI 1.2: the questions of Canvas by their ``question_type``, others by their shape."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape
from typing import Any

from lsp.exams.formats.gathering import (
    NO_FEEDBACK,
    Gathering,
    Words,
    listed,
    settle,
    shorten,
    sort_tags,
    title_of,
)
from lsp.exams.formats.own_rules import other_scoring
from lsp.exams.formats.package import BadFile, ReadItem
from lsp.exams.formats.qti.bodies import PLAIN_TAGS, Pictures, plain_of
from lsp.exams.formats.qti.built import Built, marked, untyped
from lsp.exams.formats.qti.items import (
    NO_RULES,
    OTHER_MOST,
    OTHER_ORDER,
    OTHER_OUTCOMES,
    REMOVED,
    UNSUPPORTED,
)
from lsp.exams.formats.qti.names import Element, attr, below, child, children, number, tag, text
from lsp.exams.formats.qti.old_gaps import Gap, fill_in, read_gap
from lsp.exams.formats.qti.old_parts import POINTS, fields_of, parts_left, tags_of
from lsp.exams.formats.qti.old_rules import OldRules
from lsp.exams.formats.qti.old_scores import bounded, read_score, scaled
from lsp.exams.formats.qti.old_types import build_old, declare_right, most_earned
from lsp.exams.formats.qti.packages import NOT_OF_TEST
from lsp.exams.formats.qti.probing import other_most
from lsp.exams.formats.qti.question import Choice, Effort, Interaction, Question
from lsp.exams.formats.qti.rules import Unsupported
from lsp.exams.formats.qti.showing import as_offered, is_order_lost, is_still
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup
from lsp.texts import N_, Refusal

#: Where the type of a question stands, and what the profiles of Common Cartridge are called here.
PROFILES = {
    "cc.multiple_choice.v0p1": "multiple_choice_question",
    "cc.multiple_response.v0p1": "multiple_answers_question",
    "cc.true_false.v0p1": "true_false_question",
    "cc.fib.v0p1": "short_answer_question",
    "cc.essay.v0p1": "essay_question",
}
NO_QUESTION = N_("Ini keterangan tanpa jawaban, bukan soal.")
NO_POINTS = N_("Soal ini tidak bernilai di berkas; di sini nilainya 1.")
NO_FORMULAS = N_("Soal rumus dengan angka acak tidak didukung.")
NOT_READ = N_("Soal ini tidak dapat dibaca.")
PARTS_OF_TEST = ("qtimetadata", "duration", "selection_ordering", "itemref", "rubric", "objectives",
                 "assessmentcontrol", "sectioncontrol", "assessfeedback", "sectionfeedback",
                 "outcomes_processing", "presentation_material")  # fmt: skip
RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
#: What a number typed in is called, and what compares it as one.
NUMBERS = {"decimal", "integer", "scientific"}
COMPARED = ("vargt", "vargte", "varlt", "varlte")
GAPS = ("fill_in_multiple_blanks_question", "multiple_dropdowns_question")
#: Questions of which Canvas writes a condition for each row or gap, and means all of them.
BY_ROWS = (*GAPS, "matching_question", "categorization_question")
MORE_FORMS = N_(
    "Aturan di berkas hanya menyebut satu jawaban untuk rumpang ini. Seperti di Canvas, jawaban "
    "lain yang tercantum juga diterima."
)
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][\w:-]*)")
_SOURCE = re.compile(r"(<img\b[^<>]{0,2000}?\bsrc\s*=\s*)([\"'])([^\"'<>]*)\2", re.I)


@dataclass
class OldSource:
    """Where a file comes from, and what its questions are told to."""

    where: str
    folder: str
    pictures: Pictures
    gathering: Gathering
    effort: Effort = field(default_factory=Effort)
    #: Identifiers of the questions read before; a cartridge of Canvas has each of them twice.
    seen: set[str] = field(default_factory=set)


def read_old_file(root: Element, source: OldSource) -> None:
    """Read all items of a file of QTI 1.2 into ``source.gathering``."""
    named = set()
    for node in below(root, *PARTS_OF_TEST):
        parent = node.getparent()
        if parent is None or tag(parent) not in ("assessment", "section"):
            continue
        if tag(node) not in named:
            named.add(tag(node))
            what = f"<{tag(node)}> {shorten(text(node))}".strip()
            source.gathering.leave(source.where, what, Refusal(NOT_OF_TEST))
    for item in below(root, "item"):
        ident = attr(item, "ident")
        if ident and ident in source.seen:
            continue
        source.seen.add(ident)
        _read_item(item, source)


def _read_item(node: Element, source: OldSource) -> None:
    reader = _OldReader(node, source)
    try:
        item = reader.read()
    except BadFile:
        raise
    except Refusal as refusal:
        reader.note(reader.name, refusal)
    except (ValueError, ArithmeticError, LookupError):
        reader.note(reader.name, Refusal(NOT_READ))
    else:
        source.gathering.add(item, own=item.identifier, title=attr(node, "title"))


class _OldReader:
    """Reads one item."""

    def __init__(self, node: Element, source: OldSource) -> None:
        self.node, self.source = node, source
        self.where = f"{source.where}: {attr(node, 'ident')}"
        self.fields = fields_of(node)
        self.type = self.fields.get("question_type", "") or PROFILES.get(
            self.fields.get("cc_profile", ""), ""
        )
        found = child(node, "presentation")
        self.presentation = found if found is not None else node.makeelement("presentation")
        self.name = attr(node, "title") or attr(node, "ident") or self.type
        self.processing = child(node, "resprocessing")
        self.score = read_score(node)
        #: Most points in the file's own measure.
        self.largest = Decimal(1)
        #: Typed gaps by the name of their response.
        self.gaps: dict[str, Gap] = {}

    def note(self, what: str, why: Refusal) -> None:
        """Tell what is not taken over."""
        self.source.gathering.leave(self.where, what, why)

    def read(self) -> ReadItem:
        """The item. Raises Refusal for what is no question at all."""
        if self.type == "text_only_question":
            raise Refusal(NO_QUESTION)
        if self.type == "calculated_question":
            self.note(self.name, Refusal(NO_FORMULAS))
        for feedback in below(self.node, "itemfeedback"):
            self.note(f"<itemfeedback> {text(feedback)}", Refusal(NO_FEEDBACK))
        for what, why in parts_left(self.node, self.fields):
            self.note(what, why)
        if self.score.others:
            self.note(f"<setvar> {listed(self.score.others)}", Refusal(OTHER_OUTCOMES))
        responses = list(below(self.presentation, *RESPONSES))
        interactions, words = self._interactions(responses)
        stem = self._stem(responses, interactions)
        markup, texts, removed = settle([stem, *words])
        for part in removed:
            self.note(part, Refusal(REMOVED))
        self._fill(interactions, texts[1:])
        question = self._question(interactions, texts[0].strip(), markup)
        return self._item(question, markup)

    def _item(self, question: Question, markup: Markup) -> ReadItem:
        built = self._built(question)
        if (earned := other_most(question, built.probes if built else ())) is not None:
            points, most = (f"{n.normalize():f}" for n in (earned, question.max_score))
            why = Refusal(OTHER_MOST, score=points, most=most)
            self.note(f"SCORE {points}, maxvalue {most}", why)
        criterion, level, tags = sort_tags(tags_of(self.fields))
        body = (
            built.body
            if built
            else untyped(question.interactions, question.processing["responses"])
        )
        return ReadItem(
            identifier=attr(self.node, "ident"),
            type=built.type if built else None,
            title=attr(self.node, "title") or title_of(question.stem, markup),
            stem=question.stem,
            body=body,
            max_score=question.max_score,
            markup=markup,
            criterion=criterion,
            level=level,
            tags=tags,
            where=self.where,
            processing=self._kept_rules(question, built),
            names=dict(built.names) if built else {},
            response_name=question.interactions[0].response
            if question.interactions
            else "RESPONSE",
        )

    def _kept_rules(self, question: Question, built: Built | None) -> dict[str, Any]:
        """The file's rules; a gap may then be answered by what the file calls its answer, too."""
        processing = question.processing
        if self.gaps and built is not None and built.is_same:
            if "mapping" in next(iter(processing["responses"].values())):
                processing = fill_in(question, with_names=True)
            else:
                rules = self._rules(processing["responses"], with_names=True)
                rules = scaled(rules, self.largest, question.max_score)
                processing = {**processing, "rules": rules}
        return marked(processing, built) if question.has_rules else {}

    def _built(self, question: Question) -> Built | None:
        what = shorten(wording.plain(question.stem, Markup.HTML)) or self.name
        try:
            built = build_old(question, self.type)
        except BadFile:
            raise
        except Refusal as refusal:
            self.note(what, refusal)
            return None
        except (ValueError, ArithmeticError, LookupError):
            self.note(what, Refusal(NOT_READ))
            return None
        built = as_offered(built, question.interactions)
        if is_order_lost(built, question.interactions):
            self.note(what, Refusal(OTHER_ORDER))
        if not built.is_same:
            self.note(what, other_scoring(built.type, question.processing))
        return built

    # --- Places to answer -----------------------------------------------------------------------

    def _interactions(self, responses: list[Element]) -> tuple[list[Interaction], list[Words]]:
        interactions = []
        words: list[Words] = []
        for node in responses:
            interaction = Interaction(
                self._kind(node), attr(node, "ident"), is_fixed=is_still(node, "shuffle")
            )
            for label in below(node, "response_label"):
                if interaction.kind in ("extendedTextInteraction",) or not len(label):
                    continue
                name, is_fixed = attr(label, "ident"), is_still(label, "rshuffle")
                interaction.choices.append(Choice(name, "", is_fixed))
                words.append(self._words(label))
            interactions.append(interaction)
        if not interactions and self.type == "file_upload_question":
            interactions.append(Interaction("uploadInteraction", "response1"))
        if self.type == "matching_question":
            words += [self._words(node, is_deep=False) for node in responses]
        return interactions, words

    def _fill(self, interactions: list[Interaction], texts: list[str]) -> None:
        rest = iter(texts)
        for interaction in interactions:
            interaction.choices = [replace(c, text=next(rest)) for c in interaction.choices]
        if self.type == "matching_question":
            for interaction in interactions:
                interaction.others = [Choice(interaction.response, next(rest))]

    def _kind(self, node: Element) -> str:
        if self.type == "essay_question":
            return "extendedTextInteraction"
        if self.type == GAPS[0] or tag(node) in ("response_str", "response_num"):
            return "textEntryInteraction" if not _is_long(node) else "extendedTextInteraction"
        if self.type == GAPS[1]:
            return "inlineChoiceInteraction"
        if attr(node, "rcardinality").lower() == "ordered":
            return "orderInteraction"
        return "choiceInteraction" if tag(node) == "response_lid" else tag(node)

    # --- Words ----------------------------------------------------------------------------------

    def _words(self, node: Element, *, is_deep: bool = True) -> Words:
        """The materials of an element; without ``is_deep`` only its own, not its choices'."""
        parts = [self._material(part) for part in _materials(node, is_deep=is_deep)]
        html = "".join(f"<div>{part}</div>" for part in parts) if len(parts) > 1 else "".join(parts)
        return _words(html)

    def _material(self, node: Element) -> str:
        parts = []
        for part in children(node):
            written = "".join(str(t) for t in part.itertext()).strip()
            if tag(part) == "matimage":
                parts.append(f'<img src="{escape(attr(part, "uri"))}" alt="{escape(written)}">')
            elif tag(part) == "mattext":
                is_html = attr(part, "texttype", "text/plain") == "text/html"
                parts.append(written if is_html else escape(written, quote=False))
            elif tag(part) == "matbreak":
                parts.append("<br>")
            else:
                self.note(f"<{tag(part)}> {shorten(written)}", Refusal(REMOVED))
        return _SOURCE.sub(self._source, "".join(parts))

    def _source(self, found: re.Match[str]) -> str:
        address = found[3].replace("&amp;", "&")
        name = self.source.pictures.name(address, self.source.folder)
        return found[0] if name is None else f'{found[1]}"media:{escape(name)}"'

    def _stem(self, responses: list[Element], interactions: list[Interaction]) -> Words:
        inside = {part for node in responses for part in node.iter()}
        parts = [
            self._material(node)
            for node in below(self.presentation, "material")
            if node not in inside
        ]
        html = "".join(f"<div>{part}</div>" for part in parts)
        if self.type in GAPS:
            for n, interaction in enumerate(interactions, 1):
                name = interaction.response.removeprefix("response_")
                html = html.replace(f"[{name}]", f"[[{n}]]", 1)
        return _words(html)

    # --- Scoring --------------------------------------------------------------------------------

    def _question(self, interactions: list[Interaction], stem: str, markup: Markup) -> Question:
        responses = {i.response: self._declaration(i) for i in interactions}
        processing: dict[str, Any] = {
            "responses": responses,
            "outcomes": self.score.outcomes,
            "rules": [],
        }
        said = [n for name in POINTS if (n := number(self.fields.get(name, ""))) is not None]
        points = said[0] if said else None
        if self.type == GAPS[0]:
            self._read_gaps(interactions, responses, markup)
        is_marked = bool(interactions) and interactions[0].kind == "extendedTextInteraction"
        if not is_marked and self.type != "calculated_question":
            processing["rules"] = self._rules(responses, with_names=False)
        declare_right(processing, interactions, self.source.effort)
        most = self.score.most or most_earned(processing, interactions, self.source.effort)
        self.largest = most or Decimal(1)
        if points is not None and points <= 0:
            self.note(self.name, Refusal(NO_POINTS))
            points = Decimal(1)
        max_score = self.largest if points is None else points
        processing["rules"] = scaled(processing["rules"], self.largest, max_score)
        if self.score.most is not None:
            processing["outcomes"]["SCORE"]["maximum"] = f"{max_score:f}"
        question = Question(interactions, processing, stem, max_score, effort=self.source.effort)
        if self.type == GAPS[0] and not question.has_rules:
            if child(self.processing, "respcondition") is None:
                self.note(self.name, Refusal(NO_RULES))
            question.processing = fill_in(question, with_names=False)
        return question

    def _read_gaps(
        self, interactions: list[Interaction], responses: dict[str, Any], markup: Markup
    ) -> None:
        for interaction in interactions:
            gap = read_gap(interaction, self.processing, markup)
            self.gaps[interaction.response] = gap
            responses[interaction.response]["correct"] = gap.right
            if gap.more:
                name = interaction.response.removeprefix("response_")
                self.note(f"[{name}] {listed(gap.more)}", Refusal(MORE_FORMS))

    def _rules(self, responses: Mapping[str, Any], *, with_names: bool) -> list[Any]:
        """The file's rules in its own measure, within the bounds of the score; empty if none."""
        if self.processing is None:
            return []
        reader = OldRules(
            responses,
            score=self.score.name,
            is_by_rows=self.type in BY_ROWS,
            forms={name: gap.forms(with_names=with_names) for name, gap in self.gaps.items()},
        )
        try:
            return bounded(reader.read(self.processing), self.score)
        except Unsupported as fault:
            self.note(str(fault), Refusal(UNSUPPORTED))
            return []

    def _declaration(self, interaction: Interaction) -> dict[str, Any]:
        if interaction.kind == "orderInteraction":
            return {"cardinality": "ordered", "base": "identifier"}
        if interaction.kind in ("choiceInteraction", "inlineChoiceInteraction"):
            nodes = below(self.presentation, "response_lid")
            said = {attr(n, "ident"): attr(n, "rcardinality", "Single").lower() for n in nodes}
            is_several = said.get(interaction.response) == "multiple"
            return {"cardinality": "multiple" if is_several else "single", "base": "identifier"}
        is_number = self.type not in GAPS and self._is_number(interaction.response)
        return {"cardinality": "single", "base": "float" if is_number else "string"}

    def _is_number(self, response: str) -> bool:
        """Whether an answer that is typed is a number: as it is declared, or as it is compared."""
        if self.type == "numerical_question":
            return True
        for node in below(self.presentation, *RESPONSES):
            if attr(node, "ident") == response:
                kinds = {attr(fib, "fibtype").lower() for fib in below(node, "render_fib")}
                if tag(node) == "response_num" or kinds & NUMBERS:
                    return True
        compared = below(self.processing, *COMPARED) if self.processing is not None else ()
        return any(attr(part, "respident") == response for part in compared)


def _materials(node: Element, *, is_deep: bool) -> Iterator[Element]:
    if is_deep:
        yield from below(node, "material")
        return
    for part in children(node, "material", "flow"):
        if tag(part) == "material":
            yield part
        else:
            yield from children(part, "material")


def _is_long(node: Element) -> bool:
    rows = [number(attr(fib, "rows")) for fib in below(node, "render_fib")]
    return any(n is not None and n > 1 for n in rows)


def _words(html: str) -> Words:
    """HTML as plain text when it is no more than paragraphs."""
    html = html.strip()
    if {name.lower() for name in _TAG.findall(html)} - PLAIN_TAGS:
        return Words(html, "html")
    return Words(plain_of(re.sub(r"[ \t\r\n]+", " ", html)))
