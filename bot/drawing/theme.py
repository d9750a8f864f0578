"""Colours and patterns of a drawn week, light and dark. Text on every fill has a contrast of at least 4.5 to 1."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.drawing.week import Shade


@dataclass(frozen=True, slots=True)
class Look:
    """How a shade is drawn. `pattern` names one of `patterns`, on top of the fill."""

    fill: str
    stroke: str
    ink: str
    border: int = 4
    dashed: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture."""

    paper: str
    ink: str
    faint: str
    line: str
    today: str
    today_ink: str
    banner: str
    banner_ink: str
    now: str
    now_ink: str
    looks: Mapping[Shade, Look]


LIGHT = Theme(
    paper="#ffffff",
    ink="#16202c",
    faint="#55606e",
    line="#dfe3e8",
    today="#16202c",
    today_ink="#ffffff",
    banner="#fff0c9",
    banner_ink="#5c4300",
    now="#c81e3a",
    now_ink="#ffffff",
    looks={
        Shade.FREE: Look("#e2f7e7", "#1a7f37", "#0a4d1f", border=5),
        Shade.BUSY: Look("#3f5b85", "#3f5b85", "#ffffff"),
        Shade.TENTATIVE: Look("#eef3fb", "#3f5b85", "#22334d", dashed=True),
        Shade.AWAY: Look("#f4e9fb", "#7a3ea1", "#4b1c69", pattern="dots"),
        Shade.UNKNOWN: Look("#ffffff", "#6b7683", "#333c47", pattern="hatch"),
        Shade.OFF: Look("#f1f3f5", "#dfe3e8", "#55606e", border=2),
    },
)

DARK = Theme(
    paper="#14181e",
    ink="#f0f3f6",
    faint="#a3adb9",
    line="#303844",
    today="#f0f3f6",
    today_ink="#14181e",
    banner="#4a3a0d",
    banner_ink="#ffe39b",
    now="#ff6b81",
    now_ink="#14181e",
    looks={
        Shade.FREE: Look("#10331c", "#46c463", "#b6f5c3", border=5),
        Shade.BUSY: Look("#47699c", "#47699c", "#ffffff"),
        Shade.TENTATIVE: Look("#1c2736", "#8fb0de", "#dbe7f8", dashed=True),
        Shade.AWAY: Look("#2f1f3c", "#c78bea", "#f0dcfc", pattern="dots"),
        Shade.UNKNOWN: Look("#14181e", "#8b96a3", "#e3e8ee", pattern="hatch"),
        Shade.OFF: Look("#1c222a", "#303844", "#a3adb9", border=2),
    },
)


def patterns(theme: Theme) -> str:
    """The SVG definitions that the looks refer to."""
    hatch, dots = theme.looks[Shade.UNKNOWN].stroke, theme.looks[Shade.AWAY].stroke
    return (
        '<pattern id="hatch" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V16" stroke="{hatch}" stroke-width="7" stroke-opacity="0.6"/></pattern>'
        '<pattern id="dots" width="22" height="22" patternUnits="userSpaceOnUse">'
        f'<circle cx="6" cy="6" r="3.5" fill="{dots}" fill-opacity="0.55"/>'
        f'<circle cx="17" cy="17" r="3.5" fill="{dots}" fill-opacity="0.55"/></pattern>'
    )
