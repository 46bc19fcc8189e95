"""A real nginx with TLS in front of a site."""

import signal
import subprocess
from contextlib import contextmanager

import _process

_CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  server_tokens off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{http};
    return 301 https://$host:{https}$request_uri;
  }}
  server {{
    listen 127.0.0.1:{https} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


@contextmanager
def in_front_of(port, program, folder):
    """The ports for HTTP and HTTPS, and the certificate, for the time of the block."""
    make_certificate(folder)
    http, https = _process.free_port(), _process.free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(folder=folder, http=http, https=https, upstream=port)
    )
    command = [program.path, "-p", folder, "-c", configuration]
    with _process.server(
        command,
        cwd=folder,
        env=program.environment,
        ready=lambda: _process.answers("127.0.0.1", https),
        stop_signal=signal.SIGTERM,
        as_ourselves=True,
    ):
        yield http, https, folder / "cert.pem"


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
