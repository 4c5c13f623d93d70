"""Brings schema and functions onto any Appwrite: the stand-in, a server of one's own, or Appwrite Cloud."""
