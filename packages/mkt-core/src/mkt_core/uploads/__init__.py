"""Uploaded files: nothing is stored that is not what it says it is, or that tells where a photo was taken."""

from .errors import UploadRefused

__all__ = ["UploadRefused"]
