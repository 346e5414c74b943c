"""Who hears of something, and when: now, silently, together with others, later, or not at all."""
