"""One item of QTI 2.x or 3.0: its declarations, its body, and what it becomes in the bank."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.formats.gathering import (
    Gathering,
    Words,
    as_html,
    listed,
    settle,
    shorten,
    title_of,
)
from lsp.exams.formats.own_rules import other_scoring
from lsp.exams.formats.package import BadFile, ReadItem
from lsp.exams.formats.qti import rules as qti_rules
from lsp.exams.formats.qti.bodies import NO_TEMPLATES, NOT_SHOWN, Pictures, Texts, own_plain
from lsp.exams.formats.qti.built import NO_TYPE, Built, marked, untyped
from lsp.exams.formats.qti.names import (
    Element,
    attr,
    below,
    child,
    children,
    flag,
    number,
    tag,
    text,
)
from lsp.exams.formats.qti.own_keys import rekeyed
from lsp.exams.formats.qti.probing import agrees, other_most
from lsp.exams.formats.qti.proving import is_written_by_us
from lsp.exams.formats.qti.question import (
    Choice,
    Effort,
    Interaction,
    Picture,
    Question,
    best_score,
    nodes,
)
from lsp.exams.formats.qti.rules import RuleReader, Unsupported
from lsp.exams.formats.qti.shapes import read_coords
from lsp.exams.formats.qti.showing import LIMITED, as_offered, is_order_lost, most_of, without_limit
from lsp.exams.formats.qti.types import INLINE, build, is_gap_fill
from lsp.exams.formats.qti.unheld import file_kinds, unheld
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import CognitiveLevel, Markup
from lsp.texts import N_, Refusal

OWN = "data-lsp-"
#: What becomes a choice of an interaction.
CHOICES = ("simpleChoice", "inlineChoice", "hottext", "gapText", "gapImg", "hotspotChoice",
           "associableHotspot", "simpleAssociableChoice")  # fmt: skip
#: Parts of an item that are read, or named, elsewhere.
KNOWN = ("responseDeclaration", "outcomeDeclaration", "templateDeclaration", "templateProcessing",
         "itemBody", "responseProcessing")  # fmt: skip
#: Outcomes that say how many points an answer earns.
POINTS = ("SCORE", "MAXSCORE", "MINSCORE")
OTHER_OUTCOMES = N_("Hanya SCORE yang dipakai; hasil lain tidak disimpan.")
UNSUPPORTED = N_("Bagian aturan penilaian ini tidak didukung, jadi aturannya tidak dipakai.")
OTHER_MOST = N_(
    "Jawaban terbaik memberi nilai %(score)s, sedangkan nilai terbanyak menurut berkas %(most)s."
)
LIMIT_LOST = N_(
    "Jawaban benar menurut berkas ini terdiri atas %(right)s pilihan; batas yang lebih kecil tidak"
    " dipakai, supaya jawaban itu dapat diberikan."
)
NO_RULES = N_("Berkas ini tidak memuat aturan penilaian; dipakai jawaban benar yang disebutnya.")
ADAPTIVE = N_("Soal bertahap (adaptif) tidak didukung; hanya langkah pertama yang dinilai.")
MARKED_BY_HAND = N_("Petunjuk untuk penilai disimpan sebagai contoh jawaban.")
OTHER_ORDER = N_(
    "Urutan di berkas tidak dipakai: langkah dan pasangan tampil menurut abjad, atau diacak bila"
    " naskahnya mengacak pilihan."
)
RUBRIC_LEFT = N_("Petunjuk ini tidak disimpan di bank soal.")
REMOVED = N_("Bagian HTML ini tidak diizinkan di soal.")
NO_SUCH_PLACE = N_("Cara menjawab ini tidak didukung.")


@dataclass
class Described:
    """What a manifest says of an item."""

    title: str = ""
    criterion: str = ""
    level: CognitiveLevel | None = None
    tags: tuple[str, ...] = ()


@dataclass
class Source:
    """Where an item comes from, and what is known beside it."""

    where: str
    folder: str
    pictures: Pictures
    gathering: Gathering
    described: Described = field(default_factory=Described)
    #: What has been tried for the questions of the file so far.
    effort: Effort = field(default_factory=Effort)
    #: Finds a template by the folder of the item and its address.
    find_template: Callable[[str, str], Element | None] = lambda _, __: None

    def note(self, what: str, why: Refusal) -> None:
        """Tell what is not taken over."""
        self.gathering.leave(self.where, what, why)


def is_item(node: Element) -> bool:
    """Whether this is an item of QTI 2.x or 3.0."""
    return tag(node) == "assessmentItem"


def read_item(node: Element, source: Source) -> ReadItem:
    """The item as the bank takes it. What cannot be carried is told to ``source.note``."""
    return _ItemReader(node, source).read()


class _ItemReader:
    """Reads one item."""

    def __init__(self, node: Element, source: Source) -> None:
        self.node, self.source, self.note = node, source, source.note
        self.texts = Texts(source.pictures, source.folder, source.note)
        body = child(node, "itemBody")
        self.body = body if body is not None else node.makeelement("itemBody")
        self.own = _own(next(iter(self.body), None))
        self.mode = self.own.get("markup", "")

    def read(self) -> ReadItem:
        self._name_the_rest()
        processing = self._processing()
        self._name_outcomes(processing)
        for what, why in unheld(self.node, self.body, processing):
            self.note(what, why)
        interactions = [
            (self._with_reachable_key(i, processing), node) for i, node in self._interactions()
        ]
        is_gaps = is_gap_fill([i for i, _ in interactions], self.own.get("type", ""))
        words, slots = self._words(interactions, is_gaps=is_gaps)
        markup, texts, removed = settle(words)
        for part in removed:
            self.note(part, Refusal(REMOVED))
        for slot, written in zip(slots, texts[1:], strict=True):
            slot(written)
        stem = texts[0].strip() if self.mode != "plain" else texts[0]
        allowed = {i.response: most for i, _ in interactions if (most := most_of(i))}
        max_score = best_score(processing, allowed)
        rubric, model = self._for_the_marker()
        question = Question(
            [i for i, _ in interactions],
            processing,
            stem,
            max_score,
            self.own,
            rubric,
            model,
            self.source.effort,
        )
        return self._item(question, markup)

    def _with_reachable_key(
        self, interaction: Interaction, processing: Mapping[str, Any]
    ) -> Interaction:
        """Without its limit where nobody could give the answer that the file calls right."""
        free = without_limit(interaction, processing)
        if free is not interaction:
            right = len(processing["responses"][interaction.response]["correct"])
            why = Refusal(LIMIT_LOST, right=right)
            self.note(f"maxChoices {interaction.most}", why)
        return free

    def _item(self, question: Question, markup: Markup) -> ReadItem:
        title = attr(self.node, "title") or self.source.described.title
        built = self._built(question)
        if (earned := other_most(question, built.probes if built else ())) is not None:
            score, most = (f"{n.normalize():f}" for n in (earned, question.max_score))
            why = Refusal(OTHER_MOST, score=score, most=most)
            self.note(f"SCORE {score}, MAXSCORE {most}", why)
        body = (
            built.body
            if built
            else untyped(question.interactions, question.processing["responses"])
        )
        processing = marked(question.processing, built)
        described = self.source.described
        first = question.interactions[0].response if question.interactions else "RESPONSE"
        return ReadItem(
            identifier=self.own.get("identifier") or attr(self.node, "identifier"),
            type=built.type if built else None,
            title=title or title_of(question.stem, markup),
            stem=question.stem,
            body=body,
            max_score=question.max_score,
            markup=markup,
            criterion=described.criterion,
            level=described.level,
            rationale=self._rationale(),
            tags=described.tags,
            where=self.source.where,
            processing=processing,
            names=dict(built.names) if built else {},
            response_name="RESPONSE" if first.startswith("RESPONSE_") else first,
        )

    def _built(self, question: Question) -> Built | None:
        what = shorten(wording.plain(question.stem, Markup.HTML)) or attr(self.node, "identifier")
        try:
            built = build(question)
        except BadFile:
            raise
        except Refusal as refusal:
            kinds = ", ".join(dict.fromkeys(i.kind for i in question.interactions))
            why = Refusal(NO_TYPE) if refusal.text == NO_TYPE else refusal
            self.note(f"{what} ({kinds})" if kinds else what, why)
            return None
        except (ValueError, InvalidOperation, ArithmeticError, KeyError):
            self.note(what, Refusal(NO_TYPE))
            return None
        built = as_offered(self._with_own_key(question, built), question.interactions)
        if is_order_lost(built, question.interactions):
            self.note(what, Refusal(OTHER_ORDER))
        if not built.is_same:
            self.note(what, other_scoring(built.type, question.processing))
        elif (
            not question.has_rules
            and question.processing.get("responses")
            and any(question.correct(i.response) for i in question.interactions)
        ):
            self.note(what, Refusal(NO_RULES))
        return built

    def _with_own_key(self, question: Question, built: Built) -> Built:
        """With the key we noted when we wrote the file, if it still gives the same points."""
        if self.own.get("type") != built.type.value or not built.probes:
            return built
        body = rekeyed(built.type, built.body.content, self.own.get("key", ""), question.stem)
        if body is None or not agrees(question, built.type, body, built.probes):
            return built
        if question.has_rules and not is_written_by_us(question, built.type, body, built.names):
            return built
        return replace(built, body=body, is_same=True)

    # --- Declarations and rules -----------------------------------------------------------------

    def _processing(self) -> dict[str, Any]:
        responses: dict[str, object] = {}
        outcomes: dict[str, object] = {}
        rules: list[object] = []
        try:
            for declaration in children(self.node, "responseDeclaration"):
                name = attr(declaration, "identifier")
                responses[name] = qti_rules.response_declaration(declaration)
            for declaration in children(self.node, "outcomeDeclaration"):
                name = attr(declaration, "identifier")
                outcome = qti_rules.outcome_declaration(declaration)
                maximum = number(attr(declaration, "normalMaximum"))
                if maximum is not None:
                    outcome["maximum"] = f"{maximum:f}"
                outcomes[name] = outcome
            templates = {
                attr(declaration, "identifier")
                for declaration in children(self.node, "templateDeclaration")
            }
            node = child(self.node, "responseProcessing")
            if node is not None:
                folder, find = self.source.folder, self.source.find_template
                reader = RuleReader(responses, templates, lambda address: find(folder, address))
                rules = reader.read(node)
        except Unsupported as fault:
            self.note(str(fault), Refusal(UNSUPPORTED))
            rules = []
        return {"responses": responses, "outcomes": outcomes, "rules": rules}

    def _name_the_rest(self) -> None:
        """Name what has no place in the bank."""
        if flag(self.node, "adaptive"):
            self.note("adaptive", Refusal(ADAPTIVE))
        for name in ("templateProcessing", "templateDeclaration"):
            found = [attr(node, "identifier") for node in children(self.node, name)]
            if found:
                self.note(f"<{name}> {', '.join(found)}".strip(), Refusal(NO_TEMPLATES))
        for part in children(self.node):
            if tag(part) in ("modalFeedback", "stylesheet", "catalogInfo"):
                # The texts name them as they name the same things inside a body.
                wrapper = part.makeelement("itemBody")
                wrapper.append(part)
                self.texts.words(wrapper)
            elif tag(part) not in KNOWN:
                said = attr(part, "href") or attr(part, "identifier") or text(part)
                self.note(f"<{tag(part)}> {shorten(said)}".strip(), Refusal(NOT_SHOWN))

    def _name_outcomes(self, processing: Mapping[str, Any]) -> None:
        """Name the outcomes of an item that take no part in its points."""
        used = {
            str(node[1].get("id")) for node in nodes(processing["rules"]) if node[0] == "variable"
        }
        others = [name for name in processing["outcomes"] if name not in {*POINTS, *used}]
        if others:
            what = f"<outcomeDeclaration> {listed(others)}"
            self.note(what, Refusal(OTHER_OUTCOMES))

    def _rationale(self) -> str:
        for block in below(self.node, "rubricBlock"):
            own = _own(block)
            if own.get("part") == "rationale":
                if own.get("markup") == "html":
                    return wording.clean(self.texts.words(block, mode="html").text)[0].strip()
                return own_plain(block)
        return ""

    def _for_the_marker(self) -> tuple[list[tuple[str, Decimal]], str]:
        """Aspects with points, and a model answer, from the blocks for scorers."""
        rubric: list[tuple[str, Decimal]] = []
        model: list[str] = []
        is_marked = any(
            tag(node) in ("extendedTextInteraction", "uploadInteraction")
            for node in self.body.iter()
        )
        for block in below(self.node, "rubricBlock"):
            part = _own(block).get("part", "")
            if part == "rubric":
                for row in below(block, "li"):
                    points = number(row.get(f"{OWN}points", ""))
                    rubric.append((row.text or "", points or Decimal(0)))
            elif part == "model-answer":
                model.append(own_plain(block))
            elif part != "rationale":
                said = text(block)
                is_for_scorer = "scorer" in attr(block, "view").split() and is_marked
                if is_for_scorer:
                    model.append(said)
                self.note(
                    f"<rubricBlock> {said}",
                    Refusal(MARKED_BY_HAND if is_for_scorer else RUBRIC_LEFT),
                )
        return rubric, "\n\n".join(model)

    # --- The body -------------------------------------------------------------------------------

    def _interactions(self) -> list[tuple[Interaction, Element]]:
        found: list[tuple[Interaction, Element]] = []
        for node in self.body.iter():
            kind = tag(node)
            if not kind.endswith("Interaction") or kind == "endAttemptInteraction":
                continue
            response = attr(node, "responseIdentifier", "RESPONSE")
            shown = self.texts.picture_of(node) if _has_picture(kind) else None
            found.append(
                (
                    Interaction(
                        kind=kind,
                        response=response,
                        most=_most(node),
                        # What says nothing of it is shuffled as the paper says.
                        is_fixed=attr(node, "shuffle") == "false",
                        picture=Picture(*shown) if shown else None,
                        areas=_areas(node),
                        own={"kinds": " ".join(file_kinds(node)[0]), **_own(node)},
                    ),
                    node,
                )
            )
        return found

    def _words(
        self, interactions: list[tuple[Interaction, Element]], *, is_gaps: bool
    ) -> tuple[list[Words], list[Callable[[str], None]]]:
        """All texts of the question, the stem first, and where each of the others goes."""
        words: list[Words] = []
        slots: list[Callable[[str], None]] = []
        stand_ins: dict[Element, str] = {}
        for n, (interaction, node) in enumerate(interactions, 1):
            for part, side in _choices(node, interaction.kind):
                rows = interaction.others if side else interaction.choices
                place = len(rows)
                rows.append(Choice(attr(part, "identifier"), "", flag(part, "fixed")))
                words.append(self.texts.words(part, mode=self.mode))
                slots.append(_filler(rows, place))
            stand_ins[node] = self._stand_in(interaction, node, n, is_gaps=is_gaps)
        # What we wrote has its stem in the first element, the places to answer after it.
        stem = self.body[0] if self.mode else self.body
        return [self.texts.words(stem, stand_ins, mode=self.mode), *words], slots

    def _stand_in(self, interaction: Interaction, node: Element, n: int, *, is_gaps: bool) -> str:
        """HTML for an interaction inside the stem: its prompt, its gap, or its text."""
        if interaction.kind in INLINE:
            if is_gaps:
                return f"[[{n}]]"
            return " _____ " if (node.tail or "").strip(" .\t\r\n") else ""
        prompt = child(node, "prompt")
        html = "" if prompt is None else _html(self.texts.words(prompt))
        if interaction.kind == "hottextInteraction":
            marks = {part: f"<u>{text(part)}</u>" for part in below(node, "hottext")}
            return html + _html(self._rest(node, marks))
        if interaction.kind == "gapMatchInteraction":
            gaps = list(below(node, "gap"))
            marks = {gap: f"[[{i}]]" for i, gap in enumerate(gaps, 1)}
            return html + _html(self._rest(node, marks))
        return html

    def _rest(self, node: Element, marks: dict[Element, str]) -> Words:
        """What an interaction shows besides prompt and choices."""
        hidden = dict.fromkeys(children(node, "prompt", "gapText", "gapImg"), "")
        return self.texts.words(node, {**hidden, **marks})


def _html(words: Words) -> str:
    html = words.text if words.is_html else as_html(words.text)
    return f"<div>{html}</div>" if html else ""


def _filler(rows: list[Choice], place: int) -> Callable[[str], None]:
    def fill(written: str) -> None:
        rows[place] = replace(rows[place], text=written)

    return fill


def _own(node: Element | None) -> dict[str, str]:
    """What we ourselves noted at an element."""
    if node is None:
        return {}
    return {
        str(name)[len(OWN) :]: str(value)
        for name, value in node.attrib.items()
        if str(name).startswith(OWN)
    }


def _has_picture(kind: str) -> bool:
    return kind.startswith(("hotspot", "selectPoint", "graphic", "positionObject"))


def _most(node: Element) -> int:
    name = "maxPoints" if attr(node, "maxPoints") else "maxChoices"
    # The standard's silence means one; but whoever lets several be chosen and says no number
    # means no limit, and of a single response nobody can choose more than one.
    without = "0" if tag(node) in (*LIMITED, "selectPointInteraction") else "1"
    found = number(attr(node, name, without))
    return int(found) if found is not None and 0 <= found <= 1000 else 1


def _areas(node: Element) -> dict[str, tuple[str, list[str]]]:
    found = {}
    for part in below(node, "hotspotChoice", "associableHotspot"):
        shape = attr(part, "shape", "default")
        coords = read_coords(shape, attr(part, "coords"))
        if coords is not None:
            found[attr(part, "identifier")] = (shape, coords)
    return found


def _choices(node: Element, kind: str) -> Iterable[tuple[Element, int]]:
    """Choices of an interaction, with 1 for those of the second side."""
    if kind == "matchInteraction":
        sides = list(children(node, "simpleMatchSet"))
        for side, group in enumerate(sides[:2]):
            for part in children(group, "simpleAssociableChoice"):
                yield part, side
        return
    for part in below(node, *CHOICES):
        yield part, 0
    if kind == "gapMatchInteraction":
        for part in below(node, "gap"):
            yield part, 1
