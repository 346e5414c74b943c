import pytest
from django.core.exceptions import ValidationError

from staffellauf.accounts import names


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("A\u200bd\u2060a", "Ada"),
        ("\u202eadA", "adA"),
        ("Ａｄａ", "Ada"),
        ("𝓐𝓭𝓪", "Ada"),
        ("Zoë O’Neill-Müller", "Zoë O’Neill-Müller"),
        ("Ольга", "Ольга"),
        ("花子", "花子"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_name_is_stored_without_what_cannot_be_seen(typed: str, stored: str) -> None:
    assert names.clean(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "\u200b\u200b",
            "...",
            "Redaktion",
            "redaktion\u200b",
            "Staffellauf",
            "Staffellauf-Redaktion",
            "Die Redaktion",
            "A" + "\u0335" * 30,
        ),
        *("x" * 61, "a\x00b", "a\x1bb", "a\nb", "Аda"),
    ],
)
def test_a_name_that_deceives_or_says_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        names.clean(typed)
