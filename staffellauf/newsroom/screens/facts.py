"""Facts in the article's editor: one line to type, proposals to accept, and what the catalogue learns of it.

The panel's script asks these addresses; each answers with JSON, of which `html` is the list as it stands now, `message`
what was done and `error` a sentence on what could not be.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.panels import Panel
from wagtail.admin.staticfiles import versioned_static
from wagtail.log_actions import LogActionRegistry, LogFormatter

from staffellauf.accounts.models import User
from staffellauf.catalogue import queries as catalogue_queries
from staffellauf.catalogue.models import TopicKind
from staffellauf.common.vague import Vague
from staffellauf.newsroom import permissions
from staffellauf.newsroom.facts import actions, checking, kinds, lines, proposals
from staffellauf.newsroom.facts.checking import Wrong
from staffellauf.newsroom.facts.lines import Context
from staffellauf.newsroom.models import Article, Fact
from staffellauf.newsroom.screens import facts_form, facts_list

# A form of all slots is far shorter.
MAX_REQUEST = 20_000
# Any: JSON, here and below.
Sent = Mapping[str, Any]


class FactsPanel(Panel):
    """The facts of the article at hand; its script fills them in."""

    def __init__(self, **kwargs: Any) -> None:  # Any: the signature is Wagtail's
        super().__init__(**({"heading": gettext_lazy("Facts")} | kwargs))

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/facts.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        # Any: a template's context.
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {
                "address": reverse("newsroom_facts", args=[self.instance.pk]),
                "longest": lines.MAX_LINE,
                "kinds": Fact.Kind.choices,
                "may_accept": actions.may_accept(self.request.user, self.instance),
            }

        @property
        def media(self) -> Media:
            css: dict[str, Sequence[str]] = {"all": [versioned_static("newsroom/facts.css")]}
            return super().media + Media(js=[versioned_static("newsroom/facts.js")], css=css)


def refused(sentence: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def for_article(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """For who may touch the article; refusals and what was wrong come back as sentences."""

    # Any: a view's arguments.
    def check(request: HttpRequest, article_id: int, **kwargs: Any) -> JsonResponse:
        try:
            article = permissions.touched(request.user, article_id)
            if "fact_id" in kwargs:
                fact_id = kwargs.pop("fact_id")
                facts = article.facts.select_related("article") if fact_id < 2**63 else Fact.objects.none()
                kwargs["fact"] = facts.filter(pk=fact_id).first()
                if kwargs["fact"] is None:
                    return refused(_("The fact is not there any more."), status=404)
            answer = view(request, article, **kwargs)
        except PermissionDenied:
            return refused(_("You may not do that with the facts of this article."), status=403)
        except Wrong as error:
            return JsonResponse({"error": " ".join(error.sentences), "sentences": error.sentences}, status=400)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return check


def editor(request: HttpRequest) -> User:
    """Whoever asks; that somebody is signed in and works here was checked before. Raises PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def body_of(request: HttpRequest) -> Sent:
    """The JSON object of the request. Raises Wrong."""
    if len(request.body) > MAX_REQUEST:
        raise Wrong(_("That is too long."))
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Wrong(_("That cannot be read.")) from error
    if not isinstance(sent, dict):
        raise Wrong(_("That cannot be read."))
    return sent


def line_of(sent: Sent) -> str:
    line = sent.get("line")
    if not isinstance(line, str) or len(line) > lines.MAX_LINE:
        raise Wrong(_("A line has up to %(count)d characters.") % {"count": lines.MAX_LINE})
    return line


def shown(request: HttpRequest, article: Article, message: str = "", **more: object) -> JsonResponse:
    items = facts_list.of(article, user=editor(request))
    html = render_to_string("newsroom/facts_list.html", {"items": items}, request=request)
    return JsonResponse({"html": html, "message": message, "count": len(items), **more})


@require_safe
@for_article
def index(request: HttpRequest, article: Article) -> JsonResponse:
    return shown(request, article)


@require_POST
@for_article
def read(request: HttpRequest, article: Article) -> JsonResponse:
    """What a line is taken for while one types it."""
    context = Context.of(article)
    reading = lines.read(line_of(body_of(request)), context)
    told = {
        "parts": [{"slot": part.slot, "label": part.label, "shown": part.shown, "is_assumed": part.end == 0,
                   "words": reading.line[part.start : part.end]} for part in reading.parts],
        "unread": reading.unread,
        "values": {name: plain(value) for name, value in reading.values.items() if value is not None},
    }  # fmt: skip
    try:
        statement = checking.checked(reading.values, base=context.base)
    except Wrong as error:
        told["missing"] = error.sentences if reading.line else []
        return JsonResponse(told)
    return JsonResponse(told | {"missing": []} | facts_list.preview(statement, article))


# Any: a slot's value.
def plain(value: Any) -> Any:
    if isinstance(value, Vague):
        return facts_form.when_words(value)
    return value if isinstance(value, int | float | str) else str(value)


@require_POST
@for_article
def add(request: HttpRequest, article: Article) -> JsonResponse:
    """A `line`, or the `values` of the form."""
    sent = body_of(request)
    if isinstance(sent.get("values"), dict):
        fact = actions.add(article, facts_form.values_of(sent["values"]), editor(request))
        unread: list[str] = []
    else:
        into_catalogue = sent.get("into_catalogue") is True
        fact, reading = actions.add_line(article, line_of(sent), editor(request), into_catalogue=into_catalogue)
        unread = reading.unread
    message = _("Added and accepted.") if fact.status == Fact.Status.CONFIRMED else _("Added; an editor accepts it.")
    return shown(request, article, message, unread=unread, fact=fact.pk)


