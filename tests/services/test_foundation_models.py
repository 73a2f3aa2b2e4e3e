from sqlalchemy.orm import Session

from tests.factories.exams import make_seat


def test_a_seat_hangs_on_everything_below_it(session: Session) -> None:
    seat = make_seat(session)
    assert seat.paper.questions[0].revision.item.criterion.label == "1.1"
