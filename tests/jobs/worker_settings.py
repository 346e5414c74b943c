"""The settings under test for worker processes: a short lease, and no outbox to look after."""

import os

from tests.settings import *  # noqa: F403

JOBS_LEASE_S = float(os.environ["JOBS_LEASE_S"])
JOBS_POLLERS = []
