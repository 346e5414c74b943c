"""The form in which an editor says what has changed: sent with the article's own form, or on a page of its own."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffellauf.accounts.models import User
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Article, Note

PREFIX = "note"
PUBLISHES = "action-publish"


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of note"), choices=Note.Kind.choices, initial=Note.Kind.UPDATE,
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What has changed"), max_length=notes.MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_material = forms.BooleanField(
        label=gettext_lazy("Material: alert all followers once more"), required=False,
        widget=forms.CheckboxInput(attrs={"data-note-material": ""}),
    )  # fmt: skip
    is_confirmed = forms.BooleanField(label=gettext_lazy("Yes, alert them"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    # Any: whatever Django's forms take.
    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", PREFIX)
        super().__init__(*args, **kwargs)
        self.article = article
        self.fields["key"].initial = uuid.uuid4
        self.may_alert = notes.may_alert(article)
        if not self.may_alert:
            del self.fields["is_material"], self.fields["is_confirmed"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        is_material = bool(given.get("is_material"))
        if is_material and not given.get("is_confirmed"):
            self.add_error("is_confirmed", _("Confirm that all followers are to be alerted once more."))
        if reason := notes.refusal(self.article, is_material=is_material):
            self.add_error(None, reason)
        try:
            notes.clean(given.get("text") or "")
        except notes.NoteRefused as refused:
            if "text" not in self.errors:
                self.add_error("text", str(refused))
        return given

    def add(self, *, user: User) -> Note:
        """Call when it is valid. Raises notes.NoteRefused."""
        given = self.cleaned_data
        return notes.add(
            self.article,
            given["text"],
            kind=given["kind"],
            user=user,
            is_material=bool(given.get("is_material")),
            form_key=given["key"],
            now=timezone.now(),
        )


def given(article: Article, data: QueryDict) -> NoteForm | None:
    """The note that came with the article's form, when that publishes and there are words."""
    if PUBLISHES not in data or not data.get(f"{PREFIX}-text", "").strip():
        return None
    return NoteForm(data, article=article)


def problems(article: Article, data: QueryDict) -> list[str]:
    """Why the article's form cannot go out with its note, in words."""
    form = given(article, data)
    if form is None or form.is_valid():
        return []
    return [str(message) for messages in form.errors.values() for message in messages]
