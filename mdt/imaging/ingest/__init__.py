"""Untrusted bytes to verdict, index record and normalised frames; no Flask, no database."""
