"""The question page, drawn quickly: the template once, then only what differs between candidates.

To a template engine a page of an exam is hundreds of small pieces, and all but a few are the same
for everybody in the room. So ``exams/question.html`` is drawn once with a mark in place of each of
the few, cut at the marks, and put together again for each candidate. The template stays the only
one who knows how the page looks; ``tests/web/exams/test_drawing.py`` holds both ways together.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from flask import Flask, current_app, get_template_attribute, render_template
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from lsp.exams.services.questions import OwnQuestion, paper_shuffles
from lsp.exams.services.sitting import Sitting
from lsp.extensions import choose_language
from lsp.web import session

T = TypeVar("T")

#: Drawn pieces kept by each application.
KEPT = 4000
#: Longest response, as written here, whose question is kept drawn: a chosen letter comes again, a
#: text does not.
SHORT = 60
_kept: WeakKeyDictionary[Flask, dict[Any, Any]] = WeakKeyDictionary()

#: The marks. An identifier and numbers stand for what goes through ``url_for`` on the way; the
#: others are words in the private use area, which no text of ours contains.
ATTEMPT = uuid.UUID("a77e3970-0000-4000-8000-6d61726b6564")
POSITION, NUMBER = 9_071_625_341, 9_071_625_342
WORDS = ("order", "total", "answered", "doubtful", "unanswered", "extra", "time", "csrf")
PIECES = ("question", "grid")
MARKS: dict[str, Any] = {
    "attempt": ATTEMPT,
    "position": POSITION,
    "number": NUMBER,
    **{name: f"\ue000{name}\ue001" for name in (*WORDS, *PIECES)},
}
_MARK = re.compile("|".join(f"({re.escape(str(mark))})" for mark in MARKS.values()))
_NAMES = list(MARKS)


def _once(key: tuple[Any, ...], draw: Callable[[], T]) -> T:
    """What ``draw`` gives, drawn once for each key and language in the life of the process."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.jinja_env.auto_reload:  # somebody is at work on the templates
        return draw()
    kept = _kept.setdefault(app, {})
    key = (*key, choose_language())
    if key not in kept:
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = draw()
    drawn: T = kept[key]
    return drawn


def _mould(drawn: str) -> str:
    """What a template made of the marks, as a form to be filled in (``%``)."""
    return _MARK.sub(
        lambda found: f"%({_NAMES[(found.lastindex or 1) - 1]})s", drawn.replace("%", "%%")
    )


def draw_question(
    sitting: Sitting,
    position: int,
    *,
    response: Mapping[str, Any],
    is_doubtful: bool,
    frame: Mapping[str, Any],
    break_seconds: int = 0,
    notice: str = "",
    error: str = "",
) -> str:
    """The page of one question; ``frame`` is what ``common.frame`` says of the clock."""
    question = sitting.questions[position]
    look = {
        "is_first": question.number == 1,
        "is_doubtful": is_doubtful,
        "is_nearly_over": frame["is_nearly_over"],
        "text_size": frame["text_size"],
        "helper": frame["helper"],
        "asks_for_seb": frame["asks_for_seb"],
    }
    values = {
        "attempt": sitting.attempt.id,
        "position": position,
        "number": question.number,
        "order": sitting.order,
        "total": sitting.count,
        "answered": len(sitting.answered),
        "doubtful": len(sitting.doubtful),
        "unanswered": len(sitting.unanswered),
        "extra": frame["extra_minutes"],
        "time": frame["time_left"],
        "csrf": generate_csrf(),
        "question": draw_answer(sitting, question, response, error),
        "grid": _draw_grid(sitting, position),
    }
    rare = {
        "break_seconds": break_seconds,
        "notice": notice,
        "error": error,
        "grants": frame["grants"],
    }
    # What is said to one candidate alone is drawn for them alone. Drawing takes the messages of
    # the page before out of the cookie.
    if any(rare.values()) or "_flashes" in cookie:
        return _draw(values, look | rare)
    form = _once(("page", *look.values()), lambda: _mould(_draw(MARKS, look | rare)))
    return form % {name: escape(value) for name, value in values.items()}


def _draw(values: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """The whole template, with a candidate's values or with the marks."""
    sitting = SimpleNamespace(
        attempt=SimpleNamespace(id=values["attempt"]),
        order=values["order"],
        count=values["total"],
    )
    return render_template(
        "exams/question.html",
        sitting=sitting,
        position=values["position"],
        number=values["number"],
        answered=values["answered"],
        doubtful=values["doubtful"],
        unanswered=values["unanswered"],
        extra_minutes=values["extra"],
        time_left=values["time"],
        csrf_token=lambda: values["csrf"],
        question=values["question"],
        grid=values["grid"],
        **shown,
    )


def draw_answer(
    sitting: Sitting, question: OwnQuestion, response: Mapping[str, Any], error: str = ""
) -> Markup:
    """A question's words and fields, with what was answered.

    Kept where it can come again: for candidates who see the same choices in the same order.
    """

    def draw() -> Markup:
        # Not by ``render_template``: these templates need none of the names it adds.
        template = current_app.jinja_env.get_template(f"exams/questions/{question.type}.html")
        drawn = template.render(question=question, response=response, error=error)
        return Markup(drawn)  # noqa: S704 -- a template's own HTML

    paper_id = sitting.attempt.paper_id
    answer = repr(response)
    if error or len(answer) > SHORT or paper_shuffles(session, paper_id).choices:
        return draw()
    return _once(("question", paper_id, question.position, answer), draw)


def _draw_grid(sitting: Sitting, position: int) -> Markup:
    """The buttons of all questions, in the candidate's order."""
    answered, doubtful = set(sitting.answered), set(sitting.doubtful)
    forms = _once(("grid",), _grid_forms)
    drawn = "".join(
        forms[
            "doubtful" if p in doubtful else "answered" if p in answered else "",
            p == position,
        ]
        % {"position": p, "number": question.number}
        for p, question in sitting.questions.items()
    )
    return Markup(drawn)  # noqa: S704 -- a template's own HTML, filled with numbers


def _grid_forms() -> dict[tuple[str, bool], str]:
    button = get_template_attribute("exams/sitting_grid.html", "button")
    return {
        (state, is_current): _mould(button(POSITION, NUMBER, state, is_current))
        for state in ("", "answered", "doubtful")
        for is_current in (False, True)
    }
