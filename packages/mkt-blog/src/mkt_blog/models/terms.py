"""Categories (a tree), authors and series: snippets that posts point to."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import Locale, TranslatableMixin
from wagtail.search import index

from ..slugs import free_slug

PATH_MAX_LENGTH = 1000


class Term(TranslatableMixin, index.Indexed, models.Model):
    """What categories, authors and series have in common: a label, a slug, a language."""

    label_field = "name"

    slug = models.SlugField(
        _("slug"),
        max_length=200,
        allow_unicode=True,
        blank=True,
        help_text=_("The last part of the address. Made from the name if left empty."),
    )

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, self.label_field))

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        super().save(*args, **kwargs)

    def complete(self) -> None:
        """Fill in what may be left empty: the default locale, and a free slug."""
        if self.locale_id is None:
            self.locale = Locale.get_default()
        if not self.slug:
            siblings = self.slug_scope()
            self.slug = free_slug(
                str(self),
                lambda slug: siblings.filter(slug=slug).exists(),
                fallback=self._meta.model_name or "term",
                max_length=200,
            )

    def slug_scope(self) -> models.QuerySet[Any]:
        """The other rows among which this one's slug must be unique."""
        return type(self)._default_manager.filter(locale=self.locale_id).exclude(pk=self.pk)


class CategoryQuerySet(models.QuerySet["Category"]):
    def roots(self) -> Self:
        """Categories without a parent."""
        return self.filter(parent=None)

    def below(self, category: "Category", *, include_self: bool = False) -> Self:
        """All descendants of a category, by one condition on their path."""
        inside = Q(path__startswith=f"{category.path}/")
        if include_self:
            inside |= Q(pk=category.pk)
        return self.filter(inside, locale=category.locale_id)


class Category(Term):
    """A subject; categories form a tree and a listing of one includes those below it.

    ``path`` holds the slugs from the root down (``"food/baking"``). It is what the category's
    address is made of, and it finds a whole branch with one indexed condition.
    """

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=PATH_MAX_LENGTH, editable=False)
    description = models.TextField(_("description"), blank=True)
    sort_order = models.IntegerField(_("order"), default=0)

    objects = CategoryQuerySet.as_manager()

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("parent"),
        FieldPanel("description"),
        FieldPanel("sort_order"),
    ]
    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("description"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort_order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "path"],
                name="mkt_blog_category_path",
                violation_error_message=_("Another category has this address already."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        self.refuse_cycle()
        if len(self.build_path()) > PATH_MAX_LENGTH:
            raise ValidationError({"parent": _("The tree of categories is too deep here.")})
        if self.slug_scope().filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("A category beside this one has the same slug.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and carry a changed slug or parent on to the paths of all descendants.

        Raises:
            ValidationError: the parent is this category or one of its descendants.
        """
        with transaction.atomic(using=kwargs.get("using")):
            self.complete()
            self.refuse_cycle()
            old_path, self.path = self.path, self.build_path()
            if "update_fields" in kwargs and kwargs["update_fields"] is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "path"}
            super().save(*args, **kwargs)
            if old_path and old_path != self.path:
                self._move_descendants(old_path)

    def refuse_cycle(self) -> None:
        """Raise ValidationError if the tree would become a circle."""
        if self.parent is None or self.pk is None:
            return
        if self.pk == self.parent_id or self.pk in (a.pk for a in self.get_ancestors()):
            raise ValidationError(
                {"parent": _("A category cannot stand below itself.")}, code="cycle"
            )

    def slug_scope(self) -> models.QuerySet[Any]:
        return super().slug_scope().filter(parent=self.parent)

    def build_path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug

    def get_ancestors(self) -> "list[Category]":
        """From the root down to the parent; one query for each level."""
        ancestors: list[Category] = []
        seen: set[int] = set()
        ancestor = self.parent
        while ancestor is not None and ancestor.pk not in seen:
            seen.add(ancestor.pk)
            ancestors.insert(0, ancestor)
            ancestor = ancestor.parent
        return ancestors

    def get_descendants(self, *, include_self: bool = False) -> CategoryQuerySet:
        return Category.objects.below(self, include_self=include_self)

    def _move_descendants(self, old_path: str) -> None:
        Category.objects.filter(path__startswith=f"{old_path}/", locale=self.locale_id).update(
            path=Concat(Value(self.path), Substr(F("path"), len(old_path) + 1))
        )


class Author(Term):
    """Someone who writes: a profile apart from any login, so that it outlives an account."""

    name = models.CharField(_("name"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The account that writes under this name, if there is one."),
    )
    role = models.CharField(_("role"), max_length=200, blank=True)
    bio = models.TextField(_("biography"), blank=True)
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField(_("web site"), blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("role"),
        FieldPanel("bio"),
        FieldPanel("photo"),
        FieldPanel("url"),
        FieldPanel("user"),
    ]
    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("bio"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="mkt_blog_author_slug")
        ]


class Series(Term):
    """Posts that belong together and are read in order."""

    label_field = "title"

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)

    panels = [FieldPanel("title"), FieldPanel("slug"), FieldPanel("description")]
    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("description"),
        index.AutocompleteField("title"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        verbose_name = _("series")
        # In most languages the plural is another word.
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="mkt_blog_series_slug")
        ]
