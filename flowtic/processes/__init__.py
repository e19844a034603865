"""The processes of an installation: web server, workers, and the supervisor that `up` runs. Knows no app."""
