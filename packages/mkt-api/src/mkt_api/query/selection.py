"""The ``fields`` parameter: ``title,date`` (these), ``*`` (all), ``-body`` (without)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..problems import MAX_ECHO, with_nearest


def parse_fields(text: str, every: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
    """The chosen names, in the order of ``every``.

    ``-name`` alone takes away from the default; ``*`` stands for every field.

    Raises:
        ValueError: an unknown name, or nothing is left.
    """
    terms = text.split(",")
    added = [term for term in terms if not term.startswith("-")]
    removed = {term[1:] for term in terms if term.startswith("-")}
    for name in (*added, *removed):
        if name != "*" and name not in every:
            sentence = _("has no field “%(name)s”.") % {"name": name[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, name, every))
    base = set(every) if "*" in added else set(added or default)
    chosen = tuple(name for name in every if name in base - removed)
    if not chosen:
        raise ValueError(_("leaves no field to show."))
    return chosen
