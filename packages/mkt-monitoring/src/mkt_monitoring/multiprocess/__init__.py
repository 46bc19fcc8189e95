"""Several workers: where they keep their numbers, how these are added up, and what becomes of a dead worker's."""
