"""What can be wrong with a feed, in a sentence each that says what happens next or what to do."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # --- before anything came
    "private_address": _(
        "The address, or one that it leads to, is in a private network. We do not ask there; please check the address."
    ),
    "refused": _("The address leads in circles, from https to http, or is none that we can ask. Please check it."),
    "certificate": _(
        "The server's certificate is not valid, so nobody knows who answers. We try again; its owner has to renew it."
    ),
    "unreachable": _("The server cannot be reached. We try again."),
    "timed_out": _("The answer was not whole in %(seconds)s seconds. We try again, less often."),
    "too_large": _("The feed has more than %(size)s MB, unpacked. We read none of it; look for a shorter one."),
    # --- another status than 200
    "not_found": _("There is no feed at this address (404). We try again; perhaps it has moved."),
    "gone": _("The publisher took the feed away for good (410). We do not ask any more."),
    "forbidden": _("The server does not let us have the feed (%(status)s). It may want a password."),
    "busy": _("The server is busy or asks us to come less often (%(status)s). We wait as long as it says."),
    "broken": _("The server has a problem of its own (%(status)s). We try again."),
    "status": _("The server answered %(status)s instead of a feed. We try again."),
    # --- an answer that is no feed
    "empty_answer": _("The answer was empty. We try again."),
    "page": _("This is a web page, not a feed. It names feeds that you can follow instead."),
    "page_without_feeds": _("This is a web page, not a feed, and it names none."),
    "login": _("This is a page that asks for a password, not a feed."),
    "no_feed": _("What came is neither RSS nor Atom nor JSON Feed."),
    # --- what is given to no parser, or what no parser stands
    "too_deep": _("The feed nests its elements deeper than any honest one, so we do not read it."),
    "too_many_attributes": _("An element of the feed has more than a hundred attributes, so we do not read it."),
    "entities": _("The feed declares entities that grow or that name files, as attacks do, so we do not read it."),
    "too_much": _("Reading the feed took too much time or memory, so we stopped. It is probably broken."),
    "too_slow": _("Reading the feed took too long, so we stopped. It is probably broken."),
    "unreadable": _("The feed cannot be read (%(detail)s)."),
    "unexpected": _("Something unexpected happened with this feed; the log says what. We try again."),
    # --- read, and something to say
    "no_entries": _("The feed is empty at the moment."),
    "no_titles": _("The entries have no headlines, and more than headlines we do not take."),
    "no_links": _("The entries have no links, so nobody could read on."),
}  # fmt: skip
# With these the feed was read all right.
NOTICES = {"no_entries", "no_titles", "no_links"}


def sentence(code: str, detail: str = "") -> str:
    """In the reader's language; empty for no problem."""
    if not code:
        return ""
    words = str(SENTENCES.get(code, SENTENCES["unexpected"]))
    if "%(" not in words:
        return words
    return words % dict.fromkeys(("seconds", "size", "status", "detail"), detail)
