"""Which topics a text names."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Alias, Topic
from staffellauf.newsroom import mentions
from tests import make

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
MENTIONS = SHARED / "mentions"


def found(text: str, *context: Topic, is_line: bool = False) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.topic.name) for m in mentions.find(text, context, is_line=is_line)]


@pytest.mark.parametrize(
    ("text", "name", "span"),
    [
        ("Neues von „Ballard“ bald", "Ballard", "Ballard"),
        ('Neues von "Ballard" bald', "Ballard", "Ballard"),
        ("Neues von »Ballard« bald", "Ballard", "Ballard"),
        ("Neues von «Ballard» bald", "Ballard", "Ballard"),
        ("‘Ballard’ renewed", "Ballard", "Ballard"),
        ("das „Bosch“-Spin-off", "Bosch", "Bosch"),
        ("Ein neuer Tatort-Kommissar", "Tatort", "Tatort"),
        ("„WEISSENSEE“ geht weiter", "Weißensee", "WEISSENSEE"),
        ("„Grey’s Anatomy“ bleibt", "Grey's Anatomy", "Grey’s Anatomy"),
        ("„M*A*S*H“ läuft", "M*A*S*H", "M*A*S*H"),
        ("„9-1-1“ läuft", "9-1-1", "9-1-1"),
        ("„jerks.“ läuft", "jerks.", "jerks."),
        ("die Netflix-Serie „Dark“", "Dark", "Dark"),
        ("Big\u00a0Sky kehrt zurück", "Big Sky", "Big\u00a0Sky"),
        ("İstanbul 🎬 „Ballard“", "Ballard", "Ballard"),
        ("„U\u0308ber uns“ startet", "Über uns", "U\u0308ber uns"),
        ("„Law & Order“ geht weiter", "Law & Order", "Law & Order"),
        ("die Serie Ballard endet", "Ballard", "Ballard"),
    ],
)
def test_a_title_is_found_as_news_write_it(text, name, span):
    make.series(name)

    assert (span, name) in found(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Eröffnung in Berlin", "Er"),
        ("Das wird ein Dark Horse", "Dark"),
        ("„Dark Matter“ startet", "Dark"),
        ("Die Tochter von Harry Bosch", "Bosch"),
        ("Es wurde dunkel", "Dunkel"),
        ("Wir sagen danke", "Wir"),
    ],
)
def test_a_word_is_no_title(text, name):
    make.series(name)

    assert found(text) == []


def test_the_longest_title_wins():
    make.series("Bosch")
    make.series("Bosch: Legacy")

    assert found("Im Finale von „Bosch: Legacy“") == [("Bosch: Legacy", "Bosch: Legacy")]


def test_people_need_two_names_and_then_the_last_one_is_enough():
    make.person("Rosanna Arquette")

    assert found("Arquette spielt mit.") == []
    assert found("Rosanna Arquette spielt mit. Arquettes Rolle ist klein.") == [
        ("Rosanna Arquette", "Rosanna Arquette"),
        ("Arquette", "Rosanna Arquette"),
    ]


def test_an_expected_series_needs_no_quotation_marks():
    ballard = make.series("Ballard")

    assert found("Ballard geht weiter") == []
    assert found("Ballard geht weiter", ballard) == [("Ballard", "Ballard")]


def test_of_two_series_of_a_name_the_expected_one_is_meant():
    make.series("Doctor Who", popularity=90)
    new = make.series("Doctor Who 2005")
    Topic.objects.filter(pk=new.pk).update(name="Doctor Who")
    naming.refresh_names([new.pk])

    [mention] = mentions.find("„Doctor Who“ pausiert", [new])

    assert mention.topic.pk == new.pk


def test_a_genitive_is_left_out_of_the_span():
    make.organisation("Netflix")
    make.person("Maggie Q")

    assert found("Netflix’ Chef, Netflix' Plan") == [("Netflix", "Netflix"), ("Netflix", "Netflix")]
    assert found("Maggie Qs Rolle") == [("Maggie Q", "Maggie Q")]


def test_other_names_count_and_merged_entries_do_not():
    series, gone = make.series("Haus des Geldes"), make.series("La casa de papel")
    Alias.objects.create(topic=series, name="Money Heist")
    naming.refresh_names([series.pk])
    Topic.everything.filter(pk=gone.pk).update(merged_into=series)

    assert found("„Money Heist“ und „La casa de papel“") == [("Money Heist", "Haus des Geldes")]


def test_a_typed_line_is_read_in_any_case():
    make.series("Ballard")

    assert found("verlängert: ballard um staffel 3", is_line=True) == [("ballard", "Ballard")]


def test_one_query_however_long_the_text(django_assert_num_queries):
    make.series("Ballard")

    with django_assert_num_queries(1):
        mentions.find("„Ballard“ kehrt mit Rosanna Arquette zurück. " * 2000)
    with django_assert_num_queries(1):
        mentions.find_many(["„Ballard“ kehrt zurück"] * 50)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.text(alphabet="„“\"'»«Ballard -\0\ns.İß", max_size=60))
def test_no_text_is_too_strange(db, text):
    for mention in mentions.find(text, is_line=True):
        assert 0 <= mention.start < mention.end <= len(text)


@pytest.mark.skipif(
    not MENTIONS.is_dir(), reason="the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA"
)
def test_the_measured_texts_stay_well_read():
    catalogue = json.loads((MENTIONS / "own-catalogue.json").read_text())
    _fill(catalogue["series"])
    right = wrong = missed = 0

    for line in (MENTIONS / "own-dev.jsonl").read_text().splitlines():
        row = json.loads(line)
        gold = {(m["start"], m["end"], m["name"]) for m in row["mentions"] if m["type"] != "character"}
        got = {(m.start, m.end, m.topic.name) for m in mentions.find(row["text"])}
        right, wrong, missed = right + len(got & gold), wrong + len(got - gold), missed + len(gold - got)

    assert right / (right + wrong) > 0.97
    assert right / (right + missed) > 0.95


def _fill(rows: list) -> None:
    for name in {person for row in rows for person, _ in row["cast"]}:
        make.person(name)
    for name in {name for row in rows for name in row["networks"]}:
        make.organisation(name)
    for name in {row["franchise"] for row in rows if row.get("franchise")}:
        make.franchise(name)
    for row in rows:
        series = make.series(row["name"], popularity=row["pop"])
        Alias.objects.bulk_create(Alias(topic=series, name=name) for name in row["aliases"])
        naming.refresh_names([series.pk])
