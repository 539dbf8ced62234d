"""Odoo's own lint tests, looking at our addons alone."""

import pytest

from tools.databases import modules


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    from odoo.modules import Manifest

    every = Manifest.all_addon_manifests
    ours = classmethod(lambda cls: [found for found in every() if found.name in modules()])
    monkeypatch.setattr(Manifest, 'all_addon_manifests', ours)
