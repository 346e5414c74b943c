"""Whose content an article may show: what its address says, and where its player is. Nothing is fetched here.

A frame's address is built from the parts we know, never taken from what was typed, and every host stands in
FRAME_HOSTS: the page's policy admits those and no others.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from django.utils.translation import gettext as _

LONGEST_ADDRESS = 1000
# Whatever ends an attribute, a line or an address; and what a browser drops in silence.
NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}\u00a0\u2028\u2029\ufeff]")
HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE)


class Refused(ValueError):
    """The address cannot be shown; the message is a sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Provider:
    name: str
    company: str
    """Who gets the reader's data once the content is loaded."""
    hosts: tuple[str, ...]
    frame: Callable[[SplitResult], str]
    """Where the player is; empty when the address names nothing that it plays."""
    frame_host: str = ""
    shape: str = "video"
    """video, audio or post: how high the frame is."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an address leads to."""

    url: str
    name: str
    """The provider's name, else the host."""
    company: str = ""
    frame: str = ""
    shape: str = ""


def read(address: str) -> Content:
    """Raises Refused."""
    parts = checked(address)
    url = parts.geturl()
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    for provider in PROVIDERS:
        if host in provider.hosts:
            frame = provider.frame(parts)
            return Content(url, provider.name, provider.company, frame, provider.shape if frame else "")
    return Content(url, host)


def checked(address: str) -> SplitResult:
    """The parts of an address that leads to another site. Raises Refused."""
    address = address.strip()
    if "://" not in address and HOST.match(address.partition("/")[0]):
        address = f"https://{address}"
    if not address:
        raise Refused(_("Please enter an address."))
    if len(address) > LONGEST_ADDRESS:
        raise Refused(_("The address is too long."))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Refused(_("This is no address of a website.")) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise Refused(_("Only addresses that begin with https:// or http:// can be shown."))
    if NOT_IN_ADDRESSES.search(address) or parts.username is not None or not HOST.fullmatch(parts.hostname or ""):
        raise Refused(_("This is no address of a website."))
    if port not in {None, 80, 443}:
        raise Refused(_("This is no address of a website."))
    return parts


def query(parts: SplitResult, name: str) -> str:
    return parse_qs(parts.query).get(name, [""])[0]


def youtube(parts: SplitResult) -> str:
    path = parts.path.strip("/").split("/")
    if parts.hostname == "youtu.be":
        video = path[0]
    elif path[0] in {"shorts", "live", "embed", "v"}:
        video = path[1] if len(path) > 1 else ""
    else:
        video = query(parts, "v") if path[0] == "watch" else ""
    if not re.fullmatch(r"[\w-]{11}", video, re.ASCII):
        return ""
    start = re.fullmatch(r"(\d{1,6})s?", query(parts, "t") or query(parts, "start"), re.ASCII)
    return f"https://www.youtube-nocookie.com/embed/{video}" + (f"?start={start[1]}" if start else "")


def vimeo(parts: SplitResult) -> str:
    found = re.fullmatch(r"/(?:video/|channels/\w+/)?(\d{1,12})(?:/([0-9a-f]{6,20}))?/?", parts.path, re.ASCII)
    if not found:
        return ""
    return f"https://player.vimeo.com/video/{found[1]}?dnt=1" + (f"&h={found[2]}" if found[2] else "")


def ard(parts: SplitResult) -> str:
    # The last part of a video's address, which is a name in base 64; pages of a series end otherwise.
    found = re.fullmatch(r"/(?:video|player|embed)/(?:[^/]+/)*([A-Za-z0-9_-]{20,200})/?", parts.path)
    return f"https://www.ardmediathek.de/embed/{found[1]}" if found else ""


def no_frame(parts: SplitResult) -> str:
    return ""


def spotify(parts: SplitResult) -> str:
    what = r"(track|album|playlist|artist|episode|show)/([A-Za-z0-9]{22})"
    found = re.fullmatch(rf"/(?:intl-\w+/)?(?:embed/)?{what}/?", parts.path, re.ASCII)
    return f"https://open.spotify.com/embed/{found[1]}/{found[2]}" if found else ""


def apple_podcasts(parts: SplitResult) -> str:
    found = re.fullmatch(r"/([a-z]{2})/podcast/(?:([^/]{1,200})/)?id(\d{1,15})/?", parts.path, re.ASCII)
    if not found:
        return ""
    episode = query(parts, "i")
    name = quote(found[2], safe="%-_.~") + "/" if found[2] else ""
    address = f"https://embed.podcasts.apple.com/{found[1]}/podcast/{name}id{found[3]}"
    return address + (f"?i={episode}" if re.fullmatch(r"\d{1,15}", episode, re.ASCII) else "")


def instagram(parts: SplitResult) -> str:
    found = re.fullmatch(r"/(?:[\w.]+/)?(p|reel|tv)/([\w-]{5,40})/?", parts.path, re.ASCII)
    return f"https://www.instagram.com/{found[1]}/{found[2]}/embed/" if found else ""


def x(parts: SplitResult) -> str:
    found = re.fullmatch(r"/\w{1,20}/status/(\d{5,20})(?:/.*)?", parts.path, re.ASCII)
    return f"https://platform.twitter.com/embed/Tweet.html?id={found[1]}&dnt=true&lang=de" if found else ""


def bluesky(parts: SplitResult) -> str:
    # With a handle in place of the identifier the frame would have to be asked for by the server.
    found = re.fullmatch(r"/profile/(did:plc:[a-z2-7]{24})/post/([a-z0-9]{10,20})/?", parts.path, re.ASCII)
    return f"https://embed.bsky.app/embed/{found[1]}/app.bsky.feed.post/{found[2]}" if found else ""


def tiktok(parts: SplitResult) -> str:
    found = re.fullmatch(r"/@[\w.]{1,40}/video/(\d{10,20})/?", parts.path, re.ASCII)
    return f"https://www.tiktok.com/embed/v2/{found[1]}" if found else ""


PROVIDERS = (
    Provider("YouTube", "Google", ("youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com"),
             youtube, "www.youtube-nocookie.com"),
    Provider("Vimeo", "Vimeo", ("vimeo.com", "player.vimeo.com"), vimeo, "player.vimeo.com"),
    Provider("ARD Mediathek", "ARD", ("ardmediathek.de",), ard, "www.ardmediathek.de"),
    # Their players are not addressed by what stands in a page's address.
    Provider("ZDF", "ZDF", ("zdf.de",), no_frame),
    Provider("Arte", "Arte", ("arte.tv",), no_frame),
    Provider("Spotify", "Spotify", ("open.spotify.com",), spotify, "open.spotify.com", "audio"),
    Provider("Apple Podcasts", "Apple", ("podcasts.apple.com",), apple_podcasts, "embed.podcasts.apple.com", "audio"),
    Provider("Instagram", "Meta", ("instagram.com",), instagram, "www.instagram.com", "post"),
    Provider("X", "X", ("x.com", "twitter.com"), x, "platform.twitter.com", "post"),
    Provider("Bluesky", "Bluesky", ("bsky.app",), bluesky, "embed.bsky.app", "post"),
    Provider("TikTok", "TikTok", ("tiktok.com",), tiktok, "www.tiktok.com", "post"),
)  # fmt: skip
FRAME_HOSTS = tuple(f"https://{provider.frame_host}" for provider in PROVIDERS if provider.frame_host)
