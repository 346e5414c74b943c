"""Title cards: the picture we draw for a topic that has none, as a cut-paper poster from its name and its hue.

Flat shapes in tones of one hue and one accent, in one of twelve patterns that the name chooses. Colours and sizes are
presentation attributes, because the content policy of our pages allows no inline style.
"""

import functools
import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 320, 180
# Lightness, chroma and hue (OKLCH) of the accents: gold, apricot, coral, cream; on a warm ground a quiet aqua.
WARM_ACCENTS = ((0.85, 0.13, 85), (0.8, 0.13, 60), (0.76, 0.14, 32), (0.93, 0.05, 95))
COOL_ACCENTS = ((0.85, 0.07, 195), (0.85, 0.13, 85), (0.93, 0.05, 95), (0.8, 0.12, 55))
TITLE_LINE_LENGTH = 15
TITLE_LINES = 4


@dataclass(frozen=True, slots=True)
class Palette:
    """Tones from the ground up, and the accent."""

    ground: str
    deep: str
    middle: str
    high: str
    light: str
    accent: str


class Chance:
    """Numbers that look drawn by lot and are the same for the same name on every machine."""

    def __init__(self, name: str) -> None:
        self.bytes = self._stream(name)

    def below(self, limit: int) -> int:
        return (next(self.bytes) * 256 + next(self.bytes)) % limit

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    @staticmethod
    def _stream(name: str) -> Iterator[int]:
        block = hashlib.sha256(name.encode()).digest()
        while True:
            yield from block
            block = hashlib.sha256(block).digest()


def art(name: str, hue: int) -> str:
    """The shapes of the card without its title, for a viewBox of 320 by 180. Safe markup: numbers of our own only."""
    chance = Chance(name)
    pattern = PATTERNS[chance.below(len(PATTERNS))]
    palette = palette_for(hue, chance)
    return f'<path fill="{palette.ground}" d="M0 0h320v180H0z"/>' + pattern(palette, chance)


def chip(name: str, hue: int) -> str:
    """A card for lists, in three shapes, for a viewBox of 8 by 8: a disc over, or setting behind, what lies below."""
    chance = Chance(name)
    below = CHIPS[chance.below(len(PATTERNS)) % len(CHIPS)]
    palette = palette_for(hue, chance)
    x, y = chance.between(5, 11) / 2, chance.between(5, 9) / 2
    return (
        f'<path fill="{palette.deep}" d="M0 0h8v8H0z"/><circle cx="{x:g}" cy="{y:g}" r="{chance.between(3, 4) / 2:g}" '
        f'fill="{palette.accent}"/><path fill="{palette.high}" d="{below}"/>'
    )


def monogram(name: str, hue: int) -> str:
    """A person in lists, for a viewBox of 8 by 8 that is cut to a circle: first and last initial."""
    initials = [letters[0] for word in name.split() if (letters := [sign for sign in word if sign.isalpha()])]
    shown = "".join(initials[:1] + initials[1:][-1:])
    return (
        f'<path fill="{colour(0.42, 0.105, hue + 10)}" d="M0 0h8v8H0z"/>'
        f'<text x="4" y="5.1" text-anchor="middle">{escape(shown.upper())}</text>'
    )


def palette_for(hue: int, chance: Chance) -> Palette:
    accents = COOL_ACCENTS if hue < 75 or hue > 340 else WARM_ACCENTS
    return Palette(
        ground=colour(0.25, 0.055, hue),
        deep=colour(0.32, 0.08, hue + 6),
        middle=colour(0.42, 0.105, hue + 10),
        high=colour(0.54, 0.125, hue + 16),
        light=colour(0.68, 0.13, hue + 24),
        accent=colour(*accents[chance.below(len(accents))]),
    )


