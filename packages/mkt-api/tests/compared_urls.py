"""Three APIs of the same site: Wagtail's two, open to everybody whatever the site's REST framework says, and ours."""

from django.urls import include, path
from rest_framework.renderers import JSONRenderer
from wagtail import urls as wagtail_urls
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents import urls as document_urls

from mkt_core.compat import WAGTAIL_8


class PagesView(PagesAPIViewSet):
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    versioning_class = None

    def get_exception_handler(self):
        from rest_framework.views import exception_handler

        return exception_handler


router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesView)

urlpatterns = [
    path("api/v1/", include("mkt_api.urls")),
    path("v2/", router.urls),
    path("documents/", include(document_urls)),
    path("", include(wagtail_urls)),
]
if WAGTAIL_8:
    from wagtail.api.v3.urls import api

    urlpatterns.insert(0, path("v3/", api.urls))
