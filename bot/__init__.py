"""Freewhen: a self-hosted calendar assistant for chat."""
