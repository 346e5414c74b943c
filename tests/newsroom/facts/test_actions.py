"""Who may do what to facts, and what becomes of them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import ModelLogEntry

from staffellauf.newsroom.facts import actions, contradictions
from staffellauf.newsroom.facts.checking import Wrong
from staffellauf.newsroom.models import Fact
from tests import make
from tests.newsroom import forms

pytestmark = pytest.mark.django_db
LINE = "Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle)"


@pytest.fixture
def ballard():
    make.person("Rosanna Arquette")
    return make.series("Ballard")


def renewal(series, number=3, **more):
    return {"kind": "renewal", "series": series.pk, "season_number": number, **more}


def start(series, when, **more):
    return {"kind": "start_date", "series": series.pk, "season_number": 2, "when": when, **more}


def test_what_an_editor_adds_is_accepted_and_takes_the_articles_source(ballard):
    grace, article = make.editor(), make.draft(about=[ballard], source="Deadline")

    fact, reading = actions.add_line(article, LINE, grace)

    assert (fact.status, fact.kind, fact.source_name) == ("confirmed", "casting", "Deadline")
    assert fact.slots == {"character": "Jenny", "billing": "recurring"}
    assert (fact.line, fact.decided_by, reading.unread) == (LINE, grace, [])
    assert ModelLogEntry.objects.filter(action="newsroom.fact.accept").count() == 1


def test_what_an_author_adds_is_proposed_and_only_an_editor_accepts_it(ballard):
    ada = make.editor("ada", group="Autor")
    article = forms.write(ada, "Ballard", about=ballard)

    fact = actions.add(article, renewal(ballard), ada)

    assert fact.status == "proposed"
    with pytest.raises(PermissionDenied):
        actions.accept(fact, ada)
    assert actions.accept(fact, make.editor()).status == "confirmed"


def test_a_stranger_adds_nothing(ballard):
    article = make.draft(about=[ballard])

    for user in (make.user("mallory"), make.editor("bob", group="Autor")):
        with pytest.raises(PermissionDenied):
            actions.add(article, renewal(ballard), user)
    assert not Fact.objects.exists()


def test_the_same_fact_twice_is_refused_with_a_sentence(ballard):
    grace, article = make.editor(), make.draft(about=[ballard])
    actions.add(article, renewal(ballard), grace)

    with pytest.raises(Wrong) as refused:
        actions.add(article, renewal(ballard, certainty="rumour"), grace)

    assert "Ballard" in refused.value.sentences[0]
    assert Fact.objects.count() == 1


def test_the_same_fact_in_another_article_is_told(ballard):
    grace = make.editor()
    first = actions.add(make.draft(about=[ballard]), renewal(ballard), grace)
    second = make.draft("Second", about=[ballard])

    fact = actions.add(second, renewal(ballard), grace)

    assert [one.pk for one in actions.same_elsewhere(fact)] == [first.pk]


def test_a_later_report_is_a_new_row_and_the_former_one_stays_as_it_was(ballard):
    grace, article = make.editor(), make.draft(about=[ballard])
    former = actions.add(article, start(ballard, "9. Juli 2026"), grace)

    new = actions.supersede(former, article, start(ballard, "16. Juli 2026"), grace)

    former.refresh_from_db()
    assert (former.first_on, former.status, new.supersedes) == (date(2026, 7, 9), "confirmed", former)
    assert list(Fact.objects.standing()) == [new]
    with pytest.raises(Wrong):
        actions.supersede(former, article, start(ballard, "17. Juli 2026"), grace)


def test_a_denial_takes_the_place_of_what_it_denies(ballard):
    grace, article = make.editor(), make.article(about=[ballard])
    fact = actions.add(article, renewal(ballard), grace)

    denial = actions.retract(fact, grace, source={"source_name": "Variety"})

    assert (denial.certainty, denial.supersedes, denial.source_name) == ("retracted", fact, "Variety")
    assert list(Fact.objects.standing()) == [denial]
    with pytest.raises(Wrong):
        actions.retract(denial, grace)


def test_an_accepted_fact_cannot_be_written_anew(ballard):
    grace, article = make.editor(), make.draft(about=[ballard])
    fact = actions.add(article, renewal(ballard), grace)

    for deed in (lambda: actions.change(fact, renewal(ballard, 4), grace), lambda: actions.reject(fact, grace),
                 lambda: actions.accept(fact, grace)):  # fmt: skip
        with pytest.raises(Wrong):
            deed()
    fact.refresh_from_db()
    assert fact.season_number == 3


def test_a_proposal_may_be_written_anew(ballard):
    grace, article = make.editor(), make.draft(about=[ballard])
    fact = actions.add(article, renewal(ballard), grace, is_proposal=True)

    actions.change(fact, renewal(ballard, 4), grace)

    fact.refresh_from_db()
    assert (fact.season_number, fact.status) == (4, "proposed")


def test_contradictions_are_shown_and_solved_with_one_click(ballard):
    grace = make.editor()
    old = actions.add(make.draft(about=[ballard]), start(ballard, "9. Juli 2026"), grace)
    new = actions.add(make.draft("Later", about=[ballard]), start(ballard, "16. Juli 2026"), grace)
    vague = actions.add(make.draft("Vague", about=[ballard]), start(ballard, "Juli 2026"), grace)

    assert contradictions.of(new) == [old]
    assert contradictions.of(vague) == []
    actions.supersede_by(new, old, grace)
    assert contradictions.of(new) == []
    with pytest.raises(Wrong):
        actions.supersede_by(old, new, grace)


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ({"kind": "renewal", "season_number": 3}, {"kind": "ending", "how": "cancelled"}, True),
        ({"kind": "renewal", "season_number": 2}, {"kind": "ending", "how": "cancelled", "season_number": 3}, False),
        ({"kind": "casting", "character": "Jenny"}, {"kind": "casting", "character": "jenny", "person": "other"}, True),
        ({"kind": "casting", "character": "Jenny"}, {"kind": "casting", "character": "Ada", "person": "other"}, False),
        ({"kind": "casting", "season_number": 2}, {"kind": "exit", "season_number": 2}, True),
    ],
)
def test_what_cannot_be_true_together(ballard, one, other, is_so):
    grace, maggie, rosanna = make.editor(), make.person("Maggie Q"), make.person("Ada Muster")
    people = {"casting": rosanna, "exit": rosanna}
    facts: list[Fact] = []
    for values in (one, other):
        person = maggie if values.get("person") else people.get(values["kind"])
        filled = {**values, "series": ballard.pk} | ({"person": person.pk} if person else {})
        facts.append(actions.add(make.draft(str(values), slug=f"a{len(facts)}", about=[ballard]), filled, grace))

    assert (contradictions.of(facts[0]) == [facts[1]]) is is_so


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "nonsense"},
        {"kind": ["casting"]},
        {"kind": "renewal", "series": 10**30},
        {"kind": "renewal", "series": "0x1"},
        {"kind": "renewal", "season_number": 2},
        {"kind": "renewal", "series": "S", "season_number": 10**9},
        {"kind": "renewal", "series": "S", "season_number": -1},
        {"kind": "renewal", "series": "S", "character": "Jenny"},
        {"kind": "renewal", "series": "S", "certainty": "sure"},
        {"kind": "renewal", "series": "S", "source_url": "javascript:alert(1)"},
        {"kind": "renewal", "series": "S", "source_name": "x" * 500},
        {"kind": "renewal", "series": "S", "source_on": "yesterday"},
        {"kind": "start_date", "series": "S", "when": "soonish"},
        {"kind": "start_date", "series": "S", "when": {"first": 1}},
        {"kind": "start_date", "series": "S", "when": "2026", "territory": "Deutschland"},
        {"kind": "casting", "series": "S", "person": "S"},
        {"kind": "ratings", "series": "S", "figure": "NaN"},
        {"kind": "ratings", "series": "S", "figure": 1e300},
        {"kind": "ratings", "series": "S", "figure": True},
        {"kind": "title_change", "series": "S", "new_title": "x" * 300},
        {"kind": "title_change", "series": "S", "new_title": "\0"},
        {"kind": "ending", "series": "S", "how": "joins"},
    ],
)
def test_what_is_no_fact_is_refused_with_sentences(ballard, values):
    article = make.draft(about=[ballard])
    meant = {name: ballard.pk if value == "S" else value for name, value in values.items()}

    with pytest.raises(Wrong) as refused:
        actions.add(article, meant, make.editor())

    assert refused.value.sentences
    assert not Fact.objects.exists()


def test_a_merged_series_is_the_one_that_took_its_place(ballard):
    gone = make.series("Detective Ballard")
    type(ballard).everything.filter(pk=gone.pk).update(merged_into=ballard)

    fact = actions.add(make.draft(about=[ballard]), renewal(gone), make.editor())

    assert fact.series_id == ballard.pk


def test_nul_and_half_characters_go(ballard):
    values = {"kind": "title_change", "series": ballard.pk, "new_title": "New\0 \ud800Ballard"}

    fact = actions.add(make.draft(about=[ballard]), values, make.editor())

    assert fact.slots["new_title"] == "New Ballard"
