"""Forms of what belongs to an entry: dates in words, episodes by their numbers, pictures with their rights."""

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.snippets.widgets import AdminSnippetChooser

from staffellauf.catalogue import provenance
from staffellauf.catalogue.forms import ClaimingForm, RoleForm
from staffellauf.catalogue.models import Episode, Release, Season, Series
from staffellauf.common import vague

# 1x03, S01E03, 1.3; with nothing behind it a whole season.
CODE = re.compile(r"s?(\d{1,5})(?:\s*[xe.]\s*(\d{1,5}))?", re.IGNORECASE)
SMALL = 32_767
CODES_LIMIT = 500
# What the words for a date become.
DATE_FIELDS = ("precision", "first_on", "last_on", "starts_at")
CODES_HELP = _("As season x episode, such as 1x03, 2x10.")


class EpisodeForm(ClaimingForm):
    """The season by its series and number: in a list of seasons they are all called “Staffel 1”."""

    CLAIMED = {"season_number": "season"}

    series = forms.ModelChoiceField(Series.objects.all(), label=_("series"))
    season_number = forms.IntegerField(label=_("season number"), min_value=0, max_value=SMALL)

    # Any: whatever Wagtail hands over.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].widget = AdminSnippetChooser(Series)
        if self.instance.pk:
            self.initial["series"] = self.instance.season.series_id
            self.initial["season_number"] = self.instance.season.number

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        series, number = cleaned.get("series"), cleaned.get("season_number")
        if series and number is not None:
            season = Season.objects.filter(series=series, number=number).first()
            if season is None:
                self.add_error("season_number", _("The series has no season %(number)s.") % {"number": number})
            else:
                self.instance.season = season
                self.refuse_doubled(cleaned.get("number"))
        return cleaned

    def refuse_doubled(self, number: int | None) -> None:
        others = Episode.objects.filter(season=self.instance.season, number=number).exclude(pk=self.instance.pk)
        if number is not None and others.exists():
            self.add_error("number", _("The season has an episode of this number already."))


class EpisodesMixin(WagtailAdminModelForm):
    """Episodes by their numbers: no list to choose from holds ten thousand of them."""

    # Any: whatever Wagtail hands over.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["episode_codes"] = codes_of(self.instance.episodes.select_related("season"))

    def clean(self) -> dict[str, Any]:
        """Holds the episodes' ids in `episode_codes` afterwards; None: as they are."""
        cleaned: dict[str, Any] = super().clean()
        series, words = cleaned.get("series"), cleaned.get("episode_codes") or ""
        cleaned["episode_codes"] = None
        if series and "episode_codes" in self.changed_data:
            try:
                cleaned["episode_codes"] = [*episode_ids(series, words), *self.without_number()]
            except forms.ValidationError as error:
                self.add_error("episode_codes", error)
        return cleaned

    def without_number(self) -> list[int]:
        """Specials, which no code names, stay."""
        if not self.instance.pk:
            return []
        return list(self.instance.episodes.filter(number__isnull=True).values_list("pk", flat=True))


class RoleWithEpisodesForm(EpisodesMixin, RoleForm):
    CLAIMED = RoleForm.CLAIMED | {"episode_codes": "episodes"}

    episode_codes = forms.CharField(label=_("episodes"), required=False, max_length=5_000, help_text=CODES_HELP)


class CreditForm(EpisodesMixin, ClaimingForm):
    CLAIMED = {"episode_codes": "episodes"}

    episode_codes = forms.CharField(
        label=_("episodes"), required=False, max_length=5_000,
        help_text=_("As season x episode, such as 1x03, 2x10. Empty: the whole series."),
    )  # fmt: skip


class PlaceForm(ClaimingForm):
    """One season or episode of the series, by its numbers."""

    place = forms.CharField(
        label=_("season or episode"), required=False, max_length=20,
        help_text=_("2 for the second season, 2x03 for its third episode. Empty: the whole series."),
    )  # fmt: skip

    def clean_place(self) -> str:
        words = str(self.cleaned_data["place"]).strip()
        if words and not CODE.fullmatch(words):
            raise forms.ValidationError(_("“%(code)s” is not like 1x03.") % {"code": words})
        return words

    def place_in(self, series: Series | None) -> tuple[Season | None, Episode | None]:
        """Adds an error where there is none."""
        words = self.cleaned_data.get("place")
        match = CODE.fullmatch(words) if words else None
        if not match or series is None:
            return None, None
        season = Season.objects.filter(series=series, number=number(match[1])).first()
        episode = (
            Episode.objects.filter(season=season, number=number(match[2])).first() if season and match[2] else None
        )
        if season is None or (match[2] and episode is None):
            self.add_error("place", _("The series has no %(code)s.") % {"code": words})
        return season, episode


