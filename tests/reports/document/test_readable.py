"""reports.document.readable: plain letters as mathematics, and nothing said that was not said."""

from __future__ import annotations

import pytest

from reports.document.readable import readable


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1/eta - 1/2", r"1/$\eta$ $-$ 1/2"),
        ("-1/2 at x_1 = -3", "$-1$/2 at $x_1$ = $-3$"),
        ("(1-|x|^2)^4 over sqrt(17)", r"(1-$\lvert x\rvert{}^{2}$)$^{4}$ over $\sqrt{17}$"),
        ("|x|_1, |x_1|, |f|_S", r"$\lvert x\rvert_1$, |$x_1$|, $\stabilitynorm{f}$"),
        ("2^-10, 2^(-3), 2^10, 2^n", r"2$^{-10}$, 2$^{-3}$, 2$^{10}$, 2^n"),
        ("sqrt(2 pi) of sqrt(sum |x_j|^2)", r"$\sqrt{2 \pi}$ of sqrt($\sum$ |x_j|$^{2}$)"),
        ("|int ReLU dmu| = |R psi|", r"|$\int$ ReLU $d\mu$| = |$\mathcal{R}$ $\psi$|"),
        ("sum |a| gt, the sum of all", r"$\sum$ $\lvert a\rvert$ $\tilde g$, the sum of all"),
        ("E z = E[X], E1", r"$\mathbb{E}$ z = $\mathbb{E}$[X], E1"),
        ("('0', '-3/4'), f' and f'", "(0, $-3$/4), f' and f'"),
        ("(t)_+ on 9 x_1 + -1 x_2 = 0, 1 x_1 at -v", r"(t)$_+$ on 9 $x_1$ $-$ $x_2$ = 0, $x_1$ at $-$v"),
        ("1e-4 to 4.41e-09", r"$10^{-4}$ to $4.41\cdot 10^{-9}$"),
        ("w2_i, b1, w1.5", "$w^{(2)}_i$, $b^{(1)}$, w1.5"),
        ("|q|^2 <= lambda", r"$\lvert q\rvert{}^{2}$ $\le$ $\lambda$"),
        ("below H, not Hm", r"below $\hessian$, not Hm"),
        ("beta of alphabeta", r"$\beta$ of alphabeta"),
        ("2>=1 at nu^2, 1e-06", r"2$\ge$ 1 at $\nu{}^{2}$, $10^{-6}$"),
        ("costs 5$", "costs 5$"),
        (
            "share, 128-raw-0.65 and 64-raw-0.5-kinks",
            r"share, 128 raw digits, $\eta$ = 0.65 and 64 raw digits, $\eta$ = 0.5, on kinks",
        ),
        ("u = (Fraction(-2, 1),), Fraction(3, 4)", "u = ($-2$), 3/4"),
        ("x = +-3/4, <q, S q>", r"x = $\pm$ 3/4, $\langle q, \Sigma q\rangle$"),
        (r"a kink $x_2 = 0$ of eta", r"a kink $x_2 = 0$ of $\eta$"),
    ],
)
def test_letters_become_mathematics(written: str, shown: str) -> None:
    plain = readable(written)
    for sign in "/-|(),^.=$_+[]'":
        plain = plain.replace(f"\\{sign}", sign)  # type: ignore[assignment]
    assert plain == shown


@pytest.mark.parametrize(("sign", "opposite"), [(">=", r"\<"), ("<=", r"\>"), (">", r"$\le$"), ("<", r"$\ge$")])
def test_what_is_false_is_turned_around(sign: str, opposite: str) -> None:
    assert readable(f"2 {sign} 1 is false") == f"2 {opposite} 1"
    assert readable(f"2 {sign} 1") != f"2 {opposite} 1"
