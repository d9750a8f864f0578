"""The whole bot on a pretended Google: real pages, real sign-in, real client library, over loopback."""
