"""Categories: a tree of subjects."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from .api_fields import CATEGORY_API_FIELDS
from .terms import Term, term_image

PATH_MAX_LENGTH = 1000


class CategoryQuerySet(models.QuerySet[Any]):
    def roots(self) -> Self:
        """Categories without a parent."""
        return self.filter(parent=None)

    def below(self, category: "CategoryBase", *, include_self: bool = False) -> Self:
        """All descendants of a category, by one condition on their path."""
        inside = Q(path__startswith=f"{category.path}/")
        if include_self:
            inside |= Q(pk=category.pk)
        return self.filter(inside, locale=category.locale_id)


class CategoryBase(Term):
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
    image = term_image()
    sort_order = models.IntegerField(_("order"), default=0)

    objects = CategoryQuerySet.as_manager()

    api_fields: ClassVar[list[Any]] = CATEGORY_API_FIELDS
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("parent"),
        FieldPanel("description"),
        FieldPanel("image"),
        FieldPanel("sort_order"),
    ]
    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("description"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        abstract = True
        ordering = ["sort_order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "path"],
                name="%(app_label)s_%(class)s_path",
                violation_error_message=_("Another category already has this address."),
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

    def get_ancestors(self) -> "list[CategoryBase]":
        """From the root down to the parent; one query for each level."""
        ancestors: list[CategoryBase] = []
        seen: set[int] = set()
        ancestor = self.parent
        while ancestor is not None and ancestor.pk not in seen:
            seen.add(ancestor.pk)
            ancestors.insert(0, ancestor)
            ancestor = ancestor.parent
        return ancestors

    def get_descendants(self, *, include_self: bool = False) -> CategoryQuerySet:
        return type(self).objects.below(self, include_self=include_self)

    def _move_descendants(self, old_path: str) -> None:
        type(self).objects.filter(path__startswith=f"{old_path}/", locale=self.locale_id).update(
            path=Concat(Value(self.path), Substr(F("path"), len(old_path) + 1))
        )


class Category(CategoryBase):
    class Meta(CategoryBase.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
