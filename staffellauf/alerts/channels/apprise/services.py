"""The services that are reached by way of Apprise: chats and phones of people, over TLS. All others are refused:
what runs on this machine, what speaks to anybody (json, mailto …), what costs money per message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    """For people; a proper name in every language."""
    module: str
    """Below apprise.plugins."""
    plugin: str
    is_own_server: bool = False
    """Its address names a server, which anybody may run."""


SERVICES = {
    "tgram": Service("Telegram", "telegram", "NotifyTelegram"),
    "matrixs": Service("Matrix", "matrix", "NotifyMatrix", is_own_server=True),
    "discord": Service("Discord", "discord", "NotifyDiscord"),
    "slack": Service("Slack", "slack", "NotifySlack"),
    "signals": Service("Signal (signal-cli-rest-api)", "signal_api", "NotifySignalAPI", is_own_server=True),
    "threema": Service("Threema", "threema", "NotifyThreema"),
    "mastodons": Service("Mastodon", "mastodon", "NotifyMastodon", is_own_server=True),
    "bluesky": Service("Bluesky", "bluesky", "NotifyBlueSky"),
    "misskeys": Service("Misskey", "misskey", "NotifyMisskey", is_own_server=True),
    "mmosts": Service("Mattermost", "mattermost", "NotifyMattermost", is_own_server=True),
    "rockets": Service("Rocket.Chat", "rocketchat", "NotifyRocketChat", is_own_server=True),
    "nctalks": Service("Nextcloud Talk", "nextcloudtalk", "NotifyNextcloudTalk", is_own_server=True),
    "zulip": Service("Zulip", "zulip", "NotifyZulip"),
    "workflows": Service("Microsoft Teams", "workflows", "NotifyWorkflows", is_own_server=True),
    "gchat": Service("Google Chat", "google_chat", "NotifyGoogleChat"),
    "webex": Service("Webex", "webexteams", "NotifyWebexTeams"),
    "groupme": Service("GroupMe", "groupme", "NotifyGroupMe"),
    "line": Service("LINE", "line", "NotifyLine"),
    "twist": Service("Twist", "twist", "NotifyTwist"),
    "gotifys": Service("Gotify", "gotify", "NotifyGotify", is_own_server=True),
    "barks": Service("Bark", "bark", "NotifyBark", is_own_server=True),
    "pover": Service("Pushover", "pushover", "NotifyPushover"),
    "pbul": Service("Pushbullet", "pushbullet", "NotifyPushBullet"),
    "psafers": Service("Pushsafer", "pushsafer", "NotifyPushSafer"),
    "spush": Service("SimplePush", "simplepush", "NotifySimplePush"),
    "join": Service("Join", "join", "NotifyJoin"),
    "ifttt": Service("IFTTT", "ifttt", "NotifyIFTTT"),
}
# The services' own addresses, as they are copied from their settings.
NATIVE = ("discord", "slack", "workflows", "gchat", "webex", "mmosts", "matrixs")
# Other spellings of a word above.
ALIASES = {"bsky": "bluesky", "toots": "mastodons", "wxteams": "webex", "workflow": "workflows", "simplepush": "spush"}
# What may stand behind the question mark. The rest reads files, switches checks off, or is another's business.
SETTINGS = frozenset({"to", "topic", "thread", "silent", "mode", "visibility", "priority", "sound", "device", "token",
                      "msgtype", "version", "channel", "tts", "group", "level"})  # fmt: skip


def schema_of(address: str, *, is_local_allowed: bool = False) -> str:
    """One of SERVICES (or, for tests, its twin without TLS), or an empty text."""
    word = address.partition("://")[0].lower()
    word = ALIASES.get(word, word)
    is_twin = is_local_allowed and f"{word}s" in SERVICES
    return word if word in SERVICES or is_twin else ""


def service_of(schema: str) -> Service:
    return SERVICES[schema] if schema in SERVICES else SERVICES[f"{schema}s"]
