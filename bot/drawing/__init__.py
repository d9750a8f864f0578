"""A week as something to look at: an SVG or PNG picture, or characters for a terminal."""
