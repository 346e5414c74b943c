#!/usr/bin/env python
"""The same commands as `staffellauf NAME`, from a checkout."""

from staffellauf.operations.cli import main

if __name__ == "__main__":
    main()
