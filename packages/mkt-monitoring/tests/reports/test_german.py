"""What editors see who have chosen German."""

import pytest
from wagtail.users.models import UserProfile

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "/admin/reports/monitoring/": ("Anfragen pro Sekunde", "Nichts in der letzten halben Stunde."),
    "/admin/reports/monitoring/content/": ("Woher Besucher kommen", "Seitenaufrufe"),
    "/admin/reports/monitoring/api/": ("Endpunkte", "Grenzen"),
    "/admin/reports/monitoring/health/": ("Was sich verspätet oder voll ist", "Migrationen"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_dashboards_speak_german(address, watcher, client):
    profile = UserProfile.get_for_user(watcher)
    profile.preferred_language = "de"
    profile.save()

    body = client.get(address).content.decode()

    assert [words for words in ADDRESSES[address] if words not in body] == []
    assert "Monitoring" in body
