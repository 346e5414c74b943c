"""The forms of `/mein/benachrichtigungen/` and of what a follow alerts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from staffellauf.alerts.deciding import preferences
from staffellauf.alerts.models import Calm
from staffellauf.readers import kinds
from staffellauf.readers.models import Follow

# A digit more than any answer of a browser.
ZONE_LENGTH = 64


def clock_field(label: Any) -> forms.TimeField:  # Any: lazily translated
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


class CalmForm(forms.Form):
    night = forms.ChoiceField(label=_("At night notifications"), choices=Calm.Night, widget=forms.RadioSelect)
    night_from = clock_field(_("Night from"))
    night_until = clock_field(_("until"))
    time_zone = forms.CharField(label=_("Time zone"), max_length=ZONE_LENGTH)
    groups = forms.BooleanField(label=_("Three or more within ten minutes become one"), required=False)
    digest_at = clock_field(_("Hour"))
    digest_weekday = forms.TypedChoiceField(label=_("Weekly digest on"), choices=list(WEEKDAYS.items()), coerce=int)

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if name not in preferences.zones():
            raise ValidationError(_("We do not know this time zone. Choose one from the list."))
        return name

    def clean(self) -> None:
        begin, end = self.cleaned_data.get("night_from"), self.cleaned_data.get("night_until")
        if begin and begin == end:
            self.add_error("night_until", ValidationError(_("The night ends when it begins. Choose another hour.")))

    @property
    def quiet(self) -> preferences.Quiet:
        values = self.cleaned_data
        return preferences.Quiet(**{name: values[name] for name in preferences.Quiet.__dataclass_fields__})


class MuteForm(forms.Form):
    """How long everything, or one follow, keeps still: a choice, or the day on whose morning it ends."""

    AT_MOST = preferences.MUTE_AT_MOST
    HOUR, MORNING, WEEK, MONTH, DAY, END = "stunde", "morgen", "woche", "monat", "tag", "ende"

    how = forms.ChoiceField(choices=[(word, word) for word in (HOUR, MORNING, WEEK, MONTH, DAY, END)])
    day = forms.DateField(
        label=_("Until the morning of"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Choose a day from tomorrow on.")},
    )

    # Arguments go through to Django's form.
    def __init__(self, *args: Any, now: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.zone = now, zone

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if self.cleaned_data.get("how") != self.DAY:
            return None
        today = self.now.astimezone(self.zone).date()
        if day is None or day <= today:
            raise ValidationError(_("Choose a day from tomorrow on."))
        if day > today + preferences.MUTE_AT_MOST:
            raise ValidationError(_("A year is the longest. You can also stop following or switch devices off."))
        return day

    @property
    def until(self) -> datetime | None:
        how = self.cleaned_data["how"]
        if how == self.DAY:
            return datetime.combine(self.cleaned_data["day"], preferences.MORNING, tzinfo=self.zone)
        if how == self.MORNING:
            return preferences.next_morning(now=self.now, zone=self.zone)
        spans = {self.HOUR: timedelta(hours=1), self.WEEK: timedelta(days=7), self.MONTH: timedelta(days=30)}
        return self.now + spans[how] if how in spans else None


class FollowForm(forms.Form):
    """What a follow alerts; the last three are of a series only."""

    kinds = forms.TypedMultipleChoiceField(
        label=_("News"),
        required=False,
        coerce=int,
        choices=[(kind.value, name) for kind, name in kinds.NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    releases = forms.ChoiceField(label=_("Dates"), choices=Follow.Releases, widget=forms.RadioSelect)
    leads = forms.TypedMultipleChoiceField(
        label=_("When"), required=False, coerce=int, choices=Follow.Lead, widget=forms.CheckboxSelectMultiple
    )
    only_caught_up = forms.BooleanField(label=_("Only when I have seen everything that has come out"), required=False)

    # Arguments go through to Django's form.
    def __init__(self, *args: Any, is_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_series:
            for name in ("releases", "leads", "only_caught_up"):
                del self.fields[name]

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("releases", Follow.Releases.NONE) != Follow.Releases.NONE and not values.get("leads"):
            if "leads" not in self.errors:
                self.add_error("leads", ValidationError(_("Choose when: otherwise no date is told.")))

    @property
    def unwanted_kinds(self) -> int:
        return int(kinds.ALL) & ~sum(self.cleaned_data["kinds"])

    @classmethod
    def initial_of(cls, follow: Follow) -> dict[str, object]:
        return {
            "kinds": [kind.value for kind in kinds.NAMES if not follow.unwanted_kinds & kind],
            "releases": follow.releases,
            "leads": [lead.value for lead in Follow.Lead if follow.leads & lead],
            "only_caught_up": follow.only_caught_up,
        }
