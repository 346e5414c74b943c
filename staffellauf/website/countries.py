"""Names of countries where series come from. A code that is not here is shown as it is."""

from staffellauf.common import dates

# ISO 3166-1 alpha-2 to the German and the English name (Auswärtiges Amt; ISO).
NAMES = {
    "AE": ("Vereinigte Arabische Emirate", "United Arab Emirates"), "AR": ("Argentinien", "Argentina"),
    "AT": ("Österreich", "Austria"), "AU": ("Australien", "Australia"), "BE": ("Belgien", "Belgium"),
    "BG": ("Bulgarien", "Bulgaria"), "BR": ("Brasilien", "Brazil"), "CA": ("Kanada", "Canada"),
    "CH": ("Schweiz", "Switzerland"), "CL": ("Chile", "Chile"), "CN": ("China", "China"),
    "CO": ("Kolumbien", "Colombia"), "CZ": ("Tschechien", "Czechia"), "DD": ("DDR", "East Germany"),
    "DE": ("Deutschland", "Germany"), "DK": ("Dänemark", "Denmark"), "EE": ("Estland", "Estonia"),
    "EG": ("Ägypten", "Egypt"), "ES": ("Spanien", "Spain"), "FI": ("Finnland", "Finland"),
    "FR": ("Frankreich", "France"), "GB": ("Großbritannien", "United Kingdom"), "GR": ("Griechenland", "Greece"),
    "HK": ("Hongkong", "Hong Kong"), "HR": ("Kroatien", "Croatia"), "HU": ("Ungarn", "Hungary"),
    "ID": ("Indonesien", "Indonesia"), "IE": ("Irland", "Ireland"), "IL": ("Israel", "Israel"),
    "IN": ("Indien", "India"), "IS": ("Island", "Iceland"), "IT": ("Italien", "Italy"), "JP": ("Japan", "Japan"),
    "KR": ("Südkorea", "South Korea"), "LT": ("Litauen", "Lithuania"), "LU": ("Luxemburg", "Luxembourg"),
    "LV": ("Lettland", "Latvia"), "MX": ("Mexiko", "Mexico"), "MY": ("Malaysia", "Malaysia"),
    "NG": ("Nigeria", "Nigeria"), "NL": ("Niederlande", "Netherlands"), "NO": ("Norwegen", "Norway"),
    "NZ": ("Neuseeland", "New Zealand"), "PH": ("Philippinen", "Philippines"), "PL": ("Polen", "Poland"),
    "PT": ("Portugal", "Portugal"), "RO": ("Rumänien", "Romania"), "RS": ("Serbien", "Serbia"),
    "RU": ("Russland", "Russia"), "SA": ("Saudi-Arabien", "Saudi Arabia"), "SE": ("Schweden", "Sweden"),
    "SG": ("Singapur", "Singapore"), "SI": ("Slowenien", "Slovenia"), "SK": ("Slowakei", "Slovakia"),
    "SU": ("Sowjetunion", "Soviet Union"), "TH": ("Thailand", "Thailand"), "TR": ("Türkei", "Türkiye"),
    "TW": ("Taiwan", "Taiwan"), "UA": ("Ukraine", "Ukraine"), "US": ("USA", "USA"), "ZA": ("Südafrika", "South Africa"),
}  # fmt: skip


def name(code: str) -> str:
    """In the language of the page."""
    names = NAMES.get(code.upper())
    return names[0 if dates.is_german() else 1] if names else code


def listed(codes: str) -> list[str]:
    """Of a list such as "US, DE"."""
    return [name(code.strip()) for code in codes.split(",") if code.strip()]


def choices() -> list[tuple[str, str]]:
    """Code and name, by name."""
    return sorted(((code, name(code)) for code in NAMES), key=lambda pair: pair[1].replace("Ö", "O").replace("Ä", "A"))
