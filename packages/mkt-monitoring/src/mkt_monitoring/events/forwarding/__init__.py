"""Events told to other services as well, without anything that this site does not store about a visitor."""
