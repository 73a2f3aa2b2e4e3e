"""Servers killed, databases restarted, networks cut: no acknowledged answer may be missing."""
