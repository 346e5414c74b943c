"""What forbids publishing, told by every way to publish, and never half done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ReferenceIndex, WorkflowState

from staffellauf.newsroom import actions, ninjs, rules
from staffellauf.newsroom.models import Article, GalleryPicture, Kind, Picture, Publication, Source, Subject
from tests import make
from tests.newsroom.forms import address, changed, client_of, publishing, values, write
from tests.newsroom.test_ninjs import data

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves its temporary files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
HOUR = timedelta(hours=1)


def picture(*, credit: str = "Foto: Jo Sample", **fields: object) -> Picture:
    return Picture.objects.create(title="Am Strand", file="pictures/x.jpg", credit=credit, width=1, height=1, **fields)


def codes(article: Article, **given: object) -> list[str]:
    found = rules.problems(article, **({"user": None, "now": timezone.now()} | given))  # type: ignore[arg-type]
    return [problem.code for problem in found]


def test_a_sourced_article_about_a_series_may_go_out() -> None:
    assert codes(make.draft(about=[make.series("Ballard")])) == []


def test_an_article_needs_a_headline_a_main_topic_and_a_text() -> None:
    article = make.draft("x", mentioning=[make.series("Ballard")], body="<p> </p>")
    article.headline = " "

    assert codes(article) == ["headline", "topic", "body"]


def test_a_picture_is_text_enough_and_a_picture_series_needs_none() -> None:
    dark = make.series("Dark")
    series = make.draft("Bilder", about=[dark], body="", kind=Kind.SPECIAL)
    assert codes(series) == ["body"]

    series.gallery = [GalleryPicture(picture=picture())]

    assert codes(series) == []
    assert codes(make.draft("Bild", about=[dark], body='<embed embedtype="picture" id="7"/>')) == []


@pytest.mark.parametrize("place", ["lead_picture", "body", "gallery"])
@pytest.mark.parametrize(("fields", "code"), [({"credit": " \t"}, "credit"), ({"expires_on": "yesterday"}, "expired")])
def test_no_picture_goes_out_without_credit_or_after_its_time(place, fields, code):
    yesterday = timezone.localdate() - timedelta(days=1)
    given: dict[str, Any] = {name: yesterday if value == "yesterday" else value for name, value in fields.items()}
    shown = picture(**given)
    article = make.draft(about=[make.series("Dark")])
    if place == "lead_picture":
        article.lead_picture = shown
    elif place == "body":
        article.body += f'<embed embedtype="picture" format="full" id="{shown.pk}"/>'
    else:
        article.gallery = [GalleryPicture(picture=shown)]

    assert codes(article) == [code]


def test_a_picture_must_hold_until_the_article_goes_live() -> None:
    today = timezone.localdate()
    article = make.draft(about=[make.series("Dark")], lead_picture=picture(expires_on=today + timedelta(days=1)))
    now = timezone.now()

    assert codes(article, now=now) == []
    assert codes(article, now=now, go_live_at=now + timedelta(days=1)) == []
    assert codes(article, now=now, go_live_at=now + timedelta(days=2)) == ["expired"]


def test_an_embargo_forbids_every_moment_before_it_and_none_after() -> None:
    now = timezone.now()
    article = make.draft(about=[make.series("Dark")], embargo_until=now + HOUR)

    assert codes(article, now=now) == ["embargo"]
    assert codes(article, now=now, go_live_at=now + HOUR - timedelta(seconds=1)) == ["embargo"]
    assert codes(article, now=now, go_live_at=now + HOUR) == []
    assert codes(article, now=now + HOUR) == []


def test_each_kind_has_what_makes_it_one() -> None:
    dark = make.series("Dark")
    find = make.draft("Fund", about=[dark], kind=Kind.FIND, body="")
    assert codes(find) == ["find_source"]
    find.sources = [Source(name="Deadline", url="https://deadline.example/1")]
    assert codes(find) == []
    find.body = "<p>Their words.</p>"
    assert codes(find) == ["find_body"]

    assert codes(make.draft("Reklame", about=[dark], kind=Kind.ADVERTISEMENT, advertiser=" ")) == ["advertiser"]
    assert codes(make.draft("Starts", about=[dark], kind=Kind.STARTS, starts_period="2026-13")) == ["period"]
    assert codes(make.draft("Starts im Mai", about=[dark], kind=Kind.STARTS, starts_period="2026-05")) == []


def test_an_author_may_not_publish_and_a_merged_article_stays_away() -> None:
    article, kept = make.draft(about=[make.series("Dark")]), make.article("Bleibt")
    assert codes(article, user=make.editor("alan", group="Autor")) == ["right"]

    article.merged_into = kept

    assert codes(article, user=make.editor()) == ["merged"]


def test_the_problems_of_many_drafts_take_one_query(django_assert_num_queries):
    drafts = [make.draft(f"Nr. {n}", lead_picture=picture(), about=[make.series(f"Serie {n}")]) for n in range(3)]
    revisions = {draft.pk: draft.save_revision() for draft in drafts}

    with django_assert_num_queries(1):
        found = rules.problems_of(revisions, now=timezone.now())

    assert found == {draft.pk: [] for draft in drafts}


# --- the ways to publish


def planned_for(moment: object) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]


def test_the_form_refuses_with_a_sentence_keeps_what_was_typed_and_stores_nothing() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    shown = picture(credit=" ")
    article = write(grace, "Erst so", about=ballard)
    revisions = article.revisions.count()

    posted = changed(article, "Dann so", action="publish", lead_picture=str(shown.pk))
    response = client_of(grace).post(address("edit", article.pk), posted)

    page = response.content.decode()
    assert response.status_code == 200
    assert "Am Strand" in str(response.context["form"].errors["lead_picture"])
    assert "Dann so" in page
    article.refresh_from_db()
    assert (article.headline, article.live, article.revisions.count()) == ("Erst so", False, revisions)


def test_a_new_article_is_refused_the_same_way() -> None:
    embargo = planned_for(timezone.now() + HOUR)

    response = client_of(make.editor()).post(
        address("add"), publishing("Zu früh", about=make.series("Ballard"), embargo_until=embargo)
    )

    assert response.status_code == 200
    assert response.context["form"].errors["embargo_until"]
    assert not Article.objects.exists()


def test_planning_before_the_embargo_is_refused_and_at_its_end_is_not() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Gesperrt", about=ballard)
    end = timezone.now().replace(second=0, microsecond=0) + 2 * HOUR
    edit, client = address("edit", article.pk), client_of(grace)

    early = changed(article, "Gesperrt", action="publish", embargo_until=planned_for(end))
    assert client.post(edit, early | {"go_live_at": planned_for(end - HOUR)}).status_code == 200
    assert client.post(edit, early).status_code == 200
    assert not article.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert client.post(edit, early | {"go_live_at": planned_for(end)}).status_code == 302

    assert article.revisions.get(approved_go_live_at__isnull=False).approved_go_live_at == end
    assert not Publication.objects.exists()


def in_review(**changes: str) -> tuple[Article, object]:
    alan, ballard = make.editor("alan", group="Autor"), make.series("Ballard")
    article = write(alan, "Bitte prüfen", about=ballard)
    client_of(alan).post(address("edit", article.pk), changed(article, "Bitte prüfen", action="submit", **changes))
    return article, make.editor("grace")


def approval(article: Article) -> str:
    return address("workflow_action", article.pk, "approve", article.current_workflow_task_state.pk)


@pytest.mark.parametrize("comment", ["", "Schön"])
def test_an_approval_that_may_not_publish_leaves_the_review_going_on(comment: str) -> None:
    article, grace = in_review(embargo_until=planned_for(timezone.now() + HOUR))
    client = client_of(grace)

    window = client.get(approval(article), headers={"X-Requested-With": "XMLHttpRequest"}).content.decode()
    response = client.post(approval(article), {"comment": comment}, follow=True)

    assert "sperrfrist" in window.lower()
    assert response.status_code == 200
    assert "sperrfrist" in response.content.decode().lower()
    article.refresh_from_db()
    assert not article.live
    assert article.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert article.current_workflow_task_state.status == "in_progress"


def test_so_does_an_approval_in_the_form_and_in_the_window_over_it() -> None:
    article, grace = in_review(embargo_until=planned_for(timezone.now() + HOUR))
    client = client_of(grace)
    button = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    embargo = {"embargo_until": planned_for(timezone.now() + HOUR)}

    inside = client.post(address("edit", article.pk), changed(article, "Bitte prüfen") | button | embargo)
    over = client.post(approval(article), {"comment": ""}, headers={"X-Requested-With": "XMLHttpRequest"})

    assert inside.status_code == 200
    assert "embargo_until" in inside.context["form"].errors
    assert over.json()["step"] == "success"
    article.refresh_from_db()
    assert not article.live
    assert article.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_a_plan_that_may_not_be_carried_out_stays_is_told_once_and_holds_up_no_other() -> None:
    dark, now = make.series("Dark"), timezone.now()
    shown = picture()
    for headline in ("Erste", "Zweite"):
        draft = make.draft(headline, about=[dark], go_live_at=now + HOUR)
        draft.lead_picture = shown if headline == "Erste" else None
        draft.save_revision().publish()
    Picture.objects.update(expires_on=timezone.localdate() - timedelta(days=30))
    due(now)

    assert actions.publish_due(now=now) == 1
    assert actions.publish_due(now=now) == 0

    first = Article.objects.get(headline="Erste")
    assert not first.live
    assert first.scheduled_revision is not None
    page = client_of(make.editor()).get(reverse("newsroom_board")).content.decode()
    assert "Am Strand" in page
    assert "Am Strand" in client_of(make.editor("ada")).get(address("edit", first.pk)).content.decode()
    history = client_of(make.editor("bob")).get(address("history", first.pk)).content.decode()
    assert history.count("Could not be published as planned") + history.count("nicht wie geplant") == 1


def due(now: datetime) -> None:
    """Makes every plan one whose time has come."""
    moment = now - timedelta(seconds=1)
    for article in Article.objects.all():
        revision = article.latest_revision
        revision.approved_go_live_at = moment
        revision.content |= {"go_live_at": moment.isoformat()}
        revision.save()


def test_reverting_to_a_version_is_publishing_too() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Alt", about=ballard)
    old = article.latest_revision
    embargo = planned_for(timezone.now() + HOUR)

    response = client_of(grace).post(
        address("revisions_revert", article.pk, old.pk),
        changed(article, "Alt", action="publish", embargo_until=embargo),
    )

    assert response.status_code == 200
    assert not Article.objects.get().live


def test_a_ninjs_file_for_an_article_with_an_embargo_is_refused_in_words() -> None:
    article = make.draft("Gesperrt", guid="urn:example:jenny", embargo_until=timezone.now() + HOUR)
    make.series("Ballard")

    with pytest.raises(ninjs.InvalidItem, match=r"(?i)sperrfrist"):
        ninjs.apply(ninjs.read(data()), now=timezone.now())

    article.refresh_from_db()
    assert (article.headline, article.live) == ("Gesperrt", False)


def test_nor_does_one_publish_in_the_name_of_an_author() -> None:
    make.series("Ballard")

    with pytest.raises(ninjs.InvalidItem):
        ninjs.apply(ninjs.read(data()), now=timezone.now(), user=make.editor("alan", group="Autor"))

    assert not Article.objects.exists()


def test_pictures_whose_time_is_over_are_reported_wherever_a_live_article_shows_them() -> None:
    dark = make.series("Dark")
    over = picture(expires_on=timezone.localdate() - timedelta(days=2))
    still = picture(expires_on=timezone.localdate())
    lead = make.article("Groß oben", about=[dark], lead_picture=over)
    text = f'<p>x</p><embed embedtype="picture" id="{over.pk}"/>'
    body = make.article("Im Text", about=[dark], body=text)
    gallery = make.draft("In der Reihe", about=[dark])
    gallery.gallery = [GalleryPicture(picture=over)]
    gallery.save()
    Article.objects.filter(pk=gallery.pk).update(live=True, first_published_at=timezone.now())
    make.article("Darf noch", about=[dark], lead_picture=still)
    make.draft("Entwurf", about=[dark], lead_picture=over)
    for article in Article.objects.all():
        ReferenceIndex.create_or_update_for_object(article)

    found = {article.pk for article, shown in rules.expired_in_live(now=timezone.now()) if shown == over}

    assert found == {lead.pk, gallery.pk, body.pk}
    assert "Groß oben" in client_of(make.editor()).get(reverse("newsroom_board")).content.decode()


def test_a_main_topic_makes_the_difference_to_the_revision_that_is_published() -> None:
    article = make.draft("Thema fehlt")
    revision = article.save_revision()
    with pytest.raises(rules.NotPublishable):
        revision.publish()

    article.subjects = [Subject(topic_id=make.series("Dark").pk)]
    article.save_revision().publish()

    article.refresh_from_db()
    assert article.live


def test_hostile_values_are_refused_without_a_crash() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    client = client_of(grace)

    for changes in ({"lead_picture": "9" * 30}, {"embargo_until": "31.02.2026 99:99"}, {"headline": "x\0y"}):
        assert client.post(address("add"), values("Fremd", about=ballard) | changes).status_code in (200, 302)


def test_an_embargo_set_after_planning_holds_for_what_was_planned() -> None:
    article, now = make.draft(about=[make.series("Dark")]), timezone.now()
    article.go_live_at = now + HOUR
    article.save_revision().publish()
    article.embargo_until = article.go_live_at = now + 3 * HOUR
    article.save_revision()

    assert actions.publish_due(now=now + 2 * HOUR) == 0
    assert not Article.objects.get().live
