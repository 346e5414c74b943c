"""The words of a line, German and English, and what they mean; written in small letters, as they are compared."""

import re

from staffellauf.newsroom.models import Fact

K = Fact.Kind
# The first that matches counts: what tells more stands before what tells less.
KIND_WORDS: list[tuple[str, str]] = [
    (K.SHOOTING_END, r"drehschluss|drehende|abgedreht|dreharbeiten (?:beendet|abgeschlossen)|letzte klappe"
                     r"|wraps?(?: filming| production| shooting)?|end of (?:shooting|filming)"),
    (K.SHOOTING_START, r"drehstart|drehbeginn|erste klappe|dreharbeiten(?: beginnen| starten| haben begonnen| ab)?"
                       r"|(?:start|begin) of (?:shooting|filming|production)|production (?:start|begins)"
                       r"|filming(?: starts| begins)?|shooting(?: starts| begins| start)?"),
    (K.SCHEDULE_CHANGE, r"verschoben|verschiebung|programmänderung|neuer (?:sendeplatz|termin|sendetermin)|verlegt"
                        r"|postponed|delayed|moved|schedule change|rescheduled"),
    (K.SPIN_OFF, r"spin-?offs?|ableger"),
    (K.CROSSOVER, r"crossover"),
    (K.REVIVAL, r"revival|remake|reboot|neuauflage|neuverfilmung|wiederbelebung|comeback|fortsetzung|sequel"),
    (K.ADAPTATION, r"adaption|adaptation|verfilmung|basiert auf|based on|nach (?:dem|der|einem) (?:roman|comic|film"
                   r"|spiel|buch|stück|videospiel)|vorlage|serienadaption"),
    (K.RENEWAL, r"verlängert|verlängerung|renewed|renewal|geht weiter|weitere staffel"),
    (K.ENDING, r"abgesetzt|absetzung|eingestellt|cancell?ed|cancellation|axed|letzte staffel|final season"
               r"|finale staffel|endet|ending|ende nach|abschluss|planmäßiges ende|geplantes ende"),
    (K.RETURN, r"rückkehr|kehrt zurück|kehrt|comeback von|returns?|zurück in|wieder dabei|zurück"),
    (K.EXIT, r"ausstieg|steigt aus|verlässt|exits?|leaves|nicht mehr dabei|steigt"),
    (K.TITLE_CHANGE, r"neuer titel|titeländerung|umbenannt(?: in)?|heißt (?:jetzt|nun|künftig)|new title|renamed"
                     r"|retitled|title change"),
    (K.TRAILER, r"trailer|teaser|first look|erste bilder|bilder|pictures|clip|poster|plakat|key art"),
    (K.RATINGS, r"quoten?|einschaltquoten?|ratings?|zuschauer|reichweite|viewers|viewership"),
    (K.AWARD, r"preis|auszeichnung|award|nominiert|nominierung|nominated|nomination|gewinnt|gewonnen|wins|won"),
    (K.RIGHTS, r"rechte|lizenz|rights|sichert sich|erwirbt|acquires|acquired|kauft"),
    (K.DEATH, r"gestorben|verstorben|tod|tot|stirbt|died|dies|death|dead|†"),
    (K.CREW_CHANGE, r"crew|stab|showrunner(?:in|wechsel)?|neue[rs]? (?:showrunner|regisseur|autor)(?:in)?|regie"
                    r"|new showrunner"),
    (K.CASTING, r"besetzung|cast(?:ing)?|stößt zu|joins?|spielt|plays|neu dabei|übernimmt|rolle"),
    (K.DEVELOPMENT, r"in entwicklung|entwicklung|entwickelt|development|in the works|geplant|in planung"),
    (K.ORDER, r"bestellung|bestellt|serienbestellung|order(?:ed|s)?|series order|greenlit|grünes licht|greenlight"),
    (K.START_DATE, r"starttermin|starttermine|startet|start|premiere|premieres?|ab sofort|launch(?:es)?|debuts?"
                   r"|streamingstart|serienstart|tv-?premiere|sendetermin"),
]  # fmt: skip
WORDS = [(kind, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE)) for kind, words in KIND_WORDS]
# "Besetzung: …" says it outright.
HEAD = re.compile(r"\s*([^\W\d][\w ./-]{1,30}?)\s*:\s*")

