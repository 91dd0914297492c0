"""An independent checker of certificates: the standard library alone, no import from the rest, whole numbers and
fractions.

``python -m proofs_checks.verify FILE...``. `FORMAT.md` says what a certificate holds; one module for each kind says
what is proved of it: `audit`, `minimum`, `flattest`, `separation`, `density`, `disc_measure`, `disc_net`,
`exponential`. They use `network` (a network on data in whole numbers), `norms` and `gram` (what is computed of it),
`definite` (eigenvalues below a level), `uniform` (the weight of half-spaces of a ball), `boxes` (bounds on boxes),
`lines` (integrals over all lines), `arithmetic` (roots and products) and `reading`. Only `source`, which is asked for
by ``--network`` and ``--data``, imports the project's loaders.
"""
