"""Read questions as plain data and back, and what of them goes into the bank."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import Body, Draft, check_draft
from lsp.exams.services.scoring import qti_key
from lsp.texts import N_, Refusal

#: Letters under which the bank numbers questions that have no name of their own.
OWN_PREFIX = "SOAL"


def as_data(item: ReadItem) -> dict[str, Any]:
    """A read question as JSON that any of our databases keeps."""
    data: dict[str, Any] = _kept(
        {
            "identifier": item.identifier,
            "type": item.type.value if item.type else None,
            "title": item.title,
            "stem": item.stem,
            "content": item.body.content,
            "key": item.body.key,
            "max_score": f"{item.max_score:f}",
            "markup": item.markup.value,
            "criterion": item.criterion,
            "level": item.level.value if item.level else None,
            "rationale": item.rationale,
            "tags": list(item.tags),
            "where": item.where,
            "processing": dict(item.processing),
            "names": dict(item.names),
            "response_name": item.response_name,
            "is_named": item.is_named,
        }
    )
    return data


def from_data(data: Mapping[str, Any]) -> ReadItem:
    """The read question that ``as_data`` made this of."""
    return ReadItem(
        identifier=data["identifier"],
        type=ItemType(data["type"]) if data["type"] else None,
        title=data["title"],
        stem=data["stem"],
        body=Body(data["content"], data["key"]),
        max_score=Decimal(data["max_score"]),
        markup=Markup(data["markup"]),
        criterion=data["criterion"],
        level=CognitiveLevel(data["level"]) if data["level"] else None,
        rationale=data["rationale"],
        tags=tuple(data["tags"]),
        where=data["where"],
        processing=data["processing"],
        names=data["names"],
        response_name=data["response_name"],
        is_named=data["is_named"],
    )


def _kept(value: Any) -> Any:
    """Plain data without the characters a database refuses: NUL and halves of pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {_kept(str(key)): _kept(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(entry) for entry in value]
    return value


def draft_of(item: ReadItem, level: CognitiveLevel) -> Draft:
    """A read question as the bank takes it. Raises Refusal for a type the bank does not have."""
    if item.type is None:
        raise Refusal(
            N_(
                "Jenis soal ini tidak dikenal, atau isinya tidak lengkap. Lihat bagian yang tidak terbawa."
            )
        )
    key = dict(item.body.key)
    if own := qti_key(item):
        key["qti"] = own
    return Draft(
        type=item.type,
        level=level,
        title=item.title,
        stem=item.stem,
        body=Body(item.body.content, key),
        max_score=item.max_score,
        rationale=item.rationale,
        tags=item.tags,
        markup=item.markup,
    )


def obstacle_of(item: ReadItem, pictures: Mapping[str, Any]) -> Refusal | None:
    """What keeps a question out of the bank, whatever its writer chooses; None when nothing does.

    ``pictures`` are the ones that could be kept, by name.
    """
    try:
        check_draft(draft_of(item, CognitiveLevel.C1))
    except Refusal as refusal:
        return refusal
    for name in pictures_of(item.stem, item.body.content, item.markup):
        if name not in pictures:
            return Refusal(N_("Gambar %(name)s tidak ada atau tidak dapat dibaca."), name=name)
    return None


def other_type(identifier: str) -> Refusal:
    """The refusal of a revision that would be of another type than its item."""
    return Refusal(
        N_("Soal %(identifier)s di bank berjenis lain. Unggah lagi dengan awalan kode baru."),
        identifier=identifier,
    )


def pictures_of(stem: str, content: Mapping[str, Any], markup: Markup) -> list[str]:
    """Names of the pictures a question shows, each once."""
    found: dict[str, None] = {}
    if markup is Markup.HTML:
        for text in (stem, *_texts(content)):
            found.update(dict.fromkeys(wording.pictures(text)))
    if isinstance(content.get("picture"), str):
        found[content["picture"]] = None
    return list(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)


def with_free_names(
    item: ReadItem, pictures: Mapping[str, Mapping[str, Any]], has: Mapping[str, str]
) -> ReadItem:
    """The question with each picture under a name that is free, or that is this very picture's.

    ``pictures`` are the upload's, by name; ``has`` tells the SHA-256 of the item's, by name.
    """
    shown = pictures_of(item.stem, item.body.content, item.markup)
    for name in shown:
        others = {other: "" for other in shown if other != name}
        free = _free_name(name, pictures[name]["sha256"], {**has, **others})
        if free != name:
            content = rename_picture(item.body.content, name, free)
            stem = rename_picture(item.stem, name, free)
            item = replace(item, stem=stem, body=Body(content, item.body.key))
    return item


def _free_name(name: str, sha256: str, has: Mapping[str, str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    # What has no hash is a name another picture of the question holds.
    while has.get(free, sha256) != sha256:
        number += 1
        free = f"{stem}-{number}.{ending}" if dot else f"{name}-{number}"
    return free


def rename_picture(value: Any, old: str, new: str) -> Any:
    """Texts and content with a picture under another name."""
    if isinstance(value, str):
        return value.replace(f'src="media:{old}"', f'src="media:{new}"')
    if isinstance(value, Mapping):
        return {
            key: new if key == "picture" and entry == old else rename_picture(entry, old, new)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [rename_picture(entry, old, new) for entry in value]
    return value
