"""Drafts, for whoever has a link that was made for them."""
