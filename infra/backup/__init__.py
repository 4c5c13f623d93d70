"""Everything that a project holds, in a folder and back: README.md beside this file says what, how, and what not."""
