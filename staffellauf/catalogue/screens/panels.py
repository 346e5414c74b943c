"""What an edit screen shows beside its fields: where they came from, what belongs to the entry, other screens."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.panels import HelpPanel

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import DataSource, Episode, Merge, Series, Sourced, Topic, TopicPicture

# What a form writes in lines, as origins call it.
LINES = {"aliases", "franchises", "organisations", "authors", "seasons", "episodes"}


class Link(NamedTuple):
    label: str
    url: str
    size: int


class Said(NamedTuple):
    field: str
    label: str
    source: str
    may_be_given_back: bool


class PartsPanel(HelpPanel):
    """Of a series: links to the listings of what belongs to it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("content", None), kwargs.pop("template", None)
        super().__init__(template="catalogue/parts_panel.html", **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        # Any: as Wagtail's panels have it.
        def is_shown(self) -> bool:
            return self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"links": parts(self.instance), "merge_url": merge_address(self.instance)}


class OriginPanel(HelpPanel):
    """Whose word each field is, and the way to give it back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("content", None), kwargs.pop("template", None)
        super().__init__(template="catalogue/origin_panel.html", **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            row = self.instance
            url = reverse("catalogue_admin:give_back", args=[row._meta.model_name, row.pk])
            return context | {"said": said(row), "give_back_url": url, "synopses": synopses(row)}


def parts(topic: Topic) -> list[Link]:
    """Of a series everything, of other entries what they have."""
    series = topic if isinstance(topic, Series) else None
    pictures = Link(_("Pictures"), listing("topicpicture", topic), TopicPicture.objects.filter(topic=topic).count())
    merges = Merge.objects.filter(kept=topic)
    merged = Link(_("Merges"), reverse("catalogue_admin:merges") + f"?of={topic.pk}", merges.count())
    if series is None:
        return [pictures, merged]
    rows: list[tuple[str, str, Any]] = [
        (_("Seasons"), "season", series.seasons), (_("Cast"), "role", series.roles),
        (_("Crew"), "credit", series.credits), (_("Releases"), "release", series.releases),
        (_("Showings"), "showing", series.showings), (_("Relations"), "relation", series.relations),
        (_("Status history"), "statuschange", series.status_changes),
    ]  # fmt: skip
    links = [Link(label, listing(noun, series), related.count()) for label, noun, related in rows]
    episodes = Link(_("Episodes"), listing("episode", series), count_of_episodes(series))
    return [links[0], episodes, *links[1:], pictures, merged]


def count_of_episodes(series: Series) -> int:
    return Episode.objects.filter(season__series=series).count()


def listing(noun: str, topic: Topic) -> str:
    return reverse(f"wagtailsnippets_catalogue_{noun}:list") + f"?of={topic.pk}"


def merge_address(topic: Topic) -> str:
    return reverse("catalogue_admin:merge", args=[topic.pk])


def said(row: Sourced) -> list[Said]:
    """Field by field, those that say nothing left out unless somebody claimed them."""
    names = dict(DataSource.objects.values_list("key", "name")) | {provenance.EDITOR: _("Newsroom")}
    shown = [
        Said(field.name, str(field.verbose_name), name_of(row.source_of(field.name), names), field.name in row.origin)
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and not field.is_relation
        if field.name in row.origin or getattr(row, field.name) not in provenance.EMPTY
    ]
    lines = [
        Said(key, label_of(row, key), name, True)
        for key in sorted(LINES & row.origin.keys())
        if (name := name_of(row.origin[key], names))
    ]
    return [entry._replace(may_be_given_back=is_editors(row, entry)) for entry in [*shown, *lines]]


def label_of(row: Sourced, key: str) -> str:
    if key == "aliases":
        return _("aliases")
    # Any: Django's stubs do not tell relations from fields.
    found: Any = row._meta.get_field(key)
    return str(found.verbose_name)


def is_editors(row: Sourced, entry: Said) -> bool:
    return row.origin.get(entry.field) == provenance.EDITOR


def name_of(source: str, names: dict[str, str]) -> str:
    return names.get(source, source)


# Any: a row of any model.
def synopses(row: Any) -> Any:
    """What data sources say it is about; read only."""
    return row.synopses.order_by("language", "source") if isinstance(row, Topic) else ()
