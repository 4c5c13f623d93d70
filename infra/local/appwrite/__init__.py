"""A stand-in for Appwrite 1.9.6 with one project on one machine: real HTTP, SQLite and disk."""
