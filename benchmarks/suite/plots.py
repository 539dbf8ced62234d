"""The plots of benchmarks/results, by the Python that has matplotlib: plots.py SIZE..."""

from __future__ import annotations

import sys

import matplotlib

matplotlib.use('svg')
import matplotlib.pyplot as plt  # noqa: E402

from suite import growth, results  # noqa: E402

FLOOR = 'floor_mixins'
COLOURS = {
    'ours': '#1b7f5c',
    'oca': '#c8553d',
    'crm_lead': '#8a8d91',
    'project_task': '#c3c6ca',
}
# what is asked most, and what a benchmark of the whole can tell
COMPARED = (
    ('screens', 'list, all'),
    ('screens', 'list, open'),
    ('screens', 'board, open'),
    ('screens', 'form'),
    ('screens', 'search: title'),
    ('screens', 'search: email'),
    ('screens', 'stage change'),
    ('screens', 'answer'),
    ('screens', 'create'),
    ('create', 'create, batch of 100'),
    ('mail', 'all'),
)
GROWN = (
    'screens: list, all',
    'screens: list, open',
    'screens: board, open',
    'screens: form',
    'screens: order panel',
    'screens: chatter',
    'screens: search: number',
    'screens: search: title',
    'screens: search: email',
    'screens: search: order',
    'screens: search: customer',
    'screens: stage change',
    'mail: all',
)


def compare(size: int) -> None:
    """Milliseconds of each peer, as multiples of the floor's."""
    rows = {
        (row['measure'], row['case'], row['peer']): row
        for row in results.read(size)['rows']
        if 'ms' in row
    }
    cases = [case for case in COMPARED if (*case, FLOOR) in rows]
    if not cases:
        return  # ours alone
    figure, axes = plt.subplots(figsize=(9, 0.62 * len(cases) + 1.4))
    height = 0.8 / len(COLOURS)
    for number, (name, colour) in enumerate(COLOURS.items()):
        places, widths = [], []
        for place, case in enumerate(cases):
            if (*case, name) in rows:
                places.append(place + number * height)
                floor = rows[(*case, FLOOR)]['ms']['median']
                widths.append(rows[(*case, name)]['ms']['median'] / floor)
        axes.barh(places, widths, height * 0.9, color=colour, label=name)
        for place, width in zip(places, widths, strict=True):
            axes.text(width * 1.03, place, f'{width:.1f}', va='center', fontsize=7, color='#555')
    axes.axvline(1, color='#333', linewidth=1)
    axes.set_xscale('log')
    axes.set_yticks(
        [place + 0.3 for place in range(len(cases))],
        [': '.join(case) if case[0] != 'screens' else case[1] for case in cases],
    )
    axes.invert_yaxis()
    axes.set_xlabel(f'median time, as a multiple of the floor ({size:,} tickets, log scale)')
    axes.legend(frameon=False, fontsize=8)
    _save(figure, axes, f'{size}')


def grow(sizes: list[int]) -> None:
    """Milliseconds of ours by the number of tickets."""
    figure, axes = plt.subplots(figsize=(9, 6))
    axes.set_prop_cycle(color=matplotlib.colormaps['tab20'].colors)
    for case, points in growth.series('ours', sizes).items():
        if case in GROWN and len(points) > 1:
            label = f'{case.removeprefix("screens: ")}  (b = {growth.exponent(points):.2f})'
            axes.plot(list(points), list(points.values()), marker='o', label=label)
    axes.set_xscale('log')
    axes.set_yscale('log')
    axes.set_xlabel('tickets')
    axes.set_ylabel('fastest, ms')
    axes.legend(frameon=False, fontsize=8, loc='center left', bbox_to_anchor=(1, 0.5))
    _save(figure, axes, 'growth')


def _save(figure, axes, name: str) -> None:
    for side in ('top', 'right'):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    # no dates and no random ids: the same results are the same file
    figure.savefig(results.FOLDER / f'{name}.svg', metadata={'Date': None})
    plt.close(figure)


def main(sizes: list[int]) -> None:
    matplotlib.rcParams.update({'svg.hashsalt': 'bench', 'svg.fonttype': 'none'})
    for size in sizes:
        compare(size)
    if len(sizes) > 1:
        grow(sizes)


if __name__ == '__main__':
    main([int(size) for size in sys.argv[1:]])
