"""Every socket event names what it leads to."""

from flask import Flask


def test_every_socket_event_leads_to_an_operation_or_says_why_it_is_open(app: Flask) -> None:
    handlers = app.extensions["socketio"].server.handlers["/room"]
    assert set(handlers) == {"connect", "disconnect", "join", "post", "signal", "leave", "*"}
    for event, handler in handlers.items():
        assert getattr(handler, "__mdt_targets__", ()) or hasattr(handler, "__mdt_public__"), event
