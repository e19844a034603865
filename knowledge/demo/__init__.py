"""Articles of the demo company: the files beside this module, played through the commands."""
