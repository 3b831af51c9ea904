"""Old import paths, for one release: `vglab.tui` finds the modules of this folder too."""
