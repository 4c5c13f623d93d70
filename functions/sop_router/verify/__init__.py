"""Anyone looks a certificate up: a page for people, JSON for programs. No login."""
