"""`POST /api/v1/intake/ninjs`: an article as ninjs, alone or with its pictures."""

import tempfile
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from ninja.security import HttpBearer

from staffellauf.api.problems import Problem
from staffellauf.newsroom import intake, ninjs
from staffellauf.newsroom.models import IntakeToken

# The item itself, and one picture as large as we take it with room for a few more.
WHOLE_LIMIT = 60 * 2**20
FILES_LIMIT = 10
PER_MINUTE = 60
JSON_TYPES = {"application/json", "application/vnd.iptc.newsinjson+json", "application/ninjs+json"}
STATUS: dict[str, int] = {"published": 201, "updated": 200, "unchanged": 200, "withdrawn": 200, "stored": 202}
# Any: a part of an OpenAPI description.
ITEM: dict[str, Any] = {"type": "object", "description": "One article, ninjs 1 to 3 (iptc.org/standards/ninjs)."}
PARTS: dict[str, Any] = {
    "type": "object",
    "required": ["item"],
    "properties": {
        "item": ITEM,
        "pictures": {
            "type": "array",
            "maxItems": FILES_LIMIT,
            "items": {"type": "string", "format": "binary"},
            "description": "Each under the file name by which the item's renditions call it.",
        },
    },
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **{name: {"schema": ITEM} for name in sorted(JSON_TYPES)},
            "multipart/form-data": {"schema": PARTS, "encoding": {"item": {"contentType": "application/json"}}},
        },
    }
}


class Delivered(Schema):
    status: Literal["published", "updated", "unchanged", "withdrawn", "stored"]
    """`stored`: a draft that somebody in the newsroom looks at, because the account may not publish."""
    uri: str
    headline: str
    url: str | None
    """Where readers find it; null for what they cannot see."""
    warnings: list[str]


class Token(HttpBearer):
    """`Authorization: Bearer …`, a token that the newsroom's chief made."""

    def authenticate(self, request: HttpRequest, token: str) -> IntakeToken | None:
        return intake.authenticate(token, now=timezone.now())


router = Router(tags=["intake"])
PROBLEMS = dict.fromkeys((401, 403, 409, 413, 415, 422, 429), Problem)


@router.post("/ninjs", auth=Token(), response={(200, 201, 202): Delivered} | PROBLEMS, openapi_extra=BODY)
def deliver(request: HttpRequest) -> Status[Delivered]:
    """Publishes, updates or withdraws one article. The same item again changes nothing and answers 200; `uri` tells
    which article it is, so a delivery whose answer got lost is simply sent again."""
    token: IntakeToken = request.auth  # type: ignore[attr-defined]
    check_rate(token)
    try:
        outcome = taken(request, token)
    except ninjs.NotAllowed as error:
        raise HttpError(403, str(error)) from error
    except ninjs.Locked as error:
        raise HttpError(409, str(error)) from error
    except ninjs.InvalidItem as error:
        raise HttpError(422, str(error)) from error
    article = outcome.article
    delivered = Delivered(
        status=outcome.status,
        uri=article.guid or "",
        headline=article.headline,
        url=settings.PUBLIC_URL + article.get_absolute_url() if article.live else None,
        warnings=list(outcome.warnings),
    )
    return Status(STATUS[outcome.status], delivered)


def check_rate(token: IntakeToken) -> None:
    key = f"intake:{token.pk}:{timezone.now():%Y%m%d%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:
        # A full cache has dropped it in between.
        return
    if count > PER_MINUTE:
        raise HttpError(429, f"At most {PER_MINUTE} deliveries a minute; wait until the next one begins.")


def taken(request: HttpRequest, token: IntakeToken) -> ninjs.Outcome:
    kind = (request.content_type or "").lower()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and len(length) < 20 and int(length) > WHOLE_LIMIT:
        raise HttpError(413, f"At most {WHOLE_LIMIT // 2**20} MB are taken.")
    try:
        if kind in JSON_TYPES:
            return intake.deliver(request.body, token.user, folder=None, now=timezone.now())
        if kind == "multipart/form-data":
            return taken_parts(request, token)
    except (RequestDataTooBig, TooManyFilesSent) as error:
        raise HttpError(413, "The item is larger than we take, or has too many parts.") from error
    except MultiPartParserError as error:
        raise HttpError(422, f"The parts cannot be read: {error}") from error
    raise HttpError(415, "Send application/json, or multipart/form-data with the part item and its pictures.")


def taken_parts(request: HttpRequest, token: IntakeToken) -> ninjs.Outcome:
    """The pictures lie in a folder of their own for as long as it takes."""
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    item = request.FILES.get("item")
    data = item.read(ninjs.FILE_LIMIT + 1) if isinstance(item, UploadedFile) else request.POST.get("item", "").encode()
    pictures = [file for file in files if file is not item]
    if len(pictures) > FILES_LIMIT:
        raise HttpError(413, f"At most {FILES_LIMIT} files are taken.")
    with tempfile.TemporaryDirectory(prefix="staffellauf-intake-") as folder:
        for picture in pictures:
            # Django leaves the last part of the path; what is no name at all is not written.
            name = Path(str(picture.name or "")).name
            if name and len(name.encode()) <= 200:
                with (Path(folder) / name).open("wb") as written:
                    written.writelines(picture.chunks())
        return intake.deliver(data, token.user, folder=Path(folder), now=timezone.now())
