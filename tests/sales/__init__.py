"""What tests of processes and engines share: the B2B sale, and random processes and commands."""
