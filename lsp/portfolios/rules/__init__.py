"""The arithmetic of portfolios: kinds of evidence, accepted files, what a portfolio covers."""
