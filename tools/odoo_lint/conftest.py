"""Odoo's own lint tests, looking at our addons alone."""

import pytest

from tools.databases import modules


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    from odoo.modules import Manifest

    from odoo.addons.test_lint.tests import test_manifests

    every = Manifest.all_addon_manifests
    ours = classmethod(lambda cls: [found for found in every() if found.name in modules()])
    monkeypatch.setattr(Manifest, 'all_addon_manifests', ours)
    # Odoo knows this key; its list does not
    monkeypatch.setattr(
        test_manifests, 'MANIFEST_KEYS', {*test_manifests.MANIFEST_KEYS, 'excludes'}
    )
