"""Every address of the house, in the order in which a request tries them."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as newsroom_urls
from wagtail.documents import urls as document_urls

from staffellauf.api.urls import api
from staffellauf.website import urls as website_urls
from staffellauf.website.views import machine

urlpatterns = [
    path("redaktion/dokumente/", include(document_urls)),
    # Wagtail's own form counts no attempts.
    path("redaktion/login/", RedirectView.as_view(url="/konto/anmelden/?next=/redaktion/")),
    path("redaktion/", include(newsroom_urls)),
    path("api/v1/", api.urls),
    *website_urls.unprefixed,
    re_path(rf"^{settings.MEDIA_URL.strip('/')}/(?P<name>.+)$", machine.media, name="media"),
    *i18n_patterns(*website_urls.pages, prefix_default_language=False),
]

handler403 = "staffellauf.website.views.errors.forbidden"
handler404 = "staffellauf.website.views.errors.not_found"
handler500 = "staffellauf.website.views.errors.broken"
# allauth's rate limits look for it.
handler429 = "staffellauf.website.views.accounts.too_many"
