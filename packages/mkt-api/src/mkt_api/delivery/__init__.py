"""How answers reach clients: kept ones, conditional requests, compression, headers."""
