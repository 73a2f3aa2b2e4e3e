"""The marking of a session, for who runs it: markers, what is open and with whom, who deviates."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.forms.marking import MarkersForm, ReopenForm, StopForm
from lsp.exams.rules.kinds import ROLE_WORDS
from lsp.exams.rules.marking import answer_code
from lsp.exams.services import marking as service
from lsp.exams.services.marking import Distribution
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/sesi-ujian/<uuid:session_id>/penilaian")
@may("marking.read")
def session_marking(session_id: UUID) -> str:
    """How the marking of a session goes."""
    exam = get_watched(session, session_id, me().person_id)
    view = service.overview(session, exam, me().person_id, request.args.get("halaman", 1, type=int))
    return render_template(
        "exams/session_marking.html",
        exam=exam,
        view=view,
        answer_code=answer_code,
        role_words=ROLE_WORDS,
    )


@exams.get("/sesi-ujian/<uuid:session_id>/penilaian/selesai")
@may("marking.read")
def settled_marking(session_id: UUID) -> str:
    """Answers of a session that have their mark."""
    return render_template(
        "exams/settled_marking.html",
        exam=get_watched(session, session_id, me().person_id),
        page=service.settled(session, session_id, request.args.get("halaman", 1, type=int)),
        is_blind=service.marks_here(session, session_id, me().person_id),
        answer_code=answer_code,
    )


@exams.get("/sesi-ujian/<uuid:session_id>/penilaian/<uuid:script_id>")
@may("marking.read")
def marking_record(session_id: UUID, script_id: UUID) -> str:
    """What everybody gave for one answer, and every mark it ever had."""
    return render_template(
        "exams/marking_record.html",
        exam=get_watched(session, session_id, me().person_id),
        record=service.record_of(session, session_id, script_id, me().person_id),
        code=answer_code(script_id),
        role_words=ROLE_WORDS,
    )


@exams.route(
    "/sesi-ujian/<uuid:session_id>/penilaian/<uuid:script_id>/buka-lagi", methods=["GET", "POST"]
)
@may("marking.manage")
def reopen_marking(session_id: UUID, script_id: UUID) -> ResponseReturnValue:
    """Let the markers of an answer mark it again, with a reason."""
    exam = get_watched(session, session_id, me().person_id)
    record = service.record_of(session, session_id, script_id, me().person_id)
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            service.reopen_marking(
                session,
                session_id=session_id,
                script_id=script_id,
                reason=(form.reason.data or "").replace("\r\n", "\n"),
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.reason)
        else:
            session.commit()
            flash(_("Penilaian dibuka lagi. Penilainya menilai jawaban ini lagi."), "success")
            return redirect(
                url_for("exams.marking_record", session_id=session_id, script_id=script_id)
            )
    return render_template(
        "exams/reopen_marking.html",
        exam=exam,
        record=record,
        code=answer_code(script_id),
        form=form,
    )


@exams.route("/sesi-ujian/<uuid:session_id>/penilai", methods=["GET", "POST"])
@may("marking.manage")
def session_markers(session_id: UUID) -> ResponseReturnValue:
    """Choose the markers of a session; their answers are spread at once."""
    exam = get_watched(session, session_id, me().person_id)
    members = [m for m in service.markers(session, session_id) if m.stopped_at is None]
    head = next((str(member.person_id) for member in members if member.is_head), "")
    form = MarkersForm(data={"markers": [str(m.person_id) for m in members], "head": head})
    form.offer(service.possible_markers(session))
    if form.validate_on_submit():
        chosen = form.head.data
        try:
            service.set_markers(
                session,
                session_id=session_id,
                person_ids={UUID(id_) for id_ in form.markers.data or []},
                head_id=UUID(chosen) if chosen else None,
                actor_id=me().person_id,
                now=now(),
            )
            spread = service.distribute(
                session, session_id=session_id, actor_id=me().person_id, now=now()
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.markers)
        else:
            session.commit()
            _tell(spread)
            return redirect(url_for("exams.session_marking", session_id=session_id))
    return render_template("exams/session_markers.html", form=form, exam=exam)


@exams.post("/sesi-ujian/<uuid:session_id>/penilaian/bagi")
@may("marking.manage")
def distribute(session_id: UUID) -> ResponseReturnValue:
    """Spread the answers that miss a marker."""
    spread = service.distribute(session, session_id=session_id, actor_id=me().person_id, now=now())
    session.commit()
    _tell(spread)
    return redirect(url_for("exams.session_marking", session_id=session_id))


@exams.route(
    "/sesi-ujian/<uuid:session_id>/penilai/<uuid:person_id>/hentikan", methods=["GET", "POST"]
)
@may("marking.manage")
def stop_marker(session_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Stop a marker, with a reason."""
    exam = get_watched(session, session_id, me().person_id)
    marker = service.get_marker(session, session_id, person_id)
    form = StopForm()
    if form.validate_on_submit():
        try:
            spread = service.stop_marker(
                session,
                session_id=session_id,
                person_id=person_id,
                reason=form.reason.data or "",
                marks_anew=bool(form.marks_anew.data),
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.reason)
        else:
            session.commit()
            flash(_("%(name)s tidak menilai lagi di sesi ini.", name=marker.person.full_name))
            _tell(spread)
            return redirect(url_for("exams.session_marking", session_id=session_id))
    return render_template("exams/stop_marker.html", form=form, exam=exam, marker=marker)


def _tell(spread: Distribution) -> None:
    """Say how many duties were given, and how many nobody was left for."""
    if spread.given:
        flash(
            ngettext(
                "%(num)s tugas menilai dibagi.", "%(num)s tugas menilai dibagi.", spread.given
            ),
            "success",
        )
    elif not spread.missing:
        flash(_("Setiap jawaban sudah punya penilai."), "success")
    if spread.missing:
        flash(
            ngettext(
                "%(num)s tugas belum mendapat penilai: tambah penilai.",
                "%(num)s tugas belum mendapat penilai: tambah penilai.",
                spread.missing,
            )
        )
