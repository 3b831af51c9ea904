"""The lab's screens and pages, a file each."""
