"""What a post points to: authors, categories, tags and series."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from ..post_terms import rows_of
from .measured import MeasuredBody

if TYPE_CHECKING:
    from .authors import AuthorBase
    from .categories import CategoryBase
    from .series import SeriesBase

# The relation to the link table, which each concrete class has for itself (see ``completing``).
AUTHOR_LINKS = "author_links"


class PostRelations(MeasuredBody):
    """Categories, authors, tags and series of a post, of whatever classes the post names."""

    # "app.Model" of what the posts point to. The relations ``categories``, ``primary_category``, ``series`` and
    # ``author_links`` are made from these when a class is complete (see ``mkt_blog.models.completing``).
    category_model: ClassVar[str] = "mkt_blog.Category"
    series_model: ClassVar[str] = "mkt_blog.Series"
    author_model: ClassVar[str] = "mkt_blog.Author"
    # "app.Model" where the site declares a link table itself.
    author_link_model: ClassVar[str | None] = None
    tag_link_model: ClassVar[str | None] = None
    related_link_model: ClassVar[str | None] = None

    if TYPE_CHECKING:
        # Made from the attributes above.
        categories: Any
        primary_category: models.ForeignKey[CategoryBase | None, CategoryBase | None]
        primary_category_id: int | None
        series: models.ForeignKey[SeriesBase | None, SeriesBase | None]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save, with the main category among the categories."""
        update_fields = kwargs.get("update_fields")
        saves_category = update_fields is None or {"primary_category", "primary_category_id"} & set(
            update_fields
        )
        if saves_category and self.complete_categories() and update_fields is not None:
            kwargs["update_fields"] = {*update_fields, "categories"}
        return super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A draft too has its main category among its categories; Wagtail does not clean drafts."""
        self.complete_categories()
        return super().save_revision(*args, **kwargs)  # type: ignore[misc]

    def complete_categories(self) -> bool:
        """Add the main category to the categories; whether it was missing. At most two queries, none without one."""
        if "primary_category_id" in self.get_deferred_fields():
            return False
        main = self.primary_category
        if main is None or main in self.categories.all():
            return False
        self.categories = [*self.categories.all(), main]
        return True

    @classmethod
    def get_category_model(cls) -> "type[CategoryBase]":
        return cls._related_model("categories")

    @classmethod
    def get_series_model(cls) -> "type[SeriesBase]":
        return cls._related_model("series")

    @classmethod
    def get_author_model(cls) -> "type[AuthorBase]":
        links: Any = cls._meta.get_field(AUTHOR_LINKS).related_model
        return links._meta.get_field("author").related_model

    @classmethod
    def _related_model(cls, name: str) -> Any:
        return cls._meta.get_field(name).related_model

    @property
    def authors(self) -> "list[AuthorBase]":
        """In the order that the editor gave; no query after ``for_listing()``."""
        return [link.author for link in rows_of(self, AUTHOR_LINKS)]

    def set_authors(self, authors: "list[AuthorBase]") -> None:
        """Replace the authors, each once; saved together with the page."""
        link_class: Any = type(self)._meta.get_field(AUTHOR_LINKS).related_model
        once = dict.fromkeys(authors)
        links = [link_class(author=author, sort_order=n) for n, author in enumerate(once)]
        setattr(self, AUTHOR_LINKS, links)

    @property
    def category_list(self) -> "list[CategoryBase]":
        return rows_of(self, "categories")

    @property
    def main_category(self) -> "CategoryBase | None":
        """The primary category, or else the first of the categories; no query after ``for_listing()``."""
        categories = self.category_list
        key = self.primary_category_id
        chosen = next((category for category in categories if category.pk == key), None)
        if chosen is None and key is not None:
            chosen = self.primary_category
        return chosen or next(iter(categories), None)

    @property
    def tag_list(self) -> list[Any]:
        return rows_of(self, "tags")
