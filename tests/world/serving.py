"""What a test's server process runs: the product itself, plus the made-up rooms of `tests.world.rooms`, whose
members stand in a file so that a test can take somebody's rights away while the server runs."""

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

    import os
    import threading
    import time
    from pathlib import Path

    from mdt.kernel import doorbell
    from mdt.shell.serve import main
    from tests.world.rooms import Members

    folder = Path(os.environ["MDT_DATA_DIR"])

    def ring_for_tests() -> None:
        """Ring in this process what `ServerProcess.ring` asked for, as an operation here would."""
        asked = folder / "rings"
        while True:
            time.sleep(0.02)
            if asked.exists():
                bell, _space, key = asked.read_text().partition(" ")
                asked.unlink()
                doorbell.ring(bell, key)

    Members.kept_in(folder / "members.json").declare()
    threading.Thread(target=ring_for_tests, daemon=True).start()
    main("web")
