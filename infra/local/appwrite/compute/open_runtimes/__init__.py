"""The program inside a function's process: open-runtimes' Python server (v5) in the standard library alone.

It runs in the function's own environment, which has only what the function asked for.
https://github.com/open-runtimes/open-runtimes/tree/main/runtimes/python
"""
