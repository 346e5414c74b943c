"""What was held back, digests, and what a reader asked to hear once more."""
