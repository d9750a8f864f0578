"""Servers that speak a vendor's wire protocol on loopback: strict where the vendor is strict, and able to fail."""
