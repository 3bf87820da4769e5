"""Understands what somebody wants to hear, said in words of any language."""
