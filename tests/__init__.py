"""The tests of lordaemon; `tests.servers` holds the real servers they talk to."""
