"""How the team that runs a stage learns that something is wrong."""
