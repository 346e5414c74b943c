"""The editors' screens: who sees which, and that a write is whole or nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_smoke() -> None:
    ballard = make.series("Ballard")
    s = make.season(ballard, 1, episodes=1)
    w = make.work()
    who = make.person()
    role = make.role(who, "Jenny", of=ballard, seasons=[s])
    a = make.draft(about=[ballard])
    client = client_of(make.editor(group="Chefredaktion"))
    bad = []
    for url in [
        reverse("wagtailadmin_home"),
        reverse("wagtailsnippets_newsroom_article:list"),
        reverse("wagtailsnippets_newsroom_article:list") + "?q=rosanna",
        reverse("wagtailsnippets_newsroom_article:add"),
        reverse("wagtailsnippets_newsroom_article:edit", args=[a.pk]),
        reverse("wagtailsnippets_newsroom_article:history", args=[a.pk]),
        reverse("wagtailsnippets_newsroom_article:preview_on_edit", args=[a.pk]),
        reverse("wagtailsnippets_newsroom_article:usage", args=[a.pk]),
        reverse("wagtailsnippetchoosers_newsroom_article:choose"),
        reverse("topic_chooser:choose"),
        reverse("topic_chooser:choose") + "?q=ball",
        reverse("topic_chooser:choose_results") + "?q=ball",
        reverse("topic_chooser:chosen", args=[ballard.pk]),
        reverse("wagtailusers_users:index"),
        reverse("wagtailimages:index"),
        *(
            reverse(f"wagtailsnippets_catalogue_{m}:{v}")
            for m in [
                "series",
                "season",
                "episode",
                "person",
                "role",
                "credit",
                "franchise",
                "organisation",
                "work",
                "relation",
            ]
            for v in ["list", "add"]
        ),
        reverse("wagtailsnippets_catalogue_series:edit", args=[ballard.pk]),
        reverse("wagtailsnippets_catalogue_role:edit", args=[role.pk]),
        reverse("wagtailsnippets_catalogue_work:edit", args=[w.pk]),
        reverse("wagtailsnippetchoosers_catalogue_series:choose") + "?q=ball",
        reverse("wagtailsnippetchoosers_catalogue_work:choose") + "?q=dark",
    ]:
        r = client.get(url)
        if r.status_code != 200:
            bad.append((url, r.status_code, r.headers.get("Location")))
    assert not bad
