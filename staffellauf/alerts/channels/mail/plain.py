"""Mails as plain text: lines of at most 72 characters, addresses in one piece on a line of their own."""

import textwrap
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH = 72
# RFC 3676 section 4.3: mail programs leave what follows out of a reply.
SIGNATURE = "-- "


# Any, here and below: what the HTML template takes too.
def message(context: dict[str, Any]) -> str:
    blocks = [] if context["is_single"] else [heading(context["title"])]
    blocks.append("\n\n\n".join(item(each) for each in context["items"]))
    if context["left_out"]:
        blocks.append(f"{wrapped(context['left_out_words'])}\n{context['feed']}")
    return "\n\n".join([*blocks, footer(context)]) + "\n"


def heading(title: str) -> str:
    lines = wrapped(title)
    return f"{lines}\n{'=' * max(map(len, lines.splitlines()))}"


def item(context: dict[str, Any]) -> str:
    told = context["item"]
    kicker = "" if context["kicker_is_said"] else told.kicker
    head = [wrapped(line) for line in (kicker, told.title) if line]
    text = [wrapped(told.body), told.address] if told.body else [told.address]
    about = " · ".join(part for part in (context["when"], told.why) if part)
    text = [*head, "", *text, "", wrapped(about)]
    if context["unfollow"]:
        text += [wrapped(_("Stop following %(name)s:") % {"name": context["name"]}), context["unfollow"]]
    return "\n".join(text)


def footer(context: dict[str, Any]) -> str:
    links = [f"{words}:\n{address}" for address, words in context["foot"][:-1]]
    return "\n".join([SIGNATURE, f"{context['site']} · {context['home']}", wrapped(context["reason"]), "", *links])


def reason(rhythm: str) -> str:
    """Why this mail comes, in a sentence."""
    return {
        "daily": _("You get this mail once a day because you asked for it."),
        "weekly": _("You get this mail once a week because you asked for it."),
    }.get(rhythm, _("You get these mails because you asked for them."))


def left_out(count: int) -> str:
    return ngettext("%(count)d more stands in your feed:", "%(count)d more stand in your feed:", count) % {
        "count": count
    }


def question(context: dict[str, Any]) -> str:
    paragraphs = [
        _("Hello,"),
        wrapped(
            _("somebody wants to get news of TV series from %(site)s at this address. If it was you, open this:")
            % context
        ),
        context["confirm"],
        wrapped(_("If it was not you, you need not do anything: nothing will come.")),
        wrapped(_("The link is good for a week.")),
        f"{_('Best wishes')}\n{context['site']}\n{context['home']}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def wrapped(words: str) -> str:
    return textwrap.fill(words, WIDTH, break_on_hyphens=False)
