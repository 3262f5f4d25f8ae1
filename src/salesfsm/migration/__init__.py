"""From one version of a process to another: what happens to the live opportunities."""
