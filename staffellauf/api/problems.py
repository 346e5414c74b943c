"""Errors as problem details (RFC 9457), so that a program can tell what went wrong without reading prose."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

CONTENT_TYPE = "application/problem+json"


class Problem(Schema):
    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = []


def register(api: NinjaAPI) -> None:
    """Answers a wrong parameter, a missing thing and a refused call with a Problem."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"at": list(map(str, e["loc"])), "message": e["msg"]} for e in error.errors]
        return answer(api, request, status=422, detail="A parameter is not as documented.", errors=errors)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(api, request, status=404, detail=str(error) or "There is nothing at this address.")

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(api, request, status=401, detail="Send a valid token: Authorization: Bearer …")
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(api, request, status=error.status_code, detail=error.message)


def answer(
    api: NinjaAPI, request: HttpRequest, *, status: int, detail: str, errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors or [])
    response = api.create_response(request, problem.dict(), status=status)
    response["Content-Type"] = CONTENT_TYPE
    return response
