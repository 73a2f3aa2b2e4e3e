"""``lsp items``: question files on the command line, without a server and without a database."""

import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click
import yaml

from lsp.exams.formats import reading as files
from lsp.exams.formats.limits import LARGEST_FILE
from lsp.exams.formats.package import BadFile, Media, NotCarried, NotWritten, Reading, ReadItem
from lsp.exams.formats.scoring import score_item
from lsp.exams.formats.telling import item_data, note_data, number, reading_data
from lsp.exams.rules.bank_files import read_entry
from lsp.exams.rules.items import BadResponse
from lsp.texts import Refusal

BANK = Path(__file__).parent / "bank"
#: Exit code for a file or an answer that cannot be read.
BAD_INPUT = 2
#: Why a question has no score yet.
FOR_A_PERSON = "dinilai asesor"
WITHOUT_TYPE = "tidak dapat dinilai: jenis soal tidak ada"

#: A file, or ``-`` for what stands on standard input.
FILE = click.Path(allow_dash=True, path_type=Path)
FORMATS = click.Choice(["auto", *files.READABLE])


@click.group("items")
def items_group() -> None:
    """Question files: GIFT, Aiken, Moodle XML, QTI, CSV, Excel and Word."""


@items_group.command("read")
@click.argument("file", type=FILE)
@click.option("--format", "format_", type=FORMATS, default="auto", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a list.")
def read_items(*, file: Path, format_: str, as_json: bool) -> None:
    """Print the questions of FILE, and what could not be carried."""
    reading = _read(file, format_)
    if as_json:
        _print_json(reading_data(reading))
        return
    _print(f"{reading.format}: {len(reading.items)} soal")
    for item in reading.items:
        data = item_data(item)
        _print(f"\n{item.identifier} · {data['type'] or '-'} · {data['max_score']} · {item.where}")
        _print(f"  {data['stem']}".replace("\n", "\n  "))
        for choice in data["choices"]:
            points = "" if choice["score"] is None else f" ({choice['score']})"
            _print(f"    {choice['identifier']}. {choice['text']}{points}")
        if data["correct"] is not None:
            _print(f"  = {json.dumps(data['correct'], ensure_ascii=False)}")
    _print_notes(reading.not_carried)


@items_group.command("score")
@click.argument("file", type=FILE)
@click.argument("responses", type=FILE)
@click.option("--format", "format_", type=FORMATS, default="auto", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a list.")
def score_items(*, file: Path, responses: Path, format_: str, as_json: bool) -> None:
    """Score the answers in RESPONSES, a JSON file, by the keys in FILE.

    RESPONSES holds {item identifier: {response identifier: value or list of values}}. An answer
    that cannot be read scores 0 and is named on standard error, as are unknown questions.
    """
    reading = _read(file, format_)
    given = _answers(responses, reading.items)
    results = {item.identifier: _result(item, given.get(item.identifier)) for item in reading.items}
    if as_json:
        _print_json(results)
        return
    for identifier, result in results.items():
        points = result.get("why") or result["score"]
        _print(f"{identifier}: {points} / {result['max_score']}")


def _result(item: ReadItem, answer: Any) -> dict[str, Any]:
    """Points and most points of a question, with a reason where it has no points."""
    try:
        if answer is not None and not isinstance(answer, dict):
            raise BadResponse("tulis {identifier respons: nilai}")
        score, most = score_item(item, answer or {})
    except Refusal as refusal:
        _warn(f"{item.identifier}: {refusal}")
        # Without an answer nothing can be wrong with it; it scores 0 or waits for a person.
        score, most = score_item(item, {})
    result = {"score": None if score is None else number(score), "max_score": number(most)}
    if score is None:
        return {**result, "why": FOR_A_PERSON if item.type else WITHOUT_TYPE}
    return result


@items_group.command("write")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Choice(files.WRITABLE), required=True)
@click.option("--from", "source", type=FILE, help="A file to read instead of the packaged bank.")
@click.option("--format", "format_", type=FORMATS, default="auto", show_default=True)
def write_items(*, out: Path, target: str, source: Path | None, format_: str) -> None:
    """Write the packaged bank, or the questions of another file, to OUT."""
    items: Sequence[ReadItem]
    media: Sequence[Media] = []
    notes: list[NotCarried] = []
    if source is None:
        items = packaged_bank()
    else:
        reading = _read(source, format_)
        items, media, notes = reading.items, reading.media, list(reading.not_carried)
    if not items:
        why = f" ({notes[0].where}: {notes[0].why})" if notes else ""
        _stop(f"tidak ada soal untuk ditulis{why}")
    content, lost = files.function(target, files.FORMATS[target].writer)(items, media)
    unwritten = [note for note in lost if isinstance(note, NotWritten)]
    written = len(items) - len(unwritten)
    if not written:
        first = unwritten[0]
        _stop(f"tidak ada soal yang dapat ditulis sebagai {target} ({first.where}: {first.why})")
    if not out.parent.is_dir():
        _stop(f"{out.parent}: folder ini tidak ada")
    try:
        out.write_bytes(content)
    except OSError as fault:
        _stop(f"{out}: {_words(fault)}")
    _print(f"{out}: {target}, {written} dari {len(items)} soal ditulis")
    _print_notes([*notes, *lost])


def packaged_bank() -> list[ReadItem]:
    """The questions that come with the program, in the order of their files."""
    found = []
    for path in sorted(BANK.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for raw in data["items"]:
            entry = read_entry(raw)
            draft = entry.draft
            found.append(
                ReadItem(
                    identifier=entry.identifier,
                    type=draft.type,
                    title=draft.title,
                    stem=draft.stem,
                    body=draft.body,
                    max_score=draft.max_score,
                    markup=draft.markup,
                    criterion=f"{data['unit']} {entry.criterion}",
                    level=draft.level,
                    rationale=draft.rationale,
                    tags=draft.tags,
                    where=path.name,
                )
            )
    return found


def _read(file: Path, format_: str) -> Reading:
    try:
        return files.read_file(_content(file), file.name, format_)
    except BadFile as fault:
        _stop(f"{file.name}: {fault}")


def _content(file: Path) -> bytes:
    """The bytes of a file; one more than is taken tells that it is too large."""
    try:
        with click.open_file(str(file), "rb") as opened:
            content: bytes = opened.read(LARGEST_FILE + 1)
    except OSError as fault:
        _stop(f"{file}: {_words(fault)}")
    return content


def _words(fault: OSError) -> str:
    """What is wrong with a file, in words."""
    match fault:
        case FileNotFoundError():
            return "tidak ada"
        case IsADirectoryError():
            return "ini folder, bukan berkas"
        case PermissionError():
            return "tidak ada izin"
    return fault.strerror or str(fault)


def _answers(path: Path, items: Sequence[ReadItem]) -> Mapping[str, Any]:
    """The answers of a JSON file by the identifiers of questions; unknown ones are named."""
    try:
        data = json.loads(_content(path), parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        _stop(f"{path.name}: bukan JSON ({fault})")
    if not isinstance(data, dict):
        _stop(f"{path.name}: tulis {{identifier soal: {{identifier respons: nilai}}}}")
    known = {item.identifier for item in items}
    for identifier in data:
        if identifier not in known:
            _warn(f"{identifier}: tidak ada soal dengan identifier ini")
    return data


def _no_number(text: str) -> Decimal:
    raise ValueError(text)


def _print_notes(notes: Sequence[NotCarried]) -> None:
    if notes:
        _print(f"\nTidak terbawa: {len(notes)}")
    for note in notes:
        data = note_data(note)
        _print(f"  {data['where']}: {data['what']} ({data['why']})")


def _print_json(data: Any) -> None:
    _print(json.dumps(data, ensure_ascii=False, indent=2))


def _print(text: str) -> None:
    """UTF-8 whatever the terminal's own encoding is."""
    sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))


def _warn(text: str) -> None:
    """One line on standard error, whatever the text holds."""
    line = " ".join(text.split())
    sys.stderr.buffer.write(f"{line}\n".encode("utf-8", "replace"))


def _stop(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(BAD_INPUT)
