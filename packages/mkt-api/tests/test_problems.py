"""What is wrong, where, and in a word for programs."""

import pytest
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from mkt_api.views import ApiView

pytestmark = pytest.mark.django_db


class Author(serializers.Serializer):
    name = serializers.CharField(max_length=5)


class Comment(serializers.Serializer):
    text = serializers.CharField()
    authors = Author(many=True, required=False)
    notes = serializers.ListField(child=serializers.IntegerField(), required=False)
    odd = serializers.CharField(required=False, source="x", max_length=2)

    def get_fields(self):
        fields = super().get_fields()
        fields["a/b~c d"] = fields.pop("odd")
        return fields

    def validate(self, attrs):
        if attrs["text"] == "spam":
            raise serializers.ValidationError("No spam.", code="spam")
        return attrs


class CommentView(ApiView):
    """A view of a site that takes a body."""

    http_method_names = ("post", "options")
    parser_classes = (JSONParser,)
    needs_reader = False

    def post(self, request):
        Comment(data=request.data).is_valid(raise_exception=True)
        return Response({}, status=201)


urlpatterns = [path("comments/", CommentView.as_view())]


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("entries/", {"bogus": "1"}, ("bogus", "unknown")),
        ("entries/", {"number": "x"}, ("number", "invalid")),
        ("entries/", {"number": ["1", "2"]}, ("number", "repeated")),
        ("entries/", {"page": "1", "offset": "0"}, ("page", "conflict")),
        ("by-path/", {}, ("path", "missing")),
        ("search/", {}, ("q", "missing")),
        ("search/", {"q": "x" * 300}, ("q", "invalid")),
        ("preview/", {}, ("token", "missing")),
    ],
)
def test_each_mistake_of_a_query_string_names_its_parameter(client, path, parameters, expected):
    response = client.get(f"/api/v1/{path}", parameters)

    [error] = response.json()["errors"]
    assert response.status_code == 400
    assert (error["parameter"], error["code"]) == expected
    assert set(error) == {"parameter", "detail", "code"}


def test_the_instance_is_a_reference_whatever_the_path(client):
    problem = client.get("/api/v1/articles/%C3%A0%14%20x/").json()

    assert problem["instance"] == "/api/v1/articles/%C3%A0%14%20x/"


@pytest.mark.urls("tests.test_problems")
class TestBody:
    def errors(self, client, body):
        response = client.post("/comments/", body, content_type="application/json")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert {"type", "title", "status", "detail", "instance"} <= set(problem)
        assert all(set(error) == {"pointer", "detail", "code"} for error in problem["errors"])
        return {(error["pointer"], error["code"]) for error in problem["errors"]}

    def test_names_the_place(self, client):
        assert self.errors(client, {}) == {("#/text", "required")}

    def test_names_places_within_lists(self, client):
        body = {"text": "x", "authors": [{"name": "ok"}, {"name": "too long"}], "notes": [1, "x"]}

        assert self.errors(client, body) == {
            ("#/authors/1/name", "max_length"),
            ("#/notes/1", "invalid"),
        }

    def test_names_the_whole_where_no_place_is_wrong(self, client):
        assert self.errors(client, {"text": "spam"}) == {("#", "spam")}

    def test_writes_odd_names_as_the_standard_says(self, client):
        body = {"text": "x", "a/b~c d": "long"}

        assert self.errors(client, body) == {("#/a~1b~0c%20d", "max_length")}

    def test_ends_some_time(self, client):
        body = {"text": "x", "notes": ["x"] * 1000}

        assert len(self.errors(client, body)) == 20

    def test_is_a_problem_where_it_is_no_json(self, client):
        response = client.post("/comments/", "{", content_type="application/json")

        assert response.status_code == 400
        assert response.json()["type"].endswith(":parse_error")
