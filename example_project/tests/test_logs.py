"""Logs of the whole site: the inventory (ASVS 16.1.1), what production sets, and the files for log shippers."""

import ast
import json
import logging
import re
from pathlib import Path

import pytest
import yaml

from mkt_core.logging import SafeFileHandler

from .test_settings import PRODUCTION, SHOW, run

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "example_project/deploy/logs"
INVENTORY = (ROOT / "docs/how-to/logs.md").read_text()
FIELDS = (ROOT / "docs/reference/log-fields.md").read_text()


def loggers_in_the_code():
    """Names given to ``logging.getLogger``; of those that are named after their module, the package."""
    for path in ROOT.glob("packages/*/src/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "getLogger":
                name = node.args[0] if node.args else None
                is_text = isinstance(name, ast.Constant)
                yield name.value if is_text else path.parts[path.parts.index("src") + 1]


class TestInventory:
    def test_16_1_1_lists_every_logger_of_ours(self):
        cells = re.findall(r"^\| (`[^|]+`) \|", INVENTORY, re.MULTILINE)
        rows = [row for cell in cells for row in re.findall(r"`([\w.*]+)`", cell)]

        for name in set(loggers_in_the_code()):
            assert any(
                name == row or re.fullmatch(row.replace(".*", r"(\..*)?"), name) for row in rows
            ), name

    @pytest.mark.parametrize(
        "word",
        ["format", "stored", "used for", "access", "kept for", "nginx", "PostgreSQL", "gunicorn"],
    )
    def test_16_1_1_says_where_lines_go_and_for_how_long(self, word):
        section = INVENTORY[INVENTORY.index("## Inventory") :]

        assert word in section

    def test_every_event_is_listed(self):
        actions = set()
        for path in ROOT.glob("packages/mkt-core/src/mkt_core/logging/*.py"):
            actions |= set(
                re.findall(
                    r'"((?:user|permission|csrf|server|http|suspicious|rate)-[a-z]+)"',
                    path.read_text(),
                )
            )

        assert actions
        assert all(f"`{action}`" in FIELDS for action in actions)


class TestProduction:
    def test_writes_where_the_inventory_says(self):
        shown = json.loads(run("-c", SHOW, "LOGGING", **PRODUCTION).stdout)["LOGGING"]

        assert shown["handlers"] == {
            "mkt": {"formatter": "mkt", "class": "mkt_core.logging.SafeStreamHandler"}
        }
        assert shown["formatters"]["mkt"]["()"] == "mkt_core.logging.JsonFormatter"

    def test_can_write_to_a_file(self):
        variables = PRODUCTION | {"LOG_FILE": "/var/log/mkt-site/app.log"}
        shown = json.loads(run("-c", SHOW, "LOGGING", **variables).stdout)["LOGGING"]

        assert shown["handlers"]["mkt"]["filename"] == "/var/log/mkt-site/app.log"

    def test_file_of_the_secret_key_of_users(self, tmp_path):
        (tmp_path / "key").write_text("k" * 40)
        variables = PRODUCTION | {"LOG_USER_KEY_FILE": str(tmp_path / "key")}
        shown = json.loads(run("-c", SHOW, "MKT_CORE", **variables).stdout)["MKT_CORE"]

        assert shown["LOG_USER_KEY"] == "k" * 40


class TestShippers:
    @pytest.fixture
    def filebeat(self):
        return yaml.safe_load((DEPLOY / "filebeat.yml").read_text())

    @pytest.fixture
    def vector(self):
        return yaml.safe_load((DEPLOY / "vector.yaml").read_text())

    def test_parse_json_and_nothing_else(self, filebeat, vector):
        for source in filebeat["filebeat.inputs"]:
            assert source["parsers"][-1]["ndjson"] == {
                "target": "",
                "expand_keys": True,
                "overwrite_keys": True,
                "add_error_key": True,
            }
        assert "parse_json!" in vector["transforms"]["lines"]["source"]
        text = (DEPLOY / "filebeat.yml").read_text() + (DEPLOY / "vector.yaml").read_text()
        assert not re.search(r"grok|dissect|regex|multiline", text)

    def test_every_input_of_vector_is_there(self, vector):
        there = {*vector["sources"], *vector["transforms"], "lines.dropped"}

        for part in [*vector["transforms"].values(), *vector["sinks"].values()]:
            assert set(part["inputs"]) <= there

    def test_16_4_3_lines_leave_the_machine_by_verified_tls_and_cannot_be_read_back(
        self, filebeat, vector
    ):
        output, sink = filebeat["output.elasticsearch"], vector["sinks"]["elasticsearch"]

        assert output["ssl"]["verification_mode"] == "full"
        assert sink["tls"] == {"verify_certificate": True, "verify_hostname": True}
        assert output["api_key"] == "${ELASTICSEARCH_API_KEY}"
        assert sink["request"]["headers"]["Authorization"] == "ApiKey ${ELASTICSEARCH_API_KEY}"
        for name in ("filebeat.yml", "vector.yaml"):
            text = re.sub(r"\s+#?\s*", " ", (DEPLOY / name).read_text())
            assert "create_doc" in text
            assert "http://" not in text

    def test_both_write_to_the_same_stream(self, filebeat, vector):
        stream = vector["sinks"]["elasticsearch"]["data_stream"]

        assert filebeat["output.elasticsearch"]["index"] == "-".join(
            [stream["type"], stream["dataset"], stream["namespace"]]
        )

    def test_16_4_2_files_are_for_the_site_and_the_shipper_only(self):
        assert "create 0640 mkt adm" in (DEPLOY / "logrotate.conf").read_text()
        # mkt_core.logging.SafeFileHandler makes them so: tests/logging/test_handlers.py of mkt-core.

    def test_gunicorn_says_it_in_the_same_form(self):
        given = {}
        exec((DEPLOY / "gunicorn.conf.py").read_text(), given)

        assert given["accesslog"] is None
        assert given["logconfig_dict"]["loggers"]["gunicorn.error"]["handlers"] == ["mkt"]


@pytest.fixture
def full_log():
    """The handler of production, on a disk without room."""
    handler, root = SafeFileHandler("/dev/full"), logging.getLogger()
    logger = logging.getLogger("mkt_core.access")
    root.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.setLevel(logging.NOTSET)
    root.removeHandler(handler)
    handler.close()


@pytest.mark.django_db
class TestSite:
    def test_16_5_2_pages_come_without_the_cache_and_the_log(self, client, settings, full_log):
        settings.CACHES = {
            "default": {
                "BACKEND": "mkt_core.cache.backends.FailSafeCache",
                "LOCATION": "redis://127.0.0.1:1/0",
                "OPTIONS": {"WRAPPED": "django.core.cache.backends.redis.RedisCache"},
            }
        }

        assert client.get("/").status_code == 200
        assert full_log.lost_total > 0

    def test_16_5_1_the_error_page_shows_nothing(self, client, settings, monkeypatch):
        settings.DEBUG = False
        client.raise_request_exception = False
        monkeypatch.setattr("wagtail.models.Page.serve", lambda *args: 1 / 0)
        monkeypatch.setattr("home.models.HomePage.serve", lambda *args: 1 / 0)

        response = client.get("/")

        assert response.status_code == 500
        assert b"ZeroDivisionError" not in response.content
        assert b"Traceback" not in response.content

    def test_one_line_for_each_request(self, client, caplog):
        caplog.set_level(logging.INFO, logger="mkt_core.access")

        client.get("/")
        client.get("/health/ready")

        [line] = [record for record in caplog.records if record.name == "mkt_core.access"]
        assert line.getMessage().startswith("GET wagtail_serve 200 ")
