"""`staffellauf NAME`: what a person types. Ours are listed, Django's work too."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

FAILED, WRONG_CALL, INTERRUPTED = 1, 2, 130


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffellauf.settings")
    try:
        sys.exit(run(sys.argv))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads has seen enough, as in `staffellauf jobs | head`; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def run(arguments: list[str]) -> int:
    """The exit status: 0, 1 when it failed and 2 when the call was wrong."""
    from django.core import management
    from django.db import DatabaseError, InterfaceError

    from staffellauf.common import env

    name = arguments[1] if len(arguments) > 1 else ""
    try:
        import django

        django.setup()
        if name in {"-h", "--help"} or (name == "help" and len(arguments) == 2):
            print(overview())
            return 0
        if name not in {*management.get_commands(), "help", "--version"}:
            problem = f"staffellauf: there is no command {name!r}\n\n" if name else ""
            print(f"{problem}{overview()}", file=sys.stderr)
            return WRONG_CALL
        management.execute_from_command_line(arguments)
    except env.InvalidEnvironment as error:
        return _failed(str(error))
    except (DatabaseError, InterfaceError) as error:
        if "--traceback" in arguments:
            raise
        return _failed(f"the database: {first_line(error)} (`staffellauf up` prepares it, `staffellauf doctor` looks)")
    except OSError as error:
        if "--traceback" in arguments or isinstance(error, BrokenPipeError):
            raise
        return _failed(str(error))
    return 0


def overview() -> str:
    """Our own commands, a line each."""
    width = max(len(name) for name in own_commands())
    lines = [f"  {name:<{width}}  {command.help}" for name, command in sorted(own_commands().items())]
    hint = "staffellauf COMMAND --help shows options and an example."
    return "\n".join(["Usage: staffellauf COMMAND [OPTIONS]", "", *lines, "", hint])


def own_commands() -> "dict[str, BaseCommand]":
    from django.core import management

    found = management.get_commands().items()
    return {
        name: management.load_command_class(app, name)
        for name, app in found
        if isinstance(app, str) and app.startswith("staffellauf.")
    }


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _failed(reason: str) -> int:
    print(f"staffellauf: {reason}", file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    main()
