"""Where the processes of a site put their events."""
