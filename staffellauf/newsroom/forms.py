"""The article's form: its slug is made on the server, by German rules, and never taken twice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from staffellauf.common import text
from staffellauf.newsroom import actions
from staffellauf.newsroom.models import Article, FormerSlug, Weight


class ArticleForm(WagtailAdminModelForm):
    slug = forms.CharField(
        label=_("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=_("Part of the address; made from the headline. An old address keeps working."),
    )  # fmt: skip

    def clean_headline(self) -> str:
        """One line, though its field grows with it."""
        return " ".join(self.cleaned_data["headline"].splitlines())

    def clean_slug(self) -> str:
        wanted = text.slug(self.cleaned_data["slug"], empty="")
        others = Article.objects.filter(slug=wanted).exclude(pk=self.instance.pk)
        former = FormerSlug.objects.filter(slug=wanted).exclude(article_id=self.instance.pk)
        if wanted and (others.exists() or former.exists()):
            raise forms.ValidationError(_("Another article has or had this address."))
        return wanted

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.cleaned_data.get("slug") and "slug" not in self.errors:
            # A draft's follows its headline; one that readers know stays.
            headline = self.cleaned_data.get("headline") or self.instance.headline
            known = self.instance.published_slug
            self.cleaned_data["slug"] = known or actions.make_slug(self.instance, headline=headline)
        self.check_topics()
        return self.cleaned_data

    def check_topics(self) -> None:
        """No topic twice, which the database would refuse; and for readers, not for a draft, a main one."""
        formset = self.formsets.get("subjects")
        rows = [form.cleaned_data for form in formset.forms if form.is_valid()] if formset else []
        kept = [row for row in rows if row.get("topic") and not row.get("DELETE")]
        topics = [row["topic"] for row in kept]
        for topic in {topic for topic in topics if topics.count(topic) > 1}:
            self.add_error(None, _("“%(name)s” is among the topics twice.") % {"name": topic})
        if not self.is_deferred_validation and not any(row["weight"] == Weight.MAIN for row in kept):
            self.add_error(None, _("Name a main topic: its followers will hear of the article."))
