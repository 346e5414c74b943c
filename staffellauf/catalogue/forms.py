"""Forms of the editors' screens. What hangs on a topic is written a line each: as many as there are, at no query."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from staffellauf.catalogue import actions, provenance, queries
from staffellauf.catalogue.models import Alias, ExternalId, FormerSlug, Person, Season, Series, Topic
from staffellauf.common import text

# Name, language, country: Broen [da], Money Heist [en-US], Bron [-SE].
ALIAS = re.compile(r"(.+?)(?:\s*\[([A-Za-z]{2,3}(?:-[A-Za-z]{4})?)?(?:-([A-Za-z]{2}))?\])?")
EXTERNAL_ID = re.compile(r"([a-z]+):\s*([A-Za-z0-9./_-]{1,120})")
NUMBERS = re.compile(r"\d{1,3}(?:\s*[-–]\s*\d{1,3})?")
WEEKDAYS = [
    ("mo", _("Monday")), ("tu", _("Tuesday")), ("we", _("Wednesday")), ("th", _("Thursday")), ("fr", _("Friday")),
    ("sa", _("Saturday")), ("su", _("Sunday")),
]  # fmt: skip
LINES_LIMIT = 300


class LinesField(forms.CharField):
    """A list, one entry a line."""

    # Any: whatever Django's fields take.
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=False, max_length=20_000, **kwargs)

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINES_LIMIT:
            raise forms.ValidationError(_("At most %(count)s lines.") % {"count": LINES_LIMIT})
        return self.read(lines)

    def read(self, lines: list[str]) -> Any:
        return lines


class AliasesField(LinesField):
    def read(self, lines: list[str]) -> list[tuple[str, str, str]]:
        """Names with language and country."""
        found = (ALIAS.fullmatch(line) for line in lines)
        aliases = [(match[1][:200], (match[2] or "").lower(), (match[3] or "").upper()) for match in found if match]
        if any(not text.fold(name) for name, _language, _country in aliases):
            raise forms.ValidationError(_("A name needs a letter or a digit."))
        return list(dict.fromkeys(aliases))


class ExternalIdsField(LinesField):
    def read(self, lines: list[str]) -> list[tuple[str, str]]:
        """Sources with the id there; of one source there may be several."""
        ids: list[tuple[str, str]] = []
        for line in lines:
            match = EXTERNAL_ID.fullmatch(line)
            if not match or match[1] not in ExternalId.Scheme.values:
                known = ", ".join(ExternalId.Scheme.values)
                raise forms.ValidationError(
                    _("“%(line)s” is not like imdb:tt1234567. Sources: %(known)s.") % {"line": line, "known": known}
                )
            ids.append((match[1], match[2]))
        return list(dict.fromkeys(ids))


class NamesField(LinesField):
    """Topics of one kind by name, or by slug where two have the same name."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(**kwargs)

    def read(self, lines: list[str]) -> list[int]:
        return list(dict.fromkeys(self.topic(line) for line in lines))

    def topic(self, line: str) -> int:
        ids = Topic.objects.filter(kind=self.kind, slug=line).values_list("pk", flat=True)
        found = list(ids) or [
            topic.pk
            for topic in Topic.objects.filter(kind=self.kind).named(line)
            if text.fold(line) in topic.search_text.split(" | ")
        ]
        if not found:
            near = ", ".join(topic.name for topic in queries.search(line, limit=3) if topic.kind == self.kind)
            raise forms.ValidationError(
                _("“%(name)s” is not in the catalogue. Near to it: %(near)s.") % {"name": line, "near": near or "–"}
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several are called “%(name)s”. Write the end of the address instead.") % {"name": line}
            )
        return found[0]


