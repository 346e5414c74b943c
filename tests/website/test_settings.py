"""`/mein/benachrichtigungen/` and the pages below it."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.alerts import destinations, links
from staffellauf.alerts.deciding import preferences
from staffellauf.alerts.models import Calm, Destination, SecretLink, Snooze
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Reader
from staffellauf.website import adapter
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

OVERVIEW = "/mein/benachrichtigungen/"
QUIET, MUTE = OVERVIEW + "ruhe/", OVERVIEW + "ruhe/stumm/"
WAYS, LINKS = OVERVIEW + "wege/", OVERVIEW + "kalender/"
HOOK = "http://127.0.0.1:9/staffellauf"
CHOICE = {
    "night": "hold", "night_from": "23:00", "night_until": "06:30", "time_zone": "Europe/Vienna", "groups": "on",
    "digest_at": "19:15", "digest_weekday": "4",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _our_own_machine_counts(settings: Any) -> None:  # Any: pytest-django's wrapper
    settings.ALERTS_ALLOW_LOCAL = True


@pytest.fixture
def ada(client: Client) -> Reader:
    made = make.device_reader("a phone", follows=[make.series("Dark")])
    client.cookies[DEVICE_COOKIE] = "a phone"
    return made


@pytest.fixture
def stranger() -> Client:
    make.device_reader("another phone", follows=[make.series("Ballard")])
    other = Client()
    other.cookies[DEVICE_COOKIE] = "another phone"
    return other


def webhook(reader: Reader, address: str = HOOK, rhythm: str = "at_once") -> Destination:
    return destinations.add(reader, "webhook", address=address, rhythm=rhythm, now=timezone.now())


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_overview_says_how_everything_stands(client: Client, ada: Reader):
    links.make(ada, "calendar", name="Familie")
    preferences.mute(ada, until=timezone.now() + timedelta(hours=3))

    page = text_of(client, OVERVIEW)

    assert "22:00–07:00" in page
    assert 'name="how" value="ende"' in page
    for path in (QUIET, WAYS, LINKS, OVERVIEW + "vorschau/", "/mein/serien/"):
        assert f'href="{path}"' in page


@pytest.mark.parametrize("path", [QUIET, WAYS, LINKS, OVERVIEW + "vorschau/"])
def test_who_follows_nothing_is_told_what_makes_it_begin(client: Client, path: str):
    assert 'href="/serien/"' in text_of(client, path)
    assert client.post(path, CHOICE).status_code == 303
    assert not Calm.objects.exists()


def test_quiet_is_saved_with_the_place_where_it_counts(client: Client, ada: Reader):
    answer = client.post(QUIET, CHOICE)

    assert answer.headers["Location"] == QUIET + "?gespeichert=1"
    calm = Calm.objects.get(reader=ada)
    assert (calm.night, calm.night_from, calm.night_until) == (Calm.Night.HOLD, time(23), time(6, 30))
    assert (calm.groups, calm.digest_at, calm.digest_weekday) == (True, time(19, 15), 4)
    assert Reader.objects.get(pk=ada.pk).time_zone == "Europe/Vienna"
    page = text_of(client, answer.headers["Location"])
    assert 'class="saved" role="status"' in page
    assert '<option value="Europe/Vienna" selected>' in page


def test_a_box_that_is_not_ticked_groups_nothing(client: Client, ada: Reader):
    client.post(QUIET, {name: value for name, value in CHOICE.items() if name != "groups"})

    assert not Calm.objects.get(reader=ada).groups


@pytest.mark.parametrize(
    "wrong",
    [
        {"night": "never"},
        {"night_from": "25:00"},
        {"night_from": "\x00"},
        {"night_until": "23:00"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "Europe/\x00"},
        {"time_zone": "x" * 10_000},
        {"digest_weekday": "7"},
        {"digest_weekday": "9" * 400},
        {"digest_at": ""},
    ],
)
def test_what_is_no_choice_is_refused_with_a_reason_and_stores_nothing(
    client: Client, ada: Reader, wrong: dict[str, str]
):
    answer = client.post(QUIET, CHOICE | wrong)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Calm.objects.exists()
    assert Reader.objects.get(pk=ada.pk).time_zone == "Europe/Berlin"


def test_other_hours_move_what_waits(client: Client, ada: Reader):
    way = webhook(ada, rhythm="daily")
    before = Destination.objects.get(pk=way.pk).next_at

    client.post(QUIET, CHOICE | {"digest_at": "05:05"})

    moved = Destination.objects.get(pk=way.pk).next_at
    assert before and moved and moved.astimezone(ZoneInfo("Europe/Vienna")).time() == time(5, 5)
    assert moved > timezone.now()


@pytest.mark.parametrize(("how", "hours"), [("stunde", 1), ("woche", 7 * 24)])
def test_everything_keeps_still_for_a_while_and_again_with_one_tap(client: Client, ada: Reader, how: str, hours: int):
    assert client.post(MUTE, {"how": how}).status_code == 303

    until = Calm.objects.get(reader=ada).muted_until
    assert until and abs(until - timezone.now() - timedelta(hours=hours)) < timedelta(minutes=1)
    assert 'value="ende"' in text_of(client, QUIET)
    client.post(MUTE, {"how": "ende"})
    assert Calm.objects.get(reader=ada).muted_until is None
    assert 'value="ende"' not in text_of(client, QUIET)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 1, 24, 19, 15, tzinfo=UTC), datetime(2026, 1, 25, 6, tzinfo=UTC)),
        (datetime(2026, 1, 25, 2, 0, tzinfo=UTC), datetime(2026, 1, 25, 6, tzinfo=UTC)),
        # In the night before, the clock was put forward.
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
    ],
)
def test_tomorrow_morning_is_the_next_seven_o_clock_there(now: datetime, morning: datetime):
    assert preferences.next_morning(now=now, zone=ZoneInfo("Europe/Berlin")) == morning


def test_a_day_ends_the_silence_in_its_morning(client: Client, ada: Reader):
    day = timezone.localdate(timezone=ZoneInfo("Europe/Berlin")) + timedelta(days=3)

    client.post(MUTE, {"how": "tag", "day": day.isoformat()})

    until = Calm.objects.get(reader=ada).muted_until
    assert until == datetime.combine(day, time(7), tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("day", ["", "2000-01-01", "9999-12-31", "0000-00-00", "morgen", "\x00", "1" * 5000])
def test_a_day_that_is_none_is_refused_in_a_sentence(client: Client, ada: Reader, day: str):
    answer = client.post(MUTE, {"how": "tag", "day": day})

    assert answer.status_code == 422
    assert 'id="id_day_error"' in answer.content.decode()
    assert not Calm.objects.exists()


def test_devices_tell_as_often_as_chosen(client: Client, ada: Reader):
    client.post(OVERVIEW + "rhythmus/", {"rhythm": "weekly"})
    assert preferences.rhythm_of_devices(ada) == "weekly"

    client.post(OVERVIEW + "rhythmus/", {"rhythm": "hourly"})
    assert preferences.rhythm_of_devices(ada) == "weekly"


@pytest.mark.parametrize("path", [QUIET, MUTE, WAYS, WAYS + "1/", LINKS, LINKS + "1/", OVERVIEW + "rhythmus/"])
def test_another_site_changes_nothing(client: Client, ada: Reader, path: str):
    values = CHOICE | {"how": "woche", "channel": "webhook", "address": HOOK, "art": "calendar", "rhythm": "daily"}

    assert client.post(path, values, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Calm.objects.exists() and not Destination.objects.exists() and not SecretLink.objects.exists()


# --- further ways


def test_a_way_is_added_tried_renamed_paused_resumed_and_removed(client: Client, ada: Reader):
    answer = client.post(WAYS, {"channel": "webhook", "address": HOOK, "label": "Mein Rechner", "rhythm": "at_once"})
    way = Destination.objects.get(reader=ada)
    assert answer.headers["Location"] == f"{WAYS}?weg={way.pk}&getan=neu#weg-{way.pk}"
    own = f"{WAYS}{way.pk}/"

    assert client.post(own, {"was": "probe"}).headers["Location"].endswith(f"getan=probe#weg-{way.pk}")
    client.post(own, {"was": "name", "name": "Wohnzimmer"})
    client.post(own, {"was": "rhythmus", "rhythm": "daily"})
    client.post(own, {"was": "anhalten"})
    way.refresh_from_db()
    assert (way.label, way.rhythm, way.stopped_at is not None) == ("Wohnzimmer", "daily", True)
    page = text_of(client, WAYS)
    assert "state-stopped" in page and "Wohnzimmer" in page

    client.post(own, {"was": "weiter"})
    way.refresh_from_db()
    assert way.stopped_at is None

    removed = client.post(own, {"was": "entfernen"}).content.decode()
    assert not Destination.objects.exists()
    sealed = removed.partition('name="entfernt" value="')[2].partition('"')[0]
    client.post(WAYS + "zurueck/", {"entfernt": sealed})
    back = Destination.objects.get()
    assert (back.label, back.rhythm) == ("Wohnzimmer", "daily")


def test_an_address_that_cannot_be_is_said_beside_its_field(client: Client, ada: Reader):
    answer = client.post(WAYS, {"channel": "webhook", "address": "http://169.254.169.254/", "rhythm": "daily"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="webhook_error" role="alert"' in page
    assert 'value="http://169.254.169.254/"' in page
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"channel": "pigeon", "address": HOOK},
        {"channel": "webpush", "address": ""},
        {"channel": "webhook", "address": "\x00"},
        {"channel": "webhook", "address": "x" * 100_000},
        {"channel": "webhook", "address": HOOK, "rhythm": "hourly"},
        {"channel": "mail", "address": "not an address"},
    ],
)
def test_a_way_that_is_none_is_refused(client: Client, ada: Reader, values: dict[str, str]):
    assert client.post(WAYS, values).status_code == 422
    assert not Destination.objects.exists()


def test_mail_waits_until_its_owner_says_yes(client: Client, ada: Reader):
    answer = client.post(WAYS, {"channel": "mail", "address": "ada@example.org", "rhythm": "at_once"})

    assert answer.headers["Location"].split("#")[0].endswith("getan=wartet")
    page = text_of(client, WAYS)
    assert "state-waits" in page
    assert 'value="erneut"' in page
    assert Destination.objects.get().confirmed_at is None


def test_somebody_elses_way_is_none_of_mine(client: Client, ada: Reader, stranger: Client):
    way = webhook(ada)

    for word in ("probe", "name", "anhalten", "entfernen", "rhythmus"):
        assert stranger.post(f"{WAYS}{way.pk}/", {"was": word, "rhythm": "daily"}).status_code == 404
    sealed = destinations.remove(way)
    assert stranger.post(WAYS + "zurueck/", {"entfernt": sealed}).status_code == 422
    assert not Destination.objects.exists()


def test_addresses_lie_sealed_and_show_no_secret(client: Client, ada: Reader):
    webhook(ada, address=HOOK + "/geheim-4711")

    assert "geheim-4711" not in Destination.objects.get().address
    assert "geheim-4711" not in text_of(client, WAYS)


def test_a_word_that_is_no_verb_does_nothing(client: Client, ada: Reader):
    way = webhook(ada)

    assert client.post(f"{WAYS}{way.pk}/", {"was": "sprengen"}).status_code == 404
    assert client.post(f"{WAYS}{10**17}/", {"was": "probe"}).status_code == 404


# --- calendars and feeds


def test_a_calendar_is_made_named_chosen_for_renewed_and_deleted(client: Client, ada: Reader):
    client.post(
        LINKS, {"art": "calendar", "titel": "Familie", "kinds": ["german_tv"], "showings": "none", "vague": "note"}
    )
    made = SecretLink.objects.get(reader=ada)
    page = text_of(client, f"{LINKS}?link={made.pk}&getan=neu")
    assert links.address(made) in page and links.subscribe_address(made) in page
    assert links.values(made)["kinds"] == ["german_tv"]
    own = f"{LINKS}{made.pk}/"

    client.post(own, {"was": "speichern", "titel": "Oma", "showings": "all", "vague": "span", "season_starts": "1"})
    made.refresh_from_db()
    assert (made.name, links.values(made)["showings"], links.values(made)["season_starts"]) == ("Oma", "all", True)

    before = made.token
    client.post(own, {"was": "erneuern"})
    made.refresh_from_db()
    assert made.token != before

    client.post(own, {"was": "weg"})
    assert not SecretLink.objects.exists()


def test_what_a_link_cannot_hold_is_refused_and_kept_in_the_form(client: Client, ada: Reader):
    answer = client.post(LINKS, {"art": "calendar", "titel": "Oma", "showings": "some", "vague": "note"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Oma"' in page and 'role="alert"' in page
    assert not SecretLink.objects.exists()
    assert client.post(LINKS, {"art": "telegram"}).status_code == 404


def test_somebody_elses_address_is_none_of_mine(client: Client, ada: Reader, stranger: Client):
    made = links.make(ada, "feed", name="Meins")

    for word in ("speichern", "erneuern", "weg"):
        assert stranger.post(f"{LINKS}{made.pk}/", {"was": word}).status_code == 404
    assert SecretLink.objects.get().token == made.token
    assert made.token not in text_of(stranger, LINKS)


def test_the_pages_ask_as_much_however_much_there_is(client: Client, ada: Reader):
    webhook(ada)
    links.make(ada, "calendar")
    before = {path: count_of(client, path) for path in (OVERVIEW, WAYS, LINKS)}

    for number in range(3):
        webhook(ada, address=f"{HOOK}/{number}")
        links.make(ada, "calendar")
        links.make(ada, "feed")

    assert {path: count_of(client, path) for path in before} == before


# --- language, account


def test_who_sets_something_on_an_english_page_is_told_in_english(client: Client, ada: Reader):
    client.post("/en" + QUIET, CHOICE)

    assert Reader.objects.get(pk=ada.pk).language == "en"


def test_a_browsers_time_zone_counts_until_its_reader_chooses(client: Client, ada: Reader):
    assert preferences.note_time_zone(ada, "America/New_York")
    client.post(QUIET, CHOICE)
    ada.refresh_from_db()

    assert not preferences.note_time_zone(ada, "Asia/Tokyo")
    assert not preferences.note_time_zone(ada, "\x00")
    assert ada.time_zone == "Europe/Vienna"


def furnished(reader: Reader) -> Publication:
    preferences.mute(reader, until=timezone.now() + timedelta(days=1))
    webhook(reader, address=HOOK + "/geheim-4711")
    links.make(reader, "calendar", name="Familie")
    make.article("Winden", about=[make.series("Bodyguard")])
    publication = Publication.objects.get()
    Snooze.objects.create(reader=reader, publication=publication, due_at=timezone.now())
    return publication


def test_what_a_device_set_moves_into_the_account(ada: Reader):
    furnished(ada)
    user = make.user("ada")

    adapter.move_in("a phone", user)

    account = Reader.objects.get(user=user)
    assert not Reader.objects.filter(user=None).exists()
    for model in (Calm, Destination, SecretLink, Snooze):
        assert model.objects.get().reader_id == account.pk


def test_what_the_account_set_stands(ada: Reader):
    furnished(ada)
    account = make.reader("ada")
    preferences.mute(account, until=None)
    Calm.objects.create(reader=account, night=Calm.Night.HOLD)
    assert account.user

    adapter.move_in("a phone", account.user)

    assert Calm.objects.get().night == Calm.Night.HOLD
    assert SecretLink.objects.get().reader == account


def test_the_export_holds_the_settings_and_nothing_that_opens_a_door(client: Client):
    account = make.reader("ada", follows=[make.series("Dark")])
    furnished(account)
    assert account.user
    client.force_login(account.user)

    answer = client.get("/mein/konto/export/")

    data = json.loads(answer.content)["alerts"]
    assert (data["quiet"]["night"], data["ways"][0]["channel"]) == ("silent", "webhook")
    assert (data["secret_addresses"][0]["name"], data["later"][0]["headline"]) == ("Familie", "Winden")
    assert SecretLink.objects.get().token not in answer.content.decode()
    assert "geheim-4711" not in answer.content.decode()
    assert destinations.address_of(Destination.objects.get()).endswith("geheim-4711")


def test_deleting_the_account_takes_the_settings_along(client: Client):
    account = make.reader("ada")
    furnished(account)
    assert account.user
    client.force_login(account.user)

    client.post("/mein/konto/loeschung/", {"comments": "delete", "password": make.PASSWORD})

    for model in (Calm, Destination, SecretLink, Snooze):
        assert not model.objects.exists()


def test_the_style_page_shows_the_parts_with_what_the_reader_has(client: Client, ada: Reader, settings: Any):
    webhook(ada)
    links.make(ada, "calendar", name="Familie")
    settings.DEBUG = True

    page = text_of(client, "/-/teile/")

    assert 'class="way-head"' in page and "Familie" in page
