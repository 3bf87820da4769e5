"""`python -m bot` is `samewave`."""

from bot.safe_path import leave_out_current_folder

if __name__ == "__main__":
    leave_out_current_folder()  # before anything else is imported
    from bot.cli import main

    main()
