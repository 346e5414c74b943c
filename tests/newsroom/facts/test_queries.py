"""Facts as pages and programs read them."""

import json

import jsonschema
import pytest
from django.utils import translation

from staffellauf.newsroom.facts import actions, kinds, queries, schema, words
from staffellauf.newsroom.models import Fact
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


def filled(kind: str) -> dict:
    """A value for every slot of the kind."""
    topics = {"series": make.series("Ballard"), "person": make.person("Rosanna Arquette"),
              "organisation": make.organisation("Prime Video"), "other_series": make.series("Bosch")}  # fmt: skip
    by_type = {kinds.NUMBER: 2, kinds.DECIMAL: 3.5, kinds.WHEN: "9. Juli 2026, 20:15 Uhr", kinds.COUNTRY: "DE"}
    values: dict = {"kind": kind, "source_name": "Deadline", "source_url": "https://deadline.com/x",
                    "source_on": "2026-01-23", "source_via": "DWDL", "certainty": "rumour"}  # fmt: skip
    for slot in kinds.slots_of(kind):
        if slot.type == kinds.TOPIC:
            values[slot.name] = topics[slot.name].pk
        elif slot.type == kinds.CHOICE:
            values[slot.name] = next(iter(kinds.choices_of(kind, slot)))
        else:
            values[slot.name] = by_type.get(slot.type, "100 % <b>Jenny</b> %(x)s")
    return values


@pytest.mark.parametrize("kind", Fact.Kind.values)
def test_every_kind_is_valid_json_and_a_sentence_with_and_without_its_slots(kind):
    values = filled(kind)
    article, grace = make.draft(), make.editor()
    full = actions.add(article, values, grace)
    needed = {*kinds.required_of(kind), *kinds.SHAPES[kind].one_of, "kind"}
    bare = actions.add(make.draft("Bare"), {name: values[name] for name in needed}, grace)

    for fact in Fact.objects.filter(pk__in=[full.pk, bare.pk]):
        found = json.loads(json.dumps(schema.as_json(fact)))
        jsonschema.validate(found, schema.schema(), format_checker=jsonschema.FormatChecker())
        for language in ("de", "en"):
            with translation.override(language):
                assert "%(" not in words.statement(fact).replace("%(x)s", "")
                assert "<b>" not in words.statement_html(fact)
                assert words.statement(fact, has_series=False)


def test_the_schema_refuses_what_is_wrong(ballard):
    jsonschema.Draft202012Validator.check_schema(schema.schema())
    fact = actions.add(make.draft(), {"kind": "renewal", "series": ballard.pk}, make.editor())
    right = schema.as_json(fact)

    for wrong in ({"kind": "nonsense"}, {"character": "Jenny"}, {"season_number": "2"}, {"more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(right | wrong, schema.schema())


def test_the_published_schema_is_the_one_that_is_made():
    assert json.loads(schema.PLACE.read_text()) == schema.schema()


def test_programs_get_the_schema(client):
    answer = client.get("/schemas/facts-1.0.json")

    assert answer.json() == schema.schema()
    assert answer.headers["Content-Type"] == "application/schema+json"


def test_the_timeline_tells_what_was_replaced_and_denied(ballard):
    grace = make.editor()
    article = make.article(about=[ballard])
    first = actions.add(article, {"kind": "renewal", "series": ballard.pk, "season_number": 3}, grace)
    actions.retract(first, grace)
    actions.add(make.draft("Draft"), {"kind": "order", "series": ballard.pk}, grace)

    shown = queries.timeline(ballard, limit=10)

    assert [(one.is_replaced, one.is_denied) for one in shown] == [(False, True), (True, False)]


def test_as_many_queries_for_two_facts_as_for_ten(ballard, django_assert_num_queries):
    grace, article = make.editor(), make.article(about=[ballard])
    for number in range(10):
        actions.add(article, {"kind": "renewal", "series": ballard.pk, "season_number": number}, grace)

    for read in (lambda: queries.timeline(ballard, limit=99), lambda: queries.of_article(article)):
        with django_assert_num_queries(1):
            shown = read()
            assert len([one.statement_html for one in shown]) == 10


def test_readers_see_accepted_facts_only(ballard):
    grace, article = make.editor(), make.article(about=[ballard])
    fact = actions.add(article, {"kind": "renewal", "series": ballard.pk}, grace, is_proposal=True)

    assert queries.of_article(article) == []
    actions.reject(fact, grace)
    assert (queries.of_article(article), len(queries.of_article(article, is_public=False))) == ([], 1)
