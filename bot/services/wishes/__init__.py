"""Understands wishes in words of any language."""
