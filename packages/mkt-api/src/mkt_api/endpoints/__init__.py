"""Views that are no list and no single object of a resource."""
