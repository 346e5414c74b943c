"""Text and addresses out of a feed, as the newsroom keeps them."""

import html
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from staffellauf.common import clean
from staffellauf.finds.reading.records import MAX_LINK, MAX_TITLE

# Joins emoji and the letters of some scripts; every other invisible character only deceives.
JOINERS = {"\u200c", "\u200d"}
# A headline that was escaped once too often.
MOST_ESCAPED = 3
STILL_MARKED = re.compile(
    r"<[a-z/!?]|&(?:amp|lt|gt|quot|apos|nbsp|[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE
)
# Longer ones are cut before they are cleaned: cleaning is not free.
MAX_RAW = 20_000
# What only tells where a reader came from.
TRACKING = re.compile(
    r"(?:utm|mtm|piwik|matomo|wt|at|ns|hsa|oly|vero|mkt|trk|itm|stm|cm)_.*|pk_(?:campaign|kwd|source|medium)"
    r"|(?:fb|g|d|ms|tt|tw|ya|yc|l)clid|gbraid|wbraid|gclsrc|igshid?|mibextid|mc_[ce]id|_hs(?:enc|mi)|xtor|xts"
    r"|rss|rssfeed|ref_src|ref_url|cmpid|cmp|ocid|icid|ito|smid|wtmc|xing_share|spm|s_kwcid|_ga|_gl|srsltid|gaa_[a-z]+",
    re.IGNORECASE,
)
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
SAFE_IN_QUERY = SAFE_IN_PATH + "?"
CHARACTERS_OF_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]")


def headline(value: object, *, limit: int = MAX_TITLE) -> str:
    """Plain text on one line, without control and direction characters; empty when nothing is left."""
    if not isinstance(value, str):
        return ""
    found = clean.plain(value[:MAX_RAW].replace("\0", ""))
    for _ in range(MOST_ESCAPED):
        if not STILL_MARKED.search(found):
            break
        found = clean.plain(found)
    kept = "".join(c if not _is_invisible(c) else " " if c in "\t\n\r\x85\u2028\u2029" else "" for c in found)
    kept = " ".join(kept.split())
    if len(kept) <= limit:
        return kept
    return kept[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and character not in JOINERS


def link(value: object, *, base: str = "") -> str:
    """An http(s) address in ASCII without tracking and fragment; empty when it is none, or longer than we keep."""
    return _written(html.unescape(value.strip()) if isinstance(value, str) else "", base, is_page=True)


def address(value: str) -> str:
    """As `link`, for a feed's own address: nothing is taken from its query. A bare host is asked by https."""
    value = value.strip()
    for scheme in ("feed://", "feed:"):
        value = value.removeprefix(scheme) if value.lower().startswith(scheme) else value
    is_bare = "://" not in value and re.match(r"[\w-]+(?:\.[\w-]+)+", value)
    return _written(f"https://{value}" if is_bare else value, "", is_page=False)


def _written(value: str, base: str, *, is_page: bool) -> str:
    if not value or len(value) > 4000 or value.lower() in {"http://", "https://", "http:", "https:"}:
        return ""
    try:
        parts = urlsplit(urljoin(base, value))
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
        return ""
    host = _ascii_host(host)
    if not host or CHARACTERS_OF_NO_ADDRESS.search(host):
        return ""
    path = quote(parts.path, safe=SAFE_IN_PATH) or "/"
    query = without_tracking(parts.query) if is_page else parts.query
    made = urlunsplit((parts.scheme, host + port, path, quote(query, safe=SAFE_IN_QUERY), ""))
    return made if len(made) <= MAX_LINK and not CHARACTERS_OF_NO_ADDRESS.search(made) else ""


def without_tracking(query: str) -> str:
    """The query as it was, less what only tells where a reader came from."""
    kept = [part for part in query.split("&") if part and not TRACKING.fullmatch(part.partition("=")[0])]
    return "&".join(kept)


def canonical(address: str) -> str:
    """What two links to the same page have in common. For comparison only; nobody can open it.

    >>> canonical("http://www.deadline.com/ballard/?utm_source=rss&b=2&a=1#top")
    'deadline.com/ballard?a=1&b=2'
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    for prefix in ("www.", "m.", "mobil.", "mobile.", "amp."):
        host = host.removeprefix(prefix) if host.count(".") > 1 else host
    path = parts.path.rstrip("/")
    path = path.removesuffix("/amp").removesuffix("/index.html")
    query = urlencode(sorted(parse_qsl(without_tracking(parts.query), keep_blank_values=True)[:50]))
    return f"{host}{path}{'?' + query if query else ''}"[:MAX_LINK]


def _ascii_host(host: str) -> str:
    if host.isascii():
        return f"[{host}]" if ":" in host else host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
