"""The lab's charts: pure functions of a scene and a size."""
