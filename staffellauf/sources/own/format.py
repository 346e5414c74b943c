"""Our own format, line by line: which keys there are and what each may hold. Told in docs/catalogue-format.md."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from staffellauf.catalogue.models import (
    Credit,
    Episode,
    ExternalId,
    Franchise,
    Organisation,
    Person,
    Relation,
    Release,
    Role,
    Season,
    Series,
    Topic,
    TopicPicture,
    Work,
)
from staffellauf.common import vague
from staffellauf.sources.own import scalars
from staffellauf.sources.own.shapes import ANY_SOURCE, Checked, Either, ListOf, Object, Rule, Shape, SourceKey, Sources

FORMAT, VERSION = "staffellauf-catalogue", 1
LARGE = 2_147_483_647
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
IDS = tuple(str(scheme) for scheme in ExternalId.Scheme.values)


# Any: a checked object's values.
def _in_order(first: str, last: str, words: str) -> Rule:
    def rule(found: dict[str, Any], path: str, checked: Checked) -> None:
        early, late = found.get(first), found.get(last)
        if early is not None and late is not None and late < early:
            checked.tell(f"{last} {late} {words} {first} {early}", path=path)

    return rule


def _no_double(key: str, of: str) -> Rule:
    def rule(found: dict[str, Any], path: str, checked: Checked) -> None:
        seen = set()
        for place, item in enumerate(found.get(key, ())):
            if item.get(of) is not None and item[of] in seen:
                checked.tell(
                    f"{of} {item[of]} is there twice", path=f"{path}.{key}[{place}]" if path else f"{key}[{place}]"
                )
            seen.add(item.get(of))

    return rule


def _double_episode(found: dict[str, Any], path: str, checked: Checked) -> None:
    last = found.get("last_number")
    if last is not None and (found.get("number") is None or last <= found["number"]):
        checked.tell("last_number must be higher than number", path=path)


def _relation(found: dict[str, Any], path: str, checked: Checked) -> None:
    wanted, other = ("work", "series") if found["kind"] == Relation.Kind.BASED_ON else ("series", "work")
    if wanted not in found or other in found:
        checked.tell(f"a relation of kind {found['kind']} has a {wanted} and no {other}", path=path)


def _precise(found: dict[str, Any], path: str, checked: Checked) -> None:
    if (found["precision"] == vague.Precision.MINUTE) != (found.get("at") is not None):
        checked.tell("`at` belongs to the precision minute, and to no other", path=path)
    if found["first"] is None or found["last"] is None:
        checked.tell("first and last are days", path=path)


def _of_episode(found: dict[str, Any], path: str, checked: Checked) -> None:
    if found.get("episode") is not None and found.get("season") is None:
        checked.tell("an episode needs its season", path=path)


def _origin(model: type[Model]) -> dict[str, Shape]:
    """The origin's names are the model's; an organisation's `type` is called kind in the file."""
    names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    if issubclass(model, Topic):
        names -= {"kind", "topic_ptr", "merged_into"}
    if "type" in names:
        names = names - {"type"} | {"kind"}
    return {"source": SourceKey(), "origin": Sources(tuple(sorted(names - {"id", "source", "origin"})))}


def _sourced(model: type[Model], keys: Mapping[str, Shape], **more: Any) -> Object:
    return Object(model.__name__.lower(), {**keys, **_origin(model)}, **more)


EXTERNAL_IDS = Object("ids", {scheme: ListOf(scalars.ID, one_alone=True) for scheme in IDS})


def _numbers(*schemes: str) -> Shape:
    """Ids of seasons and episodes, which are whole numbers everywhere."""
    return Object(f"{'_'.join(schemes)}_numbers", {scheme: scalars.number(LARGE) for scheme in schemes})


