"""What the planning board does: ideas, who writes what, and by when.

Where an article stands is told by the article itself; the plan adds whether a draft is no more than an idea, who has it
and when it is due. The functions check who may.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom import drafting, permissions
from staffellauf.newsroom.models import HEADLINE_LENGTH, Article, Plan

# Nobody plans further ahead; what is behind these years was mistyped.
YEARS = range(2000, 2100)


class InvalidPlan(Exception):
    """It cannot be planned so; the message says why, in the language of who tried."""


def writers() -> "QuerySet[User]":
    """Those who can be given an article."""
    may_write = Q(groups__permissions__codename="change_article") | Q(is_superuser=True)
    return User.objects.filter(may_write, is_active=True).distinct().order_by("first_name", "last_name", "email")


def add_idea(headline: str, user: User, *, due_at: datetime | None = None, assignee: User | None = None) -> Article:
    """An idea on the board. Raises InvalidPlan and PermissionDenied."""
    if not user.has_perm("newsroom.add_article"):
        raise PermissionDenied
    wanted = " ".join(headline.replace("\0", "").split())
    if not wanted:
        raise InvalidPlan(_("Write in a few words what it is about."))
    if len(wanted) > HEADLINE_LENGTH:
        raise InvalidPlan(_("That is too long for a headline."))
    check_assignee(user, assignee)
    check_due(due_at)
    with transaction.atomic():
        article = drafting.begin(user, wanted)
        Plan.objects.create(article=article, is_idea=True, due_at=due_at, assignee=assignee)
        log(article, "newsroom.idea", user=user)
    return article


def take(article: Article, user: User) -> None:
    """Makes an open idea one's own work. Raises InvalidPlan when somebody was quicker."""
    if not user.has_perm(permissions.WRITE):
        raise PermissionDenied
    open_ideas = Plan.objects.filter(article=article, is_idea=True, assignee=None, article__live=False)
    if not open_ideas.update(is_idea=False, assignee=user):
        raise InvalidPlan(_("Somebody else has taken this idea already."))
    log(article, "newsroom.idea.take", user=user)


def start(article: Article, user: User) -> None:
    """From the ideas into work."""
    permissions.touched(user, article.pk)
    if Plan.objects.filter(article=article, is_idea=True).update(is_idea=False):
        log(article, "newsroom.plan.start", user=user)


def shelve(article: Article, user: User) -> None:
    """From work back to the ideas; only what nobody has submitted, planned or published. Raises InvalidPlan."""
    permissions.touched(user, article.pk)
    if article.live or article.first_published_at or article.workflow_in_progress or article.approved_schedule:
        raise InvalidPlan(_("The article is further than that already."))
    plan = plan_of(article)
    if not plan.is_idea:
        Plan.objects.filter(pk=plan.pk).update(is_idea=True)
        log(article, "newsroom.plan.shelve", user=user)


def drop(article: Article, user: User) -> None:
    """Deletes an idea; who had it may, and editors. Raises InvalidPlan."""
    permissions.touched(user, article.pk)
    if article.live or article.first_published_at or not Plan.objects.filter(article=article, is_idea=True).exists():
        raise InvalidPlan(_("Only an idea can be dropped."))
    with transaction.atomic():
        log(article, "newsroom.idea.drop", user=user, deleted=True)
        article.delete()


def assign(article: Article, user: User, *, assignee: User | None) -> None:
    """Gives the article to somebody, or to nobody. Editors only. Raises InvalidPlan."""
    if not permissions.may_publish(user):
        raise PermissionDenied
    check_assignee(user, assignee)
    plan = plan_of(article)
    if plan.assignee_id == (assignee.pk if assignee else None):
        return
    Plan.objects.filter(pk=plan.pk).update(assignee=assignee)
    log(article, "newsroom.plan.assign", user=user, data={"assignee": str(assignee) if assignee else ""})


def set_due(article: Article, user: User, *, due_at: datetime | None) -> None:
    """Raises InvalidPlan."""
    permissions.touched(user, article.pk)
    check_due(due_at)
    plan = plan_of(article)
    if plan.due_at == due_at:
        return
    Plan.objects.filter(pk=plan.pk).update(due_at=due_at)
    shown = date_format(timezone.localtime(due_at), "DATETIME_FORMAT") if due_at else ""
    log(article, "newsroom.plan.due", user=user, data={"due": shown})


def plan_of(article: Article) -> Plan:
    """The article's plan, made when there is none yet."""
    return Plan.objects.get_or_create(article=article)[0]


def check_assignee(user: User, assignee: User | None) -> None:
    """Raises InvalidPlan: authors give articles to nobody but themselves, and nobody to who cannot write."""
    if assignee is None:
        return
    if assignee != user and not permissions.may_publish(user):
        raise PermissionDenied
    if not writers().filter(pk=assignee.pk).exists():
        raise InvalidPlan(_("%(name)s does not write articles here.") % {"name": assignee})


def check_due(due_at: datetime | None) -> None:
    """Raises InvalidPlan."""
    if due_at and due_at.year not in YEARS:
        raise InvalidPlan(_("That day is not one to plan for."))