@require_POST
@for_article
def propose(request: HttpRequest, article: Article) -> JsonResponse:
    count = len(proposals.propose(article, editor(request)))
    found = ngettext("%(count)d proposal from the text.", "%(count)d proposals from the text.", count)
    return shown(request, article, found % {"count": count} if count else _("The text holds no new facts."))


@require_safe
@for_article
def form(request: HttpRequest, article: Article) -> JsonResponse:
    """The form for a new fact of the kind `kind`, or for what fact `fact` states."""
    number = request.GET.get("fact", "")
    fact = article.facts.filter(pk=number).first() if number.isdecimal() and len(number) <= 18 else None
    kind = request.GET.get("kind") or (fact.kind if fact else "")
    if kind not in kinds.SHAPES:
        raise Wrong(_("Say what kind of fact it is."))
    fields = facts_form.fields_of(kind, fact, context=Context.of(article))
    html = render_to_string("newsroom/facts_form.html", {"fields": fields, "kind": kind, "fact": fact}, request=request)
    return JsonResponse({"html": html})


@require_safe
@for_article
def topics(request: HttpRequest, article: Article) -> JsonResponse:
    """Topics of a kind for a field of the form, as one types."""
    words, kind = request.GET.get("q", "")[:80], request.GET.get("kind", "")
    if kind not in TopicKind.values or "\0" in words:
        return JsonResponse({"options": []})
    found = catalogue_queries.find(words, limit=8, kinds=[kind])
    return JsonResponse({"options": [facts_form.option(hit.topic, hit.hint) for hit in found]})


@require_POST
@for_article
def decide(request: HttpRequest, article: Article, verb: str, fact: Fact) -> JsonResponse:
    if verb not in VERBS:
        raise Wrong(_("Nothing was asked for."))
    message = VERBS[verb](fact, body_of(request), editor(request))
    return shown(request, article, message)


def _accept(fact: Fact, sent: Sent, user: User) -> str:
    wanted = sent.get("into_catalogue")
    actions.accept(fact, user, into_catalogue=wanted if isinstance(wanted, bool) else None)
    return _("Accepted.")


def _reject(fact: Fact, sent: Sent, user: User) -> str:
    actions.reject(fact, user)
    return _("Rejected; it is not proposed again.")


def _change(fact: Fact, sent: Sent, user: User) -> str:
    values = sent.get("values")
    if not isinstance(values, dict):
        raise Wrong(_("That cannot be read."))
    if fact.status == Fact.Status.PROPOSED:
        actions.change(fact, facts_form.values_of(values), user)
        return _("Changed.")
    actions.supersede(fact, fact.article, facts_form.values_of(values), user)
    return _("A new fact stands in its place.")


def _replace(fact: Fact, sent: Sent, user: User) -> str:
    number = sent.get("other")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63
    other = Fact.objects.filter(pk=number or 0).first() if is_number else None
    if other is None:
        raise Wrong(_("The fact is not there any more."))
    actions.supersede_by(fact, other, user)
    return _("It stands in the place of the other one.")


def _deny(fact: Fact, sent: Sent, user: User) -> str:
    actions.retract(fact, user)
    return _("Denied; readers see both.")


def _undo(fact: Fact, sent: Sent, user: User) -> str:
    left = actions.undo(fact, user)
    return (
        " ".join([_("The catalogue is as it was before."), *left.sentences])
        if not left.sentences
        else " ".join(left.sentences)
    )


def _apply(fact: Fact, sent: Sent, user: User) -> str:
    actions.put_into_catalogue(fact, user)
    if fact.article.live:
        return _("The catalogue has it now.")
    return _("The catalogue has it once the article is live.")


VERBS: dict[str, Callable[[Fact, Sent, User], str]] = {
    "accept": _accept, "reject": _reject, "change": _change, "replace": _replace, "deny": _deny, "undo": _undo,
    "apply": _apply,
}  # fmt: skip


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("fakten/<int:article_id>/", index, name="newsroom_facts"),
        path("fakten/<int:article_id>/lesen/", read, name="newsroom_facts_read"),
        path("fakten/<int:article_id>/neu/", add, name="newsroom_facts_add"),
        path("fakten/<int:article_id>/vorschlaege/", propose, name="newsroom_facts_propose"),
        path("fakten/<int:article_id>/formular/", form, name="newsroom_facts_form"),
        path("fakten/<int:article_id>/themen/", topics, name="newsroom_facts_topics"),
        path("fakten/<int:article_id>/<int:fact_id>/<slug:verb>/", decide, name="newsroom_facts_decide"),
    ]


LOG = {
    "add": gettext_lazy("Fact added"), "change": gettext_lazy("Proposed fact changed"),
    "accept": gettext_lazy("Fact accepted"), "reject": gettext_lazy("Fact rejected"),
    "supersede": gettext_lazy("Fact replaced"), "apply": gettext_lazy("Fact put into the catalogue"),
    "undo": gettext_lazy("Fact's change of the catalogue undone"),
}  # fmt: skip


class FactFormatter(LogFormatter):
    """Wagtail escapes what comes back."""

    # Any: a row of Wagtail's log.
    def format_message(self, log_entry: Any) -> str:
        return f"{self.label}: {(log_entry.data or {}).get('statement', '–')}"


@hooks.register("register_log_actions")
def register_log(registry: LogActionRegistry) -> None:
    for verb, label in LOG.items():
        registry.register_action(f"newsroom.fact.{verb}")(type("Line", (FactFormatter,), {"label": label}))
