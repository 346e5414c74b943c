"""Whatever stands in an answer of TVmaze: nothing crashes, and nothing gets in that the catalogue cannot hold."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.db.models import Field, Model
from hypothesis import given, settings
from hypothesis import strategies as st

from staffellauf.catalogue.models import (
    Alias,
    Credit,
    Episode,
    Organisation,
    Person,
    Role,
    Season,
    Series,
    Synopsis,
    TopicPicture,
)
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    EpisodeRecord,
    OrganisationRecord,
    PersonRecord,
    PictureRecord,
    RoleRecord,
    SeasonRecord,
    SeriesRecord,
    SynopsisRecord,
)
from staffellauf.sources.tvmaze import read
from tests.standins import tvmaze

FULL = tvmaze.SHOWS[7] | {
    "_embedded": {key: rows for key, rows in tvmaze.EMBEDS.items() if key != "episodes"},
}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, "x"]), inner, max_size=4),
    max_leaves=12,
)


MODELS: dict[type, type[Model]] = {
    SeriesRecord: Series, PersonRecord: Person, OrganisationRecord: Organisation, SeasonRecord: Season,
    EpisodeRecord: Episode, RoleRecord: Role, CreditRecord: Credit, AliasRecord: Alias, PictureRecord: TopicPicture,
    SynopsisRecord: Synopsis,
}  # fmt: skip


def assert_storable(value: Any) -> None:
    """Nothing in it breaks a limit of the database, in the record or in any below it."""
    if isinstance(value, str):
        assert "\x00" not in value and value.encode("utf-8") is not None
    elif isinstance(value, tuple):
        for item in value:
            assert_storable(item)
    elif isinstance(value, Mapping):
        assert_storable((*value.keys(), *value.values()))
    elif is_dataclass(value):
        own = {field.name: getattr(value, field.name) for field in fields(value)}
        for name, stated in (own | dict(own.get("fields") or {})).items():
            columns = (
                {column.name: column for column in MODELS[type(value)]._meta.concrete_fields}
                if type(value) in MODELS
                else {}
            )
            if (
                name in columns
                and name != "source"
                and isinstance(columns[name], Field)
                and not columns[name].is_relation
            ):
                if stated not in (None, ""):
                    columns[name].run_validators(stated)
                    assert columns[name].to_python(stated) == stated
            assert_storable(stated)


def assert_all_storable(document: Any) -> None:
    for record in read.read(document, show_id=7):
        assert_storable(record)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FULL)), JSON)
def test_no_wrong_type_in_a_show_makes_it_crash_or_gets_in(field, value):
    assert_all_storable(FULL | {field: value})


EMBEDDED = [
    (name, key) for name, rows in FULL["_embedded"].items() for key in sorted({key for row in rows for key in row})
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EMBEDDED), JSON)
def test_no_wrong_type_in_its_parts_makes_it_crash_or_gets_in(place, value):
    name, key = place
    rows = FULL["_embedded"][name]
    embedded = FULL["_embedded"] | {name: [rows[0] | {key: value}, *rows[1:]]}

    assert_all_storable(FULL | {"_embedded": embedded})
    assert_all_storable(embedded[name])


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_no_document_makes_it_crash_or_gets_in(document):
    assert_all_storable(document)


HOSTILE = [
    "\x00", "\ud800", "x" * 100_000, 10**40, -1, float("inf"), float("nan"), "9" * 400, "\u202e" * 50, "0001-01-01",
    "9999-12-31", "2024-02-30", "2024-01-01T00:00:00+99:99", [], [None], {"id": "\x00"}, "http://\x00.example.org",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_no_hostile_value_gets_in_anywhere(value):
    def replaced(found: Any) -> Iterator[Any]:
        """The document again and again, each time with another of its values replaced."""
        yield value
        pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
        for key, item in pairs:
            for other in replaced(item):
                yield found | {key: other} if isinstance(found, dict) else [*found[:key], other, *found[key + 1 :]]

    for document in replaced(FULL):
        assert_all_storable(document)
