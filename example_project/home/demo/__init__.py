"""Demo content: the texts and pictures of the invented magazine Northing."""
