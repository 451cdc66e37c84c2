"""Who may come in: users, their passwords and sessions. What they may do inside is the records'."""

from relasi.accounts.service import CODE, DEVICE, HALFWAY, SESSION_LENGTH, Accounts

__all__ = ["CODE", "DEVICE", "HALFWAY", "SESSION_LENGTH", "Accounts"]
