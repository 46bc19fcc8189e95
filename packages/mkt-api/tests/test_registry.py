import pytest
from django.core.exceptions import ImproperlyConfigured
from wagtail.fields import StreamField

from mkt_api import checks
from mkt_api.fields import (
    Column,
    Computed,
    FieldError,
    FileUrl,
    HtmlText,
    PageUrl,
    RelatedMany,
    RelatedOne,
    Stream,
)
from mkt_api.query.filters import Filter
from mkt_api.registry import Registry, registry
from mkt_api.resources import Resource

from .testapp.models import Article, Entry, Topic, Writer


def declare(**attributes):
    attributes = {"name": "things", "model": Entry, "fields": ["id"], **attributes}
    return type("Things", (Resource,), attributes)


def faults(*resources):
    own = Registry(module=None)
    for resource in resources:
        own.register(resource)
    return [(fault.code, fault.message) for fault in own.faults()]


class TestRegister:
    def test_finds_the_resources_of_installed_apps(self):
        assert list(registry.resources) == sorted(registry.resources)
        assert {"articles", "coins", "entries", "pages", "topics"} <= set(registry.resources)

    def test_works_as_a_decorator_with_and_without_arguments(self):
        own = Registry(module=None)
        plain = own.register(declare(name="plain"))
        replacing = own.register(replace=True)(declare(name="replacing"))

        assert own.resources == {"plain": plain, "replacing": replacing}

    def test_is_too_late_once_the_urls_are_read(self):
        own = Registry(module=None)
        assert own.resources == {}

        with pytest.raises(ImproperlyConfigured, match=r"mkt_api_resources\.py"):
            own.register(declare())

    @pytest.mark.parametrize("replacement_first", [True, False])
    def test_can_replace_the_resource_of_another_app(self, replacement_first):
        own = Registry(module=None)
        theirs, ours = declare(), declare()
        for resource in (ours, theirs) if replacement_first else (theirs, ours):
            own.register(resource, replace=resource is ours)

        assert own.resources == {"things": ours}
        assert own.faults() == []

    def test_compiles_a_plan_once(self):
        assert registry.plan("entries") is registry.plan("entries")

    @pytest.mark.django_db
    def test_compiling_issues_no_query(self, django_assert_num_queries):
        own = Registry(module=None)
        for resource in registry.resources.values():
            own.register(resource)

        with django_assert_num_queries(0):
            assert own.faults() == []

    def test_compiling_builds_no_blocks(self, monkeypatch):
        def fail(field):
            raise ImproperlyConfigured("another app's setting")

        monkeypatch.setattr(StreamField, "stream_block", property(fail))

        assert faults(declare(model=Article, fields=["body"])) == []


