"""The newsroom's list of guide titles: decide once, for every showing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Episode, GuideTitle, Organisation, Showing
from tests import make
from tests.sources.guides import applied, channel, programme

pytestmark = pytest.mark.django_db

INDEX = "/redaktion/sendungen/"
TITLE = "/redaktion/sendungen/titel/"


@pytest.fixture
def client():
    signed_in = Client()
    signed_in.force_login(make.editor())
    return signed_in


@pytest.fixture
def zdf():
    return make.organisation("ZDF", type="network")


def shown(client, path, **asked):
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def doubtful(title, on, series, *, count=1, day=0):
    for number in range(count):
        at = make.EVENING + timedelta(days=day + number)
        make.showing(title, on=on, at=at, series=series, match="doubtful", confidence=65)


def decide(client, on, folded, action, **more):
    return client.post(TITLE, {"sender": on.pk, "titel": folded, "action": action} | more)


def test_doubtful_titles_are_grouped_with_count_and_suggestion(client, zdf):
    doubtful("Dark", zdf, make.series("Dark"), count=3)
    make.showing("Kochduell", on=zdf)

    page = shown(client, INDEX)

    assert page.count('value="confirm"') == 1
    assert "Kochduell" not in page
    assert "<td>3<p>" in page
    assert "65" in page


def test_a_confirmed_title_is_the_series_everywhere_on_the_channel_and_nowhere_else(client, zdf):
    dark = make.series("Dark")
    doubtful("Dark", zdf, dark, count=2)
    doubtful("Dark", make.organisation("Arte"), dark)

    answer = decide(client, zdf, "dark", "confirm")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{INDEX}?ansicht=offen")
    assert Showing.objects.filter(organisation=zdf, match="confirmed", series=dark, confidence=100).count() == 2
    assert Showing.objects.filter(match="doubtful").count() == 1


def test_another_series_is_chosen_and_its_episodes_are_found(client, zdf):
    right = make.series("Dark Matter")
    make.season(right, 1, episodes=3)
    doubtful("Dark", zdf, make.series("Dark"))
    Showing.objects.update(season_number=1, episode_number=2)

    decide(client, zdf, "dark", "choose", series=right.pk)

    showing = Showing.objects.get()
    assert (showing.series_id, showing.match) == (right.pk, "confirmed")
    assert showing.episode == Episode.objects.get(season__series=right, number=2)
    assert GuideTitle.objects.get().series_id == right.pk


def test_no_series_is_remembered_and_can_be_taken_back(client, zdf, tmp_path):
    rows = [channel("ZDF"), programme("Dark", "2026-01-23T20:15")]
    dark = make.series("Dark")
    naming.refresh_names([dark.pk, zdf.pk])
    applied(tmp_path, *rows)

    decide(client, zdf, "dark", "reject")
    applied(tmp_path, *rows)
    assert (Showing.objects.get().match, Showing.objects.get().series_id) == ("rejected", None)
    assert 'value="forget"' in shown(client, INDEX, ansicht="entschieden")

    decide(client, zdf, "dark", "forget")
    assert (Showing.objects.get().match, Showing.objects.get().series_id) == ("doubtful", dark.pk)
    assert not GuideTitle.objects.exists()
    assert Organisation.objects.get() == zdf


def test_titles_without_a_series_are_found_by_their_words(client, zdf):
    make.showing("Die große Kochshow", on=zdf)
    make.showing("Wetter", on=zdf, at=make.EVENING + timedelta(hours=1))

    page = shown(client, INDEX, ansicht="ohne", q="GROSSE koch")

    assert "Die große Kochshow" in page
    assert "Wetter" not in page


def test_a_title_shows_its_showings_and_a_chooser(client, zdf):
    doubtful("Dark", zdf, make.series("Dark"), count=2)

    page = shown(client, TITLE, sender=zdf.pk, titel="dark")

    assert page.count('<td class="title">Dark') == 2
    assert "id_series-chooser" in page
    assert "snippet-chooser.js" in page


@pytest.mark.parametrize(
    ("action", "more"),
    [("", {}), ("choose", {}), ("choose", {"series": "9" * 30}), ("choose", {"series": "x\0"}), ("confirm", {})],
)
def test_what_decides_nothing_changes_nothing(client, zdf, action, more):
    make.showing("Kochduell", on=zdf)

    assert decide(client, zdf, "kochduell", action, **more).status_code == 422
    assert not GuideTitle.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [{}, {"sender": "1"}, {"sender": "x", "titel": "dark"}, {"sender": "9" * 40, "titel": "dark"},
     {"sender": "1", "titel": "a\0b"}, {"sender": "1", "titel": "x" * 5000}, {"sender": "999999", "titel": "dark"}],
)  # fmt: skip
def test_what_names_no_title_is_not_found(client, asked):
    assert client.get(TITLE, asked).status_code == 404
    assert client.post(TITLE, asked | {"action": "reject"}).status_code == 404


def test_moderators_and_readers_do_not_decide(zdf):
    doubtful("Dark", zdf, make.series("Dark"))
    for who in (make.user("eva"), make.editor("ole", group="Moderation")):
        stranger = Client()
        stranger.force_login(who)

        assert stranger.get(INDEX).status_code in (302, 403)
        assert decide(stranger, zdf, "dark", "reject").status_code in (302, 403)
    assert not GuideTitle.objects.exists()


def test_the_menu_says_how_many_titles_wait(client, zdf):
    doubtful("Dark", zdf, make.series("Dark"), count=2)

    assert "(1)" in shown(client, INDEX)


def test_the_number_of_queries_does_not_depend_on_the_rows(client, zdf):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            shown(client, INDEX)
        return len(captured)

    for number in range(2):
        doubtful(f"Serie {number}", zdf, make.series(f"Serie {number}"), day=number)
    queries()
    few = queries()
    for number in range(2, 8):
        doubtful(f"Serie {number}", zdf, make.series(f"Serie {number}"), day=number)

    assert queries() == few
