"""Search through the backend of the site, in a time that any page can afford."""
