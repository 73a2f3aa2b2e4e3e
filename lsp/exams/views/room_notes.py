"""What was noted while an exam was held: to read, for who decides or looks it over afterwards."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.formats.tables.columns import guarded
from lsp.exams.models import ExamSession
from lsp.exams.services.rooms import notes
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.exams.views.room_words import event_words
from lsp.security import may, me
from lsp.web import now, session


@exams.get("/sesi-ujian/<uuid:session_id>/catatan")
@may("session_notes.read")
def session_notes(session_id: UUID) -> str:
    """Incidents, pauses, grants and what browsers noted, and how many answers came late."""
    exam = get_watched(session, session_id, me().person_id)
    seat_id = request.args.get("kursi", type=UUID)
    return render_template(
        "exams/session_notes.html",
        exam=exam,
        page=notes.session_notes(
            session,
            exam,
            now(),
            seat_id=seat_id,
            page=request.args.get("halaman", 1, type=int),
            with_adjustments=_reads_adjustments(),
        ),
        arguments={"kursi": seat_id} if seat_id else {},
        delay_words=delay_words,
        event_words=event_words,
    )


@exams.get("/sesi-ujian/<uuid:session_id>/catatan.csv")
@may("session_notes.read")
def session_notes_file(session_id: UUID) -> ResponseReturnValue:
    """The same as a table: a row for each note, and one for a seat without."""
    exam = get_watched(session, session_id, me().person_id)
    noted = notes.all_notes(
        session,
        exam,
        now(),
        seat_id=request.args.get("kursi", type=UUID),
        with_adjustments=_reads_adjustments(),
    )
    out = StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in _rows(exam, noted))
    # The byte order mark is for Excel, which takes the file for Windows-1252 without it.
    return send_file(
        BytesIO(out.getvalue().encode("utf-8-sig")),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"catatan-pelaksanaan-{exam.opens_at:%Y%m%d}.csv",
    )


def _reads_adjustments() -> bool:
    """FR.AK.07 is for those who work with it; the invigilator sees it at the seat anyway."""
    return me().may("adjustments.read") or me().may("sessions.invigilate")


def _rows(exam: ExamSession, noted: list[notes.SeatNotes]) -> Iterator[list[str]]:
    yield [
        _("Asesi"),
        _("Waktu"),
        _("Catatan"),
        _("Keterangan"),
        _("Dicatat oleh"),
        _("Jawaban terlambat yang dihitung"),
        _("Jawaban terlambat yang tidak dihitung"),
        _("Keterlambatan terlama (detik)"),
    ]
    zone = ZoneInfo(exam.timezone)
    for each in noted:
        late = each.seat.late
        counts = [str(late.counted), str(late.refused), str(_seconds(late.longest))]
        for view in each.events:
            yield [
                each.seat.candidate_name,
                view.event.at.astimezone(zone).isoformat(timespec="seconds"),
                event_words(view.event),
                view.event.reason,
                view.actor_name or _("perangkat asesi"),
                *counts,
            ]
        if not each.events:
            yield [each.seat.candidate_name, "", "", "", "", *counts]


def _seconds(delay: timedelta) -> int:
    """Whole seconds, rounded up: what came late is never shown as on time."""
    return -(-delay // timedelta(seconds=1))


def delay_words(delay: timedelta) -> str:
    """A delay in hours, minutes and seconds; a dash when there is none any more."""
    minutes, seconds = divmod(_seconds(delay), 60)
    if minutes >= 60:
        return _("%(h)s jam %(m)s menit", h=minutes // 60, m=minutes % 60)
    if minutes:
        return _("%(m)s menit %(s)s detik", m=minutes, s=seconds)
    return _("%(s)s detik", s=seconds) if seconds else "–"
