r"""LaTeX for papers: claims with their proofs as files to ``\input``; ``python -m theory.export`` writes them."""
