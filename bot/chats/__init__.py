"""Chat plug-ins: each implements `ports.Chat`, knows one outside world, and is imported only when it is used."""

CHATS: dict[str, str] = {
    "terminal": "bot.chats.terminal",
}
