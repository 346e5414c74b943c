"""What is done to facts; nothing else writes them.

Rows are added, never rewritten: once accepted, what a fact states does not change. A later report is a new row that
`supersedes` it, a denial is one with the certainty `retracted`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom import permissions
from staffellauf.newsroom.facts import catalogue, checking, contradictions, kinds, lines, words
from staffellauf.newsroom.facts.catalogue import Left
from staffellauf.newsroom.facts.checking import Statement, Wrong
from staffellauf.newsroom.facts.lines import Context, Reading
from staffellauf.newsroom.models import Article, Fact

ACCEPT = "newsroom.change_fact"
Status = Fact.Status


def may_accept(user: User, article: Article) -> bool:
    return bool(user.has_perm(ACCEPT) and permissions.may_touch(user, article))


def _check(user: User, article: Article, *, accepting: bool) -> None:
    """Raises PermissionDenied."""
    if not permissions.may_touch(user, article) or (accepting and not user.has_perm(ACCEPT)):
        raise PermissionDenied


# Any: whatever a form or a program handed in.
def add(article: Article, values: Mapping[str, Any], user: User, *, is_proposal: bool = False) -> Fact:
    """A new fact of the article: accepted when whoever adds it may accept, else proposed. Raises checking.Wrong."""
    _check(user, article, accepting=False)
    statement = checking.checked(values, base=Context.of(article).base)
    with transaction.atomic():
        Article.objects.select_for_update().get(pk=article.pk)
        _refuse_twice(article, statement)
        fact = _create(article, statement, user)
        _log(fact, "add", user)
        if not is_proposal and may_accept(user, article):
            _accept(fact, user=user, now=timezone.now())
        return fact


def add_line(article: Article, line: str, user: User, *, into_catalogue: bool = False) -> tuple[Fact, Reading]:
    """As `add`, from a typed line; the reading tells what was not read. Raises checking.Wrong."""
    _check(user, article, accepting=False)
    reading = lines.read(line, Context.of(article))
    if not reading.line:
        raise Wrong(_("Type what is new, such as: renewed: “Ballard” for season 3"))
    values = reading.values | {"line": reading.line, "updates_catalogue": into_catalogue}
    if "kind" not in reading.values:
        raise Wrong(*reading.unread)
    return add(article, values, user), reading


def propose(article: Article, statement: Statement, user: User) -> Fact:
    """A proposed row, without asking whether it stands already: `proposals` has."""
    _check(user, article, accepting=False)
    with transaction.atomic():
        return _create(article, statement, user)


def change(fact: Fact, values: Mapping[str, Any], user: User) -> Fact:
    """What a proposed fact states may still be written anew. Raises checking.Wrong, also for one that was decided."""
    _check(user, fact.article, accepting=False)
    statement = checking.checked(values, base=Context.of(fact.article).base)
    with transaction.atomic():
        current = _locked(fact, Status.PROPOSED)
        _refuse_twice(current.article, statement, besides=current.pk)
        kept_line = {"line": current.line, "digest": statement.digest}
        Fact.objects.filter(pk=current.pk).update(**statement.fields() | kept_line)
        current.refresh_from_db()
        _log(current, "change", user)
        return current


def accept(fact: Fact, user: User, *, into_catalogue: bool | None = None, now: datetime | None = None) -> Fact:
    """The newsroom stands by it. With `into_catalogue` the catalogue has it too, once its article is live."""
    _check(user, fact.article, accepting=True)
    with transaction.atomic():
        permissions.hold(fact.article_id)
        current = _locked(fact, Status.PROPOSED)
        if into_catalogue is not None:
            current.updates_catalogue = into_catalogue and kinds.SHAPES[current.kind].has_counterpart
        return _accept(current, user=user, now=now or timezone.now())


def _accept(fact: Fact, *, user: User, now: datetime) -> Fact:
    fact.status, fact.decided_at, fact.decided_by = Status.CONFIRMED, now, user
    fact.save(update_fields=["status", "decided_at", "decided_by", "updates_catalogue"])
    _log(fact, "accept", user)
    _apply_if_live(fact, user=user, now=now)
    return fact


def _apply_if_live(fact: Fact, *, user: User | None, now: datetime) -> None:
    """Call with the article's row locked: it may go live at this moment, and would not see the fact."""
    is_due = fact.updates_catalogue and not fact.later.exists()
    is_due = is_due and Article.objects.filter(pk=fact.article_id, live=True).exists()
    if is_due and catalogue.apply(fact, user=user, now=now):
        _log(fact, "apply", user)


