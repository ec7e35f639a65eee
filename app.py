"""The front door: `python app.py` serves everything in one command; `flask --app app` finds the factory here."""

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

    import sys

    from mdt.shell.serve import main

    main(sys.argv[1] if len(sys.argv) > 1 else "all")
else:
    from flask import Flask
    from flask.cli import NoAppException

    from mdt.kernel.settings import BadSetting
    from mdt.shell import app as shell

    def create_app() -> Flask:
        """The application by the environment's settings; `flask` prints a bad setting as one sentence."""
        try:
            return shell.create_app()
        except BadSetting as bad:
            raise NoAppException(str(bad)) from None
