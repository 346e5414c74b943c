"""Secret links: made, named, narrowed, renewed, deleted (alerts/links.py, alerts/filtering.py)."""

from datetime import date

import pytest
from django.http import QueryDict

from staffellauf.alerts import filtering, links
from staffellauf.alerts.channels.calendar.filters import Filters
from staffellauf.alerts.models import SecretLink
from tests import make

pytestmark = pytest.mark.django_db


def test_a_reader_has_many_links_each_with_an_address_nobody_guesses():
    ada = make.reader("ada")

    made = [
        links.make(ada, kind, name=name) for kind, name in (("calendar", "Alle"), ("calendar", "Dark"), ("feed", ""))
    ]

    assert links.of(ada) == made
    assert len({link.token for link in made}) == 3
    assert all(len(link.token) == 43 for link in made)


def test_a_device_without_an_account_has_links_too():
    phone = make.device_reader()

    found = links.find("calendar", links.make(phone, "calendar").token)

    assert found is not None and found.reader == phone


def test_addresses_are_of_this_site(settings):
    settings.PUBLIC_URL = "https://staffellauf.example"
    ada = make.reader("ada")
    calendar, feed = links.make(ada, "calendar"), links.make(ada, "feed")

    assert links.address(calendar) == f"https://staffellauf.example/kalender/{calendar.token}.ics"
    assert links.subscribe_address(calendar) == f"webcal://staffellauf.example/kalender/{calendar.token}.ics"
    assert links.address(feed, "json") == f"https://staffellauf.example/feeds/privat/{feed.token}.json"


def test_there_is_a_limit(monkeypatch):
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    ada = make.reader("ada")
    links.make(ada, "calendar")
    links.make(ada, "feed")

    with pytest.raises(links.TooManyLinks):
        links.make(ada, "calendar")
    assert links.make(make.reader("bob"), "calendar")


def test_a_renewed_link_answers_under_its_new_address_alone():
    ada = make.reader("ada")
    link = links.make(ada, "calendar")
    old = link.token

    renewed = links.renew(ada, link.pk)

    assert renewed is not None
    assert links.find("calendar", old) is None
    assert links.find("calendar", renewed.token) == link
    assert links.find("feed", renewed.token) is None


def test_only_its_reader_changes_a_link():
    link = links.make(make.reader("ada"), "calendar", name="Alle")
    bob = make.reader("bob")

    answers = [
        links.rename(bob, link.pk, "Meins"),
        links.set_filters(bob, link.pk, {}),
        links.renew(bob, link.pk),
        links.delete(bob, link.pk),
    ]

    assert answers == [None, None, None, False]
    link.refresh_from_db()
    assert link.name == "Alle"


@pytest.mark.parametrize("pk", [0, -1, 2**63, 10**30])
def test_ids_that_no_database_has_are_nobodys(pk):
    assert links.rename(make.reader("ada"), pk, "x") is None


def test_a_name_is_cut_and_holds_no_control_characters():
    ada = make.reader("ada")

    link = links.make(ada, "calendar", name="  Ser\x00ien\r\n" + "x" * 500)

    assert link.name.startswith("Ser ien x")
    assert len(link.name) == 80


def test_filters_are_complete_with_defaults():
    ada = make.reader("ada")
    link = links.make(ada, "calendar", filters={"season_starts": True, "reminders": ["day", "hour"]})

    assert links.values(link) | {"season_starts": True} == links.values(link)
    assert links.values(link)["reminders"] == ["hour", "day"]
    assert links.values(link)["vague"] == "note"
    assert Filters.of(link.filters).season_starts


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"kinds": ["german_tv", "vhs"]}, "kinds"),
        ({"kinds": "german_tv"}, "kinds"),
        ({"kinds": [["german_tv"]]}, "kinds"),
        ({"showings": "some"}, "showings"),
        ({"showings": ["all"]}, "showings"),
        ({"season_starts": 1}, "season_starts"),
        ({"series": [2**63]}, "series"),
        ({"series": [True]}, "series"),
        ({"series": [-1]}, "series"),
        ({"series": ["1"]}, "series"),
        ({"series": list(range(1, 502))}, "series"),
        ({"networks": {"1": 2}}, "networks"),
        ({"reminders": None}, "reminders"),
        ({"colour": "red"}, ""),
        ([], ""),
        ("all", ""),
        (7, ""),
    ],
)
def test_filters_that_are_none_are_refused_and_nothing_is_kept(filters, field):
    ada = make.reader("ada")
    link = links.make(ada, "calendar", filters={"titles": True})

    with pytest.raises(links.InvalidFilters) as refused:
        links.set_filters(ada, link.pk, filters)

    assert list(refused.value.errors) == [field]
    link.refresh_from_db()
    assert links.values(link)["titles"] is True


def test_a_form_says_what_is_ticked():
    post = QueryDict("kinds=german_tv&kinds=free_tv&series=3&series=&vague=span&titles=on&networks=x")

    with pytest.raises(links.InvalidFilters) as refused:
        links.read_post("calendar", post)
    assert list(refused.value.errors) == ["networks"]

    post = QueryDict("kinds=german_tv&kinds=free_tv&series=3&series=&vague=span&titles=on")
    values = links.read_post("calendar", post)
    assert values["kinds"] == ["german_tv", "free_tv"]
    assert (values["series"], values["networks"], values["reminders"]) == ([3], [], [])
    assert (values["vague"], values["titles"], values["season_starts"]) == ("span", True, False)


def test_a_choice_that_there_is_no_more_falls_back_to_all():
    stored = filtering.stored(links.fields("calendar"), {"kinds": ["vhs"], "old": 1})

    assert stored == filtering.read(links.fields("calendar"), {})


def test_defaults_are_not_shared_between_links():
    filtering.read(links.fields("calendar"), {})["series"].append(1)

    assert filtering.read(links.fields("calendar"), {})["series"] == []


def test_its_last_use_is_kept_to_the_day(django_assert_num_queries):
    link = links.make(make.reader("ada"), "calendar")

    links.note_use(link, today=date(2026, 1, 23))
    link.refresh_from_db()

    assert link.last_used_on == date(2026, 1, 23)
    with django_assert_num_queries(0):
        links.note_use(link, today=date(2026, 1, 23))


def test_links_go_with_their_reader():
    ada = make.reader("ada")
    links.make(ada, "calendar")

    ada.delete()

    assert not SecretLink.objects.exists()
