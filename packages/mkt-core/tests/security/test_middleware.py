import asyncio
import re

import pytest
from django.http import HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, RequestFactory
from django.urls import set_script_prefix

from mkt_core.security.csp import current_nonce
from mkt_core.security.middleware import ContentSecurityPolicyMiddleware, SecurityHeadersMiddleware

from .conftest import SITE_POLICY, parse

REPORT_ONLY = "Content-Security-Policy-Report-Only"


class TestPolicy:
    def test_is_sent(self, policy_of):
        assert policy_of("/plain/") == SITE_POLICY

    def test_report_only(self, website, policy_of):
        website.SECURE_CSP_REPORT_ONLY = {"img-src": ["'self'"]}

        assert policy_of("/plain/", header=REPORT_ONLY) == {"img-src": ["'self'"]}

    def test_nothing_is_sent_without_a_setting(self, website, visitor):
        del website.SECURE_CSP
        website.SECURE_CSP = {}

        response = visitor.get("/plain/")

        assert "Content-Security-Policy" not in response
        assert REPORT_ONLY not in response

    @pytest.mark.parametrize("path", ["/override/", "/aoverride/", "/class-override/"])
    def test_a_view_has_its_own(self, path, policy_of):
        assert policy_of(path) == {"default-src": ["'self'"]}

    def test_a_view_has_none(self, website, visitor):
        website.SECURE_CSP_REPORT_ONLY = SITE_POLICY

        response = visitor.get("/no-policy/")

        assert "Content-Security-Policy" not in response
        assert REPORT_ONLY not in response

    def test_a_header_that_is_there_stays(self, visitor):
        assert visitor.get("/own-header/")["Content-Security-Policy"] == "own"

    def test_missing_pages_have_it(self, policy_of):
        assert policy_of("/nowhere/") == SITE_POLICY

    def test_asynchronous(self, website):
        response = asyncio.run(AsyncClient().get("/aplain/"))

        assert parse(response["Content-Security-Policy"]) == SITE_POLICY
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"

    @pytest.mark.parametrize(
        "middleware", [ContentSecurityPolicyMiddleware, SecurityHeadersMiddleware]
    )
    def test_stays_in_the_event_loop(self, middleware, website):
        async def get_response(request):
            asyncio.get_running_loop()
            return HttpResponse()

        response = asyncio.run(middleware(get_response)(AsyncRequestFactory().get("/")))

        assert response.status_code == 200

    def test_pages_for_developers_work(self, website, visitor):
        website.DEBUG = True

        response = visitor.get("/nowhere/")

        # They have inline styles.
        assert b"<style" in response.content
        assert "Content-Security-Policy" not in response


class TestNonce:
    @pytest.fixture(autouse=True)
    def _policy(self, website):
        website.SECURE_CSP = {"script-src": ["'self'", "<CSP_NONCE_SENTINEL>"]}

    def test_is_in_the_header_where_a_template_uses_it(self, visitor):
        response = visitor.get("/with-nonce/")

        nonce = re.search(rb'<script nonce="([\w-]{22})">', response.content)[1].decode()
        assert response["Content-Security-Policy"] == f"script-src 'self' 'nonce-{nonce}'"

    def test_is_not_in_the_header_otherwise(self, policy_of):
        assert policy_of("/plain/") == {"script-src": ["'self'"]}

    def test_is_new_each_time(self, visitor):
        assert len({visitor.get("/with-nonce/").content for _ in range(10)}) == 10

    def test_all_files_of_a_form_have_it(self, visitor):
        response = visitor.get("/with-media/")

        [nonce] = set(re.findall(r'nonce="([\w-]{22})"', response.content.decode()))
        assert response.content.decode().count(nonce) == 3
        assert "defer" in response.content.decode()
        assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]

    def test_a_request_inside_of_another_has_its_own(self, website):
        factory = RequestFactory()

        def inner(request):
            return HttpResponse(str(current_nonce.get()))

        def outer(request):
            before = str(current_nonce.get())
            other = ContentSecurityPolicyMiddleware(inner)(factory.get("/")).content.decode()
            return HttpResponse(f"{before} {other} {current_nonce.get()}")

        response = ContentSecurityPolicyMiddleware(outer)(factory.get("/"))

        before, other, after = response.content.decode().split()
        assert before == after != other
        assert f"'nonce-{before}'" in response["Content-Security-Policy"]
        assert current_nonce.get() is None

    def test_tags_without_the_middleware(self, website, visitor):
        website.MIDDLEWARE = []

        assert visitor.get("/with-nonce/").content == b"<script >1</script>"
        assert b"nonce" not in visitor.get("/with-media/").content


