"""What a browser sends from the form of a post."""

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield


def post_form(*, categories=(), authors=(), body=(), **fields):
    """Data of the form, as a flat dictionary; authors are given by their keys, ``body`` as pairs."""
    data = nested_form_data(
        {
            "title": "Bread",
            "slug": "bread",
            "date": "2026-03-01 12:00",
            "body": streamfield(list(body) or [("paragraph", rich_text("<p>Flour</p>"))]),
            "author_links": inline_formset([{"author": key} for key in authors]),
            "related_links": inline_formset([]),
            "comments": inline_formset([]),
            "tags": "",
            **fields,
        }
    )
    return data | {"categories": list(categories)}
