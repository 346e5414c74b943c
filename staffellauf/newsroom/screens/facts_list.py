"""The list of an article's facts as the editor's panel shows it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.common import text
from staffellauf.newsroom.facts import actions, catalogue, contradictions, kinds, queries, words
from staffellauf.newsroom.facts.catalogue import Plan
from staffellauf.newsroom.facts.checking import Statement
from staffellauf.newsroom.facts.queries import Shown
from staffellauf.newsroom.models import Article, Fact


@dataclass(frozen=True, slots=True)
class Item:
    shown: Shown
    plan: Plan | None
    """None where nothing is to be planned: rejected, replaced or done."""
    is_applied: bool
    rivals: list[Fact]
    elsewhere: list[Fact]
    may_accept: bool

    @property
    def fact(self) -> Fact:
        return self.shown.fact

    @property
    def state(self) -> str:
        if self.fact.status == Fact.Status.REJECTED:
            return _("rejected")
        if self.shown.is_replaced:
            return _("replaced")
        return _("proposed") if self.is_proposed else _("accepted")

    @property
    def is_proposed(self) -> bool:
        return self.fact.status == Fact.Status.PROPOSED

    @property
    def stands(self) -> bool:
        return self.fact.status == Fact.Status.CONFIRMED and not self.shown.is_replaced

    @property
    def is_waiting(self) -> bool:
        """Accepted for the catalogue, and its article not live yet."""
        return self.stands and self.fact.updates_catalogue and not self.is_applied and not self.fact.article.live

    @property
    def rival_words(self) -> list[tuple[int, str, str]]:
        return [(fact.pk, words.statement(fact), text.quoted(fact.article.headline)) for fact in self.rivals]

    @property
    def headlines_elsewhere(self) -> list[str]:
        return [text.quoted(fact.article.headline) for fact in self.elsewhere]


def of(article: Article, *, user: User) -> list[Item]:
    """Open proposals first, then what stands, then the rest."""
    may_accept = actions.may_accept(user, article)
    items = [_item(one, may_accept=may_accept) for one in queries.of_article(article, is_public=False)]
    return sorted(items, key=lambda item: (not item.is_proposed, not item.stands, item.fact.pk))


def _item(one: Shown, *, may_accept: bool) -> Item:
    fact = one.fact
    is_open = fact.status != Fact.Status.REJECTED and not one.is_replaced
    is_applied = fact.status == Fact.Status.CONFIRMED and catalogue.is_applied(fact)
    plan = catalogue.plan(fact) if is_open and not is_applied else None
    rivals = contradictions.of(fact) if is_open else []
    elsewhere = actions.same_elsewhere(fact) if is_open else []
    return Item(one, plan, is_applied, rivals, elsewhere, may_accept)


def preview(statement: Statement, article: Article) -> dict[str, Any]:
    """What a line that was read says, and what would come of it; for the panel's script."""
    fact = Fact(article=article, **statement.fields())
    plan = catalogue.plan(fact)
    same = actions.same_elsewhere(statement, besides=article)
    headlines = [text.quoted(one.article.headline) for one in same[:3]]
    return {
        "statement": words.statement(fact),
        "catalogue": [step.words for step in plan.steps],
        "reason": plan.reason,
        "has_counterpart": kinds.SHAPES[fact.kind].has_counterpart,
        "elsewhere": [_("Stands already in “%(headline)s”.") % {"headline": one} for one in headlines],
    }
