"""The accepted forms of a short answer, from programs of Moodle's kind.

Moodle goes through the forms and takes the first that fits an answer; here the best one counts.
Where that makes a difference, and where a form is there only to earn nothing, it is named.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from lsp.exams.formats.gathering import listed
from lsp.exams.rules import writing
from lsp.exams.rules.items.written import fits
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: Longest accepted form of a short answer, in characters; most forms compared with one another.
LONGEST_ANSWER, MOST_COMPARED = 500, 20

#: Names something that is not carried: what it is, and why.
Note = Callable[[str, Refusal], None]


def accepted(rows: Sequence[tuple[str, Decimal]], *, exact: bool, note: Note) -> Body:
    """Forms with their shares, in the file's order; ``*`` is any text, ``\\*`` the sign itself.

    Raises Refusal when none is right, and where every answer is but the ones named.
    """
    right: dict[str, Decimal] = {}
    wrong: list[str] = []
    for text, share in rows:
        if len(text) > LONGEST_ANSWER:
            raise Refusal(N_("Teks soal ini terlalu panjang."))
        if not text or text in right:
            continue
        if share > 0:
            right[text] = min(share, Decimal(1))
        else:
            wrong.append(text)
    if wrong:
        why = N_("Jawaban bernilai 0 tidak perlu disimpan: %(texts)s.")
        note(N_("Jawaban salah"), Refusal(why, texts=listed([text[:80] for text in wrong])))
    if not right:
        raise Refusal(N_("Tidak ada jawaban yang benar."))
    if "*" in right and wrong:
        raise Refusal(N_("Soal ini menerima semua jawaban kecuali yang disebut salah."))
    wildcards = any("*" in text.replace("\\*", "") for text in right)
    forms = {_form(text, wildcards): share for text, share in right.items()}
    shares = {text: share for text, share in forms.items() if share != 1}
    body = writing.short_answer(
        list(forms), case_sensitive=exact, shares=shares or None, wildcards=wildcards
    )
    _name_order([(_form(text, wildcards), share) for text, share in rows], body, note)
    return body


def _form(text: str, wildcards: bool) -> str:
    """A form as the key has it: an escaped star is a plain one where no star means any text."""
    return text if wildcards else text.replace("\\*", "*")


def _name_order(rows: Sequence[tuple[str, Decimal]], body: Body, note: Note) -> None:
    """Name a form that a better one further down fits, too."""
    compared = rows[:MOST_COMPARED]
    for place, (text, share) in enumerate(compared, 1):
        for form, better in compared[place:]:
            if share < better and fits({"text": text}, form, body.key):
                why = N_("“%(written)s” juga cocok dengan “%(form)s”, yang nilainya lebih tinggi.")
                note(N_("Urutan jawaban"), Refusal(why, written=text[:80], form=form[:80]))
