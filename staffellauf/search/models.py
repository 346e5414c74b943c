"""What can be found, by name. Beside these tables lie two that only the index knows (`index/`): which names hold a
term, and which words lie near to a misspelt one."""

from django.db import models
from django.db.models import Q

NAME_LENGTH = 300
HINT_LENGTH = 80
WORD_LENGTH = 40
# The last one holds whatever is not popular.
TIERS = (0, 1, 2, 3)


class Entry(models.Model):
    """One thing that can be found."""

    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=NAME_LENGTH)
    hint = models.CharField(max_length=HINT_LENGTH, blank=True)
    names = models.TextField(help_text="Folded, a name a line, the title first.")
    spelled = models.TextField(blank=True, help_text="The same lines as people write them, without the title.")
    weight = models.PositiveIntegerField(default=0, help_text="Popularity within its kind.")
    tier = models.PositiveSmallIntegerField(default=TIERS[-1], help_text="0 holds the most popular of its kind.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title


class Kind(models.Model):
    """A kind that has or had entries. The number is its place in the index and its bit in `Word.kinds`."""

    name = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="search_kind_once")]

    def __str__(self) -> str:
        return self.name


class Word(models.Model):
    """A word of any name: what a misspelt one may have meant."""

    text = models.CharField(max_length=WORD_LENGTH)
    tier = models.PositiveSmallIntegerField(help_text="Of the most popular entry that had it.")
    kinds = models.BigIntegerField(help_text="Bits of the kinds of entries that had it.")
    is_doubted = models.BooleanField(default=False, help_text="An entry lost it: perhaps nobody has it any more.")

    class Meta:
        # As a constraint: PostgreSQL would get a second index for patterns from `unique=True`.
        constraints = [models.UniqueConstraint(fields=["text"], name="search_word_once")]
        indexes = [
            # Beginnings are looked up by the hundred, without the rows.
            models.Index(fields=["text", "tier", "kinds"], name="search_word_begins"),
            models.Index(fields=["id"], condition=Q(is_doubted=True), name="search_word_doubted"),
        ]

    def __str__(self) -> str:
        return self.text


class Border(models.Model):
    """The least weight with which an entry of the kind comes into the tier; without a row, any weight does."""

    kind = models.CharField(max_length=12)
    tier = models.PositiveSmallIntegerField()
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "tier"], name="search_border_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.tier}: {self.weight}"
