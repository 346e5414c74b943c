"""When a feed is asked again: as often as it has news, never more often than it wants, later when it fails."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
# A feed without dates is asked twice as often after news, and less and less often without.
QUICKER, SLOWER = 0.5, 1.5
# Spread, so that those who failed together do not come back together.
SPREAD = (0.85, 1.15)
NEWEST = 20


def interval(*, before: timedelta, dates: Sequence[datetime], has_news: bool, now: datetime) -> timedelta:
    """Half the time that lies between two entries, by the newest of them; without dates, by whether there was news."""
    newest = sorted((date for date in dates if date <= now), reverse=True)[:NEWEST]
    if len(newest) < 3:
        return bounded(before * (QUICKER if has_news else SLOWER))
    # Up to now: a feed that has fallen silent is asked less and less often.
    return bounded((now - newest[-1]) / len(newest) / 2)


def after_success(wanted: timedelta, *, ttl_minutes: int, wait_s: float) -> timedelta:
    """Not before the feed (ttl) and its server (max-age) want it; spread a little."""
    polite = max(wanted, timedelta(minutes=min(ttl_minutes, 10_000)), timedelta(seconds=min(wait_s, 1e6)))
    return bounded(polite * random.uniform(1.0, 1.1))


def after_failure(failures: int, *, wait_s: float = 0.0) -> timedelta:
    """Doubles from SHORTEST to LONGEST and stays there: nobody is given up. At least as long as the server asks,
    up to the same bound."""
    doubled = SHORTEST * 2 ** min(max(failures - 1, 0), 10) * random.uniform(*SPREAD)
    return bounded(max(doubled, timedelta(seconds=min(wait_s, 1e6))))


def bounded(value: timedelta) -> timedelta:
    return min(LONGEST, max(SHORTEST, value))
