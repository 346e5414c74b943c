from django.db import migrations

SOURCES = [
    ("editor", "Redaktion", "", "", "", False),
    ("own", "Eigene Datei", "", "", "", False),
    ("sample", "Staffellauf-Beispiel", "", "", "", False),
    (
        "tvmaze",
        "TVmaze",
        "https://www.tvmaze.com/",
        "CC-BY-SA-4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        True,
    ),
    ("tmdb", "TMDB", "https://www.themoviedb.org/", "TMDB-Terms", "https://www.themoviedb.org/api-terms-of-use", True),
    (
        "wikidata",
        "Wikidata",
        "https://www.wikidata.org/",
        "CC0-1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        False,
    ),
    ("xmltv", "Programmdaten", "", "", "", False),
]


def fill(apps, schema_editor):
    DataSource = apps.get_model("catalogue", "DataSource")
    for key, name, address, licence, licence_address, is_named in SOURCES:
        DataSource.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "address": address,
                "licence": licence,
                "licence_address": licence_address,
                "is_named": is_named,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_to_the_end")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
