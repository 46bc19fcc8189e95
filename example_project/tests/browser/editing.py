"""What an editor does with a page, by the same methods as Wagtail's forms call."""

import json

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mkt_api.models import WebhookEndpoint
from mkt_api.preview.links import create_link, token_of
from mkt_blog.pages.models import PostPage


@csrf_exempt
@require_POST
def edit(request, action, pk):
    """POST, with the fields to change as JSON. A draft is answered with the token that opens it."""
    post = PostPage.objects.get(pk=pk)
    changes = json.loads(request.body or "{}")
    for name, value in changes.items():
        setattr(post, name, value)
    match action:
        case "draft":
            post.save_revision()
            return JsonResponse({"token": token_of(create_link(PostPage.objects.get(pk=pk)))})
        case "publish":
            post.save_revision().publish()
        case "unpublish":
            post.unpublish()
        case "delete":
            post.delete()
    return JsonResponse({})


@csrf_exempt
@require_POST
def switch_webhooks(request, state):
    """``on`` or ``off``."""
    WebhookEndpoint.objects.update(enabled=state == "on")
    return JsonResponse({})
