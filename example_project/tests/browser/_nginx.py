"""A real nginx with TLS in front of a site."""

import os
import signal
import subprocess
from contextlib import contextmanager

import _process

# Started by root, its workers would be somebody who may not look into temporary folders.
_USER = "user root;" if os.geteuid() == 0 else ""
_CONFIGURATION = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  types {{ image/webp webp; image/jpeg jpg jpeg; image/png png; image/svg+xml svg; }}
  gzip on;
  gzip_proxied any;
  gzip_types text/css text/javascript application/javascript application/json application/xml;
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
    location /media/ {{
      alias {media}/;
      expires 30d;
    }}
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
def in_front_of(port, program, folder, *, media=None):
    """The ports for HTTP and HTTPS, and the certificate, for the time of the block.

    ``media`` is the folder of uploaded files, as in deploy/nginx.
    """
    make_certificate(folder)
    http, https = _process.free_port(), _process.free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            user=_USER,
            folder=folder,
            http=http,
            https=https,
            upstream=port,
            media=media or folder / "media",
        )
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
