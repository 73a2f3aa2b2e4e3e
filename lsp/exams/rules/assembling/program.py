"""An integer program written down piece by piece, and solved by HiGHS (``scipy.optimize.milp``)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from lsp.texts import N_, Refusal

#: Longest time for one solution, in seconds. No paper is made when it is up: what happens to be
#: found by then depends on the machine, and the same seed would no longer mean the same papers.
TIME_LIMIT = 60
#: After so many branches the best found is taken. Where they end does not depend on the machine.
NODES = 20
#: How far from the best possible value a solution may be, as a share of it.
GAP = 0.001
#: What ``milp`` says of a solution.
OPTIMAL, INFEASIBLE = 0, 2


class TooHard(Refusal):
    """No solution within the time."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Susunan naskah belum ditemukan dalam %(seconds)s detik. Kurangi jumlah naskah, "
                "longgarkan kisi-kisi, atau ganti bilangan undian."
            ),
            seconds=TIME_LIMIT,
        )


@dataclass
class Program:
    """Variables with costs, and sums of them kept within bounds; the costs are minimised."""

    costs: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)
    _places: list[tuple[int, int, float]] = field(default_factory=list)

    def variable(self, cost: float = 0.0, *, upper: float = inf, whole: bool = False) -> int:
        """A new variable from 0 to ``upper``; returns its number."""
        self.costs.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.costs) - 1

    def keep(
        self, terms: Sequence[tuple[int, float]], low: float = -inf, high: float = inf
    ) -> None:
        """Keep the sum of these variables, each times its factor, from ``low`` to ``high``."""
        row = len(self._low)
        self._places += [(row, variable, factor) for variable, factor in terms]
        self._low.append(low)
        self._high.append(high)

    def solve(self, time_limit: int = TIME_LIMIT, nodes: int | None = None) -> list[float] | None:
        """The values of the variables; None when nothing satisfies all the sums.

        With ``nodes`` the best found after so many branches, where there is one by then; what it
        lacks to the best possible is then a few percent. Raises TooHard when the time is up.
        """
        # Loading scipy takes most of a second, and only who makes papers needs it.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        rows, columns, factors = zip(*self._places, strict=True)
        sums = csr_array((factors, (rows, columns)), shape=(len(self._low), len(self.costs)))
        options: dict[str, float] = {"time_limit": time_limit, "mip_rel_gap": GAP}
        if nodes is not None:
            options["node_limit"] = nodes
        result = milp(
            self.costs,
            integrality=[int(whole) for whole in self.whole],
            bounds=Bounds(0, self.upper),
            constraints=LinearConstraint(sums, self._low, self._high),
            options=options,
        )
        if result.status == INFEASIBLE:
            return None
        is_cut = nodes is not None and (result.mip_node_count or 0) >= nodes
        if is_cut and result.x is None:
            return self.solve(time_limit)
        if result.status != OPTIMAL and not is_cut:
            raise TooHard
        return [float(value) for value in result.x]
