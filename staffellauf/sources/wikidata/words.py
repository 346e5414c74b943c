"""Wikidata's numbers for things as the catalogue's words. The name of each stands behind it."""

SERIES = {
    "Q5398426": "scripted",  # television series
    "Q1259759": "scripted",  # miniseries
    "Q526877": "",  # web series
    "Q15416": "",  # television program
    "Q1366112": "scripted",  # drama television series
    "Q581714": "animation",  # animated series
    "Q117467246": "animation",  # animated television series
    "Q63952888": "animation",  # anime television series
    "Q113687694": "animation",  # original video animation series
    "Q113671041": "animation",  # original net animation series
    "Q182415": "reality",  # reality television
}
NETWORKS = {"Q2001305", "Q1616075", "Q141683", "Q1254874", "Q92483361"}  # channel, station, broadcast network, network
STREAMERS = {"Q59152282", "Q559856"}  # video streaming service, online video platform
FRANCHISES = {"Q196600", "Q18591554"}  # media franchise, media mix
HUMAN = "Q5"
# Seasons and episodes have ids at the same places as series.
PARTS = {"Q3464665", "Q21191270"}
WORKS = {
    "Q8261": "novel", "Q1667921": "novel", "Q149537": "novel", "Q747381": "novel",  # novel, series, novella, light n.
    "Q277759": "novel", "Q7725634": "novel", "Q571": "novel", "Q47461344": "novel", "Q49084": "novel",  # books, stories
    "Q1004": "comic", "Q14406742": "comic", "Q725377": "comic", "Q21198342": "comic", "Q8274": "comic",  # manga too
    "Q213369": "comic",  # webcomic
    "Q11424": "film", "Q506240": "film", "Q24856": "film", "Q202866": "film", "Q20650540": "film", "Q24862": "film",
    "Q7889": "game", "Q689445": "game",  # video game, visual novel
    "Q25379": "play",
    "Q24634210": "other", "Q1555508": "other",  # podcast, radio programme
}  # fmt: skip

GENDERS = {"Q6581072": "female", "Q1052281": "female", "Q6581097": "male", "Q2449503": "male", "Q48270": "other"}

# ISO 3166-1, the two German states and the nations of the United Kingdom under today's.
COUNTRIES = {
    "Q30": "US", "Q183": "DE", "Q145": "GB", "Q142": "FR", "Q17": "JP", "Q884": "KR", "Q148": "CN", "Q16": "CA",
    "Q408": "AU", "Q38": "IT", "Q29": "ES", "Q40": "AT", "Q39": "CH", "Q34": "SE", "Q35": "DK", "Q20": "NO",
    "Q33": "FI", "Q31": "BE", "Q55": "NL", "Q29999": "NL", "Q36": "PL", "Q159": "RU", "Q43": "TR", "Q668": "IN",
    "Q155": "BR", "Q96": "MX", "Q414": "AR", "Q739": "CO", "Q298": "CL", "Q801": "IL", "Q664": "NZ", "Q27": "IE",
    "Q189": "IS", "Q213": "CZ", "Q214": "SK", "Q28": "HU", "Q45": "PT", "Q41": "GR", "Q218": "RO", "Q219": "BG",
    "Q224": "HR", "Q215": "SI", "Q403": "RS", "Q212": "UA", "Q79": "EG", "Q258": "ZA", "Q869": "TH", "Q928": "PH",
    "Q881": "VN", "Q252": "ID", "Q833": "MY", "Q334": "SG", "Q865": "TW", "Q8646": "HK", "Q794": "IR", "Q32": "LU",
    "Q717": "VE", "Q419": "PE", "Q77": "UY", "Q191": "EE", "Q211": "LV", "Q37": "LT", "Q347": "LI", "Q16957": "DE",
    "Q713750": "DE", "Q21": "GB", "Q22": "GB", "Q25": "GB", "Q26": "GB", "Q1033": "NG", "Q843": "PK",
}  # fmt: skip
# BCP 47.
LANGUAGES = {
    "Q1860": "en", "Q188": "de", "Q150": "fr", "Q1321": "es", "Q5287": "ja", "Q9176": "ko", "Q652": "it",
    "Q7850": "zh", "Q9192": "cmn", "Q9186": "yue", "Q7411": "nl", "Q9027": "sv", "Q9035": "da", "Q9043": "no",
    "Q25167": "nb", "Q1412": "fi", "Q809": "pl", "Q7737": "ru", "Q256": "tr", "Q1568": "hi", "Q5146": "pt",
    "Q9056": "cs", "Q9067": "hu", "Q9288": "he", "Q13955": "ar", "Q294": "is", "Q9129": "el", "Q7913": "ro",
    "Q9058": "sk", "Q6654": "hr", "Q9299": "sr", "Q8798": "uk", "Q9217": "th", "Q9199": "vi", "Q7026": "ca",
    "Q9142": "ga", "Q9309": "cy", "Q387066": "gsw", "Q34057": "tl", "Q9240": "id", "Q7918": "bg",
}  # fmt: skip

# Property to (job, exact title).
JOBS = {
    "P170": ("creator", ""),
    "P58": ("writer", "Screenwriter"),
    "P57": ("director", "Director"),
    "P1431": ("producer", "Executive Producer"),
    "P162": ("producer", "Producer"),
    "P86": ("composer", "Composer"),
    "P344": ("camera", "Director of Photography"),
    "P1040": ("editor", "Editor"),
}
CAST = {"P161": False, "P725": True}  # cast member, voice actor: whether only the voice is heard
NAMES_OF_CHARACTERS = ("P4633", "P453")  # as text, as an item
BASED_ON, FOLLOWS, FOLLOWED_BY, PART_OF, SPIN_OFF, FRANCHISE, AUTHOR = (
    "P144", "P155", "P156", "P179", "P2512", "P8345", "P50",
)  # fmt: skip
NETWORK = "P449"

# Scheme to its property and what its values look like, by kind.
IDS = {
    "series": {
        "imdb": ("P345", r"tt\d{5,12}"),
        "tmdb": ("P4983", r"\d{1,9}"),
        "tvdb": ("P4835", r"\d{1,9}"),
        "tvmaze": ("P8600", r"\d{1,9}"),
    },
    "person": {"imdb": ("P345", r"nm\d{5,12}"), "tmdb": ("P4985", r"\d{1,9}")},
    "organisation": {},
    "franchise": {},
}
