"""The demo stays on its own database and says what is wrong with a port."""

import os

import demo
import pytest


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def _another_site(self, monkeypatch, tmp_path):
        monkeypatch.setenv("DATABASE_URL", "postgres://user:password@127.0.0.1:1/production")
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        monkeypatch.setenv("SECRET_KEY_FILE", os.fspath(tmp_path / "absent"))
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "example.settings.production")

    def test_commands_see_the_demos_own_database_and_cache(self):
        settings = demo.manage("diffsettings", capture=True)

        assert "demo.sqlite3" in settings
        assert "locmem" in settings
        assert "127.0.0.1:1/" not in settings

    def test_the_server_sees_the_same(self, monkeypatch):
        started = []

        def start(command, *, env, **options):
            started.append(env)
            raise SystemExit

        monkeypatch.setattr(demo.subprocess, "Popen", start)
        with pytest.raises(SystemExit):
            demo.serve(8000)

        assert started[0].items() >= demo.environment().items()
        assert not {"DATABASE_URL", "REDIS_URL", "SECRET_KEY_FILE"} & started[0].keys()
        assert started[0]["DJANGO_SETTINGS_MODULE"] == "example.settings.dev"


class TestPort:
    @pytest.fixture(autouse=True)
    def _nothing_is_prepared(self, monkeypatch):
        monkeypatch.setattr(demo, "prepare", lambda port: pytest.fail("migrated before the check"))

    @pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "", "9" * 5000])
    def test_one_sentence_for_what_is_none(self, capsys, port):
        assert demo.main([f"--port={port}"]) == 2
        assert capsys.readouterr().err == f"PORT={port} is no port: name one from 1 to 65535.\n"

    @pytest.mark.parametrize(("taken", "other"), [("8000", "8001"), ("65535", "65534")])
    def test_another_one_is_proposed_for_one_that_is_taken(self, capsys, monkeypatch, taken, other):
        monkeypatch.setattr(demo._process, "answers", lambda host, port: True)

        assert demo.main([f"--port={taken}"]) == 1
        assert f"PORT={other} make demo" in capsys.readouterr().err
