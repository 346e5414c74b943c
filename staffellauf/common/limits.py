"""How often something may happen. Counted in the cache: what is forgotten is forgiven."""

from dataclasses import dataclass

from django.core.cache import cache

from staffellauf.common import sealing


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in any stretch of `window_s`."""

    name: str
    most: int
    window_s: int

    def admits(self, key: str) -> bool:
        """Counts once more; False when that is too often.

        Each time takes a place of its own, which is free again after `window_s`: adding a key to the cache is one
        step for every database, counting it up is not.
        """
        # Keys may be addresses: nobody reads them in the cache.
        name = f"limit.{self.name}.{sealing.fingerprint(key, 'limits')[:32]}"
        return any(cache.add(f"{name}.{place}", 1, self.window_s) for place in range(self.most))
