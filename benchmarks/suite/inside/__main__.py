"""Serve calls from standard input: see suite.child."""

import importlib
import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main():
    conf, database, addons_path = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # whoever prints must not spoil the answers
    config.parse_config(
        ['-c', conf, '-d', database, '--addons-path', addons_path, '--no-http', '--log-level=warn'],
        setup_logging=True,
    )
    registry = Registry(database)
    for line in sys.stdin:
        function, arguments = json.loads(line)
        module, name = function.split('.')
        package = 'suite' if module == 'load' else 'suite.inside'
        call = getattr(importlib.import_module(f'{package}.{module}'), name)
        with registry.cursor() as cr:
            result = call(api.Environment(cr, SUPERUSER_ID, {}), **arguments)
        answers.write(json.dumps(result) + '\n')
        answers.flush()


main()
