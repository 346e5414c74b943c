"""Content of others in a text: a video, a post, a podcast. Stored as its address; a page loads nothing by itself."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate_models import Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import AtomicBlockEntityElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import EmbedHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from staffellauf.newsroom.richtext import providers

ENTITY = "OUTSIDE"


class OutsideHandler(EmbedHandler):
    """For feeds and programs: a link. The website draws its own placeholder."""

    identifier = "outside"

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        content = read(attrs)
        if content is None:
            return ""
        words = _("Content at %(name)s") % {"name": content.name}
        return format_html('<p><a href="{}" rel="external noopener">{}</a></p>', content.url, words)


def read(attrs: Mapping[str, str]) -> providers.Content | None:
    """None for what is stored but may not be shown."""
    try:
        return providers.read(attrs.get("url") or "")
    except providers.Refused:
        return None


def described(content: providers.Content) -> dict[str, object]:
    """What the editor shows of it."""
    loads = (
        _("Readers load it from %(company)s by a tap.") % {"company": content.company}
        if content.frame
        else _("Readers get a link.")
    )
    return {"url": content.url, "name": content.name, "loads": loads, "refusal": ""}


class OutsideElement(AtomicBlockEntityElementHandler):
    """From storage to the editor."""

    # Any: Wagtail's converter's own state.
    def create_entity(self, name: str, attrs: dict[str, str], state: Any, contentstate: Any) -> Entity:
        try:
            data = described(providers.read(attrs.get("url") or ""))
        except providers.Refused as refused:
            data = {"url": attrs.get("url") or "", "name": "", "loads": "", "refusal": str(refused)}
        return Entity(ENTITY, "IMMUTABLE", data)


# Any: what draftjs_exporter hands over and builds.
def to_storage(props: Mapping[str, Any]) -> Any:
    """Nothing of an address that no page would show."""
    content = read({"url": str(props.get("url") or "")})
    if content is None:
        return DOM.create_element()
    return DOM.create_element("embed", {"embedtype": "outside", "url": content.url})


def register(features: FeatureRegistry) -> None:
    features.register_embed_type(OutsideHandler)
    control = {
        "type": ENTITY,
        "icon": "media",
        "description": gettext_lazy("Content of others"),
        "address": reverse_lazy("newsroom-outside"),
        # Pasted alone into an empty paragraph, such an address becomes its content.
        "hosts": [host for provider in providers.PROVIDERS for host in provider.hosts],
        "texts": {
            "prompt": gettext_lazy("Address of a video, a post or a podcast"),
            "insert": gettext_lazy("Insert"),
            "cancel": gettext_lazy("Cancel"),
            "remove": gettext_lazy("Take it out"),
            "failed": gettext_lazy("The server did not answer. Please try again."),
        },
    }
    scripts = ["newsroom/blocks.js", "newsroom/outside.js"]
    features.register_editor_plugin(
        "draftail", "outside", EntityFeature(control, js=scripts, css={"all": ["newsroom/writing.css"]})
    )
    features.register_converter_rule(
        "contentstate",
        "outside",
        {
            "from_database_format": {'embed[embedtype="outside"]': OutsideElement()},
            "to_database_format": {"entity_decorators": {ENTITY: to_storage}},
        },
    )
