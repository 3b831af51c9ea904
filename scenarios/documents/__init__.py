"""The documents vglab writes: run, diagnosis in words, JSON Schemas."""
