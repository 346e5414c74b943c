"""The editors' rights on what the catalogue and its imports have come to hold: releases, pictures, merges, doubts."""

import importlib

from django.db import migrations

roles = importlib.import_module("staffellauf.newsroom.migrations.0003_roles")

WRITTEN = ["release", "topicpicture", "statuschange"]
CATALOGUE = [f"catalogue.{verb}_{model}" for model in WRITTEN for verb in ("add", "change", "delete")]
CATALOGUE += ["catalogue.view_showing", "catalogue.change_showing", "catalogue.view_datasource"]
MERGES = ["catalogue.view_merge", "catalogue.add_merge", "catalogue.change_merge"]
IMPORTS = [f"sources.{verb}_{model}" for model in ("importrun", "doubt") for verb in ("view", "change")]
EDITOR = CATALOGUE + MERGES + IMPORTS
RIGHTS = {roles.EDITOR: EDITOR, roles.CHIEF: [*EDITOR, "catalogue.change_datasource"]}


def give_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


def take_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.remove(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0004_lead_picture_may_go"),
        ("catalogue", "0003_data_sources"),
        ("sources", "0001_initial"),
    ]
    operations = [migrations.RunPython(give_rights, take_rights)]
