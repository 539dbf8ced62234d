"""What the measures of one run share: databases, processes inside of Odoo, servers."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from suite.child import Child
from suite.databases import Database, addons_path
from suite.peers import PEERS, Peer
from suite.server import Server
from tools.postgres import Pg


class Run:
    """One size; servers and processes start when a measure needs them."""

    def __init__(self, pg: Pg, template: str, databases: dict[str, Database], names: set[str]):
        self.pg, self.template, self.databases = pg, template, databases
        self.size = next(iter(databases.values())).size
        self.peers: list[Peer] = [
            peer for peer in PEERS if peer.kind in databases and (not names or peer.name in names)
        ]
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.children: dict[str, Child] = {}
        self.servers: dict[str, Server] = {}

    def child(self, kind: str) -> Child:
        if kind not in self.children or self.children[kind].has_ended():
            child = Child(self.databases[kind].name, addons_path())
            self.children[kind] = self.stack.enter_context(child)
        return self.children[kind]

    def server(self, kind: str) -> Server:
        if kind not in self.servers:
            server = Server(self.databases[kind], self.folder / kind)
            self.stack.callback(server.kill)
            self.stack.callback(server.stop)
            self.servers[kind] = server.start()
        return self.servers[kind]

    def close(self) -> None:
        self.stack.close()
