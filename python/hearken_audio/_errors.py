"""The one error of the library."""
from __future__ import annotations


class Error(Exception):
    """What the library refuses or cannot do.

    code (str): "invalid_argument", "not_found", "permission_denied", "unsupported", "corrupt", "mismatch", "busy",
        "io", "cancelled" or "internal"
    message (str): one line that names file, place and reason
    cause (str): what a library below or the operating system said; often empty
    """

    def __init__(self, code: str, message: str, cause: str = ""):
        super().__init__(code, message, cause)
        self.code, self.message, self.cause = code, message, cause

    def __str__(self) -> str:
        return f"{self.message}: {self.cause}" if self.cause else self.message
