import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "openapi.json"
    call_command("mkt_api_schema", output=path)
    return path


def change(path, alter):
    document = json.loads(path.read_text())
    alter(document)
    path.write_text(json.dumps(document))


def test_prints_what_is_served(api, capsys):
    call_command("mkt_api_schema")

    assert json.loads(capsys.readouterr().out) == api("openapi.json").json()


def test_works_where_the_document_is_not_served(capsys, settings):
    settings.MKT_API = {"DOCS": False}

    call_command("mkt_api_schema")

    assert json.loads(capsys.readouterr().out)["openapi"].startswith("3.1")


def test_issues_no_query(capsys, django_assert_num_queries):
    with django_assert_num_queries(0):
        call_command("mkt_api_schema")


def test_accepts_a_file_that_says_the_same_however_it_is_indented(written):
    change(written, lambda document: None)

    call_command("mkt_api_schema", check=written)


def test_refuses_a_file_that_says_something_else_and_names_what(written):
    change(written, lambda document: document["paths"].pop("/api/v1/sync/"))

    with pytest.raises(CommandError, match=r"/api/v1/sync/\)") as caught:
        call_command("mkt_api_schema", check=written)

    assert f"--output {written}" in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "{", "\x00"])
def test_refuses_a_file_that_cannot_be_read(tmp_path, text):
    path = tmp_path / "other.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("mkt_api_schema", check=path)


def test_refuses_a_file_that_is_no_document(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("[]")

    with pytest.raises(CommandError, match="no document"):
        call_command("mkt_api_schema", check=path)


def test_refuses_to_write_where_it_cannot(tmp_path):
    with pytest.raises(CommandError, match="missing"):
        call_command("mkt_api_schema", output=tmp_path / "missing" / "openapi.json")


def test_says_how_to_name_another_place():
    with pytest.raises(CommandError, match="--namespace"):
        call_command("mkt_api_schema", namespace="elsewhere")
