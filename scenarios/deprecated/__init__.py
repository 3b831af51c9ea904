"""Old import paths, for one release: `vglab.scenarios` finds the modules of this folder too."""
