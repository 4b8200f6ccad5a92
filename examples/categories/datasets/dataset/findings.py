"""Reasons against something, gathered so that its author gets all of them at once."""

from dataclasses import dataclass

# More are not read by anybody, and the host keeps 256.
MOST = 100


@dataclass(frozen=True)
class Reason:
    """A finding of the contract."""

    rule: str
    subject: str
    message: str


class Refused(Exception):
    """The dataset cannot be accepted."""

    def __init__(self, reasons: list[Reason]):
        super().__init__(reasons)
        self.reasons = reasons


class Findings:
    """Every reason against something."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def __len__(self) -> int:
        return len(self.reasons)

    def add(self, rule: str, subject: str, message: str) -> None:
        """`message` says what is wrong, and at its end the fix."""
        if len(self.reasons) < MOST:
            self.reasons.append(Reason(rule, subject, message))

    def refuse(self) -> None:
        """Ends here, if there is a reason."""
        if self.reasons:
            raise Refused(self.reasons)


def quote(value: object) -> str:
    """A text of the author's, short enough for a sentence."""
    text = value if isinstance(value, str) else repr(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def some(values, most: int = 6) -> str:
    """`a`, `b` and 3 more."""
    values = list(values)
    shown = ", ".join(quote(value) for value in values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown
