"""The files of example_project/deploy, with the ports and folders of this machine put in."""

from __future__ import annotations

import os
from pathlib import Path
from string import Template

import yaml
from _process import ServiceError

from . import exporters
from .layout import Layout, Ports

DEPLOY = Path(__file__).resolve().parents[2] / "example_project" / "deploy"
#: What the files of a real deployment name, to be found and replaced.
_CACHE_FOLDER = "/var/cache/nginx/mkt"
_SMTP = "localhost:25"
# Started by root, its workers would be somebody who may not look into the folder.
_NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  include {folder}/mime.types;
  default_type application/octet-stream;
  access_log off;
  sendfile on;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""
_TYPES = {
    "text/html": "html",
    "text/css": "css",
    "text/javascript": "js mjs",
    "text/plain": "txt",
    "application/json": "json map",
    "application/pdf": "pdf",
    "font/woff2": "woff2",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jpeg": "jpeg jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "image/x-icon": "ico",
}


def nginx(layout: Layout, ports: Ports) -> Path:
    """The main configuration file, with all that it includes beside it."""
    folder = layout.configuration / "nginx"
    folder.mkdir(exist_ok=True)
    cache = layout.state / "nginx-cache"
    for name in ("microcache.conf", "microcache_location.conf", "proxy.conf"):
        text = (DEPLOY / "nginx" / name).read_text()
        (folder / name).write_text(text.replace(_CACHE_FOLDER, str(cache)))
    template = Template((DEPLOY / "nginx" / "site.conf.template").read_text())
    values = {
        "HTTP_LISTEN": f"127.0.0.1:{ports.http}",
        "HTTPS_LISTEN": f"127.0.0.1:{ports.https}",
        "HTTPS_PORT_SUFFIX": f":{ports.https}",
        "STATUS_LISTEN": f"127.0.0.1:{ports.nginx_status}",
        "STATUS_NETWORK": "127.0.0.0/8",
        "TLS_CERTIFICATE": str(layout.certificate),
        "TLS_KEY": str(layout.key),
        # One that does not answer is asked again after a second, not after ten.
        "APP_SERVERS": " ".join(
            f"server 127.0.0.1:{port} fail_timeout=1s;" for port in (ports.web_1, ports.web_2)
        ),
        "STATIC_ROOT": str(layout.static),
        "MEDIA_ROOT": str(layout.media),
        "NGINX_CONF": str(folder),
    }
    # nginx has variables of the same form: only ours are replaced, as envsubst does when it is given names.
    (folder / "site.conf").write_text(template.safe_substitute(values))
    types = "".join(f"  {name} {endings};\n" for name, endings in _TYPES.items())
    (folder / "mime.types").write_text(f"types {{\n{types}}}\n")
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(_NGINX.format(user=user, folder=folder))
    return main


def prometheus(layout: Layout, ports: Ports) -> Path:
    """The configuration file, with the rules beside it; each application process is a target."""
    folder = layout.configuration / "prometheus"
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for rules in (DEPLOY / "prometheus" / "rules").glob("*.yml"):
        (folder / "rules" / rules.name).write_text(rules.read_text())
    processes = [f"127.0.0.1:{port}" for port in (ports.web_1, ports.web_2)]
    _targets(folder, "site", [{"targets": processes, "labels": {"site": "localhost"}}])
    _targets(folder, "alertmanager", [{"targets": [f"127.0.0.1:{ports.alertmanager}"]}])
    servers = exporters.targets(ports).items()
    _targets(
        folder,
        "servers",
        [{"targets": [f"127.0.0.1:{port}"], "labels": {"job": job}} for job, port in servers],
    )
    configuration = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    # Somebody is watching.
    configuration["global"] |= {"scrape_interval": "5s", "evaluation_interval": "5s"}
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(configuration, sort_keys=False))
    return path


def _targets(folder: Path, name: str, found: list[dict[str, object]]) -> None:
    """A file that prometheus.yml reads in place of the one in deploy/prometheus/targets."""
    (folder / "targets").mkdir(exist_ok=True)
    (folder / "targets" / f"{name}.yml").write_text(yaml.safe_dump(found))


def alertmanager(layout: Layout, ports: Ports) -> Path:
    """The configuration file; mails go to the stack's own mail server."""
    text = (DEPLOY / "alertmanager" / "alertmanager.yml").read_text()
    path = layout.configuration / "alertmanager.yml"
    path.write_text(replaced(text, _SMTP, f"127.0.0.1:{ports.mail}"))
    return path


def replaced(text: str, old: str, new: str) -> str:
    """``text`` with ``new`` for what a real deployment names.

    Raises:
        ServiceError: ``old`` is not in it.
    """
    if old not in text:
        raise ServiceError(f"the files below {DEPLOY.name} no longer name {old}")
    return text.replace(old, new)
