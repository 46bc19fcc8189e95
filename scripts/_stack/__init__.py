"""The parts of `make stack`: where things lie, how they are configured, what runs."""
