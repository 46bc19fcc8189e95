import pytest


class TestDefaults:
    def test_features_are_closed(self, visitor):
        header = visitor.get("/plain/")["Permissions-Policy"]

        assert "camera=(), " in header
        assert "geolocation=()" in header

    def test_other_sites_cannot_use_responses(self, visitor):
        assert visitor.get("/plain/")["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_what_breaks_embeds_and_what_needs_an_address_is_left_out(self, visitor):
        response = visitor.get("/plain/")

        assert "Cross-Origin-Embedder-Policy" not in response
        assert "Reporting-Endpoints" not in response


class TestSettings:
    def test_features(self, website, visitor):
        website.MKT_CORE = {
            "PERMISSIONS_POLICY": {
                "camera": [],
                "fullscreen": ["self", "https://video.example"],
                "autoplay": ["*"],
            }
        }

        assert visitor.get("/plain/")["Permissions-Policy"] == (
            'camera=(), fullscreen=(self "https://video.example"), autoplay=*'
        )

    def test_endpoints(self, website, visitor):
        website.MKT_CORE = {
            "REPORTING_ENDPOINTS": {"csp": "/csp-report/", "all": "https://r.example/"}
        }

        assert visitor.get("/plain/")["Reporting-Endpoints"] == (
            'csp="/csp-report/", all="https://r.example/"'
        )

    def test_embedder(self, website, visitor):
        website.MKT_CORE = {"EMBEDDER_POLICY": "credentialless"}

        assert visitor.get("/plain/")["Cross-Origin-Embedder-Policy"] == "credentialless"

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/plain/", "same-site"),
            ("/pages/", "cross-origin"),
            ("/pages/closed/x/", "same-origin"),
            ("/pages/bare/", None),
        ],
    )
    def test_resources_by_path(self, website, visitor, db, path, expected):
        website.MKT_CORE = {
            "RESOURCE_POLICY": "same-site",
            "RESOURCE_POLICY_PATHS": {
                "/pages/": "cross-origin",
                "/pages/closed/": "same-origin",
                "/pages/bare/": "",
            },
        }

        assert visitor.get(path).headers.get("Cross-Origin-Resource-Policy") == expected

    def test_nothing_at_all(self, website, visitor):
        website.MKT_CORE = {"PERMISSIONS_POLICY": {}, "RESOURCE_POLICY": ""}

        response = visitor.get("/plain/")

        assert "Permissions-Policy" not in response
        assert "Cross-Origin-Resource-Policy" not in response


class TestViews:
    @pytest.mark.parametrize("path", ["/shared/", "/ashared/", "/class-shared/"])
    def test_another_value(self, visitor, path):
        response = visitor.get(path)

        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "camera=()" in response["Permissions-Policy"]

    def test_other_features(self, visitor):
        assert visitor.get("/camera/")["Permissions-Policy"] == "camera=(self)"

    def test_none(self, visitor):
        response = visitor.get("/declined/")

        assert "Permissions-Policy" not in response
        assert "Cross-Origin-Resource-Policy" not in response

    def test_a_header_that_is_there_stays(self, visitor):
        response = visitor.get("/own-header/")

        assert response["Permissions-Policy"] == "own"
        assert response["Cross-Origin-Resource-Policy"] == "own"
