"""What the catalogue learns of facts, and how it is taken back."""

from datetime import date

import pytest
from django.utils import timezone

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Alias, Credit, Person, Relation, Release, Role, Season, Series, Work
from staffellauf.newsroom import actions as publishing
from staffellauf.newsroom.facts import actions, catalogue
from staffellauf.newsroom.models import CatalogueChange, Fact
from tests import make

pytestmark = pytest.mark.django_db
LINE = "Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle)"


@pytest.fixture
def ballard():
    make.person("Rosanna Arquette")
    make.organisation("Prime Video")
    return make.series("Ballard", status="running")


@pytest.fixture
def grace():
    return make.editor()


def added(article, line, user) -> Fact:
    return actions.add_line(article, line, user, into_catalogue=True)[0]


def test_a_casting_of_a_live_article_is_a_role_at_once(ballard, grace):
    fact = added(make.article(about=[ballard]), LINE, grace)

    role = Role.objects.get()
    assert (role.person.name, role.character, role.billing) == ("Rosanna Arquette", "Jenny", "recurring")
    assert [season.number for season in role.seasons.all()] == [2]
    assert role.source == provenance.EDITOR
    assert {change.fact_id for change in CatalogueChange.objects.all()} == {fact.pk}


def test_a_draft_waits_until_it_is_live_and_then_once(ballard, grace):
    article = make.draft(about=[ballard])
    added(article, LINE, grace)
    assert not Role.objects.exists()

    article.live = True
    article.save()
    first = actions.on_article_live(article, now=timezone.now())
    again = actions.on_article_live(article, now=timezone.now())

    assert (first, again, Role.objects.count()) == (1, 0, 1)


def test_a_fact_that_was_read_before_its_article_went_live_is_not_forgotten(ballard, grace):
    draft = make.draft(about=[ballard])
    values = {"kind": "renewal", "series": ballard.pk, "season_number": 3}
    fact = actions.add(draft, values, grace, is_proposal=True)
    read_before = Fact.objects.select_related("article").get(pk=fact.pk)
    publishing.publish(draft, user=grace)

    actions.accept(read_before, grace, into_catalogue=True)

    assert Season.objects.filter(series=ballard, number=3).exists()


def test_a_plan_is_shown_and_writes_nothing(ballard, grace, django_assert_num_queries):
    fact = added(make.draft(about=[ballard]), LINE, grace)

    plan = catalogue.plan(fact)

    assert [step.is_new for step in plan.steps] == [True, True]
    assert not Season.objects.exists()


def test_undone_everything_is_as_before(ballard, grace):
    fact = added(make.article(about=[ballard]), LINE, grace)

    left = actions.undo(fact, grace)

    assert (left.sentences, Role.objects.count(), Season.objects.count()) == ([], 0, 0)
    fact.refresh_from_db()
    assert not fact.updates_catalogue
    actions.put_into_catalogue(fact, grace)
    assert Role.objects.count() == 1


def test_what_others_changed_since_stays_and_is_told(ballard, grace):
    fact = added(make.article(about=[ballard]), LINE, grace)
    Role.objects.update(character="Jenny Ballard")
    season = Season.objects.get()
    season.episodes.create(number=1)

    left = actions.undo(fact, grace)

    assert Role.objects.get().character == "Jenny Ballard"
    assert Season.objects.exists()
    assert len(left.sentences) == 2


def test_a_role_that_is_there_gets_the_season(ballard, grace):
    one, two = make.season(ballard, 1), make.season(ballard, 2)
    role = make.role(Person.objects.get(), "Jenny", of=ballard, seasons=[one], billing="guest")

    fact = added(make.article(about=[ballard]), LINE, grace)

    role.refresh_from_db()
    assert (set(role.seasons.all()), role.billing, role.source_of("billing")) == ({one, two}, "recurring", "editor")
    actions.undo(fact, grace)
    role.refresh_from_db()
    assert (set(role.seasons.all()), role.billing, role.origin) == ({one}, "guest", {})


def test_a_renewal_makes_the_season_and_wakes_the_series(ballard, grace):
    Series.objects.update(status="cancelled")

    fact = added(make.article(about=[ballard]), "verlängert: Ballard um Staffel 3", grace)

    ballard.refresh_from_db()
    assert (ballard.status, ballard.seasons.get().number, ballard.status_changes.count()) == ("running", 3, 1)
    actions.undo(fact, grace)
    ballard.refresh_from_db()
    assert (ballard.status, ballard.seasons.count(), ballard.status_changes.count()) == ("cancelled", 0, 0)
    assert "status" not in ballard.origin


