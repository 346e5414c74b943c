"""The article's form, and the two fields with which an article begins.

A draft may be anything; what readers are to see has its rules, and each is told at the field that mends it.
"""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from staffellauf.catalogue.models import Topic
from staffellauf.common import periods, text
from staffellauf.newsroom import actions, linked, noting, planning
from staffellauf.newsroom.models import HEADLINE_LENGTH, STARS, WRITTEN_KINDS, Article, FormerSlug, Kind, Weight

# What the database's column holds.
LARGEST_NUMBER = 32_767
KEY = re.compile(r"[0-9]{1,18}")
ONE_LINE = ("headline", "deck", "neutral_headline", "kicker", "lead_caption")


class BeginForm(forms.Form):
    """Asked before the editor opens, which needs an article to work on."""

    headline = forms.CharField(
        label=_("headline"), max_length=HEADLINE_LENGTH, widget=forms.TextInput(attrs={"data-typography": ""})
    )
    kind = forms.ChoiceField(label=_("kind"), choices=WRITTEN_KINDS, initial=Kind.NEWS)
    topic = forms.ModelChoiceField(Topic.objects.all(), required=False, widget=forms.HiddenInput)

    def clean_headline(self) -> str:
        return one_line(self.cleaned_data["headline"])

    @property
    def about(self) -> Topic | None:
        """The topic that the address named."""
        try:
            topic: Topic | None = self.fields["topic"].clean(self["topic"].value())
        except forms.ValidationError:
            return None
        return topic


