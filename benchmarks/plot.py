"""Draws how the time of a page grows with the number of examples, as SVG, without a library."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 50
COLOURS = {"list": "#1f5f99", "filter": "#2e7d4f", "search": "#b3470f", "detail": "#6b3fa0"}
NAMES = {"list": "list", "filter": "with conditions", "search": "new search", "detail": "example"}
DASHES = {"ours": "", "average": ' stroke-dasharray="6 5"'}


class _Scale:
    """From a value to its place on a logarithmic axis."""

    def __init__(self, least: float, most: float, start: float, end: float) -> None:
        self._least, self._span = log10(least), (log10(most) - log10(least)) or 1.0
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (log10(value) - self._least) / self._span
        return round(self._start + share * (self._end - self._start), 1)


def growth(found: Sequence[dict[str, Any]]) -> str:
    """Return the picture: p50 of one request without HTTP, ours as lines, the average project's dashed."""
    sizes = [one["size"] for one in found]
    times = [
        one["process"][scenario][name]["p50"] for one in found for scenario in COLOURS for name in DASHES
    ]
    least, most = 10 ** floor(log10(min(times))), 10 ** ceil(log10(max(times)))
    across = _Scale(min(sizes), max(sizes), LEFT, WIDTH - RIGHT)
    up = _Scale(least, most, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title" font-family="sans-serif" font-size="13">',
        '<title id="title">Milliseconds of one page by number of examples, both axes logarithmic</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(sizes, across, up, [10**power for power in range(int(log10(least)), int(log10(most)) + 1)]),
        *_lines(found, across, up),
        *_legend(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(sizes: Sequence[int], across: _Scale, up: _Scale, marks: Sequence[float]) -> Iterator[str]:
    for mark in marks:
        y = up(mark)
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#d5dae0"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#333">{mark:,} ms</text>'
    for size in sizes:
        yield f'<text x="{across(size)}" y="{HEIGHT - 28}" text-anchor="middle" fill="#333">{size:,}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle" fill="#333">examples</text>'


def _lines(found: Sequence[dict[str, Any]], across: _Scale, up: _Scale) -> Iterator[str]:
    for scenario, colour in COLOURS.items():
        for name, dashes in DASHES.items():
            points = [(across(one["size"]), up(one["process"][scenario][name]["p50"])) for one in found]
            path = " ".join(f"{x},{y}" for x, y in points)
            yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
            for x, y in points:
                yield f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'


def _legend() -> Iterator[str]:
    x = WIDTH - RIGHT + 20
    for number, (scenario, colour) in enumerate(COLOURS.items()):
        y = TOP + 20 + 24 * number
        yield f'<path d="M{x} {y}h24" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{x + 32}" y="{y + 4}" fill="#333">{NAMES[scenario]}</text>'
    y = TOP + 20 + 24 * (len(COLOURS) + 1)
    for offset, text, dashes in ((0, "ours", ""), (24, "average Django", DASHES["average"])):
        yield f'<path d="M{x} {y + offset}h24" stroke="#333" stroke-width="2"{dashes}/>'
        yield f'<text x="{x + 32}" y="{y + offset + 4}" fill="#333">{text}</text>'
