"""Pages of every type, from the ``api_fields`` that their classes have already."""
