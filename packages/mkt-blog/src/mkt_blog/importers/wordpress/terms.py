"""Categories, authors and tags: found, or made when a post first needs them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from taggit.models import Tag
from wagtail.models import Locale

from mkt_blog.models import Author, AuthorBase, Category, CategoryBase

from .items import AuthorDefinition, Term, TermDefinition
from .names import clean_slug, plain

SLUG_MAX_LENGTH = NAME_MAX_LENGTH = 200
TAG_MAX_LENGTH = 100
PATH_MAX_LENGTH = 1000

Found = TypeVar("Found", bound=Model)


class Definitions(Protocol):
    """What an export says of its authors and categories, by the keys that posts name them by."""

    authors: dict[str, AuthorDefinition]
    categories: dict[str, TermDefinition]


class Terms:
    """The terms of one import, each looked up or created once.

    What a post has brought in is dropped by ``forget_new()`` when its transaction fails, and
    counted by ``keep_new()`` when it does not. With ``dry_run`` nothing is saved.
    """

    def __init__(
        self, survey: Definitions, locale: Locale, *, post_class: Any = None, dry_run: bool = False
    ) -> None:
        """``post_class`` says which categories and authors are used; without it those of the blog itself."""
        self.created: Counter[str] = Counter()
        # Each once, in their order.
        self.problems: dict[str, None] = {}
        self._survey = survey
        self._locale = locale
        self._dry_run = dry_run
        self._known: dict[tuple[str, str], Any] = {}
        self._new: list[tuple[str, str]] = []
        self._category_class, self._author_class = _classes(post_class)
        self._by_path: dict[str, CategoryBase] = {}
        self._by_name: dict[tuple[str, str], list[CategoryBase]] = defaultdict(list)
        for category in self._category_class.objects.filter(locale=locale):
            self._by_path[category.path] = category
            self._by_name[category.slug, category.name.casefold()].append(category)
        self._stored_authors = list(self._author_class.objects.filter(locale=locale))

    def categories(self, terms: list[Term]) -> list[CategoryBase]:
        """In the order of the post, each with its ancestors; new ones are created."""
        return _unique(self._category(term) for term in terms)

    def authors(self, authors: list[tuple[str, str]]) -> list[AuthorBase]:
        """For pairs of a key and the name to use if the export does not define the author."""
        return _unique(self._author(key, name) for key, name in authors)

    def tags(self, terms: list[Term]) -> list[Tag]:
        return _unique(self._tag(term) for term in terms)

    def keep_new(self) -> None:
        self.created.update(kind for kind, _key in self._new)
        self._new.clear()

    def forget_new(self) -> None:
        for key in self._new:
            del self._known[key]
        self._new.clear()

    def _category(self, term: Term) -> CategoryBase:
        """Built from the root down, along the parents that the head of the export defines."""
        category: CategoryBase | None = None
        for definition in reversed(list(self._line(term))):
            category = self._known_category(definition) or self._child(category, definition)
        assert category is not None
        return category

    def _line(self, term: Term) -> Iterator[TermDefinition]:
        """The definitions of a category and of its ancestors, up to the first that is known."""
        defined = self._survey.categories
        definition = defined.get(term.slug, TermDefinition(term.slug, term.name))
        yield definition
        while definition.parent and not self._known_category(definition):
            if definition.parent not in defined:
                self._remark(
                    _("category “%(name)s”: its parent “%(parent)s” is not in the export")
                    % {"name": plain(definition.name), "parent": definition.parent}
                )
                return
            definition = defined[definition.parent]
            yield definition

    def _known_category(self, definition: TermDefinition) -> CategoryBase | None:
        return self._known.get(("category", _category_slug(definition)))

    def _child(self, parent: CategoryBase | None, definition: TermDefinition) -> CategoryBase:
        name, slug = plain(definition.name)[:NAME_MAX_LENGTH], _category_slug(definition)
        category = self._category_class(
            name=name or slug,
            slug=slug,
            parent=parent,
            description=plain(definition.description),
            locale=self._locale,
        )
        category.path = category.build_path()
        if len(category.path) > PATH_MAX_LENGTH:
            self._remark(_("category “%s”: the tree is too deep, it became a root") % name)
            category.parent, category.path = None, slug
        stored = self._find_category(category)
        return self._note("category", slug, stored, category)

    def _find_category(self, wanted: CategoryBase) -> CategoryBase | None:
        """The same address, or else a category that an editor has moved since."""
        if same := self._by_path.get(wanted.path):
            return same
        moved = self._by_name.get((wanted.slug, wanted.name.casefold()), [])
        return moved[0] if len(moved) == 1 else None

    def _author(self, key: str, login: str) -> AuthorBase:
        if known := self._known.get(("author", key)):
            return known
        definition = self._survey.authors.get(key)
        name = (plain(definition.name) if definition else plain(login))[:NAME_MAX_LENGTH] or key
        slug = clean_slug(key)[:SLUG_MAX_LENGTH]
        by_slug = (author for author in self._stored_authors if slug and author.slug == slug)
        by_name = (a for a in self._stored_authors if a.name.casefold() == name.casefold())
        stored = next(by_slug, None) or next(by_name, None)
        new = self._author_class(name=name, slug=slug, locale=self._locale)
        if definition:
            new.bio, new.url = definition.bio, definition.url
        return self._note("author", key, stored, new)

    def _tag(self, term: Term) -> Tag:
        name = term.name[:TAG_MAX_LENGTH]
        # Two spellings of one name are one tag.
        key = name.casefold()
        if known := self._known.get(("tag", key)):
            return known
        slug = term.slug[:TAG_MAX_LENGTH]
        same = Tag.objects.filter(
            Q(name__iexact=name) | Q(slug=slug) if slug else Q(name__iexact=name)
        )
        # A tag of the same name goes before one that merely has the slug.
        stored = min(same, key=lambda tag: (tag.name.casefold() != key, tag.pk), default=None)
        return self._note("tag", key, stored, Tag(name=name, slug=slug))

    def _note(self, kind: str, key: str, stored: Any, new: Model) -> Any:
        if stored is None:
            if not self._dry_run:
                new.save()
            self._new.append((kind, key))
        self._known[kind, key] = stored or new
        return self._known[kind, key]

    def _remark(self, problem: str) -> None:
        self.problems[problem] = None


def _classes(post_class: Any) -> tuple[Any, Any]:
    if post_class is None:
        return Category, Author
    return post_class.get_category_model(), post_class.get_author_model()


def _category_slug(definition: TermDefinition) -> str:
    name = plain(definition.name)[:NAME_MAX_LENGTH]
    return (clean_slug(definition.slug) or clean_slug(name) or "category")[:SLUG_MAX_LENGTH]


def _unique(terms: Iterator[Found]) -> list[Found]:
    return list({id(term): term for term in terms}.values())
