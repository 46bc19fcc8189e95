"""Accounts: logins that cannot be guessed at full speed, and who changed whose rights, in Wagtail's own log."""
