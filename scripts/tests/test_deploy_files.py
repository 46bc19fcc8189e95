"""What cannot be run everywhere - images, compose, a cluster, workflows - is accepted by the tools that read it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import helm_python
import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "example_project" / "deploy"
CHART = DEPLOY / "kubernetes"
#: The oldest that the chart names, and the newest that the validator knows.
KUBERNETES = ["1.29", kubernetes_validate.latest_version()]
#: Values that switch off or on what the templates ask for.
VARIANTS = {
    "as it is": {},
    "one of each": {
        "web": {"autoscaling": {"enabled": False}},
        "media": {"existingClaim": "uploads"},
        "images": {"pullSecrets": [{"name": "registry"}]},
        "proxy": {
            "service": {"type": "ClusterIP", "annotations": {"example.com/address": "static"}},
            "exporter": {"enabled": False},
        },
        "readReplica": True,
        "pgbouncer": {"enabled": True, "host": "database.example.com"},
    },
}


class Strict(yaml.SafeLoader):
    """A key that is there twice is an error, as it is for Kubernetes."""


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"twice in {node.start_mark}: {keys}"
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def compose(*arguments, **environment):
    """Docker Compose without Docker; its wrapper for Python hides errors."""
    package = Path(importlib.util.find_spec("compose").origin).parent
    return subprocess.run(
        [package / "docker-compose", "-f", DEPLOY / "compose.yaml", *arguments],
        env={"PATH": "/usr/bin:/bin", "HOME": "/", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def tool(name, *arguments):
    """What one of the validators says; nothing if it is content."""
    program = Path(sys.executable).parent / name
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def manifests(values, **options):
    """All objects that Helm would send to a cluster."""
    with helm_python.Chart.load(CHART) as chart:
        rendered = chart.render(values, name="news", namespace="web", **options)
    return [
        loaded for text in rendered.values() for loaded in yaml.load_all(text, Strict) if loaded
    ]


def named(objects, kind, name):
    return next(
        one for one in objects if one["kind"] == kind and one["metadata"]["name"] == f"news-{name}"
    )


def test_the_recipe_of_the_images_has_no_known_fault():
    assert tool("hadolint", DEPLOY / "Dockerfile") == ""


def test_scripts_of_containers_are_posix():
    scripts = [*DEPLOY.glob("*/*.sh"), ROOT / "scripts" / "again.sh"]
    assert len(scripts) >= 5
    for script in scripts:
        done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_compose_accepts_its_file():
    done = compose("config", "--format", "json")

    assert done.stderr == ""
    services = yaml.safe_load(done.stdout)["services"]
    assert {"proxy", "web-1", "web-2", "database", "redis", "prometheus"} <= set(services)
    assert {"pgbouncer", "replica", "tasks"} <= set(services)
    # The tables come first, and nginx after those whom it asks.
    assert services["web-1"]["depends_on"]["migrate"]["condition"] == (
        "service_completed_successfully"
    )
    assert services["proxy"]["depends_on"]["web-2"]["condition"] == "service_healthy"


def test_prometheus_in_compose_is_told_of_every_exporter():
    done = yaml.safe_load(compose("config", "--format", "json").stdout)
    shipped = yaml.safe_load((DEPLOY / "prometheus" / "targets" / "servers.yml").read_text())
    ours = yaml.safe_load(done["configs"]["servers"]["content"])

    assert [one["labels"] for one in ours] == [one["labels"] for one in shipped]
    for one in ours:
        (target,) = one["targets"]
        assert "watching" in done["services"][target.partition(":")[0]]["networks"]


def test_only_migrations_go_past_pgbouncer():
    services = yaml.safe_load(compose("config", "--format", "json").stdout)["services"]

    for name in ("migrate", "web-1", "web-2", "scheduler", "events", "tasks"):
        environment = services[name]["environment"]
        pooled = name != "migrate"
        file = environment["DATABASE_URL_FILE"].rpartition("/")[2]
        assert file == ("database_pooled_url" if pooled else "database_url")
        assert environment["DATABASE_PGBOUNCER"] == str(pooled).lower()
        assert file in {one["source"] for one in services[name]["secrets"]}


@pytest.mark.parametrize("is_used", [False, True])
def test_pods_find_pgbouncer_if_there_is_one(is_used):
    objects = manifests({"pgbouncer": {"enabled": is_used, "host": "database.example.com"}})

    def environment(kind, name):
        pod = named(objects, kind, name)["spec"]["template"]["spec"]
        return {one["name"]: one.get("value") for one in pod["containers"][0]["env"]}

    for name in ("web", "scheduler", "events", "tasks"):
        found = environment("Deployment", name)
        file = "database_pooled_url" if is_used else "database_url"
        assert found["DATABASE_URL_FILE"] == f"/run/secrets/site/{file}"
        assert found.get("DATABASE_PGBOUNCER") == ("true" if is_used else None)
    direct = environment("Job", "migrate")
    assert direct["DATABASE_URL_FILE"] == "/run/secrets/site/database_url"
    assert "DATABASE_PGBOUNCER" not in direct
    assert [one for one in objects if one["metadata"]["name"] == "news-pgbouncer"] != [] or (
        not is_used
    )


def test_pgbouncer_of_the_chart_is_that_of_the_other_two():
    (settings,) = [
        one
        for one in manifests({"pgbouncer": {"enabled": True, "host": "database"}})
        if one["kind"] == "ConfigMap" and one["metadata"]["name"] == "news-pgbouncer"
    ]

    def lines(text):
        kept = {line.strip() for line in text.splitlines()}
        return {line for line in kept if line and not line.startswith((";", "auth_file"))}

    ours = lines(settings["data"]["pgbouncer.ini"])
    assert ours - {"server_tls_sslmode = require"} == lines(
        (DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text()
    )


def test_containers_can_change_nothing_but_their_volumes():
    services = yaml.safe_load(compose("config", "--format", "json").stdout)["services"]

    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_only_nginx_is_reached_from_outside():
    services = yaml.safe_load(compose("config", "--format", "json").stdout)["services"]

    outside = {
        name
        for name, service in services.items()
        for port in service.get("ports", [])
        if port.get("host_ip") != "127.0.0.1"
    }
    assert outside == {"proxy"}


def test_grafana_in_compose_has_the_same_data_source():
    configs = yaml.safe_load(compose("config", "--format", "json").stdout)["configs"]
    shipped = DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yaml"

    (ours,) = yaml.safe_load(configs["data_source"]["content"])["datasources"]
    (theirs,) = yaml.safe_load(shipped.read_text())["datasources"]

    assert ours.pop("url") == "http://prometheus:9090"
    theirs.pop("url")
    assert ours == theirs


def test_the_name_of_the_site_is_one_variable():
    done = compose("config", SITE_HOST="www.example.org", HTTPS_PORT_SUFFIX="")

    environment = yaml.safe_load(done.stdout)["services"]["web-1"]["environment"]
    assert environment["ALLOWED_HOSTS"] == "www.example.org,web-1,web-2"
    assert environment["WAGTAILADMIN_BASE_URL"] == "https://www.example.org"


def test_helm_finds_nothing_to_complain_about():
    report = helm_python.lint(CHART, strict=True)

    assert [one for one in report["messages"] if one["severity"] > 1] == []


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_kubernetes_accepts_what_the_chart_makes(variant, version):
    objects = manifests(VARIANTS[variant])

    assert len(objects) >= 12
    for one in objects:
        kubernetes_validate.validate(one, version, strict=True)


def test_no_pod_may_do_more_than_it_needs():
    for one in manifests({}):
        if one["kind"] not in {"Deployment", "Job"}:
            continue
        pod = one["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]


def test_pods_are_found_by_those_who_look_for_them():
    objects = manifests({})

    for name in ("web", "proxy"):
        labels = named(objects, "Deployment", name)["spec"]["template"]["metadata"]["labels"]
        finders = [
            named(objects, "Service", name)["spec"]["selector"],
            named(objects, "Deployment", name)["spec"]["selector"]["matchLabels"],
            named(objects, "PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"],
            named(objects, "NetworkPolicy", name)["spec"]["podSelector"]["matchLabels"],
        ]
        for selector in finders:
            assert selector.items() <= labels.items()


def test_the_site_is_reached_through_nginx_or_by_prometheus_only():
    (rule,) = named(manifests({}), "NetworkPolicy", "web")["spec"]["ingress"]

    first, second = (peer["podSelector"]["matchLabels"] for peer in sorted(rule["from"], key=len))
    assert first["app.kubernetes.io/component"] == "proxy"
    assert second == {"app.kubernetes.io/name": "prometheus"}


def test_a_new_version_waits_for_its_tables():
    job = named(manifests({}), "Job", "migrate")

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"


def test_nginx_of_both_is_asked_for_the_servers_that_are_there():
    template = (DEPLOY / "nginx" / "site.conf.template").read_text()
    image = (DEPLOY / "Dockerfile").read_text()

    for name in (
        "HTTP_LISTEN",
        "HTTPS_LISTEN",
        "STATUS_LISTEN",
        "STATUS_NETWORK",
        "TLS_CERTIFICATE",
        "TLS_KEY",
        "APP_SERVERS",
    ):
        assert f"${{{name}}}" in template
        assert f"{name}=" in image
    proxy = named(manifests({}), "Deployment", "proxy")["spec"]["template"]["spec"]
    environment = {one["name"]: one["value"] for one in proxy["containers"][0]["env"]}
    assert environment["APP_SERVERS"] == "server news-web:8000;"


def test_workflows_are_accepted():
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

    assert workflows
    assert tool("actionlint", *workflows) == ""
    assert tool("zizmor", "--offline", "--quiet", *workflows) == ""


def test_secrets_are_made_once_and_fit_together(tmp_path):
    script = DEPLOY / "containers" / "secrets.sh"
    subprocess.run([script, tmp_path / "own", "www.example.org"], check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "own").iterdir()}
    subprocess.run([script, tmp_path / "own"], check=True, capture_output=True)

    assert {path.name: path.read_bytes() for path in (tmp_path / "own").iterdir()} == made
    assert made["database_password"] in made["database_url"]
    assert made["database_password"] in made["database_pooled_url"]
    assert made["database_password"] in made["userlist.txt"]
    assert made["redis_password"] in made["redis.conf"]
    assert made["redis_password"] in made["redis_exporter.json"]
    assert len(made["secret_key"]) == 64
    wanted = yaml.safe_load(compose("config", "--format", "json").stdout)["secrets"].values()
    assert {Path(one["file"]).name for one in wanted} <= made.keys()
    # Readable for containers, whose users have numbers of their own; nobody else finds the way.
    assert (tmp_path / "own").stat().st_mode & 0o077 == 0o011
