"""What hosts the gate: the states to splice in, the machine around them, what each may do."""
