"""Our WebSub hub (W3C Recommendation): `requests` takes wishes, `intent` asks back, `distribution` sends.

A delivery is no row: a subscription knows the last version of its feed that it got, and is due while there is a newer
one. So nothing is lost with a worker, and of many changes in a row the subscriber gets the last.
"""
