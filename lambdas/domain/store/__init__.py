"""Where reviews are kept: rows, the indexes that find them, the record, the evidence."""
