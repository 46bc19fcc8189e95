#!/usr/bin/env python3
"""Management commands of the matrix site; DJANGO_SETTINGS_MODULE picks the variant."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matrix.settings.custom")
    execute_from_command_line(sys.argv)
