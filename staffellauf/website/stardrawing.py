"""Stars of a verdict, drawn: whole, half and empty ones."""

from math import cos, pi, sin

from staffellauf.newsroom.models import STARS

SIZE = 24
OUTER, INNER = 11.0, 4.6


def row(half_stars: int) -> str:
    """An SVG of STARS stars, the first `half_stars` halves of them full."""
    drawn = "".join(star(number, halves=half_stars - 2 * number) for number in range(STARS))
    return f'<svg class="stars" viewBox="0 0 {STARS * SIZE} {SIZE}" aria-hidden="true">{drawn}</svg>'


def star(number: int, *, halves: int) -> str:
    """The star at a place in the row: its outline, and what is full of it."""
    corners = [corner(number, n) for n in range(10)]
    outline = f'<path class="star" d="M{"L".join(corners)}z"/>'
    if halves <= 0:
        return outline
    # From the tip down its left side to the inner corner beneath the middle.
    full = corners if halves > 1 else [corners[0], *corners[5:]]
    return f'{outline}<path class="star-full" d="M{"L".join(full)}z"/>'


def corner(number: int, n: int) -> str:
    radius, angle = (INNER if n % 2 else OUTER), n * pi / 5
    x, y = number * SIZE + SIZE / 2 + radius * sin(angle), SIZE / 2 + 0.8 - radius * cos(angle)
    return f"{x:.1f} {y:.1f}"
