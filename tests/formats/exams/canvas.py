"""Small files of QTI 1.2 as Canvas exports them."""

from collections.abc import Mapping, Sequence

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
    '<assessment ident="kuis" title="Kuis"><section ident="root_section">'
)
OUTCOMES = (
    '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
)


def quiz(*items: str) -> bytes:
    """A quiz with these items."""
    return f"{HEAD}{''.join(items)}</section></assessment></questestinterop>".encode()


def question(
    type_: str, words: str, places: str = "", rules: Sequence[str] = (), points: str = "2.0"
) -> str:
    """An item called ``soal``."""
    fields = {"question_type": type_, "points_possible": points}
    data = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel>"
        f"<fieldentry>{entry}</fieldentry></qtimetadatafield>"
        for label, entry in fields.items()
    )
    return (
        f'<item ident="soal" title="Soal"><itemmetadata><qtimetadata>{data}</qtimetadata>'
        f"</itemmetadata><presentation>{material(words, 'text/html')}{places}</presentation>"
        f"<resprocessing>{OUTCOMES}{''.join(rules)}</resprocessing></item>"
    )


def material(words: str, kind: str = "text/plain") -> str:
    """A text."""
    return f'<material><mattext texttype="{kind}">{words}</mattext></material>'


def labels(
    choices: Mapping[str, str],
    ident: str = "response1",
    words: str = "",
    cardinality: str = 'rcardinality="Single"',
) -> str:
    """Choices by their identifiers."""
    rows = "".join(
        f'<response_label ident="{name}">{material(words_of)}</response_label>'
        for name, words_of in choices.items()
    )
    head = material(words) if words else ""
    return (
        f'<response_lid ident="{ident}" {cardinality}>{head}'
        f"<render_choice>{rows}</render_choice></response_lid>"
    )


def blank(kind: str = "") -> str:
    """A line to write on."""
    return (
        f'<response_str ident="response1" rcardinality="Single"><render_fib {kind}>'
        '<response_label ident="answer1"/></render_fib></response_str>'
    )


def equal(value: str, ident: str = "response1") -> str:
    """That an answer is this."""
    return f'<varequal respident="{ident}">{value}</varequal>'


def rule(condition: str, points: str = "100", action: str = "Set", more: str = "") -> str:
    """A condition and what it is worth; ``more`` may say whether processing continues."""
    return (
        f"<respcondition {more}><conditionvar>{condition}</conditionvar>"
        f'<setvar action="{action}" varname="SCORE">{points}</setvar></respcondition>'
    )
