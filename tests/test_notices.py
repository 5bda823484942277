"""What the package says, and when it holds its tongue."""

from crmlab.notices import collected, quiet, say


def test_a_quiet_block_within_another_leaves_the_outer_one_quiet(capsys):
    with quiet():
        with quiet():
            say("inside")
        say("outside")
    say("afterwards")
    assert capsys.readouterr().out == "afterwards\n"


def test_what_is_said_is_a_message_filled_with_values(speak_chinese):
    speak_chinese({"{name}: {count:,} rows": "{count:,} 行：{name}", "date": "日期"})
    with collected() as said:
        say("{name}: {count:,} rows", name="date", count=1200)
        say("{left as it is}")
    assert said == ["1,200 行：date", "{left as it is}"]
