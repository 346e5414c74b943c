import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from staffellauf.accounts import actions
from staffellauf.accounts.models import SignInLink, User
from staffellauf.alerts.models import Subscription
from staffellauf.comments.models import Comment
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.website.mailbox import mails, path_in

pytestmark = pytest.mark.django_db
FOREIGN = ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)"]


def ask_for_link(client: Client, email: str = "ada@example.org", **more: str) -> str:
    response = client.post("/konto/anmelden/link/", {"email": email, **more})
    assert (response.status_code, response["Location"]) == (302, "/konto/anmelden/link/gesendet/")
    return path_in(mails()[-1])


def signed_in(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def test_a_new_address_signs_up_by_link(client: Client) -> None:
    path = ask_for_link(client)

    assert client.get(path).status_code == 200
    response = client.post(path)

    assert response["Location"] == "/mein/feed/"
    ada = signed_in(client)
    assert ada is not None and ada.email == "ada@example.org"
    assert not ada.has_usable_password()


def test_the_page_after_names_the_address_and_sends_the_link_once_more(client: Client) -> None:
    ask_for_link(client, next="/mein/serien/")
    page = client.get("/konto/anmelden/link/gesendet/").content.decode()
    assert "an ada@example.org geschickt" in page
    assert 'name="next" value="/mein/serien/"' in page

    ask_for_link(client, next="/mein/serien/", again="1")

    assert "noch eine Mail" in client.get("/konto/anmelden/link/gesendet/").content.decode()
    assert len(mails()) == 2
    assert "ada@example.org" not in Client().get("/konto/anmelden/link/gesendet/").content.decode()


def test_opening_the_link_does_not_use_it_up(client: Client) -> None:
    path = ask_for_link(client)

    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200

    assert not User.objects.exists()
    assert client.post(path).status_code == 302


def test_a_used_link_says_so_and_offers_a_new_one(client: Client) -> None:
    path = ask_for_link(client)
    client.post(path)

    for response in (Client().get(path), Client().post(path), Client().get("/konto/anmelden/link/nonsense/")):
        assert response.status_code == 410
        assert "/konto/anmelden/link/" in response.content.decode()


def test_a_link_works_in_another_browser_and_brings_its_way_back(client: Client) -> None:
    path = ask_for_link(client, next="/news/eins/#kommentare")

    assert Client().post(path)["Location"] == "/news/eins/#kommentare"


@pytest.mark.parametrize("foreign", FOREIGN)
def test_signing_in_leads_to_no_other_site(client: Client, foreign: str) -> None:
    make.user("ada")
    path = ask_for_link(client, next=foreign)

    assert client.post(path)["Location"] == "/mein/feed/"
    credentials = {"login": "ada@example.org", "password": make.PASSWORD, "next": foreign}
    assert Client().post("/konto/anmelden/", credentials)["Location"] == "/mein/feed/"


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_mail(client: Client) -> None:
    make.user("ada")

    answers = [client.post("/konto/anmelden/link/", {"email": f"{name}@example.org"}) for name in ("ada", "bob")]

    assert [a.status_code for a in answers] == [302, 302]
    first, second = mails()
    assert first.subject == second.subject
    assert str(first.body).partition("http")[0] == str(second.body).partition("http")[0]


def test_registering_a_known_address_looks_like_registering_a_new_one(client: Client) -> None:
    make.user("ada")

    answers = [
        Client().post("/konto/registrieren/", {"email": f"{name}@example.org", "password1": "a long sentence, truly"})
        for name in ("ada", "bob")
    ]

    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/konto/e-mail/gesendet/")}
    assert "Passwort" in str(mails()[0].body) or "password" in str(mails()[0].body)
    assert [mail.to for mail in mails()] == [["ada@example.org"], ["bob@example.org"]]


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client: Client) -> None:
    make.user("ada")

    answers = [client.post("/konto/passwort/vergessen/", {"email": f"{name}@example.org"}) for name in ("ada", "bob")]

    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/konto/passwort/vergessen/gesendet/")}


def test_registering_with_a_password_needs_the_mail(client: Client) -> None:
    client.post("/konto/registrieren/", {"email": "ada@example.org", "password1": "a long sentence, truly"})
    credentials = {"login": "ada@example.org", "password": "a long sentence, truly"}
    assert signed_in(client) is None
    Client().post("/konto/anmelden/", credentials)

    path = path_in(mails()[0])
    assert client.get(path).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(path)

    assert EmailAddress.objects.get().verified
    other = Client()
    assert other.post("/konto/anmelden/", credentials)["Location"] == "/mein/feed/"


