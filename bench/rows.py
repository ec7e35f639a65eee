"""What a benchmark reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `peer` is the same of another product here, or the name of one that is not installed; `ratio` is
    ours ÷ peer where both are numbers."""

    what: str
    ours: float
    unit: str
    peer: float | str | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.ours / self.peer, 2) if isinstance(self.peer, int | float) and self.peer else None


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed; 0 when there is none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