class TestFaults:
    @pytest.mark.parametrize(
        ("attributes", "code", "message"),
        [
            ({"fields": ["nope"]}, "E004", "“nope”"),
            ({"fields": ["url"], "model": Writer}, "E004", "get_absolute_url"),
            ({"fields": [Computed("nope")]}, "E004", "no attribute “nope”"),
            ({"fields": [Computed("title", columns=["nope"])]}, "E004", "nope"),
            ({"expand": ["nope"]}, "E004", "“nope”"),
            ({"expand": ["title"]}, "E004", "not a relation"),
            ({"expand": [RelatedOne("topics")]}, "E004", "one object"),
            ({"expand": [RelatedMany("topic")]}, "E004", "list"),
            ({"expand": [RelatedMany("topics", "topics__articles")]}, "E004", "one object"),
            ({"expand": [RelatedOne("topic", fields=["nope"])]}, "E004", "nope"),
            ({"detail_only": ["title"]}, "E004", "detail_only"),
            ({"filters": {"nope": ["exact"]}}, "E004", "nope"),
            ({"filters": {"number": ["title"]}}, "E004", "no other model"),
            ({"order": ["number__title"]}, "E004", "no other model"),
            ({"filters": {"topic": ["nope"]}}, "E004", "nope"),
            ({"filters": {"number": ["icontains"]}}, "E008", "icontains"),
            ({"filters": {"title": ["gte"]}}, "E008", "gte"),
            ({"filters": {"title": ["year"]}}, "E008", "year"),
            ({"filters": {"data": ["exact"]}}, "E008", "JSONField"),
            ({"filters": {"title": ["regex"]}}, "E004", "regex"),
            ({"order": ["nope"]}, "E004", "nope"),
            ({"order": ["topics"]}, "E006", "several"),
            ({"order": ["topics__name"]}, "E006", "several"),
            ({"order": ["data"]}, "E006", "no order"),
            ({"order": ["text"]}, "E006", "too long"),
            ({"fields": ["api_token"], "model": Writer}, "E005", "api_token"),
            ({"filters": {"api_token": ["startswith"]}, "model": Writer}, "E005", "api_token"),
            ({"order": ["api_token"], "model": Writer}, "E005", "api_token"),
            ({"fields": [Computed("password", lambda row: 1)]}, "E005", "password"),
            (
                {
                    "model": Article,
                    "expand": [
                        RelatedMany("writers", "writer_links__writer", fields=["api_token"])
                    ],
                },
                "E005",
                "api_token",
            ),
            ({"name": "Things"}, "E007", "Things"),
            ({"name": "a/b"}, "E007", "a/b"),
            ({"name": "docs"}, "E007", "docs"),
        ],
    )
    def test_are_found(self, attributes, code, message):
        [fault] = faults(declare(**attributes))

        assert fault[0] == code
        assert message in fault[1]

    def test_of_two_resources_with_one_name(self):
        [(code, message)] = faults(declare(), declare())

        assert code == "E007"
        assert "“things”" in message

    def test_keep_the_resource_from_being_served(self):
        own = Registry(module=None)
        own.register(declare(fields=["id"], filters={"nope": ["exact"]}))

        with pytest.raises(ImproperlyConfigured, match="nope"):
            own.plan("things")

    def test_of_two_resources_keep_both_from_being_served(self):
        own = Registry(module=None)
        own.register(declare())
        own.register(declare())

        with pytest.raises(ImproperlyConfigured, match="used by"):
            own.plan("things")

    def test_become_system_check_messages(self, monkeypatch):
        own = Registry(module=None)
        own.register(declare(order=["topics"]))
        monkeypatch.setattr(checks, "registry", own)

        [error] = checks.check_resources()

        assert error.id == "mkt_api.E006"
        assert error.hint


class TestPlan:
    def test_picks_the_field_that_fits(self):
        own = Registry(module=None)
        own.register(
            declare(
                name="articles",
                model=Article,
                fields=["pk", "intro", "body", "url", "see_also", "topic", "topics", "shouted"],
                expand=["picture"],
            )
        )
        kinds = {name: type(field).__name__ for name, field in own.plan("articles").fields.items()}

        assert kinds == {
            "pk": Column.__name__,
            "intro": HtmlText.__name__,
            "body": Stream.__name__,
            "url": PageUrl.__name__,
            "see_also": RelatedOne.__name__,
            "topic": Column.__name__,
            "topics": RelatedMany.__name__,
            "shouted": Computed.__name__,
            "picture": "ImageObject",
        }

    def test_reads_the_type_of_a_property_from_its_annotation(self):
        own = Registry(module=None)
        own.register(declare(model=Article, fields=["minutes", "shouted"]))
        fields = own.plan("things").fields

        assert fields["minutes"].schema == {"type": "integer"}
        assert fields["shouted"].schema == {"type": ["string", "null"]}

    def test_takes_filters_of_the_resource_itself(self):
        own = Registry(module=None)
        custom = Filter(apply=lambda queryset, value: queryset.filter(title=value))
        own.register(declare(filters={"named": custom}))

        assert own.plan("things").filters == {"named": custom}

    def test_file_needs_a_file_field(self):
        with pytest.raises(FieldError):
            FileUrl("title").bind(Entry, registry)


def test_description_is_the_docstring_of_the_resource_itself():
    class Described(Resource):
        """What it is."""

    class Silent(Resource):
        pass

    assert Described.description() == "What it is."
    assert Silent.description() == ""


def test_default_queryset_is_everything_public():
    resource = type("R", (Resource,), {"name": "topics", "model": Topic})

    assert "WHERE" not in str(resource(None).get_queryset().query)
