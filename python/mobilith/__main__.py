"""`python -m mobilith` is the program."""
import os
import sys

from ._errors import MobilithError
from ._program import program


def main() -> None:
    """Becomes the program, with this process's arguments."""
    try:
        os.execv(program(), ["mobilith", *sys.argv[1:]])
    except (MobilithError, OSError) as error:
        sys.exit(f"mobilith: {error}")


if __name__ == "__main__":
    main()
