"""What an import did to an entry, in words for editors."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from staffellauf.catalogue.models import ExternalId, Franchise, Organisation, Person, Series, TopicKind
from staffellauf.sources.models import ImportNote, ImportRun

MODELS = {
    TopicKind.SERIES: Series,
    TopicKind.PERSON: Person,
    TopicKind.ORGANISATION: Organisation,
    TopicKind.FRANCHISE: Franchise,
}
PARTS = {
    "seasons": gettext_lazy("seasons"),
    "episodes": gettext_lazy("episodes"),
    "roles": gettext_lazy("roles"),
    "credits": gettext_lazy("crew credits"),
    "aliases": gettext_lazy("aliases"),
    "synopses": gettext_lazy("synopses"),
    "pictures": gettext_lazy("pictures"),
    "relations": gettext_lazy("relations"),
    "releases": gettext_lazy("releases"),
    "organisations": gettext_lazy("networks and streamers"),
    "franchises": gettext_lazy("franchises"),
    "showings": gettext_lazy("showings"),
}
FIGURES = {
    "created": gettext_lazy("%(count)s new"),
    "changed": gettext_lazy("%(count)s changed"),
    "removed": gettext_lazy("%(count)s taken away"),
}
# Reasons that importers and matching give, in the words in which they are stored.
REASONS = (
    gettext_noop("Its ids belong to different entries."),
    gettext_noop("Several entries have this title and year."),
    gettext_noop("The title is the same; the years are not known or one apart."),
    gettext_noop("Editors decided to leave it out."),
    gettext_noop("The series that it belongs to is not in the catalogue."),
    gettext_noop("Another import from this source is running; take this one up when it is through."),
)
LONG = 120


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    before: str = ""
    after: str = ""
    figures: str = ""
    """Of a list: what came and went, instead of before and after."""


def address(run: ImportRun) -> str:
    """What was read; of a file, its name: where it lay says nothing to editors."""
    is_path = run.address.startswith("/") and " /" not in run.address
    return run.address.rpartition("/")[2] if is_path else run.address


def changes(note: ImportNote) -> list[Change]:
    model = MODELS.get(TopicKind(note.topic.kind)) if note.topic else Series
    stated = note.changes if isinstance(note.changes, dict) else {}
    return [_change(model or Series, name, value) for name, value in stated.items() if name != "warnings"]


def warnings(note: ImportNote) -> list[str]:
    found = note.changes.get("warnings", []) if isinstance(note.changes, dict) else []
    return [reason(str(warning)) for warning in found] if isinstance(found, list) else []


def reason(stored: str) -> str:
    return _(stored) if stored in REASONS else stored


# Any: what a note's JSON holds.
def _change(model: type[Any], name: str, value: Any) -> Change:
    if isinstance(value, dict):
        figures = [
            str(FIGURES[key]) % {"count": number} if key in FIGURES else f"{key} {number}"
            for key, number in value.items()
        ]
        return Change(str(PARTS.get(name, name)), figures=", ".join(figures))
    field = _field(model, name)
    label = str(field.verbose_name) if field else _label(name)
    if isinstance(value, list) and len(value) == 2:
        return Change(label, shown(field, value[0]), shown(field, value[1]))
    return Change(label, after=shown(field, value))


def _field(model: type[Any], name: str) -> "Field[Any, Any] | None":
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _label(name: str) -> str:
    if name in ExternalId.Scheme.values:
        return str(ExternalId.Scheme(name).label)
    return str(PARTS.get(name, name))


def shown(field: "Field[Any, Any] | None", value: Any) -> str:
    """A value as the newsroom writes it."""
    if value is None or value == "":
        return "–"
    if field is not None and field.choices:
        named: dict[Any, Any] = dict(field.flatchoices)
        return str(named.get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day:
        return date_format(day, "j. F Y")
    return text if len(text) <= LONG else f"{text[:LONG]} …"
