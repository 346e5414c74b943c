"""What the Makefile calls besides the tools themselves. No part of the product."""
