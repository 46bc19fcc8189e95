"""Images: limits from the header, metadata taken out, a decoder that agrees."""
