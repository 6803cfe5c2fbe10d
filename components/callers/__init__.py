"""Who asks: machines that host the states of the gate, durable functions, and what each may do."""
