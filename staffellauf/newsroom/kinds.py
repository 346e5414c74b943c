"""The kinds of articles as addresses and lists have them: German words, one for each kind."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models import Kind

SLUGS: dict[str, str] = {
    Kind.NEWS: "nachrichten",
    Kind.SPECIAL: "specials",
    Kind.OBITUARY: "nachrufe",
    Kind.REVIEW: "kritiken",
    Kind.STARTS: "starts",
    Kind.INTERVIEW: "interviews",
    Kind.ADVERTISEMENT: "anzeigen",
    Kind.FIND: "fundstuecke",
}
BY_SLUG: dict[str, Kind] = {slug: Kind(kind) for kind, slug in SLUGS.items()}
PLURALS: dict[str, Promise] = {
    Kind.NEWS: _("News items"),
    Kind.SPECIAL: _("Specials (articles)"),
    Kind.OBITUARY: _("Obituaries"),
    Kind.REVIEW: _("Reviews"),
    Kind.STARTS: _("Start overviews"),
    Kind.INTERVIEW: _("Interviews"),
    Kind.ADVERTISEMENT: _("Advertisements"),
    Kind.FIND: _("Finds"),
}


def slug_of(kind: str) -> str:
    """Part of an address: `kritiken`."""
    return SLUGS[kind]


def of_slug(slug: str) -> Kind | None:
    """The kind of an address; None for any other word."""
    return BY_SLUG.get(slug)


def plural(kind: str) -> str:
    """The heading over a list of them."""
    return str(PLURALS[kind])
