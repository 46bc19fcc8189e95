"""Write small Ghost exports for the tests."""

import json

NOW = "2020-02-03T09:00:00.000Z"


def post(title="A post", html="<p>Some text.</p>", *, id="1", slug="a-post", **fields):  # noqa: A002
    return {
        "id": id,
        "uuid": f"00000000-0000-4000-8000-{id:0>12}",
        "title": title,
        "slug": slug,
        "html": html,
        "lexical": None,
        "mobiledoc": None,
        "feature_image": None,
        "featured": 0,
        "type": "post",
        "status": "published",
        "visibility": "public",
        "created_at": NOW,
        "updated_at": NOW,
        "published_at": NOW,
        "custom_excerpt": None,
        "canonical_url": None,
        **fields,
    }


def export(*posts, tags=(), users=(), posts_tags=(), posts_authors=(), posts_meta=()):
    data = {
        "posts": list(posts),
        "tags": list(tags),
        "users": list(users),
        "posts_tags": list(posts_tags),
        "posts_authors": list(posts_authors),
        "posts_meta": list(posts_meta),
    }
    meta = {"exported_on": 1700000000000, "version": "5.80.0"}
    return json.dumps({"db": [{"meta": meta, "data": data}]})


def tag(id, name, **fields):  # noqa: A002
    return {"id": id, "name": name, "slug": name.lower().strip("#"), **fields}


def user(id, name, **fields):  # noqa: A002
    return {"id": id, "name": name, "slug": name.lower().replace(" ", "-"), **fields}


def link(kind, post_id, other_id, position=0):
    return {"post_id": post_id, f"{kind}_id": other_id, "sort_order": position}
