"""A text with gaps in Moodle's cloze syntax."""

import re
from collections.abc import Mapping
from decimal import Decimal
from html import escape
from math import gcd, lcm
from typing import Any

from lsp.exams.formats.moodle import cloze
from lsp.exams.formats.moodle.target import Target
from lsp.exams.rules.kinds import Markup
from lsp.texts import N_, Refusal

_PLACE = re.compile(r"\[\[(\d{1,4})\]\]")
#: Largest weight of a gap.
HEAVIEST = 999_999_999


def gap_fill(target: Target) -> None:
    """The stem with its gaps, in place of the stem without."""
    item = target.item
    keys = item.body.key["gaps"]
    gaps = {gap["id"]: gap for gap in item.body.content["gaps"]}
    weights = _whole({id_: Decimal(key["weight"]) for id_, key in keys.items()})
    if any(Decimal(keys[id_]["weight"]) != weight for id_, weight in weights.items()):
        target.note(
            N_("Bobot rumpang"),
            Refusal(N_("Bobot di Moodle bilangan bulat; perbandingannya dipertahankan.")),
        )
    if sum(weights.values()) != item.max_score:
        target.note(
            N_("Nilai soal"), Refusal(N_("Moodle memberi soal ini jumlah bobot rumpangnya."))
        )
        target.value("defaultgrade", f"{item.max_score.normalize():f}")

    def written(found: re.Match[str]) -> str:
        id_ = found[1]
        if id_ not in gaps:
            return found[0]
        return _gap(target, gaps[id_], keys[id_], weights[id_])

    stem = _without_likeness(target, item.stem)
    target.replace("questiontext", _PLACE.sub(written, stem))


def _gap(target: Target, gap: Mapping[str, Any], key: Mapping[str, Any], weight: int) -> str:
    kind, answers = _answers(target, gap, key)
    if all(share != 1 for _, share in answers):
        raise Refusal(
            N_("Moodle menolak rumpang tanpa jawaban bernilai 100%%: rumpang %(n)s."), n=gap["id"]
        )
    return cloze.write_gap(kind, weight, answers)


def _answers(
    target: Target, gap: Mapping[str, Any], key: Mapping[str, Any]
) -> tuple[str, list[tuple[str, Decimal]]]:
    """What Moodle calls the gap, and its answers with their shares."""
    answers: list[tuple[str, Decimal]]
    if gap["kind"] == "choice":
        is_html = target.item.markup is Markup.HTML
        shares = {id_: Decimal(1) for id_ in key["correct"]} | {
            id_: Decimal(share) for id_, share in (key.get("weights") or {}).items()
        }
        answers = [
            (
                row["text"] if is_html else escape(row["text"], quote=False),
                shares.get(row["id"], Decimal(0)),
            )
            for row in gap["choices"]
        ]
        return "choice", answers
    if gap["kind"] == "text":
        kind = "exact" if key.get("case_sensitive") else "text"
        return kind, target.accepted(key)
    if gap.get("unit"):
        target.note(
            N_("Satuan"),
            Refusal(N_("Rumpang angka di Moodle tanpa satuan: %(unit)s."), unit=gap["unit"]),
        )
    answers = [(f"{value}:{margin}", share) for value, margin, share in target.numbers(key)]
    return "number", answers


def _whole(weights: Mapping[str, Decimal]) -> dict[str, int]:
    """Weights as whole numbers in the same ratio; as they are when they are whole."""
    ratios = {id_: weight.as_integer_ratio() for id_, weight in weights.items()}
    factor = lcm(*(below for _, below in ratios.values()))
    whole = {id_: above * factor // below for id_, (above, below) in ratios.items()}
    if factor > 1:
        common = gcd(*whole.values())
        whole = {id_: weight // common for id_, weight in whole.items()}
    if max(whole.values()) > HEAVIEST:
        raise Refusal(N_("Bobot rumpang tidak dapat ditulis sebagai bilangan bulat."))
    return whole


def _without_likeness(target: Target, stem: str) -> str:
    """The stem without anything that Moodle would take for a gap."""
    if not cloze.broken(stem):
        return stem
    if target.item.markup is not Markup.HTML:
        raise Refusal(N_("Teks soal memuat tanda yang dibaca Moodle sebagai rumpang."))
    return stem.replace("{", "&#123;")
