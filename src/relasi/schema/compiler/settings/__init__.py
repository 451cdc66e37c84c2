"""Documents of `config/` -> settings, platforms, teams, messages, and what comes in from outside."""
