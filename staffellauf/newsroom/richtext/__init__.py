"""What an article's text can hold beside words: links to what we know, pictures, content of others, and help to type.

Stored by id or address, so that nothing in a text grows old: `<a linktype="topic" id="7">`,
`<embed embedtype="picture" id="7" …/>`, `<embed embedtype="outside" url="…"/>`.
"""

from wagtail.rich_text.feature_registry import FeatureRegistry

from staffellauf.newsroom.richtext import links, outside, pictures, writing


def register(features: FeatureRegistry) -> None:
    """Wagtail's hook `register_rich_text_features`."""
    links.register(features)
    pictures.register(features)
    outside.register(features)
    writing.register(features)
