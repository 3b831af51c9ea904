"""The lab in a browser: where it is served (address), and what is (server, with its page)."""
