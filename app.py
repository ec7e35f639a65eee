"""The front door: `python app.py` serves everything in one command; `flask --app app` finds the factory here."""

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

    import sys

    from mdt.shell.serve import main

    main(sys.argv[1] if len(sys.argv) > 1 else "all")
else:
    from mdt.shell.app import create_app

    __all__ = ["create_app"]
