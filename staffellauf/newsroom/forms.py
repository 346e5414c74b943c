"""The article's form: its slug is made on the server, by German rules, and never taken twice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from staffellauf.common import text
from staffellauf.newsroom import actions
from staffellauf.newsroom.models import Article, FormerSlug


class ArticleForm(WagtailAdminModelForm):
    slug = forms.CharField(
        label=_("slug"), required=False, max_length=text.SLUG_LENGTH,
        help_text=_("Part of the address; made from the headline. An old address keeps working."),
    )  # fmt: skip

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
            headline = self.cleaned_data.get("headline") or self.instance.headline
            self.cleaned_data["slug"] = actions.make_slug(self.instance, headline=headline)
        self.refuse_twins()
        return self.cleaned_data

    def refuse_twins(self) -> None:
        """A topic twice would break the database's rule with an error page."""
        rows = (
            [form for form in self.formsets["subjects"].forms if form.is_valid()] if "subjects" in self.formsets else []
        )
        topics = [row.cleaned_data.get("topic") for row in rows if not row.cleaned_data.get("DELETE")]
        for topic in {topic for topic in topics if topic and topics.count(topic) > 1}:
            self.add_error(None, _("“%(name)s” is among the topics twice.") % {"name": topic})
