"""The way in: signing in and out, a second step, a provider, a new password. Pages of plain HTML."""
