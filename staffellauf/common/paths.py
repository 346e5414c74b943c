"""Addresses of our pages, many on one page: what Django's reverse() finds is kept for each view and language."""

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation

STAND_IN = "stand-in"


def of(view: str, slug: str) -> str:
    """The path of a page whose address has a slug, in the language of the page."""
    return _form(view, translation.get_language(), get_script_prefix(), get_urlconf()).replace(STAND_IN, slug)


def absolute(path: str) -> str:
    """A path as an address of this site; an address stays as it is."""
    return path if "://" in path else f"{settings.PUBLIC_URL}{path}"


@cache
def _form(view: str, _language: str | None, _prefix: str, _urlconf: str | None, /) -> str:
    return reverse(view, args=[STAND_IN])