class ArticleForm(WagtailAdminModelForm):
    slug = forms.CharField(
        label=_("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=_("Part of the address; made from the headline. An old address keeps working."),
    )  # fmt: skip
    half_stars = forms.TypedChoiceField(
        label=_("verdict"), required=False, coerce=int, empty_value=None,
        choices=[("", "–"), *((n, "★" * (n // 2) + "½" * (n % 2)) for n in range(1, 2 * STARS + 1))],
        help_text=_("Up to five stars. Only a review shows them."),
    )  # fmt: skip

    # Any: what Wagtail's views hand to their form.
    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.with_keys(data), *args, **kwargs)
        if kind := self.fields.get("kind"):
            kind.required = False
            kind.choices = Kind.choices if self.instance.kind == Kind.FIND else WRITTEN_KINDS
        for name in ("spoils_season", "spoils_episode"):
            if name in self.fields:
                self.fields[name].validators.append(MaxValueValidator(LARGEST_NUMBER))
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField):
                field.validators.append(check_year)
        self.leave_slug_open()

    # Any: what was posted, if anything was.
    @classmethod
    def with_keys(cls, data: Any) -> Any:
        """Wagtail's choosers break on what is no key: nobody's stands in its place, which is no valid choice."""
        tables = [cls, *(formset.form for formset in cls.formsets.values())]
        chosen = {
            name for form in tables for name, field in form.base_fields.items()
            if isinstance(field, forms.ModelChoiceField)
        }  # fmt: skip
        forged = [
            name for name in data or () if name.rpartition("-")[2] in chosen and data[name]
            and not KEY.fullmatch(str(data[name]))
        ]  # fmt: skip
        if not forged:
            return data
        mended = data.copy()
        for name in forged:
            mended[name] = "0"
        return mended

    def leave_slug_open(self) -> None:
        """A draft's follows its headline as long as nobody chose another."""
        made = self.instance.slug and not self.instance.published_slug
        if made and self.instance.slug.startswith(text.slug(self.instance.headline, empty="meldung")):
            self.initial["slug"] = ""
            self.fields["slug"].widget.attrs["placeholder"] = self.instance.slug

    def headline_of_address(self) -> str:
        """An address tells as much as a headline: with a spoiler it is made from the one that gives nothing away."""
        found = {
            name: self.cleaned_data.get(name, getattr(self.instance, name))
            for name in ("headline", "neutral_headline", "spoils_season")
        }
        if found["spoils_season"] is None:
            return str(found["headline"] or self.instance.headline)
        return str(found["neutral_headline"] or _("News with spoilers"))

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"] or self.instance.kind
        return kind

    def clean_slug(self) -> str:
        wanted = text.slug(self.cleaned_data["slug"], empty="")
        others = Article.objects.filter(slug=wanted).exclude(pk=self.instance.pk)
        former = FormerSlug.objects.filter(slug=wanted).exclude(article_id=self.instance.pk)
        if wanted and (others.exists() or former.exists()):
            raise forms.ValidationError(_("Another article has or had this address."))
        return wanted

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in ONE_LINE:
            if self.cleaned_data.get(name):
                self.cleaned_data[name] = one_line(self.cleaned_data[name])
        if not self.cleaned_data.get("slug") and "slug" not in self.errors:
            # A draft's follows its headline; one that readers know stays.
            known = self.instance.published_slug
            self.cleaned_data["slug"] = known or actions.make_slug(self.instance, headline=self.headline_of_address())
        self.check_rows()
        if not self.is_deferred_validation:
            self.check_for_readers()
            self.check_note()
        return self.cleaned_data

    def check_rows(self) -> None:
        """No topic and no author twice, which the database would refuse."""
        topics = [row["topic"] for row in self.rows("subjects") if row.get("topic")]
        for topic in {topic for topic in topics if topics.count(topic) > 1}:
            self.add_error(None, _("“%(name)s” is among the topics twice.") % {"name": topic})
        authors = [row["author"] for row in self.rows("bylines") if row.get("author")]
        for author in {author for author in authors if authors.count(author) > 1}:
            self.add_error(None, _("“%(name)s” is among the authors twice.") % {"name": author})

    # Any: a row's values.
    def rows(self, name: str) -> list[dict[str, Any]]:
        """The valid ones that stay."""
        formset = self.formsets.get(name)
        rows = [form.cleaned_data for form in formset.forms if form.is_valid()] if formset else []
        return [row for row in rows if row and not row.get("DELETE")]

    def check_for_readers(self) -> None:
        kind = self.cleaned_data.get("kind") or self.instance.kind
        is_named = any(row.get("weight") == Weight.MAIN for row in self.rows("subjects"))
        if not (is_named or linked.topics(self.cleaned_data.get("body") or "")):
            self.add_error(
                None, _("Name a main topic, or link to one in the text: its followers will hear of the article.")
            )
        if not (has_words(self.cleaned_data.get("body")) or self.goes_without_text(kind)):
            self.tell("body", _("Readers need a text. Save it as a draft until it is written."))
        if kind == Kind.ADVERTISEMENT and not (self.cleaned_data.get("advertiser") or "").strip():
            self.tell("advertiser", _("Name who pays: the law asks for it."))
        period = (self.cleaned_data.get("starts_period") or "").strip()
        if kind == Kind.STARTS and not periods.parse(period):
            self.tell("starts_period", _("Name a month, such as 2026-02, or a week, such as 2026-w05."))
        self.check_spoiler()

    def goes_without_text(self, kind: str) -> bool:
        """A find's story is at its publishers', a picture series tells its own; a new kind of find has none either."""
        has_gallery = any(row.get("picture") for row in self.rows("gallery"))
        return kind == Kind.FIND or (kind == Kind.SPECIAL and has_gallery)

    def check_spoiler(self) -> None:
        season = self.cleaned_data.get("spoils_season")
        if self.cleaned_data.get("spoils_episode") is not None and season is None:
            self.tell("spoils_season", _("Name the season too, or clear the episode."))
        neutral = self.cleaned_data.get("neutral_headline") or ""
        if season is not None and neutral and text.fold(neutral) == text.fold(self.cleaned_data.get("headline") or ""):
            self.tell("neutral_headline", _("It says the same as the headline. Write one that gives nothing away."))

    def check_note(self) -> None:
        """What readers are told of the change goes out with it, or neither does."""
        found = noting.problems(self.instance, self.data)
        go_live_at = self.cleaned_data.get("go_live_at")
        if noting.given(self.instance, self.data) and go_live_at and go_live_at > timezone.now():
            found.append(str(_("A note goes out at once: clear the plan, or add the note once the text is live.")))
        for problem in found:
            self.add_error(None, problem)

    def tell(self, name: str, message: Any) -> None:
        """At the field, or over the form when it does not have the field."""
        self.add_error(name if name in self.fields else None, message)


def check_year(value: datetime) -> None:
    """The first and the last day of all cannot be told in another time zone."""
    if value.year not in planning.YEARS:
        raise forms.ValidationError(_("That day is not one to plan for."))


def one_line(value: str) -> str:
    """Fields that grow with their text take line breaks; a headline has none."""
    return " ".join(value.split("\n")).replace("\r", "").strip() if "\n" in value else value.strip()


def has_words(body: str | None) -> bool:
    """Whether there is anything to read or to see in a body in storage form."""
    return bool(body) and ("<embed" in str(body) or bool(strip_tags(str(body)).strip()))
