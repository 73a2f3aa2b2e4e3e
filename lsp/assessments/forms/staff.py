"""Forms of administrator, manager, assessor and committee."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import lazy_gettext as _l

from lsp.assessments.models import PrerequisiteCheck, UnitRecommendation
from lsp.assessments.rules.rollup import Proposal, UnitEvidence
from lsp.assessments.rules.statements import BASES, EVIDENCE_KINDS
from lsp.assessments.rules.states import RESULT_NAMES, VERDICT_NAMES, Result
from lsp.assessments.services.assessing import UnitChoice
from lsp.forms import (
    AtMost,
    CheckboxesField,
    Chosen,
    Form,
    HiddenField,
    RadiosField,
    TextareaField,
    TextField,
    YesNoField,
)

NOTE = AtMost(2000)


class CheckForm(Form):
    """The administrator's verdict on APL.01."""

    verdict = RadiosField(
        _l("Hasil pemeriksaan"),
        choices=[(verdict.value, _l(text)) for verdict, text in VERDICT_NAMES.items()],
        validators=[Chosen(_l("Pilih hasil pemeriksaan"))],
    )
    note = TextareaField(
        _l("Catatan untuk asesi"),
        description=_l(
            "Wajib saat mengembalikan atau menolak: tulis apa yang perlu diperbaiki atau alasannya."
        ),
        validators=[NOTE],
        render_kw={"rows": 4},
    )

    def prerequisites(self) -> dict[int, tuple[bool | None, str]]:
        """Position → whether it is met (None while not said), and the note."""
        positions = [int(f.name.removeprefix("met_")) for f in self if f.name.startswith("met_")]
        return {
            position: (
                cast(YesNoField, self[f"met_{position}"]).answer,
                self[f"note_{position}"].data or "",
            )
            for position in positions
        }


def check_form(rows: Sequence[PrerequisiteCheck]) -> CheckForm:
    """The verdict form for these prerequisites."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for row in rows:
        fields[f"met_{row.position}"] = YesNoField(
            _l("Apakah prasyarat ini memenuhi?"),
            choices=[("yes", _l("Memenuhi")), ("no", _l("Tidak memenuhi"))],
        )
        fields[f"note_{row.position}"] = TextField(_l("Catatan (opsional)"), validators=[NOTE])
        data[f"met_{row.position}"] = row.is_met
        data[f"note_{row.position}"] = row.note
    return cast(CheckForm, type("CheckForm", (CheckForm,), fields)(data=data))


class AssignForm(Form):
    """Assessor and exam session; the choices come with the application."""

    assessor = RadiosField(_l("Asesor"), validators=[Chosen(_l("Pilih asesor"))])
    exam_session = RadiosField(_l("Sesi ujian"), validators=[Chosen(_l("Pilih sesi ujian"))])


class ReviewForm(Form):
    """The assessor's word on APL.02."""

    may_go_on = YesNoField(
        _l("Apakah asesmen dapat dilanjutkan?"),
        choices=[("yes", _l("Asesmen dapat dilanjutkan")), ("no", _l("Belum dapat dilanjutkan"))],
        validators=[Chosen(_l("Pilih apakah asesmen dapat dilanjutkan"))],
    )
    review_note = TextareaField(
        _l("Catatan untuk asesi"),
        description=_l("Wajib bila belum dapat dilanjutkan."),
        validators=[NOTE],
        render_kw={"rows": 3},
    )


class AgreementForm(Form):
    """AK.01: kinds of evidence to be gathered."""

    evidence_kinds = CheckboxesField(
        _l("Bukti yang akan dikumpulkan"),
        choices=[(value, _l(text)) for value, text in EVIDENCE_KINDS.items()],
        validate_choice=False,
    )


class RecommendationForm(Form):
    """AK.02: K or BK on each unit, its basis and a note."""

    comment = TextareaField(
        _l("Komentar dan tindak lanjut (opsional)"), validators=[NOTE], render_kw={"rows": 4}
    )

    def choices_made(self) -> dict[uuid.UUID, UnitChoice]:
        """Unit → what the assessor says of it; units without K or BK are left out."""
        made = {}
        for field in self:
            if not field.name.startswith("result_") or field.data not in ("K", "BK"):
                continue
            key = field.name.removeprefix("result_")
            made[uuid.UUID(key)] = UnitChoice(
                result=Result(field.data),
                basis=tuple(self[f"basis_{key}"].data or ()),
                note=self[f"note_{key}"].data or "",
            )
        return made

    def field_of(self, kind: str, unit_id: uuid.UUID) -> Any:
        """The field ``result``, ``basis`` or ``note`` of a unit."""
        return self[f"{kind}_{unit_id.hex}"]


def recommendation_form(
    units: Sequence[UnitEvidence],
    proposals: Mapping[uuid.UUID, Proposal],
    earlier: Mapping[uuid.UUID, UnitRecommendation],
    comment: str,
) -> RecommendationForm:
    """The AK.02 form for these units.

    The result is left to the assessor; only what was recommended in an earlier round is filled in.
    """
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"comment": comment}
    for unit in units:
        key = unit.unit_id.hex
        fields[f"result_{key}"] = RadiosField(
            _l("Rekomendasi untuk unit ini"),
            choices=[
                ("K", _l(RESULT_NAMES[Result.COMPETENT])),
                ("BK", _l(RESULT_NAMES[Result.NOT_YET_COMPETENT])),
            ],
            validators=[Chosen(_l("Pilih K atau BK untuk %(unit)s", unit=unit.title))],
        )
        fields[f"basis_{key}"] = CheckboxesField(
            _l("Dasar penilaian"),
            choices=[(value, _l(text)) for value, text in BASES.items()],
            validate_choice=False,
        )
        fields[f"note_{key}"] = TextareaField(
            _l("Catatan unit (opsional)"), validators=[NOTE], render_kw={"rows": 2}
        )
        row = earlier.get(unit.unit_id)
        data[f"basis_{key}"] = list(row.basis if row else proposals[unit.unit_id].basis)
        if row is not None:
            data[f"result_{key}"], data[f"note_{key}"] = row.result.value, row.note
    form_class = type("RecommendationForm", (RecommendationForm,), fields)
    return cast(RecommendationForm, form_class(data=data))


class VoteForm(Form):
    """A committee member's vote."""

    round = HiddenField()
    vote = RadiosField(
        _l("Suara Anda"),
        choices=[
            ("K", _l("Kompeten (K)")),
            ("BK", _l("Belum kompeten (BK)")),
            ("TL", _l("Tindak lanjut (TL): asesor menilai lagi")),
        ],
        validators=[Chosen(_l("Pilih suara Anda"))],
    )
    reason = TextareaField(
        _l("Alasan"),
        description=_l("Wajib bila suara Anda berbeda dari rekomendasi asesor."),
        validators=[NOTE],
        render_kw={"rows": 4},
    )
