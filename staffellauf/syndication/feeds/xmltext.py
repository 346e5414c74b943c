"""What the two XML formats share: elements whose text XML can hold."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# XML 1.0 section 2.2: not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
}


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new last child."""
    child = ElementTree.SubElement(parent, name, {key: FORBIDDEN.sub("", value) for key, value in attributes.items()})
    child.text = FORBIDDEN.sub("", text) or None
    return child


def written(root: Element) -> bytes:
    for namespace, prefix in PREFIXES.items():
        ElementTree.register_namespace(prefix, namespace)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="utf-8")
