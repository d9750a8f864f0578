"""What is said and asks for nothing: a greeting or thanks, and a password that should not have been typed."""

import re

from bot.handlers.tables import SLASH
from bot.messages import Reply, Request
from bot.ports import App

_GREETINGS = (
    r"hi|hello|hey|hiya|good (?:morning|afternoon|evening)|hallo|moin|servus|guten (?:tag|morgen|abend)|hola|"
    r"buenos d[ií]as|buenas(?: tardes| noches)?|bonjour|bonsoir|salut|coucou|你好|您好|嗨|哈囉|哈罗|早安|早上好|👋"
)
_THANKS = (
    r"thanks|thank you|many thanks|thx|ty|cheers|danke(?: sch[oö]n)?|vielen dank|gracias|muchas gracias|merci|"
    r"merci beaucoup|谢谢|謝謝|多谢|多謝|🙏"
)
_TO = r"(?:[\s,]+(?:there|again|freewhen|bot|a lot|so much|very much|all|everybody|everyone))*"
_GREETING = re.compile(rf"(?i)\W*(?:{_GREETINGS}){_TO}\W*")
_THANK = re.compile(rf"(?i)\W*(?:{_THANKS}){_TO}\W*")

_WORD = (
    r"(?:(?:pass(?:word|wd|phrase|code)s?|pw|pwd|passw(?:ort|örter)|kennwort|contraseñas?|clave|mots? de passe)\b"
    r"|密碼|密码|口令)"
)
_BEFORE = (
    r"(?:(?:here(?:[’']?s| is| are| you go)?|this is|that(?:[’']s| is)|it(?:[’']s| is)|so|ok(?:ay)?|well|and|please|"
    r"use|my|the|our|new|app(?:[- ]specific)?|account|calendar|icloud|apple|google|exchange|caldav|fastmail|nextcloud|"
    r"hier(?: ist)?|das ist|mein|dein|das|aquí (?:está|tienes)|aqui (?:esta|tienes)|esta es|mi|la|tu|voici|voilà|"
    r"c[’']est|mon|ma|le|这是|這是|我的|這裡是|这里是)\W*)*"
)
_FIRST = re.compile(rf"(?i)\W*{_BEFORE}{_WORD}")
_SAID = re.compile(
    rf"(?i)(?:(?:\b(?:my|mein|mi|mon)\s+(?:\w+\s+){{0,2}})|我的){_WORD}\s*(?:(?:is|ist|es|est)\b|是|为|為|[:：=])\s*\S"
)
_CONNECTING = ("freewhen", "connect", "connect-calendar")


def is_greeting(text: str) -> bool:
    """A greeting, thanks, or nothing at all."""
    return not text.strip() or _GREETING.fullmatch(text) is not None or is_thanks(text)


def is_thanks(text: str) -> bool:
    return _THANK.fullmatch(text) is not None


def is_password(text: str) -> bool:
    """Whether it looks as if somebody typed a password: it begins with the word, or says what theirs is."""
    slash = SLASH.fullmatch(text.strip())
    if slash is not None:
        name, text = slash[1].casefold().replace("_", "-"), slash[2] or ""
        if name not in _CONNECTING:
            return _SAID.search(text) is not None
    return _FIRST.match(text) is not None or _SAID.search(text) is not None


def refuse_password(app: App, request: Request) -> Reply:
    """That it was not used, and what is left to do about it: true for what this chat can do."""
    chat = app.chats.get(request.who.chat)
    if chat is not None and chat.erases:
        gone = "I take it off the screen where I can."
    elif request.private or request.text.lstrip().startswith("/"):
        gone = "I cannot delete what you wrote: please delete it yourself. If anybody else has seen it, change it."
    else:
        gone = (
            "I cannot delete what you wrote, and everybody here may have seen it: delete it yourself, and change that "
            "password."
        )
    return Reply(
        f"That looks like a password. I have not used or kept it. {gone} I only ask for one in a private form.",
        erase=True,
    )
