"""Terminal output: tables and cards, at any width."""
