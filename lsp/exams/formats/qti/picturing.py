"""Places of a picture, from QTI to our type."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from lsp.exams.formats.qti import proving
from lsp.exams.formats.qti.bodies import NO_PICTURE
from lsp.exams.formats.qti.built import NO_KEY, Built, refuse_type
from lsp.exams.formats.qti.probing import Probe, agrees
from lsp.exams.formats.qti.question import CLOSE, Interaction, Question
from lsp.exams.formats.qti.shapes import overlap
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_, Refusal


def picture(question: Question, interaction: Interaction) -> Built:
    """One place to be found: a point in an area, or one of several drawn areas."""
    shown = interaction.picture
    if shown is None:
        raise Refusal(NO_PICTURE)
    if interaction.most != 1:
        raise refuse_type()
    is_choice = interaction.kind == "hotspotInteraction"
    right = _right_areas(question, interaction, is_choice=is_choice)
    if not right:
        raise Refusal(NO_KEY)
    areas = []
    for shape, coords in right:
        whole = [int(Decimal(n)) for n in coords]
        if shape not in ("rect", "circle", "poly") or any(
            Decimal(n) != w for n, w in zip(coords, whole, strict=True)
        ):
            raise Refusal(N_("Daerah elips atau berkoordinat pecahan tidak didukung."))
        areas.append((shape, whole))
    alt = shown.alt if shown.alt.strip() else "Gambar soal"
    body = writing.hotspot(shown.name, shown.width, shown.height, alt, areas)
    if is_choice:
        # There an answer names an area, here it is a point in it: where each lies is kept.
        question.processing["responses"].setdefault(
            interaction.response, dict(question.declaration(interaction.response))
        )["hotspots"] = [[name, *area] for name, area in interaction.areas.items()]
        is_same = not question.has_rules or _is_right_or_wrong(question, interaction)
        return Built(ItemType.HOTSPOT, body, is_same=is_same, is_like=False)
    is_same = (
        not question.has_rules or proving.is_place(question, interaction.response, body)
    ) and agrees(question, ItemType.HOTSPOT, body, _point_probes(interaction, areas))
    return Built(ItemType.HOTSPOT, body, is_same=is_same)


def _is_right_or_wrong(question: Question, interaction: Interaction) -> bool:
    """Whether each right area earns all the points, the others none, and none lies before one."""
    right = _right_names(question, interaction)
    earned = {name: question.points(interaction.response, name) for name in interaction.areas}
    wrong: list[tuple[str, Sequence[str]]] = []
    for name, area in interaction.areas.items():
        if name not in right:
            wrong.append(area)
        elif any(overlap(area, other) for other in wrong):
            return False
    return (
        len(interaction.areas) == len(interaction.choices)
        and not question.score({})
        and all(
            abs(points - (question.max_score if name in right else 0)) < CLOSE
            for name, points in earned.items()
        )
    )


def _right_names(question: Question, interaction: Interaction) -> list[str]:
    right = question.correct(interaction.response) or [
        name
        for name in interaction.areas
        if abs(question.points(interaction.response, name) - question.max_score) < CLOSE
    ]
    return [name for name in right if name in interaction.areas]


def _right_areas(
    question: Question, interaction: Interaction, *, is_choice: bool
) -> list[tuple[str, Sequence[str]]]:
    if is_choice:
        return [interaction.areas[name] for name in _right_names(question, interaction)]
    entries = question.declaration(interaction.response).get("areas", {}).get("entries", [])
    return [(e["shape"], e["coords"]) for e in entries if Decimal(e["value"]) > 0]


def _point_probes(
    interaction: Interaction, areas: Sequence[tuple[str, Sequence[int]]]
) -> Iterable[Probe]:
    points = [(0, 0), (10_000, 10_000)]
    for shape, coords in areas:
        xs, ys = coords[0 : len(coords) // 2 * 2 : 2], coords[1::2]
        if shape == "circle":
            x, y, radius = coords
            points += [(x, y), (x + radius, y), (x + radius + 1, y), (x - radius, y)]
        else:
            middle = ((min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2)
            points += [middle, (xs[0], ys[0]), (max(xs) + 1, max(ys) + 1)]
    yield None, {}
    for x, y in points:
        yield {"point": [x, y]}, {interaction.response: f"{x} {y}"}
