"""Forms of the editors' screens. What hangs on a topic is written a line each: as many as there are, at no query."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from staffellauf.catalogue import actions, queries
from staffellauf.catalogue.models import ExternalId, FormerSlug, Person, Season, Topic
from staffellauf.common import text

ALIAS = re.compile(r"(.+?)(?:\s*\[([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\])?")
EXTERNAL_ID = re.compile(r"([a-z]+):\s*([A-Za-z0-9]{1,40})")
NUMBERS = re.compile(r"\d{1,3}(?:\s*[-–]\s*\d{1,3})?")
LINES_LIMIT = 100


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
    def read(self, lines: list[str]) -> dict[str, str]:
        """Names with their language."""
        found = (ALIAS.fullmatch(line) for line in lines)
        aliases = {match[1][:200]: match[2] or "" for match in found if match}
        if any(not text.fold(name) for name in aliases):
            raise forms.ValidationError(_("A name needs a letter or a digit."))
        return aliases


class ExternalIdsField(LinesField):
    def read(self, lines: list[str]) -> dict[str, str]:
        """Ids by their source."""
        ids: dict[str, str] = {}
        for line in lines:
            match = EXTERNAL_ID.fullmatch(line)
            if not match or match[1] not in ExternalId.Scheme.values:
                known = ", ".join(ExternalId.Scheme.values)
                raise forms.ValidationError(
                    _("“%(line)s” is not like imdb:tt1234567. Sources: %(known)s.") % {"line": line, "known": known}
                )
            ids[match[1]] = match[2]
        return ids


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


class TopicForm(WagtailAdminModelForm):
    slug = forms.CharField(
        label=_("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=_("Part of the address; made from the name. An old address keeps working."),
    )  # fmt: skip
    alias_lines = AliasesField(
        label=_("aliases"),
        help_text=_("One a line, with a language if you like: Broen [da]."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    id_lines = ExternalIdsField(
        label=_("external ids"), help_text=_("One a line: imdb:tt1234567, tmdb:123, tvmaze:123, wikidata:Q1.")
    )

    # Field of the form -> many-to-many field of the model.
    NAMED: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        if topic.pk:
            self.initial["alias_lines"] = "\n".join(
                f"{a.name} [{a.language}]" if a.language else a.name for a in topic.aliases.order_by("name")
            )
            self.initial["id_lines"] = "\n".join(str(row) for row in topic.external_ids.order_by("scheme"))
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

    def clean_id_lines(self) -> dict[str, str]:
        ids: dict[str, str] = self.cleaned_data["id_lines"]
        for scheme, value in ids.items():
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

    franchise_lines = NamesField("franchise", label=_("franchises"), help_text=_("One name a line."))
    organisation_lines = NamesField("organisation", label=_("networks and streamers"), help_text=_("One name a line."))


class WorkForm(WagtailAdminModelForm):
    author_lines = NamesField("person", label=_("authors"), help_text=_("One name a line."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["author_lines"] = name_lines(self.instance.authors.all())


class RoleForm(WagtailAdminModelForm):
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


def name_lines(topics: Iterable[Topic | Person]) -> str:
    return "\n".join(topic.name for topic in topics)
