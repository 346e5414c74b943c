"""The name that stands beside a comment: nobody's but its bearer's, and visible to the last letter."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from staffellauf.common import text

MAX_LENGTH = 60
# Letters that look alike come from these; a name keeps to one of them.
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")
# Who would be believed to speak for the house: no word of a name may be one of these.
RESERVED = {"redaktion", "chefredaktion", "moderation", "moderator", "moderatorin", "admin", "administrator"}
RESERVED_NAMES = {"geloeschtes konto", "deleted account"}
# More marks on one letter climb over the lines above.
STACKED_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4,}")


def clean(value: str) -> str:
    """The name as it is stored: one form per letter (NFKC), nothing invisible, single spaces.

    Raises ValidationError with a sentence when nothing can be made of it.
    """
    name = unicodedata.normalize("NFKC", value)
    if STACKED_MARKS.search(name) or any(unicodedata.category(c) in {"Cc", "Co", "Cs", "Cn"} for c in name.strip()):
        raise ValidationError(_("The name holds characters that cannot be shown."))
    # Zero-width characters and marks that change the direction of writing.
    name = " ".join("".join(c for c in name if unicodedata.category(c) not in {"Cf", "Zl", "Zp"}).split())
    if len(name) > MAX_LENGTH:
        raise ValidationError(_("A name has at most %(count)d characters.") % {"count": MAX_LENGTH})
    if not any(c.isalnum() for c in name):
        raise ValidationError(_("A name needs at least one letter or digit."))
    if len(scripts(name)) > 1:
        raise ValidationError(_("The name mixes letters of several alphabets that look alike."))
    words = text.fold(name)
    is_reserved = RESERVED & set(words.split()) or text.fold(settings.WAGTAIL_SITE_NAME) in words
    if is_reserved or words in RESERVED_NAMES:
        raise ValidationError(_("This name is kept for the editors."))
    return name


def scripts(name: str) -> set[str]:
    found = {unicodedata.name(c, "").partition(" ")[0] for c in name if c.isalpha()}
    return found & set(SCRIPTS)
