"""Compare a settings value with the type annotation of its dataclass field.

Only what settings are made of: scalars, ``X | None``, ``Literal``, sequences, sets, mappings and
plain classes. Anything more exotic (a protocol, a type variable) is let through, since refusing a
good value would be worse than missing a bad one.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as AbstractSequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, Union, get_args, get_origin

from django.utils.functional import Promise


def mismatches(value: object, annotation: Any, path: str) -> Iterator[str]:
    """One sentence for every place in ``value`` that is not what ``annotation`` says.

    ``path`` is how the place is called in the sentence, e.g. ``MKT_BLOG['POSTS_PER_PAGE']``. The value itself is never
    shown, since settings hold secrets and checks print to logs.
    """
    origin = get_origin(annotation) or annotation
    if origin in (Union, types.UnionType):
        yield from _union_mismatches(value, get_args(annotation), path)
    elif origin is Literal:
        if value not in get_args(annotation):
            yield _sentence(path, described(annotation), value)
    elif not _is_instance(value, origin):
        yield _sentence(path, described(annotation), value)
    else:
        yield from _element_mismatches(value, get_args(annotation), path)


def adapted(value: Any, annotation: Any) -> Any:
    """``value`` in the container its annotation names: a list given for a tuple becomes a tuple, and the reverse."""
    for option in (annotation, *get_args(annotation)):
        container = get_origin(option) or option
        if container in (list, tuple, set, frozenset) and isinstance(
            value, (list, tuple, set, frozenset)
        ):
            return container(value)
    return value


def described(annotation: Any) -> str:
    """``int | None`` reads as "int or None", ``tuple[str, ...]`` as "list of str"."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _alternatives(args)
    if origin is Literal:
        return " or ".join(repr(arg) for arg in args)
    if annotation is types.NoneType:
        return "None"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return (
            f"dictionary of {described(args[0])} to {described(args[1])}"
            if len(args) == 2
            else "dictionary"
        )
    if isinstance(origin, type) and issubclass(origin, (AbstractSequence, AbstractSet)):
        return f"list of {described(args[0])}" if args else "list"
    return str(getattr(annotation, "__name__", annotation))


def _alternatives(options: tuple[Any, ...]) -> str:
    return " or ".join(described(option) for option in options)


def _sentence(path: str, expected: str, value: object) -> str:
    given = "None" if value is None else type(value).__name__
    return f"{path} must be {expected}, not {given}."


def _is_instance(value: object, expected: Any) -> bool:
    if expected is Any or not isinstance(expected, type):
        return True
    if expected is bool or isinstance(value, bool):
        # A bool is an int in Python; in a setting it is a mistake.
        return isinstance(value, bool) and expected in (bool, object)
    if expected is float:
        return isinstance(value, (int, float))
    if expected is str:
        return isinstance(value, (str, Promise))
    if issubclass(expected, Mapping):
        return isinstance(value, Mapping)
    if issubclass(expected, (list, tuple, set, frozenset)) or expected in (
        AbstractSequence,
        AbstractSet,
    ):
        return isinstance(value, (list, tuple, set, frozenset))
    return _plain_isinstance(value, expected)


def _plain_isinstance(value: object, expected: type) -> bool:
    try:
        return isinstance(value, expected)
    except TypeError:
        # A protocol that is not runtime-checkable cannot be asked.
        return True


def _union_mismatches(value: object, options: tuple[Any, ...], path: str) -> Iterator[str]:
    found = [list(mismatches(value, option, path)) for option in options]
    if all(found):
        # The option with the right container knows which element is wrong; otherwise name all options.
        inner = [sentences for sentences in found if not sentences[0].startswith(f"{path} must")]
        yield from inner[0] if inner else [_sentence(path, _alternatives(options), value)]


def _element_mismatches(value: object, args: tuple[Any, ...], path: str) -> Iterator[str]:
    if isinstance(value, Mapping) and len(args) == 2:
        for key, item in value.items():
            yield from mismatches(key, args[0], f"a key of {path}")
            yield from mismatches(item, args[1], f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple, set, frozenset)) and args:
        for position, item in enumerate(value):
            yield from mismatches(item, _element_annotation(args, position), f"{path}[{position}]")


def _element_annotation(args: tuple[Any, ...], position: int) -> Any:
    """``tuple[str, ...]`` and ``list[str]`` have one type for all, ``tuple[str, int]`` one per position."""
    if len(args) == 1 or args[1:] == (Ellipsis,):
        return args[0]
    return args[position] if position < len(args) else Any
