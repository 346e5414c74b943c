"""What readers do with comments, and editors with what readers report."""

import unicodedata
import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts import names
from staffellauf.accounts.models import User
from staffellauf.comments.models import MAX_LENGTH, Comment, CommentQuerySet, Report
from staffellauf.newsroom.models import Article

# A typo is seen at once; afterwards others have read it, and answered.
EDIT_WINDOW = timedelta(minutes=15)
# Per person, not per network, and over all threads: nobody types faster.
RATE_COUNT = 5
RATE_WINDOW = timedelta(minutes=1)
REASON_LENGTH = 300


class CommentRefused(Exception):
    """The comment cannot be stored, changed or reported; the text tells the reader why."""


class TooFast(CommentRefused):
    """RATE_COUNT comments within RATE_WINDOW."""


class NotYours(CommentRefused):
    """Only the author may do this."""


def write(author: User, article: Article, *, text: str, form_key: uuid.UUID, now: datetime) -> Comment:
    """The new comment, or the one that the same form has stored before. Raises CommentRefused."""
    return _store(author, article, parent=None, text=text, form_key=form_key, now=now)


def reply(author: User, parent: Comment, *, text: str, form_key: uuid.UUID, now: datetime) -> Comment:
    """As `write`; a reply to a reply stands beside it, under the same comment."""
    first = parent.parent or parent
    if {parent.state, first.state} != {Comment.State.VISIBLE}:
        raise CommentRefused(_("This comment is not there any more, so it takes no replies."))
    return _store(author, parent.article, parent=first, text=text, form_key=form_key, now=now)


def _store(
    author: User, article: Article, *, parent: Comment | None, text: str, form_key: uuid.UUID, now: datetime
) -> Comment:
    if stored := _stored_before(author, form_key):
        return stored
    # One that became part of another takes replies to what was said there.
    if not (article.merged_into or article).live or not author.is_active:
        raise CommentRefused(_("Comments are not possible here."))
    if not author.display_name:
        raise CommentRefused(_("Choose the name that stands beside your comments first."))
    words = clean(text)
    try:
        with transaction.atomic():
            # One comment of a person after the other, so that the limit holds for posts sent at the same moment.
            User.objects.select_for_update().get(pk=author.pk)
            _check_rate(author, now=now)
            return Comment.objects.create(
                article=article, parent=parent, author=author, text=words, form_key=form_key, created_at=now
            )
    except IntegrityError:
        if stored := _stored_before(author, form_key):
            return stored
        raise CommentRefused(_("This form cannot be sent again. Please open the page anew.")) from None


def _stored_before(author: User, form_key: uuid.UUID) -> Comment | None:
    return Comment.objects.filter(author=author, form_key=form_key).first()


def _check_rate(author: User, *, now: datetime) -> None:
    since = now - RATE_WINDOW
    if Comment.objects.filter(author=author, created_at__gt=since).count() >= RATE_COUNT:
        raise TooFast(_("That was a lot in a short time. Please wait a minute; your text is still here."))


def clean(text: str, *, longest: int = MAX_LENGTH) -> str:
    """Plain text with single empty lines between paragraphs. Raises CommentRefused."""
    words = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    controls = any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in words)
    if controls or names.STACKED_MARKS.search(words):
        raise CommentRefused(_("The text holds characters that cannot be shown."))
    lines = [" ".join(line.split()) for line in words.strip().split("\n")]
    words = "\n".join(line for n, line in enumerate(lines) if line or lines[n - 1])
    if not any(unicodedata.category(c)[0] in "LNPS" for c in words):
        raise CommentRefused(_("Please write something first."))
    if len(words) > longest:
        raise CommentRefused(_("That is too long: at most %(count)d characters.") % {"count": longest})
    return words


def may_edit(user: User | None, comment: Comment, *, now: datetime) -> bool:
    return is_own(user, comment) and comment.state == Comment.State.VISIBLE and now < comment.created_at + EDIT_WINDOW


