"""FR.APL.01: its sections one by one, the page that checks the answers, and submitting."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.application import (
    ForgetNikForm,
    SectionForm,
    SubmitForm,
    prerequisites_form,
    section_form,
)
from lsp.assessments.models import Application
from lsp.assessments.rules import apl01
from lsp.assessments.rules.apl01 import SECTION_TITLES, Section
from lsp.assessments.rules.statements import APPLICATION
from lsp.assessments.rules.states import EDITABLE
from lsp.assessments.services.applications import (
    attach_prerequisite,
    forget_nik,
    get_own_application,
    missing,
    save_apl01,
    stored_nik,
    submit_application,
)
from lsp.assessments.views import assessments, show_refusal
from lsp.extensions import format_day
from lsp.forms import Form
from lsp.identity import mask, nik_warnings
from lsp.portfolios.services.evidence import own_evidence
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session, today

ORDER = list(Section)


@assessments.route(
    "/sertifikasi-saya/<uuid:application_id>/apl-01/<string:section>", methods=["GET", "POST"]
)
@may("application.own")
def section(application_id: UUID, section: str) -> ResponseReturnValue:
    """One section of APL.01. Saving keeps what was typed, also when it is not complete yet."""
    if section not in ORDER:
        raise NotFound
    chosen = Section(section)
    application = get_own_application(session, me().person_id, application_id)
    if application.state not in EDITABLE:
        return redirect(url_for(".check_answers", application_id=application_id))
    if chosen is Section.PREREQUISITES:
        return _prerequisites(application)
    form = section_form(chosen, application)
    if request.method == "POST":
        complete = form.validate()
        save_apl01(session, application, form.values(), vault=parts().vault)
        session.commit()
        if complete:
            return redirect(_after(chosen, application))
    return _page(application, chosen, form)


def _prerequisites(application: Application) -> ResponseReturnValue:
    evidence = own_evidence(session, me().person_id)
    form = prerequisites_form(application.prerequisites, evidence)
    if request.method == "POST" and form.validate():
        for position, evidence_id in form.chosen().items():
            attach_prerequisite(session, application, position=position, evidence_id=evidence_id)
        session.commit()
        return redirect(_after(Section.PREREQUISITES, application))
    return _page(application, Section.PREREQUISITES, form)


def _page(application: Application, chosen: Section, form: Form) -> str:
    previous = ORDER[ORDER.index(chosen) - 1] if chosen is not ORDER[0] else None
    return render_template(
        "assessments/section.html",
        application=application,
        section=chosen,
        Section=Section,
        number=ORDER.index(chosen) + 1,
        count=len(ORDER),
        previous=previous,
        title=SECTION_TITLES[chosen],
        form=form,
        is_draft=isinstance(form, SectionForm),
        stored_nik=mask(stored_nik(application, parts().vault)),
    )


def _after(chosen: Section, application: Application) -> str:
    """The next section, or the check when this was the last or one came from there."""
    place = ORDER.index(chosen) + 1
    if place == len(ORDER) or request.args.get("periksa"):
        return url_for(".check_answers", application_id=application.id)
    return url_for(".section", application_id=application.id, section=ORDER[place])


@assessments.post("/sertifikasi-saya/<uuid:application_id>/apl-01/hapus-nik")
@may("application.own")
def drop_nik(application_id: UUID) -> ResponseReturnValue:
    """Take the NIK out of the draft."""
    application = get_own_application(session, me().person_id, application_id)
    if ForgetNikForm().validate():
        forget_nik(session, application)
        session.commit()
        flash(_("NIK dihapus dari permohonan ini."), "success")
    return redirect(url_for(".section", application_id=application_id, section=Section.PERSONAL))


@assessments.route("/sertifikasi-saya/<uuid:application_id>/apl-01", methods=["GET", "POST"])
@may("application.own")
def check_answers(application_id: UUID) -> ResponseReturnValue:
    """All answers of APL.01 on one page; from here it is signed and sent."""
    application = get_own_application(session, me().person_id, application_id)
    form = SubmitForm()
    if request.method == "POST" and form.validate():
        try:
            submit_application(
                session,
                candidate_id=me().person_id,
                application_id=application_id,
                consent=bool(form.consent.data),
                vault=parts().vault,
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Permohonan terkirim. Administrator LSP akan memeriksanya."), "success")
            return redirect(url_for(".application", application_id=application_id))
        application = get_own_application(session, me().person_id, application_id)
    nik = stored_nik(application, parts().vault)
    gaps = missing(application, vault=parts().vault, today=today())
    born = apl01.parse_date(application.form.get("birth_date"))
    gender = application.form.get("gender")
    return render_template(
        "assessments/check_answers.html",
        application=application,
        is_editable=application.state in EDITABLE,
        form=form,
        gaps=gaps,
        sections=SECTION_TITLES,
        Section=Section,
        statements=APPLICATION,
        warnings=nik_warnings(nik, birth=born, woman=gender == "P" if gender else None)
        if nik and not any(gap.section == Section.PERSONAL for gap in gaps)
        else [],
        **answers_of(application, nik),
    )


def answers_of(application: Application, nik: str) -> dict[str, object]:
    """The answers of APL.01 as rows (label, text or marked text), for every page that shows them."""
    form = application.form

    def shown(name: str) -> str:
        value = form.get(name)
        if name == "nik":
            return mask(nik)
        if name == "birth_date":
            born = apl01.parse_date(value)
            if born is not None:
                return format_day(born)
            typed = value or {}
            return " ".join(str(typed.get(part, "")) for part in ("day", "month", "year")).strip()
        known = apl01.CHOICES.get(name)
        if known is not None:
            return _(known[value]) if value and value in known else ""
        return str(value or "")

    rows = {
        section: [(_(apl01.LABELS[name]), shown(name)) for name in names]
        for section, names in apl01.FIELDS.items()
    }
    return {"rows": rows, "purposes": apl01.PURPOSES}