class KeysField(forms.MultipleChoiceField):
    """Several keys, which the model holds in one text: “crime, drama”."""

    # Any: whatever Django's fields take.
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return split_keys(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        chosen = set(super().clean(value))
        # Any: as Django's choices are typed, they may be anything.
        choices: Any = self.choices
        return ", ".join(key for key, _label in choices if key in chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(split_keys(initial or "")) != set(data or [])


class ClaimingForm(WagtailAdminModelForm):
    """What editors change is theirs from then on, and no import writes it."""

    # Field of the form -> what the origin calls it, where that is not the model's field.
    CLAIMED: dict[str, str] = {}

    # Any: an instance of the form's model.
    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            provenance.claim_changes(self.instance, self.changed_data)
        claimed = [key for name, key in self.CLAIMED.items() if name in self.changed_data]
        provenance.claim(self.instance, claimed, source=provenance.EDITOR)
        return super().save(commit)


class TopicForm(ClaimingForm):
    slug = forms.CharField(
        label=_("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=_("Part of the address; made from the name. An old address keeps working."),
    )  # fmt: skip
    alias_lines = AliasesField(
        label=_("aliases"),
        help_text=_("One a line, with language and country if you like: Broen [da], Money Heist [en-US]."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    id_lines = ExternalIdsField(
        label=_("external ids"), help_text=_("One a line: imdb:tt1234567, tmdb:123, tvmaze:123, wikidata:Q1.")
    )

    # Field of the form -> many-to-many field of the model.
    NAMED: dict[str, str] = {}
    CLAIMED = {"alias_lines": "aliases"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        if topic.pk:
            self.initial["alias_lines"] = "\n".join(alias_line(alias) for alias in topic.aliases.order_by("name", "pk"))
            self.initial["id_lines"] = "\n".join(str(row) for row in topic.external_ids.order_by("scheme", "value"))
            for field, relation in self.NAMED.items():
                self.initial[field] = name_lines(getattr(topic, relation).all())

    def clean_slug(self) -> str:
        wanted = text.slug(self.cleaned_data["slug"], empty="")
        if not wanted and self.instance.pk:
            return str(self.instance.slug)
        if not wanted:
            return actions.free_slug(self.instance.kind, self.cleaned_data.get("name") or "")
        others = Topic.objects.filter(kind=self.instance.kind, slug=wanted).exclude(pk=self.instance.pk)
        former = FormerSlug.objects.filter(kind=self.instance.kind, slug=wanted).exclude(topic_id=self.instance.pk)
        if others.exists() or former.exists():
            raise forms.ValidationError(_("Another topic has or had this address."))
        return wanted

    def clean_id_lines(self) -> list[tuple[str, str]]:
        ids: list[tuple[str, str]] = self.cleaned_data["id_lines"]
        for scheme, value in ids:
            taken = ExternalId.objects.filter(scheme=scheme, kind=self.instance.kind, value=value)
            if other := taken.exclude(topic_id=self.instance.pk).select_related("topic").first():
                raise forms.ValidationError(
                    _("%(id)s belongs to “%(name)s”.") % {"id": f"{scheme}:{value}", "name": other.topic.name}
                )
        return ids


class PersonForm(TopicForm):
    pass


class SeriesForm(TopicForm):
    NAMED = {"franchise_lines": "franchises", "organisation_lines": "organisations"}
    CLAIMED = {"alias_lines": "aliases"} | NAMED

    franchise_lines = NamesField("franchise", label=_("franchises"), help_text=_("One name a line."))
    organisation_lines = NamesField("organisation", label=_("networks and streamers"), help_text=_("One name a line."))
    genres = KeysField(label=_("genres"), choices=Series.Genre.choices)
    weekdays = KeysField(label=_("weekdays of its first run"), choices=WEEKDAYS)
    status_since = forms.DateField(
        label=_("status since"), required=False, widget=AdminDateInput, help_text=_("Only when you change the status.")
    )

    # Any: a series.
    def save(self, commit: bool = True) -> Any:
        """A new status becomes part of its history."""
        wanted = self.instance.status
        if self.instance.pk and "status" in self.changed_data:
            self.instance.status = self.initial["status"]
        series = super().save(commit)
        if commit:
            since = self.cleaned_data["status_since"]
            actions.set_status(series, wanted, since=since, source=provenance.EDITOR)
        return series


class WorkForm(ClaimingForm):
    CLAIMED = {"author_lines": "authors"}

    author_lines = NamesField("person", label=_("authors"), help_text=_("One name a line."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["author_lines"] = name_lines(self.instance.authors.all())


class RoleForm(ClaimingForm):
    CLAIMED = {"season_numbers": "seasons"}

    season_numbers = forms.CharField(
        label=_("seasons"),
        required=False,
        max_length=200,
        help_text=_("Numbers, such as 1–3, 5. Empty: not known which."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            numbers = self.instance.seasons.values_list("number", flat=True)
            self.initial["season_numbers"] = ", ".join(str(number) for number in numbers)

    def clean(self) -> dict[str, Any]:
        """Holds the seasons' ids in `season_numbers` afterwards."""
        cleaned: dict[str, Any] = super().clean()
        numbers = read_numbers(cleaned.get("season_numbers") or "")
        if numbers is None:
            self.add_error("season_numbers", _("Write numbers, such as 1–3, 5."))
        elif series := cleaned.get("series"):
            seasons = dict(Season.objects.filter(series=series, number__in=numbers).values_list("number", "pk"))
            if missing := numbers - seasons.keys():
                words = ", ".join(str(number) for number in sorted(missing))
                self.add_error("season_numbers", _("The series has no season %(numbers)s.") % {"numbers": words})
            cleaned["season_numbers"] = list(seasons.values())
        return cleaned


def read_numbers(value: str) -> set[int] | None:
    """The numbers of “1–3, 5”; None when it is something else."""
    numbers: set[int] = set()
    for part in filter(None, (part.strip() for part in value.split(","))):
        if not NUMBERS.fullmatch(part):
            return None
        bounds = [int(number) for number in re.findall(r"\d+", part)]
        numbers |= set(range(bounds[0], bounds[-1] + 1))
    return numbers


def alias_line(alias: Alias) -> str:
    """As AliasesField reads it."""
    place = f"-{alias.country}" if alias.country else ""
    return f"{alias.name} [{alias.language}{place}]" if alias.language or place else alias.name


def split_keys(value: str) -> list[str]:
    return [key.strip() for key in value.split(",") if key.strip()]


def name_lines(topics: Iterable[Topic | Person]) -> str:
    """As NamesField reads it: by slug where another has the same name."""
    shown = list(topics)
    kinds, names = {topic.kind for topic in shown}, {topic.name for topic in shown}
    alike = Topic.objects.filter(kind__in=kinds, name__in=names).values("kind", "name").annotate(count=Count("pk"))
    doubled = set(alike.filter(count__gt=1).values_list("name", flat=True))
    return "\n".join(topic.slug if topic.name in doubled else topic.name for topic in shown)
