"""What a grader is told: Moodle has one text for it, we keep a rubric and a model answer in it."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape, unescape
from typing import Any

from lsp.exams.formats.moodle.source import number
from lsp.exams.formats.moodle.words import Words

#: The one aspect of an essay that comes without a rubric. Written into the question, so Indonesian.
WHOLE = "Isi jawaban"

_TABLE = re.compile(r'<table class="lsp-rubric">(.*?)</table>', re.DOTALL)
_ROW = re.compile(r"<th\b[^<>]*>([^<]*)</th>\s*<td\b[^<>]*>([^<]*)</td>")
_ANSWER = re.compile(r'<div class="lsp-answer">([^<]*(?:<br ?/?>[^<]*)*)</div>')
_BREAK = re.compile(r"<br ?/?>\n?")


def tell(key: Mapping[str, Any]) -> str:
    """Rubric and model answer as HTML a grader can read in Moodle."""
    rows = "".join(
        f'<tr><th scope="row">{escape(row["aspect"])}</th><td>{row["points"]}</td></tr>'
        for row in key["rubric"]
    )
    table = f'<table class="lsp-rubric"><tbody>{rows}</tbody></table>'
    answer = escape(key.get("model_answer") or "").replace("\n", "<br>")
    return table + (f'<div class="lsp-answer">{answer}</div>' if answer else "")


def take(info: Words) -> tuple[list[tuple[str, Decimal]], Words]:
    """Rubric and the rest of what the grader is told; an empty rubric where there is none."""
    table = _TABLE.search(info.raw)
    if table is None:
        return [], info
    rubric = list(_rows(_ROW.findall(table[1])))
    rest = info.raw[: table.start()] + info.raw[table.end() :]
    answer = _ANSWER.fullmatch(rest.strip())
    if answer is None:
        return rubric, Words(rest, info.format, info.files)
    return rubric, Words(unescape(_BREAK.sub("\n", answer[1])), "plain_text")


def _rows(found: Iterable[tuple[str, str]]) -> Iterable[tuple[str, Decimal]]:
    for aspect, points in found:
        value = number(unescape(points))
        if value is not None:
            yield unescape(aspect).strip(), value
