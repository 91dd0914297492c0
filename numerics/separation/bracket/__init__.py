"""The best stable shallow error from both sides: certificates, explicit nets, their proofs and their search."""
