"""The clock of the server stands still, or is set back, while customers write."""

import os
from datetime import datetime

import pytest
from traffic import Traffic

pytestmark = pytest.mark.server_errors('.*')


class Clock:
    """What time it is for a server."""

    def __init__(self, folder):
        self.file = folder / 'faketime'
        self.environment = {
            'LD_PRELOAD': os.environ['FAKETIME_LIBRARY'],
            'FAKETIME_TIMESTAMP_FILE': str(self.file),
            'FAKETIME_NO_CACHE': '1',
        }
        self.run()

    def run(self, seconds: int = 0) -> None:
        """Let it run, so far from the right time."""
        self.file.write_text(f'{seconds:+d}')

    def freeze(self) -> None:
        """Let it stand still."""
        self.file.write_text(datetime.now().strftime('%Y-%m-%d %H:%M:%S'))


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


def test_frozen(new_odoo, clock, attempt, report):
    server = new_odoo(workers=2, crons=1, environment=clock.environment)
    traffic = Traffic(server).start()
    traffic.wait_for_some(10 + attempt)
    clock.freeze()
    traffic.wait_for_some(len(traffic.events) - 10)
    clock.run()
    report('the clock stands still', traffic.finish())


def test_set_back(new_odoo, clock, attempt, report):
    """By less than what a signature allows."""
    server = new_odoo(workers=2, crons=1, environment=clock.environment)
    traffic = Traffic(server).start()
    traffic.wait_for_some(10 + attempt)
    clock.run(-200)
    report('the clock is set back', traffic.finish())
