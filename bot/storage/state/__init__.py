"""Repositories of the state database."""
