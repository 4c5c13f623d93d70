"""Changes to rows that older versions wrote: forward only, each done once, whole or again."""
