"""What people use: the command line now, the web service on the same services later."""
