"""Links in an article's text to topics and earlier articles: stored by id, so that a new address breaks none.

`<a linktype="topic" id="7">` in the database, a chooser's button in the editor, `<a href>` on the page.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse_lazy
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article
from staffellauf.newsroom.richtext import references
from staffellauf.newsroom.richtext.references import row_id

SCRIPTS = ["wagtailadmin/js/chooser-modal.js", "newsroom/links.js"]


class OwnLinkHandler(LinkHandler):
    """All links of one kind in a text with one query. A target that is gone leaves its text."""

    @classmethod
    @abstractmethod
    # Any: a model's rows.
    def targets(cls) -> "QuerySet[Any]":
        """What a link of this kind may lead to."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        found = cls.targets().in_bulk({pk for attrs in attrs_list if (pk := row_id(attrs))})
        targets = (standing(found.get(row_id(attrs))) for attrs in attrs_list)
        return [f'<a href="{escape(target.get_absolute_url())}">' if target else "<a>" for target in targets]

    @classmethod
    # Any: as Wagtail's reference index takes them.
    def extract_references(cls, attrs: Mapping[str, str]) -> Any:
        if row_id(attrs):
            yield cls.get_model(), attrs["id"], "", ""


class TopicLinkHandler(OwnLinkHandler):
    identifier = "topic"

    @staticmethod
    def get_model() -> type[Model]:
        return Topic

    @classmethod
    def targets(cls) -> "QuerySet[Any]":
        return with_merged().only("kind", "slug", "merged_into", "merged_into__kind", "merged_into__slug")


class ArticleLinkHandler(OwnLinkHandler):
    identifier = "article"

    @staticmethod
    def get_model() -> type[Model]:
        return Article

    @classmethod
    def targets(cls) -> "QuerySet[Any]":
        return Article.objects.published().select_related("merged_into").only("slug", "merged_into__slug")


def with_merged() -> "QuerySet[Topic]":
    return Topic.everything.select_related("merged_into")


def editable_articles() -> "QuerySet[Article]":
    """With what the editor shows of a link; drafts too, which an article may have been since it was linked."""
    names = ("headline", "slug")
    return Article.objects.select_related("merged_into").only(*names, *(f"merged_into__{name}" for name in names))


# Any: a topic, an article or None.
def standing(target: Any) -> Any:
    """What a link leads to: for a merged topic, the one that took its place."""
    return getattr(target, "merged_into", None) or target


class OwnLinkElement(LinkElementHandler):
    """From storage to the editor, which shows the target's name."""

    # Any: a model's rows.
    def __init__(self, entity_type: str, targets: "QuerySet[Any]") -> None:
        super().__init__(entity_type)
        self.entity_type = entity_type
        self.targets = targets

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, object]:
        target = standing(references.find(self.entity_type.lower(), row_id(attrs), among=self.targets))
        if target is None:
            return {"id": attrs.get("id")}
        return {"id": target.pk, "title": str(target), "url": target.get_absolute_url()}


# Any: what draftjs_exporter hands over and builds.
def to_storage(linktype: str) -> Any:
    def element(props: Mapping[str, Any]) -> Any:
        pk = row_id({"id": str(props.get("id"))})
        if not pk:
            return props["children"]
        return DOM.create_element("a", {"linktype": linktype, "id": str(pk)}, props["children"])

    return element


def register(features: FeatureRegistry) -> None:
    register_link(
        features, TopicLinkHandler, with_merged(),
        chooser="topic_chooser:choose", icon="tag", description=_("Link to a topic"),
    )  # fmt: skip
    register_link(
        features, ArticleLinkHandler, editable_articles(),
        chooser="wagtailsnippetchoosers_newsroom_article:choose", icon="doc-full", description=_("Link to an article"),
    )  # fmt: skip


# Any: a model's rows, a lazy text.
def register_link(
    features: FeatureRegistry,
    handler: type[OwnLinkHandler],
    targets: "QuerySet[Any]",
    *,
    chooser: str,
    icon: str,
    description: Any,
) -> None:
    name = str(handler.identifier)
    entity = name.upper()
    features.register_link_type(handler)
    control = {
        "type": entity,
        "icon": icon,
        "description": description,
        "chooserUrls": {"chooser": reverse_lazy(chooser)},
    }
    features.register_editor_plugin("draftail", name, EntityFeature(control, js=SCRIPTS))
    features.register_converter_rule(
        "contentstate",
        name,
        {
            "from_database_format": {f'a[linktype="{name}"]': OwnLinkElement(entity, targets)},
            "to_database_format": {"entity_decorators": {entity: to_storage(name)}},
        },
    )
