"""Small guides, written as tests need them."""

from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from staffellauf.sources.xmltv import apply, read
from staffellauf.sources.xmltv.apply import Report


def programme(
    title: str, start: str, stop: str = "", *, channel: str = "eins", subtitle: str = "", number: str = "", **more: str
) -> str:
    """Times as "2026-01-23T20:15", in Berlin."""
    parts = [f"<title>{escape(title)}</title>"]
    parts += [f"<sub-title>{escape(subtitle)}</sub-title>"] if subtitle else []
    parts += [f'<episode-num system="onscreen">{escape(number)}</episode-num>'] if number else []
    parts += [f"<{name}>{escape(text)}</{name}>" for name, text in more.items()]
    times = f"start={quoteattr(_time(start))}" + (f" stop={quoteattr(_time(stop))}" if stop else "")
    return f"<programme {times} channel={quoteattr(channel)}>{''.join(parts)}</programme>"


def channel(name: str, channel_id: str = "eins") -> str:
    return f"<channel id={quoteattr(channel_id)}><display-name>{escape(name)}</display-name></channel>"


def guide(folder: Path, *rows: str) -> read.Guide:
    path = folder / "guide.xml"
    path.write_text(f"<tv>{''.join(rows)}</tv>")
    return read.survey(path)


def applied(folder: Path, *rows: str, is_dry_run: bool = False) -> Report:
    return apply.apply(guide(folder, *rows), is_dry_run=is_dry_run)


def _time(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y%m%d%H%M%S")
