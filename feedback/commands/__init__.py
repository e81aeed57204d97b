"""The commands of ``feedback``, a module each; feedback/cli.py gathers them."""
