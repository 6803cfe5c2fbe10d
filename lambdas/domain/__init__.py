"""The domain, one folder per concept. Each folder imports only from folders below it.

`slack` and `web` handle requests, `lifecycle` implements what happens to a review, `store` persists
it, `review` defines it, and `runtime` has what every function needs: clients, settings and time.
"""
