"""What readers are told when a published article changes: updates and corrections."""

import unicodedata
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom import actions
from staffellauf.newsroom.models import Article, Kind, Note

ADD, WITHDRAW = "newsroom.add_note", "newsroom.delete_note"
MAX_LENGTH = 600


class NoteRefused(Exception):
    """The note cannot stand; the words say why."""


def add(
    article: Article,
    text: str,
    *,
    kind: str = Note.Kind.UPDATE,
    user: User | None,
    is_material: bool = False,
    form_key: uuid.UUID | None = None,
    now: datetime,
) -> Note:
    """The new note, or the one that the same form has stored before.

    A material one makes a new edition: the article moves up, and every follower is alerted once more. `user` None is
    the house. Raises NoteRefused.
    """
    words = clean(text)
    if kind not in Note.Kind.values:
        raise NoteRefused(_("A note is an update or a correction."))
    if user is not None and not user.has_perm(ADD):
        raise NoteRefused(_("You may not add notes to articles."))
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if form_key and (stored := Note.objects.filter(form_key=form_key).first()):
            if stored.article_id == locked.pk:
                return stored
            raise NoteRefused(_("This form cannot be sent again. Please open the page anew."))
        if reason := refusal(locked, is_material=is_material):
            raise NoteRefused(reason)
        note = Note.objects.create(
            article=locked, kind=kind, text=words, created_at=now, created_by=user, form_key=form_key,
            publication=actions.record_edition(locked, now=now) if is_material else None,
        )  # fmt: skip
        Article.objects.filter(pk=locked.pk).update(updated_at=now)
        article.updated_at = now
        data = {"note": note.pk, "kind": kind, "text": words, "is_material": is_material}
        log(locked, "newsroom.note", user=user, data=data)
        return note


def clean(text: str) -> str:
    """One line of words. Raises NoteRefused."""
    words = " ".join(text.split())
    if not words:
        raise NoteRefused(_("Say what has changed."))
    if len(words) > MAX_LENGTH:
        raise NoteRefused(_("That is too long: at most %(count)d characters.") % {"count": MAX_LENGTH})
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in words):
        raise NoteRefused(_("The text holds characters that cannot be shown."))
    return words


def refusal(article: Article, *, is_material: bool) -> str:
    """Why the article takes no such note, in words; empty when it does."""
    if not article.live or article.first_published_at is None:
        return _("Only an article that readers see has notes.")
    if is_material and not may_alert(article):
        return _("This article alerts nobody: its note can stand on the page only.")
    return ""


def may_alert(article: Article) -> bool:
    return not article.is_quiet and article.kind != Kind.ADVERTISEMENT


def reach(article: Article) -> int:
    """How many readers a material note alerts. Who follows is known above us, so settings name the count."""
    count: int = import_string(settings.ARTICLE_REACH)(article.pk)
    return count


def withdraw(note: Note, *, user: User) -> None:
    """Takes the note from the page; the log keeps its words. Who was alerted was. Raises NoteRefused."""
    if not user.has_perm(WITHDRAW):
        raise NoteRefused(_("Only who leads the newsroom withdraws a note."))
    with transaction.atomic():
        locked = Note.objects.select_for_update().filter(pk=note.pk).first()
        if locked is None:
            return
        data = {"note": locked.pk, "kind": locked.kind, "text": locked.text}
        log(locked.article, "newsroom.note.withdraw", user=user, data=data)
        locked.delete()
