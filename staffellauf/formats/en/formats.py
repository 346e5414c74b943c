from django.conf.locale.en import formats  # type: ignore[import-untyped]

DATE_INPUT_FORMATS = [*formats.DATE_INPUT_FORMATS, "%d.%m.%Y"]
DATETIME_INPUT_FORMATS = [*formats.DATETIME_INPUT_FORMATS, "%d.%m.%Y %H:%M"]
