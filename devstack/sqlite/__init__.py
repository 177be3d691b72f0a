"""SQLite, set up so that several threads can write."""
