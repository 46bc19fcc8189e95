"""The TypeScript client against the running site, on the machine's Node."""

import json

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.node


def test_types_are_what_the_schema_gives(client, npm, tmp_path):
    schema = tmp_path / "openapi.json"
    call_command("mkt_api_schema", output=schema)
    made = tmp_path / "schema.ts"

    npm("exec", "--offline", "--", "openapi-typescript", schema, "--output", made, cwd=client)

    committed = (client / "src" / "schema.ts").read_text()
    assert made.read_text() == committed, "write it again as clients/typescript/README.md says"


def test_client_reads_the_site(site, client, npm, reading):
    npm("run", "build:test", cwd=client)
    # Without pretest, which would build once more what the fixture has built.
    npm("test", "--ignore-scripts", cwd=client, env=reading(site))


def test_published_package_is_complete(client, npm):
    listing = json.loads(npm("pack", "--dry-run", "--json", "--ignore-scripts", cwd=client))[0]

    names = {entry["path"] for entry in listing["files"]}
    assert names >= {"LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts"}
    exported = json.loads((client / "package.json").read_text())["exports"]
    targets = [
        one for entry in exported.values() if isinstance(entry, dict) for one in entry.values()
    ]
    assert {target.removeprefix("./") for target in targets} <= names
    assert not [name for name in names if name.startswith(("test/", ".test/", "node_modules/"))]