class ReleaseForm(PlaceForm):
    when = forms.CharField(
        label=_("date"), max_length=vague.MAX_TEXT,
        help_text=_("As you would say it: Herbst 2026, Anfang Februar 2027, 23.1.2026 20:15, 2027."),
    )  # fmt: skip

    # Any: whatever Wagtail hands over.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        release = self.instance
        if release.pk:
            self.initial["when"] = vague.for_people(date_of(release), get_language() or "de")
            if release.episode:
                self.initial["place"] = code_of(release.episode)
            elif release.season:
                self.initial["place"] = str(release.season.number)

    def clean_when(self) -> vague.Vague:
        try:
            return vague.parse(self.cleaned_data["when"])
        except vague.NoDate as error:
            raise forms.ValidationError(
                _("This is not understood as a date. Write it as in Herbst 2026 or 23.1.2026 20:15.")
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if {"place", "series"} & set(self.changed_data):
            self.instance.season, self.instance.episode = self.place_in(cleaned.get("series"))
        if when := cleaned.get("when"):
            self.instance.precision = str(when.precision)
            self.instance.first_on, self.instance.last_on, self.instance.starts_at = when.first, when.last, when.at
        return cleaned

    # Any: a release.
    def save(self, commit: bool = True) -> Any:
        claimed = [*DATE_FIELDS] if "when" in self.changed_data else []
        claimed += ["season", "episode"] if "place" in self.changed_data else []
        if self.instance.pk:
            provenance.claim(self.instance, claimed, source=provenance.EDITOR)
        return super().save(commit)


class ShowingForm(WagtailAdminModelForm):
    """What an editor decides about a broadcast of a programme: which series, which episode."""

    place = forms.CharField(label=_("episode"), required=False, max_length=20, help_text=CODES_HELP)

    # Any: whatever Wagtail hands over.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.episode:
            self.initial["place"] = code_of(self.instance.episode)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        series, words = cleaned.get("series"), str(cleaned.get("place") or "").strip()
        if not {"place", "series"} & set(self.changed_data):
            return cleaned
        ids: list[int] = []
        if series and words:
            try:
                ids = episode_ids(series, words)
            except forms.ValidationError as error:
                self.add_error("place", error)
        if len(ids) > 1:
            self.add_error("place", _("Write one episode, such as 1x03."))
        self.instance.episode_id = ids[0] if ids else None
        return cleaned


class PictureForm(WagtailAdminModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("is_cleared"):
            for field in ("picture", "holder", "licence", "credit"):
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, _("Needed before the picture may be shown."))
        return cleaned


def date_of(release: Release) -> vague.Vague:
    precision = vague.Precision(release.precision)
    return vague.Vague(release.first_on, release.last_on, precision, release.starts_at)


def code_of(episode: Episode) -> str:
    return f"{episode.season.number}x{episode.number:02}" if episode.number is not None else ""


def codes_of(episodes: "QuerySet[Episode]") -> str:
    found = episodes.filter(number__isnull=False).order_by("season__number", "number")
    return ", ".join(code_of(episode) for episode in found)


def episode_ids(series: Series, words: str) -> list[int]:
    """The episodes that the codes name. Raises ValidationError."""
    wanted: list[tuple[int, int]] = []
    for code in filter(None, (part.strip() for part in re.split(r"[,;\n]", words))):
        match = CODE.fullmatch(code)
        if not match or not match[2]:
            raise forms.ValidationError(_("“%(code)s” is not like 1x03.") % {"code": code})
        wanted.append((number(match[1]), number(match[2])))
    if len(wanted) > CODES_LIMIT:
        raise forms.ValidationError(_("At most %(count)s episodes.") % {"count": CODES_LIMIT})
    any_of = Q(pk__in=[])
    for season, episode in wanted:
        any_of |= Q(season__number=season, number=episode)
    rows = Episode.objects.filter(any_of, season__series=series).values_list("season__number", "number", "pk")
    found = {(season, episode): pk for season, episode, pk in rows}
    if missing := [place for place in wanted if place not in found]:
        codes = ", ".join(f"{season}x{episode:02}" for season, episode in missing)
        raise forms.ValidationError(_("The series has no %(code)s.") % {"code": codes})
    return list(dict.fromkeys(found[place] for place in wanted))


def number(digits: str) -> int:
    """As a small column holds it; a greater one is no season's or episode's."""
    return min(int(digits), SMALL)
