"""How often something may happen. Counted in the cache: what is forgotten is forgiven."""

from dataclasses import dataclass

from django.core.cache import cache

from staffellauf.common import sealing


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    most: int
    window_s: int
    """Begins with the first time and is not moved by the others."""

    def admits(self, key: str) -> bool:
        """Counts once more; False when that is too often."""
        # Keys may be addresses: nobody reads them in the cache.
        name = f"limit.{self.name}.{sealing.fingerprint(key, 'limits')[:32]}"
        cache.add(name, 0, self.window_s)
        try:
            return cache.incr(name) <= self.most
        except ValueError:
            # It ran out between the two lines.
            return True
