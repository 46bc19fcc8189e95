"""The alerts that every site gets, besides those of its objectives."""
