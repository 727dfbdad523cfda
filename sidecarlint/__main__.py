"""`python -m sidecarlint` is the same program as `sidecarlint`."""

from sidecarlint.cli import main

if __name__ == "__main__":
    main()
