"""Which signs polynomials, constants, products and sums may have, by the signs of what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp

from theory.kernel.balls import sign_of_constant

Signs = frozenset[int]
POSITIVE, NONNEGATIVE, ANY = frozenset({1}), frozenset({0, 1}), frozenset({-1, 0, 1})


def signs_of_polynomial(e: sp.Expr, signs: Mapping[sp.Symbol, Signs]) -> Signs:
    """Those of a polynomial in dummies, by those of the dummies."""
    used = sorted(e.free_symbols, key=lambda s: s.dummy_index)
    if not used:
        return signs_of_constant(e)
    polynomial = sp.Poly(e, *used)
    if not polynomial.domain.is_QQ and not polynomial.domain.is_ZZ:
        return _of_terms(polynomial, signs)
    content, factors = polynomial.factor_list()
    parts = [_of_terms(factor, signs) for factor, _ in factors]
    parts = [p if p != ANY else _by_sturm(factor, signs) for p, (factor, _) in zip(parts, factors, strict=True)]
    powers = (frozenset(s**power for s in part) for part, (_, power) in zip(parts, factors, strict=True))
    return signs_of_product([frozenset({int(sp.sign(content))}), *powers])


def _of_terms(polynomial: sp.Poly, signs: Mapping[sp.Symbol, Signs]) -> Signs:
    terms = []
    for powers, coefficient in polynomial.terms():
        gens = (frozenset(s**n for s in signs[g]) for g, n in zip(polynomial.gens, powers, strict=True) if n)
        terms.append(signs_of_product([signs_of_constant(coefficient), *gens]))
    return signs_of_sum(terms)


def _by_sturm(polynomial: sp.Poly, signs: Mapping[sp.Symbol, Signs]) -> Signs:
    """An irreducible polynomial in one symbol without a root there has the sign that it has at 1."""
    used = [g for g in polynomial.gens if polynomial.degree(g) > 0]
    if len(used) != 1:
        return ANY
    single = sp.Poly(polynomial.as_expr(), used[0], domain="QQ")
    known = signs[used[0]]
    roots = single.count_roots(None if -1 in known else 0, None)
    if known == POSITIVE and single.eval(0) == 0:
        roots -= 1
    return frozenset({int(sp.sign(single.eval(1)))}) if roots == 0 else ANY


def signs_of_constant(e: sp.Expr) -> Signs:
    """That of a number, or any where balls do not tell."""
    sign = sign_of_constant(e)
    return ANY if sign is None else frozenset({sign})


def signs_of_product(parts: Iterable[Signs]) -> Signs:
    """Those of a product, by those of its factors."""
    result = POSITIVE
    for part in parts:
        result = frozenset(a * b for a in result for b in part)
    return result


def signs_of_sum(parts: Iterable[Signs]) -> Signs:
    """Those of a sum, by those of its terms."""
    signs = list(parts)
    for sign in (1, -1):
        if all(part <= {0, sign} for part in signs):
            return frozenset({sign}) if any(part == {sign} for part in signs) else frozenset({0, sign})
    return ANY
