"""Work that no request waits for: a queue, the jobs, and the threads of the server that run them."""

from web.jobs.jobs import Jobs, bind, jobs

__all__ = ["Jobs", "bind", "jobs"]
