"""A mail server that delivers nothing: it speaks SMTP and keeps each message as a file."""
