"""Mails that come in: fetched from mailboxes, read, and made into records that belong to their threads."""
