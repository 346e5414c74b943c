"""What a body in Wagtail's storage form links to, by id. Reads text only, so that models may ask too."""

import re

TOPIC_LINK = re.compile(r'<a\b[^>]*\blinktype="topic"[^>]*>')
ARTICLE_LINK = re.compile(r'<a\b[^>]*\blinktype="article"[^>]*>')
LINK_ID = re.compile(r'\bid="(\d{1,18})"')


def topics(body: str) -> list[int]:
    """Each once, in order."""
    return _ids_in(TOPIC_LINK.findall(body))


def articles(body: str) -> list[int]:
    """Each once, in order."""
    return _ids_in(ARTICLE_LINK.findall(body))


def _ids_in(tags: list[str]) -> list[int]:
    ids = (LINK_ID.search(tag) for tag in tags)
    return list(dict.fromkeys(int(found[1]) for found in ids if found))