def test_a_password_is_changed_by_mail(client: Client) -> None:
    ada = make.user("ada")
    client.post("/konto/passwort/vergessen/", {"email": ada.email})

    page = client.get(path_in(mails()[0]), follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": "another long sentence", "password2": "another long sentence"})

    ada.refresh_from_db()
    assert ada.check_password("another long sentence")


def test_a_closed_account_cannot_sign_in(client: Client) -> None:
    ada = make.user("ada", is_active=False)
    path = ask_for_link(client)

    assert client.post(path)["Location"] == "/konto/gesperrt/"
    assert client.get("/konto/gesperrt/").status_code == 200
    Client().post("/konto/anmelden/", {"login": ada.email, "password": make.PASSWORD})
    assert not Session.objects.exists() or signed_in(client) is None


def test_pages_before_signing_in_make_no_session(client: Client) -> None:
    make.user("ada")
    path = ask_for_link(client)

    for page in ("/konto/anmelden/", "/konto/registrieren/", "/konto/passwort/vergessen/", path):
        response = client.get(page)
        assert response.status_code == 200
        assert set(response.cookies) <= {"csrftoken"}
        assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]
    wrong = client.post("/konto/anmelden/", {"login": "ada@example.org", "password": "wrong"})

    assert wrong.status_code == 200
    assert "sessionid" not in client.cookies
    assert not Session.objects.exists()


def test_the_sixth_link_within_a_quarter_of_an_hour_is_refused_kindly(client: Client) -> None:
    for _ in range(5):
        ask_for_link(client)

    response = client.post("/konto/anmelden/link/", {"email": "ADA@example.org"})

    assert response.status_code == 429
    assert len(mails()) == 5
    assert client.post("/konto/anmelden/link/", {"email": "bob@example.org"}).status_code == 302


def test_guessing_a_password_comes_to_an_end(client: Client) -> None:
    make.user("ada")
    for _ in range(6):
        client.post("/konto/anmelden/", {"login": "ada@example.org", "password": "wrong"})

    client.post("/konto/anmelden/", {"login": "ada@example.org", "password": make.PASSWORD})

    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("email", ["", "ada", "a\x00@example.org", "a" * 300 + "@example.org", "a@b@c"])
def test_what_is_no_address_is_refused_with_a_sentence(client: Client, email: str) -> None:
    response = client.post("/konto/anmelden/link/", {"email": email})

    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not SignInLink.objects.exists()


