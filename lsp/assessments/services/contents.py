"""What each form says at this moment, as plain data: the thing people put their signature to.

Every builder returns JSON-ready data with the form's code and the version of its statements, so
that the same data gives the same hash for ever and any later change gives another.
"""

from typing import Any

from lsp.assessments.models import Application, Assessment, UnitRecommendation
from lsp.assessments.rules import statements

APL01, APL02, AK01, AK02 = "APL.01", "APL.02", "AK.01", "AK.02"


def _head(form: str, application: Application, said: tuple[str, ...]) -> dict[str, Any]:
    version = application.scheme_version
    return {
        "form": form,
        "statements": {"version": statements.VERSION, "sentences": list(said)},
        "application": str(application.id),
        "candidate": str(application.candidate_id),
        "scheme": {"number": version.scheme.number, "version": version.number},
    }


def apl01_content(application: Application) -> dict[str, Any]:
    """FR.APL.01: what the applicant wrote and attached.

    The NIK takes part by its keyed hash: its ciphertext changes when keys are changed.
    """
    form = {key: value for key, value in application.form.items() if key != "nik_hidden"}
    return {
        **_head(APL01, application, statements.APPLICATION),
        "data": form,
        "purpose": application.purpose,
        "accommodation": application.accommodation,
        "units": [str(row.unit_id) for row in application.scheme_version.units],
        "prerequisites": [
            {"text": row.text, "evidence": str(row.evidence_id) if row.evidence_id else None}
            for row in application.prerequisites
        ],
    }


def apl02_content(application: Application) -> dict[str, Any]:
    """FR.APL.02: the answer on each element."""
    return {
        **_head(APL02, application, statements.SELF_ASSESSMENT),
        "answers": {
            str(answer.element_id): "K" if answer.is_competent else "BK"
            for answer in application.self_assessment
        },
    }


def ak01_content(assessment: Assessment) -> dict[str, Any]:
    """FR.AK.01: evidence to be gathered, time and place of the exam, and the promises."""
    exam = assessment.seat.session
    return {
        **_head(AK01, assessment.application, statements.AGREEMENT),
        "assessor": str(assessment.assessor_id),
        "evidence_kinds": sorted(assessment.evidence_kinds),
        "exam": {
            "session": str(exam.id),
            "place": exam.place,
            "opens_at": exam.opens_at.isoformat(),
            "closes_at": exam.closes_at.isoformat(),
        },
    }


def ak02_content(assessment: Assessment, units: list[UnitRecommendation]) -> dict[str, Any]:
    """FR.AK.02: the recommendation of one round, unit by unit."""
    return {
        **_head(AK02, assessment.application, statements.RECOMMENDATION),
        "assessor": str(assessment.assessor_id),
        "round": max((row.round for row in units), default=0),
        "recommendation": assessment.recommendation.value if assessment.recommendation else None,
        "note": assessment.recommendation_note,
        "units": {
            str(row.unit_id): {
                "result": row.result.value,
                "basis": sorted(row.basis),
                "note": row.note,
            }
            for row in units
        },
    }
