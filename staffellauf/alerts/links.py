"""Secret links: addresses under which programs fetch what is a reader's own, without signing in."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import get_script_prefix

from staffellauf.alerts import filtering
from staffellauf.alerts.channels.calendar import filters as calendar
from staffellauf.alerts.channels.feed import filters as feed
from staffellauf.alerts.filtering import InvalidFilters as InvalidFilters
from staffellauf.alerts.models import SecretLink, new_token
from staffellauf.common import paths
from staffellauf.readers.models import Reader

Kind = SecretLink.Kind
# One for each of a family's calendars and a few that were forgotten.
MOST_LINKS = 30
NAME_LENGTH = 80
FIELDS = {Kind.CALENDAR: calendar.FIELDS, Kind.FEED: feed.FIELDS}
FORMS = {Kind.CALENDAR: ("ics",), Kind.FEED: ("atom", "json")}
# Secrets of 32 bytes have 43 characters.
TOKEN = r"[A-Za-z0-9_-]{20,64}"
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class TooManyLinks(Exception):
    """The reader has MOST_LINKS already."""


def of(reader: Reader) -> list[SecretLink]:
    """Oldest first."""
    return list(SecretLink.objects.filter(reader=reader).order_by("pk"))


def fields(kind: str) -> tuple[filtering.Field, ...]:
    """What can be chosen for a link of the kind. Raises ValueError for no kind."""
    return FIELDS[Kind(kind)]


def values(link: SecretLink) -> filtering.Values:
    """What was chosen for the link, complete."""
    return filtering.stored(fields(link.kind), link.filters)


def read_post(kind: str, post: QueryDict) -> filtering.Values:
    """The filters of a form whose inputs are named as the fields. Raises InvalidFilters."""
    return filtering.read(fields(kind), filtering.of_form(fields(kind), dict(post.lists())))


def make(reader: Reader, kind: str, *, name: str = "", filters: object = None) -> SecretLink:
    """A new address. Raises TooManyLinks, InvalidFilters."""
    checked = filtering.read(fields(kind), {} if filters is None else filters)
    with transaction.atomic():
        # Whoever taps twice at once waits here.
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        if SecretLink.objects.filter(reader=reader).count() >= MOST_LINKS:
            raise TooManyLinks
        return SecretLink.objects.create(reader=reader, kind=Kind(kind), name=_clean(name), filters=checked)


def rename(reader: Reader, pk: int, name: str) -> SecretLink | None:
    """None when the reader has no such link."""
    link = _mine(reader, pk)
    if link is not None:
        link.name = _clean(name)
        link.save(update_fields=["name"])
    return link


def set_filters(reader: Reader, pk: int, filters: object) -> SecretLink | None:
    """What the link holds from now on. None when the reader has no such link; raises InvalidFilters."""
    link = _mine(reader, pk)
    if link is not None:
        link.filters = filtering.read(fields(link.kind), filters)
        link.save(update_fields=["filters"])
    return link


def renew(reader: Reader, pk: int) -> SecretLink | None:
    """Another address instead, for one that others have seen: the old one answers nobody any more."""
    link = _mine(reader, pk)
    if link is not None:
        link.token, link.last_used_on = new_token(), None
        link.save(update_fields=["token", "last_used_on"])
    return link


def delete(reader: Reader, pk: int) -> bool:
    """False when the reader has no such link."""
    link = _mine(reader, pk)
    if link is not None:
        link.delete()
    return link is not None


def find(kind: str, token: str) -> SecretLink | None:
    """With its reader. Unknown, renewed and of another kind are all the same: one look into one index."""
    return SecretLink.objects.select_related("reader").filter(token=token, kind=kind).first()


def note_use(link: SecretLink, *, today: date) -> None:
    """Once a day: when it was last fetched tells a reader which of them nobody needs."""
    if link.last_used_on != today:
        not_yet = Q(last_used_on=None) | Q(last_used_on__lt=today)
        SecretLink.objects.filter(not_yet, pk=link.pk, token=link.token).update(last_used_on=today)


def changed_at(link: SecretLink, digest: str, *, now: datetime) -> datetime:
    """When what is fetched under the address became what it is, by its digest."""
    if link.digest != digest or link.changed_at is None:
        # To the second, as programs are told it.
        link.digest, link.changed_at = digest, now.replace(microsecond=0)
        SecretLink.objects.filter(pk=link.pk).update(digest=digest, changed_at=link.changed_at)
    return link.changed_at


def address(link: SecretLink, form: str = "") -> str:
    """Absolute. Of a feed as `atom` or `json`, Atom when nothing is said."""
    form = form or FORMS[Kind(link.kind)][0]
    folder = "kalender" if link.kind == Kind.CALENDAR else "feeds/privat"
    return paths.absolute(f"{get_script_prefix()}{folder}/{link.token}.{form}")


def subscribe_address(link: SecretLink) -> str:
    """That a calendar program opens by itself: webcal instead of https."""
    return re.sub(r"^https?:", "webcal:", address(link))


def _mine(reader: Reader, pk: int) -> SecretLink | None:
    if not 0 < pk <= filtering.HIGHEST_ID:
        return None
    return SecretLink.objects.filter(reader=reader, pk=pk).first()


def _clean(name: str) -> str:
    return CONTROL.sub(" ", name).strip()[:NAME_LENGTH]
