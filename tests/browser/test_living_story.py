"""A live article changes: the note in its editor, what readers see of it, and two articles that become one."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from staffellauf.newsroom import actions, notes
from staffellauf.newsroom.models import Article
from tests import make
from tests.browser.conftest import Catalogue, Portal


@pytest.fixture
def desk(catalogue: Catalogue, context: BrowserContext, page: Page, portal: Portal) -> Page:
    """Whoever leads the newsroom, at an article that was changed once."""
    article = Article.objects.get(pk=catalogue.newest.pk)
    article.body = "<p>Sie spielt Jenny, Ballards Mutter.</p>"
    actions.publish(article)
    notes.add(article, "Der Name der Rolle steht fest.", user=None, now=timezone.now())
    client = Client()
    client.force_login(make.editor(group="Chefredaktion"))
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal.url}])
    return page


def test_the_second_tick_is_asked_only_of_who_alerts_everybody(catalogue: Catalogue, desk: Page):
    make.reader("ada", follows=[catalogue.ballard])
    desk.goto(f"/redaktion/snippets/newsroom/article/edit/{catalogue.newest.pk}/")
    desk.evaluate("document.dispatchEvent(new CustomEvent('newsroom:show-tab', {detail: {tab: 'remarks'}}))")
    panel = desk.locator(".newsroom-notes")
    expect(panel).to_contain_text("Der Name der Rolle steht fest.")
    confirmed = panel.locator("[name=note-is_confirmed]")

    expect(confirmed).to_be_hidden()
    panel.locator("[name=note-is_material]").check()
    expect(confirmed).to_be_visible()

    panel.locator("[name=note-text]").fill("Der Drehstart steht fest.")
    confirmed.check()
    for target in panel.locator(".newsroom-note-choice").all():
        assert (target.bounding_box() or {"height": 0})["height"] >= 44


def test_readers_find_what_was_said_before(catalogue: Catalogue, desk: Page):
    desk.goto(catalogue.newest.get_absolute_url())
    desk.locator(".byline-versions").click()
    desk.get_by_role("link", name=re.compile("2$")).click()

    expect(desk.locator("ins").filter(has_text="Mutter")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("Der Name der Rolle steht fest.")


def test_two_articles_become_one_from_the_menu(catalogue: Catalogue, desk: Page):
    other = make.article("Arquette dabei", about=[catalogue.arquette])
    desk.goto(f"/redaktion/meldungen-zusammenfuehren/{catalogue.newest.pk}/{other.pk}/")
    expect(desk.locator("main")).to_contain_text("Rosanna Arquette kommt zu")

    desk.locator("main form button[type=submit]").click()

    expect(desk).to_have_url(re.compile(f"/edit/{catalogue.newest.pk}/"))
    desk.goto(other.get_absolute_url())
    expect(desk).to_have_url(re.compile(catalogue.newest.slug))
