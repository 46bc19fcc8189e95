"""Ask an address and end with 0 if it answers 200: the image has no curl."""

import sys
import urllib.error
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=4) as answer:  # noqa: S310 - the recipe of the image says it
        sys.exit(answer.status != 200)
except (urllib.error.URLError, TimeoutError) as error:
    sys.exit(f"{sys.argv[1]}: {error}")
