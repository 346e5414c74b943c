"""What stands between an article's paragraphs, drawn: pictures, and placeholders for content of others."""

from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import features
from wagtail.rich_text.rewriters import EmbedRewriter, LinkRewriter, MultiRuleRewriter

from staffellauf.newsroom.richtext import outside
from staffellauf.newsroom.richtext import pictures as body_pictures
from staffellauf.newsroom.richtext.references import row_id
from staffellauf.website import pictures

SIZES = "(min-width: 48rem) 42rem, 100vw"


def html(body: str) -> SafeString:
    """A text in storage form as its page shows it. Embeds that are none of ours are dropped.

    One query for each kind of link, two for all pictures.
    """
    # Texts are cleaned before they are stored; ours add what templates have escaped.
    return mark_safe(rewriter()(body))


@cache
def rewriter() -> MultiRuleRewriter:
    links = {name: handler.expand_db_attributes_many for name, handler in features.get_link_types().items()}
    embeds = {"picture": figures, "outside": placeholders}
    return MultiRuleRewriter([LinkRewriter(bulk_rules=links), EmbedRewriter(bulk_rules=embeds)])


def figures(attrs_list: list[dict[str, str]]) -> list[str]:
    """Nothing for a picture that is gone, has expired, has no credit, or whose sizes are still being made."""
    shown = body_pictures.shown(attrs_list)
    drawn = []
    for attrs in attrs_list:
        row = shown.get(row_id(attrs))
        picture = pictures.load(row, sizes=SIZES)
        words = {"alt": body_pictures.alt_of(row, attrs), "caption": body_pictures.caption_of(attrs)} if row else {}
        context = {"picture": picture, **words}
        drawn.append(render_to_string("website/parts/body_picture.html", context) if picture else "")
    return drawn


def placeholders(attrs_list: list[dict[str, str]]) -> list[str]:
    """Nothing for an address that may not be shown."""
    contents = (outside.read(attrs) for attrs in attrs_list)
    return [
        render_to_string("website/parts/body_outside.html", {"content": content}) if content else ""
        for content in contents
    ]
