"""`make mutants`: each protection is taken away in turn, and a test must notice."""
