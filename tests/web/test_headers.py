"""What every answer carries, and what is never cached."""

import pytest

from feedback.web.headers import CONTENT_POLICY


@pytest.fixture
def province(make, worker_session):
    found = make.province()
    worker_session.commit()
    return found


@pytest.mark.parametrize(
    "path",
    ["/staff/login", "/no-such-page", "/healthz", "/static/css/public.css", "/staff/account", "/language"],
)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert CONTENT_POLICY.startswith("default-src 'none'")
    assert "unsafe" not in CONTENT_POLICY
    assert "frame-ancestors 'none'" in CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


@pytest.mark.parametrize(
    "path", ["/staff/account", "/admin/", "/admin/accounts", "/staff/login", "/no-such-page"]
)
def test_staff_pages_and_errors_are_never_cached(province, sign_in, path):
    answer = sign_in(province.administrator).get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_static_files_are_kept_for_long_under_their_mark_only(client):
    marked = client.get("/static/css/public.css?v=0123456789")
    assert "immutable" in marked.headers["Cache-Control"]
    unmarked = client.get("/static/css/public.css").headers["Cache-Control"]
    assert "immutable" not in unmarked
    assert "max-age=604800" in unmarked
    assert "immutable" not in client.get("/static/no-such.css?v=1").headers.get("Cache-Control", "")


def test_cookies_over_https(other_app):
    answer = other_app(base_url="https://phananh.example.vn").test_client().get("/staff/login")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_cookie_over_http(client):
    cookie = client.get("/staff/login").headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/submit?a=1", "/submit?a=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("", "/"),
    ],
)
def test_language_switch_leads_to_this_site_only(client, target, location):
    answer = client.get("/language", query_string={"lang": "en", "next": target})
    assert (answer.status_code, answer.location) == (302, location)
    assert client.get_cookie("language").value == "en"


def test_unknown_language_changes_nothing(client):
    client.get("/language?lang=fr&next=/")
    assert client.get_cookie("language") is None
    assert 'lang="vi"' in client.get("/staff/login").text


def test_language_of_the_account_until_another_is_chosen(province, worker_session, sign_in):
    province.administrator.locale = "en"
    worker_session.commit()
    browser = sign_in(province.administrator)
    assert 'lang="en"' in browser.get("/admin/").text
    browser.get("/language?lang=vi&next=/admin/")
    assert 'lang="vi"' in browser.get("/admin/").text