def reject(fact: Fact, user: User) -> Fact:
    """A proposal that is none; it does not come back."""
    _check(user, fact.article, accepting=True)
    with transaction.atomic():
        current = _locked(fact, Status.PROPOSED)
        current.status, current.decided_at, current.decided_by = Status.REJECTED, timezone.now(), user
        current.save(update_fields=["status", "decided_at", "decided_by"])
        _log(current, "reject", user)
        return current


# Any: whatever a form or a program handed in.
def supersede(fact: Fact, article: Article, values: Mapping[str, Any], user: User) -> Fact:
    """A later report in place of an accepted fact, of this article or another one; what the former one changed in the
    catalogue is put back first. Raises checking.Wrong."""
    _check(user, article, accepting=True)
    statement = checking.checked(values, base=Context.of(article).base)
    with transaction.atomic():
        Article.objects.select_for_update().get(pk=article.pk)
        former = _locked(fact, Status.CONFIRMED)
        if former.later.exists():
            raise Wrong(_("A later fact has replaced this one already."))
        if statement.digest == checking.digest_of(former) and statement.certainty == former.certainty:
            raise Wrong(_("That says the same as the fact it shall replace."))
        _refuse_twice(article, statement, besides=former.pk)
        new = _create(article, statement, user, supersedes=former)
        _log(former, "supersede", user, by=words.statement(new))
        return _replace(former, new, user=user)


def supersede_by(fact: Fact, former: Fact, user: User) -> Fact:
    """One click: a fact that stands, or is proposed, takes the place of one that says otherwise."""
    _check(user, fact.article, accepting=True)
    with transaction.atomic():
        permissions.hold(fact.article_id)
        new = Fact.objects.select_for_update(of=("self",)).select_related("article").get(pk=fact.pk)
        old = _locked(former, Status.CONFIRMED)
        if new.pk == old.pk or new.supersedes_id or new.status == Status.REJECTED or _is_behind(old, new):
            raise Wrong(_("The two facts cannot replace each other."))
        new.supersedes = old
        new.save(update_fields=["supersedes"])
        _log(old, "supersede", user, by=words.statement(new))
        return _replace(old, new, user=user)


def _is_behind(old: Fact, new: Fact) -> bool:
    """Whether the old one replaces the new one already, directly or through others."""
    seen, current = set(), old
    while current.supersedes_id and current.pk not in seen:
        seen.add(current.pk)
        if current.supersedes_id == new.pk:
            return True
        current = Fact.objects.get(pk=current.supersedes_id)
    return False


def _replace(former: Fact, new: Fact, *, user: User) -> Fact:
    now = timezone.now()
    if catalogue.is_applied(former):
        catalogue.undo(former, user=user, now=now)
        _log(former, "undo", user)
    if new.status == Status.PROPOSED:
        return _accept(new, user=user, now=now)
    _apply_if_live(new, user=user, now=now)
    return new


def retract(fact: Fact, user: User, *, article: Article | None = None, source: Mapping[str, Any] | None = None) -> Fact:
    """A denial of an accepted fact: the same statement, retracted, in its place."""
    where = article or fact.article
    values: dict[str, Any] = values_of(fact) | dict(source or {})
    denial = {"certainty": Fact.Certainty.RETRACTED, "updates_catalogue": False, "line": ""}
    if fact.certainty == Fact.Certainty.RETRACTED:
        raise Wrong(_("This is a denial itself."))
    return supersede(fact, where, values | denial, user)


