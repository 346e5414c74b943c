"""Numbers of the lease, and how long a failed job waits."""

import random
from datetime import timedelta

from django.conf import settings

# Long enough that a worker in a 10 s transaction on SQLite (nobody else writes meanwhile) keeps its lease,
# short enough that a killed worker's job is not missed. JOBS_LEASE_S overrides it, for tests.
LEASE_S = 15.0
# Renewing three times per lease survives two failed renewals.
RENEWALS_PER_LEASE = 3
# Full jitter between 0 and 5, 10, 20 … 1,800 s: about 20 minutes from the first to the tenth attempt, which outlasts
# a mail server's restart.
MAX_ATTEMPTS = 10
BACKOFF_FIRST_S = 5.0
BACKOFF_MOST_S = 1800.0


def lease_s() -> float:
    return float(getattr(settings, "JOBS_LEASE_S", LEASE_S))


def lease() -> timedelta:
    return timedelta(seconds=lease_s())


def backoff(attempts: int) -> timedelta:
    """How long a job waits that has failed `attempts` times: exponential with full jitter, bounded."""
    bound = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=random.uniform(0, bound))
