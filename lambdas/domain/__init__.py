"""The domain, a folder a concept: each imports only from those below it in this list.

`slack` and `web` are the doors, `lifecycle` is what happens to a review, `store` keeps it, `review`
says what it is, `runtime` is what every function has: clients, settings, time.
"""