class TestFrames:
    def test_a_view_that_may_be_framed_is_not_forbidden_by_the_policy(self, policy_of):
        assert policy_of("/framed/")["frame-ancestors"] == ["'self'"]

    def test_unless_all_views_may(self, website, policy_of):
        website.X_FRAME_OPTIONS = "SAMEORIGIN"

        assert policy_of("/framed/")["frame-ancestors"] == ["'none'"]

    def test_previews_may_be_framed_by_the_site(self, website):
        request = RequestFactory().get("/a-page/")
        request.is_preview = True

        response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(request)

        assert parse(response["Content-Security-Policy"]) == {
            "default-src": ["'none'"],
            "frame-ancestors": ["'self'"],
        }

    def test_other_frames_stay_allowed_in_previews(self, website):
        website.SECURE_CSP = {"frame-ancestors": ["https://partner.example"]}
        request = RequestFactory().get("/a-page/")
        request.is_preview = True

        response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(request)

        assert (
            response["Content-Security-Policy"] == "frame-ancestors 'self' https://partner.example"
        )

    def test_a_policy_without_an_opinion_keeps_none(self, website):
        website.SECURE_CSP = {"default-src": ["'none'"]}
        request = RequestFactory().get("/a-page/")
        request.is_preview = True

        response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(request)

        assert response["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.django_db
class TestAdmin:
    def test_has_its_own_policy(self, policy_of):
        policy = policy_of("/admin/login/")

        assert policy["script-src"][0] == "'self'"
        assert policy["script-src"] == policy["style-src"]
        assert policy["frame-ancestors"] == ["'self'"]
        assert policy["img-src"] == ["'self'", "data:", "blob:"]

    def test_has_it_for_missing_pages_too(self, policy_of):
        assert "script-src-attr" in policy_of("/admin/nowhere/")

    def test_reports_where_the_site_reports(self, website, policy_of):
        website.SECURE_CSP = {"report-uri": ["/csp-report/"], "upgrade-insecure-requests": True}

        policy = policy_of("/admin/login/")

        assert policy["report-uri"] == ["/csp-report/"]
        assert policy["upgrade-insecure-requests"] == []

    def test_has_it_without_one_for_the_site(self, website, policy_of):
        website.SECURE_CSP = None

        assert "script-src" in policy_of("/admin/login/")
        assert policy_of("/plain/") is None

    def test_other_policies(self, website, policy_of):
        website.MKT_CORE = {
            "ADMIN_CSP": {"default-src": ["'self'"]},
            "ADMIN_CSP_REPORT_ONLY": {"img-src": ["'self'"]},
        }

        assert policy_of("/admin/login/") == {"default-src": ["'self'"]}
        assert policy_of("/admin/login/", header=REPORT_ONLY) == {"img-src": ["'self'"]}

    def test_no_policy(self, website, policy_of):
        website.MKT_CORE = {"ADMIN_CSP": {}}

        assert policy_of("/admin/login/") is None

    def test_other_paths_can_have_it(self, website, policy_of):
        website.MKT_CORE = {"ADMIN_CSP_PATHS": ["/plain/"]}

        assert "script-src-attr" in policy_of("/plain/")
        assert "script-src-attr" in policy_of("/admin/login/")

    def test_a_site_without_an_admin(self, website, policy_of):
        website.ROOT_URLCONF = "tests.urls"

        assert policy_of("/whoami/") == SITE_POLICY

    def test_admin_below_a_script_name(self, website, policy_of):
        # The server's handler does this, the test client's does not.
        set_script_prefix("/app/")
        try:
            policy = policy_of("/admin/login/", SCRIPT_NAME="/app")
        finally:
            set_script_prefix("/")

        assert "script-src-attr" in policy
