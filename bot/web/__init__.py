"""The pages: everything that is asked of us over HTTP. They render what `bot.handlers` decides, and decide nothing."""
