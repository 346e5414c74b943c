import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from staffellauf.common import origin


@origin.same_origin
def change(request: HttpRequest) -> HttpResponse:
    return HttpResponse("changed")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="no browser"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="our own page"),
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="the address bar"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a neighbour under the same domain"),
        pytest.param({"Origin": "http://testserver"}, 200, id="an older browser on our page"),
        pytest.param({"Origin": "http://evil.example"}, 403, id="an older browser on another page"),
        pytest.param({"Origin": "http://testserver.evil.example"}, 403, id="a host that begins like ours"),
        pytest.param({"Origin": "null"}, 403, id="a sandboxed frame"),
        pytest.param({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, 200, id="the public address"),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(rf: RequestFactory, headers: dict[str, str], status: int):
    assert change(rf.post("/", headers=headers)).status_code == status


def test_a_proxy_that_changes_the_host_is_no_hindrance(rf: RequestFactory):
    with override_settings(PUBLIC_URL="https://serien.example"):
        assert change(rf.post("/", headers={"Origin": "https://serien.example"})).status_code == 200
        assert change(rf.post("/", headers={"Origin": "http://serien.example"})).status_code == 403


def test_reading_asks_for_nothing(rf: RequestFactory):
    assert change(rf.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200
