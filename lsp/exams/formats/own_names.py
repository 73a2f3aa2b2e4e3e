"""What another program calls choices, rows and gaps, where a file to be written has no place for it."""

from lsp.exams.formats.gathering import listed
from lsp.exams.formats.package import ReadItem
from lsp.texts import N_, Refusal

NAMES = N_("Nama pilihan")


def lost_names(item: ReadItem) -> Refusal | None:
    """Why the names of the file a question came from are lost; None where they are ours."""
    names = [f"{name} → {id_}" for id_, name in item.names.items() if name != id_]
    if not names:
        return None
    return Refusal(
        N_("Berkas ini menamai pilihan menurut urutannya: %(names)s."), names=listed(names)
    )
