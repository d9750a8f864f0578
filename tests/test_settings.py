"""Settings from the environment: all problems at once, in words that say what to do, and no secret in them."""

import os
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, load
from storage.keys import generate_key

URL = "postgresql+psycopg://freewhen:hunter%402hunter@db/freewhen"


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environ)
    return caught.value.message


def kept(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_nothing_set_is_a_start() -> None:
    assert load({}) == Settings()


def test_a_setting_may_be_in_a_file(tmp_path: Path) -> None:
    key = generate_key()
    loaded = load({"FREEWHEN_KEYS_FILE": kept(tmp_path / "keys", f" {key}\n")})
    assert loaded.keys is not None
    assert loaded.keys.reveal() == key


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
@pytest.mark.parametrize("name", ["FREEWHEN_KEYS_FILE", "FREEWHEN_DATABASE_URL_FILE"])
def test_a_secret_file_that_others_may_open_is_refused_with_the_way_to_mend_it(
    tmp_path: Path, name: str, mode: int
) -> None:
    path = kept(tmp_path / "secret", generate_key(), mode)
    said = refusal({name: path})
    assert f"{name} can be read by others (mode {mode:04o}); run: chmod 600 {path}" == said
    Path(path).chmod(0o400)
    load({name: path})


def test_what_is_no_secret_may_be_read_by_everybody(tmp_path: Path) -> None:
    assert load({"FREEWHEN_LOG_LEVEL_FILE": kept(tmp_path / "level", "debug\n", 0o644)}).log_level == "debug"


def test_an_empty_key_file_is_a_mistake_and_not_no_key(tmp_path: Path) -> None:
    path = kept(tmp_path / "keys", "\n")
    assert refusal({"FREEWHEN_KEYS_FILE": path}) == f"FREEWHEN_KEYS_FILE names {path}, which is empty"


def test_a_file_that_is_not_text_or_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(os.urandom(64) + b"\xff")
    said = refusal({"FREEWHEN_LOG_LEVEL_FILE": str(tmp_path / "bytes"), "FREEWHEN_LOG_FORMAT_FILE": str(tmp_path)})
    assert "FREEWHEN_LOG_LEVEL_FILE cannot be read: it is not text" in said
    assert "FREEWHEN_LOG_FORMAT_FILE cannot be read: Is a directory" in said


def test_all_problems_are_told_at_once_without_a_value_of_a_secret(tmp_path: Path) -> None:
    said = refusal(
        {
            "FREEWHEN_COLOUR": "red",
            "FREEWHEN_LOG_LEVEL": "loud",
            "FREEWHEN_LOG_FORMAT": "xml",
            "FREEWHEN_PROVIDERS": "local,hotmail",
            "FREEWHEN_DATABASE_URL": URL,
            "FREEWHEN_DATABASE_URL_FILE": str(tmp_path),
        }
    )
    assert sorted(said.splitlines()) == [
        "FREEWHEN_COLOUR is not a setting (see .env.example)",
        "FREEWHEN_DATABASE_URL and FREEWHEN_DATABASE_URL_FILE are both set; keep one",
        "FREEWHEN_LOG_FORMAT: choose one of text, json",
        "FREEWHEN_LOG_LEVEL: choose one of debug, info, warning, error",
        "FREEWHEN_PROVIDERS: there is no hotmail; choose from local, google",
    ]


def test_what_only_the_library_has_words_for_is_said_in_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field whose text the library itself refuses must not hand its own wording to the person."""

    class Numbered(Settings):
        log_level: int = 1  # type: ignore[assignment]

    monkeypatch.setattr("bot.settings.Settings", Numbered)
    assert refusal({"FREEWHEN_LOG_LEVEL": "many"}).endswith(
        "FREEWHEN_LOG_LEVEL: cannot be used as it is written (see .env.example)"
    )


def test_switches_of_the_test_suite_are_no_settings_and_no_mistakes() -> None:
    assert load({"FREEWHEN_TEST_DATABASE_URL": "x", "FREEWHEN_TEST_ANYTHING": "y"}) == load({})


def test_a_secret_does_not_show() -> None:
    key = generate_key()
    loaded = load({"FREEWHEN_DATABASE_URL": URL, "FREEWHEN_KEYS": key})
    for shown in (repr(loaded), str(loaded), str(loaded.model_dump())):
        assert "hunter" not in shown
        assert key not in shown


def test_what_must_never_be_logged_is_each_secret_and_each_part_that_opens_something() -> None:
    first, second = generate_key(), generate_key().replace("k1", "k2")
    loaded = load({"FREEWHEN_DATABASE_URL": URL, "FREEWHEN_KEYS": f"{first},{second}"})
    texts = loaded.secret_texts()
    assert {first.partition(":")[2], second.partition(":")[2], URL, "hunter%402hunter", "hunter@2hunter"} <= set(texts)
    assert "" not in texts
    assert load({}).secret_texts() == ()


def test_a_public_address_with_a_path_is_refused_and_googles_may_have_one() -> None:
    said = refusal({"FREEWHEN_PUBLIC_URL": "https://example.com/freewhen"})
    assert said.startswith("FREEWHEN_PUBLIC_URL: leave the path out")
    loaded = load({"FREEWHEN_PUBLIC_URL": "https://example.com/", "FREEWHEN_GOOGLE_API_URL": "https://g.example/v3/"})
    assert (loaded.public_url, loaded.google_api_url) == ("https://example.com", "https://g.example/v3")


def test_scheme_and_host_are_in_small_letters_and_a_path_is_left_as_it_is() -> None:
    loaded = load(
        {"FREEWHEN_PUBLIC_URL": "HTTPS://Free.Example.COM:8443", "FREEWHEN_GOOGLE_TOKEN_URL": "Https://G.Example/Token"}
    )
    assert loaded.public_url == "https://free.example.com:8443"
    assert loaded.google_token_url == "https://g.example/Token"
    assert "FREEWHEN_PUBLIC_URL: write an address" in refusal({"FREEWHEN_PUBLIC_URL": "https://@example.com"})


@pytest.mark.parametrize(
    ("public", "listen"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1:9999"),
        ("http://localhost", "127.0.0.1:8080"),
        ("http://[::1]:8081", "[::1]:8080"),
    ],
)
def test_on_this_machine_the_address_and_the_port_are_the_same(public: str, listen: str) -> None:
    said = refusal({"FREEWHEN_PUBLIC_URL": public, "FREEWHEN_LISTEN": listen})
    assert f"FREEWHEN_PUBLIC_URL is {public}, and FREEWHEN_LISTEN is {listen}" in said
    assert "redirect URI in Google's console" in said


@pytest.mark.parametrize(
    ("public", "listen"),
    [
        ("http://localhost:9999", "0.0.0.0:9999"),
        ("http://127.0.0.1", "127.0.0.1:80"),
        ("https://free.example.com", "127.0.0.1:9999"),
    ],
)
def test_a_server_in_front_may_have_another_port(public: str, listen: str) -> None:
    assert load({"FREEWHEN_PUBLIC_URL": public, "FREEWHEN_LISTEN": listen}).listen == listen


def test_another_port_alone_names_the_address_as_well() -> None:
    assert "FREEWHEN_PUBLIC_URL is http://127.0.0.1:8080" in refusal({"FREEWHEN_LISTEN": "127.0.0.1:9999"})


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"BOT_TOKEN": "xoxb-1-abcdef"}, "Slack cannot reach this bot"),
        ({"APP_TOKEN": "xapp-1-abcdef"}, "FREEWHEN_SLACK_BOT_TOKEN is missing"),
        ({"BOT_TOKEN": "xoxp-1-abcdef", "APP_TOKEN": "xapp-1-abcdef"}, "BOT_TOKEN does not begin with xoxb-"),
        ({"BOT_TOKEN": "xoxb-1-abcdef", "APP_TOKEN": "xoxb-1-abcdef"}, "APP_TOKEN does not begin with xapp-"),
        (
            {"CLIENT_ID": "1.2", "SIGNING_SECRET": "s" * 32},
            "CLIENT_ID and FREEWHEN_SLACK_CLIENT_SECRET belong together",
        ),
        (
            {"CLIENT_ID": "1.2", "CLIENT_SECRET": "c", "SIGNING_SECRET": "s", "BOT_TOKEN": "xoxb-1-abcdef"},
            "keep one of them",
        ),
    ],
)
def test_slack_set_up_by_halves_is_told_without_its_secrets(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load({f"FREEWHEN_SLACK_{name}": value for name, value in environ.items()})
    assert said in refused.value.message
    assert "abcdef" not in refused.value.message


def test_slack_is_on_with_a_bot_token_or_a_client_and_what_is_secret_is_never_logged() -> None:
    one = load({"FREEWHEN_SLACK_BOT_TOKEN": "xoxb-1-abcdef", "FREEWHEN_SLACK_APP_TOKEN": "xapp-1-abcdef"})
    assert one.slack is not None
    assert one.slack.home == "https://slack.com"
    assert {"xoxb-1-abcdef", "xapp-1-abcdef"} <= set(one.secret_texts())
    many = load(
        {
            "FREEWHEN_SLACK_CLIENT_ID": "1.2",
            "FREEWHEN_SLACK_CLIENT_SECRET": "client-secret",
            "FREEWHEN_SLACK_SIGNING_SECRET": "signing-secret",
        }
    )
    assert many.slack is not None
    assert {"client-secret", "signing-secret"} <= set(many.secret_texts())
    assert load({}).slack is None
