from django.http import HttpResponse


def refuse(get_response):
    """A rate limit that everybody has used up."""
    return lambda request: HttpResponse(status=429)
