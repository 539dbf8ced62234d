"""Fills a database: customers and orders first, then the tickets of each peer."""

from __future__ import annotations

from suite.load import people, shop, tickets
from suite.peers import BY_NAME


def main(env, size, peers):
    """Load ``size`` tickets of each of these peers, with the shop that they are about."""
    cr = env.cr
    # the same data each time: one process draws all random numbers
    cr.execute('SET max_parallel_workers_per_gather = 0')
    cr.execute('SELECT setseed(0.42)')
    people.load_agents(env, [BY_NAME[name] for name in peers])
    people.load_customers(env, max(size // 5, 100))
    shop.load_orders(env, max(size // 2, 250))
    for name in peers:
        tickets.load_tickets(env, BY_NAME[name], size)
        cr.commit()
    cr.execute('RESET max_parallel_workers_per_gather')
    cr.commit()
    connection = cr._cnx
    connection.autocommit = True
    cr.execute('VACUUM ANALYZE')
    connection.autocommit = False
