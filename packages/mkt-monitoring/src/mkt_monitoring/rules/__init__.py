"""Alert rules, generated from the settings of the site."""
