"""The small form of a fact: what a line could not say, slot by slot."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Topic
from staffellauf.common import dates, vague
from staffellauf.common.vague import Vague
from staffellauf.newsroom.facts import actions, checking, kinds
from staffellauf.newsroom.facts.lines import Context
from staffellauf.newsroom.models import Fact, SourceKind

# „Rosanna Arquette [17]“: how a topic stands in a text field.
TOPIC_ID = re.compile(r"\[(\d{1,18})\]\s*$")


@dataclass(frozen=True, slots=True)
class FormField:
    name: str
    label: str
    type: str
    value: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    topic_kind: str = ""
    is_required: bool = False
    limit: int = 0


def fields_of(kind: str, fact: Fact | None, *, context: Context) -> list[FormField]:
    values = actions.values_of(fact) if fact else _from_article(context)
    topics = Topic.objects.in_bulk([values[name] for name in kinds.TOPIC_COLUMNS if values.get(name)])
    fields = []
    for slot in kinds.slots_of(kind):
        value = values.get(slot.name)
        if slot.type == kinds.TOPIC:
            value = option(topics[value], "")["value"] if value in topics else ""
        elif isinstance(value, Vague):
            value = when_words(value)
        choices = [(key, str(label)) for key, label in kinds.choices_of(kind, slot).items()]
        fields.append(
            FormField(slot.name, str(slot.label), slot.type, "" if value is None else str(value), choices,
                      slot.topic_kind, slot.name in kinds.required_of(kind), slot.limit)
        )  # fmt: skip
    return [*fields, *_common(values)]


def _from_article(context: Context) -> dict[str, Any]:
    source = context.source
    values: dict[str, Any] = {"series": context.series.pk if context.series else None}
    if source:
        values |= {"source_name": source.name, "source_kind": source.kind, "source_url": source.url,
                   "source_on": source.reported_on, "source_via": source.via}  # fmt: skip
    return values


def _common(values: dict[str, Any]) -> list[FormField]:
    certainties = [(key, str(label)) for key, label in Fact.Certainty.choices]
    source_kinds = [(key, str(label)) for key, label in SourceKind.choices]
    return [
        FormField("certainty", _("certainty"), kinds.CHOICE, values.get("certainty", "reported"), certainties),
        FormField("source_name", _("source"), kinds.TEXT, values.get("source_name") or "", limit=checking.SOURCE_NAME),
        FormField("source_kind", _("kind of source"), kinds.CHOICE, values.get("source_kind", ""), source_kinds),
        FormField("source_url", _("address"), "url", values.get("source_url") or "", limit=checking.SOURCE_URL),
        FormField("source_on", _("reported on"), "date", str(values.get("source_on") or "")),
        FormField("source_via", _("via"), kinds.TEXT, values.get("source_via") or "", limit=checking.SOURCE_NAME),
    ]


def option(topic: Topic, hint: str) -> dict[str, str]:
    return {"value": f"{topic.name} [{topic.pk}]", "label": hint}


def when_words(value: Vague) -> str:
    return vague.for_people(value, "de" if dates.is_german() else "en")


# Any: what a browser sent.
def values_of(sent: dict[str, Any]) -> dict[str, Any]:
    """The form's values as `checking.checked` takes them: of a topic its id."""
    values = dict(sent)
    for name in kinds.TOPIC_COLUMNS:
        value = values.get(name)
        if isinstance(value, str) and value.strip():
            found = TOPIC_ID.search(value)
            values[name] = found[1] if found else value
    return values
