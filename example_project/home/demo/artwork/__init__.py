"""Painters behind :mod:`home.demo.images`; Pillow is all they need."""
