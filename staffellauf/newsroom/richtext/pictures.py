"""Pictures between paragraphs: stored by id with alternative text and caption; credit and terms stay the picture's."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate_models import Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import AtomicBlockEntityElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import EmbedHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from staffellauf.common import dates
from staffellauf.newsroom.models import Picture, Rendition
from staffellauf.newsroom.richtext import references
from staffellauf.newsroom.richtext.references import row_id

ENTITY = "PICTURE"
ALT_LENGTH, CAPTION_LENGTH = 300, 400
# What the editor shows, one of the sizes that pages ask for, so that a preview has it too.
PREVIEW_FILTER = "width-480|format-jpeg"


class PictureHandler(EmbedHandler):
    """For feeds and programs: one size, caption and credit. The website draws its own figure."""

    identifier = "picture"

    @staticmethod
    def get_model() -> type[Picture]:
        return Picture

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        found = shown(attrs_list)
        return [figure(found.get(row_id(attrs)), attrs) for attrs in attrs_list]

    @classmethod
    # Any: as Wagtail's reference index takes them.
    def extract_references(cls, attrs: Mapping[str, str]) -> Any:
        if row_id(attrs):
            yield Picture, attrs["id"], "", ""


def with_renditions() -> "QuerySet[Picture]":
    return Picture.objects.prefetch_related("renditions")


def shown(attrs_list: list[dict[str, str]]) -> dict[int, Picture]:
    """The pictures that readers may see, by id, with their renditions; two queries."""
    ids = {pk for attrs in attrs_list if (pk := row_id(attrs))}
    today = dates.day_of(timezone.now())
    found = with_renditions().in_bulk(ids) if ids else {}
    return {pk: picture for pk, picture in found.items() if picture.may_be_shown(today=today)}


def ids_in(body: str) -> list[int]:
    """Ids of the pictures in a text in storage form, in order."""
    return references.ids_in(body, "picture")


def alt_of(picture: Picture, attrs: Mapping[str, str]) -> str:
    return unquoted(attrs.get("alt")) or picture.description


def caption_of(attrs: Mapping[str, str]) -> str:
    return unquoted(attrs.get("caption"))


def unquoted(value: str | None) -> str:
    """Wagtail's rewriter gives back every character but this one."""
    return (value or "").replace("&#x27;", "'")


def figure(picture: Picture | None, attrs: Mapping[str, str]) -> str:
    largest = widest(picture) if picture else None
    if picture is None or largest is None:
        return ""
    lines = [line for line in (caption_of(attrs), picture.credit) if line]
    words = format_html_join(" ", "{}", ((line,) for line in lines))
    return format_html(
        '<figure><img src="{}" width="{}" height="{}" alt="{}" loading="lazy"><figcaption>{}</figcaption></figure>',
        largest.url, largest.width, largest.height, alt_of(picture, attrs), words,
    )  # fmt: skip


def widest(picture: Picture) -> Rendition | None:
    """Of the sizes that pages show, in the format that everybody reads."""
    fit = [r for r in picture.renditions.all() if r.filter_spec.startswith("width-") and r.filter_spec.endswith("jpeg")]
    return max(fit, key=lambda rendition: rendition.width, default=None)


def described(picture: Picture | None) -> dict[str, object]:
    """What the editor shows of it beside the words that belong to the text."""
    if picture is None:
        return {"src": "", "credit": "", "refusal": _("This picture has been deleted.")}
    small = next((r for r in picture.renditions.all() if r.filter_spec == PREVIEW_FILTER), None)
    refusal = "" if picture.may_be_shown(today=dates.day_of(timezone.now())) else _("Readers may not see it any more.")
    if not picture.credit.strip():
        refusal = _("It has no credit, so readers do not see it.")
    return {"src": small.url if small else "", "credit": picture.credit, "refusal": refusal}


class PictureElement(AtomicBlockEntityElementHandler):
    """From storage to the editor."""

    # Any: Wagtail's converter's own state.
    def create_entity(self, name: str, attrs: dict[str, str], state: Any, contentstate: Any) -> Entity:
        pk = row_id(attrs)
        picture = references.find("picture", pk, among=with_renditions()) if pk else None
        words = {"alt": attrs.get("alt") or "", "caption": attrs.get("caption") or ""}
        return Entity(ENTITY, "IMMUTABLE", {"id": pk, **words, **described(picture)})


# Any: what draftjs_exporter hands over and builds.
def to_storage(props: Mapping[str, Any]) -> Any:
    pk = row_id({"id": str(props.get("id"))})
    if not pk:
        return DOM.create_element()
    words = {
        "alt": one_line(props.get("alt"), longest=ALT_LENGTH),
        "caption": one_line(props.get("caption"), longest=CAPTION_LENGTH),
    }
    return DOM.create_element("embed", {"embedtype": "picture", "id": str(pk), **words})


def one_line(value: object, *, longest: int) -> str:
    words = value if isinstance(value, str) else ""
    return " ".join(words.replace("\0", "").split())[:longest].strip()


def register(features: FeatureRegistry) -> None:
    features.register_embed_type(PictureHandler)
    control = {
        "type": ENTITY,
        "icon": "image",
        "description": gettext_lazy("Picture"),
        "chooserUrls": {"chooser": reverse_lazy("wagtailimages_chooser:choose")},
        "address": reverse_lazy("newsroom-picture"),
        "texts": {
            "alt": gettext_lazy("What the picture shows, for who cannot see it"),
            "caption": gettext_lazy("Caption (optional)"),
            "credit": gettext_lazy("Credit"),
            "replace": gettext_lazy("Choose another picture"),
            "remove": gettext_lazy("Take the picture out"),
            "failed": gettext_lazy("The server did not answer. Please try again."),
        },
        "lengths": {"alt": ALT_LENGTH, "caption": CAPTION_LENGTH},
    }
    scripts = [
        *("wagtailadmin/js/chooser-modal.js", "wagtailimages/js/image-chooser-modal.js"),
        *("newsroom/blocks.js", "newsroom/pictures.js"),
    ]
    features.register_editor_plugin(
        "draftail", "picture", EntityFeature(control, js=scripts, css={"all": ["newsroom/writing.css"]})
    )
    features.register_converter_rule(
        "contentstate",
        "picture",
        {
            "from_database_format": {'embed[embedtype="picture"]': PictureElement()},
            "to_database_format": {"entity_decorators": {ENTITY: to_storage}},
        },
    )
