"""The lead picture: found beside the article, judged before it is decoded, stored once."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.core.files.images import ImageFile
from PIL import Image, UnidentifiedImageError

from staffellauf.newsroom.models import Picture
from staffellauf.newsroom.ninjs import nodes
from staffellauf.newsroom.ninjs.items import InvalidItem, PictureFile

FILE_LIMIT = 20 * 2**20
# A 24 megapixel photograph takes over 800 MB while renditions are made; this is twice that many pixels.
PIXEL_LIMIT = 50_000_000
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "GIF": "gif"}


def find(named: PictureFile, *, folder: Path | None) -> bytes:
    """The file's bytes. It lies in the folder or below it: a file from elsewhere must not pull in what else is on the
    machine. Raises InvalidItem."""
    if (own := own_file(named.href)) is not None:
        return own
    if nodes.is_web_address(named.href):
        raise InvalidItem(named.path, "is a web address; save the picture beside the article and name its path")
    if folder is None:
        raise InvalidItem(named.path, "an article from standard input needs the folder of its pictures")
    root = folder.resolve()
    path = (root / named.href).resolve()
    if not path.is_relative_to(root):
        raise InvalidItem(named.path, f"{named.href} lies outside {root}")
    try:
        if not path.is_file():
            raise InvalidItem(named.path, f"there is no file {path}")
        if path.stat().st_size > FILE_LIMIT:
            raise InvalidItem(named.path, f"{path.name} is larger than {FILE_LIMIT // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise InvalidItem(named.path, f"{path.name} cannot be read: {error.strerror}") from error


def own_file(address: str) -> bytes | None:
    """A picture of the library by its own address, as `writing` names it; None for any other."""
    start = f"{settings.PUBLIC_URL}{settings.MEDIA_URL}"
    if not address.startswith(start):
        return None
    picture = Picture.objects.filter(file=address.removeprefix(start)).first()
    if picture is None:
        return None
    with picture.file.open("rb") as opened:
        return bytes(opened.read())


def judge(named: PictureFile, data: bytes) -> str:
    """The file's extension. Reads the header first: what has too many pixels is never decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
            width, height, kind = image.width, image.height, str(image.format)
            if width * height > PIXEL_LIMIT:
                raise InvalidItem(
                    named.path, f"{width} × {height} pixels, at most {PIXEL_LIMIT // 1_000_000} megapixels are taken"
                )
            image.verify()
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise InvalidItem(named.path, f"is no picture in {', '.join(FORMATS)} that can be opened") from error
    return FORMATS[kind]


def made(named: PictureFile, data: bytes, *, extension: str) -> Picture:
    """A new picture, not saved."""
    file = ImageFile(io.BytesIO(data), name=f"picture.{extension}")
    return Picture(**texts(named), file=file, file_size=len(data), file_hash=digest(data))


def forget(picture: Picture) -> None:
    """Deletes the file of a picture whose row was rolled back."""
    # An unsaved one still has the name that it came with.
    if picture.file._committed:
        picture.file.storage.delete(picture.file.name)


def digest(data: bytes) -> str:
    """As Wagtail names the content of a picture."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def texts(named: PictureFile) -> dict[str, str]:
    title = named.title or named.caption or Path(named.href).stem
    limit = int(Picture._meta.get_field("title").max_length or 0)
    alt = named.alt or named.caption or title
    return {"title": title[:limit], "description": alt[:255], "credit": named.credit}
