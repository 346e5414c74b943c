"""What a reader would have got last month, by day and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.alerts import releases
from staffellauf.alerts.deciding import hours, preferences
from staffellauf.alerts.deciding import rehearsal as rehearsals
from staffellauf.alerts.deciding.calm import How
from staffellauf.alerts.deciding.rehearsal import Rehearsal, Told, Wait
from staffellauf.alerts.deciding.wishes import Reason
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import telling
from staffellauf.catalogue.models import Release, Topic
from staffellauf.common import dates
from staffellauf.readers import kinds
from staffellauf.readers.models import Reader

# About 30 KB of page; the sum counts all.
LINES_SHOWN = 150
# By occasion.
Due = dict[int, list[Release]]


@dataclass(frozen=True, slots=True)
class Line:
    clock: str
    title: str
    address: str
    how: str
    is_told: bool
    topic: Topic | None
    """Whose settings decided."""


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    days: list[Day]
    sum: str
    parts: list[str]
    """What the sum is made of."""
    rhythm: str
    rhythms: list[tuple[str, str]]
    is_cut: bool
    follows_anything: bool

    @classmethod
    def load(cls, reader: Reader, *, now: datetime, rhythm: str | None) -> Self:
        """With the reader's own rhythm, or as if another had been chosen."""
        found = rehearsals.last_month(reader, now=now, rhythm=rhythm)
        where = hours.zone(reader.time_zone)
        shown = found.told[:LINES_SHOWN]
        return cls(
            days=by_day(shown, releases.of_all(one.occasion for one in shown if one.occasion), where=where, now=now),
            sum=sum_in_words(found),
            parts=parts_in_words(found),
            rhythm=rhythm or preferences.rhythm_of_devices(reader),
            rhythms=[(value, str(name)) for value, name in Destination.Rhythm.choices],
            is_cut=found.is_cut or len(shown) < len(found.told),
            follows_anything=bool(found.told) or reader.follows.exists(),
        )


def sum_in_words(found: Rehearsal) -> str:
    return ngettext("%(count)d notification in 30 days", "%(count)d notifications in 30 days", found.alerts) % {
        "count": found.alerts
    }


def parts_in_words(found: Rehearsal) -> list[str]:
    """Those of the sum that are not nothing: 12 without a sound at night."""
    counts = found.counts
    told = sum(count for how, count in counts.items() if how is not None)
    parts = [ngettext("%(count)d piece of news", "%(count)d pieces of news", told) % {"count": told}]
    if count := sum(one.is_silent for one in found.told):
        parts.append(_("%(count)d at night without a sound") % {"count": count})
    if count := found.together:
        parts.append(_("%(count)d together with others") % {"count": count})
    if count := counts[How.HOLD]:
        parts.append(_("%(count)d later, together") % {"count": count})
    if count := counts[None]:
        parts.append(_("%(count)d not told, as you chose") % {"count": count})
    return parts


def by_day(told: Iterable[Told], due: Due, *, where: ZoneInfo, now: datetime) -> list[Day]:
    today = now.astimezone(where).date()

    def day_of(one: Told) -> date:
        return one.at.astimezone(where).date()

    return [
        Day(dates.day_name(day, today=today), [line_of(one, due, where=where, now=now) for one in group])
        for day, group in groupby(told, key=day_of)
    ]


def line_of(one: Told, due: Due, *, where: ZoneInfo, now: datetime) -> Line:
    title, address = _title_and_address(one, due, now=now)
    return Line(
        clock=f"{one.at.astimezone(where):%H:%M}",
        title=title,
        address=address,
        how=how_in_words(one, where=where),
        is_told=one.how is not None,
        topic=one.topics[0] if one.topics else None,
    )


def _title_and_address(one: Told, due: Due, *, now: datetime) -> tuple[str, str]:
    if one.article:
        return one.article.shown_headline, one.article.get_absolute_url()
    assert one.occasion
    topic = one.topics[0] if one.topics else one.occasion.topic
    found = due.get(one.occasion.pk)
    if not found:
        # They are known no more: a date that was taken back.
        return topic.name, topic.get_absolute_url()
    language = translation.get_language() or "de"
    item = telling.of_occasion(one.occasion, topic, language=language, now=now, due=found)
    return item.title, item.address


def how_in_words(one: Told, *, where: ZoneInfo) -> str:
    if one.how is None:
        return _reason_in_words(one)
    if one.how is How.SILENT:
        return _("at once, at night without a sound")
    if one.how is How.GROUP:
        return ngettext("together with %(count)d other", "together with %(count)d others", one.group - 1) % {
            "count": one.group - 1
        }
    if one.how is How.HOLD and one.comes_at:
        when = {"moment": _hour_in_words(one.comes_at, where=where)}
        if one.wait is Wait.NIGHT:
            return _("after the night, %(moment)s") % when
        if one.wait is Wait.DIGEST:
            return _("in the digest, %(moment)s") % when
        return _("a little later, together, %(moment)s") % when
    return _("at once")


def _hour_in_words(moment: datetime, *, where: ZoneInfo) -> str:
    """Sun 18:00"""
    here = moment.astimezone(where)
    return f"{formats.date_format(here.date(), 'D')} {here:%H:%M}"


def _reason_in_words(one: Told) -> str:
    match one.reason:
        case Reason.KIND:
            names = [str(name) for kind, name in kinds.NAMES.items() if kind & one.kinds]
            return _("not told: %(kinds)s is switched off") % {"kinds": ", ".join(names)}
        case Reason.BEHIND:
            return _("not told: you have not seen everything before it")
        case Reason.RELEASES | Reason.LEAD:
            return _("not told: these dates are switched off")
        case _:
            return _("not told")