CERTAINTIES: list[tuple[str, re.Pattern[str]]] = [
    (certainty, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE))
    for certainty, words in (
        (Fact.Certainty.RETRACTED, r"dementi(?:ert)?|zurückgezogen|widerrufen|denied|retracted|stimmt nicht"),
        (Fact.Certainty.RUMOUR, r"gerüchte?|gerüchteweise|angeblich|unbestätigt|rumou?r(?:ed)?|reportedly|unconfirmed"),
        (Fact.Certainty.CONFIRMED, r"(?:offiziell )?bestätigt|offiziell|(?:officially )?confirmed|official"),
        (Fact.Certainty.OBSERVED, r"gesichtet|beobachtet|observed|spotted"),
        (Fact.Certainty.REPORTED, r"berichtet|gemeldet|reported"),
    )
]
URL = re.compile(r"https?://[^\s<>\"“”„]{1,600}", re.IGNORECASE)
SOURCE = re.compile(
    r"(?:,\s*)?(?<!\w)(?:(?:lt\.?|laut|quelle:?|source:?|according to|per)\s+)([^,;()\n„“”\"]{1,120}?)"
    r"(?=\s*(?:[,;()\n]|$|https?:|\svia\s|\s[–—-]\s|\s(?:am|on|vom)\s\d))",
    re.IGNORECASE,
)
VIA = re.compile(r"(?<!\w)via\s+([^,;()\n]{1,120}?)(?=\s*(?:[,;()\n]|$|https?:))", re.IGNORECASE)

