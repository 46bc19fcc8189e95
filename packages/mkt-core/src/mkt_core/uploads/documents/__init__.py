"""Documents: looked into without unpacking anything to disk, never rewritten (except images and SVG)."""
