"""RSS, Atom and JSON Feed of every listing.

``routes`` has the addresses, ``response`` answers them; ``state`` finds out in one query whether anything has changed,
``loading`` reads the posts, ``items`` says what they are, and ``rss``, ``atom`` and ``json_feed`` write it down.
"""
