"""How long a server asks to be left alone."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)
NO_KEEPING = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)


def asked_s(value: str, *, now: datetime) -> float:
    """Seconds of a Retry-After header: a number or a date (RFC 9110, 10.2.3). 0 for anything else."""
    value = value.strip()
    if value.isascii() and value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now.timestamp())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def fresh_s(headers: Mapping[str, str]) -> float:
    """For how long the answer need not be asked for again (Cache-Control: max-age)."""
    said = headers.get("cache-control", "")
    found = MAX_AGE.search(said)
    return float(found[1]) if found and not NO_KEEPING.search(said) else 0.0