BILLINGS = [
    ("main", r"hauptrolle|hauptcast|hauptbesetzung|durchgehende rolle|main role|series regular|lead role|regular"),
    ("recurring", r"nebenrolle|wiederkehrende (?:neben)?rolle|recurring(?: role)?|supporting role|wiederkehrend"),
    ("guest", r"gastrolle|gastauftritt|episodenrolle|gaststar|guest (?:role|star|appearance)|gast"),
]
PREMIERES = [
    ("free_tv", r"free-?tv-?premiere|free-?tv"),
    ("german_stream", r"deutsche streaming-?premiere|deutscher streamingstart|streaming-?premiere in deutschland"),
    ("german_tv", r"deutsche tv-?premiere|deutschland-?premiere|deutsche (?:free-?tv-?)?premiere"
                  r"|deutsche erstausstrahlung|german premiere"),
    ("media_library", r"mediathek|media library"),
    ("original", r"originalpremiere|weltpremiere|us-premiere|original premiere|erstausstrahlung"),
]  # fmt: skip
JOBS = [
    ("showrunner", r"showrunner(?:in)?"), ("creator", r"schöpfer(?:in)?|serienschöpfer(?:in)?|creator|erfinder(?:in)?"),
    ("writer", r"drehbuch|autor(?:in)?|writer|headautor(?:in)?"), ("director", r"regie|regisseur(?:in)?|director"),
    ("producer", r"produzent(?:in)?|executive producer|producer|produktion"),
    ("composer", r"musik|komponist(?:in)?|composer"), ("camera", r"kamera|director of photography"),
    ("editor", r"schnitt|film editor"),
]  # fmt: skip
HOW_CREW = [
    ("leaves", r"verlässt|geht|steigt aus|ausstieg|leaves|exits?"),
    ("replaces", r"übernimmt|ersetzt|folgt auf|löst .{1,40} ab|takes over|replaces"),
    ("joins", r"stößt zu|kommt|neu(?:e[rn]?)?|joins|new"),
]
HOW_ENDING = [
    (
        "planned_end",
        r"letzte staffel|final season|finale staffel|endet|ending|planmäßiges ende|geplantes ende|abschluss",
    ),
    ("cancelled", r"abgesetzt|absetzung|eingestellt|cancell?ed|cancellation|axed"),
]
HOW_REVIVAL = [
    ("remake", r"remake|neuverfilmung"), ("reboot", r"reboot|neuauflage"), ("sequel", r"fortsetzung|sequel"),
    ("revival", r"revival|wiederbelebung|comeback"),
]  # fmt: skip
MEDIA = [
    ("teaser", r"teaser"), ("trailer", r"trailer"), ("clip", r"clip"), ("poster", r"poster|plakat|key art"),
    ("pictures", r"erste bilder|bilder|pictures|fotos|first look"),
]  # fmt: skip
RESULTS = [
    ("nominated", r"nominiert|nominierung|nominated|nomination"),
    ("won", r"gewinnt|gewonnen|ausgezeichnet|erhält|wins|won|preisträger(?:in)?"),
]
WORK_KINDS = [
    ("novel", r"romans?|buch(?:es)?|novels?|book|bestsellers?|romanreihe|buchreihe"),
    ("comic", r"comics?|graphic novels?|manga|webtoon"),
    ("film", r"films?|spielfilms?|movie|kinofilms?"), ("game", r"videospiels?|spiels?|games?"),
    ("play", r"theaterstücks?|stücks?|play|bühnenstücks?"),
]  # fmt: skip
UNITS = [
    ("households", r"haushalte|households"), ("hours", r"stunden|hours(?: viewed)?"),
    ("views", r"abrufe|aufrufe|views"),
    ("viewers", r"zuschauer(?:innen)?(?: und zuschauer)?|viewers|zusehende"),
]  # fmt: skip
COUNTRIES = [
    ("DE", r"deutschland|germany|de"), ("AT", r"österreich|austria|at"), ("CH", r"schweiz|switzerland|ch"),
    ("US", r"usa|u\.s\.|us|vereinigte staaten"), ("GB", r"großbritannien|uk|england|united kingdom"),
    ("FR", r"frankreich|france"), ("IT", r"italien|italy"), ("ES", r"spanien|spain"), ("CA", r"kanada|canada"),
    ("AU", r"australien|australia"), ("SE", r"schweden|sweden"), ("DK", r"dänemark|denmark"),
    ("NO", r"norwegen|norway"), ("KR", r"südkorea|south korea"), ("JP", r"japan"),
]  # fmt: skip


def compiled(pairs: list[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(value, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE)) for value, words in pairs]


# Which words fill which slot, where the kind has it.
CHOICES: dict[str, list[tuple[str, re.Pattern[str]]]] = {
    "billing": compiled(BILLINGS), "premiere": compiled(PREMIERES), "job": compiled(JOBS), "medium": compiled(MEDIA),
    "result": compiled(RESULTS), "work_kind": compiled(WORK_KINDS), "unit": compiled(UNITS),
}  # fmt: skip
TERRITORY = [
    (code, re.compile(rf"(?:(?<=\()|(?<![\w-])(?:in (?:den |der )?|nur ))(?:{words})(?![\w-])", re.IGNORECASE))
    for code, words in COUNTRIES
]
HOW = {K.ENDING: compiled(HOW_ENDING), K.REVIVAL: compiled(HOW_REVIVAL), K.CREW_CHANGE: compiled(HOW_CREW)}

