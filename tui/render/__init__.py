"""Text with styles, colours, marks and axes: what drawings are made of. Standard library only."""
