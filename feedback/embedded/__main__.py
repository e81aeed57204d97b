"""``python -m feedback.embedded``: what `make run` runs once everything is installed."""

from feedback.embedded.run import main

if __name__ == "__main__":
    raise SystemExit(main())
