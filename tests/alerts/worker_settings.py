"""The settings of a worker that a test starts: those that operators run, a shorter lease, the test's data folder."""

import os

os.environ["STAFFELLAUF_DATA"] = os.environ["STAFFELLAUF_TEST_DATA"]

from staffellauf.settings import *  # noqa: F403

JOBS_LEASE_S = float(os.environ["JOBS_LEASE_S"])
