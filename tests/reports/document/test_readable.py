"""reports.document.readable: plain letters as mathematics, and nothing said that was not said."""

from __future__ import annotations

import pytest

from reports.document.readable import readable


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1/eta - 1/2", r"1/$\eta$ $-$ 1/2"),
        ("-1/2 at x_1 = -3", "$-1$/2 at $x_1$ = $-3$"),
        ("(1-|x|^2)^4 over sqrt(17)", r"(1-|x|$^{2}$)$^{4}$ over $\sqrt{17}$"),
        ("1e-4 to 4.41e-09", r"$10^{-4}$ to $4.41\cdot 10^{-9}$"),
        ("w2_i, b1, w1.5", "$w^{(2)}_i$, $b^{(1)}$, w1.5"),
        ("|q|^2 <= lambda", r"|q|$^{2}$ $\le$ $\lambda$"),
        ("below H, not Hm", r"below $\hessian$, not Hm"),
        ("beta of alphabeta", r"$\beta$ of alphabeta"),
        ("2>=1 at nu^2, 1e-06", r"2$\ge$ 1 at $\nu{}^{2}$, $10^{-6}$"),
        ("costs 5$", "costs 5$"),
        (r"a kink $x_2 = 0$ of eta", r"a kink $x_2 = 0$ of $\eta$"),
    ],
)
def test_letters_become_mathematics(written: str, shown: str) -> None:
    plain = readable(written)
    for sign in "/-|(),^.=$":
        plain = plain.replace(f"\\{sign}", sign)  # type: ignore[assignment]
    assert plain == shown


@pytest.mark.parametrize(("sign", "opposite"), [(">=", r"\<"), ("<=", r"\>"), (">", r"$\le$"), ("<", r"$\ge$")])
def test_what_is_false_is_turned_around(sign: str, opposite: str) -> None:
    assert readable(f"2 {sign} 1 is false") == f"2 {opposite} 1"
    assert readable(f"2 {sign} 1") != f"2 {opposite} 1"
