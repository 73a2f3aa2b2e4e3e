"""Pictures of a file's pages, and pictures freed of the place where they were taken."""

import io

from PIL import ExifTags, Image, ImageOps

from lsp.portfolios.rules.kinds import PDF, MediaType
from lsp.portfolios.services import pdf

#: Pages shown of one file; the rest is in the download.
MAX_PAGES = 100
#: Largest size of a page's picture and of a thumbnail, in pixels.
PAGE_SIZE = (1000, 1600)
THUMBNAIL_SIZE = (240, 320)


class NoPicture(Exception):
    """The file has no such page, or none that can be drawn."""


def pages_shown(media_type: MediaType, content: bytes) -> int:
    """How many pages of a file can be looked at as pictures."""
    if not media_type.has_pictures:
        return 0
    if media_type is not PDF:
        return 1
    try:
        return min(pdf.page_count(content), MAX_PAGES)
    except (pdf.Unreadable, pdf.Locked):
        return 0


def page_picture(
    media_type: MediaType, content: bytes, number: int, *, small: bool = False
) -> bytes:
    """A page as JPEG, counted from 1, within PAGE_SIZE or THUMBNAIL_SIZE. Raises NoPicture."""
    size = THUMBNAIL_SIZE if small else PAGE_SIZE
    if not media_type.has_pictures or not 1 <= number <= MAX_PAGES:
        raise NoPicture
    if media_type is PDF:
        try:
            picture = pdf.draw_page(content, number, width=size[0], height=size[1])
        except (pdf.Unreadable, pdf.Locked):
            raise NoPicture from None
    elif number == 1:
        picture = _shrink(content, media_type, size)
    else:
        raise NoPicture
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=70, optimize=True)
    return jpeg.getvalue()


def _shrink(content: bytes, media_type: MediaType, size: tuple[int, int]) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=[media_type.name.upper()]) as picture:
            # Turned phones may swap the sides, so the draft is large enough either way.
            picture.draft("RGB", (max(size), max(size)))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(size)
            if upright.has_transparency_data:
                paper = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(paper, upright.convert("RGBA"))
            return upright.convert("RGB")
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise NoPicture from None


def without_place(media_type: MediaType, content: bytes) -> bytes:
    """The picture without GPS position; the very same bytes when it carries none.

    A photograph from a phone often tells where it was taken, perhaps somebody's home. Evidence
    does not need it, so it is not kept.
    """
    with Image.open(io.BytesIO(content), formats=[media_type.name.upper()]) as picture:
        exif = picture.getexif()
        if ExifTags.IFD.GPSInfo not in exif and b"GPS" not in _xmp(picture):
            return content
        exif.pop(ExifTags.IFD.GPSInfo, None)
        cleaned = io.BytesIO()
        options: dict[str, object] = {"exif": exif, "icc_profile": picture.info.get("icc_profile")}
        if media_type.name == "JPEG":
            # "keep" leaves the compression as it is, but knows only plain JPEG.
            options["quality"] = "keep" if picture.format == "JPEG" else 92
        elif media_type.name == "WebP":
            options["quality"] = 92
        picture.save(cleaned, media_type.name.upper(), **options)
        return cleaned.getvalue()


def _xmp(picture: Image.Image) -> bytes:
    found = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return found if isinstance(found, bytes) else str(found).encode()
