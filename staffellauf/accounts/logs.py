"""Addresses that sign in do not belong into a log."""

import logging
import re

# What follows is a token: sign-in and deletion links, new passwords, confirmations of an address, links of alerts, of
# calendars and of private feeds.
SECRET = re.compile(
    r"(/konto/anmelden/link/|/loeschung/|/passwort/neu/|/konto/e-mail/"
    r"|/benachrichtigungen/(?:bestaetigen|abbestellen|entfolgen)/|/kalender/|/feeds/privat/)[^/\s\"']+"
)


class HideTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if SECRET.search(text):
            record.msg, record.args = SECRET.sub(r"\1…", text), ()
        return True
