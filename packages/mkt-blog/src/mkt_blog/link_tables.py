"""The tables between posts and their terms, for statements written by hand: names of table, post and term."""

from typing import Any


def category_links(post_model: Any) -> tuple[str, str, str]:
    field: Any = post_model._meta.get_field("categories")
    return field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name()


def tag_links(post_model: Any) -> tuple[str, str, str]:
    options = post_model._meta.get_field("tags").remote_field.through._meta
    post, tag = (options.get_field(name).column for name in ("content_object", "tag"))
    return options.db_table, post, tag
