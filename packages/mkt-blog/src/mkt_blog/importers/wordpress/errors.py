"""What can be wrong with an export as a whole."""


class ExportError(Exception):
    """The file cannot be imported at all; the message says why in one sentence."""


class ExportStopped(ExportError):
    """Reading ended before the end of the export.

    Everything before ``line`` has been read and is good.
    """

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line
