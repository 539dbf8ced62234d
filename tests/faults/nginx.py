"""nginx in front of several servers, set up as docs/scaling.md says."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from odoo_server import ROOT, OdooServer, answers, free_port, wait_for

SETTINGS = ROOT / 'docs/nginx.conf'  # what the documentation shows is what is tested


class Nginx:
    """Shares requests among servers; a websocket goes to the gevent port of its server."""

    def __init__(self, folder: Path, servers: list[OdooServer]):
        self.folder, self.port = folder, free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.process: subprocess.Popen | None = None
        folder.mkdir(parents=True)
        (folder / 'site.conf').write_text(
            SETTINGS.read_text()
            .replace('server node1:8069;', self._upstream(server.port for server in servers))
            .replace('server node2:8069;', '')
            .replace('server node1:8072;', self._upstream(server.gevent_port for server in servers))
            .replace('server node2:8072;', '')
            .replace('listen 80;', f'listen 127.0.0.1:{self.port};')
        )
        paths = ''.join(
            f'{name}_temp_path {folder}/{name};\n'
            for name in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi')
        )
        (folder / 'nginx.conf').write_text(
            f'{"user root;" if os.geteuid() == 0 else ""}\n'
            f'daemon off;\nworker_processes 1;\npid {folder}/pid;\n'
            f'error_log {folder}/error.log;\nevents {{}}\n'
            'http {\nlog_format upstream "$request_method $uri $status $upstream_addr";\n'
            f'access_log {folder}/access.log upstream;\n{paths}'
            f'include {folder}/site.conf;\n}}\n'
        )

    @staticmethod
    def _upstream(ports) -> str:
        return ' '.join(f'server 127.0.0.1:{port};' for port in ports)

    def start(self) -> Nginx:
        with (self.folder / 'output').open('a') as log:
            self.process = subprocess.Popen(
                [
                    os.environ['NGINX_BIN'],
                    '-c',
                    str(self.folder / 'nginx.conf'),
                    '-p',
                    str(self.folder),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._answers, f'nginx (see {self.folder})', 60)
        return self

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / 'output').read_text()
        return answers(self.url)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)

    def answered_by(self, path: str, answer: str = '200') -> set[int]:
        """The ports of the servers that gave this answer to requests whose path starts so."""
        found = set()
        for line in (self.folder / 'access.log').read_text().splitlines():
            _method, uri, status, *upstreams = line.split()
            if uri.startswith(path) and status == answer:
                found.add(int(upstreams[-1].rpartition(':')[2]))
        return found
