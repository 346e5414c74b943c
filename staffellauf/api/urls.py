"""Where the API begins: `/api/v1/`, its description at `openapi.json`, its pages at `docs`."""

from ninja import NinjaAPI

from staffellauf.api import intake, problems, views

api = NinjaAPI(
    title="Staffellauf",
    version="1",
    description="Articles and the catalogue of a Staffellauf portal. Addresses in answers are absolute.",
    urls_namespace="api",
)
problems.register(api)
api.add_router("", views.router)
api.add_router("/intake", intake.router)
