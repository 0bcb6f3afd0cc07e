"""Shapes and labels at their places, written as SVG, Typst or TikZ."""