def test_links_are_asked_for_from_our_own_pages_only(client: Client) -> None:
    path = ask_for_link(client)

    for own in ("/konto/anmelden/link/", path):
        response = client.post(own, {"email": "bob@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403
    assert len(mails()) == 1


def test_mails_are_in_the_language_of_the_page(client: Client) -> None:
    client.post("/en/konto/anmelden/link/", {"email": "ada@example.org"})

    [mail] = mails()
    assert "Hello," in str(mail.body)
    assert path_in(mail).startswith("/en/konto/")


def test_a_mailed_link_names_the_site_as_the_operator_does(client: Client) -> None:
    client.post("/konto/anmelden/link/", {"email": "ada@example.org"}, headers={"Host": "127.0.0.1"})

    assert "http://testserver/" in str(mails()[0].body)


def test_what_a_device_followed_moves_in_with_the_account(client: Client) -> None:
    dark, ballard = make.series("Dark"), make.series("Ballard")
    ada = make.reader("ada", follows=[dark])
    make.device_reader("a phone", follows=[dark, ballard])
    client.cookies["geraet"] = "a phone"

    response = client.post(ask_for_link(client))

    assert response.cookies["geraet"]["max-age"] == 0
    assert set(Follow.objects.values_list("reader_id", "topic_id")) == {(ada.pk, dark.pk), (ada.pk, ballard.pk)}
    assert not Reader.objects.filter(device_key=readers.hash_device_secret("a phone")).exists()


def test_a_password_sign_in_takes_the_device_along_too(client: Client) -> None:
    make.user("ada")
    make.device_reader("a phone", follows=[make.series("Dark")])
    client.cookies["geraet"] = "a phone"

    client.post("/konto/anmelden/", {"login": "ada@example.org", "password": make.PASSWORD})

    assert Follow.objects.get().reader.user == User.objects.get()


OWN_PAGES = ["/mein/konto/", "/mein/konto/export/", "/mein/konto/loeschung/", "/mein/konto/loeschung/x/"]


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_stranger_is_asked_to_sign_in_first(client: Client, path: str) -> None:
    for response in (client.get(path), client.post(path)):
        assert response.status_code in (302, 405)
        if response.status_code == 302:
            assert response["Location"] == f"/konto/anmelden/?next={path}"


def test_the_profile_is_saved_and_the_year_stays_hidden_unless_ticked(client: Client) -> None:
    ada = make.user("ada")
    client.force_login(ada)

    client.post("/mein/konto/", {"display_name": " Ada\u200b L. ", "birth_year": "1985"})
    ada.refresh_from_db()
    assert (ada.display_name, ada.birth_year, ada.shows_birth_year) == ("Ada L.", 1985, False)

    client.post("/mein/konto/", {"display_name": "Ada", "birth_year": "1985", "shows_birth_year": "on"})
    ada.refresh_from_db()
    assert ada.shows_birth_year


@pytest.mark.parametrize(
    "fields",
    [
        {"display_name": "x" * 61},
        {"display_name": "a\x00b"},
        {"display_name": "Redaktion"},
        {"birth_year": "1899"},
        {"birth_year": "9999"},
        {"birth_year": "9" * 40},
        {"birth_year": "neunzehn"},
    ],
)
def test_a_profile_that_cannot_be_is_refused_and_keeps_what_was_typed(client: Client, fields: dict[str, str]) -> None:
    client.force_login(make.user("ada"))

    response = client.post("/mein/konto/", {"display_name": "Ada", "birth_year": "1985"} | fields)

    assert response.status_code == 422
    assert User.objects.get().birth_year is None


def test_the_export_holds_everything_and_no_secret(client: Client) -> None:
    dark = make.series("Dark")
    ada = make.reader("ada", follows=[dark]).user
    assert ada is not None
    User.objects.update(first_name="Ada", last_name="Lovelace")
    make.comment("Endlich!", on=make.article("Eins"), by=ada)
    client.force_login(ada)

    response = client.get("/mein/konto/export/")

    assert response["Content-Disposition"].startswith("attachment")
    data = json.loads(response.content)
    assert data["account"]["email"] == "ada@example.org"
    assert (data["account"]["first_name"], data["account"]["last_name"]) == ("Ada", "Lovelace")
    assert data["reading"]["follows"][0]["topic"] == "Dark"
    assert data["comments"][0]["text"] == "Endlich!"
    assert ada.password not in response.content.decode()


def test_deleting_takes_everything_but_the_place_of_others_replies(client: Client) -> None:
    ada, bob = make.reader("ada", follows=[make.series("Dark")]).user, make.user("bob")
    assert ada is not None
    article = make.article("Eins")
    asked = make.comment("Wer spielt mit?", on=article, by=ada)
    make.comment("Louis Hofmann.", on=article, by=bob, parent=asked)
    make.comment("Danke!", on=article, by=ada, parent=asked)
    make.comment("Noch etwas.", on=article, by=ada)
    client.force_login(ada)

    wrong = client.post("/mein/konto/loeschung/", {"comments": "delete", "password": "wrong"})
    assert wrong.status_code == 422
    client.post("/mein/konto/loeschung/", {"comments": "delete", "password": make.PASSWORD})

    assert list(User.objects.all()) == [bob]
    assert (
        not Follow.objects.exists()
        and not Reader.objects.exists()
        and not EmailAddress.objects.filter(email="ada@example.org").exists()
    )
    assert sorted(Comment.objects.values_list("text", "author")) == [("", None), ("Louis Hofmann.", bob.pk)]
    assert client.get("/mein/konto/").status_code == 302


def test_deleting_ends_the_sessions_of_every_device_and_the_name_in_the_log(client: Client) -> None:
    ada, phone, other = make.user("ada"), Client(), Client()
    log(ada, "wagtail.edit")
    client.force_login(ada)
    phone.force_login(ada)
    other.force_login(make.user("bob"))

    client.post("/mein/konto/loeschung/", {"comments": "delete", "password": make.PASSWORD})

    assert [session.session_key for session in Session.objects.all()] == [other.session.session_key]
    assert ModelLogEntry.objects.get().label == f"#{ada.pk}"


def test_deleting_may_leave_the_words_without_a_name(client: Client) -> None:
    ada = make.user("ada")
    article = make.article("Eins")
    make.comment("Endlich!", on=article, by=ada)
    client.force_login(ada)

    client.post("/mein/konto/loeschung/", {"comments": "keep", "password": make.PASSWORD})

    assert Comment.objects.get().author is None
    assert "Endlich!" in Client().get(article.get_absolute_url()).content.decode()


def test_without_a_password_a_mail_confirms_the_deletion(client: Client) -> None:
    client.post(ask_for_link(client))

    client.post("/mein/konto/loeschung/")
    path = path_in(mails()[-1])
    assert client.get(path).status_code == 200
    assert User.objects.exists()
    client.post(path, {"comments": "delete"})

    assert not User.objects.exists()


def test_a_deletion_link_is_for_one_account_and_a_quarter_of_an_hour(client: Client) -> None:
    ada, bob = make.user("ada"), make.user("bob")
    token = actions.deletion_token(ada)
    client.force_login(bob)

    assert client.post(f"/mein/konto/loeschung/{token}/", {"comments": "delete"}).status_code == 410
    assert User.objects.count() == 2
    with pytest.MonkeyPatch.context() as patch:
        later = (timezone.now() + timedelta(minutes=16)).timestamp()
        patch.setattr("django.core.signing.time.time", lambda: later)
        assert not actions.may_delete(ada, token)


def test_a_changed_address_counts_once_its_link_is_opened(client: Client) -> None:
    ada = make.user("ada")
    client.post("/konto/anmelden/", {"login": ada.email, "password": make.PASSWORD})

    response = client.post("/konto/e-mail/", {"action_add": "1", "email": "new@example.org"})
    assert response["Location"].startswith("/konto/bestaetigung/")
    client.post(response["Location"], {"password": make.PASSWORD})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    client.post(path_in(next(mail for mail in mails() if mail.to == ["new@example.org"])))

    ada.refresh_from_db()
    assert ada.email == "new@example.org"


def test_every_page_of_an_account_renders_in_both_languages(client: Client) -> None:
    client.force_login(make.user("ada"))
    paths = ["/mein/konto/", "/mein/konto/loeschung/", "/konto/e-mail/", "/konto/passwort/", "/konto/abmelden/"]

    for path in paths + [f"/en{path}" for path in paths]:
        assert client.get(path).status_code == 200, path
    for path in ("/konto/anmelden/", "/konto/registrieren/", "/konto/passwort/vergessen/", "/konto/geloescht/"):
        assert Client().get(f"/en{path}").status_code == 200, path


def test_signing_out_is_a_post(client: Client) -> None:
    client.force_login(make.user("ada"))

    client.get("/konto/abmelden/")
    assert signed_in(client) is not None
    client.post("/konto/abmelden/")
    assert signed_in(client) is None


def test_editors_sign_in_on_the_same_page_and_nowhere_else(client: Client) -> None:
    make.user("grace", is_staff=True, is_superuser=True)

    assert client.get("/redaktion/")["Location"] == "/konto/anmelden/?next=/redaktion/"
    assert client.post("/redaktion/login/", {"username": "grace@example.org"})["Location"].startswith(
        "/konto/anmelden/"
    )
    assert client.get("/redaktion/password_reset/").status_code == 404
    credentials = {"login": "grace@example.org", "password": make.PASSWORD, "next": "/redaktion/"}
    assert client.post("/konto/anmelden/", credentials)["Location"] == "/redaktion/"


def test_devices_move_in_before_their_reader_goes(client: Client) -> None:
    make.user("ada")
    device = make.device_reader("a phone")
    Subscription.objects.create(
        reader=device, endpoint="https://push.example/1", endpoint_hash="1" * 64, origin="https://push.example",
        p256dh=b"p", auth=b"a", server_key_id="k", device="Firefox",
    )  # fmt: skip
    client.cookies["geraet"] = "a phone"

    client.post(ask_for_link(client))

    assert Subscription.objects.get().reader.user == User.objects.get()
    assert json.loads(client.get("/mein/konto/export/").content)["devices"][0]["device"] == "Firefox"


@pytest.mark.parametrize("broken", ["/a\x00b", "/" + "a" * 600])
def test_a_way_back_that_cannot_be_stored_is_forgotten(client: Client, broken: str) -> None:
    assert client.post(ask_for_link(client, next=broken))["Location"] == "/mein/feed/"


def test_who_holds_the_machine_signs_in_without_a_mail(client: Client) -> None:
    User.objects.create_superuser("root@example.org", make.PASSWORD)

    client.post("/konto/anmelden/", {"login": "root@example.org", "password": make.PASSWORD})

    assert signed_in(client) is not None