REFERENCE = Object(
    "reference",
    {"slug": scalars.SLUG_TEXT, "name": scalars.name(200), "ids": EXTERNAL_IDS},
    any_of=("slug", "name", "ids"),
)
ALIAS = Object(
    "alias",
    {
        "name": scalars.name(200),
        "language": scalars.LANGUAGE_TAG,
        "country": scalars.COUNTRY,
        "source": SourceKey(),
    },
    required=("name",),
)
SYNOPSIS = Object(
    "synopsis",
    {"language": scalars.matching(scalars.LANGUAGE, "a language such as de"), "text": scalars.paragraphs(10_000),
     "source": SourceKey()},
    required=("language", "text"),
)  # fmt: skip
PICTURE = Object(
    "picture",
    {
        "kind": scalars.choice(TopicPicture.Kind.values),
        "address": scalars.ADDRESS,
        "holder": scalars.text(200),
        "licence": scalars.text(100),
        "credit": scalars.text(200),
        "source": SourceKey(),
    },
    required=("kind", "address"),
)
ROLE = _sourced(
    Role,
    {
        "person": REFERENCE,
        "character": scalars.text(200),
        "billing": scalars.choice(("main", "recurring", "guest")),
        "order": scalars.number(nullable=False),
        "is_voice": scalars.FLAG,
        "is_self": scalars.FLAG,
        "seasons": ListOf(scalars.number(nullable=False)),
    },
    required=("person",),
)
CREDIT = _sourced(
    Credit,
    {
        "person": REFERENCE,
        "job": scalars.choice(Credit.Job.values),
        "title": scalars.text(100),
        "order": scalars.number(nullable=False),
    },
    required=("person", "job"),
)
EPISODE = _sourced(
    Episode,
    {
        "number": scalars.number(),
        "last_number": scalars.number(),
        "absolute_number": scalars.number(LARGE),
        "kind": scalars.choice(Episode.Kind.values),
        "name": scalars.text(300),
        "original_title": scalars.text(300),
        "aired_on": scalars.DAY,
        "aired_at": scalars.MOMENT,
        "runtime_min": scalars.number(),
        "ids": _numbers("tvmaze", "tmdb", "tvdb"),
        "roles": ListOf(ROLE),
        "credits": ListOf(CREDIT),
    },
    rules=(_double_episode,),
)
SEASON = _sourced(
    Season,
    {
        "number": scalars.number(nullable=False),
        "name": scalars.text(200),
        "episode_count": scalars.number(),
        "start_year": scalars.number(),
        "premiered_on": scalars.DAY,
        "ended_on": scalars.DAY,
        "ids": _numbers("tvmaze", "tmdb"),
        "episodes": ListOf(EPISODE),
    },
    required=("number",),
    rules=(_no_double("episodes", "number"),),
)
WORK = _sourced(
    Work,
    {
        "kind": scalars.choice(Work.Kind.values),
        "title": scalars.name(200),
        "original_title": scalars.text(200),
        "year": scalars.number(),
        "wikidata_id": scalars.text(20),
        "authors": ListOf(REFERENCE),
    },
    required=("kind", "title"),
)
RELATION = _sourced(
    Relation,
    {"kind": scalars.choice(Relation.Kind.values), "series": REFERENCE, "work": WORK},
    required=("kind",),
    rules=(_relation,),
)
PRECISE_DATE = Object(
    "precise_date",
    {
        "first": scalars.DAY,
        "last": scalars.DAY,
        "precision": scalars.choice([str(precision) for precision in vague.Precision]),
        "at": scalars.MOMENT,
    },
    required=("first", "last", "precision"),
    rules=(_precise, _in_order("first", "last", "is before")),
)
RELEASE = _sourced(
    Release,
    {
        "kind": scalars.choice(Release.Kind.values),
        "when": Either(scalars.VAGUE, PRECISE_DATE),
        "season": scalars.number(),
        "episode": scalars.EPISODE,
        "version": scalars.choice(Release.Version.values),
        "organisation": REFERENCE,
        "territory": scalars.COUNTRY,
        "broadcast_day": scalars.DAY,
        "available_until": scalars.DAY,
    },
    required=("kind", "when"),
    rules=(_of_episode,),
)
STATUS = Object(
    "status",
    {
        "status": scalars.choice(Series.Status.values),
        "since": scalars.DAY,
        "recorded_at": scalars.MOMENT,
        "source": SourceKey(),
    },
    required=("status",),
)

