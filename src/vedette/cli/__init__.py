"""The command line: words in, one workflow called, lines out. Nothing here computes."""

from vedette.cli.app import main

__all__ = ["main"]
