"""From the ready page types to an app of the site's own, with the same tables: ``manage.py mkt_blog_eject``."""
