"""OWASP ASVS 5.0, chapter V3 (web frontend security), on the example site as production serves it.

Each test names the requirement that it shows. Levels 1 and 2 all, and those of level 3 that a test can show.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client, override_settings
from wagtail.documents import get_document_model

import mkt_api
import mkt_blog
import mkt_core
import mkt_monitoring
from home.models import HomePage
from mkt_blog.pages.models import BlogIndexPage, PostPage
from mkt_core.security import recommended

pytestmark = pytest.mark.django_db

PATHS = (
    *("/", "/blog/", "/blog/a-post/", "/blog/feed/rss/", "/blog/feed/json/", "/nowhere/"),
    *("/sitemap.xml", "/api/v1/", "/api/v1/posts/", "/api/v1/docs/", "/api/v1/openapi.json"),
    *("/admin/login/", "/admin/", "/admin/nowhere/"),
)
HTML_PATHS = ("/", "/blog/", "/blog/a-post/", "/nowhere/", "/api/v1/docs/", "/admin/login/")


PRODUCTION = recommended(**site_settings.POLICY_SOURCES)


@pytest.fixture(autouse=True)
def production(settings):
    """The test settings with what the production settings make of the headers and cookies."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


@pytest.fixture(scope="module")
def responses(django_db_setup, django_db_blocker):
    """What a visitor from another site gets, by path; fetched once."""
    with django_db_blocker.unblock(), override_settings(**PRODUCTION), transaction.atomic():
        add_post()
        client = SecureClient(headers={"Origin": "https://evil.example"})
        found = {path: client.get(path) for path in PATHS}
        transaction.set_rollback(True)
    return found


@pytest.fixture
def home():
    return HomePage.objects.get()


@pytest.fixture
def post():
    return add_post()


def add_post():
    home = HomePage.objects.get()
    blog = home.add_child(instance=BlogIndexPage(title="Journal", slug="blog"))
    return blog.add_child(instance=PostPage(title="A post", slug="a-post"))


@pytest.fixture
def visitor():
    return SecureClient()


@pytest.fixture
def editor():
    get_user_model().objects.create_superuser("eva", "eva@example.org", "secret")
    client = SecureClient()
    client.force_login(get_user_model().objects.get())
    return client


class SecureClient(Client):
    """Everything by HTTPS."""

    def generic(self, *args, **kwargs):
        return super().generic(*args, **{**kwargs, "secure": True})


