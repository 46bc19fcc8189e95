"""Tokens, links to drafts and webhooks in the Wagtail admin."""
