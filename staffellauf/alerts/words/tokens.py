"""What a link in a mail may do without signing in: signed and stateless, one purpose a token."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing

# Longer than any token of ours; a longer one is not looked at.
MAX_LENGTH = 400
# No colon, as Django has it: some mail programs end an address there when they find it in plain text.
SEPARATOR = "."
# None: for ever. A mail that is read years later must still be one that can be left.
LIFETIMES: dict[str, timedelta | None] = {
    "confirm": timedelta(days=7),
    "unsubscribe": None,
    "unfollow": None,
}
# What each token holds, ids of rows.
NAMES: dict[str, frozenset[str]] = {
    "confirm": frozenset({"destination"}),
    "unsubscribe": frozenset({"destination"}),
    "unfollow": frozenset({"reader", "topic"}),
}
# The pages behind them stand above us.
PATHS = {
    "confirm": "/benachrichtigungen/bestaetigen/",
    "unsubscribe": "/benachrichtigungen/abbestellen/",
    "unfollow": "/benachrichtigungen/entfolgen/",
}


class Unusable(Exception):
    """Not made here, for another purpose, or too old."""

    def __init__(self, *, is_expired: bool = False) -> None:
        self.is_expired = is_expired
        super().__init__("expired" if is_expired else "not ours")


def make(purpose: str, **ids: int) -> str:
    """A token for one of LIFETIMES. Where its life has no end, the same ids make the same token."""
    if ids.keys() != NAMES[purpose]:
        raise ValueError(f"a token of {purpose} holds {sorted(NAMES[purpose])}")
    return _signer(purpose).sign_object(ids)


def read(token: str, purpose: str) -> dict[str, int]:
    """The ids that the token was made of. Raises Unusable."""
    if len(token) > MAX_LENGTH or not token.isascii():
        raise Unusable
    # Any, here and below: only a signer with a clock knows of an age; what was signed is what `make` was given.
    age: dict[str, Any] = {"max_age": lifetime} if (lifetime := LIFETIMES[purpose]) else {}
    try:
        ids: Any = _signer(purpose).unsign_object(token, **age)
    except signing.SignatureExpired as error:
        raise Unusable(is_expired=True) from error
    except (signing.BadSignature, ValueError) as error:
        raise Unusable from error
    return dict(ids)


def address(purpose: str, *, language: str, **ids: int) -> str:
    """The page behind the token, absolute."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{settings.PUBLIC_URL}{prefix}{PATHS[purpose]}{make(purpose, **ids)}/"


def _signer(purpose: str) -> signing.Signer:
    kind = signing.TimestampSigner if LIFETIMES[purpose] else signing.Signer
    return kind(salt=f"staffellauf.alerts.{purpose}", sep=SEPARATOR)
