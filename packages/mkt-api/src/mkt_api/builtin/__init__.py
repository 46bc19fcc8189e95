"""Resources of what every Wagtail site has."""
