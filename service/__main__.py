"""`python -m service` is `horizon`."""

from service.cli import main

main()
