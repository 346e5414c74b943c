"""Draftail as the newsroom has it: a text's links are looked up together, and nobody's forged text crashes it."""

import json
from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea

from staffellauf.newsroom.richtext import references

# What a forged content state runs into, depending on what of it is missing.
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


class BodyEditor(DraftailRichTextArea):
    # Any: a field's value.
    def format_value(self, value: Any) -> str:
        with references.of(value or ""):
            formatted: str = super().format_value(value)
        return formatted

    # Any: a form's data.
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The text in storage form. Raises BadRequest when it is none that the editor makes."""
        posted = data.get(name)
        if posted is None:
            return None
        try:
            state = json.loads(posted.replace("\\u0000", ""))
            if state is None:
                return ""
            return self.converter.to_database_format(json.dumps(state)).replace("\0", "")
        except BROKEN as error:
            raise BadRequest(f"{name} is no text of the editor's") from error
