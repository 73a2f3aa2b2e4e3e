"""What the room says of its seats: the same words on the page and for the script that keeps it live."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.models import ExamSession, Seat, SeatEvent
from lsp.exams.services.adjusting import ADJUSTED, REQUESTED, Adjustment
from lsp.exams.services.rooms import SEAT_STATE_NAMES, Granted, Room, SeatState, SeatView
from lsp.exams.services.sitting import NOTE_NAMES, Note
from lsp.exams.services.sitting.late import LATE_COUNTED, LATE_LEFT
from lsp.exams.services.sitting.presence import NOTES_DROPPED
from lsp.extensions import format_clock
from lsp.texts import N_

#: Minutes before the end from which the seconds are shown, too.
LAST_MINUTES = 5
#: Colour of a state's tag; the others are neutral.
_TAGS = {
    SeatState.WORKING: "brand",
    SeatState.SUBMITTED: "positive",
    SeatState.TIME_UP: "warning",
    SeatState.WAITING: "warning",
    SeatState.PAUSED: "warning",
    SeatState.BREAK: "warning",
}
NOTHING = "–"


def seat_words(view: SeatView, room: Room) -> dict[str, str]:
    """A seat's cells by name."""
    zone = room.exam.timezone
    return {
        "state": _(SEAT_STATE_NAMES[view.state]),
        "tag": _TAGS.get(view.state, "neutral"),
        "question": _question(view),
        "seen": _seen(view, zone),
        "left": time_left(view),
        "extra": extra_words(view),
        "notes": _notes(view),
    }


def _question(view: SeatView) -> str:
    answered = _("%(n)s dari %(total)s dijawab", n=view.answered, total=view.questions)
    if view.on_question is None:
        return answered
    return _("Soal %(number)s; %(answered)s", number=view.on_question, answered=answered)


def _seen(view: SeatView, zone: str) -> str:
    if view.offline_since is not None:
        words = _("tidak terhubung sejak %(time)s", time=format_clock(view.offline_since, zone))
    elif view.seen_at is None:
        return NOTHING
    else:
        words = format_clock(view.seen_at, zone)
    if view.queued:
        words += "; " + _("%(n)s jawaban belum terkirim", n=view.queued)
    return words


