"""The migrations and the models say the same, on whichever database the suite runs."""

from mdt.kernel.settings import Settings
from mdt.shell.migrate import differences, is_up_to_date


def test_a_migrated_database_is_what_the_models_say(settings: Settings) -> None:
    assert settings.env == "test"
    assert is_up_to_date()
    assert differences() == []
