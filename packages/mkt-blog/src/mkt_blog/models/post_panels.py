"""What editors see of a post, and what of it is searched."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from ..admin.findings import FindingsPanel
from ..admin.pickers import TermsPanel
from ..distinct import DistinctInlinePanel

POST_PANELS: list[Any] = [
    FindingsPanel(heading=_("To look at")),
    FieldPanel("subtitle"),
    MultiFieldPanel(
        [FieldPanel("hero_image"), FieldPanel("hero_alt"), FieldPanel("hero_caption")],
        _("Main picture"),
        help_text=_("On top of the post and on its card. Without one, the blog's is used."),
    ),
    FieldPanel("excerpt"),
    FieldPanel("body"),
    DistinctInlinePanel(
        "author_links",
        distinct_field="author",
        heading=_("Authors"),
        label=_("Author"),
        help_text=_("In the order of the byline; the first is the main one."),
    ),
    MultiFieldPanel(
        [TermsPanel("categories"), FieldPanel("primary_category"), FieldPanel("tags")],
        _("Where it belongs"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("series"),
            FieldPanel(
                "series_position", help_text=_("If empty, it follows the last of the series.")
            ),
        ],
        _("Series"),
    ),
    MultiFieldPanel(
        [FieldPanel("date"), FieldPanel("updated_at")]
        + [FieldPanel("featured"), FieldPanel("pinned")],
        _("Publication"),
    ),
    DistinctInlinePanel(
        "related_links",
        distinct_field="related_post",
        heading=_("Read next"),
        label=_("Post"),
        help_text=_("Shown below the post, before those that are found by what they share."),
        classname="collapsed",
    ),
]
POST_SEARCH_FIELDS: list[Any] = [
    index.SearchField("subtitle"),
    index.SearchField("excerpt"),
    index.SearchField("body"),
    index.FilterField("date"),
]
