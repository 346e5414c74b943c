"""What belongs to a fact of each kind: its slots, which of them it needs, and what they may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staffellauf.catalogue.models import Credit, Release, Role, TopicKind, Work
from staffellauf.newsroom.models import Fact

# Any: a text that is translated when it is shown.
Lazy = Any
TOPIC, NUMBER, WHEN, TEXT, CHOICE, DECIMAL, COUNTRY = "topic", "number", "when", "text", "choice", "decimal", "country"
SMALL = 32_767


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a fact may say. Topics and numbers of seasons stand in columns, the rest in `Fact.slots`."""

    name: str
    label: Lazy
    type: str
    topic_kind: str = ""
    choices: Mapping[str, Lazy] = field(default_factory=dict)
    limit: int = 0
    """Of a text its length, of a number its highest value."""
    in_column: bool = False


def _choices(pairs: Any) -> dict[str, Lazy]:
    return dict(pairs)


HOW_IT_ENDS = {"cancelled": _("cancelled"), "planned_end": _("planned end")}
HOW_IT_RETURNS = {"revival": _("revival"), "remake": _("remake"), "reboot": _("reboot"), "sequel": _("sequel")}
HOW_CREW_CHANGES = {
    "joins": pgettext_lazy("crew", "joins"),
    "leaves": pgettext_lazy("crew", "leaves"),
    "replaces": pgettext_lazy("crew", "takes over"),
}
HOW = {Fact.Kind.ENDING: HOW_IT_ENDS, Fact.Kind.REVIVAL: HOW_IT_RETURNS, Fact.Kind.CREW_CHANGE: HOW_CREW_CHANGES}
MEDIA = {
    "trailer": _("trailer"), "teaser": _("teaser"), "clip": _("clip"), "pictures": _("pictures"),
    "poster": _("poster"),
}  # fmt: skip
RESULTS = {"won": pgettext_lazy("award", "won"), "nominated": _("nominated")}
UNITS = {
    "viewers": _("viewers"), "households": _("households"), "views": _("views"), "hours": _("hours viewed"),
}  # fmt: skip
# Where news of series are from; others stand as their two letters.
COUNTRIES = {
    "DE": _("Germany"), "AT": _("Austria"), "CH": _("Switzerland"), "US": _("USA"), "GB": _("United Kingdom"),
    "FR": _("France"), "IT": _("Italy"), "ES": _("Spain"), "CA": _("Canada"), "AU": _("Australia"),
    "SE": _("Sweden"), "DK": _("Denmark"), "NO": _("Norway"), "KR": _("South Korea"), "JP": _("Japan"),
}  # fmt: skip

