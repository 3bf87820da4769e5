"""`python -m bot` is `samewave`."""

from bot.cli import main

main()
