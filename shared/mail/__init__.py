"""Mail: what is said, and how it is sent."""
