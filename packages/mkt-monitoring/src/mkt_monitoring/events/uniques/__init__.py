"""Different visitors by HyperLogLog, where there is a Redis or Valkey. Start with ``counters.counters``."""
