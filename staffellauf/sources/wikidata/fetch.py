"""Asking Wikidata (https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities), by name and address."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.conf import settings

from staffellauf.sources import fetching
from staffellauf.sources.wikidata import words
from staffellauf.sources.wikidata.entities import ITEM, Entity, entities_of, kind_of, named_by

# One question after the other, as https://www.mediawiki.org/wiki/API:Etiquette asks.
CALLS, PERIOD_S = 2, 1.0
# So many entities may be asked for at once.
BATCH = 50
# A series of fifty years names thousands of people.
MAX_NAMED = 5_000
LANGUAGES = "de|de-at|de-ch|en|en-gb|mul"


def api() -> fetching.Api:
    """With a name and an address of who asks: https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy."""
    agent = f"Staffellauf ({settings.PUBLIC_URL}; catalogue of TV series)"
    headers = {"User-Agent": agent.encode("ascii", "replace").decode()}
    return fetching.Api("Wikidata", settings.WIKIDATA_URL, CALLS, PERIOD_S, headers=headers)


# Any in this file: what JSON holds.
def entities(items: Sequence[str]) -> Iterator[Any]:
    """The answers about these Q ids, fifty in each."""
    asked = api()
    for start in range(0, len(items), BATCH):
        query = {
            "action": "wbgetentities",
            "format": "json",
            "ids": "|".join(items[start : start + BATCH]),
            "props": "info|labels|aliases|claims",
            "languages": LANGUAGES,
        }
        answer = asked.get("/w/api.php", query)
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            raise fetching.SourceUnavailable(f"Wikidata answered: {str(error.get('info') or error.get('code'))[:300]}")
        yield answer


def with_named(items: Sequence[str]) -> list[Any]:
    """The answers about these Q ids and about whom and what they name; authors of works too."""
    found = list(entities(items))
    have = set(items)
    for _ in range(2):
        wanted = [item for item in dict.fromkeys(_named(found)) if item not in have][:MAX_NAMED]
        found += entities(wanted)
        have |= set(wanted)
    return found


def _named(documents: Collection[Any]) -> Iterator[str]:
    """What series name, and who wrote the works."""
    for document in documents:
        for _, raw in entities_of(document):
            entity = Entity(raw)
            kind = kind_of(entity)
            if kind == "series":
                yield from named_by(entity)
            elif kind == "work":
                yield from entity.items(words.AUTHOR)


def is_item(text: str) -> bool:
    return ITEM.fullmatch(text) is not None
