"""Other servers are told what has changed (https://www.standardwebhooks.com/).

A change and the note of it are written in one transaction; sending comes after, as often as it takes.
"""
