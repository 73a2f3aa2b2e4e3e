"""The list of the item bank, narrowed by filters, and the coverage of the criteria."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import render_template, request

from lsp.exams.forms.browsing import FilterForm
from lsp.exams.rules.corrections import CORRECTION_NAMES
from lsp.exams.rules.kinds import (
    LEVEL_NAMES,
    STATE_NAMES,
    TYPE_NAMES,
    CognitiveLevel,
    ItemState,
    ItemType,
)
from lsp.exams.services import browsing
from lsp.exams.views import exams
from lsp.security import may
from lsp.web import session

Value = TypeVar("Value")

NAMES = {"types": TYPE_NAMES, "states": STATE_NAMES, "levels": LEVEL_NAMES}


def read_value(kind: Callable[[str], Value], value: str | None) -> Value | None:
    """A value of the address, or None when it is empty or was made up."""
    try:
        return kind(value) if value else None
    except ValueError:
        return None


def filter_of(filters: FilterForm) -> browsing.ItemFilter:
    """What the filters of a form narrow to."""
    return browsing.ItemFilter(
        unit_id=read_value(UUID, filters.unit.data),
        type=read_value(ItemType, filters.jenis.data),
        state=read_value(ItemState, filters.keadaan.data),
        level=read_value(CognitiveLevel, filters.jenjang.data),
        tag=(filters.penanda.data or "")[:200],
        search=(filters.cari.data or "")[:100],
    )


@exams.get("/bank-soal")
@may("bank.read")
def bank() -> str:
    """The items, narrowed by the filters in the address."""
    filters = FilterForm(request.args)
    filters.offer_units(browsing.units_with_criteria(session))
    page = browsing.list_items(
        session, filter_of(filters), request.args.get("halaman", 1, type=int)
    )
    return render_template(
        "exams/bank.html",
        filters=filters,
        page=page,
        counts=browsing.count_states(session),
        arguments={key: value for key, value in filters.data.items() if value},
        kinds=CORRECTION_NAMES,
        **NAMES,
    )


@exams.get("/bank-soal/cakupan")
@may("bank.read")
def bank_coverage() -> str:
    """How many active items measure each criterion, and which count for none."""
    return render_template(
        "exams/bank_coverage.html",
        units=browsing.coverage(session),
        struck=browsing.struck_items(session),
        kinds=CORRECTION_NAMES,
    )
