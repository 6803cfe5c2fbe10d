"""The checks, one module per subject and one function per check."""