# What every topic has besides its fields.
TOPIC: dict[str, Shape] = {
    "slug": scalars.SLUG_TEXT,
    "ids": EXTERNAL_IDS,
    "id_sources": Sources(),
    "aliases": ListOf(ALIAS),
    "synopses": ListOf(SYNOPSIS),
    "pictures": ListOf(PICTURE),
}
# The names of the model's fields, except an organisation's kind, which is its `type`.
FIELDS: dict[str, Shape] = {
    "name": scalars.name(200),
    "summary": scalars.paragraphs(600),
    "hue": scalars.number(359, nullable=False),
    "popularity": scalars.number(LARGE, nullable=False),
}
SERIES_FIELDS: dict[str, Shape] = FIELDS | {
    "original_title": scalars.text(200),
    "original_language": scalars.LANGUAGE_TAG,
    "countries": ListOf(scalars.matching("^[A-Z]{2}$", "a country of two letters such as DE (ISO 3166-1)")),
    "status": scalars.choice(Series.Status.values),
    "start_year": scalars.number(),
    "end_year": scalars.number(),
    "premiered_on": scalars.DAY,
    "ended_on": scalars.DAY,
    "format": scalars.choice(["", *(key for key in Series.Format.values if key)]),
    "genres": ListOf(scalars.choice(Series.Genre.values)),
    "fsk": scalars.choice(Series.Fsk.values, nullable=True),
    "runtime_min": scalars.number(),
    "airtime": scalars.CLOCK,
    "weekdays": ListOf(scalars.choice(WEEKDAYS)),
    "rating": scalars.RATING,
    "official_site": scalars.ADDRESS,
}
PERSON_FIELDS: dict[str, Shape] = FIELDS | {
    "sort_name": scalars.text(200),
    "gender": scalars.choice(["", *(key for key in Person.Gender.values if key)]),
    "born_on": scalars.DAY,
    "died_on": scalars.DAY,
    "country": scalars.COUNTRY,
}
ORGANISATION_FIELDS: dict[str, Shape] = FIELDS | {
    "kind": scalars.choice(Organisation.Type.values),
    "country": scalars.COUNTRY,
    "official_site": scalars.ADDRESS,
}
SERIES_PARTS: dict[str, Shape] = {
    "organisations": ListOf(REFERENCE),
    "franchises": ListOf(REFERENCE),
    "status_history": ListOf(STATUS),
    "seasons": ListOf(SEASON),
    "roles": ListOf(ROLE),
    "credits": ListOf(CREDIT),
    "relations": ListOf(RELATION),
    "releases": ListOf(RELEASE),
    "is_partial": scalars.FLAG,
}


def _entry(
    model: type[Topic], fields: Mapping[str, Shape], parts: Mapping[str, Shape], rules: tuple[Rule, ...] = ()
) -> Object:
    kind = str(model.KIND)
    return Object(
        kind,
        {"type": scalars.choice([kind]), **TOPIC, **fields, **parts, **_origin(model)},
        required=("type",),
        any_of=("name", "slug", "ids") if kind == "series" else ("name",),
        rules=rules,
    )


ENTRIES = {
    "series": _entry(
        Series,
        SERIES_FIELDS,
        SERIES_PARTS,
        (
            _in_order("start_year", "end_year", "is before"),
            _in_order("premiered_on", "ended_on", "is before"),
            _no_double("seasons", "number"),
        ),
    ),
    "person": _entry(Person, PERSON_FIELDS, {}, (_in_order("born_on", "died_on", "is before"),)),
    "organisation": _entry(Organisation, ORGANISATION_FIELDS, {}),
    "franchise": _entry(Franchise, FIELDS, {}),
}
_SOURCE: dict[str, Shape] = {
    "name": scalars.text(100),
    "licence": scalars.text(60),
    "licence_address": scalars.ADDRESS,
    "address": scalars.ADDRESS,
    "is_named": scalars.FLAG,
}
HEADER = Object(
    "header",
    {
        "format": scalars.choice([FORMAT]),
        "version": scalars.choice([VERSION]),
        "source": scalars.matching(scalars.OWN_SOURCE, "own, or own- and a name of a to z, digits and -"),
        **_SOURCE,
    },
    required=("format", "version", "source"),
)
SOURCE = Object(
    "source",
    {
        "type": scalars.choice(["source"]),
        "key": scalars.matching(ANY_SOURCE, "own- and a name, or the key of a source that we know"),
        **_SOURCE,
    },
    required=("type", "key", "name"),
)
LINES = {"source": SOURCE, **ENTRIES}


def schema() -> dict[str, Any]:
    """One line as JSON Schema (draft 2020-12); between keys of different objects the reader knows more rules."""
    defs: dict[str, Any] = {}
    lines = [shape.schema(defs) for shape in (HEADER, *LINES.values())]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a Staffellauf catalogue file",
        "anyOf": lines,
        "$defs": defs,
    }
