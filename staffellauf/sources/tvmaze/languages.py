"""Languages by their English names, and the one that a country's titles are in."""

# As TVmaze's form offers them, ISO 639-1 where there is a code, else 639-3 (what BCP 47 asks for).
BY_NAME = {
    "Afrikaans": "af", "Albanian": "sq", "Arabic": "ar", "Armenian": "hy", "Assamese": "as", "Azerbaijani": "az",
    "Basque": "eu", "Belarusian": "be", "Bengali": "bn", "Bosnian": "bs", "Bulgarian": "bg", "Burmese": "my",
    "Cantonese": "yue", "Catalan": "ca", "Cebuano": "ceb", "Chechen": "ce", "Chinese": "zh", "Croatian": "hr",
    "Czech": "cs", "Danish": "da", "Divehi": "dv", "Dutch": "nl", "English": "en", "Esperanto": "eo",
    "Estonian": "et", "Faroese": "fo", "Filipino": "fil", "Finnish": "fi", "French": "fr", "Frisian": "fy",
    "Gaelic": "gd", "Galician": "gl", "Georgian": "ka", "German": "de", "Greek": "el", "Gujarati": "gu",
    "Haitian": "ht", "Hausa": "ha", "Hebrew": "he", "Hindi": "hi", "Hungarian": "hu", "Icelandic": "is",
    "Igbo": "ig", "Indonesian": "id", "Inuktitut": "iu", "Irish": "ga", "Italian": "it", "Japanese": "ja",
    "Javanese": "jv", "Kannada": "kn", "Kazakh": "kk", "Khmer": "km", "Klingon": "tlh", "Kongo": "kg",
    "Korean": "ko", "Kurdish": "ku", "Kyrgyz": "ky", "Lao": "lo", "Latin": "la", "Latvian": "lv",
    "Lithuanian": "lt", "Luxembourgish": "lb", "Macedonian": "mk", "Malay": "ms", "Malayalam": "ml",
    "Maltese": "mt", "Mandarin": "cmn", "Maori": "mi", "Marathi": "mr", "Mongolian": "mn", "Nepali": "ne",
    "Norwegian": "no", "Odia": "or", "Oriya": "or", "Panjabi": "pa", "Pashto": "ps", "Persian": "fa",
    "Polish": "pl", "Portuguese": "pt", "Punjabi": "pa", "Quechua": "qu", "Romanian": "ro", "Romansh": "rm",
    "Russian": "ru", "Sami": "se", "Sanskrit": "sa", "Scots": "sco", "Scottish Gaelic": "gd", "Serbian": "sr",
    "Sinhalese": "si", "Sinhala": "si", "Slovak": "sk", "Slovenian": "sl", "Somali": "so", "Spanish": "es",
    "Swahili": "sw", "Swedish": "sv", "Tagalog": "tl", "Taiwanese": "nan", "Tajik": "tg", "Tamil": "ta",
    "Telugu": "te", "Thai": "th", "Tibetan": "bo", "Turkish": "tr", "Turkmen": "tk", "Ukrainian": "uk",
    "Urdu": "ur", "Uzbek": "uz", "Vietnamese": "vi", "Welsh": "cy", "Xhosa": "xh", "Yiddish": "yi",
    "Yoruba": "yo", "Zulu": "zu",
}  # fmt: skip

# Only countries where a title's language goes without saying: not Belgium, Canada, India, Switzerland …
BY_COUNTRY = {
    **dict.fromkeys(("DE", "AT", "LI"), "de"),
    **dict.fromkeys(("US", "GB", "AU", "NZ", "IE", "JM"), "en"),
    **dict.fromkeys(
        ("ES", "MX", "AR", "CO", "CL", "PE", "VE", "UY", "EC", "BO", "CR", "CU", "DO", "GT", "HN", "NI", "PA", "SV"),
        "es",
    ),
    **dict.fromkeys(("PT", "BR"), "pt"),
    **dict.fromkeys(("CN", "TW"), "zh"),
    **dict.fromkeys(("EG", "SA", "JO", "KW", "QA", "SY", "AE"), "ar"),
    "AL": "sq", "AM": "hy", "AZ": "az", "BG": "bg", "CZ": "cs", "DK": "da", "EE": "et", "FI": "fi", "FR": "fr",
    "GE": "ka", "GR": "el", "HR": "hr", "HU": "hu", "ID": "id", "IL": "he", "IR": "fa", "IS": "is", "IT": "it",
    "JP": "ja", "KR": "ko", "LT": "lt", "LV": "lv", "MK": "mk", "MN": "mn", "NL": "nl", "NO": "no", "PL": "pl",
    "RO": "ro", "RS": "sr", "RU": "ru", "SE": "sv", "SI": "sl", "SK": "sk", "TH": "th", "TR": "tr", "UA": "uk",
    "VN": "vi",
}  # fmt: skip
