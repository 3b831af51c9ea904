"""The lab's screen: what runs in the process that owns the terminal."""
