"""Facts proposed from an article's own text."""

import pytest
from django.core.exceptions import PermissionDenied

from staffellauf.newsroom.facts import actions, proposals
from staffellauf.newsroom.models import Fact
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    for name in ("Rosanna Arquette", "Maggie Q"):
        make.person(name)
    make.organisation("Prime Video")
    make.series("Big Sky")
    return make.series("Ballard")


def of(ballard, *sentences: str, headline: str = "Neues") -> list[Fact]:
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return proposals.propose(make.draft(headline, body=body, about=[ballard]), make.editor())


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Rosanna Arquette stößt zu „Ballard“.", {"kind": "casting"}),
        (
            "Rosanna Arquette spielt in der zweiten Staffel von „Ballard“ Jenny Ballard, die Mutter.",
            {"kind": "casting", "season_number": 2},
        ),
        ("Rosanna Arquette übernimmt die Rolle der Jenny.", {"kind": "casting", "slots": {"character": "Jenny"}}),
        (
            "Prime Video verlängert das Spin-off „Ballard“ um eine zweite Staffel.",
            {"kind": "renewal", "season_number": 2},
        ),
        ("Prime Video hat „Ballard“ nach einer Staffel abgesetzt.", {"kind": "ending", "slots": {"how": "cancelled"}}),
        ("Die Dreharbeiten zur zweiten Staffel beginnen Anfang Februar.", {"kind": "shooting_start"}),
        ("„Ballard“ startet am 9. Juli bei Prime Video.", {"kind": "start_date", "precision": "day"}),
        ("Maggie Q verlässt „Ballard“.", {"kind": "exit"}),
        ("Maggie Q kehrt in der zweiten Staffel zurück.", {"kind": "return"}),
        ("Maggie Q ist im Alter von 46 Jahren gestorben.", {"kind": "death"}),
    ],
)
def test_what_a_sentence_states_is_proposed_with_it(ballard, sentence, expected):
    [fact] = of(ballard, sentence)

    assert {name: getattr(fact, name) for name in expected} == expected
    assert (fact.status, fact.line, fact.source_name) == ("proposed", sentence, "Deadline")


@pytest.mark.parametrize(
    "sentence",
    [
        "Rosanna Arquette war zuletzt in „Big Sky“ zu sehen.",
        "Ob Prime Video „Ballard“ verlängert, ist offen.",
        "„Ballard“ wird nicht verlängert.",
        "Startet „Ballard“ am 9. Juli?",
        "Die Ermittlerin übernimmt einen alten Fall.",
        "„Big Sky“ und „Ballard“ starten am 9. Juli.",
        "Die Sonne startet durch.",
    ],
)
def test_what_is_not_stated_is_not_proposed(ballard, sentence):
    assert of(ballard, sentence) == []


def test_what_may_be_is_a_rumour(ballard):
    [fact] = of(ballard, "Angeblich wird „Ballard“ um eine dritte Staffel verlängert.")

    assert fact.certainty == "rumour"


def test_a_proposal_that_was_rejected_does_not_come_back(ballard):
    grace = make.editor()
    body = "<p>Prime Video verlängert „Ballard“ um eine zweite Staffel.</p>"
    article = make.draft("Neues", body=body, about=[ballard])
    [fact] = proposals.propose(article, grace)

    actions.reject(fact, grace)
    article.body = body.replace("verlängert", "hat verlängert")

    assert proposals.propose(article, grace) == []
    assert Fact.objects.get().status == "rejected"


def test_nobody_else_proposes(ballard):
    article = make.draft("Neues", body="<p>„Ballard“ startet am 9. Juli.</p>", about=[ballard])

    with pytest.raises(PermissionDenied):
        proposals.propose(article, make.user())
