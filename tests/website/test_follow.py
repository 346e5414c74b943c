from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def test_the_first_tap_makes_a_reader_of_this_device(client: Client):
    ballard = make.series("Ballard")

    answer = client.post("/serien/ballard/folgen/")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/serien/ballard/?gefolgt={ballard.pk}")
    cookie = answer.cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert Follow.objects.get().reader.device_key == readers.hash_device_secret(cookie.value)
    assert 'aria-pressed="true"' in client.get("/serien/ballard/").content.decode()


def test_over_https_the_cookie_is_secure(client: Client):
    make.series("Ballard")

    assert client.post("/serien/ballard/folgen/", secure=True).cookies[DEVICE_COOKIE]["secure"]


def test_the_second_tap_on_another_topic_is_the_same_reader(client: Client):
    make.series("Ballard"), make.person("Maggie Q"), make.franchise("Bosch"), make.organisation("ZDF")

    for path in ("serien/ballard", "personen/maggie-q", "franchises/bosch", "sender/zdf"):
        client.post(f"/{path}/folgen/")

    assert Reader.objects.get().follows.count() == 4


def test_an_account_follows_without_a_device_cookie(client: Client):
    reader, series = make.reader("ada"), make.series("Ballard")
    assert reader.user
    client.force_login(reader.user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post("/serien/ballard/folgen/")

    assert DEVICE_COOKIE not in answer.cookies
    assert Follow.objects.get().topic_id == series.pk


def test_the_script_gets_the_bell_alone(client: Client):
    make.series("Ballard")

    answer = client.post("/serien/ballard/folgen/", headers={"X-Fragment": "large"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.strip().startswith("<follow-bell")
    assert "<push-offer" in page
    assert DEVICE_COOKIE in answer.cookies


def test_a_fragment_size_is_not_taken_as_markup(client: Client):
    make.series("Ballard")

    answer = client.post("/serien/ballard/folgen/", headers={"X-Fragment": '"><script>'})

    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("way", ["form", "method"])
def test_the_bell_rings_off_by_form_and_by_delete(client: Client, way: str):
    dark = make.series("Dark")
    make.device_reader("a phone", follows=[dark])
    client.cookies[DEVICE_COOKIE] = "a phone"

    if way == "form":
        client.post("/serien/dark/folgen/", {"_method": "delete"})
    else:
        client.delete("/serien/dark/folgen/", headers={"X-Fragment": "small"})

    assert not Follow.objects.exists()


def test_unfollowing_from_the_list_offers_to_undo_it(client: Client):
    dark = make.series("Dark")
    make.device_reader("a phone", follows=[dark])
    client.cookies[DEVICE_COOKIE] = "a phone"

    answer = client.post("/serien/dark/folgen/", {"_method": "delete", "zurueck": "/mein/serien/"}, follow=True)

    assert answer.redirect_chain == [(f"/mein/serien/?beendet={dark.pk}", 303)]
    assert 'class="undo"' in answer.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_stays_on_this_site(client: Client, elsewhere: str):
    dark = make.series("Dark")

    answer = client.post("/serien/dark/folgen/", {"zurueck": elsewhere})

    assert answer.headers["Location"] == f"/serien/dark/?gefolgt={dark.pk}"


def test_without_script_the_bell_says_what_happened_too(client: Client):
    dark = make.series("Dark")
    article = make.article("Winden", about=[dark])
    back = article.get_absolute_url()

    followed = client.post("/serien/dark/folgen/", {"zurueck": back}, follow=True)
    dropped = client.post("/serien/dark/folgen/", {"zurueck": back, "_method": "delete"}, follow=True)

    assert followed.redirect_chain == [(f"{back}?gefolgt={dark.pk}#glocke-{dark.pk}", 303)]
    assert "Alle Meldungen zu „Dark“ kommen jetzt" in followed.content.decode()
    assert dropped.redirect_chain == [(f"{back}?beendet={dark.pk}#glocke-{dark.pk}", 303)]
    assert "Du folgst „Dark“ nicht mehr" in dropped.content.decode()


def test_an_address_that_was_passed_on_claims_no_following(client: Client):
    dark = make.series("Dark")

    assert 'class="bell-next"' not in client.get(f"/serien/dark/?gefolgt={dark.pk}").content.decode()


def test_another_site_cannot_make_anybody_follow(client: Client):
    make.series("Dark")

    answer = client.post("/serien/dark/folgen/", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Follow.objects.exists()


def test_a_get_changes_nothing(client: Client):
    make.series("Dark")

    client.get("/serien/dark/folgen/?_method=delete")

    assert not Reader.objects.exists()


def test_an_unknown_topic_makes_no_reader(client: Client):
    assert client.post("/serien/gibt-es-nicht/folgen/").status_code == 404
    assert not Reader.objects.exists()


def test_who_follows_as_much_as_possible_is_told(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "MAX_FOLLOWS", 1)
    make.device_reader("a phone", follows=[make.series("Dark")])
    make.series("Ballard")
    client.cookies[DEVICE_COOKIE] = "a phone"

    page = client.post("/serien/ballard/folgen/", headers={"X-Fragment": "large"}).content.decode()

    assert 'aria-pressed="false"' in page
    assert 'role="status"' in page


@pytest.mark.parametrize("back", ["foo", "//evil.example/", "https://evil.example/", "\\evil.example"])
def test_the_way_back_is_an_address_of_ours(client: Client, back: str):
    make.series("Dark")

    answer = client.post("/serien/dark/folgen/", {"zurueck": back})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/serien/dark/")


def test_my_series_say_what_is_muted_or_limited_in_as_many_queries(client: Client):
    reader = make.device_reader("a phone", follows=[make.series("Dark"), make.series("Ballard"), make.series("Fargo")])
    client.cookies[DEVICE_COOKIE] = "a phone"
    plain = client.get("/mein/serien/").content.decode()
    before = count_of(client, "/mein/serien/")
    Follow.objects.filter(reader=reader, topic__name="Dark").update(muted_until=timezone.now() + timedelta(days=1))
    Follow.objects.filter(reader=reader, topic__name="Ballard").update(unwanted_kinds=1)
    Follow.objects.filter(reader=reader, topic__name="Fargo").update(muted_until=timezone.now() - timedelta(days=1))

    page = client.get("/mein/serien/").content.decode()

    assert "stumm bis" not in plain and "nicht alles" not in plain
    assert (page.count("stumm bis"), page.count("nicht alles")) == (1, 1)
    assert count_of(client, "/mein/serien/") == before
