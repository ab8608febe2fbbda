"""The demo: a real Home Assistant lives through fourteen recorded days of a real home."""
