"""What a test's server process runs: the product itself, plus the made-up rooms of `tests.world.rooms`, whose
members stand in a file so that a test can take somebody's rights away while the server runs."""

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

    import os
    from pathlib import Path

    from mdt.shell.serve import main
    from tests.world.rooms import Members

    Members.kept_in(Path(os.environ["MDT_DATA_DIR"]) / "members.json").declare()
    main("web")
