"""`python -m service` is `horizon`."""

import gc


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Before anything is imported: what is imported stays, and looking through it again and again for
    # garbage takes a tenth of a command's start.
    gc.set_threshold(50_000, 20, 20)
    from service import cli

    cli.main()


if __name__ == "__main__":
    main()
