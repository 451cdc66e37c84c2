"""Documents of `workflows/` -> rules: what they wait for, and the steps that they take."""
