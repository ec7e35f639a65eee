"""The tests' world: made by calling operations, as people would."""