def time_left(view: SeatView) -> str:
    """Whole minutes, and near the end the seconds as well."""
    left = view.seconds_left
    if left is None:
        return NOTHING
    if left > LAST_MINUTES * 60:
        words = _("%(n)s menit", n=-(-left // 60))
    else:
        words = _("%(m)s menit %(s)s detik", m=left // 60, s=left % 60)
    return words + ("; " + _("terpotong jam tutup") if view.is_cut else "")


def extra_words(view: SeatView) -> str:
    """Extra time, and how much of it counts where the session's close cuts it short."""
    minutes, counting = view.seat.extra_minutes, view.counting_minutes
    if not minutes:
        return NOTHING
    if counting < minutes:
        return _("%(n)s menit; yang berlaku %(counting)s menit", n=minutes, counting=counting)
    return _("%(n)s menit", n=minutes)


def _notes(view: SeatView) -> str:
    parts = []
    if view.notes:
        parts.append(ngettext("%(num)s catatan", "%(num)s catatan", view.notes))
    if late := all_late_words(view):
        parts.append(late)
    return "; ".join(parts) or NOTHING


def all_late_words(view: SeatView) -> str:
    """How many answers came late at a seat, counting or not; empty for none."""
    parts = []
    if view.late_counted:
        parts.append(
            ngettext(
                "%(num)s jawaban terlambat yang dihitung",
                "%(num)s jawaban terlambat yang dihitung",
                view.late_counted,
            )
        )
    if view.late:
        parts.append(late_words(view))
    return "; ".join(parts)


def late_words(view: SeatView) -> str:
    """How many late answers wait for a decision at a seat."""
    return ngettext(
        "%(num)s jawaban terlambat belum diputuskan",
        "%(num)s jawaban terlambat belum diputuskan",
        view.late,
    )


def adjustment_words(seat: Seat | Adjustment) -> str:
    """What was agreed for a seat (FR.AK.07), in one line; empty when nothing was."""
    parts = []
    if seat.time_percent != 100:
        parts.append(_("waktu %(n)s%%", n=seat.time_percent))
    if seat.break_minutes:
        parts.append(_("istirahat %(n)s menit", n=seat.break_minutes))
    if seat.text_percent != 100:
        parts.append(_("teks %(n)s%%", n=seat.text_percent))
    if seat.helper:
        parts.append(_("dibantu %(who)s", who=_(seat.helper)))
    return ", ".join(parts)


def granted(grant: Granted, minutes: int, exam: ExamSession) -> Iterator[str]:
    """What a grant of time came to, sentence by sentence."""
    timezone = exam.timezone
    close = format_clock(exam.closes_at, timezone)
    if grant.of_others:
        [(_name, minutes)] = grant.less
    if grant.cut and grant.seats == 1 and not grant.less:
        yield _(
            "%(m)s menit dicatat; sesi tutup pukul %(time)s, jadi yang bertambah %(n)s menit.",
            m=minutes,
            time=close,
            n=grant.least,
        )
    else:
        yield _("Waktu ditambah %(m)s menit untuk %(seats)s kursi.", m=minutes, seats=grant.seats)
        if grant.cut:
            yield _(
                "Sesi tutup pukul %(time)s, jadi di %(seats)s kursi yang bertambah kurang dari itu,"
                " paling sedikit %(n)s menit.",
                time=close,
                seats=grant.cut,
                n=grant.least,
            )
    if grant.of_others:
        yield _(
            "%(n)s menit lagi hanya bisa ditambah pengawas lain: sendiri, Anda memberi satu kursi"
            " paling banyak seperempat lama ujian.",
            n=grant.of_others,
        )
    elif grant.less:
        yield _("Batas tambahan waktu: %(who)s.", who="; ".join(_less(grant)))
    if grant.reopened:
        yield ngettext(
            "%(num)s ujian yang ditutup waktu dibuka lagi.",
            "%(num)s ujian yang ditutup waktu dibuka lagi.",
            grant.reopened,
        )
    if grant.closes_at is not None:
        time = format_clock(grant.closes_at, timezone)
        yield _("Sesi ini sekarang ditutup pukul %(time)s.", time=time)


def _less(grant: Granted) -> Iterator[str]:
    """Who has less than was granted to the room, by name."""
    for name, minutes in grant.less[:MOST_LESS]:
        yield _("%(name)s mendapat %(n)s menit", name=name, n=minutes)
    others = len(grant.less) - MOST_LESS
    if others > 0:
        yield ngettext(
            "%(num)s kursi lain juga mendapat kurang",
            "%(num)s kursi lain juga mendapat kurang",
            others,
        )


#: Candidates that are named who have less than was granted to the room.
MOST_LESS = 10
#: Candidates cut off that are named one by one; of more, the room is in trouble.
MOST_NAMED = 5
#: States in which a device that is silent needs somebody: the clock runs.
_RUNNING = (SeatState.WORKING, SeatState.TIME_UP)


def attention(room: Room) -> Iterator[dict[str, str]]:
    """What in the room needs a person, each with a name by which the script knows it again."""
    cut = sum(view.is_cut for view in room.seats)
    if cut:
        words = ngettext(
            "Waktu %(num)s asesi terpotong jam tutup sesi. Perpanjang jam tutup bila perlu.",
            "Waktu %(num)s asesi terpotong jam tutup sesi. Perpanjang jam tutup bila perlu.",
            cut,
        )
        yield {"key": "cut", "text": words, "href": _address("exams.room_close", room)}
    yield from _cut_off(room)
    for view in room.seats:
        if view.unsent:
            words = _(
                "Waktu %(name)s habis, %(n)s jawaban belum terkirim.",
                name=view.candidate.full_name,
                n=view.unsent,
            )
            address = _address("exams.room_seat", room, view)
            yield {"key": f"unsent {view.seat.id}", "text": words, "href": address}
        if view.late:
            words = _("%(name)s: %(late)s.", name=view.candidate.full_name, late=late_words(view))
            address = _address("exams.seat_late", room, view)
            yield {"key": f"late {view.seat.id} {view.late}", "text": words, "href": address}


def _cut_off(room: Room) -> Iterator[dict[str, str]]:
    """Devices that are silent while their clock runs: each by name, or the room as a whole."""
    silent = [
        (view, format_clock(view.offline_since, room.exam.timezone))
        for view in room.seats
        if view.offline_since is not None and view.state in _RUNNING
    ]
    if len(silent) > MOST_NAMED:
        words = ngettext(
            "%(num)s asesi tidak terhubung. Periksa jaringan atau listrik ruang.",
            "%(num)s asesi tidak terhubung. Periksa jaringan atau listrik ruang.",
            len(silent),
        )
        yield {"key": "offline", "text": words, "href": _address("exams.room_pause", room)}
        return
    for view, since in silent:
        name = view.candidate.full_name
        words = _("%(name)s tidak terhubung sejak %(time)s.", name=name, time=since)
        address = _address("exams.room_seat", room, view)
        yield {"key": f"offline {view.seat.id} {since}", "text": words, "href": address}


def _address(endpoint: str, room: Room, view: SeatView | None = None) -> str:
    names: dict[str, Any] = {"session_id": room.exam.id}
    if view is not None:
        names["seat_id"] = view.seat.id
    return url_for(endpoint, **names)


def counts(room: Room) -> dict[str, int]:
    """The figures at the head of the room."""
    return {
        "working": room.count(SeatState.WORKING),
        "paused": room.count(SeatState.PAUSED, SeatState.BREAK),
        "submitted": room.count(SeatState.SUBMITTED, SeatState.CLOSED),
        "seats": len(room.seats),
    }


#: What people did and noted, without who and why; filled from the event's detail.
_EVENTS = {
    "extra_time": N_("waktu ditambah %(minutes)s menit"),
    "close_extended": N_("jam tutup sesi diperpanjang %(minutes)s menit"),
    "reopened": N_("ujian yang ditutup waktu dibuka lagi, sisa waktu %(minutes)s menit"),
    "taken_back": N_("ujian yang terkirim dibuka lagi, sisa waktu %(minutes)s menit"),
    "result_opened": N_("hasil ujian dibuka lagi untuk keputusan pengawas"),
    "paused": N_("dijeda"),
    "resumed": N_("dilanjutkan"),
    "window_moved": N_("pindah perangkat"),
    "incident": N_("kejadian"),
    "opened": N_("ujian dibuka di perangkat asesi"),
    "second_device": N_("ujian dibuka sesudah masuk lagi: perangkat lain, atau masuk ulang"),
    "pause_answers": N_(
        "%(answers)s jawaban masuk saat jeda; %(chosen)s di antaranya dipilih saat jeda menurut"
        " perangkat asesi"
    ),
    "pause_answers_held": N_(
        "%(answers)s jawaban tiba sesudah jeda, tetapi dipilih saat jeda menurut perangkat asesi"
    ),
    "answer_file": N_("berkas jawaban dimuat"),
    "late_counted": N_("jawaban terlambat dihitung: %(answers)s soal"),
    "late_left": N_("jawaban terlambat tidak dihitung: %(answers)s soal"),
    "sign_in_wait_ended": N_("boleh mencoba masuk lagi sesudah sandi salah berkali-kali"),
    "wrong_tokens": N_("token ujian salah diketik %(tries)s kali dari kursi ini"),
    "seb_waived": N_("boleh mengerjakan tanpa Safe Exam Browser"),
    "break_begun": N_("istirahat dimulai"),
    "break_ended": N_("istirahat selesai"),
    "adjusted": N_("penyesuaian berlaku: %(words)s"),
    "adjustment_requested": N_("penyesuaian diminta, menunggu konfirmasi: %(words)s"),
    "adjustment_confirmed": N_("penyesuaian dikonfirmasi"),
    "adjustment_declined": N_("penyesuaian tidak dikonfirmasi"),
}


#: The same of late answers whose moment was in doubt.
_DOUBTFUL = {
    LATE_COUNTED: N_("jawaban terlambat dihitung: %(answers)s soal, waktu memilihnya tidak pasti"),
    LATE_LEFT: N_(
        "jawaban terlambat tidak dihitung: %(answers)s soal, waktu memilihnya tidak pasti"
    ),
}


def event_words(event: SeatEvent) -> str:
    """What an event says, without who and why."""
    if event.kind in (ADJUSTED, REQUESTED):
        agreed = adjustment_words(Adjustment.said_by(event.detail)) or _("tidak ada")
        return _(_EVENTS[event.kind], words=agreed)
    if "gained" in event.detail:
        return _(
            "waktu ditambah %(minutes)s menit; yang bertambah %(gained)s menit karena jam tutup"
            " sesi",
            **event.detail,
        )
    if event.detail.get("reopened"):
        return _(
            "jawaban yang tiba terlambat dihitung karena ujian dibuka lagi: %(answers)s soal",
            **event.detail,
        )
    if "unsure" in event.detail:
        return _(
            "%(answers)s jawaban tiba sesudah jeda dan mungkin dipilih saat jeda; waktu memilih"
            " %(unsure)s di antaranya hanya perkiraan perangkat asesi atau tidak diketahui",
            **event.detail,
        )
    if event.detail.get("doubtful"):
        return _(_DOUBTFUL[event.kind], **event.detail)
    if event.kind == NOTES_DROPPED:
        note = _(NOTE_NAMES[Note(event.detail["note"])])
        return _("catatan lain tidak disimpan karena terlalu banyak: %(note)s", note=note)
    if event.kind in _EVENTS:
        return _(_EVENTS[event.kind], **event.detail)
    words = _(NOTE_NAMES[Note(event.kind)]) if event.kind in list(Note) else event.kind
    seconds = event.detail.get("seconds")
    return words if seconds is None else _("%(words)s, %(n)s detik", words=words, n=seconds)
