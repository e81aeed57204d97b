"""Reading: what pages, commands and workers ask of the database, without changing it."""
