from __future__ import annotations

from decimal import Decimal
from operator import eq, ge, gt, le, lt

from hypothesis import example, given
from hypothesis import strategies as st

from relasi.platform.sql.bounds import scaled
from relasi.schema.expressions.tree import Comparison

HOLDS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
PLACES = st.integers(0, 6)
KEPT = st.integers(-(2**63) + 1, 2**63 - 1)


@given(st.sampled_from(["=", "<", "<=", ">", ">="]), st.decimals(-(10**20), 10**20, places=8), KEPT, PLACES)
@example("<", Decimal("1.005"), 100, 2)
@example(">", Decimal("1.005"), 100, 2)
@example("<=", Decimal(2**63), 2**63 - 1, 0)
def test_a_scaled_comparison_holds_for_the_same_numbers(
    operator: Comparison, value: Decimal, count: int, places: int
) -> None:
    kept = Decimal(count).scaleb(-places)
    fit = scaled(operator, value, places)
    holds = fit is not None and HOLDS[fit[0]](kept, fit[1])
    assert holds == HOLDS[operator](kept, value)


@given(st.sampled_from(["=", "<", "<=", ">", ">="]), st.decimals(-(10**25), 10**25, places=3), PLACES)
def test_what_is_compared_with_fits_the_column(operator: Comparison, value: Decimal, places: int) -> None:
    fit = scaled(operator, value, places)
    if fit is not None:
        count = fit[1].scaleb(places)
        assert count == int(count)
        assert abs(int(count)) < 2**63
