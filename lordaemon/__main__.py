"""`python -m lordaemon`."""

from lordaemon.cli import main

if __name__ == "__main__":
    main()