SLOTS: dict[str, Slot] = {
    slot.name: slot
    for slot in (
        Slot("series", _("series"), TOPIC, topic_kind=TopicKind.SERIES, in_column=True),
        Slot("season_number", _("season"), NUMBER, limit=SMALL, in_column=True),
        Slot("episode_number", _("episode"), NUMBER, limit=SMALL, in_column=True),
        Slot("person", _("person"), TOPIC, topic_kind=TopicKind.PERSON, in_column=True),
        Slot("organisation", _("network or streamer"), TOPIC, topic_kind=TopicKind.ORGANISATION, in_column=True),
        Slot("other_series", _("other series"), TOPIC, topic_kind=TopicKind.SERIES, in_column=True),
        Slot("when", _("when"), WHEN, in_column=True),
        Slot("character", _("character"), TEXT, limit=200),
        Slot("billing", _("billing"), CHOICE, choices=_choices(Role.Billing.choices)),
        Slot("territory", _("country"), COUNTRY),
        Slot("premiere", _("kind of premiere"), CHOICE, choices=_choices(Release.Kind.choices)),
        Slot("job", _("job"), CHOICE, choices=_choices(Credit.Job.choices)),
        Slot("job_title", _("exact title"), TEXT, limit=100),
        Slot("how", _("how"), CHOICE),
        Slot("episode_count", _("number of episodes"), NUMBER, limit=SMALL),
        Slot("place", _("place"), TEXT, limit=120),
        Slot("old_date", _("former date"), TEXT, limit=60),
        Slot("medium", _("what there is to see"), CHOICE, choices=MEDIA),
        Slot("old_title", _("former title"), TEXT, limit=200),
        Slot("new_title", _("new title"), TEXT, limit=200),
        Slot("title", _("title of the new series"), TEXT, limit=200),
        Slot("figure", _("figure"), DECIMAL, limit=10**12),
        Slot("unit", _("of what"), CHOICE, choices=UNITS),
        Slot("share", _("market share in per cent"), DECIMAL, limit=100),
        Slot("award", _("award"), TEXT, limit=120),
        Slot("category", _("category"), TEXT, limit=160),
        Slot("result", _("result"), CHOICE, choices=RESULTS),
        Slot("work_title", _("title of the work"), TEXT, limit=200),
        Slot("work_kind", _("kind of work"), CHOICE, choices=_choices(Work.Kind.choices)),
        Slot("work_authors", _("by whom"), TEXT, limit=200),
        Slot("work_year", _("year of the work"), NUMBER, limit=2999),
    )
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The slots of a kind. Of each group of `one_of` at least one is needed."""

    slots: tuple[str, ...]
    required: tuple[str, ...] = ("series",)
    one_of: tuple[str, ...] = ()
    has_counterpart: bool = True
    """Whether the catalogue can hold it."""


PLACE = ("series", "season_number")
EPISODE = (*PLACE, "episode_number")
SHAPES: dict[str, Shape] = {
    Fact.Kind.CASTING: Shape(("person", *EPISODE, "character", "billing"), ("person", "series")),
    Fact.Kind.EXIT: Shape(("person", *EPISODE, "character", "when"), ("person", "series")),
    Fact.Kind.RETURN: Shape(("person", *EPISODE, "character", "billing"), ("person", "series")),
    Fact.Kind.ORDER: Shape((*PLACE, "organisation", "episode_count", "when")),
    Fact.Kind.DEVELOPMENT: Shape((*PLACE, "organisation", "person")),
    Fact.Kind.RENEWAL: Shape((*PLACE, "organisation", "episode_count", "when")),
    Fact.Kind.ENDING: Shape((*PLACE, "how", "organisation", "when"), ("series", "how")),
    Fact.Kind.SHOOTING_START: Shape((*PLACE, "when", "place"), has_counterpart=False),
    Fact.Kind.SHOOTING_END: Shape((*PLACE, "when", "place"), has_counterpart=False),
    Fact.Kind.START_DATE: Shape(
        (*EPISODE, "organisation", "when", "territory", "premiere"), ("series", "when")
    ),
    Fact.Kind.SCHEDULE_CHANGE: Shape(
        (*EPISODE, "organisation", "when", "territory", "premiere", "old_date"), ("series", "when")
    ),
    Fact.Kind.TRAILER: Shape((*PLACE, "medium", "when"), ("series", "medium"), has_counterpart=False),
    Fact.Kind.TITLE_CHANGE: Shape(("series", "old_title", "new_title"), ("series", "new_title")),
    Fact.Kind.CREW_CHANGE: Shape(
        (*PLACE, "person", "job", "job_title", "how"), ("series", "person", "job", "how")
    ),
    Fact.Kind.RATINGS: Shape(
        (*EPISODE, "organisation", "figure", "unit", "share", "when", "territory"), ("series", "figure"),
        has_counterpart=False,
    ),
    Fact.Kind.AWARD: Shape(
        ("series", "person", "season_number", "award", "category", "result", "when"), ("award", "result"),
        one_of=("series", "person"), has_counterpart=False,
    ),
    Fact.Kind.RIGHTS: Shape(
        (*PLACE, "organisation", "territory", "when"), ("series", "organisation")
    ),
    Fact.Kind.REVIVAL: Shape(("series", "how", "other_series", "organisation", "when"), ("series", "how")),
    Fact.Kind.SPIN_OFF: Shape(
        ("series", "title", "other_series", "organisation", "when"), ("other_series",), one_of=("series", "title")
    ),
    Fact.Kind.CROSSOVER: Shape((*EPISODE, "other_series", "when"), ("series", "other_series"), has_counterpart=False),
    Fact.Kind.ADAPTATION: Shape(
        ("series", "work_title", "work_kind", "work_authors", "work_year"), ("series", "work_title", "work_kind")
    ),
    Fact.Kind.DEATH: Shape(("person", "when", "place"), ("person",)),
}  # fmt: skip
COLUMNS = tuple(slot.name for slot in SLOTS.values() if slot.in_column and slot.type != WHEN)
TOPIC_COLUMNS = tuple(slot.name for slot in SLOTS.values() if slot.type == TOPIC)


def choices_of(kind: str, slot: Slot) -> Mapping[str, Lazy]:
    """What a slot of choices may hold; `how` depends on the kind."""
    return HOW.get(Fact.Kind(kind), {}) if slot.name == "how" else slot.choices


def slots_of(kind: str) -> list[Slot]:
    return [SLOTS[name] for name in SHAPES[kind].slots]


def required_of(kind: str) -> tuple[str, ...]:
    return SHAPES[kind].required
