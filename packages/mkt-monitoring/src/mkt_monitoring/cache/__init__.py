"""Cache operations, measured whatever the backend."""
