"""Writing, replying, changing, deleting and reporting. A refused form comes back with what was typed."""

import uuid
from dataclasses import replace
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from staffellauf.accounts import actions as accounts
from staffellauf.accounts.models import User
from staffellauf.comments import actions
from staffellauf.comments.models import Comment
from staffellauf.common import origin
from staffellauf.newsroom.models import Article
from staffellauf.website.pages import article as article_page
from staffellauf.website.pages import discussion

UNPROCESSABLE, TOO_MANY, FORBIDDEN = 422, 429, 403
# A form that came longer than any of its fields may be is not kept.
KEPT_LENGTH = 20_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def write(request: HttpRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published(), slug=slug)
    if request.method != "POST":
        return redirect(discussion.address(article))
    return _store(request, article, parent=None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def reply(request: HttpRequest, comment_id: str) -> HttpResponse:
    parent = _find(comment_id)
    if request.method == "POST":
        return _store(request, parent.shown_under, parent=parent)
    user = discussion.viewer(request)
    if user is None:
        return redirect(discussion.sign_in_url(request.path))
    return _form(request, parent.shown_under, parent=parent, form=discussion.Form.fresh(user))


def _store(request: HttpRequest, article: Article, *, parent: Comment | None) -> HttpResponse:
    user = discussion.viewer(request)
    form = _typed(request, user)
    if user is None:
        form = replace(form, error=_("Please sign in, then your comment can be published. Your text is still here."))
        return _form(request, article, parent=parent, form=form, status=FORBIDDEN)
    try:
        if form.needs_name:
            accounts.name(user, form.display_name)
        key, now = uuid.UUID(form.key), timezone.now()
        if parent is None:
            comment = actions.write(user, article, text=form.text, form_key=key, now=now)
        else:
            comment = actions.reply(user, parent, text=form.text, form_key=key, now=now)
    except (actions.CommentRefused, ValidationError) as refusal:
        form = replace(form, error=_sentence(refusal), needs_name=not user.display_name)
        return _form(request, article, parent=parent, form=form, status=_status(refusal))
    return redirect(discussion.permalink(comment))


def _typed(request: HttpRequest, user: User | None) -> discussion.Form:
    fresh = discussion.Form.fresh(user)
    try:
        key = str(uuid.UUID(request.POST.get("form_key", "")))
    except ValueError:
        key = fresh.key
    return replace(
        fresh,
        key=key,
        text=request.POST.get("text", "")[:KEPT_LENGTH],
        display_name=request.POST.get("display_name", "")[:KEPT_LENGTH],
    )


def _form(
    request: HttpRequest, article: Article, *, parent: Comment | None, form: discussion.Form, status: int = 200
) -> HttpResponse:
    values = {
        "article": article,
        "parent": discussion.Entry.of(parent, user=None) if parent else None,
        "form": form,
        "is_signed_in": discussion.viewer(request) is not None,
        "sign_in_url": discussion.sign_in_url(discussion.address(article)),
    }
    return render(request, "website/comments/write.html", values, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def show(request: HttpRequest, comment_id: str) -> HttpResponse:
    """The author's page of one comment: change it for a while, delete it. Everybody else is led to its place."""
    comment, user = _find(comment_id), discussion.viewer(request)
    if request.method != "POST" and not actions.is_own(user, comment):
        return redirect(discussion.permalink(comment))
    if user is None:
        return redirect(discussion.sign_in_url(request.path))
    text, error, status = comment.text, "", 200
    if request.method == "POST":
        text = request.POST.get("text", "")[:KEPT_LENGTH]
        try:
            if request.POST.get("action") == "delete":
                actions.delete(user, comment)
                return redirect(discussion.address(comment.shown_under))
            actions.edit(user, comment, text=text, now=timezone.now())
            return redirect(discussion.permalink(comment))
        except actions.CommentRefused as refusal:
            error, status = _sentence(refusal), _status(refusal)
    values = {
        "article": comment.shown_under,
        "entry": discussion.Entry.of(comment, user=user),
        "form": discussion.Form(key="", text=text, error=error),
        "may_edit": discussion.may_edit(user, comment),
    }
    return render(request, "website/comments/edit.html", values, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@origin.same_origin
def report(request: HttpRequest, comment_id: str) -> HttpResponse:
    comment, user = _find(comment_id), cast(User, request.user)
    reason, error, status, is_done = request.POST.get("reason", "")[:KEPT_LENGTH], "", 200, False
    if request.method == "POST":
        try:
            actions.report(user, comment, reason=reason, now=timezone.now())
            is_done = True
        except actions.CommentRefused as refusal:
            error, status = _sentence(refusal), _status(refusal)
    values = {
        "article": comment.shown_under,
        "entry": discussion.Entry.of(comment, user=user),
        "form": discussion.Form(key="", text=reason, error=error, longest=actions.REASON_LENGTH),
        "is_done": is_done,
        "back_url": discussion.permalink(comment),
    }
    return render(request, "website/comments/report.html", values, status=status)


def _find(comment_id: str) -> Comment:
    """The comment on an article that is published. Raises Http404; also for a deleted one that left no place."""
    shown = Comment.objects.shown().select_related("article__merged_into", "author", "parent__article__merged_into")
    comment = shown.filter(pk=comment_id).first()
    if comment is None or not article_page.is_published(comment.shown_under):
        raise Http404
    return comment


def _sentence(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _status(refusal: Exception) -> int:
    if isinstance(refusal, actions.NotYours):
        return FORBIDDEN
    return TOO_MANY if isinstance(refusal, actions.TooFast) else UNPROCESSABLE
