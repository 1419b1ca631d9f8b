"""The collections on disk; whoever starts this says in which folders they are."""
__path__ = []
