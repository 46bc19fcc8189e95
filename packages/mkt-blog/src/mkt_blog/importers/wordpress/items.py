"""What an export holds, as plain records."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Term:
    """A category, a tag, or a term of another taxonomy, as a post names it."""

    domain: str
    slug: str
    name: str


@dataclass(slots=True)
class TermDefinition:
    """A category as the head of the export defines it. ``parent`` is a slug, or empty."""

    slug: str
    name: str
    parent: str = ""
    description: str = ""


@dataclass(slots=True)
class AuthorDefinition:
    login: str
    display_name: str = ""
    first_name: str = ""
    last_name: str = ""
    bio: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """The name that readers know, as far as the export tells it."""
        full = f"{self.first_name} {self.last_name}".strip()
        return self.display_name.strip() or full or self.login


@dataclass(slots=True)
class Item:
    """One ``<item>``: a post, a page, an attachment …

    ``fields`` holds the text of the elements by their usual prefixed names (``"wp:post_id"``),
    ``meta`` the few ``wp:postmeta`` that the import uses. ``line`` is where the item begins.
    """

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    comments: int = 0

    def get(self, name: str) -> str:
        """The text of an element without the space around it; empty if there is none."""
        return self.fields.get(name, "").strip()

    @property
    def post_type(self) -> str:
        return self.get("wp:post_type") or "post"

    @property
    def post_id(self) -> str:
        return self.get("wp:post_id")

    @property
    def label(self) -> str:
        """How a report names the item."""
        return self.get("title") or self.get("wp:post_name") or self.post_id or "?"
