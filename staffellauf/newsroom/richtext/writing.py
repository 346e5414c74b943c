"""Help while typing: topics by `@`, articles by `#`, German quotes and dashes, a count of words."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.rich_text.editors.draftail.features import Feature
from wagtail.rich_text.feature_registry import FeatureRegistry

# What people read in a minute, German prose (Brysbaert 2019 has 260 for German fiction in silence; news is slower).
WORDS_A_MINUTE = 220


class WritingFeature(Feature):
    """A plugin that hears every key, and a line below the text."""

    # Any: Draftail's options.
    def construct_options(self, options: dict[str, Any]) -> None:
        options.setdefault("plugins", []).append({"type": "writing"} | settings())
        options.setdefault("controls", []).append({"type": "writing"})


# Any: lazy texts.
def settings() -> dict[str, Any]:
    return {
        "addresses": {"@": reverse_lazy("newsroom-suggest-topics"), "#": reverse_lazy("newsroom-suggest-articles")},
        "wordsAMinute": WORDS_A_MINUTE,
        "texts": {
            "@": _("Topics"),
            "#": _("Earlier articles"),
            "keys": _("Arrow keys choose, Enter inserts, Escape closes."),
            "searching": _("Searching …"),
            "failed": _("The server did not answer. Type on, or try again in a moment."),
            "none@": _("No topic is called so. Escape leaves what you typed."),
            "none#": _("No published article is called so. Escape leaves what you typed."),
            # The script puts the numbers in.
            "found": [plural("%s hit", "%s hits", 1), plural("%s hit", "%s hits", 2)],
            "words": [plural("%s word", "%s words", 1), plural("%s word", "%s words", 2)],
            "characters": [plural("%s character", "%s characters", 1), plural("%s character", "%s characters", 2)],
            "minutes": _("%s min to read"),
            "straighten": _("Correct quotation marks"),
            "straightened": [
                plural("%s quotation mark corrected", "%s quotation marks corrected", 1),
                plural("%s quotation mark corrected", "%s quotation marks corrected", 2),
            ],
        },
    }


# Any: a lazy text.
plural: Callable[[str, str, int], Any] = lazy(ngettext, str)


def register(features: FeatureRegistry) -> None:
    scripts = ["newsroom/typography.js", "newsroom/suggestions.js", "newsroom/writing.js"]
    features.register_editor_plugin(
        "draftail", "writing", WritingFeature(js=scripts, css={"all": ["newsroom/writing.css"]})
    )
