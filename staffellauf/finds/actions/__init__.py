"""What is done with feeds and finds, by what it is done to."""
