"""How documents leave again: OWASP ASVS 5.0, 5.3 and 5.4. The view is Wagtail's; what it is given is ours."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document

from . import threats


def served(client, document, name=None):
    return client.get(reverse("wagtaildocs_serve", args=[document.pk, name or document.filename]))


@pytest.mark.parametrize(
    ("filename", "data"),
    [("a.svg", threats.SVG % threats.RECT), ("a.txt", b"text"), ("x.php.txt", b"text")],
)
def test_documents_are_downloads_that_run_nowhere(editor, client, filename, data):
    document = editor.upload("document", filename, data)

    response = served(client, document)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Content-Type"].split(";")[0] in ("image/svg+xml", "text/plain")
    response.close()


def test_name_in_the_header_cannot_break_it(editor, client):
    file = ContentFile(b"text", name='a"\r\nSet-Cookie: x=1;".txt')
    document = Document.objects.create(title="A", file=file)

    response = served(client, document)

    assert "Set-Cookie" not in response
    assert response["Content-Disposition"].count('"') in (0, 2)
    response.close()


def test_name_in_the_address_must_be_the_documents(editor, client):
    document = editor.upload("document", "a.txt", b"text")

    assert served(client, document, "..%2Fb.txt").status_code == 404


def test_no_stored_name_has_an_extension_that_a_server_runs(editor):
    for name in ("x.php.txt", "x.phtml.txt", "x.jsp.txt", "x.asp.txt", ".htaccess.txt"):
        document = editor.upload("document", name, b"text")

        assert document.filename.count(".") == 1
