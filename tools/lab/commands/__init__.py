"""One file per command: a module here with a `register(app)` is part of the command line.

A command's file imports only what parsing its arguments needs; the rooms' heavy imports belong inside the
command, so that `lab --help` stays quick and a missing optional package breaks only the command that needs it.
"""
