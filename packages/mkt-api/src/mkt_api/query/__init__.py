"""What a client may write behind the question mark."""
