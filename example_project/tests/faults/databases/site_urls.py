"""Views that tell from which server they have read what."""

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router, transaction
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Page

from mkt_core.cache import dont_cache


def _title(pages):
    return {"title": pages.get(depth=2).title, "database": pages.db}


def cached(request):
    """A response that is kept until the title changes."""
    return JsonResponse(_title(Page.objects.all()))


def uncached(request):
    """The same, rendered each time."""
    dont_cache("test")
    return JsonResponse(_title(Page.objects.all()))


def several(request):
    """Ten reads, and where they went."""
    dont_cache("test")
    found = [_title(Page.objects.all())["database"] for _ in range(10)]
    return JsonResponse({"databases": found})


def slow(request):
    """A read that takes as long as it is told to."""
    dont_cache("test")
    alias = router.db_for_read(Page)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [float(request.GET["seconds"])])
    return JsonResponse({"database": alias})


@csrf_exempt
def write(request):
    """Change the title, and read it."""
    page = Page.objects.get(depth=2)
    page.title = request.POST["title"]
    page.save()
    return JsonResponse(_title(Page.objects.all()))


@csrf_exempt
def nothing(request):
    """An unsafe request that changes nothing."""
    return JsonResponse(_title(Page.objects.all()))


def transactional(request):
    """Read inside a transaction, and after it."""
    dont_cache("test")
    with transaction.atomic():
        inside = _title(Page.objects.all())["database"]
    return JsonResponse({"inside": inside, "after": _title(Page.objects.all())["database"]})


def iterated(request):
    """More rows than a server-side cursor gives at once."""
    dont_cache("test")
    return JsonResponse({"rows": len(list(ContentType.objects.iterator(chunk_size=5)))})


urlpatterns = [
    path("test/cached/", cached),
    path("test/uncached/", uncached),
    path("test/several/", several),
    path("test/slow/", slow),
    path("test/write/", write),
    path("test/nothing/", nothing),
    path("test/transactional/", transactional),
    path("test/iterated/", iterated),
    path("", include("example.urls")),
]
