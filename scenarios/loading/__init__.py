"""From a name or a file to a checked scenario, and back to TOML.

Read in this order: course (the presets), toml_reader, inheritance (`load`), changes, edits,
toml_writer, glossary, course_folder (a course of one's own).
"""
