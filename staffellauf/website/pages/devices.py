"""How a reader hears of news: the devices, and what else can be set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.alerts import destinations
from staffellauf.alerts.deciding import calm as alerts_calm
from staffellauf.alerts.deciding import hours, preferences
from staffellauf.alerts.models import Destination, SecretLink, Subscription
from staffellauf.readers.models import Reader
from staffellauf.website.pages import calm as calm_pages


class NotASubscription(Exception):
    """What a browser sent does not have the form of a subscription; the text says so in the reader's language."""


@dataclass(frozen=True, slots=True)
class Row:
    """A page of settings, and how they stand."""

    icon: str
    name: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class DevicesPage:
    devices: list[Subscription]
    has_reader: bool
    rows: list[Row]
    rhythm: str
    """Of all devices together."""
    rhythms: list[tuple[str, str]]
    muted: str
    """Until when nothing comes, in words; empty when nothing is muted."""

    @classmethod
    def load(cls, reader: Reader | None, *, now: datetime) -> Self:
        if reader is None:
            return cls([], has_reader=False, rows=[], rhythm="", rhythms=[], muted="")
        calm = alerts_calm.of(reader)
        return cls(
            devices=list(Subscription.objects.active().filter(reader=reader).order_by("-created_at")),
            has_reader=True,
            rows=[
                Row("bell", _("What is told"), followed_in_words(reader), reverse("followed")),
                Row("moon", _("Quiet and digests"), calm_pages.night_in_words(calm), reverse("calm")),
                Row("mail", _("Further ways"), ways_in_words(reader), reverse("ways")),
                Row("calendar", _("Calendars and feeds"), links_in_words(reader), reverse("links")),
                Row(
                    "clock", _("What would have come last month"), _("With what you have chosen"), reverse("rehearsal")
                ),
            ],
            rhythm=preferences.rhythm_of_devices(reader),
            rhythms=[(value, str(name)) for value, name in Destination.Rhythm.choices],
            muted=calm_pages.muted_in_words(calm.muted_until, now=now, zone=hours.zone(reader.time_zone)),
        )


def followed_in_words(reader: Reader) -> str:
    count = reader.follows.count()
    if not count:
        return _("You do not follow anything yet")
    return ngettext("For %(count)d that you follow", "For each of the %(count)d that you follow", count) % {
        "count": count
    }


def ways_in_words(reader: Reader) -> str:
    ways = destinations.of(reader)
    if not ways:
        return _("Mail, ntfy, Telegram, Matrix and more")
    shown = [f"{way.channel}: {STATES[way.state]()}" if way.state in STATES else str(way.channel) for way in ways]
    return ", ".join(dict.fromkeys(shown))


STATES = {"waits": lambda: _("waits for confirmation"), "stopped": lambda: _("paused")}


def links_in_words(reader: Reader) -> str:
    rows = SecretLink.objects.filter(reader=reader).values("kind").annotate(count=Count("pk"))
    counts = {row["kind"]: row["count"] for row in rows}
    calendars, feeds = counts.get(SecretLink.Kind.CALENDAR, 0), counts.get(SecretLink.Kind.FEED, 0)
    shown = []
    if calendars:
        shown.append(ngettext("%(count)d calendar", "%(count)d calendars", calendars) % {"count": calendars})
    if feeds:
        shown.append(ngettext("%(count)d feed", "%(count)d feeds", feeds) % {"count": feeds})
    return ", ".join(shown) or _("For your calendar and your feed reader")