ORDINALS = {
    name: number
    for number, names in enumerate(
        ("erste first", "zweite second", "dritte third", "vierte fourth", "fünfte fifth", "sechste sixth",
         "siebte siebente seventh", "achte eighth", "neunte ninth", "zehnte tenth",
         "elfte eleventh", "zwölfte twelfth"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
SEASON = re.compile(
    r"(?<!\w)(?:(?P<code>s(?P<s>\d{1,4})\s?e(?P<e>\d{1,4})|(?P<sx>\d{1,4})x(?P<ex>\d{1,4}))"
    r"|(?:staffel|season|staffeln|series)\s+(?P<n>\d{1,6})|s(?P<short>\d{1,4})"
    r"|(?:nach|after)\s+(?P<count>\d{1,3}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|six|eight|ten)"
    r"\s+(?:staffeln|seasons)"
    rf"|(?P<o>\d{{1,3}})(?:\.|st|nd|rd|th)\s+(?:staffel|season)"
    rf"|(?P<word>{'|'.join(ORDINALS)})[nrsm]?\s+(?:und (?:letzte|finale)[nrsm]?\s+|and final\s+)?"
    r"(?:staffel|season))(?!\w)",
    re.IGNORECASE,
)
EPISODE = re.compile(r"(?<!\w)(?:folge|episode|ep\.?|e)\s?(\d{1,6})(?!\w)", re.IGNORECASE)
EPISODE_COUNT = re.compile(
    r"(?<!\w)(\d{1,5}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|six|eight|ten)"
    r"(?:-teilig\w*|\s*(?:neue\w* |weitere\w* |new )?"
    r"(?:folgen|episoden|episodes|teile))(?!\w)",
    re.IGNORECASE,
)
NUMBERS = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
           "zwölf": 12, "six": 6, "eight": 8, "ten": 10}  # fmt: skip
CHARACTER = re.compile(
    r"(?<!\w)(?:als|as|spielt(?: die rolle(?: der| des| von)?)?|plays|rolle(?::| der| des| von)?)\s+"
    r"(?:„([^“”\n]{1,200})[“”]|\"([^\"\n]{1,200})\"|([^,;()\n„“\"»«]{1,200}?))"
    r"(?=\s*(?:[,;()\n„“”\"»«]|$)|\s+(?:in|im|bei|für|ab|von staffel|kehrt|steigt|zurück|aus|zu|at|from|on|returns)\s"
    r"|\s+(?:zurück|aus|dabei)$|\s+(?:lt\.|laut|via|staffel|season|s\d))",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+|\d{1,12}(?:[.,]\d{1,3})?)\s*(mio\.?|millionen|million|mrd\.?|milliarden|tsd\.?|tausend|k|m)?"
    r"(?=\s|$|[,;)])", re.IGNORECASE,
)  # fmt: skip
SCALE = {"mi": 10**6, "m": 10**6, "mr": 10**9, "ts": 10**3, "ta": 10**3, "k": 10**3}
SHARE = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|prozent|percent)"
                   r"(?:\s*(?:marktanteil|market share|ma))?", re.IGNORECASE)  # fmt: skip
QUOTED = re.compile(r"[„“\"»«]([^„“”\"»«\n]{1,200})[“”\"«»]")
ARROW = re.compile(r"→|->|=>|(?<!\w)(?:statt|früher|vormals|bisher|instead of|formerly)(?!\w)", re.IGNORECASE)
AUTHORS = re.compile(
    r"(?<!\w)(?:von|by)\s+([A-ZÄÖÜ][^,;()\n„“\"]{1,199}?)(?=\s*(?:[,;()\n]|$)|\s+(?:lt\.|laut|via)\s)", re.IGNORECASE
)
PLACE = re.compile(r"(?<!\w)in\s+([A-ZÄÖÜ][\w .'-]{1,118}?)(?=\s*(?:[,;()\n]|$)|\s+(?:lt\.|laut|via)\s)")
# Words that carry nothing of their own.
FILLER = frozenset(
    re.findall(
        r"\w+",
        "der die das den dem des ein eine einer eines einem einen und oder in im am an auf aus bei beim mit von vom zu"
        " zum zur für um als ist sind wird werden hat haben nach über ab seit nun jetzt auch es sich bis noch ihr sein"
        " ihre seine the a an and or of on at to for is are will has have by from as with its it be s season staffel"
        " serie series folge neue neuer neuen neues new rolle role uhr heute dabei der-die vom wieder",
    )
)
