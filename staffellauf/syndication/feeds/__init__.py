"""Public feeds: one description (`description`), read from the newsroom (`reading`), and three writers of it."""