def test_a_start_is_a_release_and_a_later_date_changes_it(ballard, grace):
    article = make.article(about=[ballard])
    first = added(article, "Start: „Ballard“ S2 am 9. Juli 2026 bei Prime Video (Deutschland)", grace)
    release = Release.objects.get()
    assert release.season is not None
    assert (release.first_on, release.kind, release.territory, release.season.number) == (
        date(2026, 7, 9), "german_stream", "DE", 2,
    )  # fmt: skip

    added(article, "verschoben: „Ballard“ S2 auf Herbst 2026 bei Prime Video (Deutschland)", grace)

    release.refresh_from_db()
    assert (release.first_on, release.precision) == (date(2026, 9, 1), "season_of_year")
    assert Release.objects.count() == 1
    assert "changed since" in actions.undo(first, grace).sentences[0] or Release.objects.exists()


def test_a_fact_that_is_replaced_takes_its_change_back(ballard, grace):
    article = make.article(about=[ballard])
    fact = added(article, "Start: „Ballard“ S2 am 9. Juli 2026 bei Prime Video (Deutschland)", grace)
    values = actions.values_of(fact) | {"when": "16. Juli 2026"}

    actions.supersede(fact, article, values, grace)

    assert Release.objects.get().first_on == date(2026, 7, 16)
    assert CatalogueChange.objects.filter(undone_at__isnull=False).count() == 2


def test_a_denial_takes_the_role_back(ballard, grace):
    fact = added(make.article(about=[ballard]), LINE, grace)

    actions.retract(fact, grace)

    assert not Role.objects.exists()


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("abgesetzt: Ballard", lambda: Series.objects.get(name="Ballard").status == "cancelled"),
        ("neuer Titel: „Ballard“ → „Detective Ballard“", lambda: Alias.objects.get().name == "Ballard"),
        ("Showrunner: Rosanna Arquette stößt zu Ballard", lambda: Credit.objects.get().job == "showrunner"),
        ("Spin-off: „Ballard“ Ableger von „Bosch“", lambda: Relation.objects.get().kind == "spin_off_of"),
        (
            "„Ballard“ nach dem Roman „The Dark Hours“ von Rosanna Arquette",
            lambda: Work.objects.get().authors.count() == 1 and Relation.objects.get().kind == "based_on",
        ),
        ("gestorben: Rosanna Arquette am 3. Januar 2026", lambda: Person.objects.get().died_on == date(2026, 1, 3)),
        ("bestellt: Prime Video bestellt „Ballard“ Staffel 1", lambda: Season.objects.get().number == 1),
        (
            "Rechte: Prime Video sichert sich „Ballard“",
            lambda: Series.objects.get(name="Ballard").organisations.exists(),
        ),
    ],
)
def test_each_kind_leaves_its_mark_and_is_undone(ballard, grace, line, there):
    make.series("Bosch")
    before = snapshot()

    fact = added(make.article(about=[ballard]), line, grace)

    if "Titel" in line:
        assert Series.objects.get(pk=ballard.pk).name == "Detective Ballard"
    assert there()
    assert actions.undo(fact, grace).sentences == []
    assert snapshot() == before


def snapshot() -> dict:
    models = (Series, Person, Role, Season, Release, Relation, Work, Alias, Credit)
    rows = {m.__name__: list(m.objects.order_by("pk").values()) for m in models}
    for of in rows.values():
        for row in of:
            row.pop("updated_at", None)
            row.pop("last_position", None)
    return rows


def test_what_editors_took_away_comes_back_and_the_note_with_the_undo(ballard, grace):
    key = provenance.role_key("Jenny", "Rosanna Arquette")
    provenance.remember_removal(ballard.pk, "role", key=key)

    fact = added(make.article(about=[ballard]), LINE, grace)
    assert not ballard.removals.filter(what="role").exists()

    actions.undo(fact, grace)
    assert ballard.removals.filter(what="role", key=key).exists()


def test_what_has_no_counterpart_says_so(ballard, grace):
    fact = added(make.article(about=[ballard]), "Drehstart „Ballard“ Staffel 2: Anfang Februar 2026", grace)

    plan = catalogue.plan(fact)

    assert (plan.steps, bool(plan.reason), fact.updates_catalogue) == ([], True, False)