def policy_of(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def log_in(client):
    get_user_model().objects.create_superuser("olga", "olga@example.org", "secret")
    client.get("/admin/login/")
    return client.post("/admin/login/", {"username": "olga", "password": "secret"})


class TestUnintendedContentInterpretation:
    def test_3_2_1_data_is_not_taken_for_a_page(self, visitor):
        response = visitor.get("/api/v1/posts/")

        assert response["Content-Type"] == "application/json"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_3_2_1_an_uploaded_file_is_not_taken_for_a_page(self, visitor):
        document = get_document_model()(title="page")
        document.file.save("page.html", ContentFile(b"<script>alert(1)</script>"))

        response = visitor.get(document.url)
        response.close()

        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_3_2_2_text_is_shown_as_text(self, visitor, post):
        post.title = "</title><script>alert(1)</script>"
        post.save_revision().publish()

        for path in ("/blog/a-post/", "/blog/", "/blog/feed/rss/"):
            assert b"<script>alert" not in visitor.get(path).content

    def test_3_2_2_scripts_of_ours_make_no_html_of_texts(self):
        unsafe = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
        scripts = [path for path in own_static_files() if path.suffix == ".js"]

        assert scripts
        assert [path.name for path in scripts if unsafe.search(path.read_text())] == []


class TestCookies:
    def test_3_3_1_to_3_3_4_cookies_of_the_login(self, visitor):
        cookies = dict(log_in(visitor).cookies) | dict(visitor.cookies)

        assert {"__Host-sessionid", "__Host-csrftoken"} == {*cookies}
        for cookie in cookies.values():
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"
            assert (cookie["path"], cookie["domain"]) == ("/", "")

    def test_3_3_3_all_cookies_that_there_may_be_are_of_this_host_only(self, production):
        names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")

        assert all(getattr(production, name).startswith("__Host-") for name in names)
        assert production.MESSAGE_STORAGE.endswith("SessionStorage")

    def test_3_3_4_the_session_key_is_in_no_page(self, editor):
        key = editor.session.session_key

        assert key.encode() not in editor.get("/admin/").content

    def test_3_3_5_cookies_are_small(self, visitor):
        log_in(visitor)

        assert all(len(cookie.OutputString()) < 4096 for cookie in visitor.cookies.values())


class TestHeaders:
    def test_3_4_1_hsts(self, responses):
        for response in responses.values():
            header = response["Strict-Transport-Security"]
            assert int(re.search(r"max-age=(\d+)", header)[1]) >= 31_536_000
            assert "includeSubDomains" in header

    def test_3_4_2_other_origins_are_not_let_in(self, responses):
        for response in responses.values():
            assert not [name for name in response.headers if name.startswith("Access-Control-")]

    def test_3_4_3_policy(self, responses):
        for response in responses.values():
            policy = policy_of(response)
            assert policy["object-src"] == policy["base-uri"] == ["'none'"]
            assert policy["default-src"] == ["'none'"]
            others = [source for source in policy["script-src"] if not source.startswith("'nonce-")]
            assert others == ["'self'"]

    def test_3_4_4_no_sniffing(self, responses):
        assert {response["X-Content-Type-Options"] for response in responses.values()} == {
            "nosniff"
        }

    def test_3_4_5_referrer(self, responses):
        found = {response["Referrer-Policy"] for response in responses.values()}

        assert found == {"strict-origin-when-cross-origin"}

    def test_3_4_6_frames(self, responses):
        for path, response in responses.items():
            allowed = policy_of(response)["frame-ancestors"]
            assert allowed == (["'self'"] if path.startswith("/admin/") else ["'none'"])

    def test_3_4_7_violations_are_reported(self, responses, visitor):
        addresses = {policy_of(response)["report-uri"][0] for response in responses.values()}
        groups = {response["Reporting-Endpoints"] for response in responses.values()}

        [address] = addresses
        assert groups == {f'csp="{address}"'}
        sent = visitor.post(address, b'{"csp-report": {}}', content_type="application/csp-report")
        assert sent.status_code == 204

    def test_3_4_8_other_windows(self, responses):
        found = {response["Cross-Origin-Opener-Policy"] for response in responses.values()}

        assert found == {"same-origin"}


class TestOrigins:
    def test_3_5_1_forms_need_a_token(self, home):
        client = SecureClient(enforce_csrf_checks=True)
        log_in(client)

        for path in ("/admin/login/", f"/admin/pages/{home.pk}/delete/"):
            assert client.post(path, {"username": "olga"}).status_code == 403
        assert HomePage.objects.exists()

    def test_3_5_1_forms_of_other_origins_are_refused_even_with_a_token(self):
        client = SecureClient(enforce_csrf_checks=True)
        page = client.get("/admin/login/").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

        response = client.post(
            "/admin/login/",
            {"csrfmiddlewaretoken": token, "username": "x", "password": "x"},
            headers={"Origin": "https://evil.example"},
        )

        assert response.status_code == 403

    def test_3_5_2_nothing_relies_on_preflight_requests(self, visitor):
        response = visitor.options(
            "/api/v1/posts/",
            headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        )

        assert not [name for name in response.headers if name.startswith("Access-Control-")]
        assert visitor.post("/api/v1/posts/", "{}", content_type="text/plain").status_code == 405

    def test_3_5_3_reading_changes_nothing(self, editor, post):
        editor.get(f"/admin/pages/{post.pk}/delete/")
        editor.get(f"/admin/pages/{post.pk}/unpublish/")
        editor.get("/admin/logout/")

        assert PostPage.objects.live().exists()
        assert editor.get("/admin/").status_code == 200

    def test_3_5_5_scripts_of_ours_listen_to_no_other_window(self):
        listening = re.compile(r"""["']message["']|onmessage""")

        assert [
            path.name
            for path in own_static_files()
            if path.suffix == ".js" and listening.search(path.read_text())
        ] == []

    @pytest.mark.parametrize("path", ["/api/v1/posts/?callback=go", "/api/v1/posts/?jsonp=go"])
    def test_3_5_6_no_jsonp(self, visitor, path):
        response = visitor.get(path)

        assert not response.content.startswith(b"go(")
        assert "javascript" not in response["Content-Type"]

    def test_3_5_8_what_needs_a_login_is_not_for_other_sites(self, editor):
        assert editor.get("/admin/")["Cross-Origin-Resource-Policy"] == "same-origin"


class TestOtherConsiderations:
    @pytest.mark.parametrize("path", HTML_PATHS)
    def test_3_6_1_files_come_from_the_site_itself(self, visitor, path):
        html = visitor.get(path).content.decode()

        assert (
            re.findall(
                r"""<(?:script|link rel="stylesheet")[^>]*(?:src|href)="(?:https?:)?//""", html
            )
            == []
        )

    def test_3_7_1_no_plugins(self, visitor):
        assert policy_of(visitor.get("/"))["object-src"] == ["'none'"]

    @pytest.mark.parametrize(
        "address", ["https://evil.example/", "//evil.example/", "\\\\evil.example"]
    )
    def test_3_7_2_a_login_leads_to_no_other_site(self, visitor, address):
        get_user_model().objects.create_superuser("olga", "olga@example.org", "secret")

        response = visitor.post(
            "/admin/login/", {"username": "olga", "password": "secret", "next": address}
        )

        assert response["Location"] == "/admin/"

    def test_3_7_3_the_domain_may_be_preloaded(self, responses):
        assert "preload" in responses["/"]["Strict-Transport-Security"]


def own_static_files():
    packages = (mkt_api, mkt_blog, mkt_core, mkt_monitoring)
    roots = [Path(package.__file__).parent / "static" for package in packages]
    roots.append(Path(site_settings.BASE_DIR) / "home" / "static")
    return [path for root in roots for path in root.rglob("*") if path.is_file()]
