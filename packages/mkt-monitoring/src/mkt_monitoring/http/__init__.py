"""Requests: how they are labelled, and what of them is measured."""
