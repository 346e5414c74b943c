"""When a reader wants to be left alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from staffellauf.alerts.deciding import calm as alerts_calm
from staffellauf.alerts.deciding import hours, preferences
from staffellauf.alerts.models import Calm
from staffellauf.common import dates
from staffellauf.readers.models import Reader
from staffellauf.website.alert_forms import CalmForm, MuteForm


@dataclass(frozen=True, slots=True)
class Zone:
    name: str
    label: str
    """Without its continent: under whose heading it stands."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CalmPage:
    form: CalmForm
    mute: MuteForm
    muted: str
    """Until when, in words; empty when nothing is muted."""
    zones: dict[str, list[Zone]]
    tomorrow: str
    """As a form has it: the first day until whose morning can be muted."""
    last_day: str

    @classmethod
    def load(cls, reader: Reader, *, now: datetime, form: CalmForm | None = None, mute: MuteForm | None = None) -> Self:
        """With a form that was refused, as it was sent."""
        calm, zone = alerts_calm.of(reader), hours.zone(reader.time_zone)
        today = now.astimezone(zone).date()
        shown = form or CalmForm(initial=initial_of(calm, reader))
        return cls(
            form=shown,
            mute=mute or MuteForm(now=now, zone=zone),
            muted=muted_in_words(calm.muted_until, now=now, zone=zone),
            zones=by_continent(str(shown["time_zone"].value())),
            tomorrow=(today + dates.ONE_DAY).isoformat(),
            last_day=(today + preferences.MUTE_AT_MOST).isoformat(),
        )


def initial_of(calm: Calm, reader: Reader) -> dict[str, object]:
    return {name: getattr(calm, name) for name in preferences.Quiet.__dataclass_fields__} | {
        "time_zone": reader.time_zone
    }


def muted_in_words(until: datetime | None, *, now: datetime, zone: ZoneInfo) -> str:
    return dates.moment(until, zone=zone) if until and until > now else ""


def night_in_words(calm: Calm) -> str:
    """22:00–07:00: arrive without a sound"""
    if calm.night == Calm.Night.LOUD:
        return _("At night as by day")
    span = f"{calm.night_from:%H:%M}–{calm.night_until:%H:%M}"
    if calm.night == Calm.Night.HOLD:
        return _("Nothing at night (%(span)s)") % {"span": span}
    return _("Without a sound at night (%(span)s)") % {"span": span}


def by_continent(chosen: str) -> dict[str, list[Zone]]:
    found: dict[str, list[Zone]] = {}
    for name in sorted(preferences.zones()):
        continent, _slash, rest = name.partition("/")
        label = (rest or name).replace("_", " ").replace("/", ", ")
        found.setdefault(continent, []).append(Zone(name, label, name == chosen))
    return found
