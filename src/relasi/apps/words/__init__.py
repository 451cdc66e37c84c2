"""What happened and what will, in words: times, rules and their reasons, decisions, shares, the timeline."""
