"""What people see: tables and cards, for whatever width there is."""
