"""What did not count at once: whether it was really known already, and what counts instead.

A number given twice: what came under it the second time is kept under the next free one. A browser
whose disk failed counts on from an old number when its page is loaded again without
network. It drops whatever is acknowledged, so if the server called such an answer old, nobody
would have it any more.

And where an answer of another device or tab counts, the browser is told which.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, AnswerRevision
from lsp.exams.rules import journal
from lsp.exams.rules.journal import Arriving
from lsp.exams.services.questions import paper_view
from lsp.exams.services.sitting.saving import (
    Counting,
    Delivery,
    Fate,
    Saved,
    SaveResult,
    judge,
    read_response,
    result_of,
)
from lsp.exams.services.sitting.standing import OF_ATTEMPT_ALONE, Standing
from lsp.exams.services.sitting.writing import write

Key = tuple[int, int]
Stored = Mapping[Key, sa.Row[Any]]
#: Responses in their stored form, and whether they are doubtful.
Said = Mapping[Key, tuple[Any, bool]]


def _key(answer: Saved) -> Key:
    return answer.position, answer.seq


def may_be_reused(result: SaveResult) -> bool:
    """Whether ``keep_reused`` has anything to ask; not where every newest answer was saved."""
    return bool(_unsure(result))


def _unsure(result: SaveResult) -> set[Key]:
    saved = {s.position for s in result.answers if s.fate in (Fate.SAVED, Fate.LATE)}
    return {
        _key(s)
        for s in result.answers
        # What a newer answer of the same delivery has replaced is nobody's concern.
        if s.fate is Fate.REFUSED or (s.fate is Fate.OLDER and s.position not in saved)
    }


def keep_reused(session: Session, delivery: Delivery, result: SaveResult) -> SaveResult:
    """Keep answers of a delivery whose numbers other answers had already; says what became of all,
    and what counts where that is another answer (``SaveResult.counting``).

    From the first such number on, everything that came with it is newer than what the server
    holds. The result names the highest number given (``last_seq``), so that the browser counts on
    from there. The same delivery again changes nothing.
    """
    unsure = _unsure(result)
    if not unsure:
        return result
    row = session.connection().execute(OF_ATTEMPT_ALONE, {"attempt_id": delivery.attempt_id}).one()
    stands = Standing(*row)
    questions = paper_view(session, stands.paper_id)
    came = [a for a in journal.in_order(delivery.answers) if (a.position, a.seq) in unsure]
    said = {
        (a.position, a.seq): (read_response(a, questions, stands.window), a.is_doubtful)
        for a in came
    }
    by_window: dict[int, list[Arriving]] = defaultdict(list)
    for answer in came:
        by_window[journal.window_of(answer.seq)].append(answer)
    # Each in its own range: what comes from an older window stays older.
    for window in sorted(by_window):
        came = by_window[window]
        result = _keep_again(session, delivery, result, stands, came=came, said=said)
    return replace(result, counting=_instead(session, delivery, result, said))


def _keep_again(
    session: Session,
    delivery: Delivery,
    result: SaveResult,
    stands: Standing,
    *,
    came: list[Arriving],
    said: Said,
) -> SaveResult:
    """``keep_reused`` for answers of one window."""
    stored = _stored(session, delivery, journal.window_of(came[0].seq), min(a.seq for a in came))
    twice = {k for a in came if _said(stored[k := (a.position, a.seq)]) != said[k]}
    if not twice:
        return result
    again = list(_newer(delivery, came, said, stored, twice))
    top = max(seq for _, seq in stored)
    numbers = {(a.position, a.seq): top + n for n, a in enumerate(again, 1)}
    moved = [replace(a, seq=numbers[a.position, a.seq]) for a in again]
    second = delivery._replace(answers=moved)
    judged = judge(second, stands, paper_view(session, stands.paper_id))
    told = result_of(second, stands, judged, write(session.connection(), judged.kept))
    fates = {(each.position, each.seq): each.fate for each in told.answers}
    answers = [
        Saved(s.position, s.seq, fates[s.position, number], s.reason)
        if (number := numbers.get((s.position, s.seq)))
        else s
        for s in result.answers
    ]
    return replace(result, answers=answers, last_seq=top + len(moved))


def _instead(
    session: Session, delivery: Delivery, result: SaveResult, said: Said
) -> dict[int, Counting]:
    """What counts for each question whose newest answer of the delivery does not."""
    newest = {position: (position, seq) for position, seq in sorted(map(_key, result.answers))}
    unsure = _unsure(result)
    expected = {key[0]: said[key] for key in newest.values() if key in unsure}
    rows = session.execute(
        sa.select(Answer.position, Answer.response, Answer.is_doubtful).where(
            Answer.attempt_id == delivery.attempt_id, Answer.position.in_(expected)
        )
    )
    counting = {row.position: Counting(row.response, row.is_doubtful) for row in rows}
    nothing = Counting(None, False)
    return {
        position: counting.get(position, nothing)
        for position, what in expected.items()
        if counting.get(position, nothing) != Counting(*what)
    }


def _stored(session: Session, delivery: Delivery, window: int, lowest: int) -> Stored:
    """Everything kept so far of a window, from the lowest number in question."""
    rows = session.execute(
        sa.select(
            AnswerRevision.response,
            AnswerRevision.is_doubtful,
            AnswerRevision.chosen_ms,
            AnswerRevision.received_at,
            AnswerRevision.position,
            AnswerRevision.seq,
        ).where(
            AnswerRevision.attempt_id == delivery.attempt_id,
            AnswerRevision.seq >= lowest,
            AnswerRevision.seq < journal.first_seq(window + 1),
        )
    )
    return {(row.position, row.seq): row for row in rows}


def _said(row: sa.Row[Any]) -> tuple[Any, bool]:
    return row.response, row.is_doubtful


def _newer(
    delivery: Delivery,
    came: Collection[Arriving],
    said: Said,
    stored: Stored,
    twice: Collection[Key],
) -> Iterator[Arriving]:
    """What of the delivery is newer than what the server holds and not kept as such, in order."""
    first = min(seq for _, seq in twice)
    for answer in sorted(came, key=lambda each: each.seq):
        key = answer.position, answer.seq
        is_new = key in twice or stored[key].received_at == delivery.at
        # The browser sends again what it was not told of, and that has its new number already.
        is_known = answer.chosen_ms is not None and any(
            _said(row) == said[key] and row.chosen_ms == answer.chosen_ms
            for (position, seq), row in stored.items()
            if position == answer.position and seq > answer.seq
        )
        if answer.seq >= first and is_new and not is_known:
            yield answer
