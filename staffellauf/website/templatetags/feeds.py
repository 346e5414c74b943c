"""Which feeds a page has, for its head."""

from django import template
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Author
from staffellauf.syndication.feeds import names, xmltext

register = template.Library()
LINK = '<link rel="alternate" type="{}" title="{} ({})" href="{}">'


@register.simple_tag
def feed_links(subject: Topic | Author | str | None = None) -> SafeString:
    """Links to the feeds of a topic, an author or a kind (by its name); of all news without any."""
    name, title = names.everything(""), settings.WAGTAIL_SITE_NAME
    if isinstance(subject, Author):
        name, title = names.Name(names.AUTHOR, subject.slug, ""), subject.name
    elif isinstance(subject, Topic):
        name, title = names.of_topic(subject), subject.name
    elif subject:
        name, title = names.Name(names.KIND, kinds.slug_of(subject), ""), kinds.plural(subject)
    rows = ((names.TYPES[form], title, label, name.in_form(form).path) for form, label in names.LABELS.items())
    return format_html_join("\n", LINK, rows)


@register.filter
def xml_text(value: str) -> str:
    """Without what XML cannot hold, not even escaped."""
    return xmltext.FORBIDDEN.sub("", value)
