"""What pages say of answers that came too late: for the room, and for their candidate."""

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.rules.journal import Via
from lsp.exams.rules.timing import Claim
from lsp.exams.services.sitting.late import Late, LateAnswer, LateState
from lsp.exams.views.answer_words import answer_words
from lsp.extensions import format_clock, format_moment
from lsp.texts import N_

STATE_NAMES = {
    LateState.WAITING: N_("Menunggu keputusan"),
    LateState.COUNTED: N_("Dihitung"),
    LateState.LEFT: N_("Tidak dihitung"),
}
#: What is known of a moment that is in doubt; one in time may be older than what counts.
DOUBT_NAMES = {
    Claim.IN_TIME: N_("Menunggu keputusan; mungkin lebih lama daripada jawaban yang dihitung"),
    Claim.AFTER: N_("Menunggu keputusan; menurut perangkat dipilih sesudah ujian berakhir"),
    Claim.UNKNOWN: N_("Menunggu keputusan; waktu memilih tidak diketahui"),
    Claim.IMPOSSIBLE: N_("Menunggu keputusan; jam perangkat salah, waktu memilih tidak diketahui"),
}
TAGS = {
    LateState.WAITING: "warning",
    LateState.DOUBTFUL: "warning",
    LateState.COUNTED: "positive",
}


def late_rows(late: Late, zone: str) -> Iterator[dict[str, str]]:
    """Each late answer's cells by name, times in the zone of the place."""
    for answer in late.answers:
        state = answer.state
        is_doubtful = state is LateState.DOUBTFUL
        words = _(DOUBT_NAMES[answer.claim] if is_doubtful else STATE_NAMES[state])
        yield {
            "number": _("Soal %(n)s", n=answer.number),
            "chosen": _chosen(answer, zone),
            "received": _received(answer, zone),
            "now": answer_words(answer.question, answer.counting),
            "becomes": _becomes(answer),
            "late": _late_by(answer),
            "state": words,
            "tag": TAGS.get(state, "neutral"),
        }


def _chosen(answer: LateAnswer, zone: str) -> str:
    if answer.chosen_at is None or answer.chosen_ms is None:
        return _("tidak diketahui")
    since = _duration(timedelta(milliseconds=answer.chosen_ms))
    time = format_clock(answer.chosen_at, zone)
    if answer.via is Via.OFFLINE:
        return _("kira-kira pukul %(time)s, perkiraan perangkat tanpa jaringan", time=time)
    return _("pukul %(time)s, %(since)s sejak mulai", time=time, since=since)


def _received(answer: LateAnswer, zone: str) -> str:
    time = format_moment(answer.received_at, zone)
    return _("%(time)s, dari berkas jawaban", time=time) if answer.via is Via.FILE else time


def _becomes(answer: LateAnswer) -> str:
    """What would count if this answer did; nothing where it does already."""
    if answer.state is LateState.COUNTED:
        return "–"
    if answer.response == answer.counting:
        return _("sama seperti sekarang")
    return answer_words(answer.question, answer.response)


def _late_by(answer: LateAnswer) -> str:
    """How late it came, seen from the end as it was then."""
    duration = _duration(answer.late_by)
    if answer.after_own_end:
        words = _("%(duration)s sesudah asesi mengirim sendiri", duration=duration)
    else:
        words = _("%(duration)s sesudah waktu habis", duration=duration)
    if answer.is_before_reopening:
        return _("%(words)s, sebelum ujian dibuka lagi", words=words)
    return words


def _duration(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    return _("%(m)s menit %(s)s detik", m=seconds // 60, s=seconds % 60)


def told_invigilator(late: Late) -> Iterator[str]:
    """What an invigilator is told of what waits for them, sentence by sentence."""
    after_own_end = late.waiting_after_own_end
    if after_own_end:
        yield ngettext(
            "%(num)s jawaban tiba sesudah asesi mengirim sendiri; jawaban itu tersimpan dan belum"
            " dihitung. Anda memutuskannya sesudah orang kedua membuka hasilnya.",
            "%(num)s jawaban tiba sesudah asesi mengirim sendiri; jawaban itu tersimpan dan belum"
            " dihitung. Anda memutuskannya sesudah orang kedua membuka hasilnya.",
            after_own_end,
        )
    if others := late.waiting - after_own_end:
        yield ngettext(
            "%(num)s jawaban tiba sesudah waktu habis; jawaban itu tersimpan dan belum dihitung."
            " Anda yang memutuskan.",
            "%(num)s jawaban tiba sesudah waktu habis; jawaban itu tersimpan dan belum dihitung."
            " Anda yang memutuskan.",
            others,
        )


def told_candidate(late: Late) -> Iterator[str]:
    """What their candidate is told of them, sentence by sentence."""
    after_own_end = late.waiting_after_own_end
    if after_own_end:
        yield ngettext(
            "%(num)s jawaban tiba sesudah Anda mengirim jawaban. Jawaban itu disimpan dan belum"
            " dihitung; pengawas dan seorang lagi dari LSP memutuskannya.",
            "%(num)s jawaban tiba sesudah Anda mengirim jawaban. Jawaban itu disimpan dan belum"
            " dihitung; pengawas dan seorang lagi dari LSP memutuskannya.",
            after_own_end,
        )
    if others := late.waiting - after_own_end:
        yield ngettext(
            "%(num)s jawaban tiba sesudah waktu habis. Jawaban itu disimpan dan belum dihitung;"
            " pengawas memutuskannya.",
            "%(num)s jawaban tiba sesudah waktu habis. Jawaban itu disimpan dan belum dihitung;"
            " pengawas memutuskannya.",
            others,
        )
    returned = late.returned
    if returned:
        yield ngettext(
            "%(num)s jawaban yang tiba sesudah waktu habis dihitung karena ujian dibuka lagi.",
            "%(num)s jawaban yang tiba sesudah waktu habis dihitung karena ujian dibuka lagi.",
            returned,
        )
    if counted := late.count(LateState.COUNTED) - returned:
        yield ngettext(
            "%(num)s jawaban yang tiba terlambat dihitung atas keputusan pengawas.",
            "%(num)s jawaban yang tiba terlambat dihitung atas keputusan pengawas.",
            counted,
        )
    if left := late.count(LateState.LEFT):
        yield ngettext(
            "%(num)s jawaban yang tiba terlambat tidak dihitung atas keputusan pengawas.",
            "%(num)s jawaban yang tiba terlambat tidak dihitung atas keputusan pengawas.",
            left,
        )
