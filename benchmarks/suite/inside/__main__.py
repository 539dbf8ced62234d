"""Serve calls from standard input: see suite.child."""

import importlib
import json
import sys
import traceback

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
        try:
            answer = {'result': call(registry, function, arguments)}
        except Exception:  # the one who asked decides what becomes of it
            registry.clear_all_caches()  # of what was rolled back
            answer = {'error': traceback.format_exc()}
        answers.write(json.dumps(answer) + '\n')
        answers.flush()


def call(registry, function, arguments):
    module, name = function.split('.')
    package = 'suite' if module == 'load' else 'suite.inside'
    method = getattr(importlib.import_module(f'{package}.{module}'), name)
    with registry.cursor() as cr:
        return method(api.Environment(cr, SUPERUSER_ID, {}), **arguments)


main()
