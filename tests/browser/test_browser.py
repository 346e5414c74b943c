"""The journeys' own ground: the browser runs, and the world outside loopback is out of its reach."""

import pytest
from playwright.sync_api import Browser, Error


def test_the_browser_reaches_loopback_only(browser: Browser):
    page = browser.new_page()

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")

    page.close()
