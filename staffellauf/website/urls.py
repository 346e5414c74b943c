unprefixed: list = []
pages: list = []
