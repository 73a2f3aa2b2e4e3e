"""Saying no to a file: what was found, by the name people know it by, and what is accepted."""

from lsp.portfolios.rules.kinds import accepted_names
from lsp.texts import N_, Refusal

#: Formats people often try, by the names they know them by.
KNOWN_NAMES = {
    "image/heif": "HEIC",
    "image/heic": "HEIC",
    "video/quicktime": "QuickTime (MOV)",
    "application/msword": "Microsoft Office 97–2003 (DOC, XLS, PPT)",
    "application/vnd.microsoft.portable-executable": "EXE",
    "application/x-rar-compressed": "RAR",
    "application/x-7z-compressed": "7-Zip",
}


def refuse_type(types: list[str], name: str = "") -> Refusal:
    """A refusal that names the format found, where it has a name people know."""
    known = [KNOWN_NAMES[each] for each in types if each in KNOWN_NAMES]
    plain = [each.partition("/")[2].removeprefix("x-").upper() for each in types if each]
    found = name or (known + plain + [""])[0]
    if not found:
        return Refusal(
            N_("Jenis berkas ini tidak dikenali. Yang diterima: %(accepted)s."),
            accepted=accepted_names(),
        )
    return Refusal(
        N_("Isi berkas ini berjenis %(found)s. Yang diterima: %(accepted)s."),
        found=found,
        accepted=accepted_names(),
    )
