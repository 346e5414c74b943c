"""Who may be told: followers of any topic, without those who want nothing of the kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staffellauf.alerts.deciding import audience
from staffellauf.alerts.models import Destination, Occasion, Relay
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Article, Fact
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts import subjects
from tests.alerts.subjects import NOON

pytestmark = pytest.mark.django_db


def names_of(subject: audience.Subject) -> set[int]:
    return set(audience.following(subject).values_list("reader_id", flat=True))


def prefer(reader: Reader, **fields: object) -> None:
    assert Follow.objects.filter(reader=reader).update(**fields)


def destination(reader: Reader, **fields: object) -> Destination:
    values = {"channel": "mail", "address_hash": f"{reader.pk}", "confirmed_at": NOON} | fields
    return Destination.objects.create(reader=reader, **values)


def test_topics_come_strongest_first_and_franchises_are_inherited():
    bosch = make.franchise("Bosch")
    ballard, dark = make.series("Ballard", franchises=[bosch]), make.series("Dark")
    rosanna = make.person()

    subject = subjects.subject(make.article(about=[ballard, dark], mentioning=[rosanna]))

    assert subject.topic_ids == (ballard.pk, dark.pk, rosanna.pk, bosch.pk)
    assert subject.key == f"meldung-{subject.article_id}"
    assert names_of(subject) == set()


def test_an_article_is_of_the_kinds_of_its_accepted_facts():
    article = make.article(about=[make.series("Ballard")])
    subjects.state(article, Fact.Kind.CASTING, Fact.Kind.START_DATE)
    subjects.state(article, Fact.Kind.TRAILER, status=Fact.Status.PROPOSED)
    subjects.state(article, Fact.Kind.AWARD, status=Fact.Status.REJECTED)

    assert subjects.subject(article).kinds == NewsKind.CASTING | NewsKind.DATES


def test_what_the_article_replaced_itself_does_not_count_and_what_another_replaced_does():
    first, second = make.article("Erste"), make.article("Zweite")
    (renewal,) = subjects.state(first, Fact.Kind.RENEWAL)
    subjects.state(first, Fact.Kind.ENDING)
    (shooting,) = subjects.state(first, Fact.Kind.SHOOTING_START)
    subjects.state(first, Fact.Kind.RATINGS, supersedes=shooting)
    subjects.state(second, Fact.Kind.CASTING, supersedes=renewal)

    assert subjects.subject(first).kinds == NewsKind.FUTURE | NewsKind.OTHER


def test_an_article_that_states_nothing_is_something_else():
    assert subjects.subject(make.article()).kinds == NewsKind.OTHER


@pytest.mark.parametrize(
    ("unwanted", "is_told"),
    [
        (0, True),
        (NewsKind.CASTING, True),
        (NewsKind.CASTING | NewsKind.DATES, False),
        (NewsKind.CASTING | NewsKind.DATES | NewsKind.OTHER, False),
        (NewsKind.TRAILERS, True),
        (2**31 - 1, False),
    ],
)
def test_one_wanted_kind_is_enough(unwanted: int, is_told: bool) -> None:
    ballard = make.series("Ballard")
    ada = make.reader("ada", follows=[ballard])
    prefer(ada, unwanted_kinds=int(unwanted))
    article = make.article(about=[ballard])
    subjects.state(article, Fact.Kind.CASTING, Fact.Kind.START_DATE)

    assert names_of(subjects.subject(article)) == ({ada.pk} if is_told else set())


def test_a_withdrawn_article_and_an_edition_that_a_later_one_tells_are_nothing():
    gone, updated = make.article("Weg", about=[make.series("Ballard")]), make.article("Neu")
    withdrawn, first = subjects.relay(gone), subjects.relay(updated)
    gone.unpublish()
    notes.add(Article.objects.get(pk=updated.pk), "Neues.", user=None, is_material=True, now=timezone.now())

    assert audience.subject_of(withdrawn) is None
    assert audience.subject_of(first) is None
    assert audience.subject_of(subjects.relay(updated, edition=2)) is not None


def test_what_began_shortly_before_stands_beside_it():
    articles = [make.article(f"Meldung {n}") for n in range(3)]
    first = subjects.subject(articles[0], at=NOON - timedelta(minutes=10))
    second = subjects.subject(articles[1], at=NOON - timedelta(minutes=9))
    third = subjects.subject(articles[2], at=NOON)

    assert [other.key for other in second.earlier] == [first.key]
    assert [other.key for other in third.earlier] == [second.key]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Occasion.Kind.EPISODES, {"episodes"}),
        (Occasion.Kind.SEASON, {"episodes", "seasons"}),
        (Occasion.Kind.COMPLETE, {"complete"}),
    ],
)
def test_a_release_is_told_to_those_who_asked_for_it(kind: str, told: set[str]) -> None:
    dark = make.series("Dark")
    make.season(dark, 1, episodes=2)
    subjects.air(dark, 1, 2, at=NOON)
    readers = {wish: make.reader(wish, follows=[dark]) for wish in Follow.Releases.values}
    for wish, reader in readers.items():
        prefer(reader, releases=wish)

    subject = subjects.occasion(dark, kind=kind)

    assert names_of(subject) == {readers[wish].pk for wish in told}


def test_a_reminder_goes_to_those_who_want_to_be_reminded_then():
    dark = make.series("Dark")
    make.season(dark, 1, episodes=2)
    subjects.air(dark, 1, 2, at=NOON)
    early, late = make.reader("early", follows=[dark]), make.reader("late", follows=[dark])
    prefer(early, releases="episodes", leads=Follow.Lead.DAY | Follow.Lead.HOUR)
    prefer(late, releases="episodes", leads=Follow.Lead.AT)

    assert names_of(subjects.occasion(dark, lead=Follow.Lead.HOUR)) == {early.pk}
    assert names_of(subjects.occasion(dark, lead=Follow.Lead.AT)) == {late.pk}
    assert names_of(subjects.occasion(dark, lead=Follow.Lead.AT | Follow.Lead.DAY)) == {early.pk, late.pk}


def test_a_release_whose_date_was_taken_back_is_nothing():
    dark = make.series("Dark")
    make.season(dark, 1, episodes=1)
    subjects.air(dark, 1, 1, at=NOON)
    subject = subjects.occasion(dark)
    subjects.air(dark, 1, 1, at=NOON + timedelta(days=7))

    assert audience.subject_of(Relay.objects.get(occasion=subject.occasion_id)) is None


def test_destinations_are_confirmed_working_and_told_at_once():
    ballard = make.series("Ballard")
    readers = [make.reader(name, follows=[ballard]) for name in ("ada", "bob", "cyd", "dan")]
    good = destination(readers[0])
    destination(readers[1], confirmed_at=None)
    destination(readers[2], stopped_at=NOON)
    destination(readers[3], rhythm=Destination.Rhythm.DAILY)
    destination(make.reader("eve"))
    subject = subjects.subject(make.article(about=[ballard]))

    assert list(audience.destinations(subject, "mail")) == [good]
    assert list(audience.destinations(subject, "ntfy")) == []


def test_a_destination_hears_nothing_that_was_told_or_published_before_it_came():
    ballard = make.series("Ballard")
    ada = make.reader("ada", follows=[ballard])
    subject = subjects.subject(make.article(about=[ballard]))
    assert subject.position
    row = destination(ada, sent_up_to=subject.position)

    assert not audience.destinations(subject, "mail").exists()
    # A night's report that began after it was published did not tell it: its delivery was late.
    Destination.objects.filter(pk=row.pk).update(held_since=NOON + timedelta(hours=1))
    assert audience.destinations(subject, "mail").exists()


def test_the_number_of_queries_does_not_grow_with_what_is_near(django_assert_max_num_queries):
    ballard = make.series("Ballard")
    for number in range(8):
        article = make.article(f"Meldung {number}", about=[ballard])
        subjects.state(article, Fact.Kind.CASTING)
        relay = subjects.relay(article)

    with django_assert_max_num_queries(5):
        subject = audience.subject_of(relay)

    assert subject and len(subject.earlier) == 7
