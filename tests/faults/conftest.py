"""Faults happen to real processes on a house of their own."""

from tests.rooms.conftest import members, room_id, server

__all__ = ["members", "room_id", "server"]
