"""What went wrong in a browser while nobody looked."""

import json

_MARK = "mkt-violation "
# Reports what the browser refused, with all that is needed to find it.
SCRIPT = (
    "document.addEventListener('securitypolicyviolation', (e) => console.warn('"
    + _MARK
    + "' + JSON.stringify([e.effectiveDirective, e.blockedURI, e.sample, e.sourceFile, e.lineNumber])))"
)


class Watch:
    """Violations, errors and strangers of all pages of a browser context."""

    def __init__(self, context, address):
        self.address = address
        self.violations = []
        self.errors = []
        self.strangers = []
        # Addresses that a test asks for because there is nothing.
        self.missing = set()
        context.add_init_script(SCRIPT)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(f"{error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message):
        where = f"{message.page.url if message.page else ''}"
        if message.text.startswith(_MARK):
            self.violations.append((where, *json.loads(message.text.removeprefix(_MARK))))
        elif message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(f"{where}: {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.strangers.append(request.url)

    def _response(self, response):
        # Wagtail answers 400 when it keeps a form that is not complete yet.
        unfinished = response.status == 400 and response.request.method == "POST"
        if response.status >= 400 and not unfinished and response.url not in self.missing:
            self.errors.append(f"{response.status} {response.url}")

    def assert_clean(self):
        """Nothing was refused, no script failed, nobody outside was asked; from here on it counts anew."""
        found = [
            *(f"refused: {violation}" for violation in self.violations),
            *(f"failed: {error}" for error in self.errors),
            *(f"asked outside: {address}" for address in self.strangers),
        ]
        for what in (self.violations, self.errors, self.strangers, self.missing):
            what.clear()
        assert not found, "\n".join(found)