def is_own(user: User | None, comment: Comment) -> bool:
    return user is not None and user.is_active and comment.author_id == user.pk


def edit(user: User, comment: Comment, *, text: str, now: datetime) -> None:
    """Raises CommentRefused."""
    if not is_own(user, comment):
        raise NotYours(_("This is not your comment."))
    if not may_edit(user, comment, now=now):
        raise CommentRefused(_("A comment can be changed for 15 minutes after it was written."))
    words = clean(text)
    if words != comment.text:
        # Conditional: an editor may have hidden it meanwhile.
        Comment.objects.visible().filter(pk=comment.pk).update(text=words, edited_at=now)


def delete(user: User, comment: Comment) -> None:
    """Takes the words away. The place stays while there are replies to it; twice is once. Raises CommentRefused."""
    if not is_own(user, comment):
        raise NotYours(_("This is not your comment."))
    with transaction.atomic():
        _empty(Comment.objects.filter(pk=comment.pk))


def _empty(comments: CommentQuerySet) -> None:
    pks = list(comments.values_list("pk", flat=True))
    Report.objects.open().filter(comment__in=pks).update(decided_at=timezone.now())
    Comment.objects.filter(pk__in=pks).update(state=Comment.State.DELETED, text="")


def leave(author: User, *, keeps_text: bool) -> None:
    """The author's account ends. Without the words a comment stays only as the place of others' replies."""
    if keeps_text:
        return
    own = Comment.objects.filter(author=author)
    with transaction.atomic():
        _empty(own)
        own.filter(parent__isnull=False).delete()
        own.filter(replies__isnull=True).delete()


def report(reporter: User, comment: Comment, *, reason: str, now: datetime) -> bool:
    """Tells the editors; False when the reader did so before. Raises CommentRefused."""
    if comment.state != Comment.State.VISIBLE:
        raise CommentRefused(_("This comment is not shown any more."))
    if is_own(reporter, comment):
        raise CommentRefused(_("This is your own comment: you can change or delete it."))
    words = clean(reason, longest=REASON_LENGTH)
    recent = Report.objects.filter(reporter=reporter, created_at__gt=now - RATE_WINDOW)
    if recent.count() >= RATE_COUNT:
        raise TooFast(_("That was a lot in a short time. Please wait a minute; your text is still here."))
    return Report.objects.get_or_create(comment=comment, reporter=reporter, defaults={"reason": words})[1]


# --- editors


def hide(comment: Comment, *, editor: User, reason: str, now: datetime) -> None:
    """The reason is shown in the comment's place. Decides its open reports. Raises ValidationError without one."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH or "\x00" in reason:
        raise ValidationError(_("A reason of up to 300 characters is needed: readers see it."))
    with transaction.atomic():
        changed = Comment.objects.exclude(state=Comment.State.DELETED).filter(pk=comment.pk)
        if changed.update(state=Comment.State.HIDDEN, hidden_reason=reason, hidden_by=editor):
            Report.objects.open().filter(comment=comment).update(decided_at=now)
            _log(comment, "comments.hide", editor=editor, data={"reason": reason})


def unhide(comment: Comment, *, editor: User) -> None:
    with transaction.atomic():
        hidden = Comment.objects.filter(pk=comment.pk, state=Comment.State.HIDDEN)
        if hidden.update(state=Comment.State.VISIBLE, hidden_reason="", hidden_by=None):
            _log(comment, "comments.unhide", editor=editor)


def dismiss_reports(comment: Comment, *, editor: User, now: datetime) -> int:
    """The comment stays as it is; its open reports are decided. Comes back with how many there were."""
    with transaction.atomic():
        if count := Report.objects.open().filter(comment=comment).update(decided_at=now):
            _log(comment, "comments.dismiss", editor=editor, data={"count": count})
        return count


def _log(comment: Comment, action: str, *, editor: User, data: dict[str, object] | None = None) -> None:
    """Under its number: the log outlives the comment, and must not keep its words."""
    log(comment, action, user=editor, title=f"#{comment.pk}", data=data)