@functools.cache
def colour(lightness: float, chroma: float, hue: int) -> str:
    """OKLCH as #rrggbb, with less chroma where sRGB has none (https://bottosson.github.io/posts/oklab/)."""
    while True:
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        long, medium, short = (
            (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
            (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
            (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
        )
        linear = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if min(linear) >= 0 and max(linear) <= 1:
            return "#" + "".join(f"{round(255 * companded(part)):02x}" for part in linear)
        chroma -= 0.004


def companded(part: float) -> float:
    """Linear light as sRGB stores it (IEC 61966-2-1)."""
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def poster(name: str, hue: int) -> str:
    """The card as a file of its own, with the title set in it."""
    lines = title_lines(name)
    size = min(30, 400 // max(len(line) for line in lines))
    first = HEIGHT - 18 - (len(lines) - 1) * size * 1.1
    spans = "".join(
        f'<tspan x="18" y="{first + number * size * 1.1:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="960" height="540" role="img">'
        f"<title>{escape(name)}</title>{art(name, hue)}"
        '<linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset=".3" stop-opacity="0"/>'
        '<stop offset="1" stop-opacity=".7"/></linearGradient><path fill="url(#s)" d="M0 0h320v180H0z"/>'
        f'<text fill="#fff" font-family="Charter, Georgia, serif" font-weight="700" font-size="{size}">'
        f"{spans}</text></svg>"
    )


def title_lines(name: str) -> list[str]:
    """The name in up to four lines of about fifteen letters."""
    lines = [""]
    for word in name.split() or ["?"]:
        if lines[-1] and len(lines[-1]) + len(word) >= TITLE_LINE_LENGTH and len(lines) < TITLE_LINES:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# --- the patterns


def horizon(p: Palette, chance: Chance) -> str:
    x, radius = chance.between(90, 250), chance.between(36, 58)
    glints = "".join(
        f'<path stroke="{p.accent}" stroke-width="{3 - n * 0.35:.1f}" d="M{x - w} {116 + n * 11}h{2 * w}"/>'
        for n, w in enumerate((radius - 6, radius - 18, radius - 10, radius - 26, radius - 22))
    )
    return (
        f'<path fill="{p.deep}" d="M0 0h320v60H0z"/><path fill="{p.middle}" d="M0 60h320v26H0z"/>'
        f'<path fill="{p.high}" d="M0 86h320v20H0z"/><circle cx="{x}" cy="106" r="{radius}" fill="{p.accent}"/>'
        f'<path fill="{p.ground}" d="M0 106h320v74H0z"/>{glints}'
    )


def sunburst(p: Palette, chance: Chance) -> str:
    x, y, rays = chance.between(60, 260), chance.between(70, 130), chance.between(9, 14)
    step = 2 * math.pi * 170 / rays / 2
    return (
        f'<circle cx="{x}" cy="{y}" r="170" fill="none" stroke="{p.middle}" stroke-width="340" '
        f'stroke-dasharray="{step:.2f}" stroke-dashoffset="{chance.below(round(step))}"/>'
        f'<circle cx="{x}" cy="{y}" r="62" fill="{p.high}"/>'
        f'<circle cx="{x}" cy="{y}" r="46" fill="{p.light}"/><circle cx="{x}" cy="{y}" r="30" fill="{p.accent}"/>'
    )


def perspective(p: Palette, chance: Chance) -> str:
    x, y = chance.between(110, 210), chance.between(74, 92)
    rows = "".join(f"M0 {y + round(1.9**n * 3)}h320" for n in range(7) if 1.9**n * 3 < 110)
    rays = "".join(f"M{x + n * 10} {y}L{x + n * 95} 180" for n in range(-7, 8))
    return (
        f'<path fill="{p.deep}" d="M0 0h320v{y}H0z"/><circle cx="{x}" cy="{y}" r="54" fill="{p.accent}"/>'
        f'<path stroke="{p.deep}" stroke-width="4" d="M0 {y - 8}h320M0 {y - 20}h320M0 {y - 31}h320"/>'
        f'<path fill="{p.ground}" d="M0 {y}h320v120H0z"/><path stroke="{p.high}" stroke-width="1.5" d="{rows}{rays}"/>'
    )


def arcs(p: Palette, chance: Chance) -> str:
    x, y = (0, 320)[chance.below(2)], (0, 180)[chance.below(2)]
    tones = (p.deep, p.middle, p.high, p.light, p.accent, p.ground)
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{tone}"/>'
        for radius, tone in zip((250, 208, 166, 124, 82, 40), tones, strict=True)
    )


def waves(p: Palette, chance: Chance) -> str:
    x, y, radius = chance.between(60, 260), chance.between(40, 62), chance.between(20, 30)
    sun = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{p.accent}"/>'
    layers = []
    for number, tone in enumerate((p.high, p.middle, p.deep, p.ground)):
        start, lift = -chance.between(0, 80), chance.between(10, 18)
        y = 74 + number * 27
        layers.append(f'<path fill="{tone}" d="M{start} {y}q40 -{lift} 80 0t80 0t80 0t80 0t80 0V180H{start}z"/>')
    return f'<path fill="{p.deep}" d="M0 0h320v90H0z"/>{sun}{"".join(layers)}'


def mountains(p: Palette, chance: Chance) -> str:
    x, y, radius = chance.between(50, 270), chance.between(34, 56), chance.between(14, 24)
    moon = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{p.accent}"/>'
    ridges = []
    for number, tone in enumerate((p.high, p.middle, p.ground)):
        base, x = 96 + number * 30, -20
        points = [f"M{x} {base + 20}"]
        while x < 330:
            rise, run = chance.between(14, 46) - number * 4, chance.between(26, 54)
            points.append(f"L{x + run} {base - rise}L{x + run * 2} {base + chance.between(0, 14)}")
            x += run * 2
        ridges.append(f'<path fill="{tone}" d="{"".join(points)}V180H-20z"/>')
    return f'<path fill="{p.deep}" d="M0 0h320v180H0z"/>{moon}{"".join(ridges)}'


def windows(p: Palette, chance: Chance) -> str:
    rows = "".join(
        f'<path stroke="{(p.deep, p.middle)[chance.below(3) == 0]}" stroke-width="18" stroke-dasharray="20 12" '
        f'd="M{-chance.between(2, 12)} {y}h340"/>'
        for y in range(16, 180, 30)
    )
    lit = "".join(
        f'<path fill="{(p.accent, p.light, p.high)[chance.below(3)]}" d="M{chance.between(2, 9) * 32 - 6} '
        f'{chance.between(0, 3) * 30 + 7}h20v18h-20z"/>'
        for _ in range(6)
    )
    return rows + lit


def blinds(p: Palette, chance: Chance) -> str:
    x, lean = chance.between(120, 200), chance.between(30, 70)
    slats = "".join(f"M0 {y}h320v7H0z" for y in range(0, 180, 15))
    return (
        f'<path fill="{p.middle}" d="M{x - 70} 0h150l{lean} 180H{x - 70 - lean}z"/>'
        f'<path fill="{p.light}" d="M{x - 20} 0h60l{lean // 2} 180H{x - 20 - lean // 2}z"/>'
        f'<circle cx="{x + 10}" cy="78" r="34" fill="{p.accent}"/><path fill="{p.ground}" d="{slats}"/>'
    )


def halftone(p: Palette, chance: Chance) -> str:
    falls = chance.below(2)
    rows = "".join(
        f'<path stroke="{(p.middle, p.high, p.light)[min(2, n // 3)]}" stroke-width="{2 + n * 1.55:.1f}" '
        f'd="M{8 * (n % 2)} {(8 + n * 17) if falls else (172 - n * 17)}h330"/>'
        for n in range(10)
    )
    disc = f'<circle cx="{chance.between(70, 250)}" cy="{chance.between(64, 96)}" r="44" fill="{p.accent}"/>'
    return f'{disc}<g stroke-linecap="round" stroke-dasharray="0 16">{rows}</g>'


def rings(p: Palette, chance: Chance) -> str:
    x, y = chance.between(150, 240), chance.between(66, 100)
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for radius in range(34, 200, chance.between(13, 20)))
    return (
        f'<circle cx="{x}" cy="{y}" r="120" fill="{p.deep}"/><g fill="none" stroke="{p.high}" stroke-width="3">'
        f"{circles}</g>"
        f'<circle cx="{x}" cy="{y}" r="22" fill="{p.accent}"/>'
    )


def beams(p: Palette, chance: Chance) -> str:
    left, right, x = chance.between(40, 90), chance.between(230, 280), chance.between(130, 190)
    moon = f'<circle cx="{x}" cy="{chance.between(46, 58)}" r="{chance.between(26, 34)}" fill="{p.accent}"/>'
    return (
        f'<path fill="{p.deep}" d="M0 0h320v180H0z"/><path fill="{p.middle}" d="M{left} 170L{left + 90} 0h110z"/>'
        f'<path fill="{p.high}" d="M{right} 170L{right - 230} 0h90z"/>{moon}'
        f'<path fill="{p.light}" d="M{right} 170L{right - 190} 0h26z" opacity=".5"/>'
        f'<path fill="{p.ground}" d="M0 150q80 -22 160 -6t160 -8v44H0z"/>'
    )


def skyline(p: Palette, chance: Chance) -> str:
    moon = f'<circle cx="{chance.between(70, 260)}" cy="58" r="{chance.between(30, 44)}" fill="{p.accent}"/>'
    rows = []
    for number, tone in enumerate((p.high, p.middle, p.ground)):
        x, steps = 0, ["M0 180"]
        while x < 320:
            width, top = chance.between(16, 44), chance.between(58, 104) + number * 26
            steps.append(f"V{top}h{width}")
            x += width
        rows.append(f'<path fill="{tone}" d="{"".join(steps)}V180z"/>')
    return f'<path fill="{p.deep}" d="M0 0h320v180H0z"/>{moon}{"".join(rows)}'


PATTERNS: tuple[Callable[[Palette, Chance], str], ...] = (
    horizon, sunburst, perspective, arcs, waves, mountains, windows, blinds, halftone, rings, beams, skyline,
)  # fmt: skip

# Plain, wave, hill, valley: what stands before the disc on a chip, from edge to edge.
CHIPS = ("M0 5.2h8V8H0z", "M0 5.2q2-1.2 4 0t4 0V8H0z", "M0 6.2q4-2.4 8 0V8H0z", "M0 4.8q4 2 8 0V8H0z")