def undo(fact: Fact, user: User) -> Left:
    """Takes back what the fact changed in the catalogue; the fact stands."""
    _check(user, fact.article, accepting=True)
    with transaction.atomic():
        if not catalogue.is_applied(fact):
            raise Wrong(_("This fact has changed nothing in the catalogue."))
        left = catalogue.undo(fact, user=user, now=timezone.now())
        Fact.objects.filter(pk=fact.pk).update(updates_catalogue=False)
        _log(fact, "undo", user)
        return left


def put_into_catalogue(fact: Fact, user: User) -> None:
    """For an accepted fact that was kept out of it: at once when the article is live, else when it goes live."""
    _check(user, fact.article, accepting=True)
    with transaction.atomic():
        permissions.hold(fact.article_id)
        current = _locked(fact, Status.CONFIRMED)
        reason = catalogue.plan(current).reason
        if reason and not catalogue.is_applied(current):
            raise Wrong(reason)
        current.updates_catalogue = True
        current.save(update_fields=["updates_catalogue"])
        _apply_if_live(current, user=user, now=timezone.now())


def on_article_live(article: Article, *, now: datetime) -> int:
    """At publication, in its transaction: what was accepted for the catalogue goes there; how many facts. May be called
    again: what is there stays as it is."""
    waiting = Fact.objects.standing().filter(article=article, updates_catalogue=True)
    done = 0
    for fact in waiting.select_related("article", "decided_by").order_by("pk"):
        if catalogue.apply(fact, user=fact.decided_by, now=now):
            _log(fact, "apply", fact.decided_by)
            done += 1
    return done


def values_of(fact: Fact) -> dict[str, Any]:
    """What `add` takes to state the same again."""
    names = [slot.name for slot in kinds.slots_of(fact.kind)]
    values: dict[str, Any] = {name: value for name, value in fact.slots.items() if name in names}
    for name in kinds.COLUMNS:
        if name in names:
            values[name] = getattr(fact, f"{name}_id" if name in kinds.TOPIC_COLUMNS else name)
    values["when"] = words.vague_of(fact) if "when" in names else None
    for name in (*checking.SOURCE_FIELDS, "kind", "certainty", "updates_catalogue"):
        values[name] = getattr(fact, name)
    return values


def same_elsewhere(stated: Fact | Statement, *, besides: Article | None = None) -> list[Fact]:
    """Standing facts of other articles that say the same, newest first."""
    digest = stated.digest if isinstance(stated, Statement) else checking.digest_of(stated)
    article = besides or (stated.article if isinstance(stated, Fact) else None)
    others = contradictions.candidates(stated, besides=article).filter(kind=stated.kind)[:200]
    return [fact for fact in others if checking.digest_of(fact) == digest]


def _refuse_twice(article: Article, statement: Statement, *, besides: int | None = None) -> None:
    own = article.facts.filter(kind=statement.kind).exclude(status=Status.REJECTED).exclude(pk=besides)
    for fact in own.filter(later__isnull=True):
        if checking.digest_of(fact) == statement.digest:
            raise Wrong(_("The article has this fact already: %(fact)s") % {"fact": words.statement(fact)})


def _create(article: Article, statement: Statement, user: User, *, supersedes: Fact | None = None) -> Fact:
    return Fact.objects.create(
        article=article, digest=statement.digest, created_by=user, supersedes=supersedes, **statement.fields()
    )


def _locked(fact: Fact, status: str) -> Fact:
    """The row as it stands now. Raises Wrong when somebody has decided otherwise meanwhile."""
    current = Fact.objects.select_for_update(of=("self",)).select_related("article").get(pk=fact.pk)
    if current.status != status:
        raise Wrong(_("This fact has been decided already: %(status)s.") % {"status": current.get_status_display()})
    return current


def _log(fact: Fact, verb: str, user: User | None, **more: str) -> None:
    data = {"fact": fact.pk, "statement": words.statement(fact), **more}
    log(instance=fact.article, action=f"newsroom.fact.{verb}", user=user, data=data)
