import threading

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from lsp.counters import take_number


def test_numbers_run_from_one_for_each_kind_and_year(session: Session) -> None:
    taken = [
        take_number(session, kind, year) for kind, year in (("a", 1), ("a", 1), ("b", 1), ("a", 2))
    ]
    assert taken == [1, 2, 1, 1]


def test_takers_at_the_same_time_never_get_the_same_number(own_engine: Engine) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(10):
            with Session(own_engine) as session:
                taken.append(take_number(session, "race", 2026))
                session.commit()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))
