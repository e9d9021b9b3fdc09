"""Over HTTP: the service that tools and scripts ask. Its parts need the `serve` extra; nothing is imported here."""
