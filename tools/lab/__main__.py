"""Start the lab's command line."""

from .app import main

if __name__ == "__main__":
    main()
