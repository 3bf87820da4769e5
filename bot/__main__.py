"""`python -m bot` is `samewave`."""

from bot.cli import main

if __name__ == "__main__":
    main()
