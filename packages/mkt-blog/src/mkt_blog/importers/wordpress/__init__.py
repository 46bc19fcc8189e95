"""Read a WordPress export (WXR 1.0 to 1.2) into a blog."""
