"""From a publication to answers on record: relays, lanes, batches, and the loop that sends them."""
