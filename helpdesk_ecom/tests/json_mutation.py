"""Break a JSON value in a random place, as no provider would, but anybody could."""

import copy
import os
import random

# What is where something else belongs
INTRUDERS = (
    *(None, True, False, 0, -1, 10**30, 1.5, 1e300, '', ' ', 'x' * 3000, '\0', 'é\u202e😮'),
    *([], {}, [None], [[]], [{}], {'': None}, {'id': []}, '\ud800', '0', '-1', '1e999', 'NaN'),
)


def how_many(usual):
    """Return how many broken things a test tries; ``MUTATIONS=10000`` asks for so many."""
    return int(os.environ.get('MUTATIONS') or usual)


def mutate(value, seed, changes=3):
    """Return a copy of a JSON value with so many changes, the same for the same seed."""
    chance = random.Random(seed)
    value = copy.deepcopy(value)
    for _change in range(chance.randint(1, changes)):
        spots = list(_spots(value))
        if not spots:
            break
        container, key = chance.choice(spots)
        how = chance.random()
        if how < 0.2:
            del container[key]
        elif how < 0.3 and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        elif how < 0.4:
            _other, other_key = chance.choice(spots)
            container[key] = copy.deepcopy(_other[other_key])
        elif how < 0.5:
            container[key] = [copy.deepcopy(container[key])]
        else:
            container[key] = copy.deepcopy(chance.choice(INTRUDERS))
    return value


def _spots(value):
    """Return (container, key) of each value within a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield value, key
        if isinstance(item, dict | list):
            yield from _spots(item)
