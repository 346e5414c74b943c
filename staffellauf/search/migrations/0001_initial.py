"""The tables, and beside them what each database has in its own way: terms to entries, and keys to words."""

from typing import Any

from django.db import migrations, models

SQLITE = (
    "CREATE VIRTUAL TABLE search_term USING fts5("
    "terms, detail=none, columnsize=0, prefix='1 2 3 4', tokenize=\"ascii tokenchars '=:'\")",
    "CREATE TABLE search_key (key integer NOT NULL, word integer NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID",
)
# Tier after tier until there are enough; of the hits of a tier the best of each kind, then the second ones. The
# planner takes a rare name for one that many entries have, and would read them all, compile its plan or start other
# processes: a plan for any query, with everything of that kind forbidden.
MATCH_TIER = """
  IF wanted[{tier} + 1] IS NOT NULL THEN
  RETURN QUERY SELECT e.* FROM
    (SELECT t.entry FROM search_term AS t WHERE t.tier = {tier} AND t.terms @@ wanted[{tier} + 1] LIMIT 400) AS t
    JOIN search_entry AS e ON e.id = t.entry
    ORDER BY row_number() OVER (PARTITION BY e.kind ORDER BY e.weight DESC) LIMIT most - found;
  GET DIAGNOSTICS more = ROW_COUNT;
  found := found + more;
  IF found >= most THEN RETURN; END IF;
  END IF;
"""
MATCH = f"""
CREATE FUNCTION search_match(wanted tsquery[], most integer) RETURNS SETOF search_entry LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan SET jit = off SET max_parallel_workers_per_gather = 0
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE found integer := 0; more integer;
BEGIN
{"".join(MATCH_TIER.format(tier=tier) for tier in range(4))}
END $$
"""
POSTGRESQL = (
    "CREATE TABLE search_term (entry bigint PRIMARY KEY, tier smallint NOT NULL, terms tsvector NOT NULL)",
    # Every search reads all of the pending list: a short one.
    *(
        f"CREATE INDEX search_term_tier{tier} ON search_term USING gin (terms) WITH (gin_pending_list_limit = 256)"
        f" WHERE tier = {tier}"
        for tier in range(4)
    ),
    # Ranges of beginnings need an order by code points.
    'ALTER TABLE search_word ALTER COLUMN text TYPE varchar(40) COLLATE "C"',
    "CREATE TABLE search_key (key integer NOT NULL, word integer NOT NULL, PRIMARY KEY (key, word))",
    MATCH,
)


# Any: Django's registry and editor.
def create(apps: Any, editor: Any) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION search_match")
    for table in ("search_term", "search_key"):
        editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Border',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('tier', models.PositiveSmallIntegerField()),
                ('weight', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'tier'), name='search_border_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('object_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('hint', models.CharField(blank=True, max_length=80)),
                ('names', models.TextField(help_text='Folded, a name a line, the title first.')),
                ('spelled', models.TextField(blank=True, help_text='The same lines as people write them, without the title.')),
                ('weight', models.PositiveIntegerField(default=0, help_text='Popularity within its kind.')),
                ('tier', models.PositiveSmallIntegerField(default=3, help_text='0 holds the most popular of its kind.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=12)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name',), name='search_kind_once')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=40)),
                ('tier', models.PositiveSmallIntegerField(help_text='Of the most popular entry that had it.')),
                ('kinds', models.BigIntegerField(help_text='Bits of the kinds of entries that had it.')),
                ('is_doubted', models.BooleanField(default=False, help_text='An entry lost it: perhaps nobody has it any more.')),
            ],
            options={
                'indexes': [models.Index(fields=['text', 'tier', 'kinds'], name='search_word_begins'), models.Index(condition=models.Q(('is_doubted', True)), fields=['id'], name='search_word_doubted')],
                'constraints': [models.UniqueConstraint(fields=('text',), name='search_word_once')],
            },
        ),
        migrations.RunPython(create, drop),
    ]
